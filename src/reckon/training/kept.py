"""The rollouts that a run keeps to be read: graded trajectories of some of its steps.

They lie in the run's folder as those of an evaluation do, a description beside them, so that what shows,
filters and audits the one does so with the other.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from reckon import __version__, records
from reckon.errors import UsageError
from reckon.training.processes import Processes
from reckon.training.rl import Rl
from reckon.training.scored import Group

TRAJECTORIES = "trajectories.jsonl"
DESCRIPTION = "run.json"
INDEX = "index.sqlite"
SETTINGS = "training"  # an evaluation's are others, so none goes on in a training run's folder


class Kept:
    """OUT/trajectories.jsonl of a recipe, written by the first process; `notes` says each one's step."""

    def __init__(self, recipe: Rl, model: str, processes: Processes) -> None:
        """model: the name of what writes the rollouts."""
        self._recipe, self._model = recipe, model
        self._writes = bool(recipe.keep) and processes.first
        self._path = Path(recipe.out) / TRAJECTORIES

    def begin(self, step: int) -> None:
        """Drop the rollouts of steps after `step`: a run that goes on from there makes them again.

        Raises UsageError where the folder holds the rollouts of something else.
        """
        if self._writes:
            if self._path.exists():
                self._check()
                self._drop_after(step)
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if not step or not self._path.with_name(DESCRIPTION).exists():
                self._describe()

    def add(self, step: int, groups: Sequence[Group]) -> None:
        """The fresh rollouts of a step, counted from 1, if it is one whose rollouts are kept."""
        recipe = self._recipe
        if not self._writes or (step % recipe.keep and step not in (1, recipe.steps)):
            return
        every = [scored.trajectory for group in groups for scored in group]
        fresh = [t for t in every if not t.void and "queued" not in t.notes]
        with records.Writer(self._path) as writer:
            writer.append(*(replace(t, notes={**t.notes, "step": step}) for t in fresh))

    def _check(self) -> None:
        try:
            said = json.loads(self._path.with_name(DESCRIPTION).read_text("utf-8"))
        except (OSError, ValueError):
            said = None
        if not isinstance(said, dict) or said.get("settings") != SETTINGS:
            raise UsageError(f"{self._path} is not of a training run: give the recipe another out, or keep=0")

    def _drop_after(self, step: int) -> None:
        end = 0
        with open(self._path, "r+b") as file:
            for line in file:
                if not line.endswith(b"\n") or self._step_of(line, end) > step:
                    break
                end += len(line)
            file.truncate(end)
        self._path.with_name(INDEX).unlink(missing_ok=True)  # it knows lines by their places

    def _step_of(self, line: bytes, at: int) -> int:
        try:
            return int(json.loads(line)["notes"]["step"])
        except (ValueError, KeyError, TypeError) as error:
            told = f"is no rollout of a step ({error}): remove the file"
            raise UsageError(f"{self._path}, byte {at}, {told}") from None

    def _describe(self) -> None:
        recipe = self._recipe
        said = {
            "seed": recipe.seed,
            "difficulty": None,
            "settings": SETTINGS,
            "models": [self._model],
            "tasks": list(recipe.tasks),
            "reasoners": [recipe.reasoner],
            "begun": datetime.now(UTC).isoformat(timespec="seconds"),
            "reckon": __version__,
        }
        self._path.with_name(DESCRIPTION).write_text(json.dumps(said, indent=1) + "\n", "utf-8")
