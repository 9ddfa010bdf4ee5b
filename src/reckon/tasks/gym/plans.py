"""Graders of the datasets with many right answers: the answer is played, and the rules say whether it solves.

The package ignores moves that cannot be made, gives marks for a solution that is longer than its own even
where the question does not ask for the shortest, and 0.01 for any text. Here a move that cannot be made is
wrong, and every solution that does what the question says is right. `facts` are what the question shows.
"""

import importlib
import itertools
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from reckon.tasks.graders.polynomials import arithmetic_value, polynomial
from reckon.tasks.graders.text import refused, tidied
from reckon.tasks.gym import boards
from reckon.values import Grade

Facts: TypeAlias = Mapping[str, Any]
Play: TypeAlias = Callable[[Facts, str, str], str]

_STEPS = {"up": (-1, 0), "down": (1, 0), "left": (0, -1), "right": (0, 1)}
_PUSHES = {"U": (-1, 0), "D": (1, 0), "L": (0, -1), "R": (0, 1)}
_HANOI = re.compile(r"move disk ([0-9]{1,2}) from peg ([0-9]) to peg ([0-9])\.?", re.IGNORECASE)
_CAR = re.compile(r"([A-Z])([+-])([1-5])")


def grade_play(dataset: str, facts: Facts, gold: str, answer: str) -> Grade:
    """1 if the dataset's player has nothing to object; the reason is its objection."""
    if refusal := refused(answer):
        return refusal
    objection = PLAYS[dataset](facts, gold, boards.trimmed(answer))
    return Grade(0.0, objection) if objection else Grade(1.0, "does what was asked for")


def _countdown(facts: Facts, gold: str, answer: str) -> str:
    value = arithmetic_value(tidied(answer))
    if value is None:
        return "not an expression in whole numbers, + - * /"
    used = Counter(map(int, re.findall(r"[0-9]{1,9}", answer)))
    if used != Counter(facts["numbers"]):
        return "not each given number exactly once"
    return "" if value == facts["target"] else f"gives {value}"


def _cryptarithm(facts: Facts, gold: str, answer: str) -> str:
    pairs = re.split(r"[,;\s]+", _unbraced(tidied(answer)))
    found = [re.fullmatch(r"\"?([A-Z])\"?[=:]([0-9])", pair) for pair in pairs]
    letters = {match[1]: match[2] for match in found if match}
    words = [*facts["words"], facts["total"]]
    if None in found or len(letters) != len(found) or set(letters) != set("".join(words)):
        return "not one digit for each letter"
    if len(set(letters.values())) != len(letters) or any(letters[word[0]] == "0" for word in words):
        return "a digit stands twice, or a word begins with 0"
    *parts, total = (int("".join(letters[letter] for letter in word)) for word in words)
    return "" if sum(parts) == total else "the sum is wrong"


def _graph_color(facts: Facts, gold: str, answer: str) -> str:
    pairs = re.split(r" ?, ?", _unbraced(tidied(answer)))
    found = [re.fullmatch(r"[\"']?([0-9]{1,3})[\"']? ?: ?[\"']?([0-9]{1,3})[\"']?", pair) for pair in pairs]
    colors = {int(match[1]): int(match[2]) for match in found if match}
    if None in found or len(colors) != len(found) or set(colors) != set(facts["vertices"]):
        return "not one color for each vertex"
    if not set(colors.values()) <= set(facts["colors"]):
        return "a color that was not offered"
    return "two neighbors have one color" if any(colors[a] == colors[b] for a, b in facts["edges"]) else ""


def _unbraced(text: str) -> str:
    return text[1:-1].strip() if text[:1] == "{" and text[-1:] == "}" else text


def _jugs(facts: Facts, gold: str, answer: str) -> str:
    moves = boards.rows(f"[{answer}]")
    if moves is None or len(moves) != 1:
        return "not a list of moves"
    sizes, target = facts["capacities"], facts["target"]
    level = [0] * len(sizes)
    for move in moves[0]:
        match = re.fullmatch(r"(fill|empty) ([A-Z])|pour ([A-Z]) ?-> ?([A-Z])", move.strip())
        jugs = [ord(name) - ord("A") for name in (match.groups() if match else ())[1:] if name]
        if match is None or max(jugs) >= len(sizes):
            return f"no move {move!r}"
        if match[1]:
            level[jugs[0]] = sizes[jugs[0]] if match[1] == "fill" else 0
        else:
            poured = min(level[jugs[0]], sizes[jugs[1]] - level[jugs[1]]) if jugs[0] != jugs[1] else 0
            level[jugs[0]] -= poured
            level[jugs[1]] += poured
    return "" if target in level else f"the jugs hold {level}"


