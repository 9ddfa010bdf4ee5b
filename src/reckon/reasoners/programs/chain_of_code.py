"""Chain of Code: Reasoning with a Language Model-Augmented Code Emulator, Li et al., 2023, arXiv 2312.04474,
its LMulator. System: Chain of Code (CoC).

The model writes a program that may call functions nobody defined. The interpreter runs it statement by
statement; what a statement that raises would have done is said by the model, and the program goes on.
`execute` takes the paper's ways: "state" (Python, else the model with the program state), "no_state" (the
model is not shown the state), "python" (Python only), "lm" (the model alone runs all of it).
Differs from the paper: without few-shot exemplars, the prompts are our own; the session reports the statement
that raised, so the program is not cut up here; only literal values come back from the model.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from reckon.errors import UsageError
from reckon.reasoners.material.results import result, why_no_result

if TYPE_CHECKING:
    from reckon.protocols import Emulate, FailedStatement
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

Execute = Literal["state", "no_state", "python", "lm"]
PROMPT = """{question}

Reply with one program that finds the answer step by step and assigns it to `answer`. Where a step needs
judgement or knowledge, call a function that you name for what it does and do not define, such as
is_fruit(word): its value will be filled in. Compute everything else. {code_help}"""
EMULATE = """A program is being run by hand.
{program}
The interpreter cannot run this statement ({error}):
{source}
{state}What are the values of the variables that it sets once it is done? Do not write code.
Reply with one Python dict of literals, from variable name to value, and nothing after it."""
STATE = "The variables before it:\n{variables}\n"
RUN_BY_HAND = """Run your program in your head, statement by statement, and keep track of the variables.
Do not write code. {answer_help}"""
READ = "print(answer)"


@dataclass(frozen=True)
class ChainOfCode:
    """execute: who runs a statement, see the module. temperature: of everything the model writes."""

    execute: Execute = "state"
    temperature: float | None = None

    def __post_init__(self) -> None:
        if self.execute not in get_args(Execute):
            ways = ", ".join(get_args(Execute))
            raise UsageError(f"ChainOfCode.execute: wanted one of {ways}, got {self.execute!r}")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech = rollout.dialect
        await rollout.prompt(PROMPT.format(question=problem.question, code_help=speech.code_help))
        written = await rollout.write(temperature=self.temperature)
        if written.code is None:
            return rollout.answer(None, written.malformed or "no program was written")
        if self.execute == "lm":
            await rollout.prompt(RUN_BY_HAND.format(answer_help=speech.answer_help))
            emulated = await rollout.write(temperature=self.temperature)
            return rollout.answer(emulated.answer, "" if emulated.answer else "no answer was marked")
        emulate = None if self.execute == "python" else self._emulator(rollout, written.code)
        execution = await rollout.run(written.code, show=False, emulate=emulate)
        found = result(execution)
        if execution.ok:
            rollout.answer(found)  # stands if the budget is spent before `answer` is read
            found = result(await rollout.run(READ, show=False)) or found
        return rollout.answer(found, "" if found else why_no_result(execution))

    def _emulator(self, rollout: Rollout, program: str) -> Emulate:
        """The LMulator: a side question for each statement that raised."""

        async def emulate(failed: FailedStatement) -> Mapping[str, object] | None:
            variables = "\n".join(f"{name} = {value.text}" for name, value in failed.state.items())
            state = STATE.format(variables=variables) if variables and self.execute == "state" else ""
            question = EMULATE.format(program=program, error=failed.error, source=failed.source, state=state)
            rollout.note("emulated")
            return read_state(await rollout.ask(question, temperature=self.temperature))

        return emulate


def read_state(reply: str) -> dict[str, object] | None:
    """The last dict of literals, from names to values, that stands in a reply; None without one."""
    end = reply.rfind("}") + 1
    starts = [n for n, sign in enumerate(reply[:end]) if sign == "{"][:50]
    for start in starts:
        try:
            state = ast.literal_eval(reply[start:end])
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
        if isinstance(state, dict) and all(isinstance(name, str) and name.isidentifier() for name in state):
            return state
    return None
