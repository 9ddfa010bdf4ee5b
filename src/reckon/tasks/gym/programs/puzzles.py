"""Programs for puzzles that a search solves."""

import re

from reckon.tasks.gym.programs.reading import facts, found, numbers
from reckon.values import Problem


def countdown(problem: Problem) -> str:
    shown = facts(problem)
    return f"""from fractions import Fraction


def search(items, target):
    if len(items) == 1:
        return items[0][1] if items[0][0] == target else None
    for i in range(len(items)):
        for j in range(i):
            (a, s), (b, t) = items[i], items[j]
            rest = [item for k, item in enumerate(items) if k not in (i, j)]
            ways = [(a + b, f"({{s}} + {{t}})"), (a * b, f"({{s}} * {{t}})")]
            ways += [(a - b, f"({{s}} - {{t}})"), (b - a, f"({{t}} - {{s}})")]
            ways += [(Fraction(a, b), f"({{s}} / {{t}})")] if b and a % b == 0 else []
            ways += [(Fraction(b, a), f"({{t}} / {{s}})")] if a and b % a == 0 else []
            for way in ways:
                found = search([way, *rest], target)
                if found:
                    return found
    return None


print(search([(n, str(n)) for n in {shown["numbers"]}], {shown["target"]}))"""


def cryptarithm(problem: Problem) -> str:
    shown = facts(problem)
    return f"""words, total = {shown["words"]}, {shown["total"]!r}
weights = {{}}
for sign, word in [*((1, word) for word in words), (-1, total)]:
    for place, letter in enumerate(reversed(word)):
        weights[letter] = weights.get(letter, 0) + sign * 10**place
letters = sorted(weights, key=lambda letter: -abs(weights[letter]))
heads = {{word[0] for word in [*words, total]}}


def assign(at, left, value):
    if at == len(letters):
        return {{}} if value == 0 else None
    rest = sorted((weights[letter] for letter in letters[at:]), reverse=True)
    digits = sorted(left)
    most = sum(w * (digits[-1] if w > 0 else digits[0]) for w in rest)
    least = sum(w * (digits[0] if w > 0 else digits[-1]) for w in rest)
    if not least <= -value <= most:
        return None
    for digit in digits:
        if digit or letters[at] not in heads:
            found = assign(at + 1, left - {{digit}}, value + digit * weights[letters[at]])
            if found is not None:
                return {{letters[at]: digit, **found}}
    return None


print(",".join(f"{{letter}}={{digit}}" for letter, digit in sorted(assign(0, set(range(10)), 0).items())))"""


def futoshiki(problem: Problem) -> str:
    lines = found(problem, r"(?s)puzzle:\n\n(.*?)\n\nEnsure").split("\n")
    return f"""lines = {lines}
board = [line[::4] for line in lines[::2]]
size = len(board)
less = []
for r in range(size):
    less += [((r, i // 4), (r, i // 4 + 1), sign) for i, sign in enumerate(lines[2 * r]) if sign in "<>"]
for r, line in enumerate(lines[1::2]):
    signs = [(i // 4, "<" if sign == "∧" else ">") for i, sign in enumerate(line) if sign in "∧∨"]
    less += [((r, c), (r + 1, c), sign) for c, sign in signs]
cells = {{(r, c): int(v) for r, row in enumerate(board) for c, v in enumerate(row) if v.isdigit()}}
less = [(a, b) if sign == "<" else (b, a) for a, b, sign in less]


def options(r, c):
    used = {{cells.get((r, i)) for i in range(size)}} | {{cells.get((i, c)) for i in range(size)}}
    low = max((cells.get(a, 1) for a, b in less if b == (r, c)), default=0)
    high = min((cells.get(b, size) for a, b in less if a == (r, c)), default=size + 1)
    return [v for v in range(low + 1, high) if v not in used]


def solve():
    empty = [(r, c) for r in range(size) for c in range(size) if (r, c) not in cells]
    if not empty:
        return True
    at = min(empty, key=lambda cell: len(options(*cell)))
    for value in options(*at):
        cells[at] = value
        if solve():
            return True
        del cells[at]
    return False


solve()
for r in range(size):
    print(*(cells[r, c] for c in range(size)))"""


def mini_sudoku(problem: Problem) -> str:
    board = re.findall(r"^[1-4_](?: [1-4_]){3}$", problem.question, re.MULTILINE)
    return f"""cells = " ".join({board}).split()


def solve():
    if "_" not in cells:
        return True
    at = cells.index("_")
    near = [i for i in range(16) if i // 4 == at // 4 or i % 4 == at % 4]
    near += [i for i in range(16) if (i // 8, i % 4 // 2) == (at // 8, at % 4 // 2)]
    for digit in "1234":
        if all(cells[i] != digit for i in near):
            cells[at] = digit
            if solve():
                return True
            cells[at] = "_"
    return False


solve()
for row in range(4):
    print(*cells[4 * row : 4 * row + 4])"""


