"""The rungs of R1-Code-Interpreter's ladder at small size: what each adds, over seeds.

    python speed/training_ladder.py --seeds 0 1 2 --steps 12        an hour and more on 2 CPU cores

text SFT    the shipped small model, trained further on answers without programs
code SFT    the same, on programs of which most are wrong or guessed past: the cold start of r1_ci_small
GRPO        from code SFT, every problem alike
staged      the same rollouts, in the paper's four stages, of problems rated by four agents (arXiv:2505.21668)
online      the same rollouts, drawn by a posterior of what can still be learned (ours)
text GRPO   from text SFT, without an interpreter, as many rollouts

Sampled at temperature 1 and greedy, on 96 fresh problems of the six tasks that are trained on and 96 of six
others. Each rung is written to OUT and not done again; a table and a plot are made of what is there.
"""

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean, stdev

from rich.console import Console

from reckon.dialects import find_dialect
from reckon.evaluation.run import Run, evaluate
from reckon.interpreter import AsyncInterpreter
from reckon.models.tiny import Tiny
from reckon.protocols import Sampling
from reckon.registry import build
from reckon.rollout import Limits, Setup
from reckon.tasks import draw, find_all
from reckon.training.collect import collect
from reckon.training.curriculum.online import Online
from reckon.training.curriculum.staged import Staged
from reckon.training.potential import measure, staged, write_stages
from reckon.training.recipe import load_recipe
from reckon.training.rl import Rl
from reckon.training.runner import train_rl, train_sft
from reckon.training.sft import Sft

OTHERS = ("base_conversion", "date_shift", "letter_count", "prime_factors", "statistics", "weekday")
COLUMNS = ("trained_sampled", "trained_greedy", "others_sampled", "others_greedy")
AGENTS = ("text", "pal", "code_interpreter", "CodeInterpreter(max_calls=1)")
RUNGS = ("text SFT", "code SFT", "GRPO", "staged", "online", "text GRPO")
TEXT, CODE = "Text()", "CodeInterpreter(max_calls=4)"
HELD_OUT = 96


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--rungs", nargs="+", choices=RUNGS, default=list(RUNGS))
    parser.add_argument("--out", default="runs/ladder")
    arguments = parser.parse_args()
    recipe = load_recipe("recipes/r1_ci_small.py", Rl)
    assert isinstance(recipe, Rl)
    for seed in arguments.seeds:
        for rung in arguments.rungs:
            _climb(recipe, rung, seed, arguments.steps, Path(arguments.out))
            report(Path(arguments.out))


def _climb(recipe: Rl, rung: str, seed: int, steps: int, out: Path) -> None:
    """One rung of one seed, unless its result is there."""
    result = out / f"{rung.replace(' ', '_')}-{seed}.json"
    if result.exists():
        return
    text = rung.startswith("text")
    assert isinstance(recipe.model, Sft)
    data = replace(recipe.model.data, seed=seed + 7, **({"styles": {"text": 1.0}} if text else {}))
    folder = out / f"{'text' if text else 'code'}_sft-{seed}"
    model = train_sft(replace(recipe.model, out=str(folder), data=data, seed=seed), Console(quiet=True))
    if not rung.endswith("SFT"):
        plan = {"staged": lambda: _stages(model, recipe, seed, steps, out), "online": Online}.get(rung)
        model = train_rl(
            replace(
                recipe,
                out=str(out / f"{rung.replace(' ', '_')}-{seed}"),
                model=str(model),
                plan=plan() if plan else None,
                reasoner=TEXT if text else CODE,
                steps=steps,
                seed=seed,
                evaluate_every=0,
                save_every=steps,
            ),
            Console(quiet=True),
        )
    found = asyncio.run(measure_model(model, recipe.tasks, TEXT if text else CODE))
    result.write_text(json.dumps({"rung": rung, "seed": seed, "steps": steps, **found}), "utf-8")


