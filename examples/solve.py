"""Let the small model solve a question, and look at what it did."""

import reckon

trajectory = reckon.solve("What is 48213 * 7719?")
for segment in trajectory.segments:
    print(f"{segment.kind:7} {'model' if segment.sampled else 'Reckon'}  {segment.text.strip()!r}")
print("answer:", trajectory.answer.text)
