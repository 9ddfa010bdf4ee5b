"""The loop of reinforcement learning with the interpreter inside the rollout.

A step: draw problems, `collect` rollouts with the reasoner, `score` them, let the objective `shape` and
`select`, then give credit and update. The weights go to the decoder before the next step: every rollout is on
policy, unless the recipe allows staleness; then rollouts go on while the weights change (`flow.py`). A run's
folder holds the recipe, metrics.jsonl, the rollouts of some steps and the last checkpoint; a rerun goes on
from there.
"""

import asyncio
import copy
import time
from collections import Counter
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reckon import registry
from reckon.dialects import find_dialect
from reckon.tasks import find_all
from reckon.training import checkpoint
from reckon.training.clocks import Clock, ClockedModel, ClockedTask
from reckon.training.collect import Rolling
from reckon.training.course import Course, Even
from reckon.training.decoders import hand_over, open_decoder, shares
from reckon.training.flow import Flow, Rolled
from reckon.training.interpreters import open_interpreter
from reckon.training.kept import Kept
from reckon.training.leads import lead_of
from reckon.training.live_policy import LivePolicy
from reckon.training.objectives import after
from reckon.training.player import Player
from reckon.training.policies import load_policy
from reckon.training.processes import Processes
from reckon.training.rewards import score_group
from reckon.training.rl import Rl
from reckon.training.scored import Group, Scored
from reckon.values import Trajectory

if TYPE_CHECKING:
    from torch import Tensor

    from reckon.training.torch_batch import Batch


