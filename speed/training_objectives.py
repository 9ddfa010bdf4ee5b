"""Every small run of recipes/objectives.py, at equal steps and seeds, side by side.

    python speed/training_objectives.py --seeds 0 1 2 --steps 6        an hour and more on 2 CPU cores

All begin with the same cold start. Shares right on fresh problems are those of `training_ladder.py`; code
errors and calls are of the last step's rollouts, seconds a step are the median of all. Each run's result is
written to OUT and not done again; the table and the plot are made of what is there.
"""

import argparse
import asyncio
import json
import re
from dataclasses import replace
from pathlib import Path
from statistics import mean, median

from rich.console import Console
from training_ladder import CODE, cell, measure_model

from reckon.training.recipe import load_recipe
from reckon.training.rl import Rl
from reckon.training.runner import train_rl, train_sft
from reckon.training.sft import Sft

FILE = "recipes/objectives.py"
COLUMNS = ("trained_sampled", "trained_greedy")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--names", nargs="+", default=names())
    parser.add_argument("--out", default="runs/objectives")
    arguments = parser.parse_args()
    out = Path(arguments.out)
    for seed in arguments.seeds:
        for name in arguments.names:
            _run(name, seed, arguments.steps, out)
            report(out)


def names() -> list[str]:
    """The runs, in the order of the file."""
    return re.findall(r"^(\w+) = small\(", Path(FILE).read_text("utf-8"), re.MULTILINE)


def _run(name: str, seed: int, steps: int, out: Path) -> None:
    """One run, unless its result is there."""
    folder = out / f"{name}-{seed}"
    result = out / f"{name}-{seed}.json"
    if result.exists():
        return
    recipe = load_recipe(f"{FILE}:{name}", Rl)
    quiet = Console(quiet=True)
    assert isinstance(recipe.model, Sft)
    start = train_sft(replace(recipe.model, out=str(out / "cold_start")), quiet)
    own = replace(
        recipe, out=str(folder), model=str(start), steps=steps, seed=seed, evaluate_every=0, save_every=steps
    )
    model = train_rl(own, quiet)
    steps_done = [json.loads(line) for line in (folder / "metrics.jsonl").read_text("utf-8").splitlines()]
    found = asyncio.run(measure_model(model, recipe.tasks, CODE, COLUMNS))
    last = {key: steps_done[-1][key] for key in ("calls", "code_errors")}
    seconds = median(one["step_s"] for one in steps_done)
    result.write_text(json.dumps({"name": name, "seed": seed, **found, **last, "step_s": seconds}), "utf-8")


def report(out: Path) -> None:
    """A table of what is there, as Markdown, and a plot."""
    found = [json.loads(path.read_text("utf-8")) for path in sorted(out.glob("*.json"))]
    headings = (*COLUMNS, "calls", "code errors", "s a step")
    lines = ["| run | seeds | " + " | ".join(one.replace("_", ", ") for one in headings) + " |"]
    lines.append("|---" * (len(headings) + 2) + "|")
    shown = [name for name in names() if any(one["name"] == name for one in found)]
    for name in shown:
        own = [one for one in found if one["name"] == name]
        cells = [cell([one[column] for one in own]) for column in COLUMNS]
        cells += [f"{mean(one[key] for one in own):.2f}" for key in ("calls", "code_errors")]
        cells.append(f"{mean(one['step_s'] for one in own):.1f}")
        lines.append(f"| `{name}` | {len(own)} | {' | '.join(cells)} |")
    (out / "objectives.md").write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines), flush=True)
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        return
    figure, axes = plt.subplots(figsize=(6, 0.28 * len(shown) + 0.8), layout="constrained")
    for place, name in enumerate(shown):
        values = [one["trained_sampled"] for one in found if one["name"] == name]
        axes.plot(values, [place] * len(values), "o", color="C0", alpha=0.7)
    axes.set(yticks=range(len(shown)), yticklabels=shown, xlim=(0, 1), xlabel="share right, sampled")
    axes.invert_yaxis()
    figure.savefig(out / "objectives.png", dpi=150)
    plt.close(figure)


if __name__ == "__main__":
    main()
