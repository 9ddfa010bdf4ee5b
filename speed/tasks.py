"""How many tasks there are, how fast they make problems, how many repeat, how many a program solves.

    python speed/tasks.py [-n 1000] [--solve 3] [SUITE ...]

SUITE: reckon-144 and every folder of ours if none is named. Times are of the process, on one core.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections import Counter

from reckon.errors import UsageError
from reckon.protocols import Task
from reckon.tasks import FOLDERS, draw, find_all, reference_program
from reckon.tasks.suites import members


def row(task: Task, n: int, solve: int) -> dict[str, float]:
    """Seconds for n problems, repeated questions among them, the program's lines and the share it solves."""
    begun = time.process_time()
    problems = [draw(task, 1, index) for index in range(n)]
    spent = time.process_time() - begun
    programs = [(problem, reference_program(task, problem)) for problem in problems[:solve]]
    solved = [
        task.grade(problem, printed(program)).score == 1.0
        for problem, program in programs
        if program is not None
    ]
    return {
        "seconds": spent,
        "repeats": n - len({problem.question for problem in problems}),
        "lines": max((len(program.splitlines()) for _, program in programs if program), default=0),
        "solved": sum(solved) / len(programs),
    }


def printed(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=1000, help="problems of each task (default: 1000)")
    parser.add_argument("--solve", type=int, default=3, help="of which solved by the program (default: 3)")
    parser.add_argument("suites", nargs="*", default=["reckon-144", *FOLDERS])
    arguments = parser.parse_args()
    for source, kinds in sorted(by_source().items()):
        print(
            f"{source}: {sum(kinds.values())} tasks; "
            + ", ".join(f"{k} {n}" for k, n in sorted(kinds.items()))
        )
    for name in arguments.suites:
        found, missing = {}, 0
        for task in find_all([name]):
            try:
                found[task.name] = row(task, arguments.n, arguments.solve)
            except UsageError:  # read from a file that is not here
                missing += 1
        if found:
            report(name, found, missing, arguments.n)


def by_source() -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for member in members():
        found.setdefault(member.source, Counter())[member.kind] += 1
    return found


def report(name: str, found: dict[str, dict[str, float]], missing: int, n: int) -> None:
    rates = {task: n / max(one["seconds"], 1e-9) for task, one in found.items()}
    slow = sorted((rate, task) for task, rate in rates.items() if 1000 / rate > 5)
    solved = [task for task, one in found.items() if one["solved"] == 1.0]
    repeats = {task: int(one["repeats"]) for task, one in found.items() if one["repeats"]}
    print(f"\n{name}: {len(found)} tasks, {missing} without their files")
    middle, least = statistics.median(rates.values()), min(rates.values())
    print(f"  problems a second: median {middle:.0f}, least {least:.0f}")
    print(f"  slower than 1,000 in 5 s: {', '.join(f'{t} ({1000 / r:.0f} s)' for r, t in slow) or 'none'}")
    print(f"  solved by a reference program: {len(solved)} of {len(found) + missing},"
          f" of at most {max(found[t]['lines'] for t in found):.0f} lines")  # fmt: skip
    print(f"  repeated questions among {n}: {', '.join(f'{t} {c}' for t, c in repeats.items()) or 'none'}")


if __name__ == "__main__":
    main()
