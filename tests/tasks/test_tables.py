"""Answers to questions over tables, checked by SQL; the drawn tables themselves; forms of answers."""

import csv
import io
import random
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, cast

import pytest

from reckon.tasks import draw, find
from reckon.tasks.material.queries import leader, rounded
from reckon.tasks.material.tables import THEMES, decimal, some_tables
from reckon.values import Problem

FAMILIES = ("table_aggregation", "table_dates", "table_join", "table_pivot")
# Queries of one family by name, in SQL over tables a (with cents) and b.
SQL = {
    "table_aggregation": {
        "total": "SELECT SUM(amount) FROM a WHERE grp = :value AND cents > :limit",
        "count": "SELECT COUNT(*) FROM a WHERE cents > :limit AND amount >= :least AND who <> :who",
        "product": "SELECT SUM(amount * cents) FROM a WHERE who = :who",
        "leader": "SELECT grp FROM a GROUP BY grp ORDER BY SUM(amount) DESC LIMIT 1",
        "spread": "SELECT MAX(s) - MIN(s) FROM (SELECT SUM(amount) AS s FROM a GROUP BY grp)",
        "top": "SELECT id FROM a ORDER BY amount * cents DESC LIMIT :top",
        "having": "SELECT who FROM a GROUP BY who HAVING SUM(amount) > :bound ORDER BY who",
        "distinct": "SELECT COUNT(*) FROM (SELECT DISTINCT who, grp FROM a WHERE amount >= :least)",
        "running": "SELECT id FROM (SELECT id, day, SUM(amount) OVER (ORDER BY day, id) AS s FROM a) "
        "WHERE s >= :bound ORDER BY day, id LIMIT 1",
    },
    "table_dates": {
        "month": "SELECT substr(day, 1, 7) FROM a GROUP BY 1 ORDER BY SUM(amount) DESC LIMIT 1",
        "span": "SELECT julianday(MAX(day)) - julianday(MIN(day)) FROM a WHERE grp = :value",
        "gap": "SELECT MAX(julianday(day) - julianday(past)) FROM "
        "(SELECT day, LAG(day) OVER (ORDER BY day) AS past FROM a WHERE grp = :value)",
        "window": "SELECT SUM(amount) FROM a "
        "WHERE julianday(day) - julianday(:first) BETWEEN 0 AND :length - 1",
        "latest": "SELECT SUM(amount) FROM a WHERE day = (SELECT MAX(day) FROM a AS o WHERE o.who = a.who)",
        "quarter": "SELECT SUM(amount) FROM a WHERE CAST(substr(day, 1, 4) AS INT) = :year "
        "AND (CAST(substr(day, 6, 2) AS INT) - 1) / 3 + 1 = :quarter",
    },
    "table_join": {
        "total": "SELECT SUM(amount) FROM a JOIN b USING (who) WHERE place = :where",
        "product": "SELECT SUM(amount * cents) FROM a JOIN b USING (who) WHERE level = :which",
        "first place": "SELECT place FROM a JOIN b USING (who) GROUP BY place "
        "ORDER BY SUM(amount * cents) DESC LIMIT 1",
        "idle": "SELECT who FROM b WHERE who NOT IN (SELECT who FROM a) ORDER BY who",
        "first key": "SELECT who FROM a JOIN b USING (who) WHERE place = :where GROUP BY who "
        "ORDER BY SUM(amount) DESC LIMIT 1",
        "both": "SELECT SUM(amount) FROM a JOIN b USING (who) WHERE grp = :value AND level <> :which",
        "ranked": "SELECT place FROM a JOIN b USING (who) GROUP BY place ORDER BY SUM(amount) DESC",
    },
}


def loaded(problem: Problem) -> tuple[sqlite3.Connection, dict[str, Any]]:
    """The files as tables a and b of a database, and the names that fill the question's gaps."""
    names = dict(cast(Mapping[str, Any], problem.metadata["names"]))
    files = [list(csv.DictReader(io.StringIO(text))) for text in dict(problem.metadata["files"]).values()]
    base = sqlite3.connect(":memory:")
    base.execute("CREATE TABLE a (id TEXT, day TEXT, who TEXT, grp TEXT, amount INT, cents INT)")
    base.execute("CREATE TABLE b (who TEXT, place TEXT, level TEXT)")
    columns = (names["row"], "date", names["key"], names["group"], names["amount"])
    for row in files[0]:
        cents = int(row[names["price"]].replace(".", ""))
        base.execute("INSERT INTO a VALUES (?, ?, ?, ?, ?, ?)", (*(row[c] for c in columns), cents))
    for row in files[1] if len(files) > 1 else []:
        base.execute(
            "INSERT INTO b VALUES (?, ?, ?)", (row[names["key"]], row[names["place"]], row[names["level"]])
        )
    if "limit" in names:
        names["limit"] = int(names["limit"].replace(".", ""))
    return base, names


