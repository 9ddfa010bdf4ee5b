"""Options to choose from, lettered (A), (B), ... as BIG-Bench Hard letters them."""

import random
from collections.abc import Sequence

from reckon.tasks.graders.choices import grade_choice
from reckon.tasks.material.family import Values
from reckon.values import Grade, Problem


def offer(rng: random.Random, right: str, wrong: Sequence[str]) -> tuple[Values, str]:
    """The options in random order, as values for a template, and the letter of the right one, "(B)".

    Values: options, their texts; choices, their letters; listed, a line for each.
    """
    return in_order(rng.sample([right, *wrong], len(wrong) + 1), right)


def in_order(options: Sequence[str], right: str) -> tuple[Values, str]:
    """The same for options that keep their order."""
    letters = [f"({chr(ord('A') + at)})" for at in range(len(options))]
    listed = "\n".join(f"{letter} {option}" for letter, option in zip(letters, options, strict=True))
    return {"options": list(options), "choices": letters, "listed": listed}, letters[options.index(right)]


def grade_option(problem: Problem, answer: str) -> Grade:
    """By the letter, or by the text of the option."""
    return grade_choice(problem.answer or "", answer, listed(problem, "options"))


def listed(problem: Problem, key: str) -> list[str]:
    """The texts that the problem's metadata has under this key."""
    found = problem.metadata[key]
    return [str(item) for item in found] if isinstance(found, Sequence) else []
