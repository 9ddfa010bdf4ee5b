"""AIMO-2 Winning Solution: Building State-of-the-Art Mathematical Reasoning Models with OpenMathReasoning
dataset, Moshkov et al., 2025, arXiv 2504.16891, section on tool-integrated reasoning.
System: OpenMathReasoning / AIMO-2, its tool-integrated data.

A model that reasons well in words tends to run code for show. Of what is right, kept is what has few programs
and at least one that finds something new and not trivial: a judge says of each whether it computes what was
not known before or only checks it, and whether that is much work.
Differs from the paper: the prompts are our own; a program is trivial or it is not, where the paper has a
middle grade; the bound on programs is a field.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from reckon.data.material.retelling import Turn, Unusable, turns_of
from reckon.data.material.synthesis import Attempt, Quota, Workplace, learned, spread
from reckon.errors import BudgetSpent, UsageError
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.rollout import Rollout
from reckon.values import Trajectory

JUDGE = """A solution of a question was written in words and programs. Judge one of its programs.

Question: {question}

What was written before the program:
{before}

The program:
{program}

Its output:
{output}

Does it find something that was not known before it, or only check what was? And would that be much work by
hand, or is it trivial? End with two lines, `Purpose: new` or `Purpose: check`, and `Work: much` or
`Work: trivial`."""
_PURPOSE = re.compile(r"purpose\W{0,10}(new|check)\b", re.IGNORECASE)
_WORK = re.compile(r"work\W{0,10}(much|trivial)\b", re.IGNORECASE)


@dataclass(frozen=True)
class OpenMathReasoning:
    """judge: the judging model's name, "" for the teacher itself.  programs: of a trajectory at most."""

    judge: str = ""
    tasks: tuple[str, ...] = ("mathematics",)
    problems: int = 100
    samples: int = 4
    programs: int = 2
    per_task: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.problems, self.samples, self.programs) < 1:
            raise UsageError("OpenMathReasoning wants problems, samples and programs of 1 or more")

    @property
    def quota(self) -> Quota:
        return Quota(self.per_task, plain=1.0)

    def attempts(self) -> Iterator[Attempt]:
        return spread(self.tasks, ("",), seed=self.seed, problems=self.problems, samples=self.samples)

    async def make(self, attempt: Attempt, place: Workplace) -> Trajectory:
        taught, told = await learned(CodeInterpreter(), attempt, place, self.programs)
        turns = turns_of(taught, place.teacher.dialect)
        before = ""
        for turn in turns[:-1]:
            before += f"{turn.text}\n"
            if await self._matters(attempt, place, turn, before):
                return told
            before += f"{turn.code}\n{turn.execution.output if turn.execution else ''}\n"
        raise Unusable("no program that finds something new")

    async def _matters(self, attempt: Attempt, place: Workplace, turn: Turn, before: str) -> bool:
        """Whether the judge calls this program new and more than trivial."""
        output = turn.execution.output if turn.execution else ""
        async with Rollout(attempt.problem, place.teacher, seed=attempt.number) as rollout:
            asked = JUDGE.format(
                question=attempt.problem.question, before=before, program=turn.code, output=output
            )
            try:
                reply = await rollout.ask(asked, model=self.judge)
            except BudgetSpent:
                raise Unusable("too long") from None
        purpose, work = _PURPOSE.findall(reply), _WORK.findall(reply)
        return bool(purpose and work) and (purpose[-1].lower(), work[-1].lower()) == ("new", "much")
