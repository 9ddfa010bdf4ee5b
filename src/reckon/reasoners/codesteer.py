"""CodeSteer: Symbolic-Augmented Language Models via Code/Text Guidance, Chen et al., 2025, arXiv 2502.04350.

A guide model reads what the task model did, what the symbolic checker says of its program and what a program
that checks its answer found, and steers it, turn by turn, until it lets the answer stand. System: CodeSteer.
Differs from the paper: the prompts are our own; the task model concludes from its program's output; the
checking program is told the answer instead of the whole reply, and written only where there is one; what
cannot steer any more, after the last turn, is not checked; the symbolic checker reads the syntax tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.complexity import report
from reckon.reasoners.material.results import result

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
REPORT = "The model's reply:\n{reply}\n{checks}\nWhat next?"
CHECK = """{question}

An answer was given: {answer}
Write one program that tests this answer against every demand of the question, without trusting how it was
found. It prints Correct, or the demand that is not met. {code_help}"""
CHECK_AGAIN = "That printed no verdict. Write the checking program again, whole."
NO_CHECK = "The check did not work this time."
CHECK_TRIES = 3
LONGEST_CHECK = 8_000  # characters; the paper's 2,000 tokens


@dataclass(frozen=True)
class CodeSteer:
    """At most `turns` guided attempts. guide: the name of the guiding model, "" for the task model itself."""

    guide: str = ""
    turns: int = 5
    symbolic_checker: bool = True
    self_answer_checker: bool = True
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "turns")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        guide = await rollout.side(model=self.guide)
        await guide.prompt(GUIDE.format(question=problem.question))
        answer = rollout.answer(None, "no answer was marked")
        for turn in range(self.turns):
            verdict = (await guide.write(stop=())).text
            if ("<<<Return Answer>>>" in verdict or "<<<Terminate>>>" in verdict) and turn > 0:
                break
            await rollout.prompt(self._task_prompt(problem, rollout, verdict, first=turn == 0))
            reply, found, code = await self._attempt(rollout)
            if found:
                answer = rollout.answer(found)
            if turn == self.turns - 1:
                break
            checks = f"Symbolic checker: {report(code)}\n" if code and self.symbolic_checker else ""
            if found and self.self_answer_checker:
                checks += f"Self-answer checker: {await self._self_check(problem, rollout, found)}\n"
            await guide.prompt(REPORT.format(reply=reply, checks=checks))
        return answer

    async def _self_check(self, problem: Problem, rollout: Rollout, answer: str) -> str:
        """What the task model's own checking program prints, in a context apart."""
        checker = await rollout.side()
        code_help = rollout.dialect.code_help
        await checker.prompt(CHECK.format(question=problem.question, answer=answer, code_help=code_help))
        for _ in range(CHECK_TRIES):
            written = await checker.write(temperature=self.temperature)
            printed = result(await checker.run(written.code)) if written.code else None
            if printed:
                return printed if len(printed) <= LONGEST_CHECK else NO_CHECK
            await checker.tell(CHECK_AGAIN)
        return NO_CHECK

    def _task_prompt(self, problem: Problem, rollout: Rollout, verdict: str, *, first: bool) -> str:
        speech = rollout.dialect
        guidance = verdict.strip()
        if "<<<Code>>>" in verdict:
            guidance = CODE.format(code_help=speech.code_help)
        elif "<<<Text>>>" in verdict:
            guidance = TEXT
        form = TASK if first else AGAIN
        return form.format(question=problem.question, guidance=guidance, answer_help=speech.answer_help)

    async def _attempt(self, rollout: Rollout) -> tuple[str, str | None, str]:
        """One complete reply, its program run if it wrote one; (what the guide sees, answer, program)."""
        written = await rollout.write(temperature=self.temperature)
        if written.code is None:
            return written.text, written.answer, ""
        execution = await rollout.run(written.code)
        conclusion = await rollout.write(temperature=self.temperature)
        return f"{written.text}\n{execution.output}\n{conclusion.text}", conclusion.answer, written.code
