"""A right answer for the items that come without one, or with one that is wrong or hangs on the hash seed.

graph_color, rubiks_cube and rush_hour have no gold answer in the package; the ladder of word_ladder is found
by walking sets, so that it changes from process to process.
"""

import functools
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from reckon.tasks.gym import items

State: TypeAlias = tuple[int, ...]


@functools.cache
def vocabulary(length: int) -> frozenset[str]:
    """The words of this length that the package takes as English, in capitals."""
    return frozenset(_ladders(length).word_sets[length]) if 3 <= length <= 5 else frozenset()


@functools.cache
def _ladders(length: int) -> Any:
    """The package's dataset, which knows the words of this length and which differ in one letter."""
    return items.dataset("word_ladder", 0, {"min_word_length": length, "max_word_length": length})


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
    """The fewest slides, by breadth: a state is the cells that each car covers, as bits of the board's 36."""
    cars = _cars(facts["board"])
    names = sorted(cars)
    tracks = [_track(*cars[name]) for name in names]
    walls = sum(
        1 << 6 * r + c for r, line in enumerate(facts["board"]) for c, cell in enumerate(line) if cell == "x"
    )
    start = tuple(track[cars[name][2]] for name, track in zip(names, tracks, strict=True))
    slides = [_slides_of(name, track) for name, track in zip(names, tracks, strict=True)]
    before: dict[State, tuple[State, str] | None] = {start: None}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        if state[0] == tracks[0][4]:
            return " ".join(_steps(before, state))
        full = walls | sum(state)
        for at, covered in enumerate(state):
            for swept, move, place in slides[at][covered]:
                if not swept & full:
                    following = (*state[:at], place, *state[at + 1 :])
                    if following not in before:
                        before[following] = (state, move)
                        queue.append(following)
    return None


def _track(upright: bool, line: int, _: int, length: int) -> list[int]:
    """The cells that the car covers at each place along its line."""
    step, first = (6, line) if upright else (1, 6 * line)
    return [sum(1 << first + step * (place + i) for i in range(length)) for place in range(7 - length)]


def _slides_of(name: str, track: Sequence[int]) -> dict[int, list[tuple[int, str, int]]]:
    """By the cells that the car covers: the cells that a slide wants free, its name, the cells after it."""
    found: dict[int, list[tuple[int, str, int]]] = {}
    for at, covered in enumerate(track):
        found[covered] = []
        for sign, places in (("+", track[at + 1 :]), ("-", track[:at][::-1])):
            swept = 0
            for by, place in enumerate(places, 1):
                swept |= place & ~covered
                found[covered].append((swept, f"{name}{sign}{by}", place))
    return found


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


def _steps(before: Mapping[State, tuple[State, str] | None], state: State) -> list[str]:
    moves = []
    while (step := before[state]) is not None:
        state, move = step
        moves.append(move)
    return moves[::-1]


def _word_ladder(facts: Mapping[str, Any]) -> str | None:
    """A shortest ladder, the words of each rung taken in alphabetical order."""
    start, end = facts["start"], facts["end"]
    before, queue = {start: ""}, deque([start])
    while queue and end not in before:
        word = queue.popleft()
        for other in _rungs(word):
            if other not in before:
                before[other] = word
                queue.append(other)
    ladder = [end]
    while before.get(ladder[-1]):
        ladder.append(before[ladder[-1]])
    return ",".join(reversed(ladder)) if ladder[-1] == start else None


@functools.cache
def _rungs(word: str) -> list[str]:
    """The words that differ in one letter; kept, as each search meets the same words."""
    return sorted(_ladders(len(word)).word_graphs[len(word)][word])


GOLDS: Mapping[str, Callable[[Mapping[str, Any]], str | None]] = {
    "graph_color": _graph_color,
    "jugs": _jugs,
    "rubiks_cube": _rubiks_cube,
    "rush_hour": _rush_hour,
    "word_ladder": _word_ladder,
}
