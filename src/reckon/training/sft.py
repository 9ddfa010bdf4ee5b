"""Supervised fine-tuning on trajectories: the loss is on the model's own tokens and on nothing else.

A program that failed or printed nothing is context, not a target: the model learns to repair, not to err.
Interpreter output, prompts and template mark-up never enter the loss. For a model trained from scratch or one
in a local folder. A run's folder holds the recipe, the data, the metrics and the last checkpoint; a rerun of
the same recipe goes on where it stopped.
"""

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from reckon.data.chat import Chat
from reckon.data.cold_start import ColdStart
from reckon.errors import MissingExtra, UsageError
from reckon.training.fields import above, whole, within
from reckon.training.last_turns import LastTurns
from reckon.training.lora import Lora
from reckon.values import Execution, Trajectory

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel

# Tokens, and what each of them counts in the loss: 0 for what is context.
Row: TypeAlias = tuple[list[int], Sequence[float]]


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

    def __post_init__(self) -> None:
        whole(self, 1, "hidden", "layers", "heads", "kv_heads", "intermediate", "vocabulary", "context")
        above(self, "spread")
        if self.hidden % (2 * self.heads) or self.heads % self.kv_heads:
            raise UsageError(
                "Scratch wants hidden as an even multiple of heads and heads as a multiple of kv_heads, got"
                f" {self.hidden}, {self.heads} and {self.kv_heads}"
            )


@dataclass(frozen=True)
class Sft:
    """A supervised run.

    model: a Scratch, or the folder of a model. data: what to synthesise, conversations of your own, or a
    .jsonl of trajectories made with that model's tokenizer. last_turns: weights for a trajectory's end.
    pack: rows share lines of so many tokens; 0 pads each row, among rows of like length.
    steps: optimizer steps of about `batch_tokens` tokens, padding included; the learning rate warms up for
    `warmup` of them and falls along a cosine to a tenth.
    lora: adapters instead of all weights.  recompute: activations are computed again instead of kept.
    shards: with several processes, each keeps a part of the weights.  bfloat16: None is timed at the start.
    """

    out: str
    model: Scratch | str
    data: ColdStart | Chat | str
    dialect: str = "r1_ci"
    last_turns: LastTurns | None = None
    pack: int = 0
    steps: int = 1000
    batch_tokens: int = 4096
    accumulate: int = 4
    learning_rate: float = 2e-3
    warmup: int = 100
    weight_decay: float = 0.05
    clip: float = 1.0
    lora: Lora | None = None
    recompute: bool = False
    shards: bool = False
    bfloat16: bool | None = None
    seed: int = 0
    save_every: int = 200

    def __post_init__(self) -> None:
        whole(self, 1, "steps", "batch_tokens", "accumulate", "save_every")
        whole(self, 0, "pack", "warmup", "seed")
        above(self, "learning_rate", "clip")
        within(self, 0.0, math.inf, "weight_decay")

    def rate(self, step: int) -> float:
        """The learning rate of a step."""
        if step < self.warmup:
            return self.learning_rate * (step + 1) / self.warmup
        done = (step - self.warmup) / max(1, self.steps - self.warmup)
        return self.learning_rate * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * done)))


def row(trajectory: Trajectory, last_turns: LastTurns | None = None) -> Row:
    """(ids, weights), each of length T. Raises RecordError for a record that may not be trained on."""
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
    return list(ids), last_turns.weigh(trajectory, learned) if last_turns else learned


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


def mixed_batches(rows: Sequence[Row], batch_tokens: int, seed: int) -> Iterator[list[Row]]:
    """Batches without end: rows in random order, every epoch anew, as many as have so many tokens."""
    epoch = 0
    while True:
        order = list(rows)
        random.Random(f"{seed}/{epoch}").shuffle(order)
        batch: list[Row] = []
        count = 0
        for one in order:
            if batch and count + len(one[0]) > batch_tokens:
                yield batch
                batch, count = [], 0
            batch.append(one)
            count += len(one[0])
        yield batch
        epoch += 1


def loss_of(model: Any, batch: Sequence[Row], device: str = "cpu", pack: int = 0) -> "torch.Tensor":
    """Summed negative log-likelihood of a batch's tokens, each times its weight. pack: as in `Sft`."""
    import torch

    from reckon.training.torch_packing import laid
    from reckon.training.torch_policy import logits_at

    lines = laid(batch, pack, device)
    where_BT = lines.weights_BT[:, 1:] != 0
    # Causal attention never looks right, so padding on the right needs no attention mask.
    positions_BT = lines.positions_BT if pack else None
    logits_NV = logits_at(model, lines.ids_BT, where_BT, positions_BT).float()
    wanted_N = lines.ids_BT[:, 1:][where_BT]
    nll_N = torch.nn.functional.cross_entropy(logits_NV, wanted_N, reduction="none")
    return (nll_N * lines.weights_BT[:, 1:][where_BT]).sum()


def learned(batches: Sequence[Sequence[Row]]) -> float:
    """What the learned tokens weigh; the first of a row is none: nothing predicts it."""
    return sum(sum(weights[1:]) for batch in batches for _, weights in batch)


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
