"""The memory estimate of a dry run against what a step takes, on a CPU.

    OMP_NUM_THREADS=1 python speed/training_memory.py        minutes on 2 CPU cores

Two updates of supervised fine-tuning, of two batches each, with models made of a configuration; every token
but a row's first is learned. Each case is a process of its own. "held" is what the storages of all tensors
came to when there were most, each seen as torch made it and let it go; weights, gradients and Adam's moments
are counted, the rest of it are activations and logits. "resident" is the growth of the peak resident set,
with what allocator and kernels take besides. In MiB.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import weakref
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from reckon.training.architectures import config_of, parameters
from reckon.training.memory import estimate
from reckon.training.sft import Row, Scratch, Sft, new_model
from reckon.training.sft_run import SftRun

MIB = 2**20
LENGTH = 128
SMALL = Scratch(
    hidden=256, layers=4, heads=4, kv_heads=4, intermediate=704, vocabulary=4096, context=LENGTH, spread=0.02
)
LARGE = Scratch(
    hidden=512,
    layers=8,
    heads=8,
    kv_heads=4,
    intermediate=1408,
    vocabulary=16384,
    context=LENGTH,
    spread=0.02,
)
PLAIN = Sft("", SMALL, "", steps=2, batch_tokens=1024, accumulate=2, warmup=0, bfloat16=False)
CASES = {
    "small": PLAIN,
    "large": replace(PLAIN, model=LARGE, batch_tokens=512),
    "large, recompute": replace(PLAIN, model=LARGE, batch_tokens=512, recompute=True),
    "large, bfloat16": replace(PLAIN, model=LARGE, batch_tokens=512, bfloat16=True),
}
KINDS = ("weights", "gradients", "adam", "activations and logits")


class Storages(TorchDispatchMode):
    """Bytes of the storages that torch makes while this is on, and the most there were."""

    def __init__(self, model: torch.nn.Module) -> None:
        """model: its weights are there before, and not counted."""
        super().__init__()
        self.held, self.most = 0, 0
        self._known = {weight.untyped_storage()._cdata for weight in model.parameters()}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(out):
            if isinstance(tensor, torch.Tensor):
                self._see(tensor.untyped_storage())
        return out

    def _see(self, storage: torch.UntypedStorage) -> None:
        key, size = storage._cdata, storage.nbytes()
        if key not in self._known:
            self._known.add(key)
            self.held += size
            self.most = max(self.most, self.held)
            weakref.finalize(storage, self._gone, key, size)

    def _gone(self, key: int, size: int) -> None:
        self._known.discard(key)
        self.held -= size


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--case", choices=CASES, help="(a process that the script starts)")
    case = parser.parse_args().case
    if case:
        print(json.dumps(measured(CASES[case])))
        return
    print("| case | parameters | | " + " | ".join(KINDS) + " | total | resident |")
    print("|---" * (len(KINDS) + 5) + "|")
    for name, recipe in CASES.items():
        command = [sys.executable, __file__, "--case", name]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        told = told_before(recipe)
        count = parameters(config_of(recipe.model)[0])
        print(f"| {name} | {count / 1e6:.1f} million | estimated | {cells(told)} | |")
        print(f"| | | held | {cells(found)} | {found['resident'] / MIB:.0f} |", flush=True)


def cells(parts: dict[str, float]) -> str:
    numbers = [parts[kind] for kind in KINDS]
    return " | ".join(f"{number / MIB:.1f}" for number in (*numbers, sum(numbers)))


def told_before(recipe: Sft) -> dict[str, float]:
    """What the dry run says."""
    need = estimate(recipe, config_of(recipe.model)[0], 1)
    return {
        "weights": need.weights,
        "gradients": need.gradients,
        "adam": need.adam,
        "activations and logits": need.activations + need.logits + need.copies,
    }


def measured(recipe: Sft) -> dict[str, float]:
    """Bytes when there were most, and the growth of the peak resident set."""
    updates(replace(recipe, model=replace(SMALL, hidden=32, layers=1, vocabulary=64), batch_tokens=LENGTH))
    before = peak()
    made, moved, count = updates(recipe)
    weights = 4.0 * count
    found = {"weights": weights, "gradients": weights, "adam": float(moved)}
    return {**found, "activations and logits": made - weights - moved, "resident": peak() - before}


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


def updates(recipe: Sft) -> tuple[int, int, int]:
    """(bytes that were made besides the weights, of them Adam's, how many weights)."""
    assert isinstance(recipe.model, Scratch)
    words = recipe.model.vocabulary
    rows: list[Row] = [
        ([(n * 31 + t) % words for t in range(LENGTH)], [0.0] + [1.0] * (LENGTH - 1))
        for n in range(recipe.batch_tokens // LENGTH)
    ]
    with tempfile.TemporaryDirectory() as folder:
        run = SftRun(replace(recipe, out=str(Path(folder) / "run")), new_model(recipe.model, 0, 0))
        with Storages(run.model) as storages:
            assert all(metrics["loss"] > 0 for metrics in run.steps(rows))
        states = [tensor for state in run.optimizer.state.values() for tensor in state.values()]
        moments = sum(tensor.nbytes for tensor in states if tensor.ndim)
        return storages.most, moments, sum(p.numel() for p in run.model.parameters())


if __name__ == "__main__":
    main()
