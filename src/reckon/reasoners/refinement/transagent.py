"""TransAgent: Enhancing LLM-Based Code Translation via Fine-Grained Execution Alignment, Yuan et al., 2024.

arXiv 2409.19894, its four agents. System: TransAgent.

The Initial Code Translator makes test inputs, whose outputs are the source's, and translates. The Syntax
Error Fixer has a compiler's message turned into a suggestion for the line. The Code Aligner cuts both
programs into blocks of their control flow and pairs them. The Semantic Error Fixer runs both on a failing
test, finds the first block that leaves other values, and has it mended by these; if it comes up again, by
comments.
Differs from the paper: whole programs that read stdin, in any language of the interpreter; blocks are cut by
lines, not by Joern; both sides are cut, the model pairs numbers; the prompts are our own, without examples.
Values are followed in Python, Java, C++, JavaScript and TypeScript; elsewhere the whole program is shown.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material import translation
from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.code_blocks import fenced_off
from reckon.reasoners.material.trials import RUNS, Trial, task_of, tests_of, try_program

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

TRANSLATE = """{task}

The program in {source.language}:
{source.program}

Translate it to {source.target}. Keep its names and the order of its statements. {help}"""
MEND_LINE = """It is refused. {suggestion}

{program}

Mend the marked line, and write all of the program again."""
MEND_VALUES = """{report}

{program}

Before `--1--` there is {before}. At `--2--` there has to be {wanted}, as in {language},
but there is {got}. Mend what stands between the marks, and write all of the program again without them."""
MEND_BLOCK = """{report}

{program}

What stands between the marks is still not what it is in {language}. Say in comments what
each part does there, fill the place in anew by them, and write all of the program again without the marks."""
MEND = "{report}\n\nIt does not do what it does in {language}. Write all of the program again."


@dataclass(frozen=True)
class Transagent:
    """target: where the problem names none. inputs: made where it has no tests. fixes: of a kind, at most."""

    target: str = "python"
    inputs: int = 5
    fixes: int = 3
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "inputs")
        require_at_least(self, 0, "fixes")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, best, source = tests_of(problem), Best(rollout), translation.source_of(problem, self.target)
        if source is None:  # nothing to translate: one program
            prompt = f"{task_of(problem.question, tests)}\n\n{rollout.dialect.code_help}"
            best.offer(await try_program(rollout, prompt, tests, self.temperature))
            return best.answer()
        if not set(tests) - {RUNS}:
            tests = await translation.tests_by(rollout, source, self.inputs)
        task, fixes = task_of(problem.question, tests or (RUNS,)), Counter[object]()
        prompt = TRANSLATE.format(task=task, source=source, help=translation.help_for(rollout, source.target))
        while prompt:
            await rollout.prompt(prompt)
            program = translation.program_in(await rollout.write(temperature=self.temperature), source.target)
            if program is None:
                break
            trial = await translation.try_in(rollout, program, source.target, tests)
            best.offer(trial)
            prompt = "" if trial.passed else await self._mend(rollout, source, trial, fixes)
        return best.answer()

    async def _mend(
        self, rollout: Rollout, source: translation.Source, trial: Trial, fixes: Counter[object]
    ) -> str:
        """What to ask for next, "" where nothing more is tried. fixes: how often each kind and place was."""
        kind = "syntax" if translation.has_syntax_error(trial.execution) else "semantic"
        fixes[kind] += 1
        if fixes[kind] > self.fixes:
            return ""
        if kind == "syntax":
            return MEND_LINE.format(**await translation.suggestion(rollout, trial))
        told = {"report": trial.report, "language": source.language}
        fault = await translation.localise(rollout, source, trial)
        if fault is None:
            rollout.note("not_localised")
            return MEND.format(**told)
        place = trial.failed_test, fault.block.lines
        fixes[place] += 1
        told["program"] = fenced_off(trial.program, fault.block)
        if fixes[place] > 1:
            return MEND_BLOCK.format(**told) if fixes[place] == 2 else ""
        return MEND_VALUES.format(**told, **fault.told)
