"""String Insertion of SymBench (Chen et al., 2025, arXiv:2502.04350), after LogicGame (arXiv:2408.15778).

Differs from it: the patterns are drawn, overlapping patterns are settled in the question (each counts, and
inserted letters count only in the next pass), and there are up to three passes.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.text import grade_caseless
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

LETTERS = "ABCDE"
PLANTED = 0.35
PASSES = (
    "once",
    "twice, the second time on the outcome of the first",
    "three times, each further time on the outcome of the time before",
)
SAYS = "Answer with the final string alone, in capital letters and without spaces."


@dataclass(frozen=True, slots=True)
class StringInsertion:
    """A string after letters were inserted behind certain patterns."""

    held_out: bool = False

    name: ClassVar[str] = "string_insertion"
    kind: ClassVar[str] = "text"
    templates: ClassVar[tuple[str, ...]] = (
        "An operation on strings works with these rules:\n{rules}\nAll rules are applied at once to the "
        "string as it stands before the operation: every occurrence counts, also where occurrences overlap, "
        "and letters that the operation inserts are not looked at until it is over. Perform the operation "
        "{passes}. Begin with\n{string}\nWhat is the result? " + SAYS,
        "Here is a string: {string}\n\nGo through it and extend it by these rules:\n{rules}\nPatterns are "
        "looked for in the string as it was at the start of the pass, so newly inserted letters make no "
        "pattern during that pass. Two occurrences that share letters both count. Do this {passes}. "
        "Which string do you get? " + SAYS,
        "Operation T turns a string into a longer one. It finds all occurrences (overlapping ones too) of "
        "the patterns below, and only then writes the new letters, each directly behind the last letter of "
        "its occurrence.\n{rules}\nStart with {string} and carry out T {passes}. " + SAYS,
        "Insert letters into {string} as follows.\n{rules}\nFirst mark every place where a pattern ends, "
        "overlapping occurrences included, then insert all the letters; what is inserted cannot be part of "
        "an occurrence in the same round. Do such a round {passes}. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Copy the string {string} letter by letter. Whenever the letters of the original copied so far end "
        "in one of these patterns, write the extra letter before you go on:\n{rules}\nExtra letters never "
        "help to complete a pattern while you copy. Do the copying {passes}. " + SAYS,
        "String: {string}\nRules:\n{rules}\nIn one sweep every occurrence of a pattern in the string, "
        "overlapping or not, gets its letter put right after it; letters put in by a sweep are ignored until "
        "the next one. Sweep {passes}, and give the string. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will copy the string and add letters where a pattern ends.",
        "Checking the last letters at each place in a loop finds all patterns.",
        "Let me apply the insertion rules in Python, pass by pass.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_caseless(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return (
            f"text = {given['string']!r}\ninserts = {given['inserts']}\nsize = {given['size']}\n"
            f"for _ in range({given['count']}):\n"
            '    longer = ""\n'
            "    for place, letter in enumerate(text):\n"
            "        longer += letter\n"
            "        longer += inserts.get(text[max(0, place + 1 - size) : place + 1], '')\n"
            "    text = longer\n"
            "print(text)"
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """The patterns have the same length, so that at most one ends at any place."""
    size = scaled(difficulty, 2, 4)
    patterns: list[str] = []
    while len(patterns) < scaled(difficulty, 2, 6):
        pattern = "".join(rng.choices(LETTERS, k=size))
        if pattern not in patterns:
            patterns.append(pattern)
    inserts = {pattern: rng.choice(LETTERS) for pattern in patterns}
    string, length = "", scaled(difficulty, 7, 60) + rng.randint(0, 3)
    while len(string) < length:
        string += rng.choice(patterns) if rng.random() < PLANTED else rng.choice(LETTERS)
    count = rng.randint(1, scaled(difficulty, 1, 3))
    result = string
    for _ in range(count):
        result = _extended(result, inserts)
    if result == string:
        return _draw(rng, difficulty)
    values: dict[str, JSON] = {
        "string": string,
        "inserts": dict(inserts),
        "size": size,
        "count": count,
        "passes": PASSES[count - 1],
        "rules": "\n".join(f"- after {pattern}, insert {letter};" for pattern, letter in inserts.items()),
    }
    return values, result


def _extended(string: str, inserts: dict[str, str]) -> str:
    return "".join(
        letter + "".join(new for pattern, new in inserts.items() if string.endswith(pattern, 0, place + 1))
        for place, letter in enumerate(string)
    )
