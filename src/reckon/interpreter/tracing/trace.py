"""What to record of a run."""

from dataclasses import asdict, dataclass

from reckon.errors import UsageError
from reckon.values import JSON

_MOST = {"events": 100_000, "bytes": 2 << 20, "value_characters": 1_000}  # fits a frame, see wire.py


@dataclass(frozen=True, slots=True)
class Trace:
    """session.run(code, trace=Trace()).trace is a TraceRecord.

    events, bytes: when as many are recorded, the record of events ends; coverage, branches and steps go on.
    value_characters: the most that is shown of a value.
    """

    events: int = 10_000
    bytes: int = 512 << 10
    value_characters: int = 80

    def __post_init__(self) -> None:
        for name, most in _MOST.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
                raise UsageError(f"Trace.{name}: wanted a whole number from 1 to {most}, got {value!r}")

    @property
    def request(self) -> dict[str, JSON]:
        return asdict(self)
