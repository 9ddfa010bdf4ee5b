"""What share of a step of reinforcement learning goes into executing code; wanted under 10 %.

    OMP_NUM_THREADS=1 python speed/training_execution.py --steps 3        minutes on 2 CPU cores

`recipes/r1_ci_small.py` with 256 rollouts a step (32 problems, 8 of each) from the shipped small model, local
interpreters, as `metrics.jsonl` accounts for a step. Programs run beside each other, so the sum of what they
took is an upper bound of the seconds in which any ran; "nothing written" is what of collecting was no sample
being written: programs, queueing, grading and bookkeeping.
"""

import argparse
import json
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import median

from rich.console import Console

from reckon.training.recipe import load_recipe
from reckon.training.rl import Rl
from reckon.training.runner import train_rl


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--problems", type=int, default=32)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as out:
        recipe = replace(
            load_recipe("recipes/r1_ci_small.py", Rl),
            out=out,
            model="tiny",
            problems=arguments.problems,
            steps=arguments.steps,
            evaluate_every=0,
        )
        train_rl(recipe, Console(quiet=True))
        steps = [json.loads(line) for line in (Path(out) / "metrics.jsonl").read_text("utf-8").splitlines()]
    for one in steps:
        one["unwritten_s"] = one["collect_s"] - one["generate_s"]
    seconds = median(one["step_s"] for one in steps)
    rollouts, calls = (median(one[name] for one in steps) for name in ("rollouts", "calls"))
    print(
        f"{rollouts:.0f} rollouts of {calls:.1f} programs, {seconds:.1f} s a step (medians of {len(steps)})"
    )
    told = {
        "executing, summed over all programs": "execute_s",
        "waiting for a session, summed": "queue_s",
        "writing samples": "generate_s",
        "collecting, nothing written": "unwritten_s",
        "training": "train_s",
        "grading": "grade_s",
    }
    for what, name in told.items():
        own, share = median(one[name] for one in steps), median(one[name] / one["step_s"] for one in steps)
        print(f"{what:<38} {own:7.2f} s {share:7.1%}")


if __name__ == "__main__":
    main()
