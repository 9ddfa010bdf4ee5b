"""Packing: several rows in one line of a batch, each with positions of its own and blind to the others.

Krell et al., "Efficient Sequence Packing without Cross-contamination", 2021, arXiv:2107.02027, section 3: a
line's attention is block-diagonal and positions begin anew, so the loss is that of the rows apart. Lines are
filled by first fit, the longest row first. transformers makes the mask by itself where positions begin anew,
for whichever attention the model runs.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor


class Lines(NamedTuple):
    """All [B,T]. weights_BT: what a token counts; of a row's first nothing, for nothing predicts it."""

    ids_BT: Tensor
    weights_BT: Tensor
    positions_BT: Tensor


def lines(lengths: Sequence[int], width: int) -> list[list[int]]:
    """The rows' numbers by line; a line has at most `width` tokens, or one row that is longer."""
    found: list[list[int]] = []
    room: list[int] = []
    for n in sorted(range(len(lengths)), key=lambda n: -lengths[n]):
        at = next((line for line, left in enumerate(room) if lengths[n] <= left), None)
        if at is None:
            found.append([n])
            room.append(width - lengths[n])
        else:
            found[at].append(n)
            room[at] -= lengths[n]
    return found


def laid(rows: Sequence[tuple[Sequence[int], Sequence[float]]], width: int = 0, device: str = "cpu") -> Lines:
    """Rows of ids and weights in lines of `width` tokens; 0: a line each, in order.

    Each token of padding is a row of its own.
    """
    order = lines([len(ids) for ids, _ in rows], width) if width else [[n] for n in range(len(rows))]
    longest = max(sum(len(rows[n][0]) for n in line) for line in order)
    ids_BT, positions_BT = (torch.zeros(len(order), longest, dtype=torch.long) for _ in range(2))
    weights_BT = torch.zeros(len(order), longest)
    for b, line in enumerate(order):
        at = 0
        for n in line:
            span = slice(at, at + len(rows[n][0]))
            ids_BT[b, span] = torch.tensor(rows[n][0])
            weights_BT[b, span] = torch.tensor([0.0, *rows[n][1][1:]])
            positions_BT[b, span] = torch.arange(len(rows[n][0]))
            at = span.stop
    return Lines(ids_BT.to(device), weights_BT.to(device), positions_BT.to(device))
