"""Thinking with images by code: programs crop, turn and sharpen a picture, and the model sees the result.

"Thyme: Think Beyond Images", Zhang et al., 2025, arXiv 2508.11630, section 3; "CodeDance: A Dynamic
Tool-integrated MLLM for Executable Visual Reasoning", Song et al., 2025, arXiv 2512.17312.
System: Thyme (GRPO-ATS); its policy at inference. System: CodeDance; its policy at inference.

The model reasons, writes a program over the picture's file, is shown what the program printed and every
picture that it displayed, and goes on to an answer. As in Thyme's sandbox, small slips are mended before a
run: a path that ends in the name of a picture is taken for the picture's own, and `image_path` is defined.
Differs from the papers: a program calls `display(picture)` instead of printing the path that it saved to;
slips of format are told to the model.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.parts import images_of
from reckon.reasoners.code_interpreter import LAST, MALFORMED, NO_ANSWER
from reckon.reasoners.material.candidates import require_at_least

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROMPT = """{question}

{pictures}Think step by step. Where the picture is too small, too full or tilted to be read with certainty,
write a program that crops, enlarges, turns or sharpens the part that matters (Pillow and numpy are there)
and calls `display(picture)` on the result: you are then shown it. Measure and count by programs, too. Where
a look is enough, answer without a program. {code_help} {answer_help}"""
PICTURES = "The picture's file is {names}; `image_path` holds the first name.\n\n"


@dataclass(frozen=True)
class CropAndCompute:
    """max_calls: programs at most. reserve: tokens kept for the answer. patience: empty turns before it."""

    max_calls: int = 6
    reserve: int = 128
    patience: int = 3
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 0, "reserve")
        require_at_least(self, 1, "max_calls", "patience")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech, names = rollout.dialect, [name for name, _ in images_of(problem.parts)]
        help = {"code_help": speech.code_help, "answer_help": speech.answer_help}
        pictures = PICTURES.format(names=", ".join(names)) if names else ""
        await rollout.prompt(PROMPT.format(question=problem.question, pictures=pictures, **help))
        calls = slips = 0
        while calls < self.max_calls and slips < self.patience and rollout.fits(self.reserve):
            written = await rollout.write(reserve=self.reserve, temperature=self.temperature)
            if written.answer is not None:
                return rollout.answer(written.answer)
            if written.code is not None:
                calls += 1
                await rollout.run(mended(written.code, names), reserve=self.reserve)
            elif written.malformed is not None or written.finish == "end":
                slips += 1
                told = (
                    MALFORMED.format(why=written.malformed) if written.malformed else NO_ANSWER.format(**help)
                )
                await rollout.tell(told, note="malformed" if written.malformed else "no_answer")
        await rollout.tell(LAST.format(**help), note="asked_for_answer")
        written = await rollout.write(prefix=speech.answers[0].open, temperature=self.temperature)
        return rollout.answer(written.answer, "" if written.answer else "no answer was marked")


def mended(code: str, names: Sequence[str]) -> str:
    """The program with paths that end in these names cut to them, and `image_path` defined if it is used."""
    for name in names:
        elsewhere = rf"""(["'])[^"'\n]{{0,200}}/{re.escape(name)}\1"""
        code = re.sub(elsewhere, rf"\g<1>{name}\g<1>", code)  # a name holds no backslash
    unset = re.search(r"\bimage_path\b", code) and not re.search(r"^\s*image_path\s*=", code, re.MULTILINE)
    return f"image_path = {names[0]!r}\n{code}" if unset and names else code
