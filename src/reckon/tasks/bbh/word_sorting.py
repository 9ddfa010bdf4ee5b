"""Word Sorting of BIG-Bench Hard (Suzgun et al., 2022, arXiv:2210.09261).

Differs from the original: the words are made up, and at high difficulty they begin alike.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.sequences import grade_words
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.words import made_up_word
from reckon.values import Grade, Problem

RULES = (
    "A word that is the beginning of another one comes before it. "
    "Answer with all the words, separated by spaces."
)


@dataclass(frozen=True, slots=True)
class WordSorting:
    """The words plok mirt mirta in alphabetical order are mirt mirta plok."""

    held_out: bool = False

    name: ClassVar[str] = "word_sorting"
    kind: ClassVar[str] = "order"
    templates: ClassVar[tuple[str, ...]] = (
        f"Sort these words alphabetically: {{words}}\n{RULES}",
        f"Put the following words into alphabetical order. {RULES}\nWords: {{words}}",
        f"In which order would a dictionary list these words? {RULES}\n\n{{words}}",
        f"Arrange the list from a to z. {RULES}\nList: {{words}}",
        f"List: {{words}}\nWrite this list of words in alphabetical order. {RULES}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        f"Bring the words below into the order of the alphabet. {RULES}\n\n{{words}}",
        f"An index is to hold these words: {{words}}\nGive them in alphabetical order. {RULES}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will split the words at the spaces and sort them with Python.",
        "Sorting many words by hand goes wrong, so I use sorted.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_words(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return f'words = "{problem.metadata["words"]}".split()\nwords.sort()\nprint(" ".join(words))'


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Up to three words in four take the first letters of an earlier one."""
    words: list[str] = []
    count = scaled(difficulty, 5, 26) + rng.randint(0, 3)
    while len(words) < count:
        word = made_up_word(rng, rng.randint(4, 9))
        if words and rng.random() < 0.75 * difficulty:
            word = rng.choice(words)[: rng.randint(2, 5)] + word[2:]
        if word not in words:
            words.append(word)
    return {"words": " ".join(words)}, " ".join(sorted(words))
