"""Supervised fine-tuning on trajectories: the loss is on the model's own tokens and on nothing else.

A program that failed or printed nothing is context, not a target: the model learns to repair, not to err.
Interpreter output, prompts and template mark-up never enter the loss. For a model trained from scratch or one
in a local folder. A run's folder holds the recipe, the data, the metrics and the last checkpoint; a rerun of
the same recipe goes on where it stopped.
"""

import ctypes
import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from reckon.data.cold_start import ColdStart
from reckon.errors import MissingExtra, UsageError
from reckon.values import Execution, Trajectory

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

Row: TypeAlias = tuple[list[int], list[bool]]
IGNORED = -100
M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # from malloc.h


@dataclass(frozen=True)
class Scratch:
    """A Llama-architecture model to train from scratch; sizes as in its config.json.

    spread: standard deviation of the first weights; the usual 0.02 suits wide models, narrow ones learn late.
    """

    hidden: int = 192
    layers: int = 4
    heads: int = 6
    kv_heads: int = 6
    intermediate: int = 512
    vocabulary: int = 640
    context: int = 1024
    spread: float = 0.06


@dataclass(frozen=True)
class Sft:
    """A supervised run.

    model: a Scratch, or the folder of a model. data: what to synthesise, or a .jsonl of trajectories made
    with that model's tokenizer. steps: optimizer steps of about `batch_tokens` tokens, padding included; the
    learning rate warms up for `warmup` of them and falls along a cosine to a tenth.
    """

    out: str
    model: Scratch | str
    data: ColdStart | str
    dialect: str = "r1_ci"
    steps: int = 1000
    batch_tokens: int = 4096
    accumulate: int = 4
    learning_rate: float = 2e-3
    warmup: int = 100
    weight_decay: float = 0.05
    clip: float = 1.0
    seed: int = 0
    save_every: int = 200

    def __post_init__(self) -> None:
        if min(self.steps, self.batch_tokens, self.accumulate, self.learning_rate) <= 0:
            raise UsageError("Sft wants steps, batch_tokens, accumulate and learning_rate above 0")

    def rate(self, step: int) -> float:
        """The learning rate of a step."""
        if step < self.warmup:
            return self.learning_rate * (step + 1) / self.warmup
        done = (step - self.warmup) / max(1, self.steps - self.warmup)
        return self.learning_rate * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * done)))


def row(trajectory: Trajectory) -> Row:
    """(ids, learned), each of length T. Raises RecordError for a record that may not be trained on."""
    ids, written, _ = trajectory.training_arrays()
    learned = list(written)
    at = 0
    failed_code: slice | None = None
    for segment in trajectory.segments:
        end = at + len(segment.ids or ())
        if segment.kind == "code":
            failed_code = slice(at, end)
        elif segment.execution is not None and failed_code is not None:
            if fruitless(segment.execution):
                learned[failed_code] = [False] * (failed_code.stop - failed_code.start)
            failed_code = None
        at = end
    return list(ids), learned


def fruitless(execution: Execution) -> bool:
    """Whether a run failed or showed nothing."""
    return not execution.ok or not execution.output


