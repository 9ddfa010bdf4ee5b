"""Rollouts that a run keeps: of which steps, read by what reads an evaluation's, never twice, never void."""

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from reckon import records
from reckon.errors import UsageError

pytest.importorskip("torch", reason="training needs the extra 'train'")

from reckon.training.kept import Kept
from reckon.training.objectives.grpo import Grpo
from reckon.training.processes import Processes
from reckon.training.rl import Rl


def recipe(folder, **changes):
    return Rl(str(folder), "tiny", ("product",), Grpo(), **{"steps": 7, "keep": 3, **changes})


def kept(made):
    return Kept(made, "tiny", Processes())


def steps(folder):
    return [t.notes["step"] for t in records.read(folder / "trajectories.jsonl")]


def test_the_first_step_every_so_many_and_the_last(tmp_path, rollout):
    one = kept(recipe(tmp_path))
    one.begin(0)
    for step in range(1, 8):
        one.add(step, [[rollout(f"{step}", "P2 T3 A1", right=1.0)]])
    assert steps(tmp_path) == [1, 3, 6, 7]
    nothing = kept(recipe(tmp_path / "none", keep=0))
    nothing.begin(0)
    nothing.add(1, [[rollout("a", "P2 T3 A1")]])
    assert not (tmp_path / "none").exists()


def test_void_and_queued_rollouts_are_left_out(tmp_path, rollout):
    queued = rollout("old", "P2 T3 A1")
    queued = replace(queued, trajectory=replace(queued.trajectory, notes={"queued": 1}))
    one = kept(recipe(tmp_path))
    one.begin(0)
    one.add(1, [[rollout("lost", "P2 T1", void="SessionLost: gone"), queued, rollout("own", "P2 T3 A1")]])
    found = list(records.read(tmp_path / "trajectories.jsonl"))
    assert [t.id for t in found] == ["own"]
    assert found[0].grade is not None


def test_a_run_that_goes_on_writes_no_step_twice(tmp_path, rollout):
    one = kept(recipe(tmp_path, keep=1))
    one.begin(0)
    for step in (1, 2, 3):
        one.add(step, [[rollout(f"{step}", "P2 T3 A1")]])
    path = tmp_path / "trajectories.jsonl"
    path.write_bytes(path.read_bytes() + b'{"id": "torn')
    again = kept(recipe(tmp_path, keep=1))
    again.begin(2)
    again.add(3, [[rollout("3", "P2 T3 A1")]])
    assert steps(tmp_path) == [1, 2, 3]
    kept(recipe(tmp_path, keep=1)).begin(0)
    assert path.read_bytes() == b""


def test_the_rollouts_of_something_else_are_refused_and_stay(tmp_path):
    path = tmp_path / "trajectories.jsonl"
    path.write_text("{}\n")
    for said in ("", "no JSON", json.dumps({"settings": ""}), json.dumps([])):
        if said:
            (tmp_path / "run.json").write_text(said)
        with pytest.raises(UsageError, match="another out, or keep=0"):
            kept(recipe(tmp_path)).begin(0)
    (tmp_path / "run.json").write_text(json.dumps({"settings": "training"}))
    with pytest.raises(UsageError, match="byte 0, is no rollout of a step"):
        kept(recipe(tmp_path)).begin(0)
    assert path.read_text() == "{}\n"


def test_a_run_is_shown_and_audited_as_an_evaluation_is(tmp_path, capsys, monkeypatch):
    from reckon.cli import main
    from reckon.training.runner import train_rl

    monkeypatch.chdir(tmp_path)
    said = io.StringIO()
    made = recipe(
        "out", steps=2, problems=2, rollouts=3, budget=400, evaluate_every=2, evaluate_problems=2, keep=2
    )
    train_rl(made, Console(file=said, width=200))
    found = list(records.read("out/trajectories.jsonl"))
    assert {t.notes["step"] for t in found} == {1, 2}
    assert len(found) == 12
    assert all(t.grade is not None and not t.void for t in found)
    told = said.getvalue().splitlines()[-3:]
    assert told[0].startswith("rewards: reward ")
    assert "held-out questions right" in told[0]
    assert told[1].startswith("programs: calls ")
    assert told[2].endswith("reckon audit out")
    assert main(["runs", "list", "."]) == 0
    assert "product" in capsys.readouterr().out
    assert main(["runs", "show", "out"]) == 0
    assert "problems" in capsys.readouterr().out
    assert main(["audit", "out", "--most", "2"]) in (0, 1)
    assert "12," in capsys.readouterr().out
