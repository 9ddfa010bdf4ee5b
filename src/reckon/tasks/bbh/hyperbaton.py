"""Hyperbaton of BIG-Bench Hard (Suzgun et al., 2022, arXiv:2210.09261): the order of adjectives.

Differs from the original: the order is said; there are 3 to 8 options in place of 2, each with its own words.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.options import grade_option, listed, offer
from reckon.values import Grade, Problem

# In the order in which they stand before a noun.
ADJECTIVES: Mapping[str, tuple[str, ...]] = {
    "opinion": ("lovely", "ugly", "awful", "nice", "charming", "boring", "wonderful", "horrible"),
    "size": ("small", "big", "huge", "tiny", "enormous", "little", "gigantic"),
    "age": ("old", "new", "ancient", "recent", "brand-new", "antique"),
    "shape": ("round", "square", "triangular", "oval", "rectangular", "hexagonal"),
    "color": ("red", "blue", "green", "yellow", "black", "white", "purple", "brown", "pink"),
    "origin": ("Turkish", "Peruvian", "Korean", "Irish", "Nigerian", "Polish", "Indian", "Chilean"),
    "material": ("wooden", "leather", "glass", "steel", "paper", "silk", "plastic", "clay", "copper"),
    "purpose": ("drinking", "cooking", "walking", "cleaning", "writing", "hiking", "gardening", "sewing"),
}
NOUNS = (  # noqa: SIM905
    "bag basket bowl box brush cap chair coat jar jug lamp mug plate pot shoe stick table tray trunk vase"
).split()
KINDS = tuple(ADJECTIVES)
RULE = f"In English, adjectives before a noun stand in this order: {', '.join(KINDS)}."
PROGRAM = """\
kinds = {kinds}
kind_of = {known}
phrases = {phrases}
for place, phrase in enumerate(phrases):
    last, right = -1, True
    for word in phrase.split():
        if word in kind_of:
            rank = kinds.index(kind_of[word])
            if rank < last:
                right = False
            last = rank
    if right:
        print(f"({{chr(65 + place)}})")"""


@dataclass(frozen=True, slots=True)
class Hyperbaton:
    """Which is in order? (A) a wooden small box (B) a small wooden box: (B)."""

    held_out: bool = False

    name: ClassVar[str] = "hyperbaton"
    kind: ClassVar[str] = "order"
    templates: ClassVar[tuple[str, ...]] = (
        f"{RULE} Which of these has its adjectives in the right order?\nOptions:\n{{listed}}",
        f"Only one of the following noun phrases keeps the usual order of adjectives. {RULE} Which one?\n"
        "{listed}",
        f"Choose the phrase whose adjectives stand as they should. {RULE}\n{{listed}}",
        f"{RULE} Compare the phrases below with this rule and name the one that obeys it.\n{{listed}}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        f"An editor finds that all but one of these phrases have adjectives in the wrong order. {RULE} Which "
        "is the good one?\n{listed}",
        f"Which phrase needs no correction of its word order? {RULE}\n{{listed}}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will write down the kind of each adjective and check each phrase in Python.",
        "Give every adjective its rank, then look for the phrase whose ranks only rise.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_option(problem, answer)

    def program(self, problem: Problem) -> str:
        phrases = listed(problem, "options")
        met = {word for phrase in phrases for word in phrase.split()}
        known = {word: kind for kind, words in ADJECTIVES.items() for word in words if word in met}
        return PROGRAM.format(kinds=list(KINDS), known=known, phrases=phrases)


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """A wrong phrase has one adjective out of place: two neighbours swapped, or one moved further."""
    length, count = scaled(difficulty, 2, 6), scaled(difficulty, 3, 8)
    nouns = rng.sample(NOUNS, count)
    phrases: list[str] = []
    for noun in nouns:
        kinds = sorted(rng.sample(range(len(KINDS)), length))
        words = [rng.choice(ADJECTIVES[KINDS[kind]]) for kind in kinds]
        if phrases:
            at = rng.randrange(length)
            moved = words.pop(at)
            words.insert(rng.choice([place for place in range(length) if place != at]), moved)
        phrases.append(" ".join([_article(words[0]), *words, noun]))
    return offer(rng, phrases[0], phrases[1:])


def _article(word: str) -> str:
    return "an" if word[0] in "aeiouAEIOU" else "a"
