"""What every token model promises, whatever computes it."""

import asyncio
from pathlib import Path

import pytest

from reckon.models.decoding.blank import write_blank
from reckon.models.replay import Replay
from reckon.models.tiny import Tiny
from reckon.protocols import Sampling
from reckon.values import Message, Segment

TEXT = "Hello there, I count the letters: three. print(3)\n" * 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return write_blank(tmp_path_factory.mktemp("blank"), texts=[TEXT], seed=2)


def tiny(folder: Path):
    return Tiny(folder)


def replay(folder: Path):
    return Replay(lambda context: f"{len(context) % 7} " + TEXT)


def transformers(folder: Path):
    pytest.importorskip("torch", reason="the extra 'local' is not installed")
    from reckon.models.transformers import Transformers

    return Transformers(str(folder), device="cpu")


@pytest.fixture(scope="module", params=[tiny, replay, transformers], ids=lambda make: make.__name__)
def model(request, folder):
    return request.param(folder)


def ask(model, context, **sampling):
    return asyncio.run(model.sample(context, Sampling(**{"max_tokens": 24, **sampling})))


def asked(model) -> tuple[Segment, ...]:
    return model.render((), [Message("system", "Be brief."), Message("user", "How many letters?")])


def test_what_it_says_of_itself(model):
    assert model.name
    assert model.context_tokens > 100
    assert model.continues
    assert model.count("a few words") == len(model.tokens.encode_content("a few words"))


def test_a_render_is_inserted_prompt_with_ids(model):
    for segment in asked(model):
        assert segment.kind == "prompt"
        assert not segment.sampled
        assert model.decode(segment.ids) == segment.text


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_a_sample_is_token_exact(model, temperature):
    told: list[str] = []
    sampling = Sampling(max_tokens=24, temperature=temperature, top_p=0.95, seed=4)
    sample = asyncio.run(model.sample(asked(model), sampling, told.append))
    assert len(sample.ids) == len(sample.pieces) == len(sample.logprobs) == sample.tokens <= 24
    assert model.decode(sample.ids) == "".join(sample.pieces)
    assert "".join(told) == sample.text
    assert all(logprob <= 0 for logprob in sample.logprobs)
    assert sample.tokens_in == sum(len(segment.ids) for segment in asked(model))
    assert (sample.finish == "end") == sample.ended == (sample.ids[-1] in model.tokens.end_ids)


def test_a_stop_ends_it_at_a_whole_token(model):
    whole = ask(model, asked(model), temperature=1.0, seed=9)
    middle = len(whole.text) // 2
    for stop in (whole.text[middle : middle + 1], whole.text[middle : middle + 3]):
        sample = ask(model, asked(model), temperature=1.0, seed=9, stop=("never said", stop))
        assert sample.finish == "stop"
        assert stop in sample.text
        assert stop not in "".join(sample.pieces[:-1])
        assert sample.ids == whole.ids[: len(sample.ids)]


def test_the_same_question_gets_the_same_answer(model):
    assert ask(model, asked(model)).ids == ask(model, asked(model)).ids
    seeded = [ask(model, asked(model), temperature=1.0, seed=5).ids for _ in range(2)]
    assert seeded[0] == seeded[1]


def test_it_goes_on_from_the_context(model):
    context = list(asked(model))
    sample = ask(model, context, max_tokens=6)
    context.append(Segment("text", sample.text, sample.ids, sample.logprobs, sample=0))
    context += model.render(context, [Message("assistant", "\noutput: 3\n")])
    assert context[-1].text == "\noutput: 3\n"
    ids = [i for segment in context for i in segment.ids]
    again = ask(model, context)
    whole = Segment("prompt", model.decode(ids), tuple(ids))
    assert again.ids == ask(model, [whole]).ids
    assert again.tokens_in == len(ids)


def test_concurrent_samples_are_those_of_one_at_a_time(model):
    contexts = [model.render((), [Message("user", "letters " * n)]) for n in range(1, 5)]

    async def together():
        return await asyncio.gather(*[model.sample(c, Sampling(max_tokens=8)) for c in contexts])

    alone = [ask(model, context, max_tokens=8).ids for context in contexts]
    assert [sample.ids for sample in asyncio.run(together())] == alone
