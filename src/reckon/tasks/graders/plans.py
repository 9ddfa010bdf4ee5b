"""Answers that are a plan: it is carried out on the problem's state, and any that reaches the goal is right.

A plan in steps is written "Step 1: ...; Step 2: ..."; new lines, commas or semicolons part the steps.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from reckon.tasks.graders.text import refused, tidied
from reckon.values import Grade

Cell: TypeAlias = tuple[int, int]

_STEP = re.compile(r"(?:^|[ ;,])Step ([0-9]{1,3}) ?: ?", re.ASCII | re.IGNORECASE)
_NUMBER = r"([0-9]{1,3})"
_STACK = rf"(?:stack ?)?{_NUMBER}(?![0-9])"
_MOVE = re.compile(rf"Move ([A-Z]) from {_STACK} to {_STACK}", re.ASCII | re.IGNORECASE)
_LIFT = re.compile(rf"\( ?{_NUMBER} ?, ?[\[(]([0-9 ,]{{0,120}})[\])] ?\)")
_CARRY = re.compile(
    rf"([a-z]+) to (?:[\[(] ?{_NUMBER} ?, ?{_NUMBER} ?[\])]|(target)\b)", re.ASCII | re.IGNORECASE
)
_BETWEEN = re.compile(r" ?[,;.] ?| |$")


class Impossible(Exception):
    """The plan cannot be read or carried out; the message says where and why."""


def grade_moves(start: Sequence[str], goal: Sequence[str], answer: str, *, limit: int) -> Grade:
    """Blocksworld: "Move B from 2 to 1" takes the top block of stack 2 to the top of stack 1.

    start, goal: each stack's blocks from bottom to top, a capital letter each; stacks are numbered from 1.
    limit: the most moves.
    """
    if refusal := refused(answer):
        return refusal
    try:
        moves = [match.groups() for match in _all(_MOVE, tidied(answer))]
        _at_most(limit, len(moves), "moves")
        stacks = [list(blocks) for blocks in start]
        for number, (block, source, target) in enumerate(moves, 1):
            _move(stacks, block.upper(), int(source), int(target), f"move {number}")
    except Impossible as why:
        return Grade(0.0, str(why))
    return _verdict(["".join(blocks) for blocks in stacks] == list(goal))


def grade_lifts(boxes: Sequence[int], lifters: Sequence[int], answer: str, *, limit: int) -> Grade:
    """BoxLift: "Step 1: [(50, [0, 2]), (30, [1])]" lifts weight 50 with lifters 0 and 2, weight 30 with 1.

    A lifter works once in a step; the lifters of a box together carry at least its weight; all boxes must be
    lifted within `limit` steps.
    """
    if refusal := refused(answer):
        return refusal
    left = list(boxes)
    try:
        bodies = steps(answer)
        _at_most(limit, len(bodies), "steps")
        for number, body in enumerate(bodies, 1):
            busy: set[int] = set()
            for match in _all(_LIFT, _unwrapped(body)):
                _lift(left, lifters, busy, match, f"step {number}")
    except Impossible as why:
        return Grade(0.0, str(why))
    return _verdict(not left)


def grade_deliveries(
    boxes: Mapping[str, Cell], targets: Mapping[str, Cell], answer: str, *, size: Cell, limit: int
) -> Grade:
    """BoxNet: "Step 1: red to (1, 2), blue to target"; the arm of a box's cell moves it, one box in a step.

    boxes, targets: the cell (row, column) of each colour, counted from 1. size: how many rows and columns.
    limit: the most steps.
    """
    if refusal := refused(answer):
        return refusal
    at = dict(boxes)
    try:
        bodies = steps(answer)
        _at_most(limit, len(bodies), "steps")
        for number, body in enumerate(bodies, 1):
            _carry_all(at, targets, body, size, f"step {number}")
    except Impossible as why:
        return Grade(0.0, str(why))
    return _verdict(not at)


def steps(answer: str) -> list[str]:
    """What stands behind "Step 1:", "Step 2:", ...; raises Impossible unless they are numbered so from 1."""
    text = tidied(answer)
    before, *rest = _STEP.split(text)
    if before.strip() or rest[::2] != [str(number) for number in range(1, len(rest) // 2 + 1)] or not rest:
        raise Impossible("the plan is not written as Step 1: ..., Step 2: ... in order")
    return [body.strip(" ,;.") for body in rest[1::2]]


def _all(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The matches that stand one behind the other and fill the text. Raises Impossible at anything else."""
    place = 0
    while match := pattern.match(text, place):
        gap = _BETWEEN.match(text, match.end())
        if gap is None:
            break
        yield match
        place = gap.end()
        if place == len(text):
            return
    raise Impossible(f"cannot read the plan at {text[place : place + 40]!r}")


def _at_most(limit: int, count: int, noun: str) -> None:
    if count > limit:
        raise Impossible(f"{count} {noun}, but at most {limit} are allowed")


def _verdict(reached: bool) -> Grade:
    return (
        Grade(1.0, "the plan reaches the goal") if reached else Grade(0.0, "the plan ends short of the goal")
    )


def _move(stacks: list[list[str]], block: str, source: int, target: int, where: str) -> None:
    if source == target or not (1 <= source <= len(stacks) and 1 <= target <= len(stacks)):
        raise Impossible(f"{where}: no two stacks are numbered {source} and {target}")
    if not stacks[source - 1] or stacks[source - 1][-1] != block:
        raise Impossible(f"{where}: {block} is not on top of stack {source}")
    stacks[target - 1].append(stacks[source - 1].pop())


def _unwrapped(body: str) -> str:
    """The lifts of a step without the square brackets around them."""
    if body.startswith("[") and body.endswith("]"):
        return body[1:-1].strip(" ,")
    raise Impossible("a step is not a list in square brackets")


def _lift(left: list[int], lifters: Sequence[int], busy: set[int], match: re.Match[str], where: str) -> None:
    weight, used = int(match[1]), [int(digits) for digits in re.findall(r"[0-9]+", match[2])]
    if weight not in left:
        raise Impossible(f"{where}: no box of weight {weight} is left")
    for lifter in used:
        if lifter >= len(lifters) or lifter in busy:
            raise Impossible(f"{where}: lifter {lifter} does not exist or is used twice")
        busy.add(lifter)
    if sum(lifters[lifter] for lifter in used) < weight:
        raise Impossible(f"{where}: the lifters {used} are too weak for weight {weight}")
    left.remove(weight)


def _carry_all(at: dict[str, Cell], targets: Mapping[str, Cell], body: str, size: Cell, where: str) -> None:
    """All actions of a step happen at once: each starts from where its box stood before the step."""
    before, busy = dict(at), set[Cell]()
    for match in _all(_CARRY, body):
        colour = match[1].lower()
        if colour not in before:
            raise Impossible(f"{where}: there is no {colour} box to move")
        cell = before[colour]
        if cell in busy:
            raise Impossible(f"{where}: the arm of cell {cell} moves twice")
        busy.add(cell)
        if match[4]:
            if targets[colour] != cell:
                raise Impossible(f"{where}: the target of {colour} is not in cell {cell}")
            del at[colour]
            continue
        row, column = int(match[2]), int(match[3])
        inside = 1 <= row <= size[0] and 1 <= column <= size[1]
        if not inside or abs(row - cell[0]) + abs(column - cell[1]) != 1:
            raise Impossible(f"{where}: {colour} cannot go from {cell} to {(row, column)}")
        at[colour] = (row, column)
