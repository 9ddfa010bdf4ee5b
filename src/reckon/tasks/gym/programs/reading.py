"""What a program puts into its text: the data, as a model would copy it from the question."""

import re
from collections.abc import Mapping
from typing import Any, cast

from reckon.values import Problem


def found(problem: Problem, pattern: str) -> str:
    """The first group of the pattern in the question; a question without it is a fault of ours."""
    match = re.search(pattern, problem.question, re.MULTILINE)
    if match is None:
        raise ValueError(f"{problem.task}: the question has not the form {pattern!r}")
    return match[1]


def facts(problem: Problem) -> Mapping[str, Any]:
    """What the question shows, as data."""
    return cast(Mapping[str, Any], problem.metadata["facts"])


def numbers(text: str) -> list[int]:
    """The whole numbers in a text."""
    return [int(number) for number in re.findall(r"-?[0-9]+", text)]
