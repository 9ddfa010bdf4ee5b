"""PAL: Program-aided Language Models, Gao et al., 2022, arXiv 2211.10435.

The program is the reasoning; the interpreter, not the model, says the answer.
System: PAL.

Differs from the paper: an instruction, and few-shot exemplars only with `shots` (our own) or `exemplars`
(yours); a program may print its answer instead of returning it from solution().
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.errors import UsageError
from reckon.reasoners.material.exemplars import EXEMPLARS, shown
from reckon.reasoners.material.results import result, why_no_result

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROMPT = "{exemplars}{question}\n\nAnswer with one program, {open} ... {close}, that prints the answer."
RETURNED = "if (returned := solution()) is not None:\n    print(returned)"


@dataclass(frozen=True)
class Pal:
    """One program, run once; an error is no answer.

    exemplars: solved examples to put before the question, as text.  shots: how many of ours to put there.
    """

    exemplars: str = ""
    shots: int = 0
    temperature: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.shots <= len(EXEMPLARS):
            raise UsageError(f"Pal.shots: wanted 0 to {len(EXEMPLARS)}, got {self.shots}")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        mark = rollout.dialect.codes[0]
        await rollout.prompt(
            PROMPT.format(
                exemplars=shown(self.shots, rollout.dialect) + self.exemplars,
                question=problem.question,
                open=mark.open.strip(),
                close=mark.close,
            )
        )
        written = await rollout.write(temperature=self.temperature)
        if written.code is None:
            return rollout.answer(None, written.malformed or "no program was written")
        execution = await rollout.run(written.code, show=False)
        if execution.ok and result(execution) is None and "def solution" in written.code:
            execution = await rollout.run(RETURNED, show=False)
        found = result(execution)
        return rollout.answer(found, "" if found else why_no_result(execution))
