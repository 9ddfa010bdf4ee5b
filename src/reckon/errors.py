"""The errors Reckon raises.

    ReckonError
    ├── UsageError             a bad argument, file or name: one line that says what to do; the CLI exits 2
    │   └── MissingExtra       an optional dependency is absent: names the extra that brings it
    ├── InfrastructureError    a fault of ours: voids the rollout, is retried, never becomes a reward
    │   ├── SessionLost        the interpreter session died through no fault of the program
    │   └── ModelUnavailable   the model server is down, overloaded or answers nonsense
    ├── BudgetSpent            the rollout's tokens, runs or time are used up: ends it, keeps its record
    └── RecordError            a record breaks a promise (ids, masks, text): it refuses to be training data

The failure of a program that a model wrote is none of these: it is data (`Execution.status`).
"""


class ReckonError(Exception):
    """The root: catch this to catch everything Reckon raises on purpose."""


class UsageError(ReckonError, ValueError):
    """What was asked for cannot be done; the message names the field, flag or file and the mend."""


class MissingExtra(UsageError):
    """An optional dependency is not installed."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs the extra '{extra}': pip install 'reckon[{extra}]'")


class InfrastructureError(ReckonError):
    """A fault of ours, not of the program or the model's answer."""


class SessionLost(InfrastructureError):
    """The session's process, or the zygote behind it, went away."""


class ModelUnavailable(InfrastructureError):
    """The model could not be reached or failed to answer after its retries."""


class BudgetSpent(ReckonError):
    """A limit of the rollout is reached; what was recorded so far stands."""


class RecordError(ReckonError):
    """A trajectory is not what it claims to be, token for token."""
