"""A person as the judge: two answers to one problem, methods hidden, sides drawn, votes kept beside the run.

RUN/votes.jsonl has a line for each vote: time, problem, first and second (trajectory ids as they were shown),
methods (reasoner and model of either), vote ("first", "second" or "tie"), reason, who.
"""

import json
import os
import random
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reckon import records
from reckon.errors import UsageError
from reckon.interpreter import Interpreter
from reckon.interpreter.replaying import Rerun
from reckon.serving.viewer import record
from reckon.serving.viewer.library import Known, NotFound
from reckon.serving.viewer.rows import method_at, methods, problem_scores
from reckon.values import Trajectory

FILE = "votes.jsonl"
VOTES = ("first", "second", "tie")
_OPEN = 1000  # ballots handed out and not forgotten
_REASON = 10_000
_WHO = 100


@dataclass(frozen=True)
class Ballot:
    """Two rollouts of one problem in the order in which they are shown."""

    known: Known
    first: int
    second: int


class Ballots:
    """Hands out ballots and takes votes. rng: draws problems and sides."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._lock = threading.Lock()
        self._open: OrderedDict[str, Ballot] = OrderedDict()
        self._interpreting = threading.Lock()

    def draw(self, known: Known, one: str, two: str, who: str) -> dict[str, Any] | None:
        """A problem that both methods tried and `who` has not voted on; None where there is none left.

        Raises UsageError for the same method twice, or one that is none.
        """
        if one == two:
            raise UsageError("a ballot wants two methods of the run")
        done = {(vote.get("problem"), _pair(vote)) for vote in votes(known.folder) if vote.get("who") == who}
        with known.shelf.open() as index:
            names = [list(method_at(known.shelf, index, place)) for place in (one, two)]
            left, right = (problem_scores(known.shelf, index, place) for place in (one, two))
            pair = frozenset(json.dumps(name) for name in names)
            waiting = sorted(name for name in left if name in right and (name, pair) not in done)
            if not waiting:
                return None
            problem = self._rng.choice(waiting)
            numbers = [left[problem][1], right[problem][1]]
            self._rng.shuffle(numbers)
            shown = [record.said(record.find(index, number)) for number in numbers]
        ballot = self._keep(Ballot(known, *numbers))
        question = {name: shown[0]["problem"][name] for name in ("id", "task", "question", "parts")}
        return {
            "ballot": ballot,
            "left": len(waiting),
            "problem": question,
            "sides": [_hidden(side) for side in shown],
        }

    def vote(self, ballot: str, vote: str, reason: str, who: str) -> dict[str, Any]:
        """Append the vote; the two methods, named now, and their scores.

        Raises UsageError, and NotFound for a ballot that is closed.
        """
        if vote not in VOTES:
            raise UsageError(f"vote: wanted one of {', '.join(VOTES)}, got {vote[:40]!r}")
        if len(reason) > _REASON or len(who) > _WHO:
            raise UsageError(f"wanted a reason of at most {_REASON} characters, and a name of at most {_WHO}")
        with self._lock:  # held until it is written: a ballot counts once, and stays open where writing fails
            found = self._find(ballot)
            first, second = self._sides(found)
            named = [[t.reasoner, t.model] for t in (first, second)]
            line = {
                "time": datetime.now(UTC).isoformat(timespec="seconds"),
                "problem": first.problem.id,
                "first": first.id,
                "second": second.id,
                "methods": named,
                "vote": vote,
                "reason": reason,
                "who": who,
            }
            _append(found.known.folder / FILE, line)
            del self._open[ballot]
        return {"methods": named, "scores": [t.grade.score if t.grade else None for t in (first, second)]}

    def run_again(self, ballot: str) -> list[list[dict[str, Any]]]:
        """Run the programs of both sides again, each side in a fresh session; what each run did now.

        Raises NotFound for a closed ballot.
        """
        with self._lock:
            found = self._find(ballot)
        with self._interpreting, Interpreter(spares=0) as interpreter:
            return [[_rerun(run) for run in interpreter.replay(side).runs] for side in self._sides(found)]

    def _find(self, ballot: str) -> Ballot:
        if ballot not in self._open:
            raise NotFound("this ballot is closed: take another")
        return self._open[ballot]

    def _keep(self, ballot: Ballot) -> str:
        name = f"{self._rng.getrandbits(64):016x}"
        with self._lock:
            self._open[name] = ballot
            while len(self._open) > _OPEN:
                self._open.popitem(last=False)
        return name

    def _sides(self, ballot: Ballot) -> tuple[Trajectory, Trajectory]:
        with ballot.known.shelf.open() as index:
            return record.find(index, ballot.first), record.find(index, ballot.second)


def tally(known: Known) -> dict[str, Any]:
    """How often each method of the run won, lost and tied, by pair of methods (their places in the run)."""
    with known.shelf.open() as index:
        places = {name: place for place, name in enumerate(methods(known.shelf, index))}
    counts: Counter[tuple[int, int, str]] = Counter()
    for vote in votes(known.folder):
        first, second = (places.get((reasoner, model)) for reasoner, model in vote["methods"])
        if first is None or second is None or first == second:
            continue
        won = {"first": first, "second": second}.get(vote["vote"])
        low, high = min(first, second), max(first, second)
        counts[low, high, "tie" if won is None else "one" if won == low else "two"] += 1
    pairs = sorted({(low, high) for low, high, _ in counts})
    rows = [{"methods": [a, b], **{k: counts[a, b, k] for k in ("one", "two", "tie")}} for a, b in pairs]
    return {"votes": counts.total(), "pairs": rows}


def votes(folder: Path) -> Iterator[dict[str, Any]]:
    """The votes of a run; lines that are none (torn, or another program's) are left out."""
    for vote in records.objects(folder / FILE):
        if not isinstance(vote.get("problem"), str):
            continue
        if vote.get("vote") in VOTES and _are_methods(vote.get("methods")):
            yield vote


def _are_methods(given: object) -> bool:
    """Two pairs of strings."""
    return (
        isinstance(given, list)
        and len(given) == 2
        and all(isinstance(side, list) and len(side) == 2 for side in given)
        and all(isinstance(name, str) for side in given for name in side)
    )


def _pair(vote: dict[str, Any]) -> frozenset[str]:
    return frozenset(json.dumps(name) for name in vote["methods"])


def _hidden(said: dict[str, Any]) -> dict[str, Any]:
    """A side without what names its method: its record's id, and the prompt that it began with."""
    segments = said["segments"]
    begin = next((n for n, segment in enumerate(segments) if segment["kind"] != "prompt"), len(segments))
    return {"segments": segments[begin:], "answer": said["answer"]}


def _rerun(run: Rerun) -> dict[str, Any]:
    now = None if run.replayed is None else record.execution(run.replayed)
    return {"program": run.code, "now": now, "differs": [d.field for d in run.differences]}


def _append(path: Path, line: dict[str, Any]) -> None:
    """One write, behind whole lines only: a line that a crash cut short is ended before it."""
    try:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
    except OSError as error:
        raise UsageError(f"cannot write {path.name} beside the run: {error.strerror}") from None
    try:
        size = os.fstat(file).st_size
        torn = size > 0 and os.pread(file, 1, size - 1) != b"\n"
        data = ("\n" if torn else "") + json.dumps(line) + "\n"
        if os.write(file, data.encode("ascii")) < len(data):
            raise UsageError(f"the vote is not saved: the disk of {path.name} is full")
        os.fsync(file)
    except OSError as error:
        raise UsageError(f"cannot write {path.name} beside the run: {error.strerror}") from None
    finally:
        os.close(file)
