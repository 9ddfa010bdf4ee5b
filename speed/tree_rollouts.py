"""Trees of rollouts with forked sessions against independent rollouts, at equal tokens written.

python speed/tree_rollouts.py

The shipped model solves the same problems twice: as ARPO's trees (half of the leaves begin at the question,
the others branch after an output), then with as many independent rollouts as write about as many tokens.
Seconds are those of this process's work, decoding for the most part, so that they mean something on a machine
that does other work as well. Accuracy is of the leaves; "mixed" is the share of problems with right and wrong
leaves, which is where a group has something to teach.
"""

import asyncio
import time
from dataclasses import dataclass
from statistics import mean

from reckon.interpreter import AsyncInterpreter
from reckon.models.tiny import Tiny
from reckon.protocols import Sampling
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.search.arpo_branching import ArpoBranching
from reckon.rollout import Limits, Setup
from reckon.tasks import draw, find
from reckon.training.collect import collect
from reckon.values import Trajectory

TASKS = ("product", "linear_system", "prime_factors", "date_shift")
PROBLEMS = 4
LEAVES = 8
TEMPERATURE = 1.6
SEEDS = 3


@dataclass(frozen=True)
class Measured:
    groups: list[list[Trajectory]]
    seconds: float

    @property
    def leaves(self) -> list[Trajectory]:
        return [trajectory for group in self.groups for trajectory in group]

    @property
    def tokens(self) -> int:
        return sum(leaf.cost.tokens_out for leaf in self.leaves)

    def row(self, name: str) -> str:
        rights = [[leaf.grade is not None and leaf.grade.right for leaf in group] for group in self.groups]
        found = {
            "leaves": len(self.leaves),
            "leaves/s": len(self.leaves) / self.seconds,
            "tokens": self.tokens,
            "leaves/1k": 1000 * len(self.leaves) / self.tokens,
            "executions": sum(leaf.cost.runs for leaf in self.leaves),
            "accuracy": mean(right for group in rights for right in group),
            "any right": mean(any(group) for group in rights),
            "mixed": mean(len(set(group)) > 1 for group in rights),
        }
        return f"{name:12}" + "".join(f"{value:12.3g}" if isinstance(value, float) else f"{value:12}"
                                      for value in found.values())  # fmt: skip


async def measured(setup: Setup, reasoner, rollouts: int, seed: int, court) -> Measured:
    problems = [
        (task, draw(task, seed % SEEDS, n, 0.5)) for task in map(find, TASKS) for n in range(PROBLEMS)
    ]
    started = time.process_time()
    groups = await collect(problems, reasoner, setup, rollouts=rollouts, seed=seed, court=court)
    return Measured(groups, time.process_time() - started)


async def main() -> None:
    inner = CodeInterpreter(max_calls=4, temperature=TEMPERATURE)
    tree = ArpoBranching(inner=inner, roots=LEAVES // 2, leaves=LEAVES)
    names = ("", "leaves", "leaves/s", "tokens", "leaves/1k", "executions", "accuracy", "any right", "mixed")
    print(f"{names[0]:12}" + "".join(f"{name:>12}" for name in names[1:]))
    async with AsyncInterpreter() as interpreter:
        setup = Setup(
            Tiny(max_rows=64), interpreter.open, limits=Limits(tokens=500 * LEAVES), sampling=Sampling(500)
        )
        pilots = [await measured(setup, inner, 3, seed, interpreter) for seed in range(SEEDS)]
        each = mean(leaf.cost.tokens_out for pilot in pilots for leaf in pilot.leaves)
        for seed in range(SEEDS):
            trees = await measured(setup, tree, 1, seed, interpreter)
            print(trees.row(f"trees {seed}"), flush=True)
            rollouts = round(trees.tokens / each / len(trees.groups))
            alone = await measured(setup, inner, rollouts, seed + SEEDS, interpreter)
            print(alone.row(f"independent {seed}"), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
