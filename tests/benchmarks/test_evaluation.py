"""A benchmark in a run: problems in the file's order, programs judged while the loop goes on."""

import asyncio
import json

import pytest

from reckon.errors import UsageError
from reckon.evaluation.run import Run, evaluate, jobs
from reckon.models.replay import Replay
from reckon.rollout import Setup
from reckon.testing import open_inline_session


def a_run(folder, *tasks, n=10):
    return Run(tasks=tasks, reasoners=("text",), models=("replay",), out=str(folder / "run"), n=n)


@pytest.fixture
def sums(tmp_path):
    path = tmp_path / "sums.jsonl"
    rows = [{"question": f"What is {n}+1?", "answer": f"#### {n + 1}"} for n in range(3)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture
def programs(tmp_path):
    path = tmp_path / "programs.jsonl"
    row = {
        "text": "Write one().",
        "code": "def one(): return 1",
        "task_id": 1,
        "test_list": ["assert one() == 1"],
    }
    path.write_text("".join(json.dumps({**row, "task_id": n}) + "\n" for n in range(4)))
    return path


def test_the_problems_are_the_files_in_its_order(sums, tmp_path):
    wanted = jobs(a_run(tmp_path, f"gsm8k:{sums}", "product", n=5))
    assert [job.problem.id for job in wanted if job.task.name == "gsm8k"] == [
        f"gsm8k/sums/{n}" for n in range(3)
    ]
    assert sum(job.task.name == "product" for job in wanted) == 5
    assert len(jobs(a_run(tmp_path, f"gsm8k:{sums}", n=2))) == 2


def test_answers_are_graded_and_a_rerun_asks_nothing_again(sums, tmp_path):
    asked = []

    def say(context):
        asked.append(context)
        return "<<<1>>>"

    run = a_run(tmp_path, f"gsm8k:{sums}")
    done = asyncio.run(evaluate(run, Setup(Replay(say), open_inline_session)))
    assert [t.grade.score for t in done] == [1, 0, 0]
    assert asyncio.run(evaluate(run, Setup(Replay(say), open_inline_session))) == done
    assert len(asked) == 3


def test_programs_are_judged_while_the_loop_goes_on(programs, tmp_path):
    ticks = []

    async def measured():
        async def tick():
            while True:
                ticks.append(asyncio.get_running_loop().time())
                await asyncio.sleep(0.01)

        beat = asyncio.create_task(tick())
        setup = Setup(Replay(lambda context: "<<<def one(): return 1>>>"), open_inline_session)
        try:
            return await evaluate(a_run(tmp_path, f"mbpp:{programs}"), setup)
        finally:
            beat.cancel()

    done = asyncio.run(measured())
    assert [t.grade.right for t in done] == [True] * 4
    assert len(ticks) > 5
    assert "test_list" not in json.dumps(dict(done[0].problem.metadata))


def test_an_unreadable_file_is_told_before_anything_runs(tmp_path):
    path = tmp_path / "bad.jsonl"
    path.write_text('{"question"')
    with pytest.raises(UsageError, match=r"bad\.jsonl, line 1"):
        jobs(a_run(tmp_path, f"gsm8k:{path}"))
