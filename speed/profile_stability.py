"""How far each measure of a profile repeats, at rest and under load: the table of docs/tracing.md.

    python speed/profile_stability.py [--repeats 20] [--hogs 4]

Each program has a twin that does 5 % more of the same. spread: (95th - 5th percentile) / median over runs in
new sessions of two interpreters. told apart: share of the pairs (a run of the program, a run of its twin) in
which the twin has the larger figure: 100 % is a sure comparison, 50 % a coin.
"""

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from reckon.interpreter import Interpreter
from reckon.traces import Profile

PROGRAMS = {
    "loop": "total = 0\nfor i in range({n}00):\n    total += i * i % 7",
    "recursion": "def f(n):\n    return n < 2 or f(n - 1) + f(n - 2)\nfor _ in range({n}):\n    f(7)",
    "words in a dict": "c = {{}}\nfor w in ('the a an of ' * {n}).split():\n    c[w] = c.get(w, 0) + 1",
    "sort in C": "import random\nr = random.Random(1)\nsorted(r.random() for _ in range({n}00))",
    "set of strings": "s = {{str(i * 7919) for i in range({n}0)}}\nt = sorted(x[::-1] for x in s)",
}
SIZE = 200
MEASURES = ("wall_s", "cpu_s", "instructions", "peak_bytes")


def measured(code: str, repeats: int) -> list[Profile]:
    profiles = []
    for _ in range(2):
        with Interpreter(preload=()) as interpreter:
            for _ in range(repeats // 2):
                with interpreter.session() as session:
                    session.run("")
                    profile = session.run(code, profile=True).profile
                    assert profile is not None
                    assert profile.status == "ok"
                    profiles.append(profile)
    return profiles


@contextmanager
def load(hogs: int) -> Iterator[None]:
    busy = [multiprocessing.Process(target=_spin, daemon=True) for _ in range(hogs)]
    for process in busy:
        process.start()
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.join()


def _spin() -> None:
    while True:
        time.time()


def spread(values: Sequence[float]) -> float:
    low, *_, high = statistics.quantiles(values, n=20, method="inclusive")
    return (high - low) / statistics.median(values)


def told_apart(values: Sequence[float], larger: Sequence[float]) -> float:
    return statistics.mean((a < b) + (a == b) / 2 for a in values for b in larger)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--hogs", type=int, default=2 * multiprocessing.cpu_count())
    options = parser.parse_args()
    for hogs in (0, options.hogs):
        print(f"\n| spread, told apart; {hogs} busy processes | " + " | ".join(MEASURES) + " |")
        print("|---" * (len(MEASURES) + 1) + "|")
        with load(hogs):
            for name, program in PROGRAMS.items():
                runs = measured(program.format(n=SIZE), options.repeats)
                twins = measured(program.format(n=SIZE * 21 // 20), options.repeats)
                cells = []
                for measure in MEASURES:
                    values = [float(getattr(run, measure)) for run in runs]
                    larger = [float(getattr(run, measure)) for run in twins]
                    cells.append(f"{spread(values):.2%}, {told_apart(values, larger):.0%}")
                print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
