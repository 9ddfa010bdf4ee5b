"""FLARE: Faithful Logic-Aided Reasoning and Exploration, Arakelyan et al., 2024, arXiv 2410.11900, section 3.
System: FLARE.

Three steps: a plan in words; the question as a logic program (facts, relations, a goal); and a search that
the model simulates over that program, exhaustively and hop by hop, to the answer. No solver runs. How
faithful the search was is told by the facts that it used, invented, and left unused.
Differs from the paper: the prompts are our own, without exemplars; the three counts stand in the notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import require_at_least

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PLAN = """{question}

Do not answer yet. Explain in words how to go about it: what is known, what is asked, which knowledge connects
the two, and in which order to look."""
FORMALISE = """Write the question as a logic program in the form of Prolog, following that explanation: facts
such as parent(ada, ben)., rules such as grandparent(X, Z) :- parent(X, Y), parent(Y, Z)., and a goal. State
common knowledge that is needed as facts. It is not run, so it need not be strict."""
SEARCH = """Search that program for the goal as its interpreter would, on every path: write each call, the
facts and rules that it tries, each in full, what is bound, where it fails and goes back. Do not write code.
{answer_help}"""
_TERM = re.compile(r"\b([a-z]\w*)\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """used: facts of the program that the search used. invented: that it lacks. unused: that nobody used."""

    used: frozenset[str]
    invented: frozenset[str]
    unused: frozenset[str]

    @property
    def share(self) -> float:
        """Of what the search used, that which the program holds; 1 where it used nothing."""
        return len(self.used) / max(1, len(self.used | self.invented)) if self.used | self.invented else 1.0


@dataclass(frozen=True)
class Flare:
    """plan_tokens, program_tokens: the longest of each."""

    plan_tokens: int = 512
    program_tokens: int = 1024
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "plan_tokens", "program_tokens")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech = rollout.dialect
        await rollout.prompt(PLAN.format(question=problem.question))
        await rollout.write(stop=(), max_tokens=self.plan_tokens, temperature=self.temperature)
        await rollout.prompt(FORMALISE)
        program = await rollout.write(stop=(), max_tokens=self.program_tokens, temperature=self.temperature)
        await rollout.prompt(SEARCH.format(answer_help=speech.answer_help))
        trace = await rollout.write(stop=[speech.answers[0].close], temperature=self.temperature)
        measured = faithfulness(program.text, trace.text)
        for name in ("used", "invented", "unused"):
            for _ in getattr(measured, name):
                rollout.note(f"facts_{name}")
        return rollout.answer(trace.answer, "" if trace.answer else "no answer was marked")


def faithfulness(program: str, trace: str) -> Faithfulness:
    """Of ground facts, such as parent(ada, ben): terms whose arguments name no variable."""
    stated, spoken = _facts(program), _facts(trace)
    return Faithfulness(stated & spoken, spoken - stated, stated - spoken)


def _facts(text: str) -> frozenset[str]:
    found = set[str]()
    for name, inner in _TERM.findall(text):
        arguments = [piece.strip() for piece in inner.split(",")]
        if all(piece and not re.match(r"[A-Z_]", piece) for piece in arguments):
            found.add(f"{name}({', '.join(arguments)})")
    return frozenset(found)
