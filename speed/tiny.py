"""Tokens per second of the shipped model on numpy, against transformers with the same weights. One core.

taskset -c 0 python speed/tiny.py
"""

import asyncio
import time

from reckon.models import open_model
from reckon.models.tiny import SHIPPED
from reckon.protocols import Sampling
from reckon.values import Message

TOKENS = 200
ROUNDS = 5


def speed(model, rows: int) -> float:
    """Tokens per second of `rows` concurrent samples: the best of some rounds."""
    context = model.render((), [Message("user", "Compute the product of 48213 and 7719.")])
    sampling = Sampling(max_tokens=TOKENS, temperature=1.5, seed=1)

    async def round_() -> float:
        started = time.perf_counter()
        samples = await asyncio.gather(*(model.sample(context, sampling) for _ in range(rows)))
        return sum(s.tokens for s in samples) / (time.perf_counter() - started)

    return max(asyncio.run(round_()) for _ in range(ROUNDS))


def main() -> None:
    import torch

    torch.set_num_threads(1)
    ours, theirs = open_model("tiny"), open_model(f"hf:{SHIPPED}", device="cpu")
    for rows in (1, 16):
        own, other = speed(ours, rows), speed(theirs, rows)
        print(f"{rows:2} rows: numpy {own:6.0f} tokens/s, transformers {other:6.0f}: {own / other:.1f}x")


if __name__ == "__main__":
    main()
