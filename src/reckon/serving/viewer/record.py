"""One trajectory for the page: what was said, written and run, as plain JSON; very long texts are cut.

A picture goes to the page only where its bytes begin as a PNG's or a JPEG's do; any other form goes as text.
"""

import base64
import binascii
import json
import struct
from dataclasses import asdict
from typing import Any

from reckon.errors import UsageError
from reckon.evaluation.index import Index
from reckon.interpreter.replaying import programs
from reckon.serving.viewer.library import NotFound, Shelf
from reckon.serving.viewer.rows import methods
from reckon.values import Execution, File, Image, Part, Problem, Segment, Text, Trajectory

CHARACTERS = 100_000  # of one text; the whole of it is in the record that the page offers for saving
_MAGIC = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_PIXELS = 64_000_000
_PICTURE_BYTES = 16 << 20
_SHOWN = 2000  # rollouts of a tree
_FAMILY = 300  # rollouts of a tree whose records are read for the place where they left
_TRIES = 200
_NO_PROBLEM = Problem("", "", "")


def find(index: Index, number: int) -> Trajectory:
    """Raises NotFound, or UsageError for a line that is no record."""
    if not index.query("SELECT 1 FROM trajectories WHERE number = ?", (number,)):
        raise NotFound(f"this run has no rollout number {number} (yet)")
    return index.trajectory(number)


def raw(index: Index, number: int) -> bytes:
    """The line of a trajectory as it stands in the file. Raises NotFound."""
    found = index.query("SELECT offset, length FROM trajectories WHERE number = ?", (number,))
    if not found:
        raise NotFound(f"this run has no rollout number {number} (yet)")
    with open(index.source, "rb") as file:
        file.seek(found[0]["offset"])
        return file.read(found[0]["length"])


def page(shelf: Shelf, index: Index, number: int) -> dict[str, Any]:
    """All that the page of a trajectory shows but its tokens. Raises NotFound and UsageError."""
    t = find(index, number)
    (row,) = index.query("SELECT root, seconds FROM trajectories WHERE number = ?", (number,))
    return {
        "number": number,
        "root": row["root"],
        **said(t),
        "metadata": _cut(json.dumps(t.problem.metadata, indent=1, ensure_ascii=False, default=str)),
        "grade": asdict(t.grade) if t.grade else None,
        "void": t.void,
        "model": t.model,
        "reasoner": t.reasoner,
        "seed": t.seed,
        "relation": t.relation,
        "parent": t.parent,
        "shared": t.shared,
        "cost": asdict(t.cost),
        "tree": asdict(t.tree),
        "notes": dict(t.notes),
        "family": _family(index, row["root"]),
        "tries": _tries(shelf, index, t.problem.id),
    }


def said(t: Trajectory) -> dict[str, Any]:
    """The problem, the segments and the answer: what a judge who may not know the method is shown."""
    problem = t.problem
    codes = iter(_codes(t))
    segments = []
    for segment in t.segments:
        shown = _segment(segment)
        if segment.kind == "code":
            shown["code"] = next(codes)
        segments.append(shown)
    return {
        "id": t.id,
        "problem": {
            "id": problem.id,
            "task": problem.task,
            "question": _cut(problem.question),
            "answer": None if problem.answer is None else _cut(problem.answer),
            "difficulty": problem.difficulty,
            "parts": [_part(part) for part in problem.parts if not isinstance(part, Text)],
        },
        "segments": segments,
        "answer": None if t.answer is None else _answer(t.answer.text, t.answer.reason),
    }


def _answer(text: str | None, reason: str) -> dict[str, Any]:
    return {"text": None if text is None else _cut(text), "reason": reason[:CHARACTERS]}


def _codes(t: Trajectory) -> list[dict[str, Any] | None]:
    """The program in each code segment, with the marks around it; None where no dialect reads it."""
    found: list[dict[str, Any] | None] = []
    for segment in t.segments:
        if segment.kind != "code":
            continue
        body = _body(segment) if len(segment.text) <= CHARACTERS else None
        if body is None:
            found.append(None)
            continue
        before, within, after = segment.text.partition(body)
        marks = [before, after] if within else [segment.text, ""]
        found.append({"program": body, "marks": marks})
    return found


