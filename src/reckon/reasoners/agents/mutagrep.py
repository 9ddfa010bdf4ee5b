"""MutaGReP: Execution-Free Repository-Grounded Plan Search for Code-Use, Khan et al., 2025.
arXiv 2502.15872, section 3. System: MutaGReP.

A plan is a list of steps in words, each grounded in symbols of a codebase by a retriever over what the
symbols are for. Plans are searched best first: the best so far is mutated, its mutants are grounded and
valued, by the model or by the share of different symbols that they use. The best plan, with the code of its
symbols and nothing else of the codebase, is the context of the coder. Nothing is run during the search.
Differs from the paper: what a symbol is for is its head and docstring, not written by a model; retrieval is
BM25; the codebase is importable in the coder's session. Without `code` plans are not grounded.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from reckon.errors import UsageError
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.importing import make_importable
from reckon.reasoners.material.passages import Library, read_code, read_files
from reckon.reasoners.material.plans import GroundedPlan
from reckon.reasoners.material.replies import SCORE_HELP, read_items, read_score

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

FIRST = "{question}\n\nPlan how to do this with a codebase, in words. Do not solve it. {form}"
MUTATE = {
    "free": "Write another plan that is better: change, add, drop or reorder steps. {form}",
    "append": "Keep every step as it is, and add the step that is missing most. {form}",
}
FORM = "Give the steps as a numbered list, one line each."
SHOWN = "{question}\n\nA plan, and the symbols of the codebase that each step may use:\n{plan}\n\n"
VALUE = "Does this plan lead to what is asked, step by step, with symbols that fit? {help}"
PROMPT = "{question}\n\nA plan, with the code that each step may import:\n{plan}"
MOST_STEPS = 12


@dataclass(frozen=True)
class Mutagrep:
    """code: a folder of Python files. expansions: of a best plan. mutants: of each. k: symbols of a step."""

    code: str = ""
    expansions: int = 3
    mutants: int = 2
    k: int = 2
    mutate: Literal["free", "append"] = "free"
    value: Literal["model", "diversity"] = "model"
    inner: Reasoner = CodeInterpreter()
    temperature: float | None = 0.7
    _library: Library = field(init=False, repr=False, compare=False, default=Library())

    def __post_init__(self) -> None:
        require_at_least(self, 0, "expansions")
        require_at_least(self, 1, "mutants", "k")
        if self.mutate not in MUTATE or self.value not in ("model", "diversity"):
            raise UsageError(
                f"Mutagrep: mutate {self.mutate!r} or value {self.value!r} is none that there is"
            )
        if self.code:
            symbols = [one for one in read_code(self.code, "Mutagrep.code") if one.kind != "module"]
            object.__setattr__(self, "_library", Library(symbols, by_summary=True))

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        first = self._ground(await rollout.ask(FIRST.format(question=problem.question, form=FORM)))
        plans = [(await self._value(problem, rollout, first), first)]
        closed = set[GroundedPlan]()
        for _ in range(self.expansions):
            best = max((one for one in plans if one[1] not in closed), key=lambda p: p[0], default=None)
            if best is None:
                break
            closed.add(best[1])
            for _ in range(self.mutants):
                shown = SHOWN.format(question=problem.question, plan=best[1].shown(code=False))
                reply = await rollout.ask(
                    shown + MUTATE[self.mutate].format(form=FORM), temperature=self.temperature
                )
                mutant = self._ground(reply)
                if mutant not in (plan for _, plan in plans):
                    plans.append((await self._value(problem, rollout, mutant), mutant))
        plan = max(plans, key=lambda p: p[0])[1]
        if self.code:
            await make_importable(rollout, read_files(self.code, (".py",), "Mutagrep.code"))
        told = PROMPT.format(question=problem.question, plan=plan.shown(code=True))
        return await self.inner.solve(replace(problem, question=told), rollout)

    def _ground(self, reply: str) -> GroundedPlan:
        steps = read_items(reply, MOST_STEPS)
        return GroundedPlan(steps, tuple(tuple(self._library.nearest(step, self.k)) for step in steps))

    async def _value(self, problem: Problem, rollout: Rollout, plan: GroundedPlan) -> float:
        if self.value == "diversity":
            return plan.diversity
        shown = SHOWN.format(question=problem.question, plan=plan.shown(code=False))
        score = read_score(await rollout.ask(shown + VALUE.format(help=SCORE_HELP)))
        return 0.5 if score is None else score
