"""What a program says its answer is."""

from reckon.values import Execution


def result(execution: Execution) -> str | None:
    """What it printed, else the value of its last expression; None if it failed or said nothing."""
    return (execution.stdout.strip() or execution.value or None) if execution.ok else None


def why_no_result(execution: Execution) -> str:
    return f"the program ended with {execution.status} and no result"
