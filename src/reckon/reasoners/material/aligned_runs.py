"""Two programs in two languages run on the same input, their values compared block by block.

Python is followed by the recorder of steps.py; in other languages statements that print are put after the
blocks (probes.py), and count only where the program still prints what it printed without them. What is said
here guides a model and nothing else: a program could forge it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, TypeAlias

from reckon.reasoners.material import on_stdin
from reckon.reasoners.material.code_blocks import CodeBlock, blocks_of
from reckon.reasoners.material.probes import probe_of, probed
from reckon.reasoners.material.steps import recorded

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.traces.record import TraceRecord

Values: TypeAlias = Mapping[str, str]
MOST = 400  # steps of a run that are kept
LONGEST = 80  # characters of a value
_PRINTED = re.compile(r"^@(\d+) (\w+) (.*)$", re.MULTILINE)
_OPAQUE = re.compile(r"\?|@[0-9a-f]{4,}|<[\w. ]+ object")  # objects that only say where they are
_TOKEN = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[^\W\d]\w*")
_CONTAINERS = ("deque", "set", "frozenset", "dict", "defaultdict", "counter", "ordereddict", "int", "list")
_WORDS = {"true": "1", "false": "0", "none": "null", "undefined": "null"}


@dataclass(frozen=True, slots=True)
class Visit:
    """A block that ran. values: what it changed, by name, in small letters without underscores."""

    block: int
    values: Values


@dataclass(frozen=True, slots=True)
class Run:
    """whole: whether all visits are there."""

    visits: tuple[Visit, ...] = ()
    whole: bool = True

    def of(self, block: int, names: set[str]) -> list[tuple[int, Values]]:
        """(its place, its values of these names) of each visit of a block that has any."""
        found = ((n, _only(v.values, names)) for n, v in enumerate(self.visits) if v.block == block)
        return [(n, values) for n, values in found if values]

    def names(self, block: int) -> set[str]:
        return {name for visit in self.visits if visit.block == block for name in visit.values}

    def state(self, place: int) -> Values:
        """The values before a visit."""
        return {name: text for visit in self.visits[:place] for name, text in visit.values.items()}


@dataclass(frozen=True, slots=True)
class Divergence:
    """Where two runs part: a block of the target, and its values before.

    wanted: the source's values after it, {} where it should not have run again.  got: the target's.
    """

    block: CodeBlock
    before: Values
    wanted: Values
    got: Values

    @property
    def told(self) -> dict[str, str]:
        """before, wanted and got as text."""
        each = {"before": self.before, "wanted": self.wanted, "got": self.got}
        return {
            name: ", ".join(f"{n} = {v}" for n, v in values.items()) or "nothing"
            for name, values in each.items()
        }


def is_python(language: str) -> bool:
    return language.strip().lower() in ("python", "py", "python3")


async def follow(rollout: Rollout, program: str, language: str, test: str) -> Run:
    """What the program does on a test on stdin, in a side session; no visit where it cannot be followed."""
    side = await rollout.side()
    if is_python(language):
        record = await recorded(side, program, test, most=MOST)
        return _run(_stepped(record), len(record.events) < MOST) if record else Run()
    probe, fed = probe_of(language), on_stdin.pair_of(test)
    if probe is None or fed is None:
        return Run()
    plain, seen = [
        await side.run(text, show=False, stdin=fed[0], language=language)
        for text in (program, probed(program, probe))
    ]
    same = (plain.status, plain.stdout) == (seen.status, seen.stdout)
    return _run(_printed(seen.stderr), not seen.truncated) if same else Run()


def first_divergence(source: Run, target: Run, pairs: Mapping[int, int], program: str) -> Divergence | None:
    """The first visit, in the order of the source, that left shared variables with other values.

    pairs: block of the source to block of the target, whose code is `program`.
    """
    blocks = {block.number: block for block in blocks_of(program)}
    found: list[tuple[int, Divergence]] = []
    for one, other in pairs.items():
        names = source.names(one) & target.names(other)
        if other not in blocks or not names:
            continue
        for a, b in zip_longest(source.of(one, names), target.of(other, names)):
            if a and b and alike(a[1], b[1]):
                continue
            if (b or target.whole) and (a or source.whole):
                at = b[0] if b else len(target.visits)
                told = Divergence(blocks[other], target.state(at), a[1] if a else {}, b[1] if b else {})
                found.append((a[0] if a else len(source.visits), told))
            break
    return min(found, key=lambda each: each[0])[1] if found else None


def alike(wanted: Values, got: Values) -> bool:
    return wanted.keys() == got.keys() and all(_alike(wanted[name], got[name]) for name in wanted)


def _alike(one: str, other: str) -> bool:
    """The same numbers and words, whatever stands around them; of what is cut, as far as it goes."""
    tokens = [_tokens(one), _tokens(other)]
    if max(len(one), len(other)) >= LONGEST:
        least = min(map(len, tokens)) - 1
        tokens = [each[: max(0, least)] for each in tokens]
    elif any(text.lstrip("[").startswith("{") for text in (one, other)):
        tokens = [sorted(each) for each in tokens]
    return len(tokens[0]) == len(tokens[1]) and all(map(_same, *tokens))


def _same(one: str, other: str) -> bool:
    try:
        return one == other or math.isclose(float(one), float(other), rel_tol=1e-4, abs_tol=1e-6)
    except ValueError:
        return False


def _tokens(text: str) -> list[str]:
    found = (token.lower() for token in _TOKEN.findall(text))
    return [_WORDS.get(token, token) for token in found if token not in _CONTAINERS]


def _stepped(record: TraceRecord) -> Iterable[tuple[int, dict[str, str]]]:
    """(block, what it changed) of each visit, as they end: by another block, a jump back or a return."""
    number = {line: block.number for block in blocks_of(record.source) for line in block.lines}
    going: dict[int, tuple[int, int, dict[str, str]]] = {}  # of each frame: block, last line, values
    for event in record.events:
        block = number.get(event.line, 0)
        last = going.get(event.frame)
        if last and (event.kind == "return" or block != last[0] or event.line <= last[1]):
            yield last[0], last[2]
            del going[event.frame]
        if event.kind == "line" and block:
            values = going[event.frame][2] if event.frame in going else {}
            values |= {c.name: c.value.text for c in event.changes if c.value is not None}
            going[event.frame] = block, event.line, values
    yield from ((block, values) for block, _, values in going.values())


def _printed(stderr: str) -> Iterable[tuple[int, dict[str, str]]]:
    """The same of what probes printed."""
    last, values = 0, dict[str, str]()
    for number, name, text in _PRINTED.findall(stderr):
        if int(number) != last or name in values:
            yield last, values
            last, values = int(number), {}
        values[name] = text[:LONGEST]
    yield last, values


def _run(visits: Iterable[tuple[int, dict[str, str]]], whole: bool) -> Run:
    """What is set to what it was before counts as unchanged: recorders need not say it, probes do."""
    seen, kept = dict[str, str](), list[Visit]()
    for block, values in visits:
        own = {
            name.replace("_", "").lower(): text for name, text in values.items() if not _OPAQUE.search(text)
        }
        if fresh := {name: text for name, text in own.items() if seen.get(name) != text}:
            kept.append(Visit(block, fresh))
        seen |= own
    return Run(tuple(kept[:MOST]), whole and len(kept) <= MOST)


def _only(values: Values, names: set[str]) -> Values:
    return {name: text for name, text in values.items() if name in names}
