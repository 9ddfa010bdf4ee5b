"""Tool-R1's sample queue: rollouts worth learning from again, kept by problem, so that fewer are drawn anew.

Zhang et al., "Tool-R1: Sample-Efficient Reinforcement Learning for Agentic Tool Use", 2025, arXiv:2509.12867.
Experimental: how the paper fills and empties its queue was not seen. Here a rollout is kept from a group
whose rewards differ, the latest first out of `per_problem`, for `age` steps. A queued rollout was sampled by
an older policy, whose log-probabilities it carries: an objective with a clipped ratio is wanted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reckon.training.fields import within
from reckon.training.scored import Group, Scored


@dataclass(frozen=True, slots=True)
class SampleQueue:
    """per_problem: rollouts kept.  age: steps for which they are.  step: of now.  kept: (step, rollout)s."""

    per_problem: int = 8
    age: int = 4
    step: int = 0
    kept: Mapping[str, tuple[tuple[int, Scored], ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        within(self, 1, 10**9, "per_problem", "age")

    def add(self, group: Group) -> "SampleQueue":
        """The queue with a problem's fresh rollouts; the same if all of them earned as much."""
        fresh = [(self.step, scored) for scored in group if scored.trained]
        if len({scored.reward for _, scored in fresh}) < 2:
            return self
        name = group[0].trajectory.problem.id
        rows = {row[1].trajectory.id: row for row in (*self.kept.get(name, ()), *fresh)}
        latest = sorted(rows.values(), key=lambda row: row[0])[-self.per_problem :]
        return replace(self, kept={**self.kept, name: tuple(latest)})

    def draw(self, problem: str, count: int) -> tuple[Scored, ...]:
        """At most `count` rollouts of the problem, the highest and the lowest rewards by turns."""
        ranked = sorted((scored for _, scored in self.kept.get(problem, ())), key=lambda s: -s.reward)
        turns = [ranked[n // 2] if n % 2 == 0 else ranked[-1 - n // 2] for n in range(len(ranked))]
        return tuple(turns[:count])

    def next_step(self) -> "SampleQueue":
        """The queue one step later, without what has grown too old."""
        step = self.step + 1
        young = {
            name: tuple(row for row in rows if step - row[0] < self.age) for name, rows in self.kept.items()
        }
        return replace(self, step=step, kept={name: rows for name, rows in young.items() if rows})
