"""All Text: the model thinks in text and never runs code.

"Steering Large Language Models between Code Execution and Textual Reasoning", Chen et al., 2024,
arXiv 2410.03524, baseline "All Text". System: CodeSteer study (Code/Text steering); All Text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROMPT = "{question}\n\nDo not write code. {answer_help}"


@dataclass(frozen=True)
class Text:
    """One reply without code; its marked answer is the answer."""

    temperature: float | None = None

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech = rollout.dialect
        await rollout.prompt(PROMPT.format(question=problem.question, answer_help=speech.answer_help))
        written = await rollout.write(stop=[speech.answers[0].close], temperature=self.temperature)
        return rollout.answer(written.answer, "" if written.answer else "no answer was marked")
