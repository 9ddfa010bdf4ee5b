"""Program of Thoughts Prompting: Disentangling Computation from Reasoning for Numerical Reasoning Tasks, Chen
et al., 2022, arXiv 2211.12588.

The reasoning is a sequence of assignments to variables with meaningful names; the interpreter computes `ans`.
With `comments` it is the cross-lingual form of "Towards Better Understanding of Program-of-Thought Reasoning
in Cross-Lingual and Multilingual Environments", Payoungkhamdee et al., 2025, arXiv 2502.17956: the program's
comments are in the question's language, in another, or left out. System: Multilingual PoT study; its prompts.
Differs from the papers: the prompts are our own; a program that never sets `ans` may print its answer;
without the further text reasoning over `ans`, and without votes weighted by a judge of the code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.errors import UsageError
from reckon.reasoners.material.exemplars import EXEMPLARS, shown
from reckon.reasoners.material.results import result, why_no_result

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROMPT = """{exemplars}{question}

Answer with one program. Do its reasoning step by step in assignments to variables that are named for what
they hold, leave every computation to the interpreter, and assign the final result to `ans`.{comments}
{code_help}"""
NO_COMMENTS = " Write no comments."
COMMENTS = (
    " Comment each step in {language}, whatever the language of the question; keep the code in English."
)
ASSIGNS = re.compile(r"^[ \t]*ans\s*(?::[^=\n]*)?=(?!=)", re.MULTILINE)
READ = "print(ans)"


@dataclass(frozen=True)
class ProgramOfThoughts:
    """One program, run once; what it assigns to `ans` is the answer.

    shots: how many of our exemplars stand before the question.
    comments: the language to comment in, e.g. "Thai"; "none" for no comments; "" leaves it to the model.
    """

    shots: int = 0
    comments: str = ""
    temperature: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.shots <= len(EXEMPLARS):
            raise UsageError(f"ProgramOfThoughts.shots: wanted 0 to {len(EXEMPLARS)}, got {self.shots}")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        language = COMMENTS.format(language=self.comments) if self.comments else ""
        await rollout.prompt(
            PROMPT.format(
                exemplars=shown(self.shots, rollout.dialect),
                question=problem.question,
                comments=NO_COMMENTS if self.comments == "none" else language,
                code_help=rollout.dialect.code_help,
            )
        )
        written = await rollout.write(temperature=self.temperature)
        if written.code is None:
            return rollout.answer(None, written.malformed or "no program was written")
        execution = await rollout.run(written.code, show=False)
        found = result(execution)
        if execution.ok and ASSIGNS.search(written.code):
            rollout.answer(found)  # stands if the budget is spent before `ans` is read
            found = result(await rollout.run(READ, show=False)) or found
        return rollout.answer(found, "" if found else why_no_result(execution))