def _palindrome(facts: Facts, gold: str, answer: str) -> str:
    text = tidied(answer).lower()
    if Counter(text) != Counter(facts["letters"]):
        return "not exactly the given letters"
    return "" if text == text[::-1] else "no palindrome"


def _quantum_lock(facts: Facts, gold: str, answer: str) -> str:
    presses = re.split(r" ?(?:→|->|,) ?| ", tidied(answer).upper())
    buttons = {button["name"]: button for button in facts["buttons"]}
    number, light = facts["number"], facts["light"]
    if len(presses) > len(gold.split(" → ")):
        return "not the shortest sequence"
    for name in presses:
        if name not in buttons or buttons[name]["active_state"] not in (light, "any"):
            return f"button {name[:9]!r} does nothing when the light is {light}"
        kind, value = buttons[name]["type"], buttons[name]["value"]
        number = {"add": number + value, "subtract": number - value, "multiply": number * value}[kind]
        light = "green" if light == "red" else "red"
    return "" if number == facts["target"] else f"the number is {number}"


def _rubiks_cube(facts: Facts, gold: str, answer: str) -> str:
    cube = importlib.import_module("magiccube").Cube(3)
    moves = answer.replace("’", "'").split()  # `tidied` would take a final prime for a quote
    if not all(re.fullmatch("[UDFBLR]'?", move) for move in moves) or len(moves) > 500:
        return "not a list of moves like U or U'"
    cube.rotate(facts["scramble"])
    cube.rotate(" ".join(moves))
    return "" if cube.is_done() else "the cube is not solved"


def _rush_hour(facts: Facts, gold: str, answer: str) -> str:
    board = {(r, c): car for r, line in enumerate(facts["board"]) for c, car in enumerate(line) if car != "."}
    moves = [_CAR.fullmatch(move) for move in re.split(r"[\s,]+", tidied(answer))]
    for move in moves:
        cells = [cell for cell, car in board.items() if move and car == move[1]]
        if move is None or not cells:
            return "not a list of moves like B+1"
        along = int(cells[0][0] != cells[-1][0])
        for _ in range(int(move[3])):
            by = 1 if move[2] == "+" else -1
            moved = [(r + by * along, c + by * (1 - along)) for r, c in cells]
            if any(
                board.get(cell, move[1]) != move[1] or not 0 <= min(cell) <= max(cell) <= 5 for cell in moved
            ):
                return f"{move[0]} runs into something"
            board = {cell: car for cell, car in board.items() if car != move[1]} | dict.fromkeys(
                moved, move[1]
            )
            cells = moved
    return "" if board.get((2, 5)) == "A" else "the red car is not at the exit"


def _shortest_path(facts: Facts, gold: str, answer: str) -> str:
    grid, steps = facts["grid"], re.split(r"[\s,]+", tidied(answer).lower())
    if "infeasible" in (gold, steps[0]):
        return "" if [gold] == steps else "there is a path, or there is none"
    if len(steps) > len(gold.split()) or not all(step in _STEPS for step in steps):
        return "not a list of directions, or not the shortest path"
    row, column = next((r, line.index("*")) for r, line in enumerate(grid) if "*" in line)
    for step in steps:
        row, column = row + _STEPS[step][0], column + _STEPS[step][1]
        if not (0 <= row < len(grid) and 0 <= column < len(grid[0])) or grid[row][column] == "X":
            return "goes through a blocked cell"
    return "" if grid[row][column] == "#" else "does not end at the destination"


def _simple_integration(facts: Facts, gold: str, answer: str) -> str:
    text = re.sub(r"\b[cK]\b", "C", tidied(answer))
    given, wanted = polynomial(text, constant="C"), polynomial(facts["integrand"])
    if given is None or wanted is None:
        return "not a polynomial"
    slope = {power - 1: power * number for power, number in given.items() if power}
    return "" if slope == wanted else "its derivative is another polynomial"


def _polynomial_multiplication(facts: Facts, gold: str, answer: str) -> str:
    if "(" in answer:
        return "not multiplied out"
    given = polynomial(tidied(answer))
    return "" if given is not None and given == polynomial(gold) else "another polynomial"


