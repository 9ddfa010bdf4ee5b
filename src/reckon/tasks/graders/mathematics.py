"""Answers in mathematics: numbers, expressions, tuples, intervals, sets, equations, in LaTeX or plain text.

Two answers are the same if they are the same text without its dress, or the same structure with parts of the
same value: see latex.py. Exact: 0.333 is not 1/3. A gold answer that is a plain number wants a plain number:
the sum that the question asked for, pasted back, is no answer. Differs from math-verify there, and from the
string comparison of MATH (Hendrycks et al., 2021, arXiv:2103.03874, `is_equiv`) in taking equal values.
"""

import math
import re
from collections.abc import Sequence
from fractions import Fraction

from reckon.tasks.graders.latex import Value, undressed, worth
from reckon.tasks.graders.text import refused
from reckon.values import Grade

MAX_PARTS = 64
_CLOSE = {"(": ")", "[": "]", "{": "}"}
_NUMBER = r"[-+]? ?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_GROUP = rf"\{{ ?{_NUMBER} ?\}}"
_PLAIN = re.compile(
    rf"{_NUMBER}(?: ?/ ?{_NUMBER})?|[-+]? ?[0-9]* ?\\frac ?(?:{_GROUP} ?{_GROUP}|[0-9]{{2}})"
    rf"|{_NUMBER} ?\* ?10 ?\^ ?(?:\{{ ?[-+]?[0-9]+ ?\}}|[0-9])"
)
_NAMED = re.compile(r"(?:[A-Za-z](?:_\w)?|[a-zA-Z] ?\( ?[a-zA-Z] ?\)) ?(?:=|\\in(?![a-z])) ?(?!=)")
_RELATION = re.compile(r"\\le(?![a-z])|\\ge(?![a-z])|\\ne(?:q)?(?![a-z])|<|>|=")
_SIGN_PAIR = re.compile(r"\\pm(?![a-z])")
_FLIPPED = {"\\le": "\\ge", "\\ge": "\\le", "<": ">", ">": "<"}
_CHOICE = re.compile(r"\(([A-Za-z])\)")
_MATRIX = re.compile(r"\\begin ?\{([pbvBV]?matrix|array)\}(?: ?\{[lcr| ]*\})?(.*)\\end ?\{\1\}", re.DOTALL)


def grade_mathematics(gold: str, answer: str) -> Grade:
    """1 if the two are the same; the reason says which grader judged."""
    if refusal := refused(answer):
        return refusal
    same = equivalent(gold, answer)
    word = "equal to" if same else "differs from"
    return Grade(1.0 if same else 0.0, f"{word} the gold answer (reckon's mathematics)")


def equivalent(gold: str, answer: str) -> bool:
    """Whether an answer says the same as the gold one. Bounded in time for any text."""
    return _same(_form(undressed(gold)), _form(undressed(answer)))


def _form(text: str) -> str:
    """Set braces as {…}; a leading name ("x =", "x \\in") stays, and is looked at by `_same`."""
    return (
        text.replace("\\{", "{").replace("\\}", "}").replace("\\lbrace", "{").replace("\\rbrace", "}").strip()
    )


def _same(gold: str, answer: str) -> bool:
    if _bare(gold) == _bare(answer):
        return bool(_bare(gold))
    if _CHOICE.sub(r"\1", gold).casefold() == _CHOICE.sub(r"\1", answer).casefold():
        return True
    if (_NAMED.match(gold) is None) != (_NAMED.match(answer) is None):
        one, other = _NAMED.sub("", gold, count=1).strip(), _NAMED.sub("", answer, count=1).strip()
        return not _RELATION.search(one + other) and _same(one, other)
    for split in (_matrix, _union, _bracketed, _listed, _related):
        left, right = split(gold), split(answer)
        if left is not None and right is not None:
            return left[0] == right[0] and _pairwise(left[1], right[1], ordered=left[2])
        if left is not None or right is not None:
            return False
    return _equal_values(gold, answer)


def _pairwise(gold: Sequence[str], answer: Sequence[str], *, ordered: bool) -> bool:
    if len(gold) != len(answer) or len(gold) > MAX_PARTS:
        return False
    if ordered:
        return all(_same(a, b) for a, b in zip(gold, answer, strict=True))
    left = list(answer)
    for part in gold:
        found = next((other for other in left if _same(part, other)), None)
        if found is None:
            return False
        left.remove(found)
    return True


