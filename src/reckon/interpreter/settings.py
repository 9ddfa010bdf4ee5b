"""What makes a session do the same again: the seed of its random numbers, and a clock that stands still."""

from dataclasses import dataclass

from reckon.errors import UsageError
from reckon.values import JSON

_SEED_BITS = 64


@dataclass(frozen=True, slots=True)
class Settings:
    """seed: of `random` and numpy; None draws from the system.
    clock: seconds since the epoch that `time` and `datetime` read; None is the real one.
    """

    seed: int | None = None
    clock: float | None = None

    def __post_init__(self) -> None:
        is_whole = isinstance(self.seed, int) and not isinstance(self.seed, bool)
        if self.seed is not None and not (is_whole and self.seed.bit_length() < _SEED_BITS):
            raise UsageError(f"seed: wanted a whole number below 2**{_SEED_BITS - 1}, got {self.seed!r:.50}")
        is_number = isinstance(self.clock, int | float) and not isinstance(self.clock, bool)
        if self.clock is not None and not (is_number and 0 <= self.clock < 1e11):
            raise UsageError(f"clock: wanted seconds since the epoch, got {self.clock!r}")

    def request(self) -> dict[str, JSON]:
        """What to ask of a session's process, once."""
        wanted: dict[str, JSON] = {"seed": self.seed, "clock": self.clock}
        return {name: value for name, value in wanted.items() if value is not None}


NO_SETTINGS = Settings()
