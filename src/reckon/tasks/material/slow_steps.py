"""Functions from a list of numbers to a list of numbers, each in a slow form and a fast one.

The slow forms compare every pair of places whatever the numbers are: quadratic on each list. The fast forms
are n log n at most. Any of them can follow any other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import Template

from reckon.tasks.material.steps.step import Parameters


@dataclass(frozen=True, slots=True)
class SlowStep:
    """slow, fast: the same function in two ways, `def NAME(numbers)`, $names standing for parameters.

    imports: what the fast form needs.  wrong: (old, new) in the fast form, a slip that changes results.
    """

    name: str
    slow: str
    fast: str
    wrong: tuple[str, str]
    imports: str = ""
    parameters: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def written(self, form: str, parameters: Parameters) -> str:
        """form: "slow", "fast" or "wrong"."""
        source = self.slow if form == "slow" else self.fast
        if form == "wrong":
            source = source.replace(*self.wrong)
        return Template(source).substitute(parameters).strip("\n")


STEPS = (
    SlowStep(
        "alike_before",
        """
def alike_before(numbers):
    out = []
    for i in range(len(numbers)):
        count = 0
        for j in range(i):
            if (numbers[j] - numbers[i]) % $m == 0:
                count += 1
        out.append(count)
    return out
""",
        """
def alike_before(numbers):
    out = []
    seen = {}
    for n in numbers:
        out.append(seen.get(n % $m, 0))
        seen[n % $m] = out[-1] + 1
    return out
""",
        ("out[-1] + 1", "1"),
        parameters={"m": range(5, 400)},
    ),
    SlowStep(
        "gap_to_twin",
        """
def gap_to_twin(numbers):
    out = []
    for i in range(len(numbers)):
        gap = $none
        for j in range(i):
            if numbers[j] == numbers[i]:
                gap = i - j
        out.append(gap)
    return out
""",
        """
def gap_to_twin(numbers):
    out = []
    last = {}
    for i, n in enumerate(numbers):
        out.append(i - last[n] if n in last else $none)
        last[n] = i
    return out
""",
        ("last[n] = i", "last.setdefault(n, i)"),
        parameters={"none": range(-400, 400)},
    ),
    SlowStep(
        "wait_for_larger",
        """
def wait_for_larger(numbers):
    out = []
    for i in range(len(numbers)):
        wait = $none
        for j in range(len(numbers) - 1, i, -1):
            if numbers[j] > numbers[i]:
                wait = j - i
        out.append(wait)
    return out
""",
        """
def wait_for_larger(numbers):
    out = [$none] * len(numbers)
    waiting = []
    for i, n in enumerate(numbers):
        while waiting and numbers[waiting[-1]] < n:
            j = waiting.pop()
            out[j] = i - j
        waiting.append(i)
    return out
""",
        ("< n:", "<= n:"),
        parameters={"none": range(-800, 1)},
    ),
    SlowStep(
        "sums_of_last",
        """
def sums_of_last(numbers):
    out = []
    for i in range(len(numbers)):
        total = 0
        for j in range(len(numbers)):
            if i - $w < j <= i:
                total += numbers[j]
        out.append(total % $m)
    return out
""",
        """
def sums_of_last(numbers):
    out = []
    total = 0
    for i, n in enumerate(numbers):
        total += n
        if i >= $w:
            total -= numbers[i - $w]
        out.append(total % $m)
    return out
""",
        ("i >= $w", "i > $w"),
        parameters={"w": range(3, 60), "m": range(500, 2000)},
    ),
    SlowStep(
        "smaller_before",
        """
def smaller_before(numbers):
    out = []
    for i in range(len(numbers)):
        count = 0
        for j in range(i):
            if numbers[j] + $d <= numbers[i]:
                count += 1
        out.append(count)
    return out
""",
        """
def smaller_before(numbers):
    out = []
    ordered = []
    for n in numbers:
        out.append(bisect.bisect_right(ordered, n - $d))
        bisect.insort(ordered, n)
    return out
""",
        ("bisect_right", "bisect_left"),
        "bisect",
        parameters={"d": range(1, 2000)},
    ),
    SlowStep(
        "place_in_order",
        """
def place_in_order(numbers):
    out = []
    for n in numbers:
        smaller = []
        for i, other in enumerate(numbers):
            if other < n and first_place(numbers, other, i):
                smaller.append(other)
        out.append((len(smaller) + $first) % $m)
    return out


