"""Answers that are one of the options that a question lists."""

import re
from collections.abc import Sequence

from reckon.tasks.graders.text import grade_caseless, refused, tidied, verdict
from reckon.values import Grade

_LETTER = re.compile(r"\(([A-Za-z])\)|\[([A-Za-z])\]|([A-Za-z])[):]?")
_LETTER_AND_TEXT = re.compile(r"(?:\(([A-Za-z])\)|([A-Za-z])[):.]) (.+)")


def grade_choice(gold: str, answer: str, options: Sequence[str] = ()) -> Grade:
    """The gold letter: "(B)", "B", "b", "B)"; the text of its option; or both together, "(B) a kite".

    options: the texts in the order of their letters; without them letters alone count. An option's own text
    counts only where no other option has it too.
    """
    if refusal := refused(answer):
        return refusal
    given, wanted = tidied(answer), letter(gold)
    if both := _LETTER_AND_TEXT.fullmatch(given):
        said = (both[1] or both[2]).upper()
        return verdict(said == wanted and said in _letters_of(both[3], options))
    said = letter(given)
    if said and (not options or ord(said) - ord("A") < len(options)):
        return verdict(said == wanted)
    return verdict(_letters_of(given, options) == [wanted])


def letter(text: str) -> str:
    """The capital letter of "(B)", "b" or "B)"; "" if the text is not exactly one."""
    match = _LETTER.fullmatch(text.strip())
    return (match[1] or match[2] or match[3]).upper() if match else ""


def _letters_of(text: str, options: Sequence[str]) -> list[str]:
    """The letters of the options that have this text."""
    return [chr(ord("A") + at) for at, option in enumerate(options) if grade_caseless(option, text).right]
