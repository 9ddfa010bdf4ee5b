"""Reinforcement learning with the interpreter inside the rollout: the recipe and its loop.

A step: draw problems, `collect` rollouts with the reasoner, `score` them, let the objective `shape` and
`select`, then give credit and update. The weights go to the decoder before the next step: every rollout is on
policy. A run's folder holds the recipe, metrics.jsonl and the last checkpoint; a rerun goes on from there.
"""

import asyncio
import copy
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reckon import registry
from reckon.dialects import find_dialect
from reckon.errors import MissingExtra, UsageError
from reckon.protocols import Sampling, Task
from reckon.rollout import Limits, Setup
from reckon.tasks import draw, find_all
from reckon.training.collect import collect
from reckon.training.objectives import Objective, after
from reckon.training.rewards import Reward, score_group
from reckon.training.scored import Group, Scored
from reckon.training.sft import Sft
from reckon.values import Problem, Trajectory


@dataclass(frozen=True)
class Rl:
    """A run.

    model: the policy to start from: "tiny", a folder, or a cold start, which is run first.
    tasks: names and suites, as on the command line.  steps: updates of `problems` problems with `rollouts`
    rollouts each, of a difficulty drawn evenly from `difficulty`.  reward: None is the task's grade.
    passes: how often a step's batch is trained on.  decoder: "numpy" (Llama architecture, CPU), "torch" (any,
    shares the policy's weights), or "auto".
    piece_tokens: how many tokens go through the model at once.  evaluate_every: 0 is never.
    """

    out: str
    model: str | Sft
    tasks: tuple[str, ...]
    objective: Objective
    reward: Reward | None = None
    reasoner: str = "CodeInterpreter(max_calls=4)"
    dialect: str = "r1_ci"
    decoder: str = "auto"
    steps: int = 100
    problems: int = 16
    rollouts: int = 8
    difficulty: tuple[float, float] = (0.0, 1.0)
    temperature: float = 1.0
    budget: int = 1024
    passes: int = 1
    learning_rate: float = 1e-4
    critic_rate: float = 5e-4
    warmup: int = 5
    weight_decay: float = 0.0
    clip: float = 1.0
    piece_tokens: int = 16384
    seed: int = 0
    evaluate_every: int = 10
    evaluate_problems: int = 64
    save_every: int = 20

    def __post_init__(self) -> None:
        if min(self.steps, self.problems, self.passes, self.learning_rate) <= 0 or self.rollouts < 2:
            raise UsageError(
                "Rl wants steps, problems, passes and learning_rate above 0 and 2 rollouts or more"
            )
        if self.decoder not in ("auto", "numpy", "torch"):
            raise UsageError(f"decoder: wanted auto, numpy or torch, got {self.decoder!r}")
        if not 0.0 <= self.difficulty[0] <= self.difficulty[1] <= 1.0:
            raise UsageError(f"difficulty: wanted 0 <= low <= high <= 1, got {self.difficulty}")


