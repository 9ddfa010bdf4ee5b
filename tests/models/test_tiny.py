"""The numpy Llama is transformers' Llama, and its caches save what they promise."""

import asyncio
import json
import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reckon.errors import BudgetSpent, UsageError
from reckon.models.decoding.blank import SMALL, write_blank
from reckon.models.decoding.choice import Draw, choose, log_softmax
from reckon.models.decoding.llama import Llama
from reckon.models.tiny import Tiny
from reckon.protocols import Sampling
from reckon.values import Message, Segment

IDS = [0, 3, 50, 77, 120, 8, 8, 300, 2, 1, 90]


def turn(model, context, sample, number=0) -> list[Segment]:
    return [*context, Segment("text", sample.text, sample.ids, sample.logprobs, sample=number)]


@pytest.mark.parametrize(
    ("dtype", "tied", "kv_heads"), [("float32", True, 2), ("bfloat16", False, 1), ("float16", True, 4)]
)
def test_logits_equal_transformers(tmp_path: Path, dtype, tied, kv_heads):
    torch = pytest.importorskip("torch", reason="the extra 'local' is not installed")
    transformers = pytest.importorskip("transformers", reason="the extra 'local' is not installed")
    config = transformers.LlamaConfig(
        vocab_size=320,
        hidden_size=48,
        intermediate_size=96,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=kv_heads,
        head_dim=16,
        max_position_embeddings=128,
        rope_parameters={"rope_type": "default", "rope_theta": 5000.0},
        tie_word_embeddings=tied,
        initializer_range=0.2,
    )
    torch.manual_seed(0)
    theirs = transformers.LlamaForCausalLM(config).to(getattr(torch, dtype))
    theirs.save_pretrained(tmp_path)
    # Read back, because casting a live model rounds its rotary frequencies as well.
    theirs = transformers.LlamaForCausalLM.from_pretrained(tmp_path, dtype=torch.float32)
    with torch.inference_mode():
        want_TV = theirs(torch.tensor([IDS])).logits[0].numpy()
    np.testing.assert_allclose(Llama(tmp_path).logits(IDS), want_TV, atol=1e-4)


def test_a_blank_checkpoint_loads_in_transformers(blank: Path):
    torch = pytest.importorskip("torch", reason="the extra 'local' is not installed")
    transformers = pytest.importorskip("transformers", reason="the extra 'local' is not installed")
    theirs = transformers.AutoModelForCausalLM.from_pretrained(blank)
    with torch.inference_mode():
        want_TV = theirs(torch.tensor([IDS])).logits[0].numpy()
    np.testing.assert_allclose(Llama(blank).logits(IDS), want_TV, atol=1e-4)


def test_a_later_turn_and_a_fork_compute_only_what_is_new(blank: Path):
    model = Tiny(blank)

    async def talk():
        first = model.render((), [Message("user", "hello there " * 5)])
        sample = await model.sample(first, Sampling(max_tokens=6))
        assert model.engine.forwarded == sample.tokens_in + 5
        context = turn(model, first, sample)
        context += model.render(context, [Message("user", "go on")])
        before, new = model.engine.forwarded, 1 + len(context[-1].ids)
        one = await model.sample(context, Sampling(max_tokens=4))
        assert model.engine.forwarded - before == new + 3
        before = model.engine.forwarded
        two = await model.sample(context, Sampling(max_tokens=4))
        assert model.engine.forwarded - before == 4
        assert one.ids == two.ids
        fresh = await Tiny(blank).sample(context, Sampling(max_tokens=4))
        assert fresh.ids == one.ids
        np.testing.assert_allclose(fresh.logprobs, one.logprobs, atol=1e-4)

    asyncio.run(talk())


def test_rows_that_share_a_prompt_compute_it_once(blank: Path):
    model = Tiny(blank)
    context = model.render((), [Message("user", "hello there " * 5)])

    async def group():
        jobs = [model.sample(context, Sampling(max_tokens=8, temperature=1, seed=n)) for n in range(6)]
        return await asyncio.gather(*jobs)

    samples = asyncio.run(group())
    prompt = samples[0].tokens_in
    assert model.engine.forwarded <= prompt + 5 + sum(sample.tokens for sample in samples)
    assert len({sample.ids for sample in samples}) == 6


def test_concurrent_rows_equal_single_rows(blank: Path):
    model = Tiny(blank, max_rows=3)

    async def both():
        contexts = [model.render((), [Message("user", f"letter {n} " * (n + 1))]) for n in range(8)]
        jobs = [(c, Sampling(max_tokens=5 + n, temperature=n % 2, seed=n)) for n, c in enumerate(contexts)]
        together = await asyncio.gather(*[model.sample(*job) for job in jobs])
        return together, [await Tiny(blank).sample(*job) for job in jobs]

    together, alone = asyncio.run(both())
    for one, other in zip(together, alone, strict=True):
        assert one.ids == other.ids
        np.testing.assert_allclose(one.logprobs, other.logprobs, atol=1e-4)


