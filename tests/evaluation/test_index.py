"""The index says what the file holds, follows it as it grows, and is made again when it is wrong."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from reckon import records
from reckon.errors import UsageError
from reckon.evaluation.index import FILE, Index
from reckon.values import Answer, Cost, Execution, Grade, Problem, Segment, Trajectory


def tried(n, score=1.0, relation="root", **changes):
    shown = (Segment("output", "4\n", execution=Execution("timeout")),)
    problem = Problem(f"product/1/{n}", "product", "What is 2 * 2?", "4", 0.5)
    fields = {"answer": Answer("4"), "grade": Grade(score, "why"), "tree": Cost(runs=1, errors=1)}
    name = f"{problem.id}#1" + (".1" if relation != "root" else "")
    return Trajectory(name, problem, shown, relation=relation, reasoner="Text()", **{**fields, **changes})


@pytest.fixture
def folder(tmp_path):
    with records.Writer(tmp_path / "trajectories.jsonl") as writer:
        writer.append(tried(0), tried(0, relation="fork", parent="product/1/0#1"), tried(1, 0.0))
    return tmp_path


def test_rows_trees_and_records(folder):
    with Index(folder) as index:
        rows = index.query("SELECT * FROM trajectories ORDER BY number")
        assert [(r["root"], r["relation"], r["score"], r["forks"]) for r in rows] == [
            (1, "root", 1.0, 1), (1, "fork", 1.0, 0), (3, "root", 0.0, 0),
        ]  # fmt: skip
        assert (rows[0]["statuses"], rows[0]["errors"], rows[0]["task"]) == ("timeout", 1, "product")
        assert index.trajectory(3) == tried(1, 0.0)
        assert [t.relation for t in index.tree(1)] == ["root", "fork"]
        with pytest.raises(UsageError, match="number 9"):
            index.trajectory(9)


def test_it_follows_a_file_that_grows_and_waits_for_whole_lines(folder):
    with Index(folder) as index:
        line = records.dump(tried(2)) + "\n"
        with open(folder / "trajectories.jsonl", "a") as file:
            file.write(line[:40])
            file.flush()
            assert index.refresh() == 0
            file.write(line[40:])
            file.flush()
            assert index.refresh() == 1
        assert index.trajectory(4) == tried(2)
        assert index.refresh() == 0
    with Index(folder) as again:
        assert len(again.query("SELECT 1 FROM trajectories")) == 4


def test_it_is_made_again_for_another_file_and_after_damage(folder):
    Index(folder)
    (folder / "trajectories.jsonl").write_text(records.dump(tried(7)) + "\n")
    with Index(folder) as index:
        assert [r["problem"] for r in index.query("SELECT problem FROM trajectories")] == ["product/1/7"]
    with records.Writer(folder / "longer.jsonl") as writer:
        writer.append(*(tried(n) for n in range(8, 13)))
    (folder / "longer.jsonl").replace(folder / "trajectories.jsonl")
    with Index(folder) as index:
        found = [r["problem"] for r in index.query("SELECT problem FROM trajectories ORDER BY number")]
        assert found == [f"product/1/{n}" for n in range(8, 13)]
    (folder / "trajectories.jsonl").write_text(records.dump(tried(7)) + "\n")
    (folder / FILE).write_bytes(b"not a database, but long enough to look like a file of one" * 9)
    with Index(folder) as index:
        assert len(index.query("SELECT 1 FROM trajectories")) == 1


def test_what_is_no_run_is_said(tmp_path):
    with pytest.raises(UsageError, match="is no run"):
        Index(tmp_path)
    (tmp_path / "trajectories.jsonl").write_text('{"id": 1}\n')
    with pytest.raises(UsageError, match="byte 0, is no trajectory"):
        Index(tmp_path)


def test_a_copied_folder_is_whole(folder, tmp_path_factory):
    Index(folder)
    other = tmp_path_factory.mktemp("elsewhere") / "run"
    shutil.copytree(folder, other)
    with Index(other) as index:
        assert index.trajectory(1) == tried(0)


def test_texts_and_numbers_that_sqlite_has_no_form_for(tmp_path):
    with records.Writer(tmp_path / "trajectories.jsonl") as writer:
        writer.append(tried(0, answer=Answer("half a \ud800 pair"), seed=2**70))
    with Index(tmp_path) as index:
        assert index.query("SELECT answer, seed FROM trajectories") == [
            {"answer": "half a ? pair", "seed": 2**63 - 1}
        ]


def test_two_at_once_wait_for_each_other(folder):
    with Index(folder) as one, Index(folder) as two, records.Writer(folder / "trajectories.jsonl") as writer:
        for n in range(2, 30):
            writer.append(tried(n))
            with ThreadPoolExecutor(2) as pool:
                done = [pool.submit(index.refresh) for index in (one, two)]
            assert sum(each.result() for each in done) == 1
        assert len(one.query("SELECT 1 FROM trajectories")) == 31
