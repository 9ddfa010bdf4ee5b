"""How long the viewer takes in a real browser, over runs of 1,000, 10,000 and 100,000 rollouts.

    pip install playwright          # and a Chromium: the system's, RECKON_CHROMIUM, or `playwright install`
    python speed/viewer.py

Half of the rollouts are of a method that writes code, half of one that does not, on as many problems. Each
round opens `reckon view` anew: nothing is kept from the one before but the index. It prints medians, from the
click (or the address) to the rows on the page. A search holds 120 ms in which the page waits for more typing.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from reckon import records
from reckon.evaluation.index import Index
from reckon.values import Answer, Cost, Execution, Grade, Problem, Segment, Trajectory

MEASURED = ("runs", "run", "wrong", "code errors", "search", "sort", "compare", "rollout")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    print(f"{'rollouts':>9} {'index s':>8} " + " ".join(f"{name + ' ms':>14}" for name in MEASURED))
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory() as folder:
            index_s = _make(Path(folder) / "run", size)
            rounds = [_round(folder, size) for _ in range(arguments.rounds)]
            medians = [1000 * statistics.median(times[name] for times in rounds) for name in MEASURED]
            print(f"{size:9,} {index_s:8.1f} " + " ".join(f"{value:14.0f}" for value in medians), flush=True)


def _make(folder: Path, size: int) -> float:
    """Write a run of so many rollouts; the seconds that indexing it takes."""
    folder.mkdir()
    with records.Writer(folder / "trajectories.jsonl") as writer:
        for n in range(size // 2):
            writer.append(_rollout(n, code=False), _rollout(n, code=True))
    began = time.perf_counter()
    with Index(folder):
        return time.perf_counter() - began


def _rollout(n: int, *, code: bool) -> Trajectory:
    """A try at problem n: a third is right without code, nine in ten with it; one program in twenty fails."""
    gold = n * 7919
    right = n % 10 != 0 if code else n % 3 == 0
    problem = Problem(f"product/1/{n}", "product", f"Work out {n} * 7919.", str(gold), n % 100 / 100)
    thought = Segment("text", "I will work it out step by step. " * 20, sample=0)
    segments = [Segment("prompt", problem.question, role="user"), thought]
    if code:
        run = Execution("ok", f"{gold}\n") if n % 20 else Execution("error", stderr="ZeroDivisionError")
        segments += [
            Segment("code", f"```python\nprint({n} * 7919)\n```\n", sample=0),
            Segment("output", f"```output\n{gold}\n```\n", execution=run),
        ]
    answer = str(gold if right else gold + 1)
    segments.append(Segment("answer", f"<<<{answer}>>>", sample=1))
    cost = Cost(2, 60, 40 + n % 97, int(code), int(code and n % 20 == 0), 0.5, 0.01)
    return Trajectory(
        f"{problem.id}#1",
        problem,
        tuple(segments),
        Answer(answer),
        Grade(float(right), "equal" if right else "differs from the gold answer"),
        "model",
        "CodeInterpreter()" if code else "Text()",
        cost=cost,
        tree=cost,
    )


def _round(folder: str, size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "reckon", "view", folder, "--no-open"]
    viewer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert viewer.stdout is not None
    path = os.environ.get("RECKON_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    try:
        address = viewer.stdout.readline().strip()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            return _walk(browser.new_page(), address, size)
    finally:
        viewer.terminate()
        viewer.wait()


def _walk(page: Page, address: str, size: int) -> dict[str, float]:
    """Seconds of each of MEASURED, in one visit."""
    times: dict[str, float] = {}

    def timed(name: str, act: Callable[[], Any], sign: str) -> None:
        began = time.perf_counter()
        act()
        page.wait_for_selector(sign, timeout=120_000)
        times[name] = time.perf_counter() - began

    half = size // 2
    wrong = half - -(-half // 3) + -(-half // 10)
    every = f"[data-total='{size}']"
    timed("runs", lambda: page.goto(address), ".row a")
    timed("run", lambda: page.click(".row a"), every)
    show = "select[aria-label=show]"
    timed("wrong", lambda: page.select_option(show, "wrong"), f"[data-total='{wrong}']")
    timed("code errors", lambda: page.select_option(show, "error"), f"[data-total='{-(-half // 20)}']")
    page.select_option(show, "")
    page.wait_for_selector(every)
    timed("search", lambda: page.fill("input[type=search]", f"1/{half - 1}"), "[data-total='2']")
    page.fill("input[type=search]", "")
    page.wait_for_selector(every)
    timed("sort", lambda: page.click("button.sort:has-text('tokens')"), "th[aria-sort=ascending]")
    timed("compare", lambda: page.click("text=compare"), "table.compared .row")
    page.go_back()
    page.wait_for_selector(every)
    timed("rollout", lambda: page.click("table.rows .row a >> nth=1"), ".transcript")
    return times


if __name__ == "__main__":
    main()
