"""The programs of a trajectory, read in the dialect that it is written in."""

from collections.abc import Iterable
from itertools import islice

from reckon.dialects import DIALECTS, R1_CI, Dialect
from reckon.values import Trajectory

SAMPLE = 200


def bodies(trajectory: Trajectory, dialect: Dialect) -> list[str]:
    """Its programs as they ran."""
    code = (dialect.spans(s.text) for s in trajectory.segments if s.kind == "code")
    return [span.body for spans in code for span in spans if span.kind == "code"]


def dialect_of(trajectories: Iterable[Trajectory]) -> Dialect:
    """The dialect in which most of the programs can be read; the first of DIALECTS where there are none."""
    some = list(islice((t for t in trajectories if t.executions), SAMPLE))
    read = {dialect: sum(len(bodies(t, dialect)) for t in some) for dialect in DIALECTS.values()}
    return max(read, key=lambda dialect: read[dialect]) if some else R1_CI
