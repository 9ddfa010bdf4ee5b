"""The best program so far: what a search answers with whenever it ends, also by a spent budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reckon.values import Answer

if TYPE_CHECKING:
    from reckon.reasoners.material.trials import Trial
    from reckon.rollout import Rollout


class Best:
    """Keeps the rollout's answer at that of the best trial offered; the first of equals stays."""

    def __init__(self, rollout: Rollout) -> None:
        self._rollout = rollout
        self._score = (-1.0, 0.0)
        self._answer = rollout.answer(None, "no program ran to a result")
        self.trial: Trial | None = None

    def offer(self, trial: Trial | None, score: float = 0.0) -> None:
        """Take the trial if it passes more tests than the last; between equals `score` decides."""
        if trial is not None and trial.answer is not None and (trial.score, score) > self._score:
            self._score, self.trial = (trial.score, score), trial
            self._answer = Answer(trial.answer)
        # The trial may have been written in this very rollout, which then has its answer.
        self.answer()

    def answer(self) -> Answer:
        return self._rollout.answer(self._answer.text, self._answer.reason)
