"""Trajectories to lines and back, and files that a crash cut short."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reckon import records
from reckon.errors import UsageError
from reckon.values import (
    STATUSES,
    Answer,
    Cost,
    Display,
    Execution,
    File,
    Grade,
    Image,
    Problem,
    ProgramError,
    Segment,
    Text,
    Trajectory,
)  # fmt: skip

texts = st.text(max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
errors = st.builds(ProgramError, type=texts, message=texts, line=st.none() | st.integers(1, 9))
executions = st.builds(
    Execution, status=st.sampled_from(STATUSES), stdout=texts, value=st.none() | texts,
    error=st.none() | errors, files=st.lists(texts, max_size=2).map(tuple), wall_s=st.floats(0, 9),
    displays=st.lists(st.builds(Display, st.dictionaries(texts, texts, max_size=2)), max_size=1).map(tuple),
    truncated=st.booleans(),
)  # fmt: skip
parts = st.builds(Text, texts) | st.builds(Image, texts) | st.builds(File, texts)
segments = st.builds(
    Segment, kind=st.sampled_from(["prompt", "text", "code", "output", "answer", "end"]), text=texts,
    ids=st.none() | st.lists(st.integers(0, 2**60), max_size=4).map(tuple),
    logprobs=st.none() | st.lists(st.floats(-50, 0), max_size=4).map(tuple),
    sample=st.none() | st.integers(0, 9), parts=st.lists(parts, max_size=2).map(tuple),
    execution=st.none() | executions,
)  # fmt: skip
trajectories = st.builds(
    Trajectory, id=texts,
    problem=st.builds(
        Problem, texts, texts, texts, st.none() | texts, st.floats(0, 1),
        st.dictionaries(texts, json_values, max_size=3), st.lists(parts, max_size=2).map(tuple),
    ),
    segments=st.lists(segments, max_size=4).map(tuple),
    answer=st.none() | st.builds(Answer, st.none() | texts, texts),
    grade=st.none() | st.builds(Grade, st.floats(0, 1), texts),
    parent=st.none() | texts, notes=st.dictionaries(texts, st.integers(0, 9), max_size=2),
    cost=st.builds(Cost, samples=st.integers(0, 9), generate_s=st.floats(0, 9)), void=texts,
)  # fmt: skip


@settings(max_examples=150)
@given(trajectories)
def test_a_line_holds_all_of_a_trajectory(trajectory):
    line = records.dump(trajectory)
    assert "\n" not in line
    assert records.load(line) == trajectory


def _trajectory(number):
    return Trajectory(f"t{number}", Problem("p", "t", "q"), (Segment("text", "\ud800", (1,), (-0.5,), 0),))


def test_a_torn_last_line_is_left_out_and_overwritten(tmp_path):
    path = tmp_path / "t.jsonl"
    with records.Writer(path) as writer:
        writer.append(_trajectory(0), _trajectory(1))
    with path.open("a") as file:
        file.write(records.dump(_trajectory(2))[:40])
    assert [t.id for t in records.read(path)] == ["t0", "t1"]
    with records.Writer(path) as writer:
        writer.append(_trajectory(3))
    assert [t.id for t in records.read(path)] == ["t0", "t1", "t3"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("{", "line 1, is no trajectory"),
        ("[]", "wanted an object"),
        ('{"id": 3}', r"Trajectory\.id: wanted str, got 3"),
        ('{"id": "a", "surprise": 1}', "no field 'surprise'"),
        ('{"id": "a"}', "missing"),
        ('{"id":"a","problem":{"id":"p","task":"t","question":"q"},"segments":[{"kind":"x","text":""}]}',
         r"segments\[0\]\.kind: wanted one of"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path, data, message):
    path = tmp_path / "bad.jsonl"
    path.write_text(data + "\n")
    with pytest.raises(UsageError, match=message):
        list(records.read(path))


def test_a_missing_file_is_one_clear_error(tmp_path):
    with pytest.raises(UsageError, match=r"cannot read .*nothing\.jsonl"):
        list(records.read(tmp_path / "nothing.jsonl"))


def test_defaults_are_left_out():
    assert set(json.loads(records.dump(_trajectory(0)))) == {"id", "problem", "segments"}


def test_a_mapping_is_read_by_its_kind_and_free_data_is_left_as_it_is():
    free = {"schema": {"type": "str", "of": [{"type": "Mapping"}, None]}, "n": 1.5}
    problem = records.from_json(Problem, {"id": "p", "task": "t", "question": "q", "metadata": free})
    assert problem.metadata == free
    for data, message in (
        ([1], "wanted an object"),
        ({"text/plain": 5}, "Display.data.text/plain: wanted str"),
    ):
        with pytest.raises(UsageError, match=message):
            records.from_json(Display, {"data": data})
