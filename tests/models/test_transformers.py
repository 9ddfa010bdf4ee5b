"""Batched decoding on torch: rows join, leave and fork, and each says what it would say alone."""

import asyncio
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="the extra 'local' is not installed")
pytest.importorskip("transformers", reason="the extra 'local' is not installed")

from reckon.errors import MissingExtra, ModelUnavailable, UsageError
from reckon.models import open_model
from reckon.models.tiny import Tiny
from reckon.models.transformers import Transformers, _context_tokens
from reckon.protocols import Sampling
from reckon.values import Message, Segment


def opened(blank: Path, **options) -> Transformers:
    return Transformers(str(blank), device="cpu", **options)


def test_a_batch_says_what_each_row_says_alone(blank: Path):
    model, alone = opened(blank, max_rows=4), opened(blank, max_rows=1)
    contexts = [model.render((), [Message("user", f"letter {n} " * (n + 1))]) for n in range(7)]
    jobs = [
        (context, Sampling(max_tokens=4 + 2 * n, temperature=n % 2, top_p=0.9, seed=n))
        for n, context in enumerate(contexts)
    ]

    async def together():
        return await asyncio.gather(*[model.sample(*job) for job in jobs])

    for sample, job in zip(asyncio.run(together()), jobs, strict=True):
        single = asyncio.run(alone.sample(*job))
        assert sample.ids == single.ids
        np.testing.assert_allclose(sample.logprobs, single.logprobs, atol=1e-4)


def test_it_is_the_numpy_model(blank: Path):
    model, tiny = opened(blank), Tiny(blank)
    context = model.render((), [Message("user", "hello there")])
    assert context == tiny.render((), [Message("user", "hello there")])
    for sampling in (Sampling(max_tokens=20), Sampling(max_tokens=20, temperature=0.8, top_p=0.9, seed=1)):
        one = asyncio.run(model.sample(context, sampling))
        other = asyncio.run(tiny.sample(context, sampling))
        assert one.ids == other.ids
        np.testing.assert_allclose(one.logprobs, other.logprobs, atol=1e-4)


def test_turns_and_forks_compute_only_what_is_new(blank: Path):
    model = opened(blank)

    def sample(context, tokens=5):
        before = model.engine.forwarded
        return asyncio.run(
            model.sample(context, Sampling(max_tokens=tokens))
        ), model.engine.forwarded - before

    first = model.render((), [Message("user", "hello there " * 40)])
    said, work = sample(first)
    assert work == said.tokens_in + 4
    context = [*first, Segment("text", said.text, said.ids, said.logprobs, sample=0)]
    forks = [[*context, *model.render(context, [Message("user", text)])] for text in ("go on", "no, wait")]
    for fork in forks:
        again, work = sample(fork)
        assert work <= 1 + len(fork[-1].ids) + 4  # forks may share mark-up beyond where they left
        fresh = asyncio.run(opened(blank).sample(fork, Sampling(max_tokens=5)))
        assert again.ids == fresh.ids
        np.testing.assert_allclose(again.logprobs, fresh.logprobs, atol=1e-4)
    model.forget()
    again, work = sample(forks[0])
    assert work == again.tokens_in + 4


def test_a_fault_of_the_device_reaches_whoever_waits(blank: Path):
    model = opened(blank)
    context = model.render((), [Message("user", "hi")])

    def broken(*_, **__):
        raise RuntimeError("out of memory")

    whole, model.engine.model = model.engine.model, broken
    broken.device, broken.dtype = whole.device, whole.dtype
    with pytest.raises(ModelUnavailable, match="out of memory"):
        asyncio.run(model.sample(context, Sampling(max_tokens=3)))
    model.engine.model = whole
    assert asyncio.run(model.sample(context, Sampling(max_tokens=3))).tokens == 3


def test_names_that_cannot_be_loaded_are_told(blank: Path, tmp_path: Path, monkeypatch):
    with pytest.raises(UsageError, match="no folder"):
        open_model(f"hf:{tmp_path}/absent")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((blank / name).read_bytes())
    with pytest.raises(UsageError, match="causal model"):
        open_model(f"hf:{tmp_path}")
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(MissingExtra, match=r"reckon\[local\]"):
        open_model(f"hf:{blank}")


def test_a_window_bounds_the_context_and_other_memories_are_refused():
    from transformers import MistralConfig, Qwen3Config

    assert _context_tokens(MistralConfig(max_position_embeddings=9000, sliding_window=4096), "m") == 4096
    assert _context_tokens(Qwen3Config(max_position_embeddings=9000), "q") == 9000
    config = Qwen3Config(layer_types=["linear_attention"] * 2, num_hidden_layers=2)
    with pytest.raises(UsageError, match="linear_attention"):
        _context_tokens(config, "q")


def test_another_architecture_runs(blank: Path, tmp_path: Path):
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        vocab_size=320,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        max_position_embeddings=256,
        eos_token_id=1,
    )
    torch.manual_seed(0)
    theirs = Qwen3ForCausalLM(config).eval()
    theirs.save_pretrained(tmp_path)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((blank / name).read_bytes())
    model = opened(tmp_path)
    context = model.render((), [Message("user", "hello there")])
    sample = asyncio.run(model.sample(context, Sampling(max_tokens=12)))
    ids = torch.tensor([[i for segment in context for i in segment.ids]])
    want = theirs.generate(ids, max_new_tokens=12, do_sample=False)[0, ids.shape[1] :]
    assert list(sample.ids) == want.tolist()
