"""The loop of learning from likes and dislikes, in iterations on the policy's own rollouts.

An iteration: `collect` rollouts of the policy as it is, `choose` pairs or labels from them, observe where the
reference stands, then learn. Its folder OUT/iteration-N keeps the graded trajectories and the reference's
log-probabilities: a rerun goes on from there and from the last checkpoint, and all that was learned from can
be read.
"""

import asyncio
import math
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reckon import records, registry
from reckon.data.labels import Labelled
from reckon.data.pairs import Pair
from reckon.dialects import find_dialect
from reckon.errors import UsageError
from reckon.tasks import find_all
from reckon.training import checkpoint
from reckon.training.course import Even
from reckon.training.decoders import hand_over, open_decoder
from reckon.training.interpreters import open_interpreter
from reckon.training.lora import without
from reckon.training.player import Player
from reckon.training.policies import load_policy
from reckon.training.preference_recipe import Preferences
from reckon.training.processes import Processes
from reckon.values import Trajectory

if TYPE_CHECKING:
    from torch import Tensor

    from reckon.interpreter import AsyncInterpreter
    from reckon.training.torch_judged import Example, Row

AT_ONCE = 96  # rollouts


class PreferenceRun:
    """The loop over a recipe: `for metrics in run.steps()`. Every process of several calls it alike."""

    def __init__(
        self,
        recipe: Preferences,
        start: Path,
        given: Sequence[Trajectory] = (),
        processes: Processes | None = None,
    ) -> None:
        """start: the folder of the policy to start from.  given: what the recipe's data are."""
        self.recipe, self.start, self.given = recipe, start, given
        self.step = self.iteration = self.within = 0  # updates; finished iterations; updates of this one
        self.processes = processes or Processes()
        self.even = Even(find_all(recipe.tasks), recipe.difficulty, recipe.seed)
        reasoner, dialect = registry.build("reasoners", recipe.reasoner), find_dialect(recipe.dialect)
        self.policy = load_policy(start)
        from reckon.training.torch_learner import Learner, adamw

        self.learner = Learner.of(recipe, {"policy": self.policy}, self.processes)
        decoder = open_decoder(recipe.decoder, start, self.learner)
        self.player = Player(decoder, reasoner, dialect, recipe.budget, self.processes)
        weights = {"params": list(self.policy.parameters()), "lr": recipe.learning_rate}
        self.optimizer = adamw([weights], recipe.weight_decay)

    def steps(self) -> Iterator[dict[str, float]]:
        """Train to the last iteration; yields what an iteration begins with, each update, what it came to."""
        with asyncio.Runner() as runner:
            owned = AsyncExitStack()
            interpreter: Any = None  # where nothing is rolled out
            if self.recipe.problems or self.recipe.evaluate_problems:
                source = open_interpreter(self.recipe.interpreters)
                interpreter = runner.run(owned.enter_async_context(source))
            try:
                if self.step == self.iteration == 0 and self.recipe.evaluate_problems:
                    yield {"step": 0, **runner.run(self._evaluate(interpreter))}
                while self.iteration < self.recipe.iterations:
                    begun = time.perf_counter()
                    trajectories = runner.run(self._gather(interpreter))
                    collected = time.perf_counter()
                    examples = self._examples(trajectories)
                    spent = {"collect_s": collected - begun, "observe_s": time.perf_counter() - collected}
                    own = trajectories[len(self.given) :] or trajectories
                    found = {**_described(own), "examples": len(examples), **spent}
                    yield {"step": self.step - self.within, **found}
                    yield from self._learn(examples)
                    hand_over(self.player.decoder, self.policy)
                    came_to = self.recipe.evaluate_problems and runner.run(self._evaluate(interpreter))
                    self.iteration, self.within = self.iteration + 1, 0
                    self.save()
                    yield {"step": self.step, "iteration": self.iteration, **(came_to or {})}
            finally:
                runner.run(owned.aclose())

    def save(self) -> None:
        """Write the checkpoint so that a crash leaves the old one or the new one."""
        state = {
            "progress": [self.step, self.iteration, self.within],
            **self.learner.state(self.optimizer),
        }
        checkpoint.write(Path(self.recipe.out), self.recipe, state, self.processes)

    def resume(self) -> bool:
        """Load the checkpoint of the same recipe, if there is one. Raises UsageError for another recipe's."""
        state = checkpoint.read(Path(self.recipe.out), self.recipe)
        if state is None:
            return False
        self.learner.load(state, self.optimizer)
        self.step, self.iteration, self.within = state["progress"]
        hand_over(self.player.decoder, self.policy)
        return True

    async def _gather(self, interpreter: "AsyncInterpreter") -> list[Trajectory]:
        """The given trajectories and the iteration's own, those that are there already left as they are."""
        recipe = self.recipe
        if not recipe.problems:
            return list(self.given)
        path = self._folder() / "trajectories.jsonl"
        kept = list(records.read(path)) if path.exists() else []
        known = {trajectory.problem.id for trajectory in kept}
        left = [p for p in self.even.problems(self.iteration, recipe.problems) if p[1].id not in known]
        size = max(1, AT_ONCE // recipe.rollouts)
        for n in range(0, len(left), size):
            rolled = await self.player.roll(
                interpreter,
                left[n : n + size],
                recipe.temperature,
                rollouts=recipe.rollouts,
                seed=recipe.seed * 1_000_000 + self.iteration,
            )
            fresh = [trajectory for group in rolled for trajectory in group]
            kept += fresh
            if self.processes.first:
                with records.Writer(path) as writer:
                    writer.append(*fresh)
        return [*self.given, *kept]

    async def _evaluate(self, interpreter: "AsyncInterpreter") -> dict[str, float]:
        """Accuracy on fresh problems, the same every time: greedy, and sampled as in training."""
        problems = self.even.held_out(self.recipe.evaluate_problems)
        return await self.player.accuracy(interpreter, problems, self.recipe.temperature)

    def _examples(self, trajectories: Sequence[Trajectory]) -> list["Example"]:
        """What is learned from in this iteration, with the reference's log-probabilities.

        Raises UsageError where the given data have nothing to choose from; rollouts may.
        """
        chosen = self.recipe.choice.choose(trajectories)
        if not chosen and not self.recipe.problems:
            raise UsageError(
                f"data={self.recipe.data!r}: {self.recipe.choice} finds nothing to learn from: pairs want"
                " right and wrong answers to the same prompt, see docs/preferences.md"
            )
        examples = _weighed(self._made(chosen), self.recipe)
        path = self._folder() / "reference.pt"
        return self._restored(examples, path) if path.exists() else self._observed(examples, path)

    def _observed(self, examples: Sequence["Example"], path: Path) -> list["Example"]:
        """With the reference's log-probabilities, which the file keeps from then on."""
        import torch

        from reckon.training.torch_judged import observed

        reference, as_begun = self.policy, self.recipe.reference == "start"
        if as_begun and self.iteration and self.recipe.lora is None:
            reference = load_policy(self.start)
            self.learner.place(reference)
        with without(reference) if as_begun else nullcontext():
            found = observed(self.learner, reference, examples, self.recipe.piece_tokens)
        self.processes.wait()  # until the others have seen that there is no file
        if self.processes.first:
            with checkpoint.making(path.with_suffix(".new")) as new:
                torch.save([[row.ref_logp_T for row in e.contexts] for e in found], new)
            new.replace(path)
        return found

    def _restored(self, examples: Sequence["Example"], path: Path) -> list["Example"]:
        import torch

        found = []
        for example, logps in zip(examples, torch.load(path, weights_only=True), strict=True):
            rows = [replace(r, ref_logp_T=logp_T) for r, logp_T in zip(example.contexts, logps, strict=True)]
            count = len(example.rows)
            twin = next(iter(rows[count:]), None)
            found.append(replace(example, rows=tuple(rows[:count]), mismatched=twin))
        return found

    def _made(self, chosen: Sequence[Pair | Labelled]) -> list["Example"]:
        """Examples in a random order of the iteration's own."""
        from reckon.training.torch_judged import Example, mismatched, row_of

        order = list(chosen)
        random.Random(f"{self.recipe.seed}/{self.iteration}").shuffle(order)
        rows: dict[int, Row] = {}  # a trajectory that is in several pairs goes through the reference once

        def row(trajectory: Trajectory) -> "Row":
            return rows.setdefault(id(trajectory), row_of(trajectory))

        made = []
        for n, one in enumerate(order):
            if isinstance(one, Pair):
                made.append(Example((row(one.liked), row(one.disliked))))
                continue
            others = (o.trajectory for o in [*order[n + 1 :], *order[:n]] if isinstance(o, Labelled))
            other = next((o for o in others if o.problem.id != one.trajectory.problem.id), None)
            twin = mismatched(one.trajectory, other) if other and self.recipe.objective.mismatched else None
            made.append(Example((row(one.trajectory),), one.liked, mismatched=twin))
        return made

    def _learn(self, examples: Sequence["Example"]) -> Iterator[dict[str, float]]:
        """The iteration's updates that are left."""
        from reckon.training.torch_judged import update

        if examples:
            self.learner.try_bfloat16(lambda: self._trial(examples))
        recipe, batches = self.recipe, list[list["Example"]]()
        for epoch in range(recipe.epochs):
            order = list(examples)
            random.Random(f"{recipe.seed}/{self.iteration}/{epoch}").shuffle(order)
            batches += [order[n : n + recipe.batch] for n in range(0, len(order), recipe.batch)]
        for batch in batches[self.within :]:
            begun = time.perf_counter()
            rate = recipe.learning_rate * min(1.0, (self.step + 1) / max(1, recipe.warmup))
            for parameters in self.optimizer.param_groups:
                parameters["lr"] = rate
            metrics = update(
                self.learner,
                self.optimizer,
                recipe.objective,
                batch,
                most_tokens=recipe.piece_tokens,
                clip=recipe.clip,
            )
            self.step, self.within = self.step + 1, self.within + 1
            yield {"step": self.step, **metrics, "rate": rate, "train_s": time.perf_counter() - begun}
            if self.step % recipe.save_every == 0:
                self.save()

    def _trial(self, examples: Sequence["Example"]) -> "Tensor":
        """Something to time: the likelihood of one piece."""
        from reckon.training.torch_judged import cut, judged
        from reckon.training.torch_policy import logprobs

        batch = judged(cut(examples, self.recipe.piece_tokens)[0], device=self.processes.device)
        return logprobs(self.policy, batch.ids_BT, batch.mask_BT)[0].sum()

    def _folder(self) -> Path:
        """The iteration's folder. Raises UsageError for another recipe's."""
        folder = Path(self.recipe.out) / f"iteration-{self.iteration + 1}"
        mark = folder / "recipe.txt"
        if mark.exists() and mark.read_text("utf-8") != repr(self.recipe):
            raise UsageError(
                f"{folder} is of another recipe: remove {self.recipe.out} or give the recipe another out"
            )
        self.processes.wait()
        if self.processes.first:
            folder.mkdir(parents=True, exist_ok=True)
            mark.write_text(repr(self.recipe), "utf-8")
        self.processes.wait()
        return folder


def _weighed(examples: Sequence["Example"], recipe: Preferences) -> list["Example"]:
    count = sum(example.liked for example in examples)
    weight = dict(zip((True, False), recipe.objective.weigh(count, len(examples) - count), strict=True))
    return [replace(example, weight=weight[example.liked]) for example in examples]


def _described(trajectories: Sequence[Trajectory]) -> dict[str, float]:
    """What the trajectories of an iteration were like, on average."""
    roots = [trajectory for trajectory in trajectories if trajectory.relation == "root"]
    count = max(1, len(roots))
    return {
        "rollouts": float(len(roots)),
        "accuracy": math.fsum(t.grade.score for t in roots if t.grade) / count,
        "calls": sum(t.cost.runs for t in roots) / count,
        "code_errors": sum(t.cost.errors for t in roots) / count,
        "tokens": sum(t.cost.tokens_out for t in roots) / count,
    }
