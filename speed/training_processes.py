"""Two processes (gloo), and two that share the weights (FSDP2), against one: the same losses, step by step.

    OMP_NUM_THREADS=1 python speed/training_processes.py --steps 20        minutes on 2 CPU cores

The small model, float32, one thread a process. SFT: cold-start trajectories, two batches of 4,096 tokens a
step. PPO with its critic: 48 rollouts a step, made before by a run of one process, the same ones for all;
rollouts that are sampled anew repeat only up to float noise. The largest difference is that of any step and
number, over what one process has. Plotted to OUT/processes.png where matplotlib is. What stands in OUT is not
done again.
"""

import argparse
import asyncio
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from reckon import records
from reckon.data.cold_start import ColdStart
from reckon.data.teacher import Tokenization
from reckon.dialects import find_dialect
from reckon.models.tiny import SHIPPED
from reckon.models.tokens import FolderTokens
from reckon.models.tokens.template import load_template
from reckon.training.objectives.ppo import Ppo
from reckon.training.policies import load_policy
from reckon.training.processes import Processes
from reckon.training.recipe import load_recipe
from reckon.training.rewards.retool import Retool
from reckon.training.rl import Rl
from reckon.training.rl_run import RlRun
from reckon.training.scored import Scored
from reckon.training.sft import Sft, row
from reckon.training.sft_run import SftRun
from reckon.training.sources import generated

RECIPE = "recipes/retool_small.py"
WAYS = {"one process": (1, False), "two": (2, False), "two, FSDP2": (2, True)}
NUMBERS = {"sft": ("loss", "gradient"), "ppo": ("loss", "value_loss", "gradient")}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--out", default="runs/processes")
    parser.add_argument("--work", choices=NUMBERS, help="(one of the processes that the script starts)")
    parser.add_argument("--shards", action="store_true", help="(the same)")
    arguments = parser.parse_args()
    out = Path(arguments.out)
    if arguments.work:
        work(arguments.work, arguments.shards, arguments.steps, out)
        return
    (out / "ppo").mkdir(parents=True, exist_ok=True)
    prepare(arguments.steps, out)
    found = {(kind, way): launch(kind, way, arguments.steps, out) for kind in NUMBERS for way in WAYS}
    report(found)
    plot(found, out / "processes.png")


def prepare(steps: int, out: Path) -> None:
    """What every arrangement learns from: trajectories, and the scored rollouts of a live run."""
    if (out / "rollouts.pickle").exists():
        return
    tokenization = Tokenization(load_template(SHIPPED), FolderTokens(SHIPPED), find_dialect("r1_ci"))
    cold_start = load_recipe(RECIPE, Rl).model
    assert isinstance(cold_start, Sft)
    assert isinstance(cold_start.data, ColdStart)
    taught = asyncio.run(generated(cold_start.data, tokenization, 600))
    (out / "data.jsonl").write_text("".join(records.dump(one) + "\n" for one in taught), "utf-8")
    kept: list[Sequence[Sequence[Scored]]] = []

    class Kept(RlRun):
        def learn(self, earned: Any, seen: Any = None) -> dict[str, float]:
            kept.append(earned)
            return super().learn(earned, seen)

    for _ in Kept(ppo(steps, False, out), SHIPPED).steps():
        pass
    (out / "rollouts.pickle").write_bytes(pickle.dumps(kept))


def ppo(steps: int, shards: bool, out: Path) -> Rl:
    tasks = load_recipe(RECIPE, Rl).tasks
    return Rl(
        str(out / "ppo"), "tiny", tasks, Ppo(), Retool(), steps=steps, problems=6, temperature=1.3,
        budget=400, warmup=0, evaluate_every=0, save_every=steps + 1, keep=0, shards=shards,
    )  # fmt: skip


def launch(kind: str, way: str, steps: int, out: Path) -> list[dict[str, float]]:
    """Each step's metrics, by as many processes as the way has."""
    count, shards = WAYS[way]
    result = out / f"{kind}-{count}{'-shards' * shards}.json"
    if not result.exists():
        own = [__file__, "--work", kind, "--steps", str(steps), "--out", str(out), *["--shards"] * shards]
        several = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(count)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        subprocess.run([sys.executable, *(several if count > 1 else []), *own], env=environment, check=True)
        (out / "metrics.json").rename(result)
    found: list[dict[str, float]] = json.loads(result.read_text("utf-8"))
    return found


def work(kind: str, shards: bool, steps: int, out: Path) -> None:
    """One of the processes of an arrangement."""
    with Processes() as processes:
        learn = {"sft": sft_steps, "ppo": ppo_steps}[kind]
        found = list(learn(shards, steps, out, processes))
        if processes.first:
            (out / "metrics.json").write_text(json.dumps(found), "utf-8")


def sft_steps(shards: bool, steps: int, out: Path, processes: Processes) -> Iterator[dict[str, float]]:
    recipe = Sft(
        str(out / "sft"), "tiny", "data.jsonl", steps=steps, accumulate=2, learning_rate=5e-4, warmup=5,
        save_every=steps + 1, bfloat16=False, shards=shards,
    )  # fmt: skip
    rows = [row(trajectory) for trajectory in records.read(out / "data.jsonl")]
    return SftRun(recipe, load_policy(SHIPPED), processes).steps(rows)


def ppo_steps(shards: bool, steps: int, out: Path, processes: Processes) -> Iterator[dict[str, float]]:
    run = RlRun(ppo(steps, shards, out), SHIPPED, processes)
    for earned in pickle.loads((out / "rollouts.pickle").read_bytes()):
        metrics = run.learn(earned)
        yield {**metrics, "seconds": metrics["train_s"]}


def report(found: dict[tuple[str, str], list[dict[str, float]]]) -> None:
    """A table as Markdown."""
    print("| | | first loss | last loss | largest difference | seconds a step |\n" + "|---" * 6 + "|")
    for kind, names in NUMBERS.items():
        alone = found[kind, "one process"]
        for way in WAYS:
            own, shown = found[kind, way], "value_loss" if kind == "ppo" else "loss"
            far = max(abs(b[n] - a[n]) / abs(a[n]) for a, b in zip(alone, own, strict=True) for n in names)
            seconds = median(one["seconds"] for one in own)
            first, last = own[0][shown], own[-1][shown]
            print(f"| {kind} | {way} | {first:.6f} | {last:.6f} | {far:.1e} | {seconds:.2f} |")


def plot(found: dict[tuple[str, str], list[dict[str, float]]], path: Path) -> None:
    """Both curves of each arrangement over one another."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return
    figure = Figure(figsize=(8, 3), layout="constrained")
    for place, (kind, shown) in enumerate((("sft", "loss"), ("ppo", "value_loss")), 1):
        axes = figure.add_subplot(1, 2, place)
        for way, style in zip(WAYS, ("-", "--", ":"), strict=True):
            axes.plot([one[shown] for one in found[kind, way]], style, linewidth=2, label=way)
        axes.set(title=f"{kind}: {shown.replace('_', ' ')}", xlabel="step")
        axes.legend(frameon=False)
    figure.savefig(path, dpi=150)


if __name__ == "__main__":
    main()