class RlRun:
    """The loop over a recipe: `for metrics in run.steps()`. Every process of several calls it alike."""

    def __init__(self, recipe: Rl, start: Path, processes: Processes | None = None) -> None:
        """start: the folder of the policy to start from."""
        self.policy: Any = load_policy(start)
        from reckon.training.torch_learner import Learner, adamw
        from reckon.training.torch_policy import Values

        self.recipe, self.step = recipe, 0
        self.processes = processes or Processes()
        tasks = find_all(recipe.tasks)
        self.even = Even(tasks, recipe.difficulty, recipe.seed)
        self.course: Course = (
            recipe.plan.begin(tasks, recipe.difficulty, recipe.seed) if recipe.plan else self.even
        )
        self.objective = recipe.objective
        self.earned: Sequence[Group] = ()  # by the rollouts of the last step
        models = {"policy": self.policy}
        if self.objective.critic:
            models["critic"] = Values(self.policy, recipe.seed)
        apart = self.objective.reference and recipe.lora is None
        self.reference = copy.deepcopy(self.policy) if apart else None  # with adapters: the policy without
        self.learner = Learner.of(recipe, models, self.processes)
        if self.reference is not None:
            self.learner.place(self.reference)
        elif self.objective.reference:
            self.reference = self.policy
        self.decoder: Any = open_decoder(recipe.decoder, start, self.learner, Path(recipe.out))
        self.player = Player(
            self.decoder,
            registry.build("reasoners", recipe.reasoner),
            find_dialect(recipe.dialect),
            recipe.budget,
            self.processes,
        )
        self.writing, self.grading = Clock(), Clock()
        self.kept = Kept(recipe, self.decoder.name, self.processes)
        self.live, self.queue = LivePolicy(ClockedModel(self.decoder, self.writing)), recipe.queue
        rates = {"policy": recipe.learning_rate, "critic": recipe.critic_rate}
        self.optimizer = adamw(
            [
                {"params": list(model.parameters()), "lr": recipe.learning_rate, "full_rate": rates[name]}
                for name, model in models.items()
            ],
            recipe.weight_decay,
        )

    def steps(self) -> Iterator[dict[str, float]]:
        """Train to the last step; yields each step's metrics, and saves every `save_every` steps."""
        recipe, owned = self.recipe, AsyncExitStack()
        with asyncio.Runner() as runner:
            interpreter = runner.run(owned.enter_async_context(open_interpreter(recipe.interpreters)))
            begin = partial(self._begin, interpreter)
            flow = Flow(begin, recipe.steps, recipe.max_draws, recipe.max_staleness)
            try:
                self.kept.begin(self.step)
                if self.step == 0 and recipe.evaluate_every:
                    yield {"step": 0, **runner.run(self._evaluate(interpreter))}
                while self.step < recipe.steps:
                    metrics = runner.run(self._one(flow))
                    self.step += 1
                    last = self.step == recipe.steps
                    if recipe.evaluate_every and (last or self.step % recipe.evaluate_every == 0):
                        metrics |= runner.run(self._evaluate(interpreter))
                    yield {"step": self.step, **metrics}
                    if last or self.step % recipe.save_every == 0:
                        self.save()
            finally:
                runner.run(flow.close())
                runner.run(owned.aclose())

    def save(self) -> None:
        """Write the checkpoint so that a crash leaves the old one or the new one."""
        state = {
            "step": self.step,
            "objective": repr(self.objective),
            "course": dict(self.course.state()),
            "queue": dict(self.queue.state()) if self.queue else None,
            **self.learner.state(self.optimizer),
        }
        checkpoint.write(Path(self.recipe.out), self.recipe, state, self.processes)

    def resume(self) -> bool:
        """Load the checkpoint of the same recipe, if there is one. Raises UsageError for another recipe's."""
        state = checkpoint.read(Path(self.recipe.out), self.recipe)
        if state is None:
            return False
        self.objective = registry.build("training.objectives", state["objective"])
        self.course = self.course.load(state["course"])
        self.queue = self.queue and self.queue.load(state["queue"])
        self.learner.load(state, self.optimizer)
        self.step = self.live.version = state["step"]
        hand_over(self.decoder, self.policy)
        return True

    def learn(self, earned: Sequence[Group], seen: Sequence[Group] | None = None) -> dict[str, float]:
        """From what a step's rollouts earned to new weights; every process is given the whole step.

        seen: what the step drew, with the groups that are left out; None is no more than those.
        """
        from reckon.training.torch_batch import batch_of
        from reckon.training.torch_policy import observed, update

        recipe, begun, self.earned = self.recipe, time.perf_counter(), earned
        groups = [g for g in self.objective.select([self.objective.shape(g) for g in earned]) if g]
        self._remember(earned if seen is None else seen)
        for parameters in self.optimizer.param_groups:
            parameters["lr"] = parameters["full_rate"] * min(1.0, (self.step + 1) / max(1, recipe.warmup))
        if not groups:
            return {}
        batch = batch_of(groups, self.processes.device)
        self.learner.try_bfloat16(lambda: self._trial(batch))
        batch = observed(self.learner, batch, recipe.piece_tokens, reference=self.reference)
        metrics: dict[str, float] = {}
        for _ in range(recipe.passes):
            metrics = update(
                self.learner,
                self.optimizer,
                self.objective,
                batch,
                most_tokens=recipe.piece_tokens,
                clip=recipe.clip,
            )
        return {**metrics, "train_s": time.perf_counter() - begun}

    def _remember(self, seen: Sequence[Group]) -> None:
        """What objective, course and queue learn from the groups of a step."""
        self.objective, self.course = after(self.objective, seen), self.course.after(seen)
        if self.queue is not None:
            for group in filter(None, seen):
                self.queue = self.queue.add(group)
            self.queue = self.queue.next_step()

    def _trial(self, batch: "Batch") -> "Tensor":
        """Something to time: the likelihood of one piece."""
        from reckon.training.torch_policy import logprobs, pieces

        piece = batch.rows_at(next(pieces(batch, self.recipe.piece_tokens))).narrowed()
        return logprobs(self.policy, piece.ids_BT, piece.mask_BT)[0].sum()

    async def _one(self, flow: Flow) -> dict[str, float]:
        begun, step = time.perf_counter(), self.step
        count = len(range(self.processes.rank, self.recipe.problems, self.processes.count))
        taken = await flow.take(step, count, self._keeps)
        collected = time.perf_counter()
        seen = self._earned(taken.drawn)
        self.kept.add(step + 1, seen)
        earned = seen if taken.groups is taken.drawn else self._earned(taken.groups)
        metrics = {**_metrics(seen), **_age(seen, step), "draws": float(taken.draws)}
        seconds = {
            "collect_s": collected - begun,
            "generate_s": self.writing.taken(),
            "grade_s": self.grading.taken(),
        }
        learned = await self._learn(earned, seen)
        return {**metrics, **seconds, **learned, "step_s": time.perf_counter() - begun}

    async def _learn(self, earned: Sequence[Group], seen: Sequence[Group]) -> dict[str, float]:
        """New weights, and the decoder's too; what is under way goes on as far as it can."""
        shared = shares(self.decoder, self.policy)
        async with AsyncExitStack() as held:
            if shared:
                await held.enter_async_context(self.live.still())
            if self.recipe.max_staleness:
                metrics = await asyncio.to_thread(self.learn, earned, seen)
            else:
                metrics = self.learn(earned, seen)
            trained = time.perf_counter()
            if not shared:
                await held.enter_async_context(self.live.still())
            hand_over(self.decoder, self.policy)
            self.processes.wait()  # the first may be writing for all
            self.live.version = self.step + 1
        return {**metrics, "hand_over_s": time.perf_counter() - trained}

    def _begin(self, interpreter: Any, step: int, again: int) -> list[Coroutine[Any, Any, list[Trajectory]]]:
        """The groups of a step's problems, or of its n-th refill's, of which this process makes its share."""
        recipe, groups, before = self.recipe, [], Counter[str]()
        setup = replace(self.player.setup(interpreter, recipe.temperature), model=self.live)
        roll = Rolling(
            self.player.reasoner,
            setup,
            court=interpreter,
            lead=lead_of(self.course),
            temperatures=recipe.temperatures,
        )
        problems = self.course.problems(step, recipe.problems, again)
        for task, problem in problems[self.processes.rank :: self.processes.count]:
            # A problem that comes twice gets other rollouts.
            turn = again + recipe.max_draws * before[problem.id]
            seed = recipe.seed * 1_000_000 + 100_000 * turn + step
            queued = self.queue.draw(problem, recipe.rollouts // 2) if self.queue else ()
            old = [scored.trajectory for scored in queued]
            graded = ClockedTask(task, self.grading)
            groups.append(roll.group(graded, problem, rollouts=recipe.rollouts, seed=seed, queued=old))
            before[problem.id] += 1
        return groups

    def _keeps(self, group: Rolled) -> bool:
        """Whether the objective leaves something of a group."""
        return any(self.objective.select([self.objective.shape(self._score(group))]))

    def _earned(self, share: Sequence[Rolled]) -> list[list[Scored]]:
        """The groups of all processes, scored."""
        return [self._score(group) for group in self.processes.gathered(share) if group]

    async def _evaluate(self, interpreter: Any) -> dict[str, float]:
        """Accuracy on fresh problems, the same at every step: greedy, and sampled as in training."""
        held_out = self.even.held_out(self.recipe.evaluate_problems)
        return await self.player.accuracy(interpreter, held_out, self.recipe.temperature)

    def _score(self, group: Sequence[Trajectory]) -> list[Scored]:
        if self.recipe.reward is not None:
            return score_group(self.recipe.reward, group)
        return [Scored(t, t.grade.score if t.grade else 0.0) for t in group]


def _metrics(groups: Sequence[Group]) -> dict[str, float]:
    """What the rollouts of a step were like, on average."""
    every = [scored for group in groups for scored in group]
    count = max(1, len(every))
    parts: dict[str, float] = {}
    for scored in every:
        for name, value in scored.parts.items():
            parts[f"reward/{name}"] = parts.get(f"reward/{name}", 0.0) + value / count
    mixed = sum(len({scored.reward for scored in group}) > 1 for group in groups)
    cost = [scored.trajectory.cost for scored in every]
    return {
        "rollouts": float(len(every)),
        "accuracy": sum(scored.right for scored in every) / count,
        "reward": sum(scored.reward for scored in every) / count,
        "mixed_groups": mixed / max(1, len(groups)),
        "calls": sum(c.runs for c in cost) / count,
        "code_errors": sum(c.errors for c in cost) / count,
        "tokens": sum(c.tokens_out for c in cost) / count,
        "execute_s": sum(c.execute_s for c in cost),
        "queue_s": sum(c.queue_s for c in cost),
        **parts,
    }


def _age(groups: Sequence[Group], step: int) -> dict[str, float]:
    """How many updates old the policies that began the fresh rollouts were, on average."""
    begun = [scored.trajectory.notes for group in groups for scored in group]
    ages = [
        step - notes["policy_from"] for notes in begun if "policy_from" in notes and "queued" not in notes
    ]
    return {"staleness": sum(ages) / max(1, len(ages)), "queued": float(len(begun) - len(ages))}
