"""Where two methods part most: the problem, the two answers, and how each came to its own."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from reckon.evaluation.metrics import score
from reckon.evaluation.report.blocks import Block, Excerpt, Heading, Paragraph, Table
from reckon.values import Trajectory

_SHOWN = 1500  # characters of a text
_ANSWER = 200

Tried = Mapping[str, Sequence[Trajectory]]


def disagreements(found: Sequence[tuple[str, Tried]], worst: int) -> Iterator[Block]:
    """The `worst` problems on which two methods' scores differ most, as many of each task as can be.

    found: each method's name and its tries by problem.
    """
    parted = _worst(found, worst)
    if not parted:
        return
    yield Heading("Worst disagreements")
    yield Paragraph("One try of each method at the same problem; of long texts the beginning and the end.")
    for left, right in parted:
        problem = left[1].problem
        yield Heading(f"{problem.id}", 3)
        yield Excerpt("question", shortened(problem.question))
        if problem.answer is not None:
            yield Excerpt("gold", shortened(problem.answer))
        rows = tuple((name, _answer(t), f"{score(t):g}") for name, t in (left, right))
        yield Table(("method", "answer", "score"), rows, words=True)
        for name, t in (left, right):
            yield Excerpt(name, shortened(said(t)))


def _worst(
    found: Sequence[tuple[str, Tried]], worst: int
) -> list[tuple[tuple[str, Trajectory], tuple[str, Trajectory]]]:
    ranked = []
    for problem in dict.fromkeys(name for _, tried in found for name in tried):
        tries = [(name, t) for name, tried in found for t in tried.get(problem, ())[:1]]
        pairs = [(abs(score(a[1]) - score(b[1])), a, b) for a, b in combinations(tries, 2)]
        gap, left, right = max(pairs, key=lambda pair: pair[0], default=(0.0, None, None))
        if gap and left and right:
            ranked.append((gap, problem, left, right))
    ranked.sort(key=lambda row: (-row[0], row[1]))
    # The n-th of each task before the n+1st of any.
    seen: dict[str, int] = {}
    turns = []
    for row in ranked:
        task = row[2][1].problem.task
        seen[task] = seen.get(task, 0) + 1
        turns.append((seen[task], row))
    turns.sort(key=lambda turn: (-turn[1][0], turn[0]))
    return [(row[2], row[3]) for _, row in turns[:worst]]


def said(trajectory: Trajectory) -> str:
    """What came after the question: the model's text, programs and outputs."""
    segments = trajectory.segments
    first = next((n for n, s in enumerate(segments) if s.sampled), len(segments))
    return "".join(s.text for s in segments[first:] if s.kind != "end").strip()


def shortened(text: str, characters: int = _SHOWN) -> str:
    """At most about so many characters: the beginning and the end."""
    if len(text) <= characters:
        return text
    half = characters // 2
    return f"{text[:half]}\n[… {len(text) - 2 * half:,} characters left out …]\n{text[-half:]}"


def _answer(trajectory: Trajectory) -> str:
    answer = trajectory.answer
    if answer is None or answer.text is None:
        return "no answer"
    return shortened(answer.text, _ANSWER)
