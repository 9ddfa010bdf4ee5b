"""Choosing the next token from its logits.

p = softmax(logits / temperature), cut to the smallest set of likeliest tokens whose mass reaches top_p; the
token is where a uniform number falls in the cumulated p. Temperature 0 takes the likeliest.

The log-probability reported is log softmax(logits) of the token: temperature 1, no cut. It is what a trainer
computes again from the same weights, whatever the sampling was; at temperature 1 and top_p 1 the two agree.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Draw:
    """uniform: the row's random number in [0, 1) for this token.

    keep: where the log-probabilities of all V tokens go, at temperature 1, for whoever wants them.
    """

    temperature: float = 0.0
    top_p: float = 1.0
    uniform: float = 0.0
    keep: "list[Floats] | None" = None


def choose(logits_V: Floats, draw: Draw) -> tuple[int, float]:
    """(token, its log-probability at temperature 1)."""
    logp_V = log_softmax(logits_V)
    if draw.keep is not None:
        draw.keep.append(logp_V)
    if draw.temperature <= 0:
        token = int(logits_V.argmax())
    else:
        token = _drawn(log_softmax(logits_V / np.float32(draw.temperature)), draw)
    return token, float(logp_V[token])


def log_softmax(logits_V: Floats) -> Floats:
    shifted = logits_V - logits_V.max()
    return np.asarray(shifted - np.log(np.exp(shifted).sum()), np.float32)


def _drawn(logp_V: Floats, draw: Draw) -> int:
    order = np.argsort(-logp_V, kind="stable")
    mass = np.cumsum(np.exp(logp_V[order].astype(np.float64)))
    kept = int(np.searchsorted(mass, min(draw.top_p, 1.0) * mass[-1])) + 1
    kept = min(kept, len(order))
    return int(
        order[min(int(np.searchsorted(mass[:kept], draw.uniform * mass[kept - 1], "right")), kept - 1)]
    )