def first_place(numbers, n, place):
    return numbers.index(n) == place
""",
        """
def place_in_order(numbers):
    order = sorted(set(numbers))
    places = {n: (place + $first) % $m for place, n in enumerate(order)}
    return [places[n] for n in numbers]
""",
        ("sorted(set(numbers))", "sorted(numbers)"),
        parameters={"first": range(2, 50), "m": range(200, 1200)},
    ),
    SlowStep(
        "largest_of_last",
        """
def largest_of_last(numbers):
    out = []
    for i in range(len(numbers)):
        largest = numbers[i]
        for j in range(len(numbers)):
            if i - $w < j < i and numbers[j] > largest:
                largest = numbers[j]
        out.append(largest)
    return out
""",
        """
def largest_of_last(numbers):
    out = []
    window = collections.deque()
    for i, n in enumerate(numbers):
        while window and numbers[window[-1]] <= n:
            window.pop()
        window.append(i)
        if window[0] <= i - $w:
            window.popleft()
        out.append(numbers[window[0]])
    return out
""",
        ("<= i - $w", "< i - $w"),
        "collections",
        parameters={"w": range(3, 400)},
    ),
    SlowStep(
        "mean_so_far",
        """
def mean_so_far(numbers):
    out = []
    for i in range(len(numbers)):
        total = 0
        for j in range(i + 1):
            total += $factor * numbers[j]
        out.append(total // (i + 1))
    return out
""",
        """
def mean_so_far(numbers):
    out = []
    total = 0
    for i, n in enumerate(numbers):
        total += $factor * n
        out.append(total // (i + 1))
    return out
""",
        ("// (i + 1)", "// (i + 2)"),
        parameters={"factor": range(2, 900)},
    ),
    SlowStep(
        "partners_before",
        """
def partners_before(numbers):
    out = []
    for i in range(len(numbers)):
        count = 0
        for j in range(i):
            if (numbers[i] + numbers[j]) % $m == $t:
                count += 1
        out.append(count)
    return out
""",
        """
def partners_before(numbers):
    out = []
    seen = {}
    for n in numbers:
        out.append(seen.get(($t - n) % $m, 0))
        seen[n % $m] = seen.get(n % $m, 0) + 1
    return out
""",
        ("seen.get(n % $m, 0) + 1", "1"),
        parameters={"t": range(2, 5), "m": range(5, 400)},
    ),
    SlowStep(
        "different_so_far",
        """
def different_so_far(numbers):
    out = []
    for i in range(len(numbers)):
        repeats = 0
        for j in range(i + 1):
            if numbers.index(numbers[j]) != j:
                repeats += 1
        out.append(i + $first - repeats)
    return out
""",
        """
def different_so_far(numbers):
    out = []
    seen = set()
    for n in numbers:
        seen.add(n)
        out.append(len(seen) + $first - 1)
    return out
""",
        ("seen.add(n)\n", "seen ^= {n}\n"),
        parameters={"first": range(2, 2000)},
    ),
    SlowStep(
        "middle_so_far",
        """
def middle_so_far(numbers):
    out = []
    ordered = []
    for n in numbers:
        place = 0
        for other in ordered:
            if other < n:
                place += 1
        ordered.insert(place, n)
        out.append(ordered[len(ordered) // 2] + $add)
    return out
""",
        """
def middle_so_far(numbers):
    out = []
    ordered = []
    for n in numbers:
        bisect.insort(ordered, n)
        out.append(ordered[len(ordered) // 2] + $add)
    return out
""",
        ("len(ordered) // 2", "(len(ordered) - 1) // 2"),
        "bisect",
        parameters={"add": range(2, 2000)},
    ),
    SlowStep(
        "other_parity_before",
        """
def other_parity_before(numbers):
    out = []
    for i in range(len(numbers)):
        total = 0
        for j in range(i):
            total += abs(numbers[i] - numbers[j]) % 2 * (numbers[j] + $add)
        out.append(total % $m)
    return out
""",
        """
def other_parity_before(numbers):
    out = []
    sums = [0, 0]
    for n in numbers:
        out.append(sums[1 - n % 2] % $m)
        sums[n % 2] += n + $add
    return out
""",
        ("sums[1 - n % 2] %", "sums[n % 2] %"),
        parameters={"add": range(2, 30), "m": range(500, 2000)},
    ),
)
BY_NAME: Mapping[str, SlowStep] = {step.name: step for step in STEPS}
