"""What a model wrote and its programs printed, as text for another context."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reckon.dialects import Dialect
    from reckon.values import Segment

LONGEST_OUTPUT = 2_000  # characters of one program's output


def transcript(segments: Iterable[Segment], dialect: Dialect) -> str:
    """Without prompts, what the runtime told, and the mark-up of the model's chat template."""
    pieces: list[str] = []
    for segment in segments:
        if segment.execution is not None:
            output = segment.execution.output or "(no output)"
            if len(output) > LONGEST_OUTPUT:
                output = f"{output[: LONGEST_OUTPUT // 2]}\n...\n{output[-LONGEST_OUTPUT // 2 :]}"
            lead = "" if not pieces or pieces[-1].endswith("\n") else "\n"
            pieces.append(lead + dialect.show(output))
        elif segment.sampled:
            pieces.append("\n" if segment.kind == "end" else segment.text)
    return "".join(pieces).strip()
