"""CodeSteer: Symbolic-Augmented Language Models via Code/Text Guidance, Chen et al., 2025, arXiv 2502.04350.

A guide model reads what the task model did and steers it, turn by turn, towards code or text, until it lets
the answer stand.
Differs from the paper: without the symbolic checker and the self-answer checker, which only add to what the
guide is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

TASK = "{question}\n\n{guidance} {answer_help}"
AGAIN = "{guidance} {answer_help}"
CODE = "Solve it with code. {code_help}"
TEXT = "Solve it by reasoning in text, without code."
GUIDE = """You guide another model that solves the question below. It can reason in text or run Python.
Question: {question}

Reply with exactly one of
<<<Code>>> to have it use code,
<<<Text>>> to have it reason in text,
<<<Return Answer>>> when its last answer should stand,
or with guidance of your own in at most three sentences."""
REPORT = "The model's reply:\n{reply}\n\nWhat next?"


@dataclass(frozen=True)
class CodeSteer:
    """At most `turns` guided attempts. guide: the name of the guiding model, "" for the task model itself."""

    guide: str = ""
    turns: int = 5
    temperature: float | None = None

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        guide = await rollout.side(model=self.guide)
        await guide.prompt(GUIDE.format(question=problem.question))
        answer = rollout.answer(None, "the guide let no answer stand")
        for turn in range(self.turns):
            verdict = (await guide.write(stop=())).text
            if "<<<Return Answer>>>" in verdict and turn > 0:
                break
            await rollout.prompt(self._task_prompt(problem, rollout, verdict, first=turn == 0))
            reply, found = await self._attempt(rollout)
            answer = rollout.answer(found, "" if found else "no answer was marked")
            await guide.prompt(REPORT.format(reply=reply))
        return answer

    def _task_prompt(self, problem: Problem, rollout: Rollout, verdict: str, *, first: bool) -> str:
        speech = rollout.dialect
        guidance = verdict.strip()
        if "<<<Code>>>" in verdict:
            guidance = CODE.format(code_help=speech.code_help)
        elif "<<<Text>>>" in verdict:
            guidance = TEXT
        form = TASK if first else AGAIN
        return form.format(question=problem.question, guidance=guidance, answer_help=speech.answer_help)

    async def _attempt(self, rollout: Rollout) -> tuple[str, str | None]:
        """One complete reply, its program run if it wrote one; (what the guide sees, the answer)."""
        written = await rollout.write(temperature=self.temperature)
        if written.code is None:
            return written.text, written.answer
        execution = await rollout.run(written.code)
        conclusion = await rollout.write(temperature=self.temperature)
        return f"{written.text}\n{execution.output}\n{conclusion.text}", conclusion.answer
