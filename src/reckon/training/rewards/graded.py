"""The task's grade as the reward, fractions and all."""

from dataclasses import dataclass

from reckon.training.rewards import earned, grade_of
from reckon.training.scored import Scored
from reckon.values import Trajectory


@dataclass(frozen=True, slots=True)
class Graded:
    """Parts: grade."""

    def score(self, trajectory: Trajectory) -> Scored:
        return earned(trajectory, grade=grade_of(trajectory).score)
