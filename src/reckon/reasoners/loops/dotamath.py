"""DotaMath: Decomposition of Thought with Code Assistance and Self-correction for Mathematical Reasoning, Li
et al., 2024, arXiv 2407.04078. System: DotaMath; its way of answering.

Decompose the problem into subtasks, solve them in order in one program that prints each intermediate result,
read those, and where the program failed or they do not fit, say why, decompose anew and write it again.
Differs from the paper: the model is prompted, not fine-tuned on such trajectories; the prompts are our own;
variables persist between programs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import require_at_least

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

DECOMPOSE = """{question}

First split the problem into subtasks, each simple enough to solve alone, and say how they build on each
other. Then write one program that solves them in order and prints the result of each with its name.
{code_help}"""
READ = """Check the result of every subtask against the problem. If they fit, give the answer. {answer_help}
If one does not, say what is wrong, correct the subtasks, and write the whole program again."""
FAILED = "The program failed. Say why, correct the subtasks, and write the whole program again."
LAST = "No more programs can be run. Give the answer that the results support. {answer_help}"
NONE_WRITTEN = "That holds neither a program nor an answer. {answer_help}"


@dataclass(frozen=True)
class DotaMath:
    """programs: the first and its corrections, at most."""

    programs: int = 3
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "programs")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech = rollout.dialect
        await rollout.prompt(DECOMPOSE.format(question=problem.question, code_help=speech.code_help))
        for program in range(1, self.programs + 1):
            written = await rollout.write(temperature=self.temperature)
            if written.answer is not None:
                return rollout.answer(written.answer)
            if written.code is None:
                await rollout.tell(NONE_WRITTEN.format(answer_help=speech.answer_help), note="no_program")
                continue
            execution = await rollout.run(written.code)
            if program == self.programs or not rollout.runs_left:
                await rollout.prompt(LAST.format(answer_help=speech.answer_help))
                break
            if execution.ok:
                await rollout.prompt(READ.format(answer_help=speech.answer_help))
            else:
                await rollout.tell(FAILED, note="corrected")
        written = await rollout.write(temperature=self.temperature)
        return rollout.answer(written.answer, "" if written.answer else "no answer was marked")
