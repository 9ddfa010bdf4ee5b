"""A run's metrics as a picture: what was learned, and where the time went."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from reckon.training.audit.steps import read_metrics

_PANELS = {
    "right": ("sampled_accuracy", "greedy_accuracy", "accuracy"),
    "reward": ("reward", "mixed_groups"),
    "code": ("calls", "code_errors"),
    "policy": ("entropy", "kl"),
    "log of policy over reference": ("liked", "disliked"),
    "seconds": ("generate_s", "queue_s", "execute_s", "grade_s", "train_s", "hand_over_s"),
    "loss": ("loss",),
}


def plot(metrics: Path) -> Path | None:
    """curves.png beside the metrics; None without matplotlib, or where there is nothing to draw."""
    if find_spec("matplotlib") is None or not metrics.exists():
        return None
    rows = read_metrics(metrics.parent)
    panels = {title: [n for n in names if any(n in row for row in rows)] for title, names in _PANELS.items()}
    shown = {title: names for title, names in panels.items() if names}
    if not shown:
        return None
    figures: Any = import_module("matplotlib.figure")
    figure = figures.Figure(figsize=(10, 2.6 * -(-len(shown) // 2)), layout="constrained")
    for place, (title, names) in enumerate(shown.items(), 1):
        axes = figure.add_subplot(-(-len(shown) // 2), 2, place)
        for name in names:
            points = [(row["step"], row[name]) for row in rows if name in row]
            axes.plot(*zip(*points, strict=True), label=name, marker="." if len(points) < 40 else None)
        axes.set_title(title)
        axes.set_xlabel("step")
        axes.legend(fontsize="small")
    path = metrics.with_name("curves.png")
    figure.savefig(path, dpi=110)
    return path