def test_a_small_cache_changes_nothing_but_the_work(blank: Path):
    model = Tiny(blank, max_rows=1, cache_tokens=1)

    async def talk():
        contexts = [model.render((), [Message("user", f"{n} letters")]) for n in range(4)] * 2
        return [(await model.sample(context, Sampling(max_tokens=4))).ids for context in contexts]

    ids = asyncio.run(talk())
    assert ids[:4] == ids[4:]


def test_a_cancelled_sample_leaves_the_others_alone(blank: Path):
    model = Tiny(blank)
    context = model.render((), [Message("user", "hi")])

    async def cancel():
        long = asyncio.create_task(model.sample(context, Sampling(max_tokens=400, temperature=1, seed=3)))
        other = asyncio.create_task(model.sample(context, Sampling(max_tokens=20)))
        await asyncio.sleep(0.005)
        long.cancel()
        with pytest.raises(asyncio.CancelledError):
            await long
        return await other

    assert asyncio.run(cancel()).ids == asyncio.run(model.sample(context, Sampling(max_tokens=20))).ids


def test_it_streams_fast_enough(tmp_path: Path):
    shape = replace(
        SMALL, layers=5, width=192, heads=6, kv_heads=2, head_width=32, vocabulary=512, context_tokens=1024
    )
    model = Tiny(write_blank(tmp_path, shape))
    context = model.render((), [Message("user", "hello")])
    asyncio.run(model.sample(context, Sampling(max_tokens=5)))
    told: list[str] = []
    # The CPU's time, not the wall's, so that a busy machine does not fail the test.
    begin, sampling = time.process_time(), Sampling(max_tokens=150, temperature=1, seed=11)
    sample = asyncio.run(model.sample(context, sampling, told.append))
    assert sample.tokens / (time.process_time() - begin) > 200
    assert "".join(told) == sample.text


def test_the_window_ends_a_sample_and_then_the_rollout(blank: Path):
    model = Tiny(blank)
    full = Segment("prompt", "", tuple([90] * 510))
    sample = asyncio.run(model.sample([full], Sampling(max_tokens=50, temperature=1, seed=5)))
    assert sample.tokens <= 2
    with pytest.raises(BudgetSpent, match="512"):
        asyncio.run(model.sample([full, full], Sampling()))
    with pytest.raises(UsageError, match="max_tokens"):
        asyncio.run(model.sample([full], Sampling(max_tokens=0)))


def test_folders_that_cannot_work_are_named(blank: Path, tmp_path: Path):
    with pytest.raises(UsageError, match="no model in"):
        Tiny(tmp_path)
    shutil.copytree(blank, tmp_path / "other")
    config = json.loads((blank / "config.json").read_text())
    (tmp_path / "other" / "config.json").write_text(json.dumps(config | {"model_type": "gpt2"}))
    with pytest.raises(UsageError, match="gpt2"):
        Tiny(tmp_path / "other")
    (tmp_path / "other" / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 9}))
    with pytest.raises(UsageError, match=r"no tensor.*layers\.2"):
        Tiny(tmp_path / "other")
    (tmp_path / "other" / "model.safetensors").write_bytes(b"not tensors")
    with pytest.raises(UsageError, match=r"model\.safetensors"):
        Tiny(tmp_path / "other")


def test_choice_follows_temperature_and_top_p():
    logits_V = np.log(np.array([0.1, 0.6, 0.3], np.float32))
    assert choose(logits_V, Draw()) == (1, pytest.approx(np.log(0.6)))
    assert [choose(logits_V, Draw(1.0, 1.0, u))[0] for u in (0.0, 0.59, 0.61, 0.89, 0.91)] == [1, 1, 2, 2, 0]
    assert {choose(logits_V, Draw(1.0, 0.5, u))[0] for u in (0.0, 0.5, 0.999)} == {1}
    assert {choose(logits_V, Draw(1.0, 0.7, u))[0] for u in (0.0, 0.5, 0.999)} == {1, 2}
    token, logprob = choose(logits_V, Draw(0.5, 1.0, 0.99))
    assert (token, logprob) == (0, pytest.approx(np.log(0.1)))
    assert np.exp(log_softmax(logits_V * 3)).sum() == pytest.approx(1)


def test_torch_chooses_as_numpy_does():
    torch = pytest.importorskip("torch", reason="the extra 'local' is not installed")
    from reckon.models.decoding.torch_engine import choose_rows

    rng = np.random.default_rng(0)
    logits_BV = rng.normal(0, 3, (40, 30)).astype(np.float32)
    draws = [Draw(float(n % 3) / 2, 0.5 + 0.5 * (n % 2), float(rng.random())) for n in range(40)]
    got = choose_rows(torch.tensor(logits_BV), draws)
    want = [choose(logits_V, draw) for logits_V, draw in zip(logits_BV, draws, strict=True)]
    assert [token for token, _ in got] == [token for token, _ in want]
    np.testing.assert_allclose([one for _, one in got], [one for _, one in want], atol=1e-5)