def _sokoban(facts: Facts, gold: str, answer: str) -> str:
    grid = [list(line) for line in facts["board"]]
    moves = re.sub(r"[\s,]+", "", tidied(answer).upper())
    at = next((r, c) for r, line in enumerate(grid) for c, cell in enumerate(line) if cell in "*%")
    boxes = {(r, c) for r, line in enumerate(grid) for c, cell in enumerate(line) if cell in "@$"}
    goals = {(r, c) for r, line in enumerate(grid) for c, cell in enumerate(line) if cell in "X$%"}
    for move in moves:
        if move not in _PUSHES:
            return "not a string of U, D, L and R"
        down, right = _PUSHES[move]
        step, beyond = (at[0] + down, at[1] + right), (at[0] + 2 * down, at[1] + 2 * right)
        blocked = grid[step[0]][step[1]] == "+"
        if step in boxes:
            blocked = blocked or beyond in boxes or grid[beyond[0]][beyond[1]] == "+"
        if blocked:
            return "walks into a wall or a box that cannot move"
        boxes = boxes - {step} | {beyond} if step in boxes else boxes
        at = step
    return "" if boxes <= goals else "a box is not on a goal"


def _tower_of_hanoi(facts: Facts, gold: str, answer: str) -> str:
    pegs: dict[int, list[int]] = {peg: [] for peg in range(1, facts["pegs"] + 1)}
    pegs[facts["start"]] = list(range(facts["disks"], 0, -1))
    for line in filter(None, map(str.strip, answer.split("\n"))):
        match = _HANOI.fullmatch(line)
        disk, source, target = map(int, match.groups()) if match else (0, 0, 0)
        if source not in pegs or target not in pegs or pegs[source][-1:] != [disk]:
            return f"no move {line[:40]!r}"
        if pegs[target] and pegs[target][-1] < disk:
            return f"disk {disk} on a smaller one"
        pegs[target].append(pegs[source].pop())
    return "" if len(pegs[facts["target"]]) == facts["disks"] else "not all disks are on the target peg"


def captured(board: Sequence[Sequence[str]], row: int, column: int) -> int:
    """How many white stones a black stone there captures."""
    size, taken = len(board), set()
    for start in _around(row, column, size):
        group, stack = {start}, [start]
        free = board[start[0]][start[1]] != "O"
        while stack and not free:
            for cell in _around(*stack.pop(), size):
                stone = board[cell[0]][cell[1]]
                free = free or (stone == "." and cell != (row, column))
                if stone == "O" and cell not in group:
                    group.add(cell)
                    stack.append(cell)
        taken |= set() if free else group
    return len(taken)


def _around(row: int, column: int, size: int) -> list[tuple[int, int]]:
    near = [(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)]
    return [(r, c) for r, c in near if 0 <= r < size and 0 <= c < size]


def _tsumego(facts: Facts, gold: str, answer: str) -> str:
    board = facts["board"]
    match = re.fullmatch(r"([A-Z]) ?([0-9]{1,2})", tidied(answer).upper())
    row, column = (len(board) - int(match[2]), ord(match[1]) - ord("A")) if match else (-1, -1)
    if not (0 <= row < len(board) and 0 <= column < len(board)) or board[row][column] != ".":
        return "not an empty point like C4"
    size = range(len(board))
    most = max(captured(board, r, c) for r in size for c in size if board[r][c] == ".")
    return "" if captured(board, row, column) == most else f"another move captures {most}"


def _word_ladder(facts: Facts, gold: str, answer: str) -> str:
    from reckon.tasks.gym.golds import vocabulary

    words = re.split(r" ?(?:,|->|→) ?| ", tidied(answer).upper())
    if len(words) < 2 or words[0] != facts["start"] or words[-1] != facts["end"]:
        return "does not lead from the first word to the last"
    for one, other in itertools.pairwise(words):
        if len(one) != len(other) or sum(a != b for a, b in zip(one, other, strict=True)) != 1:
            return f"not one letter between {one[:9]} and {other[:9]}"
    return "" if set(words) <= vocabulary(len(words[0])) else "not all are words of the list"


PLAYS: Mapping[str, Play] = {
    "countdown": _countdown,
    "cryptarithm": _cryptarithm,
    "graph_color": _graph_color,
    "jugs": _jugs,
    "palindrome_generation": _palindrome,
    "polynomial_multiplication": _polynomial_multiplication,
    "quantum_lock": _quantum_lock,
    "rubiks_cube": _rubiks_cube,
    "rush_hour": _rush_hour,
    "shortest_path": _shortest_path,
    "simple_integration": _simple_integration,
    "sokoban": _sokoban,
    "tower_of_hanoi": _tower_of_hanoi,
    "tsumego": _tsumego,
    "word_ladder": _word_ladder,
}
