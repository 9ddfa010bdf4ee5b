"""A reasoner of your own: one frozen dataclass with one verb."""

import asyncio
from dataclasses import dataclass

import reckon
from reckon.rollout import solve


@dataclass(frozen=True)
class ProgramTwice:
    """Two programs in forks of one rollout; an answer only where they agree."""

    async def solve(self, problem, rollout):
        await rollout.prompt(
            f"{problem.question}\n\nAnswer with one program, ```python ... ```, that prints the answer."
        )
        results = set()
        for temperature in (0.0, 0.3):
            branch = await rollout.fork()
            written = await branch.write(temperature=temperature)
            execution = await branch.run(written.code or "")
            results.add(execution.stdout.strip())
        return rollout.answer(results.pop() if len(results) == 1 else None, "the programs disagree")


async def main():
    problem = reckon.Problem("mine/0", "mine", "What is 913 * 447?")
    async with reckon.open_setup(reckon.Options()) as setup:
        tree = await solve(ProgramTwice(), problem, setup)
    print(len(tree), "trajectories; answer:", tree[0].answer.text)


asyncio.run(main())
