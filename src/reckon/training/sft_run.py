"""The loop of supervised fine-tuning. A run's folder holds the recipe, the data, the metrics and the last
checkpoint; a rerun of the same recipe goes on where it stopped."""

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reckon.training import checkpoint
from reckon.training.processes import Processes
from reckon.training.sft import Row, Sft, batches, learned, loss_of, mixed_batches

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel

BLANK: list[Row] = [([0, 0], [False, False])]


class SftRun:
    """The loop over a recipe: `for metrics in run.steps(rows)`. Every process of several calls it alike."""

    def __init__(self, recipe: Sft, model: "PreTrainedModel", processes: Processes | None = None) -> None:
        from reckon.training.torch_learner import Learner, adamw

        self.recipe, self.model, self.step = recipe, model, 0
        self.processes = processes or Processes()
        self.learner = Learner.of(recipe, {"model": model}, self.processes)
        owned, rate = list(model.parameters()), recipe.learning_rate
        decayed, plain = [p for p in owned if p.ndim > 1], [p for p in owned if p.ndim <= 1]
        self.optimizer = adamw(
            [{"params": decayed, "lr": rate}, {"params": plain, "lr": rate, "weight_decay": 0.0}],
            recipe.weight_decay,
        )

    def steps(self, rows: Sequence[Row]) -> Iterator[dict[str, float]]:
        """Train to the last step; yields that step's metrics, and saves every `save_every` steps."""
        import torch

        torch.manual_seed(self.recipe.seed)
        cut = mixed_batches if self.recipe.pack else batches
        stream = cut(rows, self.recipe.batch_tokens, self.recipe.seed)
        for _ in range(self.step * self.recipe.accumulate):
            next(stream)
        trial = next(cut(rows, self.recipe.batch_tokens, -1))
        self.model.train()
        self.learner.try_bfloat16(lambda: self._loss(trial))
        while self.step < self.recipe.steps:
            started, group = time.monotonic(), [next(stream) for _ in range(self.recipe.accumulate)]
            metrics = self._update(group)
            tokens = sum(len(ids) for batch in group for ids, _ in batch)
            self.step += 1
            seconds = time.monotonic() - started
            yield {"step": self.step, **metrics, "tokens_per_s": tokens / seconds, "seconds": seconds}
            if self.step % self.recipe.save_every == 0:
                self.save()

    def save(self) -> None:
        """Write the checkpoint so that a crash leaves the old one or the new one."""
        state = {"step": self.step, **self.learner.state(self.optimizer)}
        checkpoint.write(Path(self.recipe.out), self.recipe, state, self.processes)

    def resume(self) -> bool:
        """Load the checkpoint of the same recipe, if there is one. Raises UsageError for another recipe's."""
        state = checkpoint.read(Path(self.recipe.out), self.recipe)
        if state is None:
            return False
        self.learner.load(state, self.optimizer)
        self.step = state["step"]
        return True

    def _loss(self, batch: Sequence[Row]) -> "Tensor":
        return loss_of(self.model, batch, self.processes.device, self.recipe.pack)

    def _update(self, group: Sequence[list[Row]]) -> dict[str, float]:
        """One optimizer step on the mean loss over all learned tokens of the group."""
        for parameters in self.optimizer.param_groups:
            parameters["lr"] = self.recipe.rate(self.step)
        total, count = 0.0, learned(group) or 1.0
        for batch in self.processes.dealt(group, BLANK):
            with self.learner.precision():
                loss = self._loss(batch) / count
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        norm = self.learner.step(self.optimizer, self.recipe.clip)
        rate = self.recipe.rate(self.step)
        return {**self.processes.total({"loss": total}), "rate": rate, "gradient": norm}
