"""Solving Challenging Math Word Problems Using GPT-4 Code Interpreter with Code-based Self-Verification, Zhou
et al., 2023, arXiv 2308.07921: CSV, and verification-guided weighted majority voting.
System: CSV (code-based self-verification).

Solve with code, verify the answer with code, and solve again while the verification says False. Of `samples`
solutions the answer with the most weight wins, each weighing by the state of its verification.
Differs from the paper: verification is asked for in a turn of its own, and a verdict counts only where a
program ran for it, else it is Uncertain; the prompts are our own. The paper's prompts that allow code once or
never are `CodeInterpreter(max_calls=1)` and `text`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from reckon.errors import BudgetSpent, UsageError
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.together import together
from reckon.votes import key

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

VERIFY = """Your answer is {answer}. Verify it with a program of its own that puts the answer back into the
problem or finds it in another way. Then give as the final answer of this turn the state of the verification
in one word: True, False, or Uncertain where the program cannot tell."""
AGAIN = """The verification says that {answer} is not right. Find the error, and solve the problem again with
code. The problem: {question}"""

Vote: TypeAlias = tuple[str | None, float]  # an answer and its weight


@dataclass(frozen=True)
class Csv:
    """samples: solutions that vote. rounds: verifications of each at most.

    weights: of a vote whose verification says True, Uncertain, False.
    inner: what solves and verifies; for several samples it should sample, temperature above 0.
    """

    samples: int = 1
    rounds: int = 3
    weights: tuple[float, float, float] = (1.0, 0.5, 0.2)
    inner: Reasoner = CodeInterpreter()

    def __post_init__(self) -> None:
        require_at_least(self, 1, "samples", "rounds")
        if len(self.weights) != 3 or min(self.weights) < 0:
            raise UsageError(f"Csv.weights: wanted three numbers, none below 0, got {self.weights}")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        several = self.samples > 1
        rollouts = [await rollout.fork() for _ in range(self.samples)] if several else [rollout]
        votes: list[Vote] = []

        async def vote(one: Rollout) -> None:
            try:
                votes.append(await self._verified(problem, one))
            except BudgetSpent:  # an answer that nothing verified
                rollout.note("budget_spent")
                votes.append((one.answered.text if one.answered else None, self.weights[1]))
            rollout.answer(heaviest(votes))  # stands if the budget is spent before the others are done

        await together(vote(one) for one in rollouts)
        winner = heaviest(votes)
        return rollout.answer(winner, "" if winner else "no solution had an answer")

    async def _verified(self, problem: Problem, rollout: Rollout) -> Vote:
        """An answer and the weight of its vote."""
        answer = (await self.inner.solve(problem, rollout)).text
        weight = self.weights[1]
        for left in reversed(range(self.rounds)):
            if answer is None:
                break
            state = await self._state(problem, rollout, answer)
            weight = self.weights[("true", "uncertain", "false").index(state)]
            if state != "false" or not left:
                break
            again = AGAIN.format(answer=answer, question=problem.question)
            found = await self.inner.solve(replace(problem, question=again), rollout)
            answer = rollout.answer(found.text or answer).text
        return answer, weight

    async def _state(self, problem: Problem, rollout: Rollout, answer: str) -> str:
        """ "true", "false" or "uncertain"; the answer of the rollout stays `answer`."""
        runs = rollout.cost.runs
        asked = replace(problem, question=VERIFY.format(answer=answer))
        verdict = await self.inner.solve(asked, rollout)
        rollout.answer(answer)
        said = (verdict.text or "").strip(" .").lower()
        state = said if said in ("true", "false") and rollout.cost.runs > runs else "uncertain"
        rollout.note(f"verified_{state}")
        return state


def heaviest(votes: Iterable[Vote]) -> str | None:
    """The answer with the most weight, the earliest of equals; like answers count as one."""
    weights: dict[str, float] = defaultdict(float)
    first: dict[str, str] = {}
    for answer, weight in votes:
        if answer is not None and answer.strip():
            weights[key(answer)] += weight
            first.setdefault(key(answer), answer)
    return first[max(weights, key=weights.__getitem__)] if weights else None
