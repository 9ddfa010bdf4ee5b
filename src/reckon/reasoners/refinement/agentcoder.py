"""AgentCoder: Multi-Agent-based Code Generation with Iterative Testing and Optimisation, Huang et al., 2023.

arXiv 2312.13010. System: AgentCoder.

Three roles. The programmer understands, chooses an algorithm, writes pseudocode, then code. The test
designer, who never sees the code, writes basic, edge and large tests. The executor runs them and hands what
failed back to the programmer, until all pass or `rounds` programs were written.
Differs from the paper: where the question shows no tests, the program prints its answer and the designer
writes conditions on that printed text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.trials import read_tests, run_trial, task_of, tests_of

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROGRAMMER = """{task}

{code_help} Four steps: say what is asked, choose an algorithm, write it as pseudocode, write the code."""
FUNCTION_TESTS = """{question}

You design tests. Without writing the solution, write up to {n} assertions that a right one passes: basic
cases, edge cases, and one with a large input. One per line, each of the form `assert f(1) == 2`."""
RESULT_TESTS = """{question}

You design tests. A program will print the answer; `answer` is what it printed, as text. Without solving it,
write up to {n} assertions that any right answer meets, on its form and on the conditions of the question. One
per line, each beginning with `assert`."""
FAILED = "The executor says:\n{report}\n\nA test can be wrong, too. Write the whole program again."


@dataclass(frozen=True)
class Agentcoder:
    """rounds: programs at most. tests: asked of the designer. designer: its model, "" for the own one."""

    rounds: int = 5
    tests: int = 6
    designer: str = ""
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "rounds", "tests")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        shown, best = tests_of(problem), Best(rollout)
        form = FUNCTION_TESTS if shown else RESULT_TESTS
        design = await rollout.ask(form.format(question=problem.question, n=self.tests), model=self.designer)
        tests = (*shown, *(test for test in read_tests(design)[: self.tests] if test not in shown))
        task = task_of(problem.question, shown)
        await rollout.prompt(PROGRAMMER.format(task=task, code_help=rollout.dialect.code_help))
        for _ in range(self.rounds):
            written = await rollout.write(temperature=self.temperature)
            if written.code is None:
                await rollout.tell(written.malformed or "That holds no program.", note="malformed")
                continue
            trial = await run_trial(rollout, written.code, tests, of_result=not shown)
            best.offer(trial)
            if trial.passed:
                break
            await rollout.tell(FAILED.format(report=trial.report))
        return best.answer()
