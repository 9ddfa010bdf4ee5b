"""What the adapters of trainers share: a problem as text in a row of data, and a rollout as a trainer's line.

A row carries its problem whole, so that a trainer's own loading, shuffling and repeating of data need to know
nothing of it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reckon.errors import UsageError
from reckon.protocols import Task
from reckon.records import from_json, to_json
from reckon.tasks import find, find_all
from reckon.training.course import Even
from reckon.training.rewards import Reward, score_group
from reckon.training.rewards.graded import Graded
from reckon.training.scored import Scored
from reckon.values import Problem, Trajectory


@dataclass(frozen=True, slots=True)
class Line:
    """A rollout as trainers keep it: T tokens after the prompt.

    mask: 1 where the model wrote the token.  logprobs: 0 off the mask; None where the model gave none.
    """

    prompt_ids: list[int]
    ids: list[int]
    mask: list[int]
    logprobs: list[float] | None


def line_of(trajectory: Trajectory) -> Line:
    """The line, cut at the first token that the model wrote; what comes later and is not its own is masked.

    Raises RecordError for a record that is not token-exact, UsageError for one without a written token.
    """
    ids, mask, logprobs = trajectory.training_arrays()
    if True not in mask:
        raise UsageError(
            f"{trajectory.reasoner or 'the reasoner'} wrote nothing in its first line of thought: a trainer"
            " that is not ours trains one line per rollout; forks and side questions do not reach it"
        )
    cut = mask.index(True)
    given = all(logprob is not None for own, logprob in zip(mask, logprobs, strict=True) if own)
    return Line(
        list(ids[:cut]),
        list(ids[cut:]),
        [int(own) for own in mask[cut:]],
        [logprob or 0.0 for logprob in logprobs[cut:]] if given else None,
    )


def draw_problems(
    tasks: Sequence[str], count: int, *, seed: int = 0, difficulty: tuple[float, float] = (0.0, 1.0)
) -> list[Problem]:
    """`count` problems of the tasks in turn, as a recipe's; held-out ones come of other seeds."""
    return [problem for _, problem in Even(find_all(tasks), difficulty, seed).problems(0, count)]


def text_of_problem(problem: Problem) -> str:
    """The problem whole, as JSON."""
    return json.dumps(to_json(problem), ensure_ascii=False)


def problem_of_text(text: object) -> tuple[Task, Problem]:
    """The problem of a row and the task that grades it. Raises UsageError for a row that has none."""
    if not isinstance(text, str):
        raise UsageError("a row of the dataset carries no problem: make it with the adapter's `rows`")
    try:
        problem = from_json(Problem, json.loads(text))
    except ValueError as error:  # a UsageError is one
        raise UsageError(f"a row of the dataset carries no readable problem: {error}") from None
    return find(problem.task), problem


def earned_by(group: Sequence[Trajectory], reward: Reward | None) -> list[Scored]:
    """What the graded rollouts of a problem earned; the task's grade where no reward is named."""
    return score_group(Graded() if reward is None else reward, group)


def write_tokenizer(folder: Path, tokenizer: Any, *configs: Any) -> Path:
    """A trainer's tokenizer and configs as the folder that Reckon reads tokens and templates from."""
    for part in (tokenizer, *configs):
        if part is not None:
            part.save_pretrained(folder)
    if not (folder / "tokenizer.json").exists():
        raise UsageError(f"{type(tokenizer).__name__} writes no tokenizer.json: wanted a fast tokenizer")
    return folder
