"""Logic Puzzle of SymBench (Chen et al., 2025, arXiv:2502.04350): different numbers chosen in a grid.

Differs from it: any choice that keeps the rules is right (its checker wants the one that its search has
found), cells are counted from 1 throughout, and the limit on the sums is drawn.
"""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias, cast

from reckon.tasks.graders.grids import unbracketed
from reckon.tasks.graders.text import refused, tidied
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

Cell: TypeAlias = tuple[int, int]
Rows: TypeAlias = Sequence[Sequence[int]]

MAX_NODES = 2000
RULES = {
    "sum": (
        "The chosen numbers of one row never add up to more than {limit}, and neither do those of one column."
    ),
    "product": (
        "In every row in which something is chosen, the product of the chosen numbers is greater than 0, and "
        "the same holds for every column; a number that is alone in its row counts as that row's product."
    ),
}
SAYS = (
    "Answer with the {k} cells as pairs (row, column), both counted from 1, from the top and from the left, "
    "separated by commas; their order does not matter."
)
SUM_PROGRAM = """\
k, limit = {k}, {limit}
n = len(rows)
cells = sorted((rows[i][j], i, j) for i in range(n) for j in range(n))
values = sorted(set(value for value, i, j in cells))
start = (rows[0][-1], 0, n - 1)

def fits(chosen, cell):
    total = [0] * (2 * n)
    for value, i, j in [*chosen, cell]:
        total[i] += value
        total[n + j] += value
    return max(total) <= limit

def search(chosen, number):
    if len(chosen) == k:
        return chosen
    if len(values) - number < k - len(chosen):
        return None
    if values[number] != start[0]:
        for cell in cells:
            if cell[0] == values[number] and fits(chosen, cell):
                found = search([*chosen, cell], number + 1)
                if found:
                    return found
    return search(chosen, number + 1)

found = search([start], 0)
"""
PRODUCT_PROGRAM = """\
from itertools import combinations

k = {k}
n = len(rows)
cells = [(rows[i][j], i, j) for i in range(n) for j in range(n)]
start = (rows[0][-1], 0, n - 1)
negative = [cell for cell in cells if cell[0] < 0]
positive = {{start[0]: start}} if start[0] > 0 else {{}}
for cell in cells:
    if cell[0] > 0:
        positive.setdefault(cell[0], cell)

def even(chosen):
    lines = [i for value, i, j in chosen] + [n + j for value, i, j in chosen]
    return all(lines.count(line) % 2 == 0 for line in lines)

def search():
    for size in range(max(0, k - len(positive)), k + 1):
        for chosen in combinations(negative, size):
            if even(chosen) and len({{value for value, i, j in chosen}}) == size:
                found = [*chosen, *positive.values()][:k]
                if start in found:
                    return found

found = search()
"""


