"""Programs for questions about grids and matrices."""

import re

from reckon.tasks.gym.programs.reading import facts, found
from reckon.values import Problem


def _matrix(problem: Problem) -> str:
    """The block of rows of digits in the question, as a program reads it."""
    block = re.findall(r"^\d(?: \d)+$", problem.question, re.MULTILINE)
    return (
        "grid = [[int(cell) for cell in line.split()] for line in '''\n"
        + "\n".join(block)
        + "'''.strip().split('\\n')]\n"
    )


def binary_matrix(problem: Problem) -> str:
    return (
        _matrix(problem)
        + """zeros = [(r, c) for r, row in enumerate(grid) for c, cell in enumerate(row) if cell == 0]
for r, row in enumerate(grid):
    print(*(min(abs(r - y) + abs(c - x) for y, x in zeros) if zeros else -1 for c in range(len(row))))"""
    )


def rotate_matrix(problem: Problem) -> str:
    shown = found(problem, r"by (\d+) degrees")
    return (
        _matrix(problem)
        + f"""for _ in range({shown} // 90 % 4):
    grid = [list(row) for row in zip(*grid[::-1])]
for row in grid:
    print(*row)"""
    )


def spiral_matrix(problem: Problem) -> str:
    return (
        _matrix(problem)
        + """order = []
while grid:
    order += grid.pop(0)
    grid = [list(row) for row in zip(*grid)][::-1]
print(*order)"""
    )


def largest_island(problem: Problem) -> str:
    return (
        _matrix(problem)
        + """land = {(r, c) for r, row in enumerate(grid) for c, cell in enumerate(row) if cell}
largest = 0
while land:
    stack, area = [land.pop()], 0
    while stack:
        r, c = stack.pop()
        area += 1
        for cell in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
            if cell in land:
                land.remove(cell)
                stack.append(cell)
    largest = max(largest, area)
print(largest)"""
    )


def rotten_oranges(problem: Problem) -> str:
    return (
        _matrix(problem)
        + """fresh = {(r, c) for r, row in enumerate(grid) for c, cell in enumerate(row) if cell == 1}
rotten = {(r, c) for r, row in enumerate(grid) for c, cell in enumerate(row) if cell == 2}
minutes = 0
while fresh and rotten:
    near = {(r + y, c + x) for r, c in rotten for y, x in ((0, 1), (1, 0), (0, -1), (-1, 0))}
    rotten = near & fresh
    fresh -= rotten
    minutes += bool(rotten)
print(-1 if fresh else minutes)"""
    )


def game_of_life(problem: Problem) -> str:
    shown = found(problem, r"(?s)^(\[\[[01],.*\]\])\.?$")
    also = found(problem, r"after (\d+) steps")
    return f"""import json

grid = json.loads({shown!r})
{_LIFE}
for _ in range({also}):
    grid = after(grid)
print(json.dumps(grid))"""


def game_of_life_halting(problem: Problem) -> str:
    board = found(problem, r"(?s)Initial board:\s*\[(.*)\]")
    rows = [line.strip(" []").split() for line in board.strip().split("\n")]
    shown = found(problem, r"before (\d+) steps")
    return f"""grid = {[[int(cell) for cell in row] for row in rows]}
{_LIFE}
for _ in range({shown}):
    grid = after(grid)
print(not any(map(any, grid)))"""


_LIFE = """

def after(grid):
    height, width = len(grid), len(grid[0])

    def lives(r, c):
        around = [grid[(r + y) % height][(c + x) % width] for y in (-1, 0, 1) for x in (-1, 0, 1)]
        return int(sum(around) == 3 or (grid[r][c] and sum(around) == 4))

    return [[lives(r, c) for c in range(width)] for r in range(height)]

"""


def maze(problem: Problem) -> str:
    start, goal = found(problem, r"from '(.)'"), found(problem, r"to '(.)' \(goal")
    wall, grid = found(problem, r"Legend: '(.)'"), found(problem, r"(?s)```\n(.*?)\n```").split("\n")
    return f"""from collections import deque

grid, wall = {grid}, {wall!r}
cells = {{(r, c): cell for r, row in enumerate(grid) for c, cell in enumerate(row)}}
start = next(at for at, cell in cells.items() if cell == {start!r})
steps, queue = {{start: 0}}, deque([start])
while queue:
    r, c = queue.popleft()
    if cells[r, c] == {goal!r}:
        print(steps[r, c])
    for at in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
        if cells.get(at, wall) != wall and at not in steps:
            steps[at] = steps[r, c] + 1
            queue.append(at)"""


def shortest_path(problem: Problem) -> str:
    return f"""from collections import deque

grid = {facts(problem)["grid"]}
cells = {{(r, c): cell for r, row in enumerate(grid) for c, cell in enumerate(row)}}
start = next(at for at, cell in cells.items() if cell == "*")
paths, queue, answer = {{start: []}}, deque([start]), "infeasible"
while queue:
    r, c = queue.popleft()
    if cells[r, c] == "#":
        answer = " ".join(paths[r, c])
    for name, at in (("up", (r - 1, c)), ("down", (r + 1, c)), ("left", (r, c - 1)), ("right", (r, c + 1))):
        if cells.get(at, "X") != "X" and at not in paths:
            paths[at] = [*paths[r, c], name]
            queue.append(at)
print(answer)"""


def modulo_grid(problem: Problem) -> str:
    """Every rule of the kind "(x op y) mod m equals t" that fits the cells shown."""
    block = re.findall(r"^[❌✅❔]+$", problem.question, re.MULTILINE)
    return f"""grid = {block}
cells = {{(x, y): cell for y, row in enumerate(grid) for x, cell in enumerate(row)}}
rules = {{
    "pow": lambda x, y, m: (pow(x, y, m) if y >= 0 else 0),
    "prod": lambda x, y, m: x * y % m,
    "sum": lambda x, y, m: (x + y) % m,
    "diff": lambda x, y, m: abs(x - y) % m,
}}
for m in range(2, 60):
    for name, rule in rules.items():
        for t in range(m):
            if all((rule(x, y, m) == t) == (cell == "✅") for (x, y), cell in cells.items() if cell != "❔"):
                for y, row in enumerate(grid):
                    print("".join("✅" if rule(x, y, m) == t else "❌" for x in range(len(row))))
                raise SystemExit"""


def tsumego(problem: Problem) -> str:
    return f"""board = {facts(problem)["board"]}
size = len(board)


def around(r, c):
    near = ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1))
    return [(y, x) for y, x in near if 0 <= y < size and 0 <= x < size]


def captured(r, c):
    taken = set()
    for at in around(r, c):
        if board[at[0]][at[1]] == "O":
            group, stack = {{at}}, [at]
            while stack:
                for y, x in around(*stack.pop()):
                    if board[y][x] == "O" and (y, x) not in group:
                        group.add((y, x))
                        stack.append((y, x))
            liberties = {{cell for y, x in group for cell in around(y, x) if board[cell[0]][cell[1]] == "."}}
            if liberties == {{(r, c)}}:
                taken |= group
    return len(taken)


points = [(r, c) for r in range(size) for c in range(size) if board[r][c] == "."]
r, c = max(points, key=lambda point: captured(*point))
print(chr(65 + c) + str(size - r))"""
