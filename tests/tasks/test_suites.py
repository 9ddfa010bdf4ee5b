"""The 144, their split, and what is written to files."""

import hashlib
import json
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

from reckon.errors import UsageError
from reckon.tasks import draw, find, find_all, suites
from reckon.tasks.between import Between
from reckon.tasks.catalogue import MARK, lists
from reckon.tasks.exporting import FIELDS, export

needs_gym = pytest.mark.skipif(find_spec("reasoning_gym") is None, reason="needs the extra 'tasks'")
needs_arrow = pytest.mark.skipif(find_spec("pyarrow") is None, reason="needs the extra 'parquet'")
DIGEST = "9491282305e29a475f23830ce02d337d743db56f0eb2567fc973d063c3c4e8ae"
EXPORTED = "4124e806c0f5c5c41e93ecb79a4b99c45ee50b603f535a4e09c3ea6af9a07330"
SOME = ["product", "game_24", "blocksworld", "logical_deduction_five_objects"]


def test_there_are_144_in_the_published_shares():
    members = suites.members()
    assert Counter(m.source for m in members) == {"symbench": 33, "bbh": 27, "reasoning-gym": 84}
    assert len({m.name for m in members}) == 144
    assert Counter(m.split for m in members) == {"train": 107, "test": 37}
    assert Counter(m.source for m in members if m.split == "test") == suites.TEST_TASKS


def test_the_file_holds_the_split_that_its_seed_draws():
    members = suites.members()
    drawn = suites.split(members, 0)
    assert drawn == members
    assert suites.split(tuple(reversed(members)), 0) == tuple(reversed(members))
    assert suites.digest(suites.split(members, 1)) != suites.digest(members)


def test_the_digest_is_the_one_that_was_published():
    """Whoever changes the split changes what every earlier result means: raise its version then."""
    assert suites.digest(suites.members()) == DIGEST


def test_sizes_of_a_family_are_on_one_side():
    sides = {m.name: m.split for m in suites.members()}
    for family in ("logical_deduction", "tracking_shuffled_objects"):
        assert len({sides[f"{family}_{size}_objects"] for size in ("three", "five", "seven")}) == 1


@needs_gym
def test_every_task_of_every_suite_is_found():
    for name in suites.names():
        suite = suites.find(name)
        assert suite.members
        tasks = find_all([name])
        assert len(tasks) == len(suite.members)


def test_a_source_is_left_out_or_tested_on():
    for source in suites.SOURCES:
        inside = suites.find(source).members
        outside = suites.find(f"reckon-144/without-{source}").members
        assert sorted((*inside, *outside)) == sorted(m.name for m in suites.members())


def test_unseen_wordings_are_other_problems_under_other_ids():
    task = suites.find("reckon-144/unseen-wordings").wrap(find("game_24"))
    assert task.held_out
    mine, twin = draw(task, 1, 0), draw(find("game_24"), 1, 0)
    assert mine.id == "game_24~held_out/1/0"
    assert mine.question != twin.question
    assert mine.metadata != twin.metadata


def test_unseen_difficulties_are_apart_from_the_seen_ones():
    seen = suites.find("reckon-144/seen-difficulty").wrap(find("game_24"))
    unseen = suites.find("reckon-144/unseen-difficulty").wrap(find("game_24"))
    assert all(draw(seen, 1, i).difficulty <= 0.8 <= draw(unseen, 1, i).difficulty for i in range(30))
    problem = draw(unseen, 1, 0)
    assert unseen.grade(problem, problem.answer).right
    assert find(repr(unseen)) == unseen


def test_a_part_of_the_difficulties_judges_as_the_whole_does():
    assert not hasattr(Between(find("product"), 0.5, 1.0), "judge")
    task = find("write_function")
    assert Between(task, 0.5, 1.0).judge == task.judge


@pytest.mark.parametrize("bounds", [(-0.1, 1), (0, 1.1), (0.6, 0.5)])
def test_a_part_of_the_difficulties_must_be_one(bounds):
    with pytest.raises(UsageError, match="low and high"):
        Between(find("product"), *bounds)


def test_an_export_is_the_same_bytes_each_time(tmp_path):
    paths = [tmp_path / "one.jsonl", tmp_path / "two.jsonl"]
    for path in paths:
        assert export(find_all(SOME), str(path), n=3, seed=1) == 12
    assert paths[0].read_bytes() == paths[1].read_bytes()
    # Every platform and Python version gives these bytes; another digest means other problems under old ids.
    assert hashlib.sha256(paths[0].read_bytes()).hexdigest() == EXPORTED
    rows = [json.loads(line) for line in paths[0].read_text("utf-8").splitlines()]
    assert [tuple(row) for row in rows] == [tuple(FIELDS)] * 12
    assert [row["id"] for row in rows[:4]] == ["product/1/0", "product/1/1", "product/1/2", "game_24/1/0"]
    assert all(find(row["task"]).grade(draw(find(row["task"]), 1, 0), "no").score == 0 for row in rows)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["one.jsonl", "two.jsonl"]


@needs_arrow
def test_parquet_holds_the_same(tmp_path):
    from pyarrow import parquet

    export(find_all(SOME), str(tmp_path / "a.jsonl"), n=3, seed=1)
    export(find_all(SOME), str(tmp_path / "a.parquet"), n=3, seed=1)
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()]
    table = parquet.read_table(tmp_path / "a.parquet").to_pylist()
    assert [{**row, "metadata": json.loads(row["metadata"])} for row in table] == lines


@pytest.mark.parametrize("name", ["a.csv", "a", "missing/a.jsonl"])
def test_a_file_that_cannot_be_written_is_refused(tmp_path, name):
    with pytest.raises(UsageError, match="--out"):
        export(find_all(["product"]), str(tmp_path / name), n=1, seed=1)
    assert not list(tmp_path.iterdir())


def test_nothing_half_written_is_left(tmp_path):
    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(find_all(["product"]), str(tmp_path / "a.jsonl"), n=3, seed=1, on_done=stop)
    assert not list(tmp_path.iterdir())


@needs_gym
def test_the_page_of_the_tasks_is_up_to_date():
    page = (Path(__file__).parents[2] / "docs" / "tasks.md").read_text("utf-8")
    assert page.partition(MARK)[2] == f"\n{lists()}", "run: python -m reckon.tasks.catalogue docs/tasks.md"
