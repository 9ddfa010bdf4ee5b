"""Trains a small model for a few steps and writes what came of it; started by test_processes.py.

several.py HOW FOLDER: HOW is like "rl shards lora"; one process, or several under torchrun. With "kill" it is
gone in the middle of the third of four steps, after the checkpoint of the second; without, it goes on.
"""

import json
import os
import signal
import sys
from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from reckon.data.labels import Labels
from reckon.data.pairs import Pairs
from reckon.training.lora import Lora, merged
from reckon.training.objectives.grpo import Grpo
from reckon.training.objectives.ppo import Ppo
from reckon.training.preference_recipe import Preferences
from reckon.training.preference_run import PreferenceRun
from reckon.training.preferences.dpo import Dpo
from reckon.training.preferences.kto import Kto
from reckon.training.processes import Processes
from reckon.training.rl import Rl
from reckon.training.rl_run import RlRun
from reckon.training.scored import Scored
from reckon.training.sft import Scratch, Sft, new_model
from reckon.training.sft_run import SftRun
from reckon.values import Grade

STEPS = 4
SCRATCH = Scratch(hidden=32, layers=2, heads=2, kv_heads=2, intermediate=64, vocabulary=320, context=64)


def write_rollout(number):
    spec = spec_from_file_location("lines", Path(__file__).with_name("conftest.py"))
    lines = module_from_spec(spec)
    spec.loader.exec_module(lines)
    form = f"P{3 + number % 4} T{2 + number} C{1 + number % 3} O5 A2"
    return lines.write(str(number), form, problem=f"p{number // 4}")


def frozen():
    """Three groups of four rollouts of several lengths, whose rewards differ."""
    rollouts = [Scored(write_rollout(n), float((n * 7) % 3)) for n in range(12)]
    return [rollouts[at : at + 4] for at in range(0, 12, 4)]


def started(folder, processes):
    start = folder / "start"
    if processes.first and not start.exists():
        from reckon.training.vocabulary import write_tokenizer

        write_tokenizer(start, [], 256 + 8)
        new_model(SCRATCH, 0, 0).save_pretrained(start)
    processes.wait()
    return start


def preferences(words, folder, processes):
    """Pairs or labels of the frozen rollouts, whose prompts are made the same in a group."""
    objective, choice = (Kto(balance=True), Labels()) if "kto" in words else (Dpo(), Pairs())
    start = started(folder, processes)
    given = [one.trajectory for group in frozen() for one in group]
    given = [
        replace(t, segments=(replace(t.segments[0], ids=(1, 2)), *t.segments[1:]), grade=Grade(float(n % 2)))
        for n, t in enumerate(given)
    ]
    recipe = Preferences(
        str(folder), str(start), objective, choice, data="frozen", problems=0, iterations=1, batch=6,
        epochs=2, evaluate_problems=0, learning_rate=1e-3, warmup=1, piece_tokens=40, save_every=2,
        **how(words),
    )  # fmt: skip
    run = PreferenceRun(recipe, start, given, processes)
    run.resume()
    return run.policy, (metrics for metrics in run.steps() if "loss" in metrics)


def rl(words, folder, processes):
    start = started(folder, processes)
    objective = Ppo() if "ppo" in words else Grpo(kl=0.05)
    recipe = Rl(
        str(folder), str(start), ("product",), objective, learning_rate=1e-3, warmup=0, piece_tokens=40,
        **how(words),
    )  # fmt: skip
    run = RlRun(recipe, start, processes)
    run.resume()
    return run.policy, lessons(run, words)


def lessons(run, words):
    while run.step < STEPS:
        if "kill" in words and run.step == 2:
            run.learn(frozen()[:1])
            os.kill(os.getpid(), signal.SIGKILL)
        metrics = run.learn(frozen())
        run.step += 1
        yield {"step": run.step, **metrics}
        if run.step == 2:
            run.save()


def sft(words, folder, processes):
    rows = [([*range(1, 6 + n)], [False, False] + [True] * (3 + n)) for n in range(20)]
    recipe = Sft(
        str(folder), SCRATCH, "", steps=STEPS, batch_tokens=50, accumulate=3, warmup=0, save_every=2,
        bfloat16=False, **how(words),
    )  # fmt: skip
    model = new_model(SCRATCH, 0, 0)
    run = SftRun(recipe, model, processes)
    run.resume()
    return model, killed(run.steps(rows)) if "kill" in words else run.steps(rows)


def killed(steps):
    for metrics in steps:
        yield metrics
        if metrics["step"] == 3:
            os.kill(os.getpid(), signal.SIGKILL)


def how(words):
    return {"shards": "shards" in words, "lora": Lora(4, 8) if "lora" in words else None,
            "recompute": "recompute" in words}  # fmt: skip


def main(words, folder):
    with Processes() as processes:
        come_to(words, folder, processes)


def come_to(words, folder, processes):
    folder.mkdir(parents=True, exist_ok=True)
    made = next(one for one in (preferences, rl, sft) if one.__name__ in words)
    model, steps = made(words, folder, processes)
    found = list(steps)
    sums = {name: tensor.double().sum().item() for name, tensor in merged(model)}
    norms = {name: tensor.double().norm().item() for name, tensor in merged(model)}
    if processes.first:
        told = [{k: v for k, v in one.items() if not k.endswith(("_s", "seconds"))} for one in found]
        report = {"count": processes.count, "steps": told, "sums": sums, "norms": norms}
        (folder / "report.json").write_text(json.dumps(report))


if __name__ == "__main__":
    main(sys.argv[1].split(), Path(sys.argv[2]))
