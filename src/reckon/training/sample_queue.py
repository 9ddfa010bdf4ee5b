"""Tool-R1's sample queue: rollouts worth learning from again, kept by problem, so that fewer are drawn anew.

Zhang et al., "Tool-R1: Sample-Efficient Reinforcement Learning for Agentic Tool Use", 2025, arXiv:2509.12867.
System: Tool-R1; its sample queue.
Experimental: how the paper fills and empties its queue was not seen. Here a rollout is kept from a group
whose rewards differ, the latest first out of `per_problem`, for `age` steps. A queued rollout was sampled by
an older policy, whose log-probabilities it carries: an objective with a clipped ratio is wanted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reckon import records
from reckon.errors import UsageError
from reckon.training.fields import within
from reckon.training.scored import Group, Scored
from reckon.values import Problem


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
        """The queue with a problem's fresh rollouts; the same if all of them earned as much.

        Those that did not begin at the question alone (`leads.py`) are left out.
        """
        fresh = [(self.step, s) for s in group if s.trained and "led_turns" not in s.trajectory.notes]
        if len({scored.reward for _, scored in fresh}) < 2:
            return self
        name = group[0].trajectory.problem.id
        # One that came out of the queue keeps its age.
        rows = {row[1].trajectory.id: row for row in (*fresh, *self.kept.get(name, ()))}
        latest = sorted(rows.values(), key=lambda row: row[0])[-self.per_problem :]
        return replace(self, kept={**self.kept, name: tuple(latest)})

    def draw(self, problem: Problem, count: int) -> tuple[Scored, ...]:
        """At most `count` rollouts of the problem, asked the same, highest and lowest rewards by turns."""
        kept = [scored for _, scored in self.kept.get(problem.id, ())]
        same = [scored for scored in kept if scored.trajectory.problem.question == problem.question]
        ranked = sorted(same, key=lambda scored: -scored.reward)
        turns = [ranked[n // 2] if n % 2 == 0 else ranked[-1 - n // 2] for n in range(len(ranked))]
        return tuple(turns[:count])

    def next_step(self) -> "SampleQueue":
        """The queue one step later, without what has grown too old."""
        step = self.step + 1
        young = {
            name: tuple(row for row in rows if step - row[0] < self.age) for name, rows in self.kept.items()
        }
        return replace(self, step=step, kept={name: rows for name, rows in young.items() if rows})

    def state(self) -> Mapping[str, object]:
        """What is kept, for the checkpoint: plain data."""
        kept = {
            name: [[step, scored.reward, records.dump(scored.trajectory)] for step, scored in rows]
            for name, rows in self.kept.items()
        }
        return {"step": self.step, "kept": kept}

    def load(self, state: Mapping[str, object]) -> "SampleQueue":
        """The queue with what was kept, rewards without their parts. Raises UsageError for other data."""
        try:
            kept = {
                str(name): tuple(
                    (int(step), Scored(records.load(line, f"a rollout of {name}"), float(reward)))
                    for step, reward, line in rows
                )
                for name, rows in dict(state["kept"]).items()  # type: ignore[call-overload]
            }
            return replace(self, step=int(str(state["step"])), kept=kept)
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(f"the checkpoint holds no sample queue: {error}") from None