def graph_color(problem: Problem) -> str:
    shown = facts(problem)
    return f"""import json

vertices, edges, colors = {shown["vertices"]}, {shown["edges"]}, {shown["colors"]}
near = {{v: {{a + b - v for a, b in edges if v in (a, b)}} for v in vertices}}
chosen = {{}}


def paint():
    left = [v for v in vertices if v not in chosen]
    if not left:
        return True
    v = max(left, key=lambda v: (len({{chosen.get(n) for n in near[v]}}), len(near[v])))
    for color in colors:
        if all(chosen.get(n) != color for n in near[v]):
            chosen[v] = color
            if paint():
                return True
            del chosen[v]
    return False


paint()
print(json.dumps({{str(v): chosen[v] for v in vertices}}))"""


def jugs(problem: Problem) -> str:
    shown = facts(problem)
    return f"""import json
from collections import deque

sizes, target = {shown["capacities"]}, {shown["target"]}
names = "ABCDEFG"
start = (0,) * len(sizes)
plans, queue = {{start: []}}, deque([start])
while queue:
    state = queue.popleft()
    if target in state:
        print(json.dumps(plans[state]))
        break
    after = []
    for i, size in enumerate(sizes):
        after.append((f"fill {{names[i]}}", {{i: size}}))
        after.append((f"empty {{names[i]}}", {{i: 0}}))
        for j, room in enumerate(sizes):
            if i != j:
                poured = min(state[i], room - state[j])
                levels = {{i: state[i] - poured, j: state[j] + poured}}
                after.append((f"pour {{names[i]}}->{{names[j]}}", levels))
    for move, changed in after:
        new = tuple(changed.get(i, level) for i, level in enumerate(state))
        if new not in plans:
            plans[new] = [*plans[state], move]
            queue.append(new)"""


def quantum_lock(problem: Problem) -> str:
    shown = facts(problem)
    buttons = [(b["name"], b["type"], b["value"], b["active_state"]) for b in shown["buttons"]]
    return f"""from collections import deque

buttons, target = {buttons}, {shown["target"]}
start = ({shown["number"]}, {shown["light"]!r})
paths, queue = {{start: []}}, deque([start])
while queue:
    number, light = queue.popleft()
    if number == target:
        print(" → ".join(paths[number, light]))
        break
    for name, kind, value, when in buttons:
        if when in (light, "any"):
            after = {{"add": number + value, "subtract": number - value, "multiply": number * value}}[kind]
            state = (after, "green" if light == "red" else "red")
            if state not in paths and abs(after) < 10**6:
                paths[state] = [*paths[number, light], name]
                queue.append(state)"""


def rubiks_cube(problem: Problem) -> str:
    """Two searches that meet: from this cube, and from the solved one."""
    return f"""net = {facts(problem)["net"]}
FACES = {{"U": (0, 1), "L": (3, 0), "F": (3, 3), "R": (3, 6), "B": (3, 9), "D": (6, 1)}}
NORMALS = {{"U": (0, 1, 0), "D": (0, -1, 0), "F": (0, 0, 1)}}
NORMALS |= {{"B": (0, 0, -1), "R": (1, 0, 0), "L": (-1, 0, 0)}}
# On each face: the directions in which its columns and its rows run.
RUNS = {{"U": ((1, 0, 0), (0, 0, 1)), "D": ((1, 0, 0), (0, 0, -1)), "F": ((1, 0, 0), (0, -1, 0))}}
RUNS |= {{"B": ((-1, 0, 0), (0, -1, 0)), "R": ((0, 0, -1), (0, -1, 0)), "L": ((0, 0, 1), (0, -1, 0))}}
rows = {{"U": net[:3], "D": net[6:]}}
rows |= {{face: [line[3 * i : 3 * i + 3] for line in net[3:6]] for i, face in enumerate("LFRB")}}
places, colors = [], []
for face, normal in NORMALS.items():
    for r in range(3):
        for c in range(3):
            across, down = RUNS[face]
            at = tuple(2 * n + (c - 1) * a + (r - 1) * d for n, a, d in zip(normal, across, down))
            places.append(at)
            colors.append(rows[face][r][c])
number = {{at: i for i, at in enumerate(places)}}


def turned(normal, at):
    n = [a * b for a, b in zip(normal, at)]
    if sum(n) < 1:
        return at
    # A quarter turn, clockwise as seen from outside: v -> (v.n) n + v x n
    along = tuple(sum(n) * a for a in normal)
    (x, y, z), (a, b, c) = at, normal
    cross = (y * c - z * b, z * a - x * c, x * b - y * a)
    return tuple(p + q for p, q in zip(along, cross))


moves = {{}}
for face, normal in NORMALS.items():
    goes = [number[turned(normal, at)] for at in places]
    comes = sorted(range(54), key=lambda i: goes[i])
    moves[face], moves[face + "'"] = comes, goes


def search(start, depth):
    found, level = {{start: ()}}, [start]
    for _ in range(depth):
        level = [(tuple(s[i] for i in order), (*found[s], m)) for s in level for m, order in moves.items()]
        level = [s for s, path in level if s not in found and not found.update({{s: path}})]
    return found


here, there = search(tuple(colors), 3), search(tuple(colors[9 * (i // 9) + 4] for i in range(54)), 3)
inverse = {{m: m[0] if "'" in m else m + "'" for m in moves}}
both = min((s for s in here if s in there), key=lambda s: len(here[s]) + len(there[s]))
print(*here[both], *(inverse[m] for m in reversed(there[both])))"""


