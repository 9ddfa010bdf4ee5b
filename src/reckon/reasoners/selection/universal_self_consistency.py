"""Universal Self-Consistency for Large Language Model Generation, Chen et al., 2023, arXiv 2311.17311.

System: Universal Self-Consistency (USC).

Sample n responses, put them numbered into one prompt, and let the model name the one that agrees
best with the majority; the choice is decoded greedily. Serves answers that no comparison of texts can count.
Differs from the paper: a choice that cannot be read falls back on the vote by equal answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.material.candidates import numbered, require_at_least, solve_in_forks
from reckon.reasoners.material.replies import CHOICE_HELP, read_choice
from reckon.votes import majority

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

SELECT = """Several responses were given to this question.

Question: {question}

{responses}

Compare their answers. Which response says what most of them say? {help}"""


@dataclass(frozen=True)
class UniversalSelfConsistency:
    """`n` forks solved by `inner` (which should sample); the model names the most consistent one."""

    inner: Reasoner = field(default_factory=lambda: CodeInterpreter(temperature=0.7))
    n: int = 8

    def __post_init__(self) -> None:
        require_at_least(self, 1, "n")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        responses = await solve_in_forks(self.inner, problem, rollout, self.n)
        voted = majority(one.answer for one in responses)
        answer = rollout.answer(voted, "" if voted else "no sample had an answer")
        if len(responses) < 2:
            return answer
        shown = numbered([f"{one.text}\nAnswer: {one.answer}" for one in responses], "Response")
        select = SELECT.format(question=problem.question, responses=shown, help=CHOICE_HELP)
        chosen = read_choice(await rollout.ask(select, temperature=0.0), len(responses))
        if chosen is None:
            rollout.note("no_choice")
            return answer
        return rollout.answer(responses[chosen].answer)
