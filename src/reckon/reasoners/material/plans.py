"""Plans that differ: a few that stand for many; plans whose steps name code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reckon.reasoners.material.passages import Passage


@dataclass(frozen=True, slots=True)
class GroundedPlan:
    """Steps in words, each with the symbols of a codebase that it may use."""

    steps: tuple[str, ...]
    symbols: tuple[tuple[Passage, ...], ...]

    @property
    def diversity(self) -> float:
        """Different symbols / symbols; 0 without any."""
        names = [one.name for step in self.symbols for one in step]
        return len(set(names)) / max(1, len(names))

    def shown(self, *, code: bool) -> str:
        lines = []
        for number, (step, symbols) in enumerate(zip(self.steps, self.symbols, strict=True), 1):
            lines.append(f"{number}. {step}")
            lines += [f"# {one.name}\n{one.text}" if code else f"   {one.name}" for one in symbols]
        return "\n".join(lines)


def unlike(plans: Sequence[str], k: int) -> list[str]:
    """The first plan and then, k in all, always the one that shares least with those taken."""
    words = [set(re.findall(r"\w+", plan.lower())) for plan in plans]
    taken = [0] if plans else []
    while len(taken) < min(k, len(plans)):
        rest = [n for n in range(len(plans)) if n not in taken]
        taken.append(min(rest, key=lambda n: max(_shared(words[n], words[m]) for m in taken)))
    return [plans[n] for n in taken]


def _shared(a: set[str], b: set[str]) -> float:
    return len(a & b) / max(1, len(a | b))