# Each splitter gives (kind, parts, whether their order counts), or None where the text is of another form.
def _matrix(text: str) -> tuple[str, list[str], bool] | None:
    match = _MATRIX.fullmatch(text)
    if match is None:
        return None
    rows = [row.split("&") for row in match[2].strip().removesuffix("\\\\").split("\\\\")]
    return f"matrix {len(rows)}", [cell.strip() for row in rows for cell in row], True


def _union(text: str) -> tuple[str, list[str], bool] | None:
    parts = re.split(r"\\cup(?![a-z])", text)
    return ("union", [part.strip() for part in parts], False) if len(parts) > 1 else None


def _bracketed(text: str) -> tuple[str, list[str], bool] | None:
    """A tuple, an interval or a set: brackets around all of it, and commas between (a set may do without)."""
    if len(text) < 2 or text[0] not in _CLOSE or text[-1] not in ")]}" or not _one_pair(text):
        return None
    parts = _split(text[1:-1], ",")
    is_set = text[0] == "{" and text[-1] == "}"
    if len(parts) < 2 and not is_set:
        return None
    return text[0] + text[-1], parts, not is_set


def _listed(text: str) -> tuple[str, list[str], bool] | None:
    """Several answers; a \\pm b is the two answers a + b and a - b."""
    parts = [part for piece in _split(text, ",") for part in re.split(r"(?:^| )(?:and|or)(?: |$)", piece)]
    parts = [part.strip() for part in parts if part.strip()]
    if len(parts) == 1 and len(_SIGN_PAIR.findall(text)) == 1:
        parts = [_SIGN_PAIR.sub(sign, text) for sign in "+-"]
    return ("list", parts, False) if len(parts) > 1 else None


def _related(text: str) -> tuple[str, list[str], bool] | None:
    """An equation or a chain of inequalities, smaller side first."""
    signs = _RELATION.findall(text)
    if not signs:
        return None
    sides = [side.strip() for side in _RELATION.split(text)]
    if all(sign in ("\\ge", ">") for sign in signs):
        sides.reverse()
        signs = [_FLIPPED[sign] for sign in reversed(signs)]
    return " ".join(signs), sides, signs != ["="]


def _equal_values(gold: str, answer: str) -> bool:
    if _PLAIN.fullmatch(gold) and not _PLAIN.fullmatch(answer):
        return False
    if _prose(gold) or _prose(answer):
        return False
    letters = sorted(set(re.findall(r"[A-Za-z]", _without_commands(f"{gold} {answer}"))))
    for point in (_odd, _even):
        unknowns = {letter: point(n) for n, letter in enumerate(letters) if letter not in ("i", "e")}
        one, other = worth(gold, unknowns), worth(answer, unknowns)
        if one is None or other is None or not _close(one, other):
            return False
    return True


def _prose(text: str) -> bool:
    """Words: a run of three letters that is no command. They are compared as text alone."""
    return re.search(r"[A-Za-z]{3}", _without_commands(text)) is not None


def _without_commands(text: str) -> str:
    return re.sub(r"\\[A-Za-z]+", " ", text)


def _odd(n: int) -> Fraction:
    return Fraction(2 * n + 7, 5 * n + 4)


def _even(n: int) -> Fraction:
    return Fraction(3 * n + 13, 7 * n + 6)


def _close(a: Value, b: Value) -> bool:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return a == b
    one, other = complex(a), complex(b)
    return abs(one - other) <= 1e-9 * max(1e-3, abs(one), abs(other)) and math.isfinite(abs(one))


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _one_pair(text: str) -> bool:
    """Whether the first bracket closes at the very end; (0, 1] is a pair."""
    return all(depth > 0 for depth in _depths(text)[:-1]) and _depths(text)[-1] == 0


def _split(text: str, between: str) -> list[str]:
    """The parts between commas that stand in no bracket."""
    parts, begin = [], 0
    for place, depth in enumerate(_depths(text)):
        if depth == 0 and text[place] == between:
            parts.append(text[begin:place].strip())
            begin = place + 1
    return [*parts, text[begin:].strip()]


def _depths(text: str) -> list[int]:
    depths, depth = [], 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        depths.append(depth)
    return depths
