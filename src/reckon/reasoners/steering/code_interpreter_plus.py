"""Code Interpreter+: "Steering Large Language Models between Code Execution and Textual Reasoning",
Chen et al., 2024, arXiv 2410.03524.
System: CodeSteer study (Code/Text steering); Code Interpreter+.

The code interpreter with one demand more: that code be used.
Differs from the paper: the loop is the one of `code_interpreter`, not an assistant service; the prompt is our
own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reckon.reasoners.code_interpreter import CodeInterpreter

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROMPT = """{question}

Solve this by running code: before any answer, write a program that computes it, and answer from its output.
A program that only prints an answer found without it does not count."""


@dataclass(frozen=True)
class CodeInterpreterPlus:
    """inner: what is told to use code."""

    inner: Reasoner = CodeInterpreter()

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        told = replace(problem, question=PROMPT.format(question=problem.question))
        return await self.inner.solve(told, rollout)
