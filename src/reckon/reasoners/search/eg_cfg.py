"""Execution Guided Line-by-Line Code Generation (EG-CFG), Lavon et al., 2025, arXiv 2506.10948, section 3.
System: EG-CFG.

A program is decoded line by line. At each boundary candidates continue it by some tokens; each, cut to what
parses, is run on a test, and the steps it took are put into a second prompt, the signal. The next line is
decoded under classifier-free guidance between the prompt without and with the signal. Strengths of the
guidance are tried one after the other until a program passes.
Differs from the paper: it speaks of a beam, where its code draws samples with top-p 0.95; here they are drawn
with the run's own top-p, cut by tokens instead of lines, and run on one test each. It needs a model whose
logits are at hand (tiny, hf) and code that stands plainly in its marks; elsewhere the program is written
without guidance, and the notes say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reckon.errors import UsageError
from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.guidance import GuidedModel
from reckon.reasoners.material.steps import parsing, steps_of
from reckon.reasoners.material.trials import Trial, run_trial, task_of, tests_of, try_program
from reckon.values import Message

if TYPE_CHECKING:
    from reckon.protocols import Model
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

SIGNAL = """{task}

Ways to go on with the program, and the steps that each took when it was run:
{traces}"""
LONGEST = 2_000  # characters of the steps of one candidate


@dataclass(frozen=True)
class EgCfg:
    """gammas: strengths, in order. candidates: at a boundary. horizon: tokens of each. lines: at most."""

    gammas: tuple[float, ...] = (1.0, 3.0, 0.0)
    candidates: int = 2
    horizon: int = 64
    lines: int = 40
    temperature: float | None = 0.7

    def __post_init__(self) -> None:
        require_at_least(self, 1, "candidates", "horizon", "lines")
        if not self.gammas or isinstance(self.gammas, str):
            raise UsageError(f"EgCfg.gammas: wanted a tuple of numbers, got {self.gammas!r}")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, best = tests_of(problem), Best(rollout)
        task = f"{task_of(problem.question, tests)}\n\n{rollout.dialect.code_help}"
        guided = hasattr(rollout.setup.model, "sample_guided") and not rollout.dialect.code_path
        if not guided:
            rollout.note("unguided")
        for gamma in self.gammas if guided else self.gammas[:1]:
            line = await rollout.fork()
            decode = self._decode(line, task, tests, gamma) if guided else try_program(line, task, tests)
            trial = await decode
            best.offer(trial)
            if trial is not None and trial.passed:
                break
        return best.answer()

    async def _decode(self, line: Rollout, task: str, tests: Sequence[str], gamma: float) -> Trial | None:
        plain, text = line.setup, ""
        await line.prompt(task)
        begin = len(line.segments)
        for number in range(self.lines):
            traces = await self._traces(line, plain.model, text, tests) if gamma else ""
            signal = Message("user", SIGNAL.format(task=task, traces=traces))
            guide = plain.model.render((), [signal]) if traces else ()
            line.setup = replace(plain, model=GuidedModel(plain.model, gamma, begin, tuple(guide)))
            opening = line.dialect.codes[0].open if number == 0 else ""
            written = await line.write(stop=["\n"], prefix=opening, temperature=0.0)
            text += written.text
            code = next((span.body for span in line.dialect.spans(text) if span.kind == "code"), None)
            if code is not None:
                trial = await run_trial(line, code, tests)
                line.answer(trial.answer)
                return trial
            if written.finish == "end":
                break
        return None

    async def _traces(self, line: Rollout, model: Model, text: str, tests: Sequence[str]) -> str:
        """The candidates, each with the steps of its run on a test."""
        mark, shown = line.dialect.codes[0], dict[str, str]()
        for number in range(self.candidates):
            fork = await line.fork()
            fork.setup = replace(fork.setup, model=model)
            went_on = await fork.write(
                stop=[mark.close],
                prefix="" if text else mark.open,
                max_tokens=self.horizon,
                temperature=self.temperature,
            )
            program = parsing((text + went_on.text).removeprefix(mark.open).split(mark.close)[0])
            if program and program not in shown:
                test = tests[number % len(tests)] if tests else ""
                shown[program] = (await steps_of(line, program, test))[:LONGEST]
        return "\n\n".join(f"{program}\nIts steps:\n{steps}" for program, steps in shown.items() if steps)
