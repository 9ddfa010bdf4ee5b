"""Code + Text + Sum.: "Steering Large Language Models between Code Execution and Textual Reasoning",
Chen et al., 2024, arXiv 2410.03524.
System: CodeSteer study (Code/Text steering); Code + Text + Sum.

One solution in text, one by code, each without sight of the other; the same model makes one answer of both.
Differs from the paper: the prompts are our own. A first solution that ends without an answer is still shown;
where the summary marks no answer, that of the code stands, else that of the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.together import within_budget
from reckon.reasoners.material.transcripts import transcript
from reckon.reasoners.steering.steering import Steering
from reckon.reasoners.text import Text

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

SUM = """{question}

Two solutions were made apart from each other.

By reasoning in text:
{text}

By running a program:
{code}

Compare how they came to their answers, say where one goes wrong, and give one final answer.
Do not write code. {answer_help}"""


@dataclass(frozen=True)
class CodeTextSum:
    """text, code: the two ways; `temperature` is that of the summary."""

    text: Reasoner = Text()
    code: Reasoner = Steering("all_code_cot")
    temperature: float | None = None

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        ways = [await rollout.side(), await rollout.side()]
        await within_budget([self.text.solve(problem, ways[0]), self.code.solve(problem, ways[1])])
        found = [way.answered.text for way in reversed(ways) if way.answered and way.answered.text]
        answer = rollout.answer(found[0] if found else None)  # stands unless the summary has one
        text, code = (_solution(way) for way in ways)
        speech = rollout.dialect
        await rollout.prompt(
            SUM.format(question=problem.question, text=text, code=code, answer_help=speech.answer_help)
        )
        written = await rollout.write(stop=[speech.answers[0].close], temperature=self.temperature)
        summed = written.answer or answer.text
        return rollout.answer(summed, "" if summed else "the summary has no answer")


def _solution(way: Rollout) -> str:
    """What the model wrote and what its programs said, without the prompt."""
    found = way.answered.text if way.answered else None
    return f"{transcript(way.segments, way.dialect)}\nIts answer: {found or 'none'}"
