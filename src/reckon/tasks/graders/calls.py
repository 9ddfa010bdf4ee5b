"""Answers that are the arguments of a call: JSON values with commas between."""

import json
import re
from typing import Any

from reckon.tasks.graders.text import MAX_ANSWER

_TOKEN = re.compile(r"""\s+|"[^"\\\n]*"|'[^'"\\\n]*'|-?[0-9]{1,9}(?![0-9.eE])|[\[\](){}:,]""")
_BRACKETS = str.maketrans("()", "[]")


def arguments_of(answer: str, function: str) -> list[Any] | str:
    """The values of "[1, 2], 3" or "function([1, 2], 3)"; or why it is no such list.

    Whole numbers of at most nine digits, texts in single or double quotes, lists and dictionaries; round
    brackets are lists too.
    """
    if len(answer) > MAX_ANSWER:
        return f"longer than {MAX_ANSWER} characters"
    text = answer.strip().strip("`").strip().removesuffix(".").rstrip()
    if text.startswith(f"{function}(") and text.endswith(")"):
        text = text[len(function) + 1 : -1]
    written = _as_json(text)
    if written is None or not written.strip():
        return "not JSON values with commas between"
    try:
        values = json.loads(f"[{written}]")
    except (ValueError, RecursionError):
        return "not JSON values with commas between"
    return list(values)


def _as_json(text: str) -> str | None:
    """The text with its quotes and brackets as JSON has them; None if it has anything but values."""
    written, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            return None
        token = match[0]
        written.append(f'"{token[1:-1]}"' if token[0] in "'\"" else token.translate(_BRACKETS))
        place = match.end()
    return "".join(written)
