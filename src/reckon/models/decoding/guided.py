"""Classifier-free guidance: one sample under two contexts, of which the second knows more.

l(t) = log p(t | context) + gamma (log p(t | guide) - log p(t | context)), for every token t; the next token
is chosen from softmax(l). gamma 0 is the context alone, 1 the guide alone, more exaggerates what it adds.
Sanchez et al., 2023, arXiv 2306.17806; for programs Lavon et al., 2025, arXiv 2506.10948, section 3.
"""

import asyncio
from typing import TypeVar

import numpy as np

from reckon.errors import BudgetSpent
from reckon.models.decoding.choice import Draw, choose
from reckon.models.decoding.loop import DecodeLoop
from reckon.models.decoding.writer import Writer
from reckon.models.tokens.tokenizer import Tokens
from reckon.protocols import Sample, Sampling

Memory = TypeVar("Memory")


async def sample_guided(
    loop: DecodeLoop[Memory],
    tokens: Tokens,
    contexts: tuple[list[int], list[int]],
    gamma: float,
    sampling: Sampling,
) -> Sample:
    """contexts: the ids of the context and of the guide. The log-probabilities are the context's own.

    Raises BudgetSpent where either context leaves no room for a token.
    """
    ids, guide = (list(one) for one in contexts)
    tokens_in = len(ids)
    room = loop.context_tokens - max(len(ids), len(guide))
    if room < 1:
        raise BudgetSpent(f"a context has {loop.context_tokens - room} tokens, the model holds no more")
    writer = Writer(tokens, sampling.stop, min(sampling.max_tokens, room))
    random = np.random.default_rng(sampling.seed)
    while True:
        base_V, guide_V = await asyncio.gather(loop.next_logprobs(ids), loop.next_logprobs(guide))
        mixed_V = base_V + np.float32(gamma) * (guide_V - base_V)
        token, _ = choose(mixed_V, Draw(sampling.temperature, sampling.top_p, float(random.random())))
        ids.append(token)
        guide.append(token)
        if writer.push(token, float(base_V[token])):
            return writer.sample(tokens_in)
