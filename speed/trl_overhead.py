"""A training step of ours against one of TRL's GRPOTrainer: the same model, the same rollouts, the same loss.

    pip install 'reckon[trl]'
    python speed/trl_overhead.py

Replayed: 96 rollouts (12 problems, 8 of each, with programs and their outputs) are recorded once, and every
step of both trains on them: what is left is the update, and what stands around it. Live: every step rolls out
anew, sampled by the policy in PyTorch in both, and by the numpy decoder, which is ours by default. float32,
GRPO without a reference, AdamW; one thread if OMP_NUM_THREADS says so. Medians over the steps, the first left
out: CPU seconds of this process, which other work on the machine changes little, and seconds.
"""

import argparse
import itertools
import statistics
import tempfile
import time
from collections.abc import Sequence
from typing import Any, TypeAlias

from datasets import Dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import GRPOConfig, GRPOTrainer

from reckon.adapters.exchange import draw_problems, line_of
from reckon.adapters.trl import TrlRollouts, columns, rows
from reckon.models.tiny import SHIPPED
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.training.objectives.grpo import Grpo
from reckon.training.rl import Rl
from reckon.training.rl_run import RlRun
from reckon.training.scored import Scored

TASKS = ("arithmetic", "gcd_lcm", "modular_power", "product", "recurrence", "set_operation")
PROBLEMS, ROLLOUTS, BUDGET, TEMPERATURE = 12, 8, 400, 1.3


Times: TypeAlias = list[tuple[float, float]]  # CPU seconds, seconds


def now() -> tuple[float, float]:
    return time.process_time(), time.perf_counter()


class Clock(TrainerCallback):
    """When TRL's steps end."""

    def __init__(self) -> None:
        self.ends: Times = []

    def on_step_end(self, *_: Any, **__: Any) -> None:
        self.ends.append(now())


def recipe(folder: str, decoder: str, steps: int) -> Rl:
    return Rl(
        out=folder,
        model="tiny",
        tasks=TASKS,
        objective=Grpo(),
        decoder=decoder,
        steps=steps,
        problems=PROBLEMS,
        rollouts=ROLLOUTS,
        temperature=TEMPERATURE,
        budget=BUDGET,
        learning_rate=1e-5,
        evaluate_every=0,
        save_every=steps + 1,
    )


def ours_live(decoder: str, steps: int) -> tuple[Times, float]:
    """Seconds of each step, and the tokens that a rollout of them wrote."""
    with tempfile.TemporaryDirectory() as folder:
        run = RlRun(recipe(folder, decoder, steps), SHIPPED)
        ends, tokens = [now()], []
        for metrics in run.steps():
            ends.append(now())
            tokens.append(metrics["tokens"])
    return between(ends), statistics.mean(tokens)


def ours_replayed(groups: Sequence[Sequence[Scored]], steps: int) -> Times:
    with tempfile.TemporaryDirectory() as folder:
        run = RlRun(recipe(folder, "numpy", steps), SHIPPED)
        ends = [now()]
        for _ in range(steps):
            run.learn(groups)
            ends.append(now())
    return between(ends)


def trls(rollouts: Any, reward: Any, steps: int) -> Times:
    clock = Clock()
    problems = draw_problems(TASKS, PROBLEMS * steps)
    with tempfile.TemporaryDirectory() as folder:
        args = GRPOConfig(
            output_dir=folder,
            per_device_train_batch_size=PROBLEMS * ROLLOUTS,
            num_generations=ROLLOUTS,
            max_completion_length=BUDGET,
            temperature=TEMPERATURE,
            learning_rate=1e-5,
            max_steps=steps,
            loss_type="grpo",
            beta=0.0,
            report_to=[],
            save_strategy="no",
            use_cpu=True,
            bf16=False,
            gradient_checkpointing=False,
            disable_tqdm=True,
        )
        trainer = GRPOTrainer(
            AutoModelForCausalLM.from_pretrained(SHIPPED, dtype="float32"),
            args=args,
            train_dataset=Dataset.from_list(rows(problems)),
            processing_class=AutoTokenizer.from_pretrained(SHIPPED),
            rollout_func=rollouts,
            reward_funcs=reward,
            callbacks=[clock],
        )
        trainer.train()
    return between(clock.ends)


def trl_replayed(groups: Sequence[Sequence[Scored]], steps: int) -> Times:
    every = [one for group in groups for one in group]
    lines = [line_of(one.trajectory) for one in every]

    def replay(prompts: list[Any], trainer: Any) -> dict[str, list[Any] | None]:
        return {**columns(lines), "earned": [one.reward for one in every]}

    def reward(prompts: list[Any], earned: list[float], **_: Any) -> list[float]:
        return earned

    return trls(replay, reward, steps)


def trl_live(steps: int) -> Times:
    with TrlRollouts(CodeInterpreter(max_calls=4)) as rollouts:
        return trls(rollouts, rollouts.reward, steps)


def recorded() -> list[list[Scored]]:
    """The rollouts of one step, with what they earned."""
    kept: list[list[Scored]] = []

    class Kept(RlRun):
        def learn(self, earned: Any, seen: Any = None) -> dict[str, float]:
            kept.extend(list(group) for group in earned)
            return super().learn(earned, seen)

    with tempfile.TemporaryDirectory() as folder:
        for _ in Kept(recipe(folder, "numpy", 1), SHIPPED).steps():
            pass
    return kept


def between(ends: Times) -> Times:
    """What each step took."""
    return [(b[0] - a[0], b[1] - a[1]) for a, b in itertools.pairwise(ends)]


def tell(name: str, steps: Times, note: str = "") -> float:
    """Print the medians; gives that of the CPU's."""
    cpu, wall = (statistics.median(values) for values in zip(*steps[1:], strict=True))
    print(f"{name:<36} {cpu:6.2f} CPU s {wall:6.2f} s  {note}", flush=True)
    return cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--steps", type=int, default=8)
    steps = parser.parse_args().steps
    if steps < 3:
        parser.error(f"--steps: wanted 3 or more, got {steps}")
    groups = recorded()
    written = sum(sum(line_of(one.trajectory).mask) for group in groups for one in group)
    tokens = sum(len(one.trajectory.ids) for group in groups for one in group)
    print(f"{sum(map(len, groups))} rollouts, {tokens} tokens, {written} of them the model's")
    own = tell("replayed: ours", ours_replayed(groups, steps))
    theirs = tell("replayed: TRL", trl_replayed(groups, steps))
    print(f"replayed: TRL takes {theirs / own:.2f} times the CPU")
    numpy_s, tokens_out = ours_live("numpy", steps)
    tell("live: ours, numpy decoder", numpy_s, f"{tokens_out:.0f} tokens written per rollout")
    torch_s, _ = ours_live("torch", steps)
    own = tell("live: ours, the policy in PyTorch", torch_s)
    theirs = tell("live: TRL, the same rollouts", trl_live(steps))
    print(f"live: TRL takes {theirs / own:.2f} times the CPU")


if __name__ == "__main__":
    main()
