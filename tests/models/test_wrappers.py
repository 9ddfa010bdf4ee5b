"""A model behind a cache or a limit is the same model, asked less or later."""

import asyncio
import time

import pytest

from reckon.errors import UsageError
from reckon.models.cached import Cached
from reckon.models.limited import Limited
from reckon.models.replay import Replay
from reckon.protocols import Sampling
from reckon.values import Message


class Counting(Replay):
    """Says how often it was asked, and lets others run meanwhile."""

    def __init__(self):
        super().__init__(lambda context: f"<<<{context.count('x')}>>>")
        self.asked = 0

    async def sample(self, context, sampling, on_text=None):
        self.asked += 1
        await asyncio.sleep(0.01)
        return await super().sample(context, sampling, on_text)


def ask(model, text, **how):
    context = model.render((), [Message("user", text)])
    return model.sample(context, Sampling(**how))


def test_the_same_request_is_asked_once(tmp_path):
    async def main():
        inner = Counting()
        model = Cached(inner, tmp_path / "answers.sqlite")
        first = await ask(model, "xx", temperature=0.5, seed=1)
        assert await ask(model, "xx", temperature=0.5, seed=1) == first
        assert (inner.asked, model.hits) == (1, 1)
        await ask(model, "xx", temperature=0.5, seed=2)
        await ask(model, "xxx", temperature=0.5, seed=1)
        await ask(model, "xx", temperature=0.5, seed=1, stop=("a",))
        assert inner.asked == 4
        await ask(model, "y", seed=1)
        await ask(model, "y", seed=2)  # greedy: the seed says nothing
        assert inner.asked == 5
        await model.close()
        heard = []
        again = Cached(Counting(), tmp_path / "answers.sqlite")
        context = again.render((), [Message("user", "xx")])
        kept = await again.sample(context, Sampling(temperature=0.5, seed=1), heard.append)
        assert (kept, heard) == (first, [first.text])
        await again.close()

    asyncio.run(main())


def test_equal_requests_at_once_are_one(tmp_path):
    async def main():
        inner = Counting()
        model = Cached(inner, tmp_path / "answers.sqlite")
        done = await asyncio.gather(*(ask(model, "x") for _ in range(5)))
        assert inner.asked == 1
        assert len({sample.text for sample in done}) == 1

    asyncio.run(main())


def test_a_failed_or_cancelled_request_is_not_kept_and_harms_nobody(tmp_path):
    async def main():
        inner = Counting()
        model = Cached(inner, tmp_path / "answers.sqlite")
        first = asyncio.create_task(ask(model, "x"))
        second = asyncio.create_task(ask(model, "x"))
        await asyncio.sleep(0.001)
        first.cancel()
        assert (await second).text == "<<<1>>>"
        assert inner.asked == 2

    asyncio.run(main())


def test_another_server_is_another_key(tmp_path):
    async def main():
        inner = Counting()
        for version in ("http://one", "http://two"):
            await ask(Cached(inner, tmp_path / "answers.sqlite", version=version), "x")
        assert inner.asked == 2

    asyncio.run(main())


def test_a_file_that_is_no_cache_is_said(tmp_path):
    (tmp_path / "text").write_text("hello, this is certainly not a database of any kind" * 20)
    with pytest.raises(UsageError, match="cannot be used"):
        Cached(Counting(), tmp_path / "text")


def test_requests_are_spread_over_time():
    async def main():
        model = Limited(Counting(), requests=1200)  # 20 a second, and a second's worth at once
        begun = time.monotonic()
        await asyncio.gather(*(ask(model, "x") for _ in range(26)))
        return time.monotonic() - begun

    assert 0.25 <= asyncio.run(main()) < 2.0


def test_tokens_are_paid_when_they_are_known():
    async def main():
        model = Limited(Counting(), tokens=60)  # one a second; an answer is more
        await ask(model, "x")
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ask(model, "x"), 0.2)
        return time.monotonic() - begun

    assert asyncio.run(main()) < 1.0
    with pytest.raises(UsageError):
        Limited(Counting(), requests=-1)
