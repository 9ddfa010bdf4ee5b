"""Drive a rollout step by step from a script or a notebook."""

import reckon

question = "What day of the week is 2031-05-17?"
with reckon.Workbench(model="tiny") as bench:
    rollout = bench.rollout(question)
    speech = rollout.rollout.dialect
    rollout.prompt(f"{question}\n\n{speech.code_help} {speech.answer_help}")
    written = rollout.write()
    print("program:", written.code)
    print("output:", rollout.run(written.code).output)
    print("answer:", rollout.write().answer)
