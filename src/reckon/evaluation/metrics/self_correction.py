"""Self-correction rate: of the tries in which a program failed, those in which a later one did not."""

from collections.abc import Sequence
from dataclasses import dataclass

from reckon.evaluation.metrics import Shares
from reckon.values import Trajectory


@dataclass(frozen=True)
class SelfCorrection:
    """An error, then a success. Of the tries' own line of thought; says nothing where no program failed."""

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        failed = [t.executions for t in samples if any(not e.ok for e in t.executions)]
        mended = [
            any(e.ok for e in runs[next(n for n, run in enumerate(runs) if not run.ok) :]) for runs in failed
        ]
        return (float(sum(mended)), float(len(failed))) if failed else None
