"""GraphSkill: Documentation-Guided Hierarchical Retrieval-Augmented Coding for Complex Graph Reasoning, 2026.
Wang et al., arXiv 2603.06620, section 3. System: GraphSkill.

The documentation of a library is a tree (modules, classes, functions). It is gone through from the top, and
at each level the model keeps the children that matter and prunes the rest early; a program is written with
what was kept at hand. The model makes small cases whose answers it knows; a program that runs and gets one
wrong is debugged against it. What the program prints for the question is the answer.
Differs from the paper: the tree is read from the library's sources; a level whose reply keeps nothing keeps
what is nearest by BM25. Without `docs` only the debugging is left.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.passages import Library, Passage, read_code
from reckon.reasoners.material.trials import Trial, read_tests, run_trial

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PRUNE = """{question}

Parts of a library's documentation:
{parts}

Which of them can matter for a program that answers this? Reply with their numbers alone, at most {most}."""
CASES = """{question}

Think of a function `solution` that answers questions of this kind from its data. Without writing it, write up
to {n} assertions that a right one passes, on cases so small that you know the answer. One per line, each of
the form `assert solution([(1, 2), (2, 3)], 1, 3) == 2`."""
CODE = """{docs}{question}

Write one program: a function `solution` that takes the data as arguments{form}, and a call of it on the data
of the question that prints only the answer. {code_help}"""
DEBUG = "{report}\n\nIt may run and still be wrong. Find the error, and write the whole program again."


@dataclass(frozen=True)
class GraphSkill:
    """docs: a folder of Python files.  kept: children of a level.  cases: small tests.  rounds: programs."""

    docs: str = ""
    kept: int = 3
    cases: int = 3
    rounds: int = 4
    temperature: float | None = None
    _parts: tuple[Passage, ...] = field(init=False, repr=False, compare=False, default=())

    def __post_init__(self) -> None:
        require_at_least(self, 1, "kept", "rounds")
        require_at_least(self, 0, "cases")
        if self.docs:
            object.__setattr__(self, "_parts", read_code(self.docs, "GraphSkill.docs"))

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        kept = await self._retrieve(problem, rollout)
        ask = CASES.format(question=problem.question, n=self.cases)
        tests = read_tests(await rollout.ask(ask))[: self.cases] if self.cases else ()
        docs = "\n\n".join(f"{one.name}: {one.summary}\n{one.text}" for one in kept)
        form = f" as in `{tests[0]}`" if tests else ""
        told = {"docs": f"{docs}\n\n" if docs else "", "question": problem.question, "form": form}
        await rollout.prompt(CODE.format(**told, code_help=rollout.dialect.code_help))
        best: Trial | None = None
        rollout.answer(None, "no program ran to a result")
        for _ in range(self.rounds):
            written = await rollout.write(temperature=self.temperature)
            if written.code is None:
                await rollout.tell(written.malformed or "That holds no program.", note="malformed")
                continue
            trial = await run_trial(rollout, written.code, tests)
            if trial.result is not None and (best is None or trial.score > best.score):
                best = trial
            rollout.answer(best.result if best else None, "" if best else "no program ran to a result")
            if trial.passed and trial.result is not None:
                break
            await rollout.tell(DEBUG.format(report=trial.report), note="debugged")
        return rollout.answered or rollout.answer(None, "no program was written")

    async def _retrieve(self, problem: Problem, rollout: Rollout) -> list[Passage]:
        """The functions at the ends of the ways down that were not pruned."""
        names = {one.name for one in self._parts}
        level = [one for one in self._parts if one.parent not in names]
        found: list[Passage] = []
        while level:
            chosen = await self._prune(problem, rollout, level)
            held = {one.name for one in chosen}
            level = [one for one in self._parts if one.parent in held]
            holders = {one.parent for one in level}
            found += [one for one in chosen if one.name not in holders]
        return found

    async def _prune(self, problem: Problem, rollout: Rollout, level: Sequence[Passage]) -> list[Passage]:
        parts = "\n".join(f"{n}. {one.name}: {one.summary}" for n, one in enumerate(level, 1))
        ask = PRUNE.format(question=problem.question, parts=parts, most=self.kept)
        numbers = [int(text[:9]) - 1 for text in re.findall(r"\d+", await rollout.ask(ask))]
        chosen = [level[n] for n in dict.fromkeys(numbers) if 0 <= n < len(level)][: self.kept]
        return chosen or Library(level, by_summary=True).nearest(problem.question, self.kept)
