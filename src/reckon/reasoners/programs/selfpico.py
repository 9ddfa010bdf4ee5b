"""SelfPiCo: Self-Guided Partial Code Execution with LLMs, Xue et al., 2024, arXiv 2407.16974, section 3.
System: SelfPiCo; its loop.

A fragment of code runs although parts of it are defined nowhere: at each undefined name, attribute or call
the run stands still, the model thinks about what the code around it needs, and says a value, which is put in
wherever the same is used. Where the run then ends in an error, the values and the error are told, and the
model predicts again.
Differs from the paper: the fragment is the last fenced code of the question, else one that the model writes;
a value is any literal; the model is prompted, not fine-tuned. Which lines are covered is not counted here:
`session.run(code, ask=..., trace=Trace())` tells it.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.results import result, why_no_result

if TYPE_CHECKING:
    from reckon.protocols import Missing, Supply
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

WRITE = """{question}

Write a program that prints only the answer. What you cannot know here, such as data or functions of others,
you may use without defining it: its value is filled in. {code_help}"""
PREDICT = """A fragment of Python is being run:
{program}

Nothing defines {what}, which this line needs:
{source}
{state}{before}Think in a sentence or two about which type and value the code around it needs: how is it
used, what is it compared with, what does its name say? For example, `rows` in `for row in rows: n += row[0]`
is a list of tuples of numbers. Do not write code. End with a line `Value: ` and one Python literal."""
STATE = "The variables before it: {variables}\n"
BEFORE = "In the run before these values were put in:\n{values}\nand it ended with\n{error}\n"
_FENCE = re.compile(r"```(?:python|py)?\n(.*?)```", re.DOTALL)
_VALUE = re.compile(r"^\W*Value:\s*`?(.+?)`?\s*$", re.MULTILINE)
Values: TypeAlias = dict[str, tuple[object]]


@dataclass(frozen=True)
class SelfPico:
    """rounds: runs at most. predictor: the model that predicts values, "" for the own one."""

    rounds: int = 3
    predictor: str = ""
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "rounds")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        fragments = _FENCE.findall(problem.question)
        program = fragments[-1] if fragments else await self._write(problem, rollout)
        if program is None:
            return rollout.answer(None, "no program was written")
        before, found = "", rollout.answer(None, "the program did not run")
        for _ in range(self.rounds):
            values: Values = {}
            supply = self._supply(rollout, program, values, before)
            execution = await (await rollout.fork()).run(program, show=False, supply=supply)
            text = result(execution)
            found = rollout.answer(text, "" if text else why_no_result(execution))
            if execution.ok or not values:
                break
            raised = execution.error if execution.status == "error" else None
            rollout.note(raised.type if raised else execution.status)
            listed = "\n".join(f"{what} = {repr(value)[:200]}" for what, (value,) in values.items())
            before = BEFORE.format(values=listed, error=execution.output[-500:])
        return found

    async def _write(self, problem: Problem, rollout: Rollout) -> str | None:
        help = rollout.dialect.code_help
        await rollout.prompt(WRITE.format(question=problem.question, code_help=help))
        return (await rollout.write(temperature=self.temperature)).code

    def _supply(self, rollout: Rollout, program: str, values: Values, before: str) -> Supply:
        async def supply(missing: Missing) -> tuple[object] | None:
            call = f"({', '.join(missing.arguments)})" if missing.kind == "call" else ""
            what = missing.name + call
            if what in values:
                return values[what]
            variables = ", ".join(f"{name} = {value.text}" for name, value in missing.state.items())
            state = STATE.format(variables=variables) if variables else ""
            told = {"program": program, "what": what, "source": missing.source, "state": state}
            question = PREDICT.format(**told, before=before)
            reply = await rollout.ask(question, model=self.predictor, temperature=self.temperature)
            value = read_value(reply)
            if value is not None:
                values[what] = value
            return value

        return supply


def read_value(reply: str) -> tuple[object] | None:
    """(the literal of the last `Value:` line,); None without one."""
    for text in reversed(_VALUE.findall(reply)):
        try:
            return (ast.literal_eval(text),)
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
    return None
