"""WikiTableQuestions (Pasupat and Liang, 2015, arXiv:1508.00305): questions over tables of Wikipedia.

Published in ppasupat/WikiTableQuestions: `data/pristine-unseen-tables.tsv` (id, utterance, context,
targetValue, lists joined by |) beside the tables, csv/203-csv/733.csv; `tagged/data/*.tagged` holds the
targets as numbers and dates (targetCanon) too. Also rows {"id", "question", "answers", "table": {"header",
"rows"}} of the hub's set. Scoring is evaluator.py's: as many values as the target, and each target value
matched by one: the same normalised text, the same number (to 1e-6), or the same date.

A list is answered one value a line, or joined by |. The root of the tables is found from the file upwards.
"""

import csv
import functools
import io
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reckon.benchmarks.material.denotations import grade_denotation
from reckon.benchmarks.material.posing import posed
from reckon.benchmarks.material.rows import Row, read, readable
from reckon.errors import UsageError
from reckon.values import JSON, Grade, Problem

ASK = (
    "{table}\n\n{question}\n\nAnswer from this table, with the value or the values alone; several are joined"
    " by |. A date is written as it stands in the table, or as 1999-12-31."
)


@dataclass(frozen=True, slots=True)
class Wikitablequestions:
    """WikiTableQuestions. tables: the folder that holds csv/; "" looks for it from the file upwards."""

    path: str
    split: str = "test"
    tables: str = ""

    @property
    def name(self) -> str:
        return "wikitablequestions"

    def problems(self) -> Sequence[Problem]:
        return _problems(self)

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return rng.choice(self.problems())

    def grade(self, problem: Problem, answer: str) -> Grade:
        targets, canon = problem.metadata["targets"], problem.metadata["canon"]
        return grade_denotation(_texts(targets), _texts(canon), answer)


def _texts(value: JSON) -> list[str]:
    return [str(item) for item in value] if isinstance(value, Sequence) and not isinstance(value, str) else []


@functools.lru_cache(maxsize=4)
def _problems(benchmark: Wikitablequestions) -> tuple[Problem, ...]:
    place = Path(benchmark.path).expanduser()
    if place.name.endswith(".tagged") and place.is_file():
        raise UsageError(f"{place}: give the .tsv of data/; the .tagged file beside it is read by itself")
    rows = read(benchmark.path, benchmark.split)
    canon = _canon(place)
    return tuple(_posed(benchmark, n, row, canon) for n, row in enumerate(rows))


def _canon(place: Path) -> dict[str, list[str]]:
    """Each question's target values as the dataset's tagger read them, if that file stands beside it."""
    file = place.parent.parent / "tagged" / "data" / f"{place.stem}.tagged"
    if not file.is_file():
        return {}
    with readable(str(file)):
        lines = file.read_text("utf-8").split("\n")
    header = lines[0].split("\t")
    rows = (dict(zip(header, line.split("\t"), strict=False)) for line in lines[1:] if line)
    return {row["id"]: _listed(row.get("targetCanon", "")) for row in rows if "id" in row}


def _posed(benchmark: Wikitablequestions, number: int, row: Row, canon: dict[str, list[str]]) -> Problem:
    source = row.shown("id")
    if row.has("targetValue"):
        targets = _listed(row.text("targetValue"))
        question = _unescaped(row.text("utterance"))
        lines = _table(benchmark, row)
    else:
        targets, question = list(row.texts("answers")), row.text("question")
        table = row.inner("table")
        lines = [
            list(table.texts("header")),
            *(list(map(str, _cells(table, r))) for r in table.items("rows")),
        ]
    shown = "\n".join(" | ".join(cell.replace("\n", " ") for cell in line) for line in lines)
    gold = " | ".join(targets)
    known = canon.get(source, [])
    asked = ASK.format(table=shown, question=question)
    known = known if len(known) == len(targets) else []
    return posed(benchmark, number, asked, gold, source=source, targets=targets, canon=known)


def _cells(table: Row, cells: JSON) -> Sequence[JSON]:
    if isinstance(cells, str) or not isinstance(cells, Sequence):
        raise table.fault("a list of lists of texts", ["rows"], cells)
    return cells


def _table(benchmark: Wikitablequestions, row: Row) -> list[list[str]]:
    """The rows of the table that a question is about; in its CSV a backslash escapes a quote."""
    context = row.text("context")
    place = Path(benchmark.path).expanduser().resolve()
    roots = [Path(benchmark.tables).expanduser()] if benchmark.tables else list(place.parents)[:4]
    if context.startswith("/") or ".." in Path(context).parts:
        raise row.fault("a path below the tables' folder", ["context"], context)
    file = next((root / context for root in roots if (root / context).is_file()), None)
    if file is None:
        raise UsageError(
            f"{row.where}: no table {context} in {', '.join(map(str, roots[:3]))}; name the folder of csv/ by"
            " Wikitablequestions(path=…, tables='FOLDER')"
        )
    return _csv(file)


@functools.lru_cache(maxsize=4096)
def _csv(file: Path) -> list[list[str]]:
    with readable(str(file)):
        text = file.read_text("utf-8")
    reader = csv.reader(io.StringIO(text, newline=""), doublequote=False, escapechar="\\", strict=True)
    try:
        return [cells for cells in reader if cells]
    except csv.Error as error:
        raise UsageError(f"{file}, line {reader.line_num}: no CSV or cut short ({error})") from None


def _listed(text: str) -> list[str]:
    return [_unescaped(part) for part in text.split("|")]


def _unescaped(text: str) -> str:
    return text.replace("\\n", "\n").replace("\\p", "|").replace("\\\\", "\\")
