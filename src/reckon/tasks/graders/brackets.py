"""Answers that are a run of brackets."""

from reckon.tasks.graders.text import refused, tidied, verdict
from reckon.values import Grade

_BRACKETS = frozenset("()[]{}<>")


def grade_brackets(gold: str, answer: str) -> Grade:
    """The same brackets in the same order; white space and commas between them are harmless."""
    if refusal := refused(answer):
        return refusal
    given = [c for c in tidied(answer) if c not in " ,"]
    if not _BRACKETS.issuperset(given):
        return Grade(0.0, "not brackets alone")
    return verdict(given == [c for c in gold if c in _BRACKETS])
