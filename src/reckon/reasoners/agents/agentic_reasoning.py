"""Agentic Reasoning: Reasoning LLMs with Tools for the Deep Research, Wu et al., 2025, arXiv 2502.04644.
Section 2. System: Agentic Reasoning.

While it thinks, the reasoning model writes a request in special tokens; it is stopped there, an agent with a
context of its own answers, and it goes on. The coding agent turns words into programs and gives their result;
the search agent divides the request into queries and ranks what they find; the Mind-Map agent makes a graph
of the reasoning so far, clusters it, and answers from the clusters that the query is about.
Differs from the paper: clusters are the connected parts of the graph, chosen by their words; searching needs
tools of the Setup and is offered with them alone; a program that the model writes itself is run as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.loops.codeact import CodeAct
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.delegating import conclude, delegate
from reckon.reasoners.material.mind_map import recall
from reckon.reasoners.material.replies import read_items
from reckon.reasoners.material.transcripts import transcript

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROMPT = """{question}

Think step by step. You may ask for help: write a request in one of these forms, stop, go on with the reply.
<coder>what is to be computed, in words</coder>
<mind_map>what you want to know of your reasoning so far</mind_map>
{search}{code_help} {answer_help}"""
SEARCH = "<search>what is to be looked up</search>\n"
QUERIES = (
    "Something is to be looked up: {query}\nGive at most {most} search queries for it as a numbered list."
)
LOOK_UP = "Look this up with the functions that are given, and answer with what you find: {query}"
RANK = """Found, on "{query}":
{found}

Report what helps, in a few sentences, the most relevant first. Leave the rest out."""
CODER = "{query}\nWhat was reasoned so far:\n{reasoning}\n\nCompute it with a program."
LAST = "No more help can be had. {answer_help}"
_TOKEN = re.compile(r"<(coder|mind_map|search)>((?:(?!<\1>).)*)</\1>\s*\Z", re.DOTALL)
CLOSES = ("</coder>", "</mind_map>", "</search>")


@dataclass(frozen=True)
class AgenticReasoning:
    """requests: programs and requests at most.  queries: of a search.  clusters: shown of the mind map."""

    requests: int = 8
    queries: int = 3
    clusters: int = 2
    agent: Reasoner = CodeAct()
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "requests", "queries", "clusters")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech = rollout.dialect
        help = {"code_help": speech.code_help, "answer_help": speech.answer_help}
        search = SEARCH if rollout.tools_help else ""
        await rollout.prompt(PROMPT.format(question=problem.question, search=search, **help))
        for _ in range(self.requests):
            if not rollout.runs_left:
                break
            written = await rollout.write(also=CLOSES, temperature=self.temperature)
            if written.answer is not None:
                return rollout.answer(written.answer)
            if written.code is not None:
                await rollout.run(written.code)
                continue
            token = _TOKEN.search(written.text)
            reply = "That is no request and no answer."
            if token is not None:
                rollout.note(token[1])
                agent = {"coder": self._code, "mind_map": self._recall, "search": self._search}[token[1]]
                reply = await agent(problem, rollout, token[2].strip())
            await rollout.tell(reply)
        await rollout.tell(LAST.format(answer_help=speech.answer_help))
        written = await rollout.write(prefix=speech.answers[0].open, temperature=self.temperature)
        return conclude(rollout, written.answer)

    async def _code(self, problem: Problem, rollout: Rollout, query: str) -> str:
        reasoning = transcript(rollout.segments, rollout.dialect)
        return (await delegate(rollout, self.agent, CODER.format(query=query, reasoning=reasoning))).result

    async def _search(self, problem: Problem, rollout: Rollout, query: str) -> str:
        reply = await rollout.ask(QUERIES.format(query=query, most=self.queries))
        found = ""
        for one in read_items(reply, self.queries):
            work = await delegate(rollout, self.agent, LOOK_UP.format(query=one))
            found += f"{one}: {work.result}\n"
        return (await rollout.ask(RANK.format(query=query, found=found))).strip()

    async def _recall(self, problem: Problem, rollout: Rollout, query: str) -> str:
        reasoning = transcript(rollout.segments, rollout.dialect)
        return await recall(rollout, problem.question, reasoning, query, self.clusters)
