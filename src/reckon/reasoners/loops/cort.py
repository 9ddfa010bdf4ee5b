"""CoRT: Code-integrated Reasoning within Thinking, Li et al., 2025, arXiv 2506.09820, Hint-Engineering.
System: CoRT (Hint-Engineering); its way of sampling.

Two hints are put into the model's own turn, and it goes on from there: one to use Python, where it has
thought for long without (delayed code computation), and one not to doubt an output, right after it.
Differs from the paper: hints come by rule, not by hand at chosen places; their wording is our own. On a
server that does not continue a turn the hints are left out, and it is the plain loop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import require_at_least

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROMPT = "{question}\n\n{code_help} {answer_help}"
USE_PYTHON = "\nDoing this by hand is tedious; I compute it with Python instead.\n"
TRUST = "\nPython computed this, so there is no need to work it out again. "
AGAIN = "Nothing was run: {why}. {answer_help}"


@dataclass(frozen=True)
class Cort:
    """think_tokens: thought without a program before the first hint. max_calls: programs at most.

    reserve: tokens kept for the final answer.  patience: turns that come to nothing, at most.
    """

    think_tokens: int = 512
    max_calls: int = 8
    reserve: int = 128
    patience: int = 3
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "think_tokens", "max_calls", "patience")
        require_at_least(self, 0, "reserve")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech = rollout.dialect
        help = {"code_help": speech.code_help, "answer_help": speech.answer_help}
        await rollout.prompt(PROMPT.format(question=problem.question, **help))
        hint, calls, slips = "", 0, 0
        while calls < self.max_calls and slips < self.patience and rollout.fits(self.reserve):
            written = await rollout.write(
                prefix=hint,
                max_tokens=self.think_tokens,
                reserve=self.reserve,
                temperature=self.temperature,
            )
            if written.answer is not None:
                return rollout.answer(written.answer)
            if written.code is not None:
                calls += 1
                await rollout.run(written.code, reserve=self.reserve)
                hint = TRUST
            elif written.finish == "length" and written.malformed is None:
                rollout.note("hinted")
                hint = USE_PYTHON
            else:
                slips += 1
                why = written.malformed or "there is neither a program nor an answer"
                await rollout.tell(AGAIN.format(why=why, answer_help=speech.answer_help), note="slipped")
                hint = ""
        written = await rollout.write(prefix=speech.answers[0].open, temperature=self.temperature)
        return rollout.answer(written.answer, "" if written.answer else "no answer was marked")
