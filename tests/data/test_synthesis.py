"""The loop of recipes with a teacher: quotas, the journal, what a crash leaves, what may not be retold."""

import asyncio
import json
from collections import Counter
from dataclasses import replace

import pytest

from reckon import records
from reckon.data.material.retelling import Unusable, pattern, retell, turns_of
from reckon.data.material.synthesis import PLAIN, Quota, synthesise
from reckon.data.r1_ci import WAYS, R1Ci
from reckon.data.rejection import Rejection
from reckon.dialects import DIALECTS, HERMES, R1_CI, RETOOL
from reckon.errors import ModelUnavailable, SessionLost, UsageError
from reckon.protocols import Sample
from reckon.testing import InlineSession
from reckon.values import Answer, Execution, Problem, Segment, Trajectory

TWO = R1Ci(tasks=("product", "letter_count"), problems=8, per_task=6)


def test_what_is_kept_is_right_exact_and_in_the_students_plain_prompt(make, student, tmp_path):
    _, kept = make(TWO, student, tmp_path / "o.jsonl")
    assert len(kept) == 12
    steering = [line for way in WAYS.values() for line in (*way[1:], way[0].partition("\n\n")[2]) if line]
    for trajectory in kept:
        trajectory.check(student.tokens.decode)
        assert trajectory.grade.right
        assert trajectory.reasoner.startswith("CodeInterpreter")
        prompts = [s.text for s in trajectory.segments if not s.sampled and s.execution is None]
        assert len(prompts) == 1
        assert not any(line in prompts[0] for line in steering if "{" not in line)


def test_a_task_keeps_its_quota_and_of_plain_ones_its_share(make, student, tmp_path):
    tried, kept = make(TWO, student, tmp_path / "o.jsonl")
    for task in TWO.tasks:
        patterns = Counter(pattern(t) for t in kept if t.problem.task == task)
        assert patterns.total() == 6
        assert sum(patterns[name] for name in PLAIN) <= round(0.4 * 6)
    assert Counter(t.verdict for t in tried)["kept"] == 12


@pytest.mark.parametrize("after", [1, 5, 9])
@pytest.mark.parametrize("torn", ["", "log", "data", "unlogged"])
def test_a_crash_changes_nothing_of_what_is_kept(make, student, tmp_path, after, torn):
    whole = tmp_path / "whole.jsonl"
    make(TWO, student, whole)
    out, log = tmp_path / "o.jsonl", tmp_path / "o.jsonl.tries.jsonl"
    seen = []

    def die(tried):
        seen.append(tried)
        if len(seen) == after:
            raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        make(TWO, student, out, on_tried=die)
    if torn == "log":
        log.write_text(log.read_text() + '{"key": "product/0/', "utf-8")
    elif torn == "data":
        out.write_text(out.read_text() + '{"id": "product/0/', "utf-8")
    elif torn == "unlogged":
        lines = log.read_text().splitlines(keepends=True)
        log.write_text("".join(lines[:-1]), "utf-8")
    make(TWO, student, out)
    assert [t.ids for t in records.read(out)] == [t.ids for t in records.read(whole)]
    again = out.read_bytes()
    make(TWO, student, out)
    assert out.read_bytes() == again


def test_another_recipe_or_another_file_is_not_gone_on_with(make, student, tmp_path):
    out = tmp_path / "o.jsonl"
    make(TWO, student, out)
    with pytest.raises(UsageError, match="another recipe"):
        make(replace(TWO, seed=1), student, out)
    with pytest.raises(UsageError, match="another recipe"):
        make(TWO, replace(student, dialect=RETOOL), out)
    (tmp_path / "p.jsonl").write_text("{}\n")
    with pytest.raises(UsageError, match="made by something else"):
        make(TWO, student, tmp_path / "p.jsonl")


def test_a_broken_journal_is_told_by_its_line(make, student, tmp_path):
    out = tmp_path / "o.jsonl"
    recipe = R1Ci(tasks=("product",), problems=1, samples=1)
    make(recipe, student, out)
    journal = tmp_path / "o.jsonl.tries.jsonl"
    for broken in ("{", "[]", '{"key": "k"}'):
        journal.write_text(journal.read_text().split("\n")[0] + f"\n{broken}\n")
        with pytest.raises(UsageError, match=r"tries\.jsonl, line 2 is no try"):
            make(recipe, student, out)


def test_a_fault_of_ours_is_no_verdict_and_is_tried_again(make, student, tmp_path):
    broken = [True]

    class Lost(InlineSession):
        async def run(self, code, *, timeout_s=None, ask=None):
            if broken[0]:
                raise SessionLost("gone")
            return await super().run(code)

    async def open_session():
        return Lost()

    recipe = Rejection(tasks=("product",), problems=2, samples=2)
    how = {"styles": {"code": 1.0}, "open_session": open_session}
    tried, kept = make(recipe, student, tmp_path / "o.jsonl", **how)
    assert {t.verdict for t in tried} == {"void"}
    assert kept == []
    broken[0] = False
    tried, kept = make(recipe, student, tmp_path / "o.jsonl", **how)
    assert len(kept) == 2


