"""Guidance between two contexts, on the shipped model and, where torch is there, on the same in torch."""

import asyncio

import numpy as np
import pytest

from reckon.errors import BudgetSpent
from reckon.models.tiny import SHIPPED, Tiny
from reckon.models.tokens import ids_of
from reckon.protocols import Sampling
from reckon.values import Message


def contexts(model):
    return [model.render((), [Message("user", text)]) for text in ("What is 3 * 4?", "What is 7 + 5?")]


def test_next_logprobs_are_those_of_a_distribution_and_of_what_is_sampled():
    model = Tiny()
    context, _ = contexts(model)

    async def go():
        logp_V = await model._loop.next_logprobs(ids_of(context))
        return logp_V, await model.sample(context, Sampling(max_tokens=1))

    logp_V, sample = asyncio.run(go())
    assert np.exp(logp_V.astype(np.float64)).sum() == pytest.approx(1, abs=1e-4)
    assert int(logp_V.argmax()) == sample.ids[0]
    assert float(logp_V.max()) == pytest.approx(sample.logprobs[0], abs=1e-5)


def models():
    yield Tiny()
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from reckon.models.transformers import Transformers

    yield Transformers(str(SHIPPED), device="cpu")


def test_gamma_0_is_the_context_and_1_the_guide():
    for model in models():
        context, guide = contexts(model)

        async def go(gamma, model=model, context=context, guide=guide):
            return (await model.sample_guided(context, guide, gamma, Sampling(max_tokens=24))).ids

        plain = asyncio.run(model.sample(context, Sampling(max_tokens=24))).ids
        other = asyncio.run(model.sample(guide, Sampling(max_tokens=24))).ids
        assert plain != other
        assert asyncio.run(go(0.0)) == plain
        assert asyncio.run(go(1.0)) == other


def test_a_guide_that_fills_the_window_leaves_no_room():
    model = Tiny()
    context, guide = contexts(model)
    long = guide * (model.context_tokens // len(ids_of(guide)) + 1)
    with pytest.raises(BudgetSpent):
        asyncio.run(model.sample_guided(context, long, 1.0, Sampling()))
