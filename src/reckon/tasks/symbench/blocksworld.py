"""Blocksworld of SymBench (Chen et al., 2025, arXiv:2502.04350, Planning): blocks on a fixed set of stacks.

Differs from it: stacks are numbered, there are three at least, so that every goal can be reached, and a plan
has a greatest length, two moves above that of a plain strategy.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from reckon.tasks.graders.plans import grade_moves
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

NAMES = "ABCDEFGHIJK"
SLACK = 2
LEAST_MOVES = 3
RULES = (
    "In one move, the block on top of a stack is taken and put on top of another stack; an empty stack may "
    "receive a block too. There are no other places than the {count} stacks, and only the top block of a "
    "stack can be taken."
)
SAYS = (
    'Write the moves in order, separated by commas, each in the form "Move X from 2 to 3" with the block '
    "and the numbers of the two stacks. Any plan of at most {limit} moves that ends in exactly the goal is "
    "right."
)


@dataclass(frozen=True, slots=True)
class Blocksworld:
    """Move blocks from stack to stack until they stand as wanted."""

    held_out: bool = False

    name: ClassVar[str] = "blocksworld"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "Lettered blocks stand on {count} stacks. Each line lists the blocks of a stack from bottom to "
        "top.\n\nNow:\n"
        "{now}\n\nGoal:\n{wanted}\n\n" + RULES + " How do you get from the first state to the goal? " + SAYS,
        "Plan how to rearrange stacks of blocks. "
        + RULES
        + " The last letter of a line below is the top of that "
        "stack.\n\nStart:\n{now}\n\nEnd:\n{wanted}\n\n" + SAYS,
        "A crane can lift one block at a time. "
        + RULES
        + " In this state (bottom block first):\n{now}\nit gets the "
        "order to reach this state (bottom block first):\n{wanted}\nWhich moves should it make? " + SAYS,
        "Blocks world with {count} stacks; stacks are written from the lowest block on the left to the "
        "highest on the right.\nInitial state:\n{now}\nDesired state:\n{wanted}\n" + RULES + " " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "You are to turn the first arrangement into the second.\nFirst:\n{now}\nSecond:\n{wanted}\nA line "
        "reads a stack upwards: its rightmost block is on top. " + RULES + " " + SAYS,
        RULES
        + " Stacks before, written from bottom to top:\n{now}\nStacks after, written so too:\n{wanted}\nFind "
        "the moves in between. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will build the goal stacks from the bottom, moving what is in the way aside.",
        "Simulate the stacks as lists and place one block after another.",
        "Let me write a small planner that digs out each block in turn.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        given = problem.metadata
        start, goal = (cast(Sequence[str], given[name]) for name in ("start", "goal"))
        return grade_moves(start, goal, answer, limit=cast(int, given["limit"]))

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        """A move lost or doubled, one too many, one that is impossible.

        Moves can be undone, so two states never become one: no plan stays right when a move is lost or added.
        """
        moves = (problem.answer or "").split(", ")
        _, block, _, source, _, target = moves[-1].split()
        lost = [moves[:place] + moves[place + 1 :] for place in range(len(moves))]
        doubled = [[*moves[: place + 1], *moves[place:]] for place in range(len(moves))]
        back = f"from {target} to {source}"
        longer = [[*moves, move] for move in (f"Move {block} {back}", f"Move Z {back}", "Move A from 1 to 9")]
        plans = (*lost, *doubled, *longer, ["Move Z from 1 to 2", *moves])
        return tuple(", ".join(plan) for plan in plans)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return f"""start = {given["start"]}
goal = {given["goal"]}
stacks = [list(blocks) for blocks in start]
moves = []


def move(source, target):
    block = stacks[source].pop()
    stacks[target].append(block)
    moves.append(f"Move {{block}} from {{source + 1}} to {{target + 1}}")


for target, wanted in enumerate(goal):
    for height, block in enumerate(wanted):
        if stacks[target][height : height + 1] == [block]:
            continue
        source = next(i for i, blocks in enumerate(stacks) if block in blocks)
        spare = next(i for i in range(len(stacks)) if i not in (source, target))
        while stacks[source][-1] != block:
            move(source, spare)
        if source == target:
            source = next(i for i in range(len(stacks)) if i not in (spare, target))
            move(target, source)
        while len(stacks[target]) > height:
            move(target, spare)
        move(source, target)
print(", ".join(moves))"""


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    names = NAMES[: scaled(difficulty, 4, 10) + rng.randint(0, 1)]
    count = rng.randint(3, 4)
    while True:
        start, goal = _stacked(rng, names, count), _stacked(rng, names, count)
        moves = _plan(start, goal)
        if len(moves) >= LEAST_MOVES:
            break
    values: dict[str, JSON] = {
        "start": list(start),
        "goal": list(goal),
        "now": _listed(start),
        "wanted": _listed(goal),
        "count": count,
        "limit": len(moves) + SLACK,
    }
    return values, ", ".join(moves)


def _stacked(rng: random.Random, names: str, count: int) -> list[str]:
    stacks = [""] * count
    for name in rng.sample(names, len(names)):
        stacks[rng.randrange(count)] += name
    return stacks


def _listed(stacks: Sequence[str]) -> str:
    return "\n".join(f"Stack {i}: {' '.join(blocks) or '(empty)'}" for i, blocks in enumerate(stacks, 1))


def _plan(start: Sequence[str], goal: Sequence[str]) -> list[str]:
    """Builds the goal's stacks one by one from the bottom; what is in the way goes to another stack."""
    stacks, moves = [list(blocks) for blocks in start], list[str]()

    def move(source: int, target: int) -> None:
        stacks[target].append(stacks[source].pop())
        moves.append(f"Move {stacks[target][-1]} from {source + 1} to {target + 1}")

    for target, wanted in enumerate(goal):
        for height, block in enumerate(wanted):
            if stacks[target][height : height + 1] == [block]:
                continue
            source = next(i for i, blocks in enumerate(stacks) if block in blocks)
            spare = next(i for i in range(len(stacks)) if i not in (source, target))
            while stacks[source][-1] != block:
                move(source, spare)
            if source == target:
                source = next(i for i in range(len(stacks)) if i not in (spare, target))
                move(target, source)
            while len(stacks[target]) > height:
                move(target, spare)
            move(source, target)
    return moves
