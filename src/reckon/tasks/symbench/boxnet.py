"""BoxNet of SymBench (Chen et al., 2025, arXiv:2502.04350, Planning): arms pass boxes from cell to cell.

Differs from it: the plan is a list of steps, not JSON; the number of steps is limited; there are up to 4 x 5
cells and eight boxes.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias, cast

from reckon.tasks.graders.plans import Cell, grade_deliveries
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

COLOURS = ("red", "blue", "green", "yellow", "purple", "orange", "white", "black")
# A colour, and the cell that its box goes to; None for its target.
Action: TypeAlias = tuple[str, Cell | None]
RULES = (
    "Cells are written (row, column), counted from 1. In every cell stands a robot arm that stays there. In "
    "one step, each arm can do one action or nothing: move one box that is in its cell to a cell that "
    "shares an edge with it, or move one box that is in its cell onto the target of the same colour in this "
    "cell. All actions of a step happen at the same time, so a box moves at most once in a step. A cell can "
    "hold any number of boxes, and a box on its target is done."
)
SAYS = (
    'Write the plan as "Step 1: red to (1, 2), blue to target; Step 2: red to (2, 2)" and so on, where "to '
    '(1, 2)" puts the box of this colour into a neighbouring cell and "to target" puts it onto its target.'
)


@dataclass(frozen=True, slots=True)
class Boxnet:
    """Arms in the cells of a grid pass coloured boxes on to the targets of their colours."""

    held_out: bool = False

    name: ClassVar[str] = "boxnet"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "A floor is divided into {rows} rows and {columns} columns of cells. "
        + RULES
        + "\n\n{state}\n\nBring every "
        "box onto its target in at most {limit} steps. " + SAYS,
        "Robot arms on a grid ({rows} x {columns} cells, rows x columns) must deliver boxes.\n{state}\n"
        + RULES
        + " Find a plan with no more than {limit} steps that puts each box onto the target of its colour. "
        + SAYS,
        "The boxes and targets on a grid of {rows} rows and {columns} columns are:\n{state}\n\n"
        + RULES
        + " Which "
        "actions, in {limit} steps or fewer, deliver all boxes? " + SAYS,
        "Coordinate the arms of a grid with {rows} rows and {columns} columns. "
        + RULES
        + "\n{state}\nNumber of steps "
        "allowed: {limit}. At the end, all boxes must be on their targets. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        RULES
        + " The grid has {rows} rows and {columns} columns. State:\n{state}\nPlan at most {limit} steps "
        "after which every box lies on its target. " + SAYS,
        "You direct the arms in a warehouse of {rows} by {columns} cells (rows by columns).\n{state}\n"
        + RULES
        + " Within {limit} steps all boxes have to reach their targets; say what is done in each step. "
        + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will move each box one cell closer per step, one box per arm.",
        "Simulate steps: in each cell the box with the longest way goes first.",
        "Greedy moves towards the targets work, as boxes do not block each other.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        given = problem.metadata
        size = (cast(int, given["rows"]), cast(int, given["columns"]))
        boxes, targets = _cells(problem, "boxes"), _cells(problem, "targets")
        return grade_deliveries(boxes, targets, answer, size=size, limit=cast(int, given["limit"]))

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        """An action lost, doubled or off the grid; a box that does not exist; steps numbered wrongly."""
        plan = _plan(_cells(problem, "boxes"), _cells(problem, "targets"))
        gold = _written(plan)
        after = f"{gold}; Step {len(plan) + 1}:"
        wrong = [
            f"{after} {plan[-1][0][0]} to target",
            f"{after} silver to (1, 1)",
            gold.replace("Step 1", "Step 0"),
        ]
        for step, actions in enumerate(plan):
            for place, (colour, cell) in enumerate(actions):
                for instead in ([], [(colour, cell)] * 2, [(colour, (9, 9))]):
                    changed = [*actions[:place], *instead, *actions[place + 1 :]]
                    wrong.append(_written([*plan[:step], changed, *plan[step + 1 :]]))
        return tuple(wrong)

    def program(self, problem: Problem) -> str:
        boxes, targets = _cells(problem, "boxes"), _cells(problem, "targets")
        return f"""boxes = {boxes}
