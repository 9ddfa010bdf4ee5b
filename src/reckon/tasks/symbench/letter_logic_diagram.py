"""Letter Logic Diagram of SymBench (Chen et al., 2025, arXiv:2502.04350), after LogicGame (2408.15778).

Differs from it: squares of 4 to 8, not of 7 alone, and rows and columns are mixed, where SymBench shifts one
row. Any square that keeps the rules is right, as there.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from reckon.tasks.graders.grids import unbracketed
from reckon.tasks.graders.text import refused, tidied
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

LETTERS = "abcdefgh"
EMPTY = "-"
SAYS = (
    "Answer with the {n} rows of the full square from the top to the bottom, separated by commas, each row "
    "as {n} letters without spaces."
)


@dataclass(frozen=True, slots=True)
class LetterLogicDiagram:
    """A square of letters, each once in every row and column, with one letter along a diagonal."""

    held_out: bool = False

    name: ClassVar[str] = "letter_logic_diagram"
    kind: ClassVar[str] = "logical"
    templates: ClassVar[tuple[str, ...]] = (
        "Fill the empty cells, shown as -, of this {n} x {n} square with the letters "
        "{letters}:\n{square}\n\nIn the end every row and every column must hold each of the letters exactly "
        "once, and the cells on the diagonal from the top right corner to the bottom left corner must all "
        "hold the same letter. Letters that are given stay where they are. If there are several solutions, "
        "any of them will do. " + SAYS,
        "A letter puzzle. Here are {n} rows of {n} cells, some of them filled and some (-) "
        "not:\n{square}\n\nRules:\n1. A row contains {letters}, each once.\n2. A column contains {letters}, "
        "each once.\n3. All cells of the diagonal that runs from the upper right to the lower left have one "
        "and the same letter.\nComplete the square without changing what is there; one solution is enough. "
        + SAYS,
        "Complete the square\n{square}\n\nso that no letter is repeated in a row or a column and only the "
        "letters {letters} are used, {n} in every row and column. On top of that, the minor diagonal (first "
        "row last column, second row last but one, and so on to the last row first column) is made of a "
        "single letter. A - is a cell that you have to fill; the others are fixed. Any valid completion "
        "counts. " + SAYS,
        "Given is a partly filled Latin square of size {n} with the letters {letters} (each row and each "
        "column is to have every letter once), where - stands for a cell not yet filled:\n{square}\n\nA "
        "further condition: one letter occupies the whole diagonal between the top right and the bottom left "
        "corner. Find a full square that agrees with the letters given. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Replace every - below by one of {letters}.\n{square}\n\nThe result must have {n} different letters "
        "in each row, {n} different letters in each column, and equal letters all along the diagonal that "
        "starts at the top right and ends at the bottom left. Letters already there may not be altered. More "
        "than one result may be possible; give one. " + SAYS,
        "The {n} by {n} diagram\n{square}\n\nis unfinished where it shows -. Finish it with letters from "
        "{letters} such that in no line, across or down, a letter comes twice, and such that going from the "
        "upper right corner diagonally to the lower left corner one meets always the same letter. Keep all "
        "letters that you see. One way of finishing it suffices. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will fill the cells by backtracking, the most constrained one first.",
        "The diagonal's letter comes first, then a search fills the rest.",
        "Let me solve the square in Python with a search that tracks options.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        if refusal := refused(answer):
            return refusal
        rows = cast(Sequence[str], problem.metadata["rows"])
        fault = _fault(rows, _cells(answer), len(rows))
        return Grade(0.0, fault) if fault else Grade(1.0, "keeps all rules")

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        """Squares with one letter changed or with two rows or two letters exchanged."""
        rows = (problem.answer or "").split(", ")
        n = len(rows)
        found = [", ".join([*rows[:i], *rows[i + 1 :]]) for i in range(n)]
        for i in range(n):
            turned = rows[i][1:] + rows[i][0]
            found.append(", ".join([*rows[:i], turned, *rows[i + 1 :]]))
            other = LETTERS[(LETTERS.index(rows[i][i]) + 1) % n]
            found.append(", ".join([*rows[:i], rows[i][:i] + other + rows[i][i + 1 :], *rows[i + 1 :]]))
        swapped = [rows[1], rows[0], *rows[2:]]
        return (*found, ", ".join(swapped), ", ".join(row[::-1] for row in rows))

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return (
            f"rows = {given['rows']}\nn = len(rows)\nletters = {LETTERS!r}[:n]\n\n"
            "def options(row, column):\n"
            "    used = set(square[row]) | {line[column] for line in square}\n"
            "    return [letter for letter in letters if letter not in used]\n\n"
            "def fill():\n"
            '    """Fill the empty cell with the fewest options, then the rest."""\n'
            "    best = None\n"
            "    for row in range(n):\n"
            "        for column in range(n):\n"
            f"            if square[row][column] == {EMPTY!r}:\n"
            "                fit = options(row, column)\n"
            "                if best is None or len(fit) < len(best[2]):\n"
            "                    best = row, column, fit\n"
            "    if best is None:\n"
            "        return True\n"
            "    row, column, fit = best\n"
            "    for letter in fit:\n"
            "        square[row][column] = letter\n"
            "        if fill():\n"
            "            return True\n"
            f"    square[row][column] = {EMPTY!r}\n"
            "    return False\n\n"
            "for letter in letters:\n"
            "    square = [list(row) for row in rows]\n"
            f"    if any(square[i][n - 1 - i] not in ({EMPTY!r}, letter) for i in range(n)):\n"
            "        continue\n"
            "    for i in range(n):\n"
            "        square[i][n - 1 - i] = letter\n"
            "    if all(row.count(x) < 2 for row in [*square, *zip(*square)] for x in letters) and fill():\n"
            "        break\n"
            'print(", ".join("".join(row) for row in square))'
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """A cyclic square, (row + column) mod n: mixing rows and columns alike leaves the diagonal one letter."""
    n = scaled(difficulty, 4, 8)
    letters, order = rng.sample(LETTERS[:n], n), rng.sample(range(n), n)
    full = ["".join(letters[(row - order[n - 1 - j]) % n] for j in range(n)) for row in order]
    kept = [row * n + column for row in range(n) for column in range(n)]
    kept = rng.sample(kept, n * n - rng.randint(scaled(difficulty, 5, 32), scaled(difficulty, 8, 44)))
    rows = ["".join(c if row * n + j in kept else EMPTY for j, c in enumerate(full[row])) for row in range(n)]
    values: dict[str, JSON] = {
        "n": n,
        "rows": list(rows),
        "square": "\n".join(rows),
        "letters": list(LETTERS[:n]),
    }
    return values, ", ".join(full)


def _cells(answer: str) -> str:
    """The answer's letters, small, without brackets, commas, quotes and white space."""
    text = unbracketed(tidied(answer)) or ""
    text = "".join(c for c in text if c not in " ,;'\"`")
    return text.lower() if text.isascii() else text


def _fault(rows: Sequence[str], cells: str, n: int) -> str:
    """What is wrong with the square, "" for nothing."""
    if len(cells) != n * n or not set(LETTERS[:n]).issuperset(cells):
        return f"not {n} rows of {n} of the letters"
    square = [cells[n * row : n * (row + 1)] for row in range(n)]
    if any(was not in (EMPTY, now) for was, now in zip("".join(rows), cells, strict=True)):
        return "a given letter is changed"
    if any(len(set(line)) < n for line in (*square, *zip(*square, strict=True))):
        return "a letter is repeated in a row or a column"
    return "" if len({square[i][n - 1 - i] for i in range(n)}) == 1 else "the diagonal has different letters"
