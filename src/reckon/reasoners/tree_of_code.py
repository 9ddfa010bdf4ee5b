"""Tree-of-Code: A Tree-Structured Exploring Framework for End-to-End Code Generation and Execution in Complex
Task Handling, Ni et al., 2024, arXiv 2412.15305. System: Tree-of-Code (CodeProgram).

Each node is a complete program; nodes that fail to run are grown by reflection, nodes that run are leaves,
and the leaves' results vote.
Differs from the paper: children differ by their sampling seed, not by prompt or model; a child goes on in a
fork of its parent's live session instead of a new one; the vote is by equal results, without a model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.results import result
from reckon.reasoners.material.together import within_budget
from reckon.votes import majority

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROMPT = "{question}\n\n{code_help} Write one program that prints only the answer."
REFLECT = "The program did not run to a result. Say what went wrong, then write the whole program again."


@dataclass(frozen=True)
class TreeOfCode:
    """breadth: programs in the first layer. children: of each failed node. depth: layers at most."""

    breadth: int = 3
    children: int = 2
    depth: int = 3
    temperature: float | None = 0.7

    def __post_init__(self) -> None:
        require_at_least(self, 1, "breadth", "children", "depth")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        await rollout.prompt(PROMPT.format(question=problem.question, code_help=rollout.dialect.code_help))
        parents, results = [rollout] * self.breadth, list[str]()
        for _ in range(self.depth):
            layer = [await parent.fork() for parent in parents]
            grown = await within_budget(self._grow(node) for node in layer)
            results += [found for found in grown if found]
            failed = [node for node, found in zip(layer, grown, strict=True) if found == ""]
            parents = [node for node in failed for _ in range(self.children)]
        winner = majority(results)
        return rollout.answer(winner, "" if winner else "no program ran to a result")

    async def _grow(self, node: Rollout) -> str:
        """Write and run a node's program; its result, "" if it has none."""
        written = await node.write(temperature=self.temperature)
        if written.code is None:
            await node.tell(written.malformed or REFLECT, note="malformed")
            return ""
        found = result(await node.run(written.code))
        if found is None:
            await node.tell(REFLECT)
            return ""
        node.answer(found)
        return found
