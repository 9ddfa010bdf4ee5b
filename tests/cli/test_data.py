"""`reckon data` and `reckon audit` as a user meets them."""

import json

import pytest

from reckon import records
from reckon.cli import main

MAKE = ["data", "make", "R1Ci(per_task=4)", "--tasks", "product", "-n", "4", "--out", "o.jsonl"]


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


def test_data_is_made_checked_and_audited(place, capsys):
    assert main(MAKE) == 0
    said = capsys.readouterr().out
    assert "4 trajectories in o.jsonl" in said
    assert len(list(records.read("o.jsonl"))) == 4
    before = (place / "o.jsonl").read_bytes()
    assert main(MAKE) == 0
    assert (place / "o.jsonl").read_bytes() == before
    assert main(["data", "check", "o.jsonl"]) == 0
    said = capsys.readouterr().out
    assert "4 trajectories" in said
    assert "did the same when run again" in said
    assert main(["audit", "o.jsonl", "--json", "a.json"]) == 0
    assert json.loads((place / "a.json").read_text())["right"] == 4


def test_a_recipe_without_a_teacher_goes_on_where_it_was(place, capsys):
    make = ["data", "make", "ColdStart(problems=5)", "--tasks", "product", "--out", "c.jsonl"]
    assert main(make) == 0
    whole = (place / "c.jsonl").read_bytes()
    lines = whole.splitlines(keepends=True)
    (place / "c.jsonl").write_bytes(b"".join(lines[:2]) + lines[2][:40])
    assert main(make) == 0
    assert [t.ids for t in records.read("c.jsonl")] == [records.load(line.decode()).ids for line in lines]
    assert main([*make[:2], "ColdStart(problems=6, seed=1)", *make[3:]]) == 2
    assert "c.jsonl holds other data from line 1 on" in capsys.readouterr().err
    assert main([*make[:2], "ColdStart(problems=3)", *make[3:]]) == 2
    assert len(list(records.read("c.jsonl"))) == 5


def test_recipes_are_listed_and_shown(capsys):
    assert main(["data"]) == 0
    listed = capsys.readouterr().out
    assert "r1_ci" in listed
    assert "teacher " not in listed.split("\n")[0]
    assert main(["data", "show", "retool"]) == 0
    shown = capsys.readouterr().out
    assert "outputs = 'same'" in shown
    assert "reckon data make retool --out" in shown
    assert main(["data", "show", "cold_start"]) == 0
    assert 'reckon data make "ColdStart(problems=…)" --out' in capsys.readouterr().out
    assert main(["data", "show", "pairs"]) == 0
    assert "data make" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["data", "mak"], "wanted list, show, make or check"),
        (["data", "make"], "make wants a recipe"),
        (["data", "check"], "check wants a file"),
        (["data", "make", "r1ci"], "--out"),
        (["data", "make", "r1_cy", "--out", "o"], "did you mean r1_ci"),
        (["data", "make", "pairs", "--out", "o"], "no recipe that makes"),
        (["data", "make", "R1Ci(way='x')", "--out", "o"], "no field 'way'"),
        (["data", "make", "r1_ci", "--tasks", "prodct", "--out", "o"], "did you mean 'product'"),
        (["data", "make", "r1_ci", "-n", "0", "--out", "o"], "problems"),
        (["data", "make", "r1_ci", "--student", "/nowhere", "--out", "o"], "--student /nowhere"),
        (["data", "make", "ReTool(source='none.jsonl')", "--out", "o"], "none.jsonl"),
        (
            ["data", "make", "r1_ci", "--tasks", "product", "--concurrency", "0", "--out", "o"],
            "--concurrency",
        ),
        (["data", "make", "R1Ci(tasks=(3,))", "--out", "o"], "tasks: wanted names, got (3,)"),
        (["data", "check", "none.jsonl"], "none.jsonl"),
        (["audit", "none.jsonl"], "none.jsonl"),
        (["audit", "."], "graded trajectories"),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_2(place, capsys, arguments, says):
    assert main(arguments) == 2
    error = capsys.readouterr().err.strip()
    assert "\n" not in error
    assert says in error


@pytest.mark.parametrize("command", ["data", "audit"])
def test_help_teaches_with_an_example(command, capsys):
    with pytest.raises(SystemExit) as exit:
        main([command, "--help"])
    assert exit.value.code == 0
    assert f"  reckon {command}" in capsys.readouterr().out
