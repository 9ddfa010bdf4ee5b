"""Decoupled Planning and Execution: A Hierarchical Reasoning Framework for Deep Search, Jin et al., 2025.
arXiv 2507.02652, section 3. System: HiRA.

A Meta Planner hands out one subtask at a time and never executes. The Coordinator chooses the expert for it,
gives the expert what memory holds on it, distils what the expert did to a short result, and keeps two
channels of memory: facts, and resources (where something was found). The Planner goes on from the result.
Differs from the paper: experts are reasoners, a program's and a text's, which search with the tools of the
Setup; what memory holds is chosen by its words; the prompts are our own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from reckon.errors import UsageError
from reckon.reasoners.loops.codeact import CodeAct
from reckon.reasoners.material.candidates import numbered, require_at_least
from reckon.reasoners.material.delegating import Work, conclude, delegate
from reckon.reasoners.material.replies import CHOICE_HELP, read_choice
from reckon.reasoners.material.retrieval import Index
from reckon.reasoners.text import Text

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

    Expert: TypeAlias = tuple[str, Reasoner]

PLAN = """{question}

You plan and others execute. Reason about what has to be found out next, and end your turn with one line
Subtask: what an expert is to find out, with every value that it needs
You are told the result, and plan on. Solve nothing yourself. When enough is known: {answer_help}"""
CHOOSE = "A subtask:\n{subtask}\n\n{experts}\n\nWhich of these experts fits it best? {help}"
REQUEST = "{known}{subtask}"
KNOWN = "What is known already:\n{known}\n\n"
DISTIL = """A subtask:
{subtask}
What an expert did about it:
{work}

Distil it for others, in lines of these two forms and nothing else:
Fact: what was found out, in one sentence
Resource: where or how it was found, such as a file, an address or a function"""
LAST = "No more subtasks are taken. {answer_help}"
_SUBTASK = re.compile(r"^\W*Subtask:\s*(.+)", re.MULTILINE | re.DOTALL | re.IGNORECASE)
_KEPT = re.compile(r"^\W*(Fact|Resource):\s*(.+)$", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True)
class Hira:
    """subtasks: at most.  recalled: lines of memory given to an expert.  coordinator: its model.

    experts: what each is for, and the reasoner that it is.
    """

    subtasks: int = 6
    recalled: int = 5
    coordinator: str = ""
    experts: tuple[Expert, ...] = (
        ("computes and looks things up by programs", CodeAct()),
        ("reasons in text", Text()),
    )
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "subtasks")
        require_at_least(self, 0, "recalled")
        if not self.experts or not all(map(_is_expert, self.experts)):
            raise UsageError(f"Hira.experts: wanted (description, reasoner) pairs, got {self.experts!r:.200}")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech, memory = rollout.dialect, list[str]()
        await rollout.prompt(PLAN.format(question=problem.question, answer_help=speech.answer_help))
        for _ in range(self.subtasks):
            written = await rollout.write(stop=[speech.answers[0].close], temperature=self.temperature)
            if written.answer is not None:
                return rollout.answer(written.answer)
            asked = _SUBTASK.search(written.text)
            subtask = (asked[1] if asked else written.text).strip()
            expert = await self._choose(rollout, subtask)
            near = Index(memory).search(subtask, self.recalled)
            known = KNOWN.format(known="\n".join(memory[n] for n in near)) if near else ""
            work = await delegate(rollout, expert, REQUEST.format(known=known, subtask=subtask))
            kept = await self._distil(rollout, subtask, work)
            memory += [line for line in kept if line not in memory]
            await rollout.tell("\n".join([work.result, *kept]))
        await rollout.tell(LAST.format(answer_help=speech.answer_help))
        written = await rollout.write(prefix=speech.answers[0].open, temperature=self.temperature)
        return conclude(rollout, written.answer)

    async def _choose(self, rollout: Rollout, subtask: str) -> Reasoner:
        shown = numbered([what for what, _ in self.experts], "Expert")
        ask = CHOOSE.format(subtask=subtask, experts=shown, help=CHOICE_HELP)
        chosen = read_choice(await rollout.ask(ask, model=self.coordinator), len(self.experts)) or 0
        rollout.note(f"expert_{chosen + 1}")
        return self.experts[chosen][1]

    async def _distil(self, rollout: Rollout, subtask: str, work: Work) -> list[str]:
        ask = DISTIL.format(subtask=subtask, work=work.text)
        reply = await rollout.ask(ask, model=self.coordinator)
        return [f"{channel.capitalize()}: {text.strip()}" for channel, text in _KEPT.findall(reply)]


def _is_expert(one: object) -> bool:
    return isinstance(one, tuple) and len(one) == 2 and isinstance(one[0], str) and hasattr(one[1], "solve")
