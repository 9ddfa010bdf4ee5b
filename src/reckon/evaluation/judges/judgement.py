"""Verdicts and people's votes, kept beside the run that they judge.

RUN/judgements.jsonl has a line for each verdict of a judge. RUN/votes.jsonl has one for each vote of a
person: time, problem, first and second (trajectory ids as shown), methods (reasoner and model of each), vote
(1 or "first", 2 or "second", 0 or "tie"), who.
"""

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from reckon import records
from reckon.errors import UsageError
from reckon.values import JSON, Trajectory

JUDGEMENTS = "judgements.jsonl"
VOTES = "votes.jsonl"
Method: TypeAlias = tuple[str, str]  # reasoner and model
_RESULTS: dict[JSON, float] = {1: 1.0, "first": 1.0, 2: 0.0, "second": 0.0, 0: 0.5, "tie": 0.5}


@dataclass(frozen=True)
class Judgement:
    """One verdict.

    judge: its reasoner and model.  case: the id of what it was asked.  problem, methods, trajectories: what
    was judged, in the order shown.  verdict: None where it was malformed.  gold: the verdicts that the grades
    would give, None where something was not graded.  show: how much of the work the judge saw.
    """

    mode: str
    judge: Method
    case: str
    problem: str
    methods: tuple[Method, ...]
    trajectories: tuple[str, ...]
    verdict: int | None
    gold: tuple[int, ...] | None
    seed: int = 0
    show: str = "outputs"


@dataclass(frozen=True)
class Game:
    """One comparison of two methods. result: 1 the first won, 0 the second, 0.5 neither."""

    problem: str
    first: Method
    second: Method
    result: float


def number_in(answer: str, low: int, high: int) -> int | None:
    """The whole number that an answer is, "answer 2" and "2." included; None outside of low to high."""
    found = re.fullmatch(r"(?:answer|response|score)?[\s:]*([0-9]{1,3})\.?", answer.strip().lower())
    return int(found[1]) if found and low <= int(found[1]) <= high else None


def judged(rollout: Trajectory, verdict: int | None) -> Judgement:
    """The judgement that a judge's finished rollout over a case is."""
    about: Any = rollout.problem.metadata
    return Judgement(
        mode=rollout.problem.task.removeprefix("judge_"),
        judge=(rollout.reasoner, rollout.model),
        case=rollout.problem.id,
        problem=about["problem"],
        methods=tuple((reasoner, model) for reasoner, model in about["methods"]),
        trajectories=tuple(about["trajectories"]),
        verdict=verdict,
        gold=None if about["gold"] is None else tuple(about["gold"]),
        seed=rollout.seed,
        show=about["show"],
    )


def keep(folder: str | Path, found: Sequence[Judgement]) -> int:
    """Append those that the run's folder does not have yet; how many. Raises UsageError if it cannot."""
    known = {_key(one) for one in read_judgements(folder)}
    fresh = [one for one in found if _key(one) not in known]
    now = datetime.now(UTC).isoformat(timespec="seconds")
    lines = [json.dumps({"time": now, **_plain(one)}) for one in fresh]
    path = Path(folder) / JUDGEMENTS
    try:
        with open(path, "ab") as file:
            if lines:
                torn = file.tell() > 0 and not _ends_a_line(path)
                file.write((("\n" if torn else "") + "\n".join(lines) + "\n").encode())
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from None
    return len(fresh)


def read_judgements(folder: str | Path) -> Iterator[Judgement]:
    """The judgements of a run; lines that are none (torn, or another program's) are left out."""
    for line in records.objects(Path(folder) / JUDGEMENTS):
        if (found := _judgement(line)) is not None:
            yield found


def read_votes(folder: str | Path) -> Iterator[Game]:
    """People's votes as comparisons; lines that are none are left out."""
    for line in records.objects(Path(folder) / VOTES):
        shown, vote = _methods(line.get("methods")), line.get("vote")
        if isinstance(vote, bool) or not isinstance(vote, int | str) or len(shown) != 2:
            continue
        if vote in _RESULTS and shown[0] != shown[1]:
            yield Game(str(line.get("problem")), shown[0], shown[1], _RESULTS[vote])


def games(found: Sequence[Judgement]) -> list[Game]:
    """The pairwise verdicts between two methods; a malformed one is none."""
    return [
        Game(one.problem, one.methods[0], one.methods[1], _RESULTS[one.verdict])
        for one in found
        if one.mode == "pairwise" and one.verdict is not None and len(set(one.methods)) == 2
    ]


def _key(one: Judgement) -> tuple[str, Method, int]:
    return one.case, one.judge, one.seed


def _plain(one: Judgement) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(one)}


def _ends_a_line(path: Path) -> bool:
    with open(path, "rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _judgement(line: dict[str, Any]) -> Judgement | None:
    texts = [line.get(name) for name in ("mode", "case", "problem", "show")]
    shown, judge = _methods(line.get("methods")), _methods([line.get("judge")])
    ids, verdict, gold, seed = (line.get(n) for n in ("trajectories", "verdict", "gold", "seed"))
    right = (
        all(isinstance(text, str) for text in texts)
        and judge
        and shown
        and (verdict is None or _is_number(verdict))
        and (gold is None or (isinstance(gold, list) and all(map(_is_number, gold))))
        and _is_number(seed)
        and isinstance(ids, list)
        and len(ids) == len(shown)
        and not (line["mode"] == "pairwise" and (len(shown) != 2 or verdict not in (None, 0, 1, 2)))
    )
    if not right:
        return None
    assert isinstance(ids, list)
    assert isinstance(seed, int)
    return Judgement(
        str(texts[0]), judge[0], str(texts[1]), str(texts[2]), shown, tuple(map(str, ids)), verdict,
        tuple(gold) if gold else None, seed, str(texts[3]),
    )  # fmt: skip


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _methods(given: object) -> tuple[Method, ...]:
    """Pairs of strings; () for anything else."""
    if not isinstance(given, list):
        return ()
    pairs = [pair for pair in given if isinstance(pair, list) and len(pair) == 2]
    named = [(a, b) for a, b in pairs if isinstance(a, str) and isinstance(b, str)]
    return tuple(named) if len(named) == len(given) else ()
