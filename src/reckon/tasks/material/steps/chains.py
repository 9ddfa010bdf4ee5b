"""Chains of steps: programs with a description, drawn at random, right or with one bug."""

import functools
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from reckon.errors import UsageError
from reckon.tasks.material.family import scaled
from reckon.tasks.material.steps import lists, structures, texts
from reckon.tasks.material.steps.kinds import KINDS, Kind
from reckon.tasks.material.steps.step import Bug, Parameters, Step
from reckon.values import JSON

STEPS: Mapping[str, Step] = {step.name: step for step in (*lists.STEPS, *texts.STEPS, *structures.STEPS)}
ERROR = "error"
SIZES = 9
Function: TypeAlias = Callable[..., Any]
Arguments: TypeAlias = list[Any]


@dataclass(frozen=True, slots=True)
class Slip:
    """Bug number `bug` of step number `step` of a chain."""

    step: int
    bug: int


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps with their parameters; each works on the result of the one before."""

    steps: tuple[tuple[Step, Parameters], ...]

    @property
    def kinds(self) -> tuple[Kind, ...]:
        return tuple(KINDS[kind] for kind in self.steps[0][0].takes)

    @property
    def arguments(self) -> str:
        return ", ".join(kind.argument for kind in self.kinds)

    def as_json(self) -> JSON:
        return [[step.name, dict(parameters)] for step, parameters in self.steps]

    def slips(self) -> tuple[Slip, ...]:
        return tuple(Slip(i, j) for i, (step, _) in enumerate(self.steps) for j in range(len(step.bugs)))

    def bug(self, slip: Slip) -> Bug:
        return self.steps[slip.step][0].bugs[slip.bug]

    def says(self) -> str:
        """What it computes: a phrase for one step, a numbered list for more."""
        phrases = [step.described(parameters) for step, parameters in self.steps]
        if len(phrases) == 1:
            return f"The result is {phrases[0]}."
        lines = [f"{n}. {phrase}." for n, phrase in enumerate(phrases, 1)]
        head = (
            "The result is reached in steps. Step 1 works on the input, each later step on what the one "
            "before"
            " gave, and what the last one gives is the result. The steps give:\n"
        )
        return head + "\n".join(lines)

    def takes(self) -> str:
        """What each argument is."""
        return "; ".join(f"`{kind.argument}` is {kind.says}" for kind in self.kinds)

    def source(self, slip: Slip | None = None, *, name: str = "solve") -> str:
        """The functions of its steps and the one, called `name`, that calls them."""
        functions = []
        for n, (step, parameters) in enumerate(self.steps):
            bug = step.bugs[slip.bug] if slip is not None and slip.step == n else None
            functions.append(step.written(parameters, bug))
        return "\n\n\n".join([*functions, self.caller(name)])

    def caller(self, name: str, *, renamed: Mapping[int, str] | None = None) -> str:
        """The function that calls the steps, some of them under other names."""
        names = [(renamed or {}).get(n, step.name) for n, (step, _) in enumerate(self.steps)]
        lines, given = [f"def {name}({self.arguments}):"], self.arguments
        for at in names[:-1]:
            lines.append(f"    result = {at}({given})")
            given = "result"
        return "\n".join([*lines, f"    return {names[-1]}({given})"])

    def function(self, slip: Slip | None = None) -> Function:
        """What its source defines, put together from steps that are compiled once."""
        functions = []
        for n, (step, parameters) in enumerate(self.steps):
            bug = step.bugs[slip.bug] if slip is not None and slip.step == n else None
            functions.append(compiled(step.written(parameters, bug), step.name))
        first, *others = functions

        def solve(*arguments: Any) -> Any:
            result = first(*arguments)
            for function in others:
                result = function(result)
            return result

        return solve


def of_json(value: JSON) -> Chain:
    """The chain that `as_json` wrote. Raises UsageError for steps and parameters that there are not."""
    steps = []
    for name, parameters in cast(Sequence[tuple[str, Parameters]], value):
        known = STEPS[name].parameters if name in STEPS else {"": ()}
        if parameters.keys() != known.keys() or any(v not in known[k] for k, v in parameters.items()):
            raise UsageError(f"steps: {name!r} with {parameters!r} is none of the steps of this version")
        steps.append((STEPS[name], parameters))
    return Chain(tuple(steps))


def draw(rng: random.Random, difficulty: float, most: int) -> Chain:
    """A chain of 1 to `most` steps, more and harder ones the greater the difficulty."""
    level = 1 if difficulty < 0.25 else 2 if difficulty < 0.55 else 3
    count = scaled(difficulty, 1, most)
    names: list[str] = []
    kind: tuple[str, ...] | None = None
    while len(names) < count:
        fitting = [s for s in STEPS.values() if s.name not in names and kind in (None, s.takes)]
        fitting = [s for s in fitting if s.level <= level] or fitting
        if not fitting:
            names, kind = [], None
            continue
        step = rng.choice(fitting)
        names.append(step.name)
        kind = (step.gives,)
    parameters = [{k: rng.choice(tuple(v)) for k, v in STEPS[name].parameters.items()} for name in names]
    return Chain(tuple((STEPS[name], chosen) for name, chosen in zip(names, parameters, strict=True)))


@functools.lru_cache(maxsize=4096)
def compiled(source: str, name: str) -> Function:
    """The function of that name in a program of ours."""
    names: dict[str, Any] = {}
    exec(compile(source, "<steps>", "exec"), names)
    return cast(Function, names[name])


@functools.cache
def drawer(kind: Kind) -> Callable[[random.Random, int], Any]:
    return cast(Callable[[random.Random, int], Any], eval(f"lambda r, n: {kind.drawn}"))


def outcome(function: Function, arguments: Arguments) -> Any:
    """What a function of ours gives; ERROR if it raises anything."""
    try:
        return function(*arguments)
    except Exception:
        return ERROR


def differing(chain: Chain, one: Function, other: Function, seed: int, tries: int) -> Arguments | None:
    """The first drawn arguments for which the functions differ, None if none of `tries` does."""
    r = random.Random(seed)
    drawers = [drawer(kind) for kind in chain.kinds]
    for i in range(tries):
        arguments = [draw_one(r, 2 + i % SIZES) for draw_one in drawers]
        if outcome(one, arguments) != outcome(other, arguments):
            return arguments
    return None