@dataclass(frozen=True, slots=True)
class LogicPuzzle:
    """Different numbers chosen in a grid so that rows and columns keep a rule."""

    held_out: bool = False

    name: ClassVar[str] = "logic_puzzle"
    kind: ClassVar[str] = "search"
    templates: ClassVar[tuple[str, ...]] = (
        "Choose {k} cells of this grid of {n} x {n} numbers:\n{grid}\n\nThe numbers in the chosen cells must "
        "all be different, and the cell in the top right corner must be among them. {rule} Any choice that "
        "satisfies this is accepted. " + SAYS,
        "In the grid below, mark exactly {k} cells, one of which is the last cell of the first "
        "row.\n{grid}\n\nNo number may be marked twice, not even in different cells. {rule} Find one way to "
        "do it. " + SAYS,
        "Given are {n} rows of {n} numbers:\n{grid}\n\nSelect {k} of the cells so that the following is "
        "true.\n1. No two selected cells hold the same number.\n2. The upper right corner is selected.\n3. "
        "{rule}\nOne solution is enough. " + SAYS,
        "A selection puzzle: pick {k} cells with {k} different numbers from the grid\n{grid}\n\nYou have to "
        "begin with the cell in row 1, column {n}, which belongs to the selection. {rule} Several selections "
        "may be possible; give one of them. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "From the square of numbers\n{grid}\n\ntake {k} cells whose numbers are pairwise different. The top "
        "right one is taken in any case. {rule} State a valid set of cells. " + SAYS,
        "Which {k} cells of this {n} by {n} grid can be chosen together?\n{grid}\n\nConditions: the choice "
        "includes the rightmost cell of the top row; equal numbers are not chosen twice. {rule} There may be "
        "more than one possibility, and each is fine. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will search over the different numbers and check rows and columns.",
        "Backtracking over the values with the row and column rule finds cells.",
        "Let me write a search in Python that starts at the corner.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        if refusal := refused(answer):
            return refusal
        cells = _cells(answer)
        if cells is None:
            return Grade(0.0, "not a list of (row, column) pairs")
        fault = _fault(problem, cells)
        return Grade(0.0, fault) if fault else Grade(1.0, "keeps all rules")

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        """Choices with a cell too few or too many, or one that breaks a rule."""
        gold = _cells(problem.answer or "") or []
        n = cast(int, problem.metadata["n"])
        others = [(i, j) for i in range(1, n + 1) for j in range(1, n + 1) if (i, j) not in gold]
        found = [[*gold[:at], *gold[at + 1 :]] for at in range(len(gold))]
        found += [[*rest, rest[0]] for rest in found]
        found += [[*gold, other] for other in others[:6]]
        swapped = [[*gold[:at], other, *gold[at + 1 :]] for at in range(len(gold)) for other in others]
        found += [cells for cells in swapped if _fault(problem, cells)][:20]
        return tuple(_shown(cells) for cells in found)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        search = SUM_PROGRAM if given["type"] == "sum" else PRODUCT_PROGRAM
        return (
            f"rows = {given['rows']}\n"
            + search.format(k=given["k"], limit=given["limit"])
            + 'print(", ".join(f"({i + 1}, {j + 1})" for value, i, j in found))'
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    n = scaled(difficulty, 3, 6)
    kind = rng.choice(("sum", "product"))
    drawn = _products(rng, n, difficulty) if kind == "product" else _sums(rng, n, difficulty)
    if drawn is None:
        return _draw(rng, difficulty)
    rows, cells = drawn
    limit = _largest(rows, cells)
    values: dict[str, JSON] = {
        "n": n,
        "k": len(cells),
        "type": kind,
        "limit": limit,
        "rule": RULES[kind].format(limit=limit),
        "rows": [list(row) for row in rows],
        "grid": "\n".join(", ".join(map(str, row)) for row in rows),
    }
    return values, _shown(sorted((i + 1, j + 1) for i, j in cells))


def _sums(rng: random.Random, n: int, difficulty: float) -> tuple[list[list[int]], list[Cell]] | None:
    """A grid of positive numbers and cells with different ones, None if no search finds such cells.

    The harder, the more often cells with lower sums are looked for; the largest sum becomes the limit.
    """
    k = scaled(difficulty, 3, 11)
    most = k + scaled(difficulty, 3, 2)
    rows = [[rng.randint(1, most) for _ in range(n)] for _ in range(n)]
    free = [(i, j) for i in range(n) for j in range(n) if (i, j) != (0, n - 1)]
    cells = [(0, n - 1), *rng.sample(free, k - 1)]
    for (i, j), number in zip(cells, rng.sample(range(1, most + 1), k), strict=True):
        rows[i][j] = number
    best, limit = None, _largest(rows, cells)
    for _ in range(scaled(difficulty, 1, 12)):
        found = _search(rows, k, limit)
        if found is None:
            break
        best, limit = found, _largest(rows, found) - 1
    return (rows, best) if best else None


def _products(rng: random.Random, n: int, difficulty: float) -> tuple[list[list[int]], list[Cell]]:
    """A grid with numbers below zero, and a cell for every positive one and some for negative ones.

    The negative ones are the corners of a closed path along rows and columns: two in each that it meets.
    """
    sides = 0 if difficulty < 0.15 else 3 if n > 4 and rng.random() < 0.5 else 2
    across, down = rng.sample(range(n), sides), rng.sample(range(n), sides)
    path = [cell for at in range(sides) for cell in ((down[at], across[at]), (down[at], across[at - 1]))]
    most = scaled(difficulty, 5, 12)
    rows = [[rng.randint(1, most) * (-1 if rng.random() < 0.4 else 1) for _ in range(n)] for _ in range(n)]
    for (i, j), number in zip(path, rng.sample(range(1, most + 2), len(path)), strict=True):
        rows[i][j] = -number
    corner = (0, n - 1)
    if corner not in path:
        rows[0][-1] = abs(rows[0][-1])
    first = {rows[0][-1]: corner} if rows[0][-1] > 0 else {}
    for i, j in ((i, j) for i in range(n) for j in range(n) if rows[i][j] > 0):
        first.setdefault(rows[i][j], (i, j))
    return rows, [*path, *list(first.values())[: None if path else 3]]


def _largest(rows: Rows, cells: Sequence[Cell]) -> int:
    """The largest sum of a row or a column."""
    lines = [
        [rows[i][j] for i, j in cells if (i, j)[axis] == at] for axis in (0, 1) for at in range(len(rows))
    ]
    return max(map(sum, lines))


def _search(rows: Rows, k: int, limit: int) -> list[Cell] | None:
    """What the program's search finds, the smallest numbers first; None also if it takes over MAX_NODES."""
    n, nodes = len(rows), 0
    places: dict[int, list[Cell]] = {}
    for i, j in sorted(((i, j) for i in range(n) for j in range(n)), key=lambda cell: rows[cell[0]][cell[1]]):
        places.setdefault(rows[i][j], []).append((i, j))
    start = rows[0][-1]
    values = [value for value in places if value != start]
    totals, chosen = [start, *[0] * (2 * n - 2), start], [(0, n - 1)]

    def found(at: int) -> bool:
        nonlocal nodes
        nodes += 1
        left = k - len(chosen)
        if left == 0:
            return True
        if nodes > MAX_NODES or len(values) - at < left:
            return False
        value = values[at]
        for i, j in places[value]:
            if max(totals[i], totals[n + j]) + value <= limit:
                totals[i], totals[n + j] = totals[i] + value, totals[n + j] + value
                chosen.append((i, j))
                if found(at + 1):
                    return True
                chosen.pop()
                totals[i], totals[n + j] = totals[i] - value, totals[n + j] - value
        return found(at + 1)

    return chosen if start <= limit and found(0) else None


def _cells(answer: str) -> list[Cell] | None:
    """The pairs of an answer, None if it is anything but pairs of whole numbers below 100."""
    text = unbracketed(tidied(answer))
    if text is None or not re.fullmatch(r"[0-9 ,;]+", text):
        return None
    numbers = re.findall("[0-9]+", text)
    if len(numbers) % 2 or max(map(len, numbers), default=3) > 2:
        return None
    pairs = [int(number) for number in numbers]
    return list(zip(pairs[::2], pairs[1::2], strict=True))


def _fault(problem: Problem, cells: Sequence[Cell]) -> str:
    """What is wrong with the choice, "" for nothing."""
    given = problem.metadata
    n, rows = cast(int, given["n"]), cast(Rows, given["rows"])
    if len(cells) != given["k"]:
        return f"{len(cells)} cells, not {given['k']}"
    if not all(1 <= i <= n and 1 <= j <= n for i, j in cells):
        return "a cell outside the grid"
    if (1, n) not in cells:
        return "the top right corner is not chosen"
    chosen = [(i - 1, j - 1) for i, j in cells]
    if len({rows[i][j] for i, j in chosen}) < len(chosen):
        return "a number is chosen twice"
    if given["type"] == "sum":
        return "a sum is too large" if _largest(rows, chosen) > cast(int, given["limit"]) else ""
    negative = [cell for cell in chosen if rows[cell[0]][cell[1]] < 0]
    odd = any(sum(cell[axis] == at for cell in negative) % 2 for axis in (0, 1) for at in range(n))
    return "a product is not greater than 0" if odd else ""


def _shown(cells: Sequence[Cell]) -> str:
    return ", ".join(f"({i}, {j})" for i, j in cells)
