"""ChemAgent: Self-updating Library in Large Language Models Improves Chemical Reasoning, Tang et al., 2025.
arXiv 2501.06590, sections 2 and 3. System: ChemAgent.

A problem is split into subtasks, with the plans of problems alike (planning memory). Each is solved by code,
with solved subtasks alike (execution memory) and facts (knowledge memory), is judged, and solved anew where
a fault is found; what went well joins the library.
Differs from the paper: the prompts are our own and name no subject; retrieval is lexical; the library is what
earlier runs left in the file `memory`, see material/memory.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.memory import Memory
from reckon.reasoners.material.replies import VERDICT_HELP, read_items, read_verdict

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PLAN = """{strategies}{question}

Split this into at most {most} subtasks that are solved one after the other, each by a short computation that
builds on those before. Do not solve them. Give a numbered list, one line each."""
KNOWLEDGE = """{question}

In words, without solving it: which formulas, constants and definitions does this need, with their units?"""
SUBTASK = """{question}

Facts that it may need:
{knowledge}

Subtask {number}: {subtask}
{solved}Solve this subtask alone with a program that prints its result. {code_help}"""
CRITIC = """{question}

Subtask: {subtask}
The program:
{program}
What it did:
{output}
Is this subtask right: formula, values, units, computation? Name the fault if not. {help}"""
AGAIN = "A reviewer says:\n{critique}\n\nSolve the subtask again with a whole program."
CONCLUDE = "All subtasks are done. Answer the question from their results. {answer_help}"


@dataclass(frozen=True)
class ChemAgent:
    """memory: the file of the library.  shots: entries shown of each memory.  subtasks, tries: at most."""

    memory: str = ""
    shots: int = 2
    subtasks: int = 5
    tries: int = 2
    critic: str = ""
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 0, "shots")
        require_at_least(self, 1, "subtasks", "tries")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        memory, speech = Memory(self.memory), rollout.dialect
        known = [one.text for one in memory.nearest("knowledge", problem.question, self.shots)]
        stated = (await rollout.ask(KNOWLEDGE.format(question=problem.question))).strip()
        knowledge = "\n".join([*known, stated])
        subtasks = await self._plan(problem, rollout, memory)
        solved = list[tuple[str, str]]()
        for number, subtask in enumerate(subtasks, 1):
            alike = memory.nearest("execution", subtask, self.shots)
            shown = "".join(f"A subtask like it:\n{one.about}\n{one.text}\n\n" for one in alike)
            told = {"question": problem.question, "knowledge": knowledge, "subtask": subtask}
            asked = SUBTASK.format(**told, number=number, solved=shown, code_help=speech.code_help)
            program = await self._try(problem, rollout, subtask, asked)
            solved += [(subtask, program)] if program else []
        await rollout.prompt(CONCLUDE.format(answer_help=speech.answer_help))
        written = await rollout.write(stop=[speech.answers[0].close], temperature=self.temperature)
        if written.answer is not None and len(solved) == len(subtasks):
            memory.add("plan", problem.question, "\n".join(subtasks))
            memory.add("knowledge", problem.question, stated)
            for subtask, program in solved:
                memory.add("execution", subtask, program)
        return rollout.answer(written.answer, "" if written.answer else "no answer was marked")

    async def _plan(self, problem: Problem, rollout: Rollout, memory: Memory) -> tuple[str, ...]:
        alike = memory.nearest("plan", problem.question, self.shots)
        shown = "".join(f"A problem like it:\n{one.about}\nIts subtasks:\n{one.text}\n\n" for one in alike)
        ask = PLAN.format(strategies=shown, question=problem.question, most=self.subtasks)
        return read_items(await rollout.ask(ask), self.subtasks) or (problem.question,)

    async def _try(self, problem: Problem, rollout: Rollout, subtask: str, asked: str) -> str | None:
        """The program that the critic let stand; None where none did."""
        for _ in range(min(self.tries, rollout.runs_left)):
            await rollout.prompt(asked)
            written = await rollout.write(temperature=self.temperature)
            if written.code is None:
                asked = written.malformed or "That holds no program."
                continue
            execution = await rollout.run(written.code)
            told = {"subtask": subtask, "program": written.code, "output": execution.output}
            ask = CRITIC.format(question=problem.question, **told, help=VERDICT_HELP)
            critique = await rollout.ask(ask, model=self.critic)
            if execution.ok and read_verdict(critique) is not False:
                return written.code
            asked = AGAIN.format(critique=critique.strip())
        return None
