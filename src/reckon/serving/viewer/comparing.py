"""Two methods, of one run or of two, on the same problems: what differs, whether it is more than noise."""

from typing import Any

from reckon.errors import UsageError
from reckon.evaluation.index import Index
from reckon.evaluation.paired import compare
from reckon.serving.viewer.library import Known
from reckon.serving.viewer.rows import PAGE, problem_scores

SHOWN = ("changed", "gained", "lost", "all")


def against(
    first: Known, one: str, second: Known, two: str, *, show: str = "changed", text: str = "", page: int = 0
) -> dict[str, Any]:
    """The second method (place `two` of its run) against the first; what changed most comes first.

    Raises UsageError for a method or a `show` that is none, Indexing while an index is made.
    """
    if show not in SHOWN:
        raise UsageError(f"show: wanted one of {', '.join(SHOWN)}, got {show[:40]!r}")
    left, left_version = _scores(first, one)
    right, right_version = _scores(second, two)
    key = (first.id, one, left_version, right_version, two)
    difference = second.shelf.keep(key, lambda: compare(_means(left), _means(right)))
    rows = [
        (right[name][0] - left[name][0], name, left[name][1], right[name][1])
        for name in left
        if name in right and text.lower() in name.lower()
    ]
    rows = [row for row in rows if _is_shown(show, row[0])]
    rows.sort(key=lambda row: (-abs(row[0]), row[2]))
    shown = rows[page * PAGE : page * PAGE + PAGE]
    estimate = difference.estimate
    return {
        "total": len(rows),
        "page": page,
        "size": PAGE,
        "verdict": difference.verdict,
        "p": difference.p,
        "problems": estimate.n,
        "gained": difference.wins,
        "lost": difference.losses,
        **({"value": estimate.value, "low": estimate.low, "high": estimate.high} if estimate.n else {}),
        "rows": [
            {"problem": name, "difference": moved, "first": a, "second": b}
            for (moved, name, _, _), a, b in zip(
                shown,
                _rollouts(first, [row[2] for row in shown]),
                _rollouts(second, [row[3] for row in shown]),
                strict=True,
            )
        ],
    }


def _is_shown(show: str, moved: float) -> bool:
    if show == "all":
        return True
    return moved > 0 if show == "gained" else moved < 0 if show == "lost" else moved != 0


def _scores(known: Known, place: str) -> tuple[dict[str, tuple[float, int]], int]:
    with known.shelf.open() as index:
        return problem_scores(known.shelf, index, place), known.shelf.version


def _means(scores: dict[str, tuple[float, int]]) -> dict[str, float]:
    return {name: score for name, (score, _) in scores.items()}


def _rollouts(known: Known, numbers: list[int]) -> list[dict[str, Any]]:
    with known.shelf.open() as index:
        return [_rollout(index, number) for number in numbers]


def _rollout(index: Index, number: int) -> dict[str, Any]:
    rows = index.query(
        "SELECT number, answer, score, question, gold, task FROM trajectories WHERE number = ?", (number,)
    )
    return rows[0] if rows else {"number": number}
