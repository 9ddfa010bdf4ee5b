"""A right answer for the items that come without one, or with one that is wrong or hangs on the hash seed.

graph_color, rubiks_cube and rush_hour have no gold answer in the package; the ladder of word_ladder is found
by walking sets, so that it changes from process to process.
"""

import functools
import itertools
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from reckon.tasks.gym import items

State: TypeAlias = tuple[int, ...]


@functools.cache
def vocabulary(length: int) -> frozenset[str]:
    """The words of this length that the package takes as English, in capitals."""
    parameters = {"min_word_length": length, "max_word_length": length}
    if not 3 <= length <= 5:
        return frozenset()
    return frozenset(items.dataset("word_ladder", 0, parameters).word_sets[length])  # type: ignore[attr-defined]


def gold(dataset: str, facts: Mapping[str, Any]) -> str | None:
    """A right answer to the item with these facts, None where the package's own stands or there is none."""
    return GOLDS[dataset](facts) if dataset in GOLDS else None


def _graph_color(facts: Mapping[str, Any]) -> str | None:
    """By depth: each vertex takes the first color that no neighbor has."""
    vertices, colors = facts["vertices"], facts["colors"]
    near: dict[int, list[int]] = {vertex: [] for vertex in vertices}
    for a, b in facts["edges"]:
        near[a].append(b)
        near[b].append(a)
    chosen: dict[int, int] = {}

    def paint(place: int) -> bool:
        if place == len(vertices):
            return True
        for color in colors:
            if all(chosen.get(other) != color for other in near[vertices[place]]):
                chosen[vertices[place]] = color
                if paint(place + 1):
                    return True
                del chosen[vertices[place]]
        return False

    return json.dumps({str(vertex): chosen[vertex] for vertex in vertices}) if paint(0) else None


def _rubiks_cube(facts: Mapping[str, Any]) -> str:
    """The scramble backwards."""
    moves = reversed(str(facts["scramble"]).split())
    return " ".join(move[:-1] if move.endswith("'") else f"{move}'" for move in moves)


def _jugs(facts: Mapping[str, Any]) -> str | None:
    """The fewest moves, by breadth; the package's own answer is at times "No solution" where there is one."""
    sizes, target = facts["capacities"], facts["target"]
    start = (0,) * len(sizes)
    before: dict[State, tuple[State, str] | None] = {start: None}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        if target in state:
            return json.dumps(_steps(before, state))
        for move, following in _pours(sizes, state):
            if following not in before:
                before[following] = (state, move)
                queue.append(following)
    return None


def _pours(sizes: Sequence[int], state: State) -> list[tuple[str, State]]:
    found = []
    for jug, size in enumerate(sizes):
        name = chr(ord("A") + jug)
        found.append((f"fill {name}", (*state[:jug], size, *state[jug + 1 :])))
        found.append((f"empty {name}", (*state[:jug], 0, *state[jug + 1 :])))
        for other, room in enumerate(sizes):
            poured = min(state[jug], room - state[other])
            if other != jug and poured:
                level = list(state)
                level[jug], level[other] = level[jug] - poured, level[other] + poured
                found.append((f"pour {name}->{chr(ord('A') + other)}", tuple(level)))
    return found


def _rush_hour(facts: Mapping[str, Any]) -> str | None:
    """The fewest slides, by breadth: a state is the place of each car along its line."""
    cars = _cars(facts["board"])
    names = sorted(cars)
    walls = {(r, c) for r, line in enumerate(facts["board"]) for c, cell in enumerate(line) if cell == "x"}
    start = tuple(cars[name][2] for name in names)
    before: dict[State, tuple[State, str] | None] = {start: None}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        if state[0] == 4:
            return " ".join(_steps(before, state))
        for move, following in _slides(cars, names, walls, state):
            if following not in before:
                before[following] = (state, move)
                queue.append(following)
    return None


def _cars(board: Sequence[str]) -> dict[str, tuple[bool, int, int, int]]:
    """name: (upright, its line, its place along that, its length)."""
    cells: dict[str, list[tuple[int, int]]] = {}
    for row, line in enumerate(board):
        for column, name in enumerate(line):
            if name.isupper():
                cells.setdefault(name, []).append((row, column))
    return {
        name: (up := at[0][0] != at[-1][0], at[0][1 if up else 0], at[0][0 if up else 1], len(at))
        for name, at in cells.items()
    }


def _slides(
    cars: Mapping[str, tuple[bool, int, int, int]],
    names: Sequence[str],
    walls: set[tuple[int, int]],
    state: State,
) -> list[tuple[str, State]]:
    full = set(walls)
    for name, place in zip(names, state, strict=True):
        upright, line, _, length = cars[name]
        full.update((place + i, line) if upright else (line, place + i) for i in range(length))
    found = []
    for at, name in enumerate(names):
        upright, line, _, length = cars[name]
        for sign, step in (("+", 1), ("-", -1)):
            for by in itertools.count(1):
                place = state[at] + step * by
                edge = place + length - 1 if step > 0 else place
                if not 0 <= edge <= 5 or ((edge, line) if upright else (line, edge)) in full:
                    break
                found.append((f"{name}{sign}{by}", (*state[:at], place, *state[at + 1 :])))
    return found


def _steps(before: Mapping[State, tuple[State, str] | None], state: State) -> list[str]:
    moves = []
    while (step := before[state]) is not None:
        state, move = step
        moves.append(move)
    return moves[::-1]


def _word_ladder(facts: Mapping[str, Any]) -> str | None:
    """A shortest ladder, the words of each rung taken in alphabetical order."""
    start, end = facts["start"], facts["end"]
    words, before, queue = vocabulary(len(start)), {start: ""}, deque([start])
    while queue and end not in before:
        word = queue.popleft()
        for place in range(len(word)):
            for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
                other = word[:place] + letter + word[place + 1 :]
                if other in words and other not in before:
                    before[other] = word
                    queue.append(other)
    ladder = [end]
    while before.get(ladder[-1]):
        ladder.append(before[ladder[-1]])
    return ",".join(reversed(ladder)) if ladder[-1] == start else None


GOLDS: Mapping[str, Callable[[Mapping[str, Any]], str | None]] = {
    "graph_color": _graph_color,
    "jugs": _jugs,
    "rubiks_cube": _rubiks_cube,
    "rush_hour": _rush_hour,
    "word_ladder": _word_ladder,
}
