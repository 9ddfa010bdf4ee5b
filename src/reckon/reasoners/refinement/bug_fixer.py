"""Empirical Research on Utilizing LLM-based Agents for Automated Bug Fixing via LangGraph, Wang & Duan, 2025.
arXiv 2502.18465, section 3. System: LangGraph bug-fix agent.

A graph of four nodes: generate a program; execute it; repair what failed, with the past bugs that are most
alike and how they were fixed at hand; update, which stores a bug with its fix once the program is right.
Differs from the paper: the vector store is a file searched by its words, see material/memory.py; without
`memory` only the bugs of the problem itself are recalled. The graph is the loop below.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.memory import Memory
from reckon.reasoners.material.trials import Trial, task_of, tests_of, try_program

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

REPAIR = """{report}

{recalled}Find the bug, say what it is, and write the whole program again."""
RECALLED = "A bug like it that was fixed before:\n{about}\n\nThe program that was right:\n{text}\n\n"
NONE_WRITTEN = "That holds no program."


@dataclass(frozen=True)
class BugFixer:
    """repairs: at most. memory: the file of fixed bugs. recalled: of them shown with each repair."""

    repairs: int = 4
    memory: str = ""
    recalled: int = 1
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 0, "repairs", "recalled")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, best, memory = tests_of(problem), Best(rollout), Memory(self.memory)
        prompt = f"{task_of(problem.question, tests)}\n\n{rollout.dialect.code_help}"
        bugs: list[Trial] = []
        for _ in range(1 + self.repairs):
            trial = await try_program(rollout, prompt, tests, self.temperature)
            best.offer(trial)
            if trial is None:
                prompt = NONE_WRITTEN
                continue
            if trial.passed:
                for bug in bugs:
                    memory.add("bug", described(bug), trial.program)
                break
            bugs.append(trial)
            alike = memory.nearest("bug", described(trial), self.recalled)
            rollout.note("recalled" if alike else "nothing_recalled")
            shown = "".join(RECALLED.format(about=one.about, text=one.text) for one in alike)
            prompt = REPAIR.format(report=trial.report, recalled=shown)
        return best.answer()


def described(bug: Trial) -> str:
    """What a bug is found by: what happened, then the program."""
    return f"{bug.report}\n\n{bug.program}"
