"""A graph of what a line of thought has said, and answers from the parts of it that a query is about.

Agentic Reasoning, Wu et al., 2025, arXiv 2502.04644, section 2.3 (Mind-Map).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from reckon.reasoners.material.retrieval import Index

if TYPE_CHECKING:
    from reckon.rollout import Rollout

Triple: TypeAlias = tuple[str, str, str]
TRIPLES = """The reasoning so far on: {question}
{reasoning}

Which relations does it state? One per line and nothing else, in the form: entity | relation | entity"""
QUERY = "What is known:\n{facts}\n\nAnswer in a few sentences from this alone: {query}"


async def recall(rollout: Rollout, question: str, reasoning: str, query: str, most: int) -> str:
    """What the reasoning says on `query`, from the `most` clusters of its graph that are nearest to it."""
    reply = await rollout.ask(TRIPLES.format(question=question, reasoning=reasoning))
    parts = ["\n".join(map(" | ".join, part)) for part in clusters(read_triples(reply))]
    near = Index(parts).search(query, most) or range(len(parts))[:most]
    facts = "\n\n".join(parts[n] for n in near) or "(nothing)"
    return (await rollout.ask(QUERY.format(facts=facts, query=query))).strip()


def read_triples(reply: str) -> tuple[Triple, ...]:
    """The lines of the form `a | relation | b`, each once."""
    rows = [[piece.strip(" -*") for piece in line.split("|")] for line in reply.splitlines()]
    return tuple(dict.fromkeys((row[0], row[1], row[2]) for row in rows if len(row) == 3 and all(row)))


def clusters(triples: Iterable[Triple]) -> list[list[Triple]]:
    """The connected parts of the graph, the largest first."""
    parts: list[list[Triple]] = []
    for triple in triples:
        ends = {triple[0].lower(), triple[2].lower()}
        meets = [part for part in parts if any({a.lower(), b.lower()} & ends for a, _, b in part)]
        joined = [one for part in meets for one in part]
        parts = [part for part in parts if part not in meets] + [[*joined, triple]]
    return sorted(parts, key=len, reverse=True)
