"""ViperGPT: Visual Inference via Python Execution for Reasoning, Surís, Menon and Vondrick, 2023.
arXiv 2303.08128, section 3. System: ViperGPT.

A model that is shown the specification of a class of image patches, and the question, writes a function
`execute_command(image)`; the session runs it; what it returns is the answer. The patch's methods that see
(find, exists, simple_query, ...) call back into the host, where a model looks at the patch's pixels.
Differs from the paper: one model that sees stands for its detectors and captioners, or tools of the Setup
called `vision_find` and `vision_ask`; depth is left out; a program without the function answers by its
output.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.parts import images_of
from reckon.reasoners.material.image_patch import SOURCE, eyes, spec
from reckon.reasoners.material.results import result, why_no_result

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROMPT = """{spec}

{tools}Everything above is defined already. Write a function `execute_command(image)` with it, which returns
the answer to the question below; `image` is {image}, to be given to ImagePatch. Use plain Python for what
can be computed, and the methods for what must be seen.

{question}

{code_help} Write one program and do not call the function: that is done for you."""
CALL = "print(execute_command({image!r}))"
ONE, SEVERAL, NONE = (
    "the picture's file name",
    "the list of the pictures' file names",
    "None: there is no picture",
)


@dataclass(frozen=True)
class ViperGPT:
    """vision: the model that looks at patches, "" for the own one."""

    vision: str = ""
    temperature: float | None = None

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        names = [name for name, _ in images_of(problem.parts)]
        rollout.bind(*eyes(rollout, self.vision))
        await rollout.prompt(
            PROMPT.format(
                spec=spec(),
                tools=rollout.tools_help,
                image=ONE if len(names) == 1 else SEVERAL if names else NONE,
                question=problem.question,
                code_help=rollout.dialect.code_help,
            )
        )
        written = await rollout.write(temperature=self.temperature)
        if written.code is None:
            return rollout.answer(None, written.malformed or "no program was written")
        await rollout.run(SOURCE, show=False)
        execution = await rollout.run(written.code, show=False)
        if execution.ok and "def execute_command" in written.code:
            image = names[0] if len(names) == 1 else names or None
            execution = await rollout.run(CALL.format(image=image), show=False)
        answer = result(execution)
        return rollout.answer(answer, "" if answer else why_no_result(execution))