def batches(rows: Sequence[Row], batch_tokens: int, seed: int) -> Iterator[list[Row]]:
    """Batches without end: rows of like length together, batches in random order, every epoch anew."""
    epoch = 0
    while True:
        rng = random.Random(f"{seed}/{epoch}")
        order = sorted(range(len(rows)), key=lambda n: (len(rows[n][0]) // 16, rng.random()))
        cut: list[list[Row]] = [[]]
        longest = 0
        for n in order:
            longest = max(longest, len(rows[n][0]))
            if cut[-1] and longest * (len(cut[-1]) + 1) > batch_tokens:
                cut.append([])
                longest = len(rows[n][0])
            cut[-1].append(rows[n])
        rng.shuffle(cut)
        yield from cut
        epoch += 1


def loss_of(model: Any, batch: Sequence[Row], device: str = "cpu") -> "torch.Tensor":
    """Summed negative log-likelihood of the learned tokens of a batch (rows padded on the right)."""
    import torch

    width = max(len(ids) for ids, _ in batch)
    ids = torch.tensor([i + [0] * (width - len(i)) for i, _ in batch], device=device)
    targets = torch.tensor(
        [[t if m else IGNORED for t, m in zip(i, k, strict=True)] + [IGNORED] * (width - len(i))
         for i, k in batch], device=device,
    )  # fmt: skip
    # Causal attention never looks right, so padding on the right needs no attention mask.
    hidden = model.model(ids, use_cache=False).last_hidden_state[:, :-1]
    wanted = targets[:, 1:] != IGNORED
    logits = model.lm_head(hidden[wanted])
    return torch.nn.functional.cross_entropy(logits.float(), targets[:, 1:][wanted], reduction="sum")


def learned(batches: Sequence[Sequence[Row]]) -> int:
    """How many tokens are learned; the first of a row never is: nothing predicts it."""
    return sum(sum(mask[1:]) for batch in batches for _, mask in batch)


class SftRun:
    """The loop over a recipe: `for step, loss in run.steps(rows)`."""

    def __init__(self, recipe: Sft, model: "PreTrainedModel") -> None:
        import torch

        self.recipe, self.model, self.step = recipe, model, 0
        self.bfloat16: bool | None = None  # not known before it was tried
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        model.to(self.device)
        decayed = [p for p in model.parameters() if p.ndim > 1]
        plain = [p for p in model.parameters() if p.ndim <= 1]
        self.optimizer = torch.optim.AdamW(
            [{"params": decayed, "weight_decay": recipe.weight_decay}, {"params": plain, "weight_decay": 0}],
            lr=recipe.learning_rate, betas=(0.9, 0.98), fused=True,
        )  # fmt: skip

    def steps(self, rows: Sequence[Row]) -> Iterator[dict[str, float]]:
        """Train to the last step; yields that step's metrics, and saves every `save_every` steps."""
        import torch

        keep_memory()
        torch.manual_seed(self.recipe.seed)
        stream = batches(rows, self.recipe.batch_tokens, self.recipe.seed)
        for _ in range(self.step * self.recipe.accumulate):
            next(stream)
        if self.bfloat16 is None:
            self.bfloat16 = self._bfloat16_is_faster(next(batches(rows, self.recipe.batch_tokens, -1)))
        self.model.train()
        while self.step < self.recipe.steps:
            started, group = time.monotonic(), [next(stream) for _ in range(self.recipe.accumulate)]
            loss = self._update(group, self.bfloat16)
            tokens = sum(len(ids) for batch in group for ids, _ in batch)
            self.step += 1
            yield {
                "step": self.step, "loss": loss, "rate": self.recipe.rate(self.step - 1),
                "tokens_per_s": tokens / (time.monotonic() - started), "seconds": time.monotonic() - started,
            }  # fmt: skip
            if self.step % self.recipe.save_every == 0:
                self.save()

    def save(self) -> None:
        """Write the checkpoint so that a crash leaves the old one or the new one."""
        import torch

        path = Path(self.recipe.out) / "checkpoint.pt"
        state = {
            "recipe": repr(self.recipe), "step": self.step, "bfloat16": self.bfloat16,
            "model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(),
        }  # fmt: skip
        torch.save(state, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)

    def resume(self) -> bool:
        """Load the checkpoint of the same recipe, if there is one. Raises UsageError for another recipe's."""
        import torch

        path = Path(self.recipe.out) / "checkpoint.pt"
        if not path.exists():
            return False
        state = torch.load(path, map_location=self.device, weights_only=True)
        if state["recipe"] != repr(self.recipe):
            raise UsageError(
                f"{path} is of another recipe: remove {self.recipe.out} or give the recipe another out"
            )
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.bfloat16 = state["step"], state["bfloat16"]
        return True

    def _update(self, group: Sequence[Sequence[Row]], low: bool) -> float:
        """One optimizer step on the mean loss over all learned tokens of the group."""
        import torch

        for parameters in self.optimizer.param_groups:
            parameters["lr"] = self.recipe.rate(self.step)
        total, count = 0.0, max(1, learned(group))
        for batch in group:
            with torch.autocast(self.device, dtype=torch.bfloat16, enabled=low):
                loss = loss_of(self.model, batch, self.device) / count
            loss.backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), self.recipe.clip)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return total

    def _bfloat16_is_faster(self, batch: Sequence[Row]) -> bool:
        """Time forward and backward both ways, the best of four; leaves no trace in the weights."""
        import torch

        seconds = {True: math.inf, False: math.inf}
        for low in (False, True) * 4:
            started = time.perf_counter()
            with torch.autocast(self.device, dtype=torch.bfloat16, enabled=low):
                loss_of(self.model, batch, self.device).backward()  # type: ignore[no-untyped-call]
            seconds[low] = min(seconds[low], time.perf_counter() - started)
        self.optimizer.zero_grad(set_to_none=True)
        return seconds[True] < seconds[False]


def keep_memory() -> None:
    """Let the C allocator keep what a step frees: without it a quarter of a step on a CPU is page faults."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    mallopt(M_MMAP_MAX, 0)
    mallopt(M_TRIM_THRESHOLD, 2**31 - 1)


def new_model(scratch: Scratch, seed: int, end_id: int) -> "PreTrainedModel":
    """A randomly initialised model. Raises MissingExtra without torch and transformers."""
    try:
        import torch
        from transformers import LlamaConfig, LlamaForCausalLM
    except ImportError:
        raise MissingExtra("training", "train") from None
    torch.manual_seed(seed)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=scratch.vocabulary, hidden_size=scratch.hidden, intermediate_size=scratch.intermediate,
            num_hidden_layers=scratch.layers, num_attention_heads=scratch.heads,
            num_key_value_heads=scratch.kv_heads, max_position_embeddings=scratch.context,
            tie_word_embeddings=True,
            initializer_range=scratch.spread, bos_token_id=None, eos_token_id=end_id, pad_token_id=end_id,
        )
    )  # fmt: skip


def write_metrics(path: Path, metrics: dict[str, float]) -> None:
    """Append one JSON line."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({k: round(v, 6) for k, v in metrics.items()}) + "\n")
