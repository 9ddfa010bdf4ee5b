"""Self-estimate Score: "Steering Large Language Models between Code Execution and Textual Reasoning",
Chen et al., 2024, arXiv 2410.03524.
System: CodeSteer study (Code/Text steering); Self-estimate Score.

The model scores how sure it is to solve the question by code and by text, takes the way with the higher score
(text where they are close), reflects, and may switch.
Differs from the paper: scores are asked for in a turn of their own and the runtime takes the way, where the
paper has one prompt for all of it; the prompts are our own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import require_at_least

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

SCORES = """{question}

Do not solve it yet. How sure are you that you would get it right by each way, from 0 to 10? Reply in
two lines:
Coding: <score>
Text: <score>"""
CODE = "Solve it with a program. {code_help} {answer_help}"
TEXT = "Solve it step by step in text. Do not write code. {answer_help}"
REFLECT = "Look at what you did. If {way} served, repeat your answer; if not, switch. {other}"


@dataclass(frozen=True)
class SelfEstimate:
    """margin: scores no further apart are close. turns: the first way and the reflections after it."""

    margin: float = 1.0
    turns: int = 2
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "turns")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        help = {"code_help": rollout.dialect.code_help, "answer_help": rollout.dialect.answer_help}
        ways = {"code": CODE.format(**help), "text": TEXT.format(**help)}
        await rollout.prompt(SCORES.format(question=problem.question))
        scores = await rollout.write(stop=(), temperature=self.temperature)
        way = "code" if _score(scores.text, "Coding") > _score(scores.text, "Text") + self.margin else "text"
        rollout.note(f"chose_{way}")
        await rollout.prompt(ways[way])
        found = await self._attempt(rollout)
        rollout.answer(found)  # stands if the budget is spent on reflection
        for _ in range(self.turns - 1):
            other = "text" if way == "code" else "code"
            await rollout.prompt(REFLECT.format(way=way, other=ways[other]))
            again = await self._attempt(rollout)
            if again is None or again == found:
                break
            found, way = again, other
            rollout.note("switched")
        return rollout.answer(found, "" if found else "no answer was marked")

    async def _attempt(self, rollout: Rollout) -> str | None:
        written = await rollout.write(temperature=self.temperature)
        if written.code is not None:
            await rollout.run(written.code)
            written = await rollout.write(temperature=self.temperature)
        return written.answer


def _score(text: str, way: str) -> float:
    """The score after the last "Coding:" or "Text:"; 0 where none stands."""
    found = re.findall(rf"{way}[^\d\n-]{{0,20}}(\d+(?:\.\d+)?)", text, re.IGNORECASE)
    return float(found[-1][:8]) if found else 0.0