@pytest.mark.parametrize("family", SQL)
def test_sql_gives_the_same_answers(family: str) -> None:
    task, seen = find(family), set()
    for index in range(120):
        problem = draw(task, 3, index)
        query = str(problem.metadata["query"])
        if query not in SQL[family]:
            continue
        seen.add(query)
        base, names = loaded(problem)
        found = [row[0] for row in base.execute(SQL[family][query], names)]
        base.close()
        if problem.metadata["form"] == "money":
            found = [decimal(found[0])]
        if problem.metadata["form"] == "number":
            found = [int(found[0])]
        assert ", ".join(map(str, found)) == problem.answer, problem.question
    assert seen == set(SQL[family])


def test_a_pivot_sums_to_its_table() -> None:
    for index in range(20):
        problem = draw(find("table_pivot"), 4, index)
        base, _ = loaded(problem)
        ((whole,),) = base.execute("SELECT SUM(amount) FROM a")
        base.close()
        lines = [line.split(",") for line in str(problem.answer).splitlines()]
        assert sum(int(cell) for line in lines[1:] for cell in line[1:]) == whole
        assert len({len(line) for line in lines}) == 1
        assert [line[0] for line in lines[1:]] == sorted(line[0] for line in lines[1:])


def test_there_are_more_than_ten_schemas() -> None:
    assert len({(f, draw(find(f), 1, i).metadata["query"]) for f in FAMILIES for i in range(150)}) == 32


def test_tables_are_csv_with_two_digit_amounts() -> None:
    for seed in range(20):
        tables = some_tables(random.Random(seed), seed / 20)
        rows = list(csv.DictReader(io.StringIO(tables.text)))
        assert len(rows) == len(tables.rows) >= 8
        assert {row[tables.theme.noun[0]] for row in rows} == {row.id for row in tables.rows}
        assert all(13 <= row.amount <= 98 for row in tables.rows)
        assert {row.key for row in tables.rows} <= set(tables.places)
    assert len({theme.file for theme in THEMES}) == len(THEMES)


def test_rounding_is_half_up_and_exact() -> None:
    assert [rounded(1, 8, 2), rounded(5, 8, 2), rounded(2, 3, 2)] == ["0.13", "0.63", "0.67"]
    for above, below in ((355, 113), (1, 3), (99, 7)):
        assert abs(Fraction(rounded(above, below, 1)) - Fraction(above, below)) <= Fraction(1, 20)
    assert [decimal(5), decimal(-120), decimal(123456)] == ["0.05", "-1.20", "1234.56"]


def test_a_tie_has_no_leader() -> None:
    assert leader({"a": 3, "b": 3}) == ""
    assert leader({"a": 3, "b": 4}) == "b"


@pytest.mark.parametrize(
    ("form", "gold", "rights", "wrongs"),
    [
        ("number", "42.75", ["42.75", " 42.750. "], ["42.7", "42.76", "42,75", "$x", "42.75 or 43"]),
        ("money", "1234.56", ["1234.56", "1,234.56"], ["1234.5", "123456"]),
        ("word", "pears", ["Pears", '"pears".'], ["pear", "pears, plums"]),
        ("month", "2021-03", ["2021-03"], ["2021-3", "March", "2021-03-01"]),
        ("list", "R2, R10", ["r2,R10", "[R2, R10]"], ["R10, R2", "R2", "R2, R10, R11"]),
        (
            "grid",
            "a,x,y\nb,1,0\nc,2,3",
            ["a,x,y\r\nb,1,0\nc,2,3\n", "a, x, y; b, 1, 0; c, 2, 3"],
            ["b,1,0\nc,2,3"],
        ),
    ],
)
def test_forms_of_answers(form: str, gold: str, rights: list[str], wrongs: list[str]) -> None:
    task = find("table_aggregation")
    problem = draw(task, 1, 0)
    problem = replace(problem, answer=gold, metadata={**problem.metadata, "form": form})
    assert all(task.grade(problem, answer).right for answer in rights)
    assert not any(task.grade(problem, answer).score for answer in wrongs)