class RlRun:
    """The loop over a recipe: `for metrics in run.steps()`."""

    def __init__(self, recipe: Rl, start: Path) -> None:
        """start: the folder of the policy to start from."""
        try:
            import torch
            from transformers import AutoModelForCausalLM
        except ImportError:
            raise MissingExtra("training", "train") from None
        from reckon.models.tiny import Tiny
        from reckon.models.transformers import Transformers
        from reckon.training.torch_policy import new_critic

        self.recipe, self.step = recipe, 0
        self.tasks = find_all(recipe.tasks)
        self.reasoner = registry.build("reasoners", recipe.reasoner)
        self.policy: Any = AutoModelForCausalLM.from_pretrained(start, dtype=torch.float32)
        device = "cuda" if torch.cuda.is_available() else "cpu"
        self.policy.to(device)
        numpy = recipe.decoder == "numpy" or (
            recipe.decoder == "auto" and device == "cpu" and _is_llama(start)
        )
        self.decoder: Tiny | Transformers = (
            Tiny(start, max_rows=64) if numpy else Transformers(str(start), max_rows=64, model=self.policy)
        )
        self.objective = recipe.objective
        self.reference = copy.deepcopy(self.policy).eval() if recipe.objective.reference else None
        self.critic = new_critic(self.policy, recipe.seed) if recipe.objective.critic else None
        owned = [{"params": list(self.policy.parameters()), "full_rate": recipe.learning_rate}]
        if self.critic is not None:
            owned.append({"params": list(self.critic.parameters()), "full_rate": recipe.critic_rate})
        self.optimizer = torch.optim.AdamW(
            owned,
            lr=recipe.learning_rate,
            weight_decay=recipe.weight_decay,
            betas=(0.9, 0.98),
            fused=True,
        )

    def steps(self) -> Iterator[dict[str, float]]:
        """Train to the last step; yields each step's metrics, and saves every `save_every` steps."""
        recipe = self.recipe
        with asyncio.Runner() as runner:
            interpreter = runner.run(self._open())
            try:
                if self.step == 0 and recipe.evaluate_every:
                    yield {"step": 0, **runner.run(self._evaluate(interpreter))}
                while self.step < recipe.steps:
                    metrics = runner.run(self._one(interpreter))
                    self.step += 1
                    last = self.step == recipe.steps
                    if recipe.evaluate_every and (last or self.step % recipe.evaluate_every == 0):
                        metrics |= runner.run(self._evaluate(interpreter))
                    yield {"step": self.step, **metrics}
                    if last or self.step % recipe.save_every == 0:
                        self.save()
            finally:
                runner.run(interpreter.close())

    def save(self) -> None:
        """Write the checkpoint so that a crash leaves the old one or the new one."""
        import torch

        path = Path(self.recipe.out) / "checkpoint.pt"
        state = {
            "recipe": repr(self.recipe),
            "step": self.step,
            "objective": repr(self.objective),
            "policy": self.policy.state_dict(),
            "critic": self.critic.state_dict() if self.critic is not None else None,
            "reference": self.reference.state_dict() if self.reference is not None else None,
            "optimizer": self.optimizer.state_dict(),
        }
        torch.save(state, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)

    def resume(self) -> bool:
        """Load the checkpoint of the same recipe, if there is one. Raises UsageError for another recipe's."""
        import torch

        path = Path(self.recipe.out) / "checkpoint.pt"
        if not path.exists():
            return False
        state = torch.load(path, weights_only=True)
        if state["recipe"] != repr(self.recipe):
            raise UsageError(
                f"{path} is of another recipe: remove {self.recipe.out} or give the recipe another out"
            )
        self.objective = registry.build("training.objectives", state["objective"])
        self.policy.load_state_dict(state["policy"])
        if self.critic is not None:
            self.critic.load_state_dict(state["critic"])
        if self.reference is not None:
            self.reference.load_state_dict(state["reference"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step = state["step"]
        self._hand_over()
        return True

    async def _open(self) -> Any:
        from reckon.interpreter import AsyncInterpreter

        interpreter = AsyncInterpreter()
        await interpreter.__aenter__()
        return interpreter

    async def _one(self, interpreter: Any) -> dict[str, float]:
        from reckon.training.torch_batch import batch_of
        from reckon.training.torch_policy import observed, update

        recipe, begun = self.recipe, time.perf_counter()
        rolled = await collect(
            self._problems(self.step),
            self.reasoner,
            self._setup(interpreter, recipe.temperature),
            rollouts=recipe.rollouts,
            seed=recipe.seed * 1_000_000 + self.step,
            court=interpreter,
        )
        collected = time.perf_counter()
        earned = [self._score(group) for group in rolled if group]
        metrics = _metrics(earned)
        groups = [g for g in self.objective.select([self.objective.shape(g) for g in earned]) if g]
        self.objective = after(self.objective, earned)
        for parameters in self.optimizer.param_groups:
            parameters["lr"] = parameters["full_rate"] * min(1.0, (self.step + 1) / max(1, recipe.warmup))
        if groups:
            batch = observed(
                batch_of(groups, str(self.policy.device)),
                recipe.piece_tokens,
                critic=self.critic,
                reference=self.reference,
            )
            for _ in range(recipe.passes):
                metrics |= update(
                    self.policy,
                    self.optimizer,
                    self.objective,
                    batch,
                    most_tokens=recipe.piece_tokens,
                    clip=recipe.clip,
                    critic=self.critic,
                )
            self._hand_over()
        trained = time.perf_counter()
        return {**metrics, "collect_s": collected - begun, "train_s": trained - collected}

    async def _evaluate(self, interpreter: Any) -> dict[str, float]:
        """Accuracy on fresh problems, the same at every step: greedy, and sampled as in training."""
        begun, found = time.perf_counter(), {}
        for name, temperature in (("greedy", 0.0), ("sampled", self.recipe.temperature)):
            rolled = await collect(
                self._problems(-1, self.recipe.evaluate_problems),
                self.reasoner,
                self._setup(interpreter, temperature),
                rollouts=1,
                seed=-1,
                court=interpreter,
            )
            grades = [g[0].grade.score for g in rolled if g and g[0].grade is not None]
            found[f"{name}_accuracy"] = sum(grades) / max(1, len(grades))
        return {**found, "evaluate_s": time.perf_counter() - begun}

    def _problems(self, step: int, count: int = 0) -> list[tuple[Task, Problem]]:
        """Those of a step; step -1 is of the evaluation."""
        low, high = self.recipe.difficulty
        count = count or self.recipe.problems
        found = []
        for n in range(count):
            index = step * count + n if step >= 0 else n
            task = self.tasks[index % len(self.tasks)]
            seed = 2 * self.recipe.seed + (step < 0)
            level = low + (high - low) * ((index * 0.6180339887498949) % 1.0)  # evenly, whatever the count
            found.append((task, draw(task, seed, index, level)))
        return found

    def _setup(self, interpreter: Any, temperature: float) -> Setup:
        return Setup(
            model=self.decoder,
            open_session=interpreter.open,
            dialect=find_dialect(self.recipe.dialect),
            limits=Limits(tokens=self.recipe.budget),
            sampling=Sampling(max_tokens=self.recipe.budget, temperature=temperature),
        )

    def _score(self, group: Sequence[Trajectory]) -> list[Scored]:
        if self.recipe.reward is not None:
            return score_group(self.recipe.reward, group)
        return [Scored(t, t.grade.score if t.grade else 0.0) for t in group]

    def _hand_over(self) -> None:
        """Let the decoder use the policy's weights as they are now."""
        from reckon.models.tiny import Tiny

        if isinstance(self.decoder, Tiny):
            weights = self.policy.state_dict().items()
            self.decoder.load({name: tensor.cpu().numpy() for name, tensor in weights})
        else:  # which shares them
            self.decoder.forget()


def _is_llama(folder: Path) -> bool:
    kind: str = json.loads((folder / "config.json").read_text("utf-8")).get("model_type", "")
    return kind == "llama"


def _metrics(groups: Sequence[Group]) -> dict[str, float]:
    """What the rollouts of a step were like, on average."""
    every = [scored for group in groups for scored in group]
    count = max(1, len(every))
    parts: dict[str, float] = {}
    for scored in every:
        for name, value in scored.parts.items():
            parts[f"reward/{name}"] = parts.get(f"reward/{name}", 0.0) + value / count
    mixed = sum(len({scored.reward for scored in group}) > 1 for group in groups)
    cost = [scored.trajectory.cost for scored in every]
    return {
        "rollouts": float(len(every)),
        "accuracy": sum(scored.right for scored in every) / count,
        "reward": sum(scored.reward for scored in every) / count,
        "mixed_groups": mixed / max(1, len(groups)),
        "calls": sum(c.runs for c in cost) / count,
        "code_errors": sum(c.errors for c in cost) / count,
        "tokens": sum(c.tokens_out for c in cost) / count,
        "execute_s": sum(c.execute_s for c in cost),
        "queue_s": sum(c.queue_s for c in cost),
        **parts,
    }
