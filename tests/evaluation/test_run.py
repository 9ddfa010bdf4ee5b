"""A run loses nothing that was finished, counts nothing twice, and never counts a fault of ours."""

import asyncio

import pytest

from reckon import records
from reckon.errors import InfrastructureError, SessionLost, UsageError
from reckon.evaluation.intervals import wilson
from reckon.evaluation.run import Run, evaluate, jobs
from reckon.evaluation.spending import Allowance
from reckon.evaluation.summary import by, summarise
from reckon.models.replay import Replay
from reckon.rollout import Setup
from reckon.tasks import draw, find
from reckon.testing import InlineSession, open_inline_session
from reckon.values import Answer, Cost, Execution, Grade, Problem, Trajectory

GOLD = {draw(find("product"), 1, i).question: draw(find("product"), 1, i).answer for i in range(8)}


def answers_right(context):
    gold = next(answer for question, answer in GOLD.items() if question in context)
    return f"<<<{gold}>>>"


def a_run(folder, **changes):
    fields = {
        "tasks": ("product",),
        "reasoners": ("text",),
        "models": ("replay",),
        "out": str(folder),
        "n": 4,
        "seed": 1,
    }
    return Run(**{**fields, **changes})


def test_a_rerun_does_only_what_is_left(tmp_path):
    setup = Setup(Replay(answers_right), open_inline_session)
    first = asyncio.run(evaluate(a_run(tmp_path, n=3), setup))
    asked = []

    def say(context):
        asked.append(context)
        return answers_right(context)

    both = asyncio.run(evaluate(a_run(tmp_path, n=5), Setup(Replay(say), open_inline_session)))
    assert len(asked) == 2
    assert both[:3] == first
    assert summarise(both).accuracy == 1.0
    assert len(list(records.read(tmp_path / "trajectories.jsonl"))) == 5


def test_a_run_that_dies_keeps_what_was_finished(tmp_path):
    left = [3]

    def say(context):
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return answers_right(context)

    with pytest.raises(BaseException):  # noqa: B017, PT011 (what asyncio makes of the interrupt is its business)
        asyncio.run(evaluate(a_run(tmp_path, n=6, concurrency=1), Setup(Replay(say), open_inline_session)))
    assert len(list(records.read(tmp_path / "trajectories.jsonl"))) == 3
    done = asyncio.run(evaluate(a_run(tmp_path, n=6), Setup(Replay(answers_right), open_inline_session)))
    assert [t.problem.id for t in done] == [f"product/1/{i}" for i in range(6)]


def test_a_fault_of_ours_is_tried_again_and_never_a_wrong_answer(tmp_path):
    class Flaky(InlineSession):
        runs = 0

        async def run(self, code, *, timeout_s=None):
            Flaky.runs += 1
            if Flaky.runs % 2:
                raise SessionLost("gone")
            return Execution("ok", stdout="1\n")

    async def flaky():
        return Flaky()

    async def dead():
        raise SessionLost("no zygote")

    def say(context):
        return answers_right(context) if "Results" in context else "```python\n1\n```\n"

    run = a_run(tmp_path / "flaky", reasoners=("code_interpreter",), concurrency=1)
    assert summarise(asyncio.run(evaluate(run, Setup(Replay(say), flaky)))).accuracy == 1.0
    run = a_run(tmp_path / "dead", reasoners=("code_interpreter",))
    summary = summarise(asyncio.run(evaluate(run, Setup(Replay(say), dead))))
    assert (summary.n, summary.void) == (0, 4)


def test_a_grader_that_fails_voids(tmp_path, monkeypatch):
    def broken(self, problem, answer):
        raise InfrastructureError("the grader's package is broken")

    monkeypatch.setattr(type(find("product")), "grade", broken)
    done = asyncio.run(evaluate(a_run(tmp_path), Setup(Replay(answers_right), open_inline_session)))
    assert summarise(done).void == 4


def test_a_folder_of_another_run_is_refused(tmp_path):
    setup = Setup(Replay(answers_right), open_inline_session)
    asyncio.run(evaluate(a_run(tmp_path), setup))
    with pytest.raises(UsageError, match="another seed"):
        asyncio.run(evaluate(a_run(tmp_path, seed=2), setup))


@pytest.mark.parametrize("bad", [{"n": 0}, {"concurrency": 0}, {"difficulty": 2.0}])
def test_bad_arguments_are_refused_at_once(tmp_path, bad):
    with pytest.raises(UsageError):
        a_run(tmp_path, **bad)


def test_problems_do_not_depend_on_what_else_is_asked(tmp_path):
    alone = [job.problem for job in jobs(a_run(tmp_path))]
    among = [job.problem for job in jobs(a_run(tmp_path, tasks=("weekday", "product")))]
    assert alone == [problem for problem in among if problem.task == "product"]


def test_wilson_interval_by_hand():
    low, high = wilson(8, 10)
    assert low == pytest.approx(0.4902, abs=1e-4)
    assert high == pytest.approx(0.9433, abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_summary_by_hand():
    def trajectory(score, runs, errors):
        tree = Cost(runs=runs, errors=errors, tokens_out=10, generate_s=1.0, execute_s=0.5)
        problem = Problem(f"p{runs}", "a", "q")
        return Trajectory("t", problem, (), Answer("1"), Grade(score), tree=tree)

    done = [trajectory(1.0, 2, 1), trajectory(0.0, 0, 0), trajectory(1.0, 1, 0)]
    summary = summarise(done)
    assert (summary.n, summary.right, summary.calls) == (3, 2.0, 1.0)
    assert summary.errors == pytest.approx(1 / 3)
    assert (summary.tokens, summary.seconds) == (10, 1.5)
    assert [name for name, _ in by(done, lambda t: t.problem.task)] == ["a"]


def test_each_sample_has_a_seed_of_its_own_and_is_not_done_again(tmp_path):
    setup = Setup(Replay(answers_right), open_inline_session)
    done = asyncio.run(evaluate(a_run(tmp_path, n=2, samples=3), setup))
    assert sorted((t.problem.id, t.seed) for t in done) == [
        (f"product/1/{n}", seed) for n in range(2) for seed in (1, 2, 3)
    ]
    asyncio.run(evaluate(a_run(tmp_path, n=2, samples=3), setup))
    assert len(list(records.read(tmp_path / "trajectories.jsonl"))) == 6


def test_a_run_begins_nothing_once_its_allowance_is_used_up(tmp_path):
    setup = Setup(Replay(answers_right), open_inline_session)
    little = a_run(tmp_path, n=6, concurrency=1, allowance=Allowance(tokens=1))
    assert len(asyncio.run(evaluate(little, setup))) == 1
    assert asyncio.run(evaluate(little, setup)) != []
    assert len(list(records.read(tmp_path / "trajectories.jsonl"))) == 1
    assert len(asyncio.run(evaluate(a_run(tmp_path, n=6), setup))) == 6
