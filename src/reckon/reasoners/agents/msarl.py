"""MSARL: Decoupling Reasoning and Tool Use with Multi-Small-Agent Reinforcement Learning, 2025.
Wang et al., arXiv 2508.08882, its two kinds of agents. System: MSARL; its roles.

The Reasoning Agent divides the problem and asks for computations in plain words; it never sees a program. The
Tool Agent turns a request into code, runs it, mends it, and hands back the distilled result alone.
Differs from the paper: the agents are prompted; each may be a model of its own, and each has its record, from
which it can be trained by its own reward; a reply without a request is taken for one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.delegating import conclude, delegate

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

REASON = """{question}

Reason step by step, without code. Where something has to be computed, end your turn with one line
Request: what is to be computed, in words, with every value that it needs
and you are told the result. {answer_help}"""
TOOL = """{tools}{request}

Compute this with programs, and answer with the result alone, as short as it can be."""
RESULT = "{result}\n(the result of your request)"
LAST = "No more requests are answered. {answer_help}"
_REQUEST = re.compile(r"^\W*Request:\s*(.+)", re.MULTILINE | re.DOTALL | re.IGNORECASE)
LONGEST = 1_000  # characters of a result: it is told in short or not at all


@dataclass(frozen=True)
class Msarl:
    """requests: at most. tool_agent: its model, "" for the own one. tool: how the Tool Agent works."""

    requests: int = 6
    tool_agent: str = ""
    tool: Reasoner = CodeInterpreter(max_calls=3)
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "requests")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech = rollout.dialect
        await rollout.prompt(REASON.format(question=problem.question, answer_help=speech.answer_help))
        close = [speech.answers[0].close]
        for _ in range(self.requests):
            written = await rollout.write(stop=close, temperature=self.temperature)
            if written.answer is not None:
                return rollout.answer(written.answer)
            asked = _REQUEST.search(written.text)
            request = (asked[1] if asked else written.text).strip()
            told = TOOL.format(tools=rollout.tools_help, request=request)
            work = await delegate(rollout, self.tool, told, model=self.tool_agent)
            await rollout.tell(RESULT.format(result=work.result[:LONGEST]))
        await rollout.tell(LAST.format(answer_help=speech.answer_help))
        written = await rollout.write(prefix=speech.answers[0].open, temperature=self.temperature)
        return conclude(rollout, written.answer)
