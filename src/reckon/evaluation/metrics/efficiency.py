"""Efficiency of programs against reference programs: speed-up, or the percentile among them.

Speed-up as in ECCO (Waghjale et al., 2024, arXiv:2407.14044): the reference's seconds over the program's.
Percentile as in Afterburner's Venus (Du et al., 2025, arXiv:2505.23387): the share of human programs that are
slower; a wrong program is behind them all. Differs from both: the seconds are those of the try's last run.
System: ECCO; its speed-up. System: Afterburner (+Venus); its percentile.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reckon.errors import UsageError
from reckon.evaluation.metrics import Shares
from reckon.values import Trajectory

_LEAST_S = 1e-4


@dataclass(frozen=True)
class Efficiency:
    """kind: "speedup" (right tries only) or "percentile" (of all tries, in [0, 1]).

    Reads the problem's `metadata["reference_s"]`: processor seconds of reference programs on this machine;
    says nothing without. The speed-up is over their median.
    """

    kind: str = "percentile"

    def __post_init__(self) -> None:
        if self.kind not in ("speedup", "percentile"):
            raise UsageError(f"Efficiency: kind is speedup or percentile, got {self.kind!r}")

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        given = samples[0].problem.metadata.get("reference_s")
        if not isinstance(given, list) or not given:
            return None
        seconds = sorted(float(s) for s in given if isinstance(s, int | float))
        if self.kind == "percentile":
            return sum(_percentile(t, seconds) for t in samples), len(samples)
        right = [own for t in samples if (own := _seconds(t)) is not None]
        middle = seconds[len(seconds) // 2]
        return (sum(middle / own for own in right), len(right)) if right else None


def _seconds(trajectory: Trajectory) -> float | None:
    """Processor time of a right try's last program that ran."""
    ran = [e.cpu_s for e in trajectory.executions if e.ok]
    right = trajectory.grade is not None and trajectory.grade.right
    return max(_LEAST_S, ran[-1]) if right and ran else None


def _percentile(trajectory: Trajectory, seconds: Sequence[float]) -> float:
    own = _seconds(trajectory)
    return 0.0 if own is None else sum(other > own for other in seconds) / len(seconds)
