"""Branches that run at once end together."""

import asyncio

import pytest

from reckon.errors import BudgetSpent
from reckon.reasoners.material.together import together


def test_results_keep_their_order():
    async def after(steps):
        for _ in range(steps):
            await asyncio.sleep(0)
        return steps

    assert asyncio.run(together(after(n) for n in (3, 1, 2))) == [3, 1, 2]
    assert asyncio.run(together([])) == []


def test_the_first_failure_ends_the_others():
    ended = []

    async def fail():
        raise BudgetSpent("no more")

    async def wait():
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(True)

    async def go():
        with pytest.raises(BudgetSpent, match="no more"):
            await together([wait(), fail(), wait()])
        return list(ended)

    assert asyncio.run(go()) == [True, True]
