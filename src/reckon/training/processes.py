"""Several processes that train one model: `torchrun` or `accelerate launch` start them, or there is one.

Each does its share of the pieces of a step, and gradients and metrics are summed, never averaged: a step is
what one process would have done, but for the order of the sums.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from reckon.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    from torch import Tensor

T = TypeVar("T")
U = TypeVar("U")


class Processes:
    """rank: of this process, from 0.  count: how many.  device: where this one computes.

    Raises MissingExtra where several are wanted without accelerate, UsageError where nobody has said which of
    them this one is.
    """

    def __init__(self) -> None:
        import torch

        told = os.environ.get("WORLD_SIZE", "1")
        if not told.isdecimal() or (int(told) > 1 and "RANK" not in os.environ):
            raise UsageError(f"WORLD_SIZE={told} without RANK: start several processes by torchrun")
        self.rank, self.count = 0, int(told)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        if self.count == 1:
            return
        try:
            from accelerate import PartialState
        except ImportError:
            raise MissingExtra("training in several processes", "train") from None
        state = PartialState(cpu=self.device == "cpu")
        self.rank, self.count = int(state.process_index), int(state.num_processes)
        self.device = str(state.device)

    @property
    def first(self) -> bool:
        """Whether this process writes files and speaks to the user."""
        return self.rank == 0

    def dealt(self, items: Sequence[T], blank: U) -> "list[T | U]":
        """This process's share of the items, as many for each: filled up with blanks."""
        mine: list[T | U] = [*items[self.rank :: self.count]]
        return mine + [blank] * (-(-len(items) // self.count) - len(mine))

    def gathered(self, share: Sequence[T]) -> list[T]:
        """All items from the shares that `items[rank::count]` made, in the order of the items."""
        if self.count == 1:
            return list(share)
        import torch.distributed as dist

        shares: list[Any] = [None] * self.count
        dist.all_gather_object(shares, list(share))
        return [one[n] for n in range(max(map(len, shares))) for one in shares if n < len(one)]

    def total(self, numbers: Mapping[str, float]) -> dict[str, float]:
        """Each number summed over the processes, which have the same names."""
        every = self.gathered_each(dict(numbers))
        return {name: sum(one[name] for one in every) for name in numbers}

    def gathered_each(self, share: T) -> list[T]:
        """What every process has, by rank."""
        if self.count == 1:
            return [share]
        import torch.distributed as dist

        shares: list[Any] = [None] * self.count
        dist.all_gather_object(shares, share)
        return shares

    def sum_gradients(self, parameters: "Iterable[Tensor]") -> None:
        """Of parameters that every process holds whole; the shards of a sharded model are summed already."""
        if self.count == 1:
            return
        import torch

        held = [p for p in parameters if p.requires_grad and not hasattr(p, "full_tensor")]
        for parameter in held:
            if parameter.grad is None:
                parameter.grad = torch.zeros_like(parameter)
        self.sum_tensors([parameter.grad for parameter in held if parameter.grad is not None])

    def sum_tensors(self, tensors: "Iterable[Tensor]") -> None:
        """Each tensor in place, over the processes."""
        if self.count == 1:
            return
        import torch.distributed as dist

        for tensor in tensors:
            dist.all_reduce(tensor)

    def wait(self) -> None:
        """Go on when all have come here."""
        if self.count > 1:
            import torch.distributed as dist

            dist.barrier()

    def __enter__(self) -> "Processes":
        return self

    def __exit__(self, *_: object) -> None:
        if self.count > 1:
            import torch.distributed as dist

            dist.destroy_process_group()
