"""How often the simulated solver is right at each thing that it does."""

import math
from dataclasses import dataclass, fields

from reckon.errors import UsageError

NAME = "simulated"
_WHOLE = ("wrongs",)
_ANY = ("spread",)


@dataclass(frozen=True)
class Reliability:
    """Probabilities in [0, 1], but for the last two.

    right: that a program is right.  judge: that a judgement is.  repair: that a wrong program is mended.
    text: that an answer without a program is right.  visible: that a wrong program crashes or prints nothing.
    wrongs: how many wrong answers a problem has.
    spread: of `right` and `text` over difficulty: logit p(d) = logit p + spread (1/2 - d).
    """

    right: float = 0.6
    judge: float = 0.8
    repair: float = 0.5
    text: float = 0.3
    visible: float = 0.3
    wrongs: int = 4
    spread: float = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name not in (*_WHOLE, *_ANY) and not 0.0 <= value <= 1.0:
                raise UsageError(f"{NAME}: {field.name} is from 0 to 1, got {value:g}")
        if self.wrongs < 1 or not math.isfinite(self.spread):
            raise UsageError(f"{NAME}: wanted wrongs of at least 1 and a finite spread, got {self}")

    def at(self, p: float, difficulty: float) -> float:
        """`p` at a problem's difficulty."""
        if not self.spread or p in (0.0, 1.0):
            return p
        return 1 / (1 + math.exp(-(math.log(p / (1 - p)) + self.spread * (0.5 - difficulty))))


def is_simulated(name: str) -> bool:
    return name.partition(":")[0] == NAME


def read_reliability(name: str) -> Reliability:
    """Of "simulated", "simulated:0.6" or "simulated:right=0.6,judge=0.9". Raises UsageError."""
    given: dict[str, float | int] = {}
    known = [field.name for field in fields(Reliability)]
    for part in filter(None, name.partition(":")[2].split(",")):
        key, mark, value = part.partition("=")
        key, value = (key.strip(), value) if mark else ("right", key)
        try:
            given[key] = int(value) if key in _WHOLE else float(value)
        except ValueError:
            raise UsageError(f"--model {name}: {key} wants a number, got {value!r}") from None
        if key not in known:
            raise UsageError(f"--model {name}: no option {key!r}; there are {', '.join(known)}")
    return Reliability(**given)  # type: ignore[arg-type]