def _setup(model: Path, interpreter: AsyncInterpreter, temperature: float) -> Setup:
    return Setup(
        model=Tiny(model, max_rows=64),
        open_session=interpreter.open,
        dialect=find_dialect("r1_ci"),
        limits=Limits(tokens=1024),
        sampling=Sampling(max_tokens=1024, temperature=temperature),
    )


def _stages(model: Path, recipe: Rl, seed: int, steps: int, out: Path) -> Staged:
    """The stage file of the cold start's own success rates under four agents."""
    file, folder = out / f"stages-{seed}.json", out / f"rates-{seed}"

    async def rate() -> None:
        run = Run(recipe.tasks, AGENTS, ("tiny",), str(folder), n=24, seed=2 * seed, samples=2)
        async with AsyncInterpreter() as interpreter:
            await evaluate(replace(run, concurrency=32), _setup(model, interpreter, 1.0))

    if not file.exists():
        asyncio.run(rate())
        write_stages(staged(measure([str(folder)])), str(file))
    return Staged(str(file), steps=max(1, steps // 4))


async def measure_model(
    model: Path, tasks: tuple[str, ...], reasoner: str, columns: Sequence[str] = COLUMNS
) -> dict[str, float]:
    """Shares right, those that `columns` names; the problems are the same for every rung and every seed."""
    found = {}
    async with AsyncInterpreter() as interpreter:
        for kind, names in (("trained", tasks), ("others", OTHERS)):
            families = find_all(names)
            problems = [
                (family, draw(family, 1001, n))
                for n in range(HELD_OUT // len(families))
                for family in families
            ]
            for how, temperature in (("sampled", 1.0), ("greedy", 0.0)):
                if f"{kind}_{how}" not in columns:
                    continue
                setup = _setup(model, interpreter, temperature)
                rolled = await collect(problems, build("reasoners", reasoner), setup, rollouts=1, seed=-1)
                right = sum(group[0].grade.score for group in rolled if group and group[0].grade)
                found[f"{kind}_{how}"] = right / len(problems)
    return found


def report(out: Path) -> None:
    """A table of what is there, as Markdown, and a plot."""
    found = [
        json.loads(path.read_text("utf-8"))
        for path in sorted(out.glob("*.json"))
        if "stages" not in path.name
    ]
    lines = ["| rung | seeds | " + " | ".join(name.replace("_", ", ") for name in COLUMNS) + " |"]
    lines.append("|---" * (len(COLUMNS) + 2) + "|")
    shown = [rung for rung in RUNGS if any(one["rung"] == rung for one in found)]
    for rung in shown:
        own = [one for one in found if one["rung"] == rung]
        cells = [cell([one[name] for one in own]) for name in COLUMNS]
        lines.append(f"| {rung} | {len(own)} | {' | '.join(cells)} |")
    (out / "ladder.md").write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines), flush=True)
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        return
    figure, axes = plt.subplots(figsize=(6, 3.2), layout="constrained")
    for name in COLUMNS[:3:2]:
        for place, rung in enumerate(shown):
            values = [one[name] for one in found if one["rung"] == rung]
            style = "o" if name.startswith("trained") else "s"
            axes.plot([place] * len(values), values, style, color="C0" if style == "o" else "C1", alpha=0.7)
    axes.set(xticks=range(len(shown)), xticklabels=shown, ylim=(0, 1), ylabel="share right, sampled")
    axes.legend(axes.lines[:1] + axes.lines[-1:], ["tasks trained on", "other tasks"], frameon=False)
    figure.savefig(out / "ladder.png", dpi=150)
    plt.close(figure)


def cell(values: list[float]) -> str:
    """Mean with the half-width of its 95 % interval over seeds (Student's t)."""
    if len(values) < 2:
        return f"{mean(values):.1%}"
    t = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78}.get(len(values), 2.6)
    return f"{mean(values):.1%} ± {t * stdev(values) / len(values) ** 0.5:.1%}"


if __name__ == "__main__":
    main()
