"""Executable Code Actions Elicit Better LLM Agents (CodeAct), Wang et al., 2024, arXiv 2402.01030.
System: CodeAct / CodeActAgent.

Every action is Python in one session: variables persist, tools are functions that stand in it before the
first action, an observation is what the program printed or the error it ended with, and the turn after an
error may mend it.
Differs from the paper: tools are those of the Setup, which run outside the session, and Python source that
runs in it; the model is told their signatures and docstrings; the marks of an action are the dialect's; the
prompt is our own.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reckon.errors import UsageError
from reckon.reasoners.code_interpreter import CodeInterpreter

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROMPT = """{tools}{question}

Act by writing programs. Think before each of them, print what you want to see, build on the variables of the
programs before, and where one fails, find out why and mend it."""
TOOLS = "These functions are defined already; call them from your programs:\n{signatures}\n\n"


@dataclass(frozen=True)
class CodeAct:
    """tools: Python source that defines the functions a program may call. inner: the loop."""

    tools: str = ""
    inner: Reasoner = CodeInterpreter(max_calls=10)

    def __post_init__(self) -> None:
        signatures(self.tools)

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        if self.tools:
            defined = await rollout.run(self.tools, show=False)
            if not defined.ok:
                raise UsageError(f"CodeAct.tools do not run: {defined.output[:500]}")
        tools = TOOLS.format(signatures=signatures(self.tools)) if self.tools else ""
        told = PROMPT.format(tools=tools + rollout.tools_help, question=problem.question)
        return await self.inner.solve(replace(problem, question=told), rollout)


def signatures(tools: str) -> str:
    """The public functions of Python source, each with its docstring. Raises UsageError for other text."""
    try:
        functions = [n for n in ast.parse(tools).body if isinstance(n, ast.FunctionDef)]
    except (SyntaxError, ValueError) as error:
        raise UsageError(f"CodeAct.tools: wanted Python source that defines functions: {error}") from None
    public = [function for function in functions if not function.name.startswith("_")]
    if tools and not public:
        raise UsageError("CodeAct.tools: wanted Python source that defines functions, it defines none")
    return "\n".join(_signature(function) for function in public)


def _signature(function: ast.FunctionDef) -> str:
    returns = f" -> {ast.unparse(function.returns)}" if function.returns else ""
    head = f"def {function.name}({ast.unparse(function.args)}){returns}"
    doc = ast.get_docstring(function)
    return f'{head}:\n    """{doc}"""' if doc else head
