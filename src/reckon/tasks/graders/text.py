"""Answers that are a piece of text, compared after tidying what does not matter."""

import re

from reckon.values import Grade

MAX_ANSWER = 4096
_QUOTES = "\"'`“”‘’"
_FENCE = re.compile(r"\A\s*```\w*[ \t]*\n")
_DRESSED = re.compile(r"\A(?:\*\*((?:[^*]|\*(?!\*))+)\*\*|\$([^$]+)\$)\Z")


def tidied(answer: str) -> str:
    """Runs of white space become one space; around it a full stop, quotes, a code fence, ** and $ go."""
    text = " ".join(_FENCE.sub("", answer[: MAX_ANSWER + 1]).split())
    if text.endswith(".") and not text.endswith(".."):
        text = text[:-1].rstrip()
    bare = _DRESSED.sub(r"\1\2", text.strip(_QUOTES).strip()).strip(_QUOTES).strip()
    if bare.endswith(".") and not bare.endswith(".."):
        bare = bare[:-1].rstrip()
    return bare


def refused(answer: str) -> Grade | None:
    """The grade of an answer that is not worth parsing, None for one that is."""
    if len(answer) > MAX_ANSWER:
        return Grade(0.0, f"longer than {MAX_ANSWER} characters")
    if not tidied(answer):
        return Grade(0.0, "empty answer")
    return None


def verdict(right: bool) -> Grade:
    """1 or 0, in words."""
    return Grade(1.0, "equal to the gold answer") if right else Grade(0.0, "differs from the gold answer")


def grade_exact(gold: str, answer: str) -> Grade:
    """The same characters, upper and lower case told apart."""
    return refused(answer) or verdict(tidied(answer) == tidied(gold))


def grade_caseless(gold: str, answer: str) -> Grade:
    """The same characters, whatever their case. Only ASCII letters fold: a Kelvin sign is no k."""
    return refused(answer) or verdict(_lower(tidied(answer)) == _lower(tidied(gold)))


def _lower(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)
