"""A model that is being trained, whatever by: where it stands, in what it computes, what is kept of it.

The model is changed in place and stays what it was to whoever samples from it.
"""

import ctypes
import math
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol, Self

import torch
from torch import Tensor, nn
from torch.distributed.checkpoint import state_dict as whole_state

from reckon.training.lora import Lora, adapt
from reckon.training.processes import Processes
from reckon.training.torch_shards import global_norm, shard

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # from malloc.h
WHOLE = whole_state.StateDictOptions(full_state_dict=True, cpu_offload=True)
ADAPTERS = whole_state.StateDictOptions(
    full_state_dict=True, cpu_offload=True, ignore_frozen_params=True, strict=False
)


class Trained(Protocol):
    """What every recipe says of how it is trained; the fields are described in `Rl`."""

    @property
    def lora(self) -> Lora | None: ...
    @property
    def recompute(self) -> bool: ...
    @property
    def shards(self) -> bool: ...
    @property
    def bfloat16(self) -> bool | None: ...
    @property
    def seed(self) -> int: ...


class Learner:
    """models: by name, as the policy and its critic; each is made ready to be trained.

    lora: adapters, on models that are transformers' own.  recompute: activations are computed again instead
    of kept (gradient checkpointing; Chen et al., 2016, arXiv:1604.06174).  shards: FSDP2.
    bfloat16: autocast; None until `try_bfloat16` has timed it.
    """

    def __init__(
        self,
        models: Mapping[str, nn.Module],
        processes: Processes,
        *,
        lora: Lora | None = None,
        recompute: bool = False,
        shards: bool = False,
        bfloat16: bool | None = False,
        seed: int = 0,
    ) -> None:
        self.models, self.processes, self.recompute = dict(models), processes, recompute
        self._every = nn.ModuleDict(self.models)
        self.sharded = shards and processes.count > 1
        if self.sharded and bfloat16 is None:
            bfloat16 = processes.device.startswith("cuda")
        self.bfloat16 = bfloat16
        keep_memory()
        self._kept = WHOLE if lora is None else ADAPTERS
        for name, model in models.items():
            trunk: Any = model.get_submodule("trunk") if name == "critic" else model
            if lora is not None:
                adapt(trunk, lora, seed)
            if recompute:
                recomputing(trunk)
            self.place(model)

    @classmethod
    def of(cls, recipe: Trained, models: Mapping[str, nn.Module], processes: Processes) -> Self:
        """As a recipe says it."""
        return cls(
            models,
            processes,
            lora=recipe.lora,
            recompute=recipe.recompute,
            shards=recipe.shards,
            bfloat16=recipe.bfloat16,
            seed=recipe.seed,
        )

    def place(self, model: nn.Module) -> None:
        """Put a model on this process's device, or its share of it."""
        if self.sharded:
            shard(model, self.processes, bfloat16=bool(self.bfloat16))
        model.to(self.processes.device)

    def train(self, on: bool) -> None:
        """Whether activations are dropped to be computed again, while that is asked for."""
        self._every.train(on and self.recompute)

    def precision(self) -> AbstractContextManager[None]:
        """In what a forward pass computes."""
        device = self.processes.device.partition(":")[0]
        return torch.autocast(device, dtype=torch.bfloat16, enabled=bool(self.bfloat16))

    def try_bfloat16(self, loss: Callable[[], Tensor]) -> None:
        """Take bfloat16 where forward and backward are faster with it, the best of four; if not told already.

        Leaves no trace in the weights.
        """
        if self.bfloat16 is not None:
            return
        seconds = {True: math.inf, False: math.inf}
        for low in (False, True) * 4:
            self.bfloat16, started = low, time.perf_counter()
            with self.precision():
                found = loss()
            found.backward()  # type: ignore[no-untyped-call]
            seconds[low] = min(seconds[low], time.perf_counter() - started)
        self._every.zero_grad(set_to_none=True)
        self.bfloat16 = self.processes.gathered_each(seconds[True] < seconds[False])[0]

    def step(self, optimizer: torch.optim.Optimizer, clip: float) -> float:
        """Sum the gradients over the processes, clip each model's, step; the norm of the first's before.

        Gradients that are not finite are left out.
        """
        norms = []
        for model in self.models.values():
            parameters = [p for p in model.parameters() if p.requires_grad]
            self.processes.sum_gradients(parameters)
            norms.append(clipped(parameters, clip))
        if all(map(math.isfinite, norms)):
            optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return norms[0]

    def state(self, optimizer: torch.optim.Optimizer) -> dict[str, Any]:
        """What a checkpoint needs, whole, on the CPU of the first process; all processes must ask."""
        return {
            "models": whole_state.get_model_state_dict(self._every, options=self._kept),
            "optimizer": whole_state.get_optimizer_state_dict(self._every, optimizer, options=self._kept),
            "bfloat16": self.bfloat16,
        }

    def load(self, state: Mapping[str, Any], optimizer: torch.optim.Optimizer) -> None:
        """Go on from `state`, which another number of processes may have written."""
        whole_state.set_model_state_dict(self._every, state["models"], options=self._kept)
        whole_state.set_optimizer_state_dict(self._every, optimizer, state["optimizer"], options=self._kept)
        self.bfloat16 = state["bfloat16"]


def adamw(groups: Iterable[Mapping[str, Any]], weight_decay: float) -> torch.optim.AdamW:
    """The optimizer of all loops. groups: "params" and "lr"; parameters that stand still are left out."""
    learned = [{**group, "params": [p for p in group["params"] if p.requires_grad]} for group in groups]
    return torch.optim.AdamW(
        [group for group in learned if group["params"]],
        weight_decay=weight_decay,
        betas=(0.9, 0.98),
        fused=True,
    )


def recomputing(model: Any) -> None:
    """Let a transformers model compute its activations again in the backward pass."""
    how = {"use_reentrant": False}
    if hasattr(model, "activation_checkpointing_enable"):  # the newer name
        model.activation_checkpointing_enable(activation_checkpointing_kwargs=how)
    else:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs=how)


def clipped(parameters: Iterable[Any], clip: float) -> float:
    """Scale gradients down to a norm of `clip` together; the norm that they had."""
    parameters = list(parameters)
    norm = global_norm(parameters)
    torch.nn.utils.clip_grads_with_norm_(parameters, clip, torch.tensor(norm, device=parameters[0].device))
    return norm


def keep_memory() -> None:
    """Let the C allocator keep what a step frees: without it a quarter of a step on a CPU is page faults."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    mallopt(M_MMAP_MAX, 0)
    mallopt(M_TRIM_THRESHOLD, 2**31 - 1)
