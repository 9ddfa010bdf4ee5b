"""A picture goes in, another comes back: what a program displays, a model that sees is shown next.

The model here is scripted. One that sees: Options(model="openai:NAME", images=("openai:NAME",)).
"""

import asyncio
from dataclasses import replace

import reckon
from reckon import parts, registry, tasks
from reckon.rollout import solve
from reckon.testing import Seeing

PROBLEM = tasks.draw(tasks.find("odd_tile"), seed=1, index=0)
((NAME, PICTURE),) = parts.images_of(PROBLEM.parts)
PROGRAM = f"""```python
class Shown:
    def _repr_png_(self):
        return open({NAME!r}, "rb").read()

display(Shown())
```
"""


def say(text: str, pictures: list[bytes]) -> str:
    print("pictures shown:", len(pictures))
    return PROGRAM if len(pictures) == 1 else "<<<12>>>"


async def main():
    async with reckon.open_setup(reckon.Options()) as setup:
        setup = replace(setup, model=Seeing(say))
        done = await solve(registry.build("reasoners", "crop_and_compute"), PROBLEM, setup)
    print(f"{NAME}, {parts.size_of(PICTURE)} pixels, answer: {done[0].answer.text}")


asyncio.run(main())
