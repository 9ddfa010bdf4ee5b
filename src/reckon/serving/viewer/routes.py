"""From an address to what it answers: JSON of the library's runs. Runs go by id, never by path."""

import random
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

from reckon.errors import ReckonError, UsageError
from reckon.evaluation.run import DESCRIPTION, read_description
from reckon.serving.viewer import record
from reckon.serving.viewer.ballots import Ballots, tally
from reckon.serving.viewer.comparing import against
from reckon.serving.viewer.curves import read_curves
from reckon.serving.viewer.library import Indexing, Known, Library, NotFound
from reckon.serving.viewer.rows import FILTERS, Query, neighbours, overview, table
from reckon.serving.viewer.tokens import tokens_of

Arguments: TypeAlias = Mapping[str, str]
_SAID = ("begun", "tasks", "reasoners", "models", "seed", "difficulty", "settings", "reckon")
_PATIENCE_S = 0.5  # for the indexes of a list of runs together
_RECIPE_BYTES = 1 << 20


class Routes:
    """Answers of the viewer over one library. Raises NotFound, Indexing and UsageError."""

    def __init__(self, library: Library, *, seed: int | None = None) -> None:
        self._library = library
        self._ballots = Ballots(random.Random(secrets.randbits(64) if seed is None else seed))

    def get(self, path: str, arguments: Arguments) -> Any:
        """What `path` (below /api/) holds."""
        match path.split("/"):
            case ["runs"]:
                return self._runs()
            case ["run", run]:
                return self._run(self._library.find(run))
            case ["run", run, "rows"]:
                return self._rows(self._library.evaluation(run), arguments)
            case ["run", run, "rollout", number]:
                return self._rollout(self._library.evaluation(run), _number(number), arguments)
            case ["run", run, "rollout", number, "tokens"]:
                known = self._library.evaluation(run)
                with known.shelf.open() as index:
                    found = record.find(index, _number(number))
                return tokens_of(found)
            case ["run", run, "votes"]:
                return tally(self._library.evaluation(run))
            case ["run", run, "ballot"]:
                one, two, who = (arguments.get(name, "") for name in ("one", "two", "who"))
                return self._ballots.draw(self._library.evaluation(run), one, two, who)
            case ["curves", run]:
                return self._curves(run)
            case ["compare", first, one, second, two]:
                return self._compare((first, one), (second, two), arguments)
        raise NotFound("there is no such page")

    def raw(self, path: str) -> bytes | None:
        """The record of a trajectory as it stands, for a path that asks for one."""
        match path.split("/"):
            case ["run", run, "rollout", number, "record"]:
                with self._library.evaluation(run).shelf.open() as index:
                    return record.raw(index, _number(number))
        return None

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Do what changes something: a vote, or running a ballot's programs again."""
        match path.split("/"):
            case ["ballot", ballot, "vote"]:
                vote, reason, who = (_text(body, name) for name in ("vote", "reason", "who"))
                return self._ballots.vote(ballot, vote, reason, who)
            case ["ballot", ballot, "run"]:
                return self._ballots.run_again(ballot)
        raise NotFound("there is no such page")

    def _runs(self) -> list[dict[str, Any]]:
        """An entry for each run; indexes are made side by side, and a long one comes with a later call."""
        every = self._library.runs()
        for known in every:
            if known.kind == "evaluation" and known.file.exists():
                known.shelf.begin()
        deadline = time.monotonic() + _PATIENCE_S
        return [_entry(known, max(0.0, deadline - time.monotonic())) for known in every]

    def _run(self, known: Known) -> dict[str, Any]:
        told = {"id": known.id, "name": known.name, "kind": known.kind, "live": known.live}
        if known.kind == "training":
            return {**told, "recipe": _recipe(known.folder), "version": known.changed}
        told |= {"said": _said(known), "filters": list(FILTERS)}
        if not known.file.exists():
            return {**told, "version": 0, "methods": [], "tasks": [], "rollouts": 0}
        with known.shelf.open() as index:
            return {**told, **overview(known.shelf, index)}

    def _rows(self, known: Known, arguments: Arguments) -> dict[str, Any]:
        if not known.file.exists():
            return {"total": 0, "page": 0, "size": 1, "rows": [], "version": 0}
        with known.shelf.open() as index:
            return table(known.shelf, index, _query(arguments))

    def _rollout(self, known: Known, number: int, arguments: Arguments) -> dict[str, Any]:
        with known.shelf.open() as index:
            page = record.page(known.shelf, index, number)
            beside = neighbours(known.shelf, index, _query(arguments), page["root"])
            titles = [method["title"] for method in overview(known.shelf, index)["methods"]]
        return {**page, **beside, "run": known.name, "titles": titles}

    def _curves(self, run: str) -> dict[str, Any]:
        known = self._library.find(run)
        if known.kind != "training":
            raise NotFound(f"{known.name} is no training run: it has no curves")
        return {"name": known.name, "version": known.changed, **read_curves(known.file)}

    def _compare(self, left: tuple[str, str], right: tuple[str, str], arguments: Arguments) -> dict[str, Any]:
        first, second = (self._library.evaluation(run) for run, _ in (left, right))
        show, text = arguments.get("show", "changed"), arguments.get("text", "")
        page = _number(arguments.get("page", "") or "0")
        return against(first, left[1], second, right[1], show=show, text=text, page=page)


def _entry(known: Known, patience_s: float) -> dict[str, Any]:
    told = {
        "id": known.id,
        "name": known.name,
        "kind": known.kind,
        "live": known.live,
        "changed": known.changed,
    }
    try:
        more = _training_entry(known) if known.kind == "training" else _evaluation_entry(known, patience_s)
    except ReckonError as error:
        return {**told, "fault": str(error), "waiting": isinstance(error, Indexing)}
    return {**told, **more}


def _evaluation_entry(known: Known, patience_s: float) -> dict[str, Any]:
    said = _said(known)
    if not known.file.exists():
        return {"said": said, "rollouts": 0, "methods": []}
    with known.shelf.open(patience_s) as index:
        view = overview(known.shelf, index)
    return {"said": said, "rollouts": view["rollouts"], "methods": view["methods"]}


def _training_entry(known: Known) -> dict[str, Any]:
    curves = read_curves(known.file)
    last = {name: points[-1][1] for name, points in curves["curves"].items()}
    named = ("greedy_accuracy", "sampled_accuracy", "accuracy", "reward", "loss")
    return {"steps": curves["steps"], "last": {name: last[name] for name in named if name in last}}


def _said(known: Known) -> dict[str, Any]:
    """What run.json says, its usual fields; nothing where it is not there or is no JSON."""
    try:
        found = read_description(known.folder) if (known.folder / DESCRIPTION).exists() else {}
    except UsageError:
        return {}
    return {name: found[name] for name in _SAID if name in found}


def _recipe(folder: Path) -> str:
    try:
        with open(folder / "recipe.txt", "rb") as file:
            return file.read(_RECIPE_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def _query(arguments: Arguments) -> Query:
    names = ("filter", "method", "task", "text", "inside", "sort", "page")
    return Query(**{name: arguments[name] for name in names if arguments.get(name)})


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise UsageError(f"wanted a number, got {text[:40]!r}")
    return int(text)


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str):
        raise UsageError(f"{name}: wanted text")
    return value
