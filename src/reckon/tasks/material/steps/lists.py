"""Steps on lists of whole numbers."""

from reckon.tasks.material.steps.step import Bug, Step

INTS = ("ints",)
STEPS = (
    Step(
        "longest_run",
        INTS,
        "whole",
        1,
        "the length of the longest stretch of neighbouring numbers that are all equal; 0 for an empty list",
        """
def longest_run(numbers):
    best = run = 0
    for i, n in enumerate(numbers):
        run = run + 1 if i and n == numbers[i - 1] else 1
        best = max(best, run)
    return best
""",
        (
            Bug("last item skipped", "enumerate(numbers)", "enumerate(numbers[:-1])"),
            Bug("wrong neighbour", "numbers[i - 1]", "numbers[0]"),
            Bug("result kept too rarely", "        best = max(best, run)", "    best = max(best, run)"),
        ),
    ),
    Step(
        "rotate_left",
        INTS,
        "ints",
        1,
        "the list turned $k places to the left: $k times over, the first number goes to the end",
        """
def rotate_left(numbers):
    if not numbers:
        return []
    shift = $k % len(numbers)
    return numbers[shift:] + numbers[:shift]
""",
        (
            Bug("wrap-around forgotten", "$k % len(numbers)", "$k"),
            Bug(
                "other direction", "numbers[shift:] + numbers[:shift]", "numbers[-shift:] + numbers[:-shift]"
            ),
            Bug("off by one", "$k % len(numbers)", "$k % (len(numbers) + 1)"),
        ),
        {"k": range(2, 10)},
    ),
    Step(
        "keep_spaced",
        INTS,
        "ints",
        2,
        "the numbers picked from left to right, where the first is always picked and each later one only if "
        "it differs from the one picked last by at least $gap",
        """
def keep_spaced(numbers):
    kept = []
    for n in numbers:
        if not kept or abs(n - kept[-1]) >= $gap:
            kept.append(n)
    return kept
""",
        (
            Bug("boundary", ">= $gap", "> $gap"),
            Bug("sign forgotten", "abs(n - kept[-1])", "n - kept[-1]"),
            Bug("wrong neighbour", "kept[-1]", "kept[0]"),
        ),
        {"gap": range(2, 9)},
    ),
    Step(
        "running_remainders",
        INTS,
        "ints",
        1,
        "for each number the remainder of the sum of all numbers up to and with it when divided by $m; a "
        "remainder is never negative and always less than $m, also for a negative sum",
        """
def running_remainders(numbers):
    out = []
    total = 0
    for n in numbers:
        total += n
        out.append(total % $m)
    return out
""",
        (
            Bug("negative numbers", "total % $m", "abs(total) % $m"),
            Bug("state not carried", "total += n", "total = n"),
            Bug(
                "order of statements",
                "        total += n\n        out.append(total % $m)",
                "        out.append(total % $m)\n        total += n",
            ),
        ),
        {"m": range(3, 12)},
    ),
    Step(
        "first_of_remainder",
        INTS,
        "ints",
        2,
        "of the numbers that leave the same remainder when divided by $m (never negative and always less "
        "than $m, also for negative numbers) only the first one, in the order of the list",
        """
def first_of_remainder(numbers):
    seen = set()
    kept = []
    for n in numbers:
        if n % $m not in seen:
            seen.add(n % $m)
            kept.append(n)
    return kept
""",
        (
            Bug("negative numbers", "if n % $m not in seen", "if abs(n) % $m not in seen"),
            Bug("wrong key", "seen.add(n % $m)", "seen.add(n)"),
            Bug(
                "early end",
                "            kept.append(n)\n",
                "            kept.append(n)\n        else:\n            break\n",
            ),
        ),
        {"m": range(3, 12)},
    ),
    Step(
        "count_pairs",
        INTS,
        "whole",
        2,
        "the number of pairs of different places in the list whose two numbers add up to $t",
        """
def count_pairs(numbers):
    seen = {}
    pairs = 0
    for n in numbers:
        pairs += seen.get($t - n, 0)
        seen[n] = seen.get(n, 0) + 1
    return pairs
""",
        (
            Bug("duplicates", "seen.get(n, 0) + 1", "1"),
            Bug(
                "an item with itself",
                "        pairs += seen.get($t - n, 0)\n        seen[n] = seen.get(n, 0) + 1",
                "        seen[n] = seen.get(n, 0) + 1\n        pairs += seen.get($t - n, 0)",
            ),
            Bug("truth for number", "seen.get($t - n, 0)", "$t - n in seen"),
        ),
        {"t": range(-4, 11)},
    ),
    Step(
        "best_stretch",
        INTS,
        "whole",
        2,
        "the largest sum that one or more neighbouring numbers have after $d is taken off each number; 0 for "
        "an empty list",
        """
def best_stretch(numbers):
    if not numbers:
        return 0
    best = current = numbers[0] - $d
    for n in numbers[1:]:
        current = max(n - $d, current + n - $d)
        best = max(best, current)
    return best
""",
        (
            Bug("wrong start", "best = current = numbers[0] - $d", "best, current = 0, numbers[0] - $d"),
            Bug("nothing chosen", "max(n - $d, current + n - $d)", "max(0, current + n - $d)"),
            Bug("operator precedence", "current + n - $d)", "current + n)"),
        ),
        {"d": range(1, 7)},
    ),
    Step(
        "rank_from_top",
        INTS,
        "whole",
        1,
        "the number at place $r when the different numbers of the list are put in falling order, the largest "
        "at place 1; the smallest one if there are fewer than $r different numbers; 0 for an empty list",
        """
def rank_from_top(numbers):
    order = sorted(set(numbers), reverse=True)
    if not order:
        return 0
    return order[min($r, len(order)) - 1]
""",
        (
            Bug("duplicates", "sorted(set(numbers), reverse=True)", "sorted(numbers, reverse=True)"),
            Bug(
                "default", "order[min($r, len(order)) - 1]", "order[$r - 1] if $r <= len(order) else order[0]"
            ),
            Bug("off by one", "min($r, len(order)) - 1", "min($r, len(order) - 1)"),
        ),
        {"r": range(2, 6)},
    ),
    Step(
        "take_turns",
        ("ints", "more_ints"),
        "ints",
        2,
        "the numbers of both lists in turns: $k of `numbers`, then $k of `others`, and so on, each list in "
        "its "
        "own order; a list that has fewer left gives what it has, and the rest of the other one follows",
        """
def take_turns(numbers, others):
    out = []
    for start in range(0, max(len(numbers), len(others)), $k):
        out += numbers[start : start + $k]
        out += others[start : start + $k]
    return out
""",
        (
            Bug("rest lost", "max(len(numbers), len(others))", "min(len(numbers), len(others))"),
            Bug("wrong length", "max(len(numbers), len(others))", "len(numbers)"),
        ),
        {"k": range(2, 5)},
    ),
    Step(
        "balance_place",
        INTS,
        "whole",
        2,
        "the smallest place, counted from 0, at which the sum of the numbers before it and the sum of those "
        "after it, its own number in neither, differ by at most $d; -1 if there is none",
        """
def balance_place(numbers):
    left = 0
    for i, n in enumerate(numbers):
        right = sum(numbers) - left - n
        if abs(left - right) <= $d:
            return i
        left += n
    return -1
""",
        (
            Bug("own item counted", "sum(numbers) - left - n", "sum(numbers) - left"),
            Bug("boundary", "<= $d", "< $d"),
            Bug("sign forgotten", "abs(left - right)", "left - right"),
        ),
        {"d": range(1, 6)},
    ),
    Step(
        "longest_rise",
        INTS,
        "whole",
        3,
        "the greatest number of list items that can be chosen, in the order of the list and not necessarily "
        "neighbours, so that each is larger than the one chosen before it by at least $d; 0 for an empty "
        "list",
        """
def longest_rise(numbers):
    best = []
    for i, n in enumerate(numbers):
        length = 1
        for j in range(i):
            if n - numbers[j] >= $d:
                length = max(length, best[j] + 1)
        best.append(length)
    return max(best, default=0)
""",
        (
            Bug("boundary", ">= $d", "> $d"),
            Bug("loop starts late", "range(i)", "range(1, i)"),
            Bug("last for best", "max(best, default=0)", "best[-1] if best else 0"),
            Bug("greedy", "length = max(length, best[j] + 1)", "length = best[j] + 1"),
        ),
        {"d": range(1, 5)},
    ),
    Step(
        "window_tops",
        INTS,
        "ints",
        1,
        "the largest of each $w neighbouring numbers, from the $w numbers that begin the list to the $w that "
        "end it; an empty list if there are fewer than $w numbers",
        """
def window_tops(numbers):
    out = []
    for i in range(len(numbers) - $w + 1):
        out.append(max(numbers[i : i + $w]))
    return out
""",
        (
            Bug("last item skipped", "len(numbers) - $w + 1", "len(numbers) - $w"),
            Bug("window too short", "numbers[i : i + $w]", "numbers[i : i + $w - 1]"),
            Bug("windows run out", "range(len(numbers) - $w + 1)", "range(len(numbers))"),
        ),
        {"w": range(2, 6)},
    ),
    Step(
        "leaving_order",
        INTS,
        "ints",
        2,
        "the numbers in the order in which they leave a circle: they stand in a circle in the order of the "
        "list, one counts from the first on, each $k-th leaves and the count begins again with the next one",
        """
def leaving_order(numbers):
    circle = list(numbers)
    left = []
    place = 0
    while circle:
        place = (place + $k - 1) % len(circle)
        left.append(circle.pop(place))
    return left
""",
        (
            Bug("off by one", "(place + $k - 1)", "(place + $k)"),
            Bug(
                "wrap-around forgotten",
                "(place + $k - 1) % len(circle)",
                "min(place + $k - 1, len(circle) - 1)",
            ),
            Bug("count begins elsewhere", "(place + $k - 1)", "($k - 1)"),
        ),
        {"k": range(2, 8)},
    ),
)
