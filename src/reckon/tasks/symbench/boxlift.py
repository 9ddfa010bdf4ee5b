"""BoxLift of SymBench (Chen et al., 2025, arXiv:2502.04350, Planning): lifters share the lifting of boxes.

Differs from it: it asks not for the fewest steps, but for at most as many as a plain strategy needs (one more
where it is easy), and every plan within them counts.
"""

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias, cast

from reckon.tasks.graders.plans import grade_lifts
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

# Weight and lifters.
Lift: TypeAlias = tuple[int, list[int]]
RULES = (
    "In one step several boxes can be lifted at once. A lifter takes part in at most one lift per step and "
    "can work again in the next step. Several lifters may lift a box together; their capacities together "
    "must be at least the weight of the box. Each box is lifted exactly once and is then done."
)
SAYS = (
    'Write the plan as "Step 1: [(50, [0, 2]), (30, [1])]; Step 2: [(40, [0, 1])]" and so on. This example '
    "means that in step 1 a box of weight 50 is lifted by lifters 0 and 2 while one of weight 30 is lifted "
    "by lifter 1, and in step 2 a box of weight 40 by lifters 0 and 1."
)


@dataclass(frozen=True, slots=True)
class Boxlift:
    """Lift all boxes in a few steps with lifters that can join forces."""

    held_out: bool = False

    name: ClassVar[str] = "boxlift"
    kind: ClassVar[str] = "optimization"
    templates: ClassVar[tuple[str, ...]] = (
        "There are {box_count} boxes with the weights {boxes}. There are {lifter_count} lifters with these "
        "capacities: {crew}. " + RULES + " Lift all boxes in at most {limit} steps. " + SAYS,
        "Assign lifters to boxes, step by step. Lifters: {crew} (the number after the colon is the greatest "
        "weight "
        "that one can lift). Box weights: {boxes}. "
        + RULES
        + " All {box_count} boxes must be lifted within {limit} "
        "steps. " + SAYS,
        "A warehouse must lift boxes that weigh {boxes}. Its lifting machines, with what each can carry, "
        "are {crew}. "
        + RULES
        + " Make a plan of no more than {limit} steps after which no box is left. "
        + SAYS,
        "Boxes: {boxes}.\nLifters and capacities: {crew}.\nRules: "
        + RULES
        + "\nAllowed number of steps: {limit} or "
        "fewer.\nWho lifts what, and when? " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "You command {lifter_count} lifters ({crew}; first the lifter's number, then its capacity) and have "
        "to get boxes of weight {boxes} lifted, using up to {limit} steps. " + RULES + " " + SAYS,
        RULES
        + " Find a schedule of at most {limit} steps for the box weights {boxes} and the lifters {crew}, "
        "given as number: capacity. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will take the heaviest box first and the tightest group of free lifters.",
        "In each step, pack boxes greedily with the smallest sufficient set of lifters.",
        "Let me try subsets of free lifters for each box in Python.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        given = problem.metadata
        boxes, lifters = (cast(Sequence[int], given[name]) for name in ("boxes", "lifters"))
        return grade_lifts(boxes, lifters, answer, limit=cast(int, given["limit"]))

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        """A box left out, of another weight, or lifted by nobody; an unused step number; a step too many."""
        given = problem.metadata
        boxes, lifters = (cast(Sequence[int], given[name]) for name in ("boxes", "lifters"))
        plan = _plan(boxes, lifters)
        wrong = [
            f"{_written(plan)}; Step {len(plan) + 1}: [({boxes[0]}, [0])]",
            _written(plan).replace("1:", "2:"),
        ]
        for step, lifts in enumerate(plan):
            for place, (weight, used) in enumerate(lifts):
                for instead in (
                    [],
                    [(weight + 1, used)],
                    [(weight, list[int]())],
                    [(weight, [*used, len(lifters)])],
                ):
                    changed = [*lifts[:place], *instead, *lifts[place + 1 :]]
                    wrong.append(_written([*plan[:step], changed, *plan[step + 1 :]]))
        return tuple(wrong)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return f"""from itertools import combinations

left = sorted({given["boxes"]}, reverse=True)
lifters = {given["lifters"]}


def crew(weight, free):
    best = None
    for size in range(1, len(free) + 1):
        for group in combinations(free, size):
            power = sum(lifters[i] for i in group)
            if power >= weight and (best is None or power < best[0]):
                best = power, list(group)
    return best[1] if best else None


steps = []
while left:
    free, lifts = list(range(len(lifters))), []
    for weight in list(left):
        group = crew(weight, free)
        if group:
            lifts.append((weight, group))
            left.remove(weight)
            free = [i for i in free if i not in group]
    steps.append(f"Step {{len(steps) + 1}}: {{lifts}}")
print("; ".join(steps))"""


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    lifters = [rng.randint(30, 80) for _ in range(scaled(difficulty, 2, 6))]
    heaviest = min(sum(lifters), scaled(difficulty, 90, 220))
    boxes = [rng.randint(10, heaviest) for _ in range(scaled(difficulty, 3, 14))]
    plan = _plan(boxes, lifters)
    values: dict[str, JSON] = {
        "boxes": list(boxes),
        "lifters": list(lifters),
        "crew": ", ".join(f"lifter {number}: {capacity}" for number, capacity in enumerate(lifters)),
        "box_count": len(boxes),
        "lifter_count": len(lifters),
        "limit": len(plan) + (1 if difficulty < 0.4 else 0),
    }
    return values, _written(plan)


def _plan(boxes: Sequence[int], lifters: Sequence[int]) -> list[list[Lift]]:
    """Heaviest box first, each by the free lifters whose capacities exceed its weight least."""
    left, plan = sorted(boxes, reverse=True), list[list[Lift]]()
    while left:
        free, lifts = list(range(len(lifters))), list[Lift]()
        for weight in list(left):
            groups = [g for n in range(1, len(free) + 1) for g in itertools.combinations(free, n)]
            strong = [g for g in groups if sum(lifters[i] for i in g) >= weight]
            if strong:
                group = min(strong, key=lambda g: sum(lifters[i] for i in g))
                lifts.append((weight, list(group)))
                left.remove(weight)
                free = [i for i in free if i not in group]
        plan.append(lifts)
    return plan


def _written(plan: Sequence[Sequence[Lift]]) -> str:
    return "; ".join(f"Step {number}: {list(lifts)}" for number, lifts in enumerate(plan, 1))
