"""Step-level beam search with a value function: AlphaMath Almost Zero, Chen et al., 2024, arXiv 2405.03553.

And "OVM, Outcome-supervised Value Models", Yu, Gao, Wang, 2023, arXiv 2311.09724.
System: AlphaMath; its inference. System: OVM; its search.

A step is a stretch of text, or a program with its output. Each of `beams` paths grows `children` next steps
in forks of its live session; the value function keeps the best `beams`; finished paths stay and compete.
Differs from the papers: the value is any function of problem and text, or a side question, where the papers
train a value head; paths that end without an answer are asked for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.scorers import UNREAD, Judge, Scorer
from reckon.reasoners.material.together import within_budget

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROMPT = "{question}\n\nSolve this step by step, each step short. {code_help} {answer_help}"
GO_ON = "Go on with the next step. {answer_help}"
LAST = "No steps are left. {answer_help}"


@dataclass(frozen=True)
class StepBeam:
    """beams: B1, paths kept. children: B2, next steps of each. steps: at most, on a path.

    scorer: the value function, in [0, 1]; without one `judge` names the model that is asked.
    """

    beams: int = 3
    children: int = 2
    steps: int = 8
    reserve: int = 128
    scorer: Scorer | None = None
    judge: str = ""
    temperature: float | None = 0.7

    def __post_init__(self) -> None:
        require_at_least(self, 1, "beams", "children", "steps")
        require_at_least(self, 0, "reserve")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech = rollout.dialect
        help = {"code_help": speech.code_help, "answer_help": speech.answer_help}
        await rollout.prompt(PROMPT.format(question=problem.question, **help))
        begin, judge = len(rollout.segments), Judge(self.scorer, self.judge)
        grown = [await rollout.fork() for _ in range(self.beams * self.children)]
        kept: list[tuple[float, Rollout]] = []
        for _ in range(self.steps):
            await within_budget(self._step(path) for path in grown)
            scored = (judge.score_path(problem, path, begin, "Steps so far") for path in grown)
            values = [UNREAD if value is None else value for value in await within_budget(scored)]
            finished = [pair for pair in kept if _answered(pair[1])]
            pool = finished + list(zip(values, grown, strict=True))
            kept = sorted(pool, key=lambda pair: pair[0], reverse=True)[: self.beams]
            self._answer(rollout, kept)
            going = [path for _, path in kept if not _answered(path)]
            if not going:
                break
            grown = [await path.fork() for path in going for _ in range(self.children)]
        if not any(_answered(path) for _, path in kept):
            await self._conclude(kept[0][1])
        return self._answer(rollout, kept)

    async def _step(self, path: Rollout) -> None:
        written = await path.write(reserve=self.reserve, temperature=self.temperature)
        if written.answer is not None:
            path.answer(written.answer)
        elif written.code is not None:
            await path.run(written.code, reserve=self.reserve)
        else:
            await path.tell(written.malformed or GO_ON.format(answer_help=path.dialect.answer_help))

    async def _conclude(self, path: Rollout) -> None:
        await path.tell(LAST.format(answer_help=path.dialect.answer_help), note="asked_for_answer")
        written = await path.write(prefix=path.dialect.answers[0].open, temperature=self.temperature)
        if written.answer is not None:
            path.answer(written.answer)

    def _answer(self, rollout: Rollout, kept: list[tuple[float, Rollout]]) -> Answer:
        """The answer of the finished path with the highest value."""
        found = next((path.answered for _, path in kept if _answered(path)), None)
        return rollout.answer(found.text if found else None, "" if found else "no path came to an answer")


def _answered(path: Rollout) -> bool:
    return path.answered is not None and path.answered.text is not None
