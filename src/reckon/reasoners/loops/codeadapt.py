"""CodeAdapt: "Code-enabled language models can outperform reasoning models on diverse tasks", Zhang et al.,
2025, arXiv 2510.20909. System: CodeAdapt.

CodeAct with demonstrations that the model made itself: it solves a few training problems without any, and
those that came out right stand before the question.
Differs from the paper: the training problems are solved by an evaluation of their own, whose graded record
`examples` names; the best are taken as they come, without the search over sets of demonstrations by their
training score. Without `examples` it is CodeAct.

    reckon eval product --reasoner codeact -n 5 --seed 2 --out runs/shots
    reckon eval product --reasoner "CodeAdapt(examples='runs/shots/trajectories.jsonl')"
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reckon import records
from reckon.errors import UsageError
from reckon.reasoners.loops.codeact import CodeAct
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.transcripts import transcript

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem, Trajectory

PROMPT = """Here is how problems of this kind were solved before.

{demonstrations}
Now this one:

{question}"""
DEMONSTRATION = "Problem:\n{question}\n\nSolution:\n{solution}\n\n"


@dataclass(frozen=True)
class CodeAdapt:
    """examples: a file of graded trajectories (JSON lines). shots: how many demonstrations at most."""

    examples: str = ""
    shots: int = 5
    inner: Reasoner = CodeAct()
    _solved: tuple[Trajectory, ...] = field(init=False, repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        require_at_least(self, 1, "shots")
        if self.examples:
            read = tuple(records.read(self.examples))
            object.__setattr__(self, "_solved", tuple(t for t in read if _is_solved(t)))
            if not self._solved:
                raise UsageError(f"{self.examples} holds no solved problem (graded 1, not void)")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        shots = demonstrations(self._solved, problem, self.shots)
        if not shots:
            return await self.inner.solve(problem, rollout)
        rollout.note("demonstrations")
        told = "".join(
            DEMONSTRATION.format(
                question=shot.problem.question, solution=transcript(shot.segments, rollout.dialect)
            )
            for shot in shots
        )
        question = PROMPT.format(demonstrations=told, question=problem.question)
        return await self.inner.solve(replace(problem, question=question), rollout)


def demonstrations(solved: tuple[Trajectory, ...], problem: Problem, shots: int) -> list[Trajectory]:
    """At most `shots` solved problems, one trajectory each: of the same task first, then the short ones.

    The problem itself, by its id or its question, is never among them.
    """
    best: dict[str, Trajectory] = {}
    for one in sorted(solved, key=lambda t: (t.problem.task != problem.task, t.cost.tokens_out)):
        if one.problem.id != problem.id and one.problem.question != problem.question:
            best.setdefault(one.problem.question, one)
    return list(best.values())[:shots]


def _is_solved(one: Trajectory) -> bool:
    return one.relation == "root" and not one.void and one.grade is not None and one.grade.right
