"""Seeker: Enhancing Exception Handling in Code with LLM-based Multi-Agent Approach, Zhang et al., 2024.
arXiv 2410.06949, section 3. System: Seeker.

Five roles over a program. The Scanner cuts it into units; the Detector says which are fragile, shown what in
them can raise; the Predator looks up which exceptions that may be in a tree of exceptions, with all that they
are kinds of; the Ranker scores ways to handle each; the Handler rewrites the program by the best ways.
Differs from the paper: the tree is Python's own, with its docstrings; the program is the model's own, and the
rewritten one is kept where it passes at least the tests that the first one passed.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import numbered, require_at_least
from reckon.reasoners.material.exceptions import look_up
from reckon.reasoners.material.replies import read_items, read_scored_items
from reckon.reasoners.material.trials import run_trial, task_of, tests_of, try_program

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

DETECT = """The units of a program, each with what in it can raise:

{units}

Which of them are fragile, on which inputs or states, and what goes wrong there? Give a numbered list, one
line each."""
RANK = """A fragile place:
{place}
Exceptions that it may be about, each with what it is a kind of:
{exceptions}

Name up to three ways to handle it (which exception to catch where, or which check to make first, and what to
do then), best first. End each line with `Score: n`, n from 0 to 10. Give a numbered list."""
HANDLE = """{task}

The program:
{program}

Handle these places so, and change nothing else; catch no more than is named:
{ways}

Write the whole program again. {code_help}"""
_RAISES = {"Subscript": "indexing", "BinOp": "arithmetic", "Call": "a call", "Attribute": "an attribute"}


@dataclass(frozen=True)
class Seeker:
    """places: fragile ones handled at most. looked_up: exceptions of each."""

    places: int = 3
    looked_up: int = 3
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "places", "looked_up")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, best = tests_of(problem), Best(rollout)
        task, code_help = task_of(problem.question, tests), rollout.dialect.code_help
        first = await try_program(rollout, f"{task}\n\n{code_help}", tests, self.temperature)
        best.offer(first)
        if first is None:
            return best.answer()
        detected = await rollout.ask(DETECT.format(units=numbered(scan(first.program), "Unit")))
        ways = [await self._rank(rollout, place) for place in read_items(detected, self.places)]
        told = {"task": task, "program": first.program, "ways": "\n".join(ways), "code_help": code_help}
        handler = await rollout.fork(0)
        await handler.prompt(HANDLE.format(**told))
        written = await handler.write(temperature=self.temperature)
        if written.code is not None:
            best.offer(await run_trial(rollout, written.code, tests), 1.0)
        return best.answer()

    async def _rank(self, rollout: Rollout, place: str) -> str:
        """The place with the way to handle it that scored highest."""
        shown = "\n".join(look_up(place, self.looked_up))
        ranked = read_scored_items(await rollout.ask(RANK.format(place=place, exceptions=shown)), 3)
        rollout.note("place")
        return f"- {place}\n  {max(ranked, key=lambda pair: pair[1])[0]}"


def scan(program: str) -> list[str]:
    """The statements at the top, functions whole, each with a line that says what in it can raise."""
    try:
        statements = ast.parse(program).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return [program]
    units = []
    for statement in statements:
        kinds = {_RAISES.get(type(node).__name__, "") for node in ast.walk(statement)} - {""}
        source = ast.get_source_segment(program, statement) or ""
        units.append(f"{source}\n# can raise: {', '.join(sorted(kinds)) or 'nothing'}")
    return units
