"""String Deletion and Modification of SymBench (Chen et al., 2025, arXiv:2502.04350), after LogicGame.

LogicGame: Gui et al., 2024, arXiv:2408.15778. Differs from SymBench: the rules are drawn, not chosen among
twenty, and the question says which rule comes next (the first on the list that fits; its checker does the
same).
"""

import random
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from reckon.tasks.graders.text import grade_exact
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

# Where the letters must stand, which letters, their replacement, what is added at the front and at the end.
Rule: TypeAlias = tuple[str, str, str, str, str]

LETTERS = "abc"
SHORTEST = 3
SAYS = "Answer with the final string alone, in small letters and without spaces."
WORDS = {
    "start": 'If the string begins with "{find}", {does}',
    "end": 'If the string ends with "{find}", {does}',
    "anywhere": 'If "{find}" occurs anywhere in the string, {does}',
}


@dataclass(frozen=True, slots=True)
class StringDeletionAndModification:
    """What a string becomes under a list of rewriting rules."""

    held_out: bool = False

    name: ClassVar[str] = "string_deletion_and_modification"
    kind: ClassVar[str] = "text"
    templates: ClassVar[tuple[str, ...]] = (
        "A string of letters is changed step by step. In each step, go through the rules from the top and "
        "apply the first one whose condition holds, once; the next step begins again at rule 1. When no "
        "condition holds, stop.\n{rules}\n\nThe string is {string}. What is it in the end? " + SAYS,
        "Rewrite {string} with this list of rules:\n{rules}\n\nOnly one rule is used at a time, namely the "
        "one with the smallest number among those that fit the present string. After each change look at the "
        "whole list anew, and finish when none fits. Which string remains? " + SAYS,
        "Start from the string {string}. As long as at least one of the rules below fits, use the topmost "
        "rule that fits, a single time, and then check them all again from the beginning.\n{rules}\n\nWrite "
        "the string at which this comes to a halt. " + SAYS,
        "These are numbered instructions for editing a string:\n{rules}\n\nThe editing goes like this: find "
        "the first instruction whose condition is true, carry it out once, return to instruction 1. It is "
        "over as soon as all the conditions are false. Edit {string} and report what is left. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Simulate a small rewriting system whose input is {string}.\n{rules}\n\nEarlier rules have "
        "precedence: at every step the lowest-numbered applicable rule acts, exactly once, and later ones "
        "wait. The system halts when no rule is applicable. Report its final string. " + SAYS,
        "Somebody edits the text {string} by the rules\n{rules}\n\nafter each edit reading them from number "
        "1 again, and always making the first edit that is possible, until none is. What does the text look "
        "like then? " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will write the rules as data and loop until none applies.",
        "A loop that tries the rules in order simulates this exactly.",
        "Let me code each rule in Python and rewrite the string.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_exact(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return (
            "# Each rule: place, letters to find, their replacement, letters to add in front and at the "
            "end.\n"
            f"rules = {given['list']}\ntext = {given['string']!r}\n\n"
            "def apply_first(text):\n"
            "    for place, find, put, front, back in rules:\n"
            "        at = text.find(find)\n"
            '        if place == "start":\n'
            "            at = 0 if text.startswith(find) else -1\n"
            '        elif place == "end":\n'
            "            at = len(text) - len(find) if text.endswith(find) else -1\n"
            "        if at >= 0:\n"
            "            return front + text[:at] + put + text[at + len(find) :] + back\n"
            "    return None\n\n"
            "while (changed := apply_first(text)) is not None:\n"
            "    text = changed\n"
            "print(text)"
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    fewest, most = scaled(difficulty, 1, 9), scaled(difficulty, 3, 30)
    while True:
        rules = _rules(rng, scaled(difficulty, 3, 7))
        string = "".join(rng.choices(LETTERS, k=scaled(difficulty, 6, 20) + rng.randint(0, 2)))
        states = _states(string, rules, most + 1)
        if fewest < len(states) <= most + 1 and len(states[-1]) >= SHORTEST:
            break
    values: dict[str, JSON] = {
        "string": string,
        "list": [list(rule) for rule in rules],
        "rules": "\n".join(f"{number}. {_said(rule)}" for number, rule in enumerate(rules, 1)),
    }
    return values, states[-1]


def _rules(rng: random.Random, count: int) -> list[Rule]:
    """Rules that differ in their condition, seldom longer after than before."""
    rules: list[Rule] = []
    conditions: list[tuple[str, str]] = []
    while len(rules) < count:
        place = rng.choice(tuple(WORDS))
        find = "".join(rng.choices(LETTERS, k=3 if place == "anywhere" else 2))
        if (place, find) in conditions:
            continue
        put = "".join(rng.choices(LETTERS, k=rng.choice((0, 1, 2, 2, len(find)))))
        room = len(find) - len(put) + (rng.random() < 0.3)
        added = "".join(rng.choices(LETTERS, k=min(room, rng.randint(0, 2))))
        front, back = ("", added) if rng.random() < 0.5 else (added, "")
        if put != find:
            conditions.append((place, find))
            rules.append((place, find, put, front, back))
    return rules


def _states(string: str, rules: list[Rule], limit: int) -> list[str]:
    """The strings from the first to the last; at most limit + 1 of them."""
    states = [string]
    while len(states) <= limit:
        changed = next((new for rule in rules if (new := _applied(states[-1], rule)) is not None), None)
        if changed is None:
            break
        states.append(changed)
    return states


def _applied(text: str, rule: Rule) -> str | None:
    place, find, put, front, back = rule
    if place == "start":
        changed = put + text[len(find) :] if text.startswith(find) else None
    elif place == "end":
        changed = text[: -len(find)] + put if text.endswith(find) else None
    else:
        changed = text.replace(find, put, 1) if find in text else None
    return None if changed is None else front + changed + back


def _said(rule: Rule) -> str:
    place, find, put, front, back = rule
    which = "its first occurrence" if place == "anywhere" else "these letters"
    does = f'replace {which} by "{put}"' if put else f"delete {which}"
    if front or back:
        does += (
            f', then write "{front or back}" {"in front of" if front else "at the end of"} the whole string'
        )
    return WORDS[place].format(find=find, does=does) + "."
