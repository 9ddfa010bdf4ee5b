"""What the sessions of an interpreter were refused, until their runs are told of it."""

from dataclasses import dataclass, field

_SESSIONS, _EACH = 4_096, 8


@dataclass(frozen=True, slots=True)
class Refused:
    """By the process id of the session, in the order in which it happened."""

    _of: dict[int, dict[str, None]] = field(default_factory=dict)

    def note(self, session: int, what: str) -> None:
        """Keep the first few; what no run takes is forgotten when there is too much of it."""
        if session not in self._of and len(self._of) >= _SESSIONS:
            self._of.pop(next(iter(self._of)))
        noted = self._of.setdefault(session, {})
        if len(noted) < _EACH:
            noted[what] = None

    def take(self, session: int) -> tuple[str, ...]:
        return tuple(self._of.pop(session, ()))
