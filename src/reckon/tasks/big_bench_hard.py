"""BIG-Bench Hard's own questions, read from the user's copy: Suzgun et al., 2022, arXiv:2210.09261.

The published form: a folder of NAME.json, each {"canary": ..., "examples": [{"input": ..., "target": ...}]}.
Graded by exact match, as in the paper, of the answer that the dialect marks: a letter among options, Yes or
No, a number, brackets, or words; case and white space aside.

The seven that rest on what words mean (SEMANTIC) exist only here; tasks/bbh generates the others.
"""

import functools
import json
import os
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from reckon.errors import UsageError
from reckon.tasks.graders.brackets import grade_brackets
from reckon.tasks.graders.choices import grade_choice, letter
from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.graders.sequences import grade_words
from reckon.tasks.graders.text import grade_caseless
from reckon.values import JSON, Grade, Problem

SEMANTIC = (
    "causal_judgement",
    "disambiguation_qa",
    "movie_recommendation",
    "ruin_names",
    "salient_translation_error_detection",
    "snarks",
    "sports_understanding",
)
NAMES = tuple(
    sorted(
        (
            *SEMANTIC,
            "boolean_expressions",
            "date_understanding",
            "dyck_languages",
            "formal_fallacies",
            "geometric_shapes",
            "hyperbaton",
            *(f"logical_deduction_{size}_objects" for size in ("three", "five", "seven")),
            "multistep_arithmetic_two",
            "navigate",
            "object_counting",
            "penguins_in_a_table",
            "reasoning_about_colored_objects",
            "temporal_sequences",
            *(f"tracking_shuffled_objects_{size}_objects" for size in ("three", "five", "seven")),
            "web_of_lies",
            "word_sorting",
        )
    )
)
PUBLISHED = "https://github.com/suzgunmirac/BIG-Bench-Hard (folder bbh)"
VARIABLE = "RECKON_BBH"
GRADERS = {
    "dyck_languages": grade_brackets,
    "multistep_arithmetic_two": grade_integer,
    "object_counting": grade_integer,
    "word_sorting": grade_words,
}
_OPTION = re.compile(r"^\(([A-Z])\) ?(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class BigBenchHard:
    """One file of the 27. folder: where it lies; else $RECKON_BBH, else ~/.cache/reckon/bbh."""

    dataset: str
    folder: str = ""

    def __post_init__(self) -> None:
        if self.dataset not in NAMES:
            close = get_close_matches(self.dataset, NAMES, n=1)
            hint = f"; did you mean 'bbh:{close[0]}'?" if close else f"; there are {', '.join(NAMES)}"
            raise UsageError(f"BIG-Bench Hard has no task {self.dataset!r}{hint}")

    @property
    def name(self) -> str:
        return f"bbh:{self.dataset}"

    @property
    def path(self) -> Path:
        """The file that is read."""
        folder = self.folder or os.environ.get(VARIABLE) or "~/.cache/reckon/bbh"
        return Path(os.path.expanduser(folder)) / f"{self.dataset}.json"

    @property
    def count(self) -> int:
        """How many questions the file holds. Raises UsageError where it cannot be read."""
        return len(_examples(self.path))

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        """Any question of the file: they have no difficulty."""
        if not 0.0 <= difficulty <= 1.0:
            raise UsageError(f"difficulty must be in [0, 1], got {difficulty}")
        return self.item(rng.randrange(self.count))

    def item(self, index: int) -> Problem:
        """Question `index` of the file, from 0. Raises UsageError where there is none."""
        examples = _examples(self.path)
        if not 0 <= index < len(examples):
            raise UsageError(f"index: {self.path} holds questions 0 to {len(examples) - 1}, got {index}")
        question, target = examples[index]
        options = _options(question)
        metadata: Mapping[str, JSON] = {"index": index, "options": list(options)}
        return Problem(f"{self.name}/{index}", self.name, question, target, 0.5, metadata)

    def grade(self, problem: Problem, answer: str) -> Grade:
        gold = problem.answer or ""
        if letter(gold) and gold.startswith("("):
            return grade_choice(gold, answer, _options(problem.question))
        return GRADERS.get(self.dataset, grade_caseless)(gold, answer)


def _options(question: str) -> tuple[str, ...]:
    """The texts of the options (A), (B), ... that stand on lines of their own at the question's end."""
    _, found, after = question.rpartition("Options:\n")
    pairs = _OPTION.findall(after) if found else []
    lettered = [letter for letter, _ in pairs] == [chr(ord("A") + at) for at in range(len(pairs))]
    return tuple(text.strip() for _, text in pairs) if lettered else ()


def _examples(path: Path) -> tuple[tuple[str, str], ...]:
    """The file's questions and targets, read again when the file has changed."""
    try:
        changed = path.stat().st_mtime_ns
    except (OSError, ValueError):
        raise UsageError(
            f"{path} is not there: put {path.name} of {PUBLISHED} into that folder, or set {VARIABLE} to the "
            "folder that holds it"
        ) from None
    return _read(path, changed)


@functools.lru_cache(maxsize=64)
def _read(path: Path, changed: int) -> tuple[tuple[str, str], ...]:
    mend = f"take {path.name} of {PUBLISHED} again"
    try:
        held = json.loads(path.read_text("utf-8"))
    except json.JSONDecodeError as error:
        raise UsageError(f"{path}, line {error.lineno}: no JSON ({error.msg}); {mend}") from None
    except RecursionError:
        raise UsageError(f"{path}: brackets nested too deep; {mend}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}, byte {error.start}: no UTF-8; {mend}") from None
    except ValueError as error:  # a number of thousands of digits
        raise UsageError(f"{path}: {error}; {mend}") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); {mend}") from None
    examples = held.get("examples") if isinstance(held, Mapping) else None
    if not isinstance(examples, list) or not examples:
        raise UsageError(f'{path}: wanted {{"examples": [...]}} with at least one example; {mend}')
    return tuple(_example(path, at, one) for at, one in enumerate(examples))


def _example(path: Path, at: int, example: object) -> tuple[str, str]:
    fields = example if isinstance(example, Mapping) else {}
    question, target = fields.get("input"), fields.get("target")
    if not isinstance(question, str) or not isinstance(target, str) or not question.strip():
        raise UsageError(
            f'{path}, example {at}: wanted "input" and "target" as texts, got {str(example)[:80]!r}'
        )
    return question.strip(), target.strip()
