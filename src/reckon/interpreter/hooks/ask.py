"""What a host lets a program ask for, and who answers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from reckon.errors import UsageError
from reckon.protocols import Emulate, Supply
from reckon.traces.record import Value

Kind: TypeAlias = Literal["name", "attribute", "call", "statement"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Answerer: TypeAlias = Callable[["Question"], "object | Awaitable[object]"]


class Unknown(Exception):
    """Raised by who answers, where there is no value: the program gets its NameError, or its own error."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a program wants to know. All of it was written by the program: it is not to be trusted.

    name: "rate", "shop.price", "shop.rate_of"; "" for a statement.  line, source: where it stands; for a
    statement its whole text.  arguments: of a call, as short reprs, keywords as "name=repr".
    state: the variables in sight.  error: what a statement raised, "ZeroDivisionError: division by zero".
    """

    kind: Kind
    name: str
    line: int
    source: str
    arguments: tuple[str, ...] = ()
    state: Mapping[str, Value] = field(default_factory=dict)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """session.run(code, ask=Ask(answer)), or ask=answer for short.

    answer: a function of a Question, plain (run in a thread) or async, that gives a literal value (numbers,
        strings, bytes, None, and lists, tuples, sets and dicts of them); for a statement that raised, a dict
        of new values of variables. It raises Unknown where it has none; any other exception ends the run and
        goes to who called `run`. It must not use the session that asks.
    kinds: what may be asked for; add "statement" to go on after statements that raise.
    questions: beyond as many, the answer is unknown.
    """

    answer: Answerer
    kinds: tuple[Kind, ...] = ("name", "attribute", "call")
    questions: int = 1_000

    def __post_init__(self) -> None:
        if not callable(self.answer):
            raise UsageError(f"Ask.answer: wanted a function of a Question, got {self.answer!r}")
        if not self.kinds or not set(self.kinds) <= set(KINDS):
            raise UsageError(f"Ask.kinds: wanted some of {', '.join(KINDS)}, got {self.kinds!r}")
        if isinstance(self.questions, bool) or not isinstance(self.questions, int) or self.questions < 1:
            raise UsageError(f"Ask.questions: wanted at least 1, got {self.questions!r}")


def asking(emulate: Emulate | None, supply: Supply | None) -> Ask:
    """Asks `emulate` for statements that raise, `supply` for undefined names, and for nothing else."""

    async def answer(question: Question) -> object:
        if question.kind == "statement":
            state = await emulate(question) if emulate else None
            if state is not None:
                return dict(state)
        elif supply is not None and (value := await supply(question)) is not None:
            return value[0]
        raise Unknown

    statements: tuple[Kind, ...] = ("statement",) if emulate else ()
    names: tuple[Kind, ...] = ("name", "attribute", "call") if supply else ()
    return Ask(answer, kinds=(*names, *statements))
