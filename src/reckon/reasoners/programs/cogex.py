"""Learning to Reason via Program Generation, Emulation, and Search (CoGEX, CoTACS), Weir et al., 2024, arXiv
2405.16337. System: CoGEX (+CoTACS).

The model writes a pseudo-program whose leaf functions nobody defines, then emulates its call on the question
and gives the dict that it returns. CoTACS adapts it to a task: of programs sampled on training problems, keep
those that do best when emulated on all of them, and use them, unchanged, for every problem; several vote.
Differs from the paper: the model is prompted, not fine-tuned; the prompts are our own.

    best = await best_programs(candidates, score)       # score(Cogex) -> accuracy on the training problems
    Cogex(programs=best)
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.errors import UsageError
from reckon.reasoners.material.together import within_budget
from reckon.votes import majority

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

WRITE = """{question}

Write a Python function that solves any question of this kind, and a call of it for this one. Divide the work
into steps; a step that needs judgement or knowledge calls a function whose name and docstring say what it
does and whose body is left out. It returns a dict of the intermediate values and, under 'answer', the answer.
It will not be run. {code_help}"""
EMULATE = """{question}

Emulate this program on the question above: go through it call by call, and fill in what the functions that
are left out would return.
{program}
Do not write code. Write the dict that it returns, then the answer that it holds. {answer_help}"""


@dataclass(frozen=True)
class Cogex:
    """programs: what to emulate, each once, with a vote; () has a program written for the problem itself."""

    programs: tuple[str, ...] = ()
    temperature: float | None = None

    def __post_init__(self) -> None:
        if isinstance(self.programs, str):
            raise UsageError("Cogex.programs: wanted a tuple of programs, got one text: put it in a tuple")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        programs = self.programs
        if not programs:
            help = rollout.dialect.code_help
            await rollout.prompt(WRITE.format(question=problem.question, code_help=help))
            written = await rollout.write(temperature=self.temperature)
            if written.code is None:
                return rollout.answer(None, written.malformed or "no program was written")
            programs = (written.code,)
        answers = await within_budget(self._emulate(problem, rollout, program) for program in programs)
        winner = majority(answers)
        return rollout.answer(winner, "" if winner else "no emulation had an answer")

    async def _emulate(self, problem: Problem, rollout: Rollout, program: str) -> str | None:
        emulator = await rollout.side()
        help = rollout.dialect.answer_help
        await emulator.prompt(EMULATE.format(question=problem.question, program=program, answer_help=help))
        emulated = await emulator.write(stop=[rollout.dialect.answers[0].close], temperature=self.temperature)
        emulator.answer(emulated.answer, "" if emulated.answer else "no answer was marked")
        return emulated.answer


async def best_programs(
    candidates: Sequence[str], score: Callable[[Cogex], Awaitable[float]], *, keep: int = 1
) -> tuple[str, ...]:
    """CoTACS: the `keep` programs with the highest score when each alone is emulated; first of equals."""
    unique = tuple(dict.fromkeys(candidates))
    if not unique or keep < 1:
        raise UsageError(f"best_programs: wanted programs and keep above 0, got {len(unique)} and {keep}")
    scores = [await score(Cogex(programs=(program,))) for program in unique]
    order = sorted(range(len(unique)), key=lambda n: -scores[n])
    return tuple(unique[n] for n in order[:keep])