targets = {targets}


def distance(colour):
    (r, c), (goal_r, goal_c) = boxes[colour], targets[colour]
    return abs(r - goal_r) + abs(c - goal_c)


steps = []
while boxes:
    busy, actions = set(), []
    for colour in sorted(boxes, key=distance, reverse=True):
        r, c = boxes[colour]
        if (r, c) in busy:
            continue
        busy.add((r, c))
        goal_r, goal_c = targets[colour]
        if (r, c) == (goal_r, goal_c):
            actions.append(f"{{colour}} to target")
            del boxes[colour]
            continue
        if r != goal_r:
            r += 1 if goal_r > r else -1
        else:
            c += 1 if goal_c > c else -1
        boxes[colour] = r, c
        actions.append(f"{{colour}} to {{r, c}}")
    steps.append(f"Step {{len(steps) + 1}}: " + ", ".join(actions))
print("; ".join(steps))"""


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Boxes crowd in few cells, so that they wait for arms; no box starts in the cell of its target."""
    rows, columns = scaled(difficulty, 2, 4), scaled(difficulty, 2, 5)
    cells = [(r, c) for r in range(1, rows + 1) for c in range(1, columns + 1)]
    colours = rng.sample(COLOURS, scaled(difficulty, 2, len(COLOURS)))
    crowded = rng.sample(cells, max(2, len(cells) // 2))
    boxes = {colour: rng.choice(crowded) for colour in colours}
    targets = {colour: rng.choice([cell for cell in cells if cell != boxes[colour]]) for colour in colours}
    plan = _plan(boxes, targets)
    values: dict[str, JSON] = {
        "boxes": {colour: list(cell) for colour, cell in boxes.items()},
        "targets": {colour: list(cell) for colour, cell in targets.items()},
        "state": "\n".join(f"{c}: box in cell {boxes[c]}, target in cell {targets[c]}" for c in colours),
        "rows": rows,
        "columns": columns,
        "limit": len(plan) + scaled(1 - difficulty, 0, 2),
    }
    return values, _written(plan)


def _plan(boxes: Mapping[str, Cell], targets: Mapping[str, Cell]) -> list[list[Action]]:
    """In each step every arm passes on the box of its cell that has the longest way, rows before columns."""
    at, plan = dict(boxes), list[list[Action]]()
    while at:
        busy, actions = set[Cell](), list[Action]()
        for colour in sorted(at, key=lambda c: -_distance(at[c], targets[c])):
            cell = at[colour]
            if cell in busy:
                continue
            busy.add(cell)
            if cell == targets[colour]:
                actions.append((colour, None))
                del at[colour]
            else:
                at[colour] = _nearer(cell, targets[colour])
                actions.append((colour, at[colour]))
        plan.append(actions)
    return plan


def _distance(a: Cell, b: Cell) -> int:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _nearer(cell: Cell, goal: Cell) -> Cell:
    (row, column), (wanted, across) = cell, goal
    if row != wanted:
        return row + (1 if wanted > row else -1), column
    return row, column + (1 if across > column else -1)


def _written(plan: Sequence[Sequence[Action]]) -> str:
    lines = [", ".join(f"{colour} to {cell or 'target'}" for colour, cell in actions) for actions in plan]
    return "; ".join(f"Step {number}: {line}" for number, line in enumerate(lines, 1))


def _cells(problem: Problem, key: str) -> dict[str, Cell]:
    given = cast(Mapping[str, Sequence[int]], problem.metadata[key])
    return {colour: (row, column) for colour, (row, column) in given.items()}
