"""R1-Code-Interpreter: Training LLMs to Reason with Code via Supervised and Reinforcement Learning, Chen et
al., 2025, arXiv 2505.21668, the synthesis of its supervised data.
System: R1-Code-Interpreter (R1-CI), its data.

A teacher answers the questions through the real loop, asked in several ways: freely, in words first and then
with code, with code first and then in words, in several programs. Kept is what is right, at most 70 of a
task, most of them with several programs or a switch; the prompts that forced those are left out of the data.
Differs from the paper: the prompts are our own; variables persist between programs; how much a task keeps of
what needed one program at most is a field (the paper gives no share).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.data.material.synthesis import Attempt, Quota, Workplace, learned, spread
from reckon.data.noisy_teacher import NO_CODE, NOT_YET
from reckon.errors import UsageError
from reckon.reasoners.code_interpreter import PROMPT

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem, Trajectory

WAYS: Mapping[str, tuple[str, ...]] = {
    "free": (PROMPT,),
    "text_to_code": (
        "{question}\n\nBegin in words: what is given, what is asked, how it could be found, and what result"
        f" you expect. {NO_CODE} {NOT_YET}",
        "Now compute it with a program, and compare its output with what you expected. {code_help}"
        " {answer_help}",
    ),
    "code_to_text": (
        f"{{question}}\n\nBegin with a program. {{code_help}} Then say what its output tells you. {NOT_YET}",
        f"Now go through the question in words and test the result against each demand. {NO_CODE}"
        " {answer_help}",
    ),
    "steps": (
        "{question}\n\nTake several programs, one for each step: look at what is given or at a small case,"
        " compute the result, then find it once more by another way. {code_help} {answer_help}",
    ),
    "doubt": (
        f"{{question}}\n\nSolve it with code. {{code_help}} {NOT_YET}",
        "Write another program that tests this result without trusting how it was found; if it fails, mend"
        " it. {code_help} {answer_help}",
    ),
}
AGAIN = "That was not run: {why}. Write it again."
PATIENCE = 3


@dataclass(frozen=True)
class R1Ci:
    """tasks: names and suites.  problems: of each task.  samples: tries at each, one way after the other.

    ways: of WAYS.  per_task: what is kept of a task at most.  plain: the share of it that may be of one
    program at most, without a switch.  max_calls: programs of a trajectory (the paper's: 8, at first 5).
    """

    tasks: tuple[str, ...] = ("elementary",)
    problems: int = 100
    samples: int = 2
    ways: tuple[str, ...] = tuple(WAYS)
    per_task: int = 70
    plain: float = 0.4
    max_calls: int = 8
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.problems, self.samples, self.max_calls) < 1:
            raise UsageError("R1Ci wants problems, samples and max_calls of 1 or more")
        if not self.ways or not set(self.ways) <= set(WAYS):
            raise UsageError(f"R1Ci.ways: wanted some of {', '.join(WAYS)}, got {self.ways}")
        Quota(self.per_task, self.plain)

    @property
    def quota(self) -> Quota:
        return Quota(self.per_task, self.plain)

    def attempts(self) -> Iterator[Attempt]:
        return spread(self.tasks, self.ways, seed=self.seed, problems=self.problems, samples=self.samples)

    async def make(self, attempt: Attempt, place: Workplace) -> Trajectory:
        reasoner = _Forced(attempt.variant, self.max_calls)
        return (await learned(reasoner, attempt, place, self.max_calls))[1]


@dataclass(frozen=True)
class _Forced:
    """The loop under the prompts of one of WAYS, each answered before the next is given."""

    way: str
    max_calls: int

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech, found = rollout.dialect, None
        help = {"code_help": speech.code_help, "answer_help": speech.answer_help}
        for prompt in WAYS[self.way]:
            await rollout.prompt(prompt.format(question=problem.question, **help))
            found = await self._reply(rollout) or found
        return rollout.answer(found, "" if found else "no answer was marked")

    async def _reply(self, rollout: Rollout) -> str | None:
        """Write and run until the teacher answers, or ends its turn."""
        idle = 0
        while rollout.cost.runs < self.max_calls and idle < PATIENCE:
            written = await rollout.write()
            if written.answer is not None:
                return written.answer
            if written.code is not None:
                await rollout.run(written.code)
            elif written.malformed is not None:
                idle += 1
                await rollout.tell(AGAIN.format(why=written.malformed))
            elif written.finish == "end":
                return None
            else:
                idle += 1
        return None
