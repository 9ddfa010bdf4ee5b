"""A run for other programs: a table of its rollouts, or logs that inspect's viewer reads."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from reckon import records
from reckon.evaluation.intervals import mean
from reckon.evaluation.metrics import by_problem, scores
from reckon.evaluation.run import TRAJECTORIES, read_description
from reckon.evaluation.summary import methods
from reckon.tables import write_table
from reckon.values import Trajectory

FIELDS: dict[str, type] = {
    "id": str,
    "task": str,
    "problem": str,
    "difficulty": float,
    "reasoner": str,
    "model": str,
    "seed": int,
    "question": str,
    "gold": str,
    "answer": str,
    "score": float,
    "reason": str,
    "void": str,
    "runs": int,
    "errors": int,
    "samples": int,
    "tokens_in": int,
    "tokens_out": int,
    "generate_s": float,
    "execute_s": float,
    "queue_s": float,
    "text": str,
    "metadata": dict,
}


def export_table(folder: str | Path, out: str | Path) -> int:
    """Write a row for each root (costs are of its tree) to a .csv, .jsonl or .parquet; how many rows.

    `datasets.load_dataset("parquet", data_files=...)` reads the last. Raises UsageError like `write_table`.
    """
    return write_table(out, (_row(t) for t in roots(folder)), FIELDS)


def roots(folder: str | Path) -> Iterator[Trajectory]:
    """The root trajectories of a run's folder, void ones too, without their tokens.

    Raises UsageError where it is none.
    """
    read_description(folder)
    path = Path(folder) / TRAJECTORIES
    for trajectory in records.read(path, tokens=False) if path.exists() else ():
        if trajectory.relation == "root":
            yield trajectory


def _row(t: Trajectory) -> dict[str, Any]:
    costs = ("runs", "errors", "samples", "tokens_in", "tokens_out", "generate_s", "execute_s", "queue_s")
    return {
        "id": t.id,
        "task": t.problem.task,
        "problem": t.problem.id,
        "difficulty": t.problem.difficulty,
        "reasoner": t.reasoner,
        "model": t.model,
        "seed": t.seed,
        "question": t.problem.question,
        "gold": t.problem.answer,
        "answer": t.answer.text if t.answer else None,
        "score": t.grade.score if t.grade else None,
        "reason": t.grade.reason if t.grade else "",
        "void": t.void,
        **{name: getattr(t.tree, name) for name in costs},
        "text": t.text,
        "metadata": dict(t.problem.metadata),
    }


def export_inspect(folder: str | Path, out: str | Path) -> list[Path]:
    """Write a log in inspect's JSON format (version 2) for each method of the run into the folder `out`.

    What does not fit is left out: token ids, log-probabilities, forks, timings of single runs. A program is a
    part of what the assistant wrote, its output a message of the user.
    """
    begun = str(read_description(folder).get("begun", ""))
    written = []
    Path(out).mkdir(parents=True, exist_ok=True)
    for number, ((reasoner, model), tries) in enumerate(methods(roots(folder)).items()):
        path = Path(out) / f"{number:02}-{reasoner.partition('(')[0]}.json"
        path.write_text(json.dumps(_log(f"{folder}/{number}", reasoner, model, tries, begun)), "utf-8")
        written.append(path)
    return written


def _log(name: str, reasoner: str, model: str, tries: Sequence[Trajectory], begun: str) -> dict[str, Any]:
    counted = [t for t in tries if not t.void]
    accuracy = mean(list(scores(by_problem(counted)).values()))
    metrics = {"accuracy": {"name": "accuracy", "value": accuracy.value if accuracy.n else 0.0}}
    used = {
        "input_tokens": sum(t.tree.tokens_in for t in counted),
        "output_tokens": sum(t.tree.tokens_out for t in counted),
        "total_tokens": sum(t.tree.tokens_in + t.tree.tokens_out for t in counted),
    }
    epochs: dict[str, int] = {}
    samples = []
    for t in counted:
        epochs[t.problem.id] = epochs.get(t.problem.id, 0) + 1
        samples.append(_sample(t, model, epochs[t.problem.id]))
    return {
        "version": 2,
        "status": "success",
        "eval": {
            "run_id": name,
            "created": begun,
            "task": ", ".join(sorted({t.problem.task for t in counted})) or "none",
            "task_id": name,
            "task_version": 0,
            "solver": reasoner,
            "model": model,
            "dataset": {"name": "reckon", "samples": len(epochs), "sample_ids": list(epochs)},
            "config": {"epochs": max(epochs.values(), default=1)},
        },
        "plan": {"name": "plan", "steps": [{"solver": reasoner, "params": {}}], "config": {}},
        "results": {
            "total_samples": len(tries),
            "completed_samples": len(counted),
            "scores": [{"name": "grade", "scorer": "grade", "params": {}, "metrics": metrics}],
        },
        "stats": {"started_at": begun, "completed_at": begun, "model_usage": {model: used}},
        "samples": samples,
    }


def _sample(t: Trajectory, model: str, epoch: int) -> dict[str, Any]:
    messages: list[dict[str, str]] = []
    for segment in t.segments:
        if not segment.text:
            continue
        role = "assistant" if segment.sampled else "system" if segment.role == "system" else "user"
        if messages and messages[-1]["role"] == role:
            messages[-1]["content"] += segment.text
        else:
            messages.append({"role": role, "content": segment.text})
    said = next((m for m in reversed(messages) if m["role"] == "assistant"), {"content": ""})
    grade = t.grade
    return {
        "id": t.problem.id,
        "epoch": epoch,
        "input": t.problem.question,
        "target": t.problem.answer or "",
        "messages": messages,
        "output": {
            "model": model,
            "choices": [
                {"message": {"role": "assistant", "content": said["content"]}, "stop_reason": "stop"}
            ],
        },
        "scores": {
            "grade": {
                "value": grade.score if grade else 0.0,
                "answer": t.answer.text if t.answer else None,
                "explanation": grade.reason if grade else "not graded",
            }
        },
        "metadata": {"task": t.problem.task, "difficulty": t.problem.difficulty},
        "model_usage": {},
    }
