"""The multi-turn code interpreter loop of R1-Code-Interpreter and ReTool.

"R1-Code-Interpreter: Training LLMs to Reason with Code via Supervised and Reinforcement Learning", Chen et
al., 2025, arXiv 2505.21668; "ReTool: Reinforcement Learning for Strategic Tool Use in
LLMs", Feng et al., 2025, arXiv 2504.11536, section 2. Which of the two forms it takes is the dialect.
System: R1-Code-Interpreter (R1-CI); its policy. System: ReTool; its policy.

Differs from the papers: variables persist between programs; a malformed call is told to the model instead of
ending the rollout; room is kept for the final answer. Where calls, the rollout's own limit of runs or room
run out, the papers end the rollout (R1-CI after 8 calls) without one; here it is asked for once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import require_at_least

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROMPT = "{question}\n\n{code_help} {answer_help}"
MALFORMED = "That was not run: {why}. Write it again."
NO_ANSWER = "That holds neither a program nor an answer. {answer_help}"
LAST = "No more programs can be run. {answer_help}"


@dataclass(frozen=True)
class CodeInterpreter:
    """Think, run, read, go on; at most `max_calls` programs.

    reserve: tokens kept for the final answer.
    patience: malformed or empty turns after which the answer is asked for.
    """

    max_calls: int = 8
    reserve: int = 128
    patience: int = 3
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 0, "max_calls", "reserve")
        require_at_least(self, 1, "patience")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech = rollout.dialect
        await rollout.prompt(
            PROMPT.format(
                question=problem.question, code_help=speech.code_help, answer_help=speech.answer_help
            )
        )
        calls = slips = 0
        while calls < self.max_calls and slips < self.patience and rollout.fits(self.reserve):
            written = await rollout.write(reserve=self.reserve, temperature=self.temperature)
            if written.answer is not None:
                return rollout.answer(written.answer)
            if written.code is not None:
                calls += 1
                await rollout.run(written.code, reserve=self.reserve)
            elif written.malformed is not None:
                slips += 1
                await rollout.tell(MALFORMED.format(why=written.malformed), note="malformed")
            elif written.finish == "end":
                slips += 1
                await rollout.tell(NO_ANSWER.format(answer_help=speech.answer_help), note="no_answer")
        await rollout.tell(LAST.format(answer_help=speech.answer_help), note="asked_for_answer")
        written = await rollout.write(prefix=speech.answers[0].open, temperature=self.temperature)
        return rollout.answer(written.answer, "" if written.answer else "no answer was marked")
