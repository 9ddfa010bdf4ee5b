"""Plans that differ: a few that stand for many."""

from __future__ import annotations

import re
from collections.abc import Sequence


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
