"""`reckon runs` over real folders of small runs."""

import asyncio
import csv
import json

import pytest

from reckon.cli import main
from reckon.evaluation.run import Run, evaluate
from reckon.models.replay import Replay
from reckon.rollout import Setup
from reckon.tasks import draw, find
from reckon.testing import open_inline_session

GOLD = {draw(find("product"), 1, i).question: draw(find("product"), 1, i).answer for i in range(6)}


def right(context):
    return f"<<<{next(answer for question, answer in GOLD.items() if question in context)}>>>"


def sometimes(context):
    return right(context) if "```" in context else "<<<1>>>"


def a_run(folder, say, reasoners=("text",), **changes):
    run = Run(("product",), reasoners, ("replay",), str(folder), n=6, seed=1, **changes)
    asyncio.run(evaluate(run, Setup(Replay(say), open_inline_session)))
    return str(folder)


def test_a_list_of_runs(tmp_path, capsys):
    a_run(tmp_path / "one", right)
    a_run(tmp_path / "deep" / "two", lambda _: "<<<1>>>")
    assert main(["runs", "list", str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert "100.0%" in shown
    assert "0.0%" in shown
    assert main(["runs", "list", str(tmp_path / "none")]) == 0
    assert "no runs below" in capsys.readouterr().out


def test_a_run_with_its_metrics_and_differences(tmp_path, capsys):
    folder = a_run(tmp_path / "one", sometimes, ("text", "code_interpreter"), samples=2)
    assert main(["runs", "show", folder]) == 0
    shown = capsys.readouterr().out
    assert "code_use" in shown
    assert "against Text: +100.0%" in shown
    assert "better" in shown
    assert main(["runs", "show", folder, "--metric", "PassAtK(k=2)"]) == 0
    assert "PassAtK(k=2)" in capsys.readouterr().out


def test_two_runs_and_what_changed(tmp_path, capsys):
    one, two = a_run(tmp_path / "one", right), a_run(tmp_path / "two", lambda _: "<<<1>>>")
    assert main(["runs", "diff", one, two]) == 0
    shown = capsys.readouterr().out
    assert "0 gained, 6 lost" in " ".join(shown.split())
    assert "product/1/0: 1 -> 0" in shown
    other = a_run(tmp_path / "three", right, ("text", "code_interpreter"))
    assert main(["runs", "diff", other, one]) == 0


def test_tables(tmp_path):
    folder = a_run(tmp_path / "one", right)
    assert main(["runs", "export", folder, "--out", str(tmp_path / "one.csv")]) == 0
    with open(tmp_path / "one.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["score"] for row in rows] == ["1.0"] * 6
    assert rows[0]["answer"] == rows[0]["gold"] == next(iter(GOLD.values()))
    parquet = pytest.importorskip("pyarrow.parquet")
    assert main(["runs", "export", folder, "--out", str(tmp_path / "one.parquet")]) == 0
    assert parquet.read_table(tmp_path / "one.parquet")["reasoner"][0].as_py().startswith("Text(")


def test_a_log_for_inspect(tmp_path):
    """The fields that inspect_ai 0.3 requires; its own reader was tried on such a file too."""
    folder = a_run(tmp_path / "one", right, samples=2)
    assert main(["runs", "export", folder, "--to", "inspect", "--out", str(tmp_path / "logs")]) == 0
    (path,) = (tmp_path / "logs").iterdir()
    log = json.loads(path.read_text())
    assert {"version", "status", "eval", "plan", "results", "stats", "samples"} <= log.keys()
    assert [s["epoch"] for s in log["samples"]][:2] == [1, 2]
    assert log["results"]["scores"][0]["metrics"]["accuracy"]["value"] == 1.0
    assert [m["role"] for m in log["samples"][0]["messages"]] == ["user", "assistant"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show"], "one folder"),
        (["diff", "a"], "two runs"),
        (["export", "a"], "--out"),
        (["frob"], "list, show, diff or export"),
        (["show", "/nowhere"], "is no run"),
    ],
)
def test_what_is_wrong_is_said(words, said, capsys):
    assert main(["runs", *words]) == 2
    assert said in capsys.readouterr().err


def test_another_ending_is_refused(tmp_path, capsys):
    folder = a_run(tmp_path / "one", right)
    assert main(["runs", "export", folder, "--out", str(tmp_path / "one.xls")]) == 2
    assert ".csv" in capsys.readouterr().err
