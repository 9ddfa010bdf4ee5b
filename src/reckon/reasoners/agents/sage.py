"""Self-Abstraction from Grounded Experience for Plan-Guided Policy Refinement, Hayashi et al., 2025.
arXiv 2511.05931, section 3. System: SAGE (self-abstraction).

Explore: an agent solves the problem once. Abstract: a model makes a short plan of that run, its key steps,
what depends on what, what limits were met and what went wrong. Execute: the agent begins anew with the plan
before the question. Where the two answers differ a judge takes one.
Differs from the paper: any reasoner is the agent; without a judge's choice the second run counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.material.candidates import numbered
from reckon.reasoners.material.delegating import delegate
from reckon.reasoners.material.replies import CHOICE_HELP, read_choice
from reckon.votes import key

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

ABSTRACT = """{question}

What an agent did about it:
{work}

Make a plan of this experience for an agent that begins anew and sees nothing else of it: the key steps in
their order, what depends on what, the limits that were met, and what went wrong and how to avoid it. Do not
solve it yourself; write at most ten lines, in words."""
EXECUTE = "{question}\n\nA plan from an earlier attempt, which may have failed:\n{plan}"
CHOOSE = "{question}\n\n{solutions}\n\nWhich of these solutions is right? {help}"


@dataclass(frozen=True)
class Sage:
    """inner: the agent. planner, judge: the models that abstract and choose, "" for the own one."""

    inner: Reasoner = CodeInterpreter()
    planner: str = ""
    judge: str = ""

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        first = await delegate(rollout, self.inner, problem.question)
        ask = ABSTRACT.format(question=problem.question, work=first.text)
        plan = (await rollout.ask(ask, model=self.planner)).strip()
        told = replace(problem, question=EXECUTE.format(question=problem.question, plan=plan))
        second = await self.inner.solve(told, rollout)
        if first.answer is None or (second.text is not None and key(first.answer) == key(second.text)):
            return second
        if second.text is None:
            return rollout.answer(first.answer)
        solutions = numbered([first.text, f"{plan}\nAnswer: {second.text}"], "Solution")
        choose = CHOOSE.format(question=problem.question, solutions=solutions, help=CHOICE_HELP)
        chosen = read_choice(await rollout.ask(choose, model=self.judge), 2)
        return rollout.answer(first.answer if chosen == 0 else second.text)