def test_a_teacher_out_of_reach_is_told(place_for, student, tmp_path):
    recipe = Rejection(tasks=("product",), problems=3, samples=1)
    place = place_for(recipe, student, styles={"text": 1.0})
    up = place.teacher.model
    calls = []

    class Down:
        name, context_tokens, continues = "down", 4096, True
        render, count = up.render, up.count

        async def sample(self, context, sampling, on_text=None):
            calls.append(1)
            if len(calls) > 1:
                raise ModelUnavailable("nobody there")
            return await up.sample(context, sampling, on_text)

    place = replace(place, teacher=replace(place.teacher, model=Down()))
    with pytest.raises(ModelUnavailable, match="nobody"):
        asyncio.run(synthesise(recipe, place, tmp_path / "o.jsonl"))
    assert len(list(records.read(tmp_path / "o.jsonl"))) == 1


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda d: d.name)
def test_a_teacher_without_ids_is_retold_in_any_dialect(student, dialect):
    """As an API gives it: no ids, letters beyond ASCII, an answer on the way that was not the last."""
    run = Execution("ok", stdout="42\n")
    said = (
        Segment("prompt", "Wie viel? Begin in words.", role="user"),
        Segment("text", "Überlegen wir: 6 · 7 <<<41>>>", sample=0),
        Segment("prompt", "Now compute it.", role="user"),
        Segment("code", "Ich rechne.\n```python\nprint(6 * 7)  # größer\n```\n", sample=1),
        Segment("output", "Code Execution Results:\n42\n", execution=run),
        Segment("answer", "Also 42 <<<42>>>", sample=2),
    )
    problem = Problem("p/0/0", "p", "Wie viel?", "42")
    before = Trajectory("t", problem, said, Answer("42"))
    told = asyncio.run(retell(turns_of(before, R1_CI), "42", problem, replace(student, dialect=dialect)))
    told.check(student.tokens.decode)
    assert told.executions == (run,)
    assert "Überlegen wir: 6 · 7 41\nIch rechne." not in told.text  # two samples are two passages
    assert "Begin in words" not in told.text
    assert "Now compute" not in told.text
    written = "".join(s.text for s in told.segments if s.sampled)
    bodies = [s.body for s in dialect.spans(written) if s.kind in ("code", "answer")]
    assert bodies == ["print(6 * 7)  # größer", "42"]


@pytest.mark.parametrize(
    ("segments", "why"),
    [
        ([Segment("text", "```python\nprint(1)\n```\nand <<<1>>>", sample=0)], "not run"),
        ([Segment("text", "I see.\nCode Execution Results:\n7\n<<<7>>>", sample=0)], "made-up"),
        ([Segment("text", "```python\nprint(1)", sample=0)], "malformed"),
    ],
)
def test_what_no_student_should_learn_is_refused(segments, why):
    with pytest.raises(Unusable, match=why):
        turns_of(Trajectory("t", Problem("p", "p", "?"), tuple(segments)), R1_CI)


def test_hermes_gets_its_outputs_in_turns_of_their_own(make, student, tmp_path):
    recipe = Rejection(tasks=("product",), problems=2, samples=1)
    _, kept = make(recipe, replace(student, dialect=HERMES), tmp_path / "o.jsonl", styles={"code": 1.0})
    assert kept
    for trajectory in kept:
        code = next(s.text for s in trajectory.segments if s.kind == "code")
        assert json.loads(code.removeprefix("<tool_call>\n").partition("\n</tool_call>")[0])["arguments"]


def test_bad_configuration_is_refused():
    for wrong in (
        lambda: R1Ci(problems=0),
        lambda: R1Ci(ways=("by magic",)),
        lambda: R1Ci(plain=1.5),
        lambda: R1Ci(per_task=-1),
        lambda: Rejection(reasoner="palm"),
        lambda: list(R1Ci(tasks=("prodct",)).attempts()),
    ):
        with pytest.raises(UsageError):
            wrong()
    assert Quota(0).takes({"text": 10**6}, "text")


def test_a_chat_server_teaches_as_well(make, student, tmp_path):
    """No ids, turns that end, outputs as messages of the user: the student gets its own form all the same."""
    recipe = R1Ci(tasks=("product",), problems=2, samples=1, ways=("text_to_code",))
    problems = {a.problem.question: a.problem for a in recipe.attempts()}

    class Chat:
        name, context_tokens, continues = "chat", 1 << 20, False

        def render(self, context, messages):
            return tuple(Segment("prompt", str(m.content), role=m.role) for m in messages)

        def count(self, text):
            return len(text) // 4

        async def sample(self, context, sampling, on_text=None):
            text = "".join(segment.text for segment in context)
            problem = next(p for question, p in problems.items() if question in text)
            said = "Two numbers are to be multiplied; the result has about ten digits."
            if "Execution Results" in text:
                said = f"That fits what I expected. <<<{problem.answer}>>>"
            elif "Now compute it" in text:
                said = "```python\nprint({a} * {b})\n```\n".format(**problem.metadata)
            return Sample((said,), "end", tokens=12)

        async def close(self):
            pass

    _, kept = make(recipe, student, tmp_path / "o.jsonl", model=Chat())
    assert len(kept) == 2
    for trajectory in kept:
        trajectory.check(student.tokens.decode)
        kinds = [s.kind for s in trajectory.segments]
        assert kinds == ["prompt", "text", "code", "text", "output", "text", "answer", "end"]
        assert trajectory.model == "chat"
        ids, mask, _ = trajectory.training_arrays()
        assert 0 < sum(mask) < len(ids)
