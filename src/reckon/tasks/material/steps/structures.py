"""Steps on single numbers, grids, intervals and dictionaries."""

from reckon.tasks.material.steps.step import Bug, Step

STEPS = (
    Step(
        "square_digits",
        ("whole",),
        "whole",
        1,
        "what the number becomes when it is replaced $k times by the sum of the squares of its decimal "
        "digits, "
        "any minus sign ignored",
        """
def square_digits(number):
    for _ in range($k):
        number = sum(int(digit) ** 2 for digit in str(abs(number)))
    return number
""",
        (
            Bug("off by one", "range($k)", "range(1, $k)"),
            Bug(
                "early end",
                "    for _ in range($k):\n",
                "    for _ in range($k):\n        if abs(number) < 10:\n            return number\n",
            ),
        ),
        {"k": range(1, 5)},
    ),
    Step(
        "in_base",
        ("whole",),
        "text",
        1,
        "the number written in base $b with the digits 0 to 9 as a text, a minus sign before a negative one",
        """
def in_base(number):
    left, digits = abs(number), ""
    while left:
        digits = str(left % $b) + digits
        left //= $b
    return ("-" if number < 0 else "") + (digits or "0")
""",
        (
            Bug("zero", '(digits or "0")', "digits"),
            Bug("negative numbers", '("-" if number < 0 else "") + ', ""),
            Bug("other direction", "str(left % $b) + digits", "digits + str(left % $b)"),
            Bug("boundary", "while left:", "while left >= $b:"),
        ),
        {"b": range(2, 10)},
    ),
    Step(
        "prime_factors",
        ("whole",),
        "ints",
        2,
        "the prime numbers up to $most that divide the number, in rising order and each as many times as it "
        "divides; a minus sign is ignored; an empty list for 0",
        """
def prime_factors(number):
    left, factors = abs(number), []
    for d in range(2, $most + 1):
        while left and left % d == 0:
            factors.append(d)
            left //= d
    return factors
""",
        (
            Bug("end excluded", "range(2, $most + 1)", "range(2, $most)"),
            Bug("repeats lost", "while left and left % d == 0:", "if left and left % d == 0:"),
            Bug(
                "divides only once it is large",
                "while left and left % d == 0:",
                "while left > d and left % d == 0:",
            ),
        ),
        {"most": (5, 7, 11, 13, 17, 19, 23)},
    ),
    Step(
        "quarter_turns",
        ("grid",),
        "grid",
        1,
        "the grid turned clockwise by a quarter $k times: after one turn its first column, read from the "
        "bottom up, is its first row",
        """
def quarter_turns(grid):
    for _ in range($k):
        grid = [list(row) for row in zip(*grid[::-1])]
    return grid
""",
        (
            Bug("other direction", "zip(*grid[::-1])", "list(zip(*grid))[::-1]"),
            Bug("mirrored", "zip(*grid[::-1])", "zip(*grid)"),
            Bug("off by one", "range($k)", "range(1, $k)"),
        ),
        {"k": (1, 3, 5)},
    ),
    Step(
        "read_spiral",
        ("grid",),
        "ints",
        3,
        "the numbers of the grid, read in a spiral from the top left corner: along the first row to the "
        "right, "
        "down the last column, along the last row to the left, up the first column, and so on inwards, until "
        "all are read; those below $low are left out",
        """
def read_spiral(grid):
    out = []
    rows = [list(row) for row in grid]
    while rows and rows[0]:
        out += rows.pop(0)
        if rows and rows[0]:
            out += [row.pop() for row in rows]
        if rows and rows[0]:
            out += rows.pop()[::-1]
        if rows and rows[0]:
            out += [row.pop(0) for row in rows[::-1]]
    return [n for n in out if n >= $low]
""",
        (
            Bug("boundary", "n >= $low", "n > $low"),
            Bug("other direction", "rows[::-1]]", "rows]"),
            Bug("other direction", "rows.pop()[::-1]", "rows.pop()"),
        ),
        {"low": range(1, 4)},
    ),
    Step(
        "count_islands",
        ("grid",),
        "whole",
        3,
        "the number of connected areas of cells with a number of at least $t, where a cell is connected to "
        "the "
        "cells left of, right of, above and below it",
        """
def count_islands(grid):
    height, width = len(grid), len(grid[0])
    seen = set()
    islands = 0
    for cell in [(y, x) for y in range(height) for x in range(width)]:
        waiting = [cell]
        before = len(seen)
        while waiting:
            y, x = waiting.pop()
            if 0 <= y < height and 0 <= x < width and grid[y][x] >= $t and (y, x) not in seen:
                seen.add((y, x))
                waiting += [(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)]
        islands += len(seen) > before
    return islands
""",
        (
            Bug("boundary", "grid[y][x] >= $t", "grid[y][x] > $t"),
            Bug("neighbour forgotten", ", (y, x - 1)]", "]"),
            Bug("wrong neighbour", "(y, x - 1)]", "(y - 1, x - 1)]"),
            Bug("rows for columns", "0 <= x < width", "0 <= x < min(width, height)"),
        ),
        {"t": range(1, 4)},
    ),
    Step(
        "column_sums",
        ("grid",),
        "ints",
        2,
        "for each column the sum of its numbers in those rows whose place, counted from 0, is divisible by "
        "$k",
        """
def column_sums(grid):
    sums = [0] * len(grid[0])
    for y, row in enumerate(grid):
        if y % $k == 0:
            for x, n in enumerate(row):
                sums[x] += n
    return sums
""",
        (
            Bug("off by one", "enumerate(grid)", "enumerate(grid, 1)"),
            Bug("overwritten", "sums[x] += n", "sums[x] = n"),
            Bug("early end", "y % $k == 0", "y in (0, $k)"),
        ),
        {"k": range(2, 4)},
    ),
    Step(
        "merge_intervals",
        ("intervals",),
        "intervals",
        2,
        "the intervals in rising order of their starts, where, as often as it can be done, two of which "
        "the later "
        "one starts at most $g after the end of the earlier one are replaced by one interval, [start, "
        "end], that "
        "just spans both",
        """
def merge_intervals(intervals):
    merged = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1] + $g:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return merged
""",
        (
            Bug("one inside the other", "max(merged[-1][1], end)", "end"),
            Bug("boundary", "start <= merged", "start < merged"),
            Bug("order assumed", "sorted(intervals)", "intervals"),
        ),
        {"g": range(1, 5)},
    ),
    Step(
        "most_at_once",
        ("intervals",),
        "whole",
        2,
        "the largest number of intervals that have one whole number in common, where each interval is made "
        "$k "
        "longer at its end",
        """
def most_at_once(intervals):
    events = []
    for start, end in intervals:
        events += [(start, 0), (end + $k, 1)]
    open_now = most = 0
    for _, closes in sorted(events):
        open_now += -1 if closes else 1
        most = max(most, open_now)
    return most
""",
        (
            Bug("ties", "sorted(events)", "sorted(events, key=lambda event: (event[0], -event[1]))"),
            Bug("end excluded", "(end + $k, 1)", "(end + $k - 1, 1)"),
            Bug(
                "last for best",
                "most = max(most, open_now)",
                "most = max(most, open_now) if closes else most",
            ),
        ),
        {"k": range(1, 5)},
    ),
    Step(
        "numbers_covered",
        ("intervals",),
        "whole",
        2,
        "how many whole numbers lie in at least one of the intervals and are not divisible by $m",
        """
def numbers_covered(intervals):
    covered = set()
    for start, end in intervals:
        covered.update(range(start, end + 1))
    return sum(n % $m != 0 for n in covered)
""",
        (
            Bug("end excluded", "end + 1", "end"),
            Bug(
                "counted twice",
                "    covered = set()\n    for start, end in intervals:\n        covered.update(",
                "    covered = []\n    for start, end in intervals:\n        covered.extend(",
            ),
            Bug("wrong test", "n % $m != 0", "n % $m > 1"),
        ),
        {"m": range(2, 6)},
    ),
    Step(
        "leaders",
        ("table",),
        "words",
        2,
        "the $k words with the largest numbers, largest first, words with equal numbers in alphabetical "
        "order; "
        "all the words if there are fewer",
        """
def leaders(table):
    order = sorted(table, key=lambda word: (-table[word], word))
    return order[:$k]
""",
        (
            Bug(
                "ties",
                "sorted(table, key=lambda word: (-table[word], word))",
                "sorted(table, key=lambda word: (table[word], word), reverse=True)",
            ),
            Bug("ties", "(-table[word], word)", "-table[word]"),
            Bug("sign forgotten", "-table[word]", "-abs(table[word])"),
        ),
        {"k": range(2, 5)},
    ),
    Step(
        "totals_by_letter",
        ("table",),
        "table",
        2,
        "a dictionary from the first letter of the words to the sum of the numbers of all words that begin "
        "with "
        "it, without letters whose sum lies between -$k and $k or is one of these two",
        """
def totals_by_letter(table):
    totals = {}
    for word, n in table.items():
        totals[word[0]] = totals.get(word[0], 0) + n
    return {letter: total for letter, total in totals.items() if abs(total) > $k}
""",
        (
            Bug("sign forgotten", "abs(total) > $k", "total > $k"),
            Bug("overwritten", "totals.get(word[0], 0) + n", "n"),
            Bug(
                "filter too early",
                "    for word, n in table.items():\n",
                "    for word, n in table.items():\n        if abs(n) <= $k:\n            continue\n",
            ),
            Bug("boundary", "> $k", ">= $k"),
        ),
        {"k": range(1, 5)},
    ),
)
