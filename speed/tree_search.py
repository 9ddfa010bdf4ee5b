"""Tree searches on forked sessions, against the same searches that run a branch's history again.

    python speed/tree_search.py [-n 8] [--set-up 0.2]

Both have the simulated solver and the same seeds, so they write the same programs. Before a search begins
its session is set up, which takes --set-up seconds of waiting (as if data were loaded). A fork goes on from
there; the other way opens a new session for each branch and runs all that its parent ran again.
"""

import argparse
import asyncio
import time
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from reckon.dialects import R1_CI
from reckon.evaluation.simulated import Simulated
from reckon.interpreter import AsyncInterpreter
from reckon.protocols import Reasoner, Sampling, Session
from reckon.reasoners.search.codetree import Codetree
from reckon.reasoners.search.rethink_mcts import RethinkMcts
from reckon.reasoners.tree_of_code import TreeOfCode
from reckon.rollout import OpenSession, Rollout, Setup, solve
from reckon.tasks import draw, find_all
from reckon.values import Answer, Execution, Problem

MODEL = "simulated:right=0.3,judge=0.7,repair=0.3,visible=0.7"


@dataclass
class Counted:
    """A session that counts what runs in it. forks: by fork, or by running its history in a new one."""

    inner: Session
    forks: bool
    open: OpenSession
    runs: list[int]
    history: list[str] = field(default_factory=list)

    async def run(self, code: str, **how: Any) -> Execution:
        self.runs[0] += 1
        self.history.append(code)
        return await self.inner.run(code, **how)

    async def fork(self) -> "Counted":
        if self.forks:
            return replace(self, inner=await self.inner.fork(), history=[])
        fresh = replace(self, inner=await self.open(), history=[])
        for code in self.history:
            await fresh.run(code)
        return fresh

    async def close(self) -> None:
        await self.inner.close()


@dataclass(frozen=True)
class SetUp:
    """A reasoner whose session is set up first."""

    inner: Reasoner
    seconds: float

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        await rollout.run(f"import time; time.sleep({self.seconds})", show=False)
        return await self.inner.solve(problem, rollout)


async def measured(reasoner: Reasoner, forks: bool, n: int) -> tuple[float, int, list[str | None]]:
    """Seconds, programs run, and the answers of n problems, one after the other."""
    own = [(task, draw(task, 1, 0)) for task in find_all(["elementary"])][:n]
    model, runs, answers = Simulated(MODEL, own, R1_CI), [0], []
    async with AsyncInterpreter() as interpreter:

        async def open_session() -> Counted:
            return Counted(await interpreter.open(), forks, interpreter.open, runs)

        setup = Setup(model, open_session, sampling=Sampling(temperature=1.0))
        for _, problem in own:  # not counted: here the solver tries its programs
            await solve(reasoner, problem, setup, seed=9)
        started, runs[0] = time.perf_counter(), 0
        for seed, (_, problem) in product(range(2), own):
            tree = await solve(reasoner, problem, setup, seed=seed)
            answers.append(tree[0].answer.text if tree[0].answer else None)
        seconds = time.perf_counter() - started
    await model.close()
    return seconds, runs[0], answers


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=8, help="problems (default: 8), each twice")
    parser.add_argument("--set-up", type=float, default=0.2, help="seconds (default: 0.2)")
    arguments = parser.parse_args()
    print("search          forked: s, programs    again: s, programs    times")
    for inner in (TreeOfCode(), RethinkMcts(), Codetree()):
        reasoner = SetUp(inner, arguments.set_up)
        one = asyncio.run(measured(reasoner, True, arguments.n))
        two = asyncio.run(measured(reasoner, False, arguments.n))
        same = "" if one[2] == two[2] else "  (the answers differ)"
        name = type(inner).__name__
        print(f"{name:16}{one[0]:9.2f} {one[1]:9}  {two[0]:9.2f} {two[1]:9}   {two[0] / one[0]:5.1f}{same}")


if __name__ == "__main__":
    main()
