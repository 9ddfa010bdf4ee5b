"""Enhancing LLM-Based Agents via Global Planning and Hierarchical Execution, Chen et al., 2025.
arXiv 2504.16563, section 3. System: GoalAct.

One global plan up to the goal, each step of which names a skill: searching, coding, writing or finishing.
The first step is executed by the sub-loop of its skill, and after every observation the whole plan is
written anew. `replan=False` keeps the first plan, to see what rewriting brings.
Differs from the paper: searching uses the tools of the Setup; the prompts are our own; a plan in which no
step can be read is one step of coding.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from reckon.reasoners.loops.codeact import CodeAct
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.delegating import conclude, delegate

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

Step: TypeAlias = tuple[str, str]  # skill, what is to be done
PLAN = """{tools}{question}

Plan all of the way to the answer, as a numbered list; each line begins with the skill that it needs:
search (look something up with functions), code (compute by a program), write (think or word something in
text), finish (give the answer). Only the first step is carried out now; then you plan anew."""
REPLAN = """{observation}
(what came of: {step})

Write the whole plan anew, from here to the answer, in the same form. If the answer is known: {answer_help}"""
DO = {
    "search": "Look this up with the functions that are given: {step}\n{done}",
    "code": "Compute this with a program: {step}\n{done}",
    "write": "{step}\n{done}\nDo this in words, without code.",
}
FINISH = "Give the answer. {answer_help}"
_STEP = re.compile(r"^\s*\d+[.)]\W*(search|code|write|finish)\w*\W*(.*)$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class GoalAct:
    """steps: carried out at most. agent: the sub-loop of searching and coding."""

    steps: int = 8
    replan: bool = True
    agent: Reasoner = CodeAct()
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "steps")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech, done = rollout.dialect, list[str]()
        await rollout.prompt(PLAN.format(tools=rollout.tools_help, question=problem.question))
        close = [speech.answers[0].close]
        written = await rollout.write(stop=close, temperature=self.temperature)
        plan = read_plan(written.text)
        while written.answer is None and plan and plan[0][0] != "finish" and len(done) < self.steps:
            skill, step = plan.pop(0)
            rollout.note(skill)
            observation = await self._execute(rollout, skill, step, done)
            done.append(f"{step}: {observation}")
            if self.replan:
                told = {"observation": observation, "step": step, "answer_help": speech.answer_help}
                await rollout.tell(REPLAN.format(**told))
                written = await rollout.write(stop=close, temperature=self.temperature)
                plan = read_plan(written.text)
            else:
                await rollout.tell(observation)
        if written.answer is None:
            await rollout.tell(FINISH.format(answer_help=speech.answer_help))
            written = await rollout.write(stop=close, temperature=self.temperature)
        return conclude(rollout, written.answer)

    async def _execute(self, rollout: Rollout, skill: str, step: str, done: Sequence[str]) -> str:
        """What the sub-loop of the skill brings back."""
        known = "What was done before:\n" + "\n".join(done) if done else ""
        request = DO[skill].format(step=step, done=known)
        if skill == "write":
            return (await rollout.ask(request)).strip()
        return (await delegate(rollout, self.agent, request)).result


def read_plan(reply: str) -> list[Step]:
    """The steps of a plan as (skill, what to do)."""
    steps = [(skill.lower(), what.strip()) for skill, what in _STEP.findall(reply)]
    return steps or [("code", reply.strip())]
