"""What a session is told to draw and to read as the time, so that it does the same again.

Runs inside. Seeded: `random`, numpy's global generator and the entropy of its unseeded ones, also where numpy
is imported later. Not seeded: os.urandom, secrets, uuid4; the hash of strings is the zygote's, see
AsyncInterpreter. The clock is frozen for `time` and `datetime`; perf_counter and monotonic go on.
"""

import copyreg
import datetime
import random
import sys
import time
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

from reckon.interpreter.displays import on_import

_NUMPY_SEEDS = 1 << 32


def seed(number: int) -> None:
    """Make what is drawn from here on a function of `number`."""
    random.seed(number)
    on_import("numpy.random", lambda module: _seed_numpy(module, number))


def _seed_numpy(module: ModuleType, number: int) -> None:
    numpy_random: Any = module
    numpy_random.seed(number % _NUMPY_SEEDS)
    entropy: Any = sys.modules.get("numpy.random.bit_generator")
    if hasattr(entropy, "randbits"):
        entropy.randbits = random.Random(number).getrandbits


def freeze_clock(seconds: float) -> None:
    """Let `time` and `datetime` read `seconds` since the epoch from here on."""
    for name in ("localtime", "gmtime", "ctime"):
        setattr(time, name, _at(getattr(time, name), seconds))
    for name, place in (("asctime", 0), ("strftime", 1)):
        setattr(time, name, _filled(getattr(time, name), place))
    time.time = lambda: seconds
    time.time_ns = lambda: round(seconds * 1_000_000_000)
    _freeze_datetime(seconds)


def _at(convert: Callable[..., Any], seconds: float) -> Callable[..., Any]:
    return lambda at=None: convert(seconds if at is None else at)


def _filled(show: Callable[..., str], place: int) -> Callable[..., str]:
    """The same function, with the frozen time where none is given."""
    return lambda *given: show(*given) if len(given) > place else show(*given, time.localtime())


def _freeze_datetime(seconds: float) -> None:
    """Replace the two classes by ones that tell the frozen time and pass for the real ones."""
    real_datetime, real_date = datetime.datetime, datetime.date

    class AlsoReal(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, cls.__mro__[1])

        def __subclasscheck__(cls, kind: type) -> bool:
            return issubclass(kind, cls.__mro__[1])

    def now(cls: Any, tz: datetime.tzinfo | None = None) -> Any:
        return cls.fromtimestamp(seconds, tz)

    def utcnow(cls: Any) -> Any:
        return cls.fromtimestamp(seconds, datetime.UTC).replace(tzinfo=None)

    def today(cls: Any) -> Any:
        return cls.fromtimestamp(seconds)

    clocks = {"now": classmethod(now), "utcnow": classmethod(utcnow), "today": classmethod(today)}
    module: Any = datetime
    for real, own in ((real_datetime, clocks), (real_date, {"today": classmethod(today)})):
        frozen = AlsoReal(real.__name__, (real,), {**own, "__module__": "datetime"})
        setattr(module, real.__name__, frozen)
        # A pickle names the class, and under that name there is another one now.
        copyreg.pickle(real, partial(_reduce, frozen))


def _reduce(kind: Any, value: Any) -> Any:
    return kind, value.__reduce__()[1]
