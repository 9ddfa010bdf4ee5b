"""Reference programs of reasoning-gym datasets: a function named as its dataset, in the module of its group.

A program is text that a model could have written: at most 60 lines, standard library and, for four datasets
of algebra, sympy. It works the answer out of the data of the question and does not hold the answer. `WITHOUT`
says which of the 84 have none.
"""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import cast

from reckon.tasks.gym.programs import arithmetic, circuits, grids, logic, puzzles, sequences, words
from reckon.values import Problem

_MODULES: tuple[ModuleType, ...] = (arithmetic, circuits, grids, logic, puzzles, sequences, words)

_RULE = "the rule is any that a person may think of; no program of 60 lines finds them all"
_WORDS = "wants a list of English words, or a feeling for English"
WITHOUT: Mapping[str, str] = {
    "arc_1d": _RULE,
    "arc_agi": _RULE,
    "rearc": _RULE,
    "figlet_font": "wants the shapes of some 400 typefaces",
    "gsm_symbolic": "a story in words: the program is the reading of it",
    "letter_jumble": _WORDS,
    "sentence_reordering": _WORDS,
    "word_ladder": _WORDS,
    "rectangle_count": "outlines share their edges: which reading was drawn takes a search without bound",
    "zebra_puzzles": "its clues come in some hundred phrasings",
}


def program_of(dataset: str, problem: Problem) -> str | None:
    """The program for a problem of this dataset, None where there is none."""
    for module in _MODULES:
        program = cast(Callable[[Problem], str] | None, vars(module).get(dataset))
        if program is not None and not dataset.startswith("_"):
            return program(problem)
    return None
