"""Majority votes over answers."""

import re
from collections import Counter
from collections.abc import Iterable


def majority(answers: Iterable[str | None]) -> str | None:
    """The answer given most often, as it was first written; the earliest of equals; None without any.

    Answers that differ only in case, space, thousands separators or a trailing dot count as one.
    """
    given = [answer for answer in answers if answer is not None and answer.strip()]
    counts = Counter(key(answer) for answer in given)
    if not counts:
        return None
    winner = counts.most_common(1)[0][0]
    return next(answer for answer in given if key(answer) == winner)


def key(answer: str) -> str:
    """What answers that count as one have in common."""
    text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", answer.strip().rstrip(".").lower())
    return " ".join(text.split())
