"""SciMaster: Towards General-Purpose Scientific AI Agents, Part I. X-Master as Foundation, Chai et al., 2025.
arXiv 2507.05241, section 2.1. System: X-Master / X-Masters; the agent.

Code is the language in which a reasoning model acts: its own turn is begun for it with the resolve to write
programs, tools are functions in them, and it goes on thinking after what they print, in the same turn.
Differs from the paper: the opening is our own; tools are those of the Setup. A server that does not continue
a turn leaves the opening out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import require_at_least

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROMPT = "{tools}{question}\n\n{code_help} {answer_help}"
OPENING = """I can act while I think: a program that I write here is run at once, its output comes right after
it, and I go on from there. I use programs to compute, to look things up with the functions that I was given,
and to check what I believe.
"""
AGAIN = "Nothing was run: {why}. {answer_help}"


@dataclass(frozen=True)
class XMaster:
    """max_calls: programs at most. reserve: tokens kept for the answer.

    patience: turns that come to nothing, at most.
    """

    max_calls: int = 10
    reserve: int = 128
    patience: int = 3
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "max_calls", "patience")
        require_at_least(self, 0, "reserve")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech = rollout.dialect
        help = {"code_help": speech.code_help, "answer_help": speech.answer_help}
        await rollout.prompt(PROMPT.format(tools=rollout.tools_help, question=problem.question, **help))
        opening, calls, slips = OPENING, 0, 0
        while calls < self.max_calls and slips < self.patience and rollout.fits(self.reserve):
            written = await rollout.write(prefix=opening, reserve=self.reserve, temperature=self.temperature)
            opening = ""
            if written.answer is not None:
                return rollout.answer(written.answer)
            if written.code is not None:
                calls += 1
                await rollout.run(written.code, reserve=self.reserve)
            elif written.malformed is not None or written.finish == "end":
                slips += 1
                why = written.malformed or "there is neither a program nor an answer"
                await rollout.tell(AGAIN.format(why=why, answer_help=speech.answer_help), note="slipped")
        written = await rollout.write(prefix=speech.answers[0].open, temperature=self.temperature)
        return rollout.answer(written.answer, "" if written.answer else "no answer was marked")