def rush_hour(problem: Problem) -> str:
    return f"""from collections import deque

board = {facts(problem)["board"]}
cells = {{(r, c): car for r, row in enumerate(board) for c, car in enumerate(row) if car != "."}}
names = sorted(set(cells.values()) - {{"x"}})
walls = {{at for at, car in cells.items() if car == "x"}}
at = {{name: sorted(cell for cell, car in cells.items() if car == name) for name in names}}
upright = {{name: at[name][0][1] == at[name][1][1] for name in names}}
start = tuple(at[name][0] for name in names)


def body(name, head):
    return [(head[0] + i, head[1]) if upright[name] else (head[0], head[1] + i) for i in range(len(at[name]))]


before, queue = {{start: None}}, deque([start])
while queue:
    state = queue.popleft()
    if state[0][1] == 4:
        break
    full = walls.union(*(body(name, head) for name, head in zip(names, state)))
    for i, name in enumerate(names):
        for sign in (1, -1):
            for steps in range(1, 5):
                head = state[i]
                by = sign * steps
                head = (head[0] + by, head[1]) if upright[name] else (head[0], head[1] + by)
                edge = body(name, head)[-1 if sign > 0 else 0]
                if edge in full or not 0 <= min(edge) <= max(edge) <= 5:
                    break
                new = (*state[:i], head, *state[i + 1 :])
                if new not in before:
                    before[new] = (state, f"{{name}}{{'+' if sign > 0 else '-'}}{{steps}}")
                    queue.append(new)
moves = []
while before[state]:
    state, move = before[state]
    moves.append(move)
print(*reversed(moves))"""


def sokoban(problem: Problem) -> str:
    return f"""from collections import deque

grid = {facts(problem)["board"]}
cells = {{(r, c): cell for r, row in enumerate(grid) for c, cell in enumerate(row)}}
goals = {{at for at, cell in cells.items() if cell in "X$%"}}
player = next(at for at, cell in cells.items() if cell in "*%")
start = (player, frozenset(at for at, cell in cells.items() if cell in "@$"))
steps = {{"U": (-1, 0), "D": (1, 0), "L": (0, -1), "R": (0, 1)}}
before, queue = {{start: None}}, deque([start])
while queue:
    state = queue.popleft()
    (r, c), boxes = state
    if boxes <= goals:
        break
    for name, (y, x) in steps.items():
        at, beyond = (r + y, c + x), (r + 2 * y, c + 2 * x)
        if cells[at] == "+" or (at in boxes and (beyond in boxes or cells[beyond] == "+")):
            continue
        new = (at, boxes - {{at}} | {{beyond}} if at in boxes else boxes)
        if at in boxes and beyond not in goals:
            walls = [cells[beyond[0] + dy, beyond[1] + dx] == "+" for dy, dx in steps.values()]
            if (walls[0] or walls[1]) and (walls[2] or walls[3]):
                continue
        if new not in before:
            before[new] = (state, name)
            queue.append(new)
moves = ""
while before[state]:
    state, move = before[state]
    moves = move + moves
print(moves)"""


def tower_of_hanoi(problem: Problem) -> str:
    shown = facts(problem)
    return f"""def move(disks, start, target):
    if disks:
        spare = next(peg for peg in (1, 2, 3) if peg not in (start, target))
        move(disks - 1, start, spare)
        print(f"Move disk {{disks}} from Peg {{start}} to Peg {{target}}")
        move(disks - 1, spare, target)


move({shown["disks"]}, {shown["start"]}, {shown["target"]})"""


def course_schedule(problem: Problem) -> str:
    shown = found(problem, r"(\[[^\]]*\])\n*Return")
    return f"""pairs = {shown}
left = set(range({numbers(problem.question)[0]}))
while True:
    free = {{course for course in left if all(a != course or b not in left for a, b in pairs)}}
    if not free:
        break
    left -= free
print(not left)"""