def _body(segment: Segment) -> str | None:
    # `programs` pairs runs with programs: one run after this segment gives this segment's program.
    alone = Trajectory("", _NO_PROBLEM, (segment, Segment("output", "", execution=Execution("ok"))))
    return programs(alone)[0][0]


def _segment(segment: Segment) -> dict[str, Any]:
    return {
        "kind": segment.kind,
        "role": segment.role,
        "sample": segment.sample,
        "text": _cut(segment.text),
        "tokens": None if segment.ids is None else len(segment.ids),
        "logprobs": segment.logprobs is not None,
        "parts": [_part(part) for part in segment.parts if not isinstance(part, Text)],
        "run": None if segment.execution is None else execution(segment.execution),
    }


def execution(run: Execution) -> dict[str, Any]:
    """A run: what it printed and showed, how it ended, what it took."""
    error = run.error
    return {
        "status": run.status,
        "note": run.note,
        "stdout": _cut(run.stdout),
        "stderr": _cut(run.stderr),
        "value": None if run.value is None else _cut(run.value),
        "error": None if error is None else _cut(error.traceback or f"{error.type}: {error.message}"),
        "displays": [
            _display(mime, data) for shown in run.displays[:64] for mime, data in shown.data.items()
        ],
        "files": list(run.files[:200]),
        "calls": [asdict(call) for call in run.calls],
        "wall_s": run.wall_s,
        "cpu_s": run.cpu_s,
        "queue_s": run.queue_s,
        "peak_memory_bytes": run.peak_memory_bytes,
        "truncated": run.truncated,
        "steps": run.trace.steps if run.trace else None,
        "instructions": run.profile.instructions if run.profile else None,
    }


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, Image):
        return _display(part.mime, part.data)
    return (
        {"mime": part.mime, "text": _cut(part.path)} if isinstance(part, File) else {"mime": "", "text": ""}
    )


def _display(mime: str, data: str) -> dict[str, Any]:
    """A picture as base64 of bytes that begin as its kind's; anything else as text."""
    if mime in _MAGIC and (checked := _picture(mime, data)) is not None:
        return {"mime": mime, "picture": checked}
    return {"mime": mime[:100], "text": _cut(data)}


def _picture(mime: str, data: str) -> str | None:
    if len(data) > _PICTURE_BYTES:
        return None
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    if not content.startswith(_MAGIC[mime]):
        return None
    if mime == "image/png":
        if len(content) < 24:
            return None
        width, height = struct.unpack(">II", content[16:24])
        if width * height > _PIXELS:
            return None
    return base64.b64encode(content).decode("ascii")


def _cut(text: str) -> dict[str, Any]:
    return {"text": text[:CHARACTERS], "characters": len(text), "cut": len(text) > CHARACTERS}


def _family(index: Index, root: int) -> list[dict[str, Any]]:
    """The rollouts of a tree, the root first, with where they left their parent; [] for a root alone."""
    rows = index.query(
        "SELECT number, id, parent, relation, answer, score, void, statuses FROM trajectories"
        f" WHERE root = ? ORDER BY number LIMIT {_SHOWN}",
        (root,),
    )
    if len(rows) < 2:
        return []
    for row in rows:
        row["shared"] = None
    for row in rows[:_FAMILY]:
        try:
            row["shared"] = index.trajectory(row["number"]).shared
        except UsageError:
            continue
    return rows


def _tries(shelf: Shelf, index: Index, problem: str) -> list[dict[str, Any]]:
    """Every root rollout at the same problem, by method."""
    places = {name: place for place, name in enumerate(methods(shelf, index))}
    rows = index.query(
        "SELECT number, reasoner, model, seed, answer, score, void FROM trajectories"
        f" WHERE problem = ? AND relation = 'root' ORDER BY number LIMIT {_TRIES}",
        (problem.encode("utf-8", "replace").decode(),),
    )
    for row in rows:
        row["method"] = places.get((row.pop("reasoner"), row.pop("model")))
    return rows
