"""Functions of yours that programs call from inside the jail: they run out here, and plain data passes."""

import asyncio
from dataclasses import replace

import reckon

PRICES = {"fig": 4.5, "pear": 2.0}


def price(fruit: str) -> float:
    """Euros per kilogram. Raises KeyError for a fruit that is not sold."""
    return PRICES[fruit]


async def search(query: str, k: int = 3) -> list[str]:
    """The first k fruits whose names hold the query."""
    return [name for name in PRICES if query in name][:k]


async def main():
    async with reckon.open_setup(reckon.Options()) as setup:
        setup = replace(setup, tools=(price, search))
        async with reckon.Rollout(reckon.Problem("mine/0", "mine", ""), setup) as rollout:
            print(rollout.tools_help)
            execution = await rollout.run("print(sum(price(name) * 2 for name in search('')))")
            print("output:", execution.output)
            for call in execution.calls:
                print(f"{call.name}({call.arguments}) {call.error}")
            print((await rollout.run("price('plum')")).error.message)


asyncio.run(main())
