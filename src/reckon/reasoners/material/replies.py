"""Reading what a judging reply says: a score, a choice, a yes or no, a list of lines.

A reply that says nothing of the kind is None or empty, and the reasoner goes on without it.
"""

from __future__ import annotations

import re

SCORE_HELP = "End with a line `Score: n`, n from 0 (hopeless) to 10 (certainly right)."
CHOICE_HELP = "End with a line `Choice: n`."
VERDICT_HELP = "End with a line `Verdict: yes` or `Verdict: no`."

_SCORE = re.compile(r"score\W{0,10}(\d+(?:\.\d+)?)", re.IGNORECASE)
_CHOICE = re.compile(r"choice\W{0,10}(\d+)", re.IGNORECASE)
_VERDICT = re.compile(r"verdict\W{0,10}(yes|no)\b", re.IGNORECASE)
_ITEM = re.compile(r"^\s*(?:\d+[.)]|[-*])\s+(.+)$", re.MULTILINE)


def read_score(reply: str) -> float | None:
    """The last score of a reply that was asked for `SCORE_HELP`, divided by 10; in [0, 1]."""
    found = _SCORE.findall(reply)
    return min(10.0, float(found[-1])) / 10 if found else None


def read_choice(reply: str, count: int) -> int | None:
    """The last choice of a reply that was asked for `CHOICE_HELP`, from 1 to `count`, as an index from 0."""
    found = [int(number[:9]) for number in _CHOICE.findall(reply)]
    return found[-1] - 1 if found and 1 <= found[-1] <= count else None


def read_verdict(reply: str) -> bool | None:
    """The last verdict of a reply that was asked for `VERDICT_HELP`."""
    found = _VERDICT.findall(reply)
    return found[-1].lower() == "yes" if found else None


def read_items(reply: str, most: int) -> tuple[str, ...]:
    """The items of a numbered or dashed list, each once; of a reply without any, its whole text."""
    items = [item.strip() for item in _ITEM.findall(reply)] or [reply.strip()]
    return tuple(dict.fromkeys(item for item in items if item))[:most]


def read_scored_items(reply: str, most: int) -> tuple[tuple[str, float], ...]:
    """(item, score in [0, 1]) of a list whose items end in a score; 0.5 for an item without one."""
    scored = [(_SCORE.sub("", item).strip(" .-:;()[]"), read_score(item)) for item in read_items(reply, most)]
    found = tuple((item, 0.5 if score is None else score) for item, score in scored if item)
    return found or (("(no thought)", 0.5),)
