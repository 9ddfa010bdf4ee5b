"""Thyme's GRPO-ATS, adaptive temperature sampling: text is sampled warm, programs are sampled cold.

Zhang et al., "Thyme: Think Beyond Images", 2025, arXiv:2508.11630. It is a matter of sampling and no
objective: the loss is GRPO's, and the log-probabilities of a record are at temperature 1 whatever it was
sampled at.
"""

import math
from dataclasses import dataclass

from reckon.training.fields import within
from reckon.values import Kind


@dataclass(frozen=True, slots=True)
class Temperatures:
    """text, code: temperatures of what stands outside of programs, and inside. The paper has 1 and 0."""

    text: float = 1.0
    code: float = 0.0

    def __post_init__(self) -> None:
        within(self, 0.0, math.inf, "text", "code")

    def of(self, kind: Kind) -> float:
        """The temperature of a segment that the model writes."""
        return self.code if kind == "code" else self.text
