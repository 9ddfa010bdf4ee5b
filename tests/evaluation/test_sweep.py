"""A sweep is a run on evenly spaced levels: it resumes, grows, and finds a dip that is there."""

import asyncio
import xml.etree.ElementTree as ElementTree

import pytest

from reckon import records
from reckon.cli import main
from reckon.errors import UsageError
from reckon.evaluation.run import Run, evaluate, jobs
from reckon.evaluation.sweep import curve, drawn_from, placed
from reckon.models.replay import Replay
from reckon.rollout import Setup
from reckon.tasks import find
from reckon.testing import open_inline_session


def a_run(folder, n=2, levels=3):
    return placed(Run(("product",), ("text",), ("replay",), str(folder), n=n, seed=1), levels)


def sweep(run, say, levels=3):
    every = jobs(run, drawn_from(run, levels))
    return asyncio.run(evaluate(run, Setup(Replay(say), open_inline_session), every=every))


def test_levels_are_evenly_spaced_and_a_larger_n_adds_problems(tmp_path):
    small, large = (drawn_from(a_run(tmp_path, n), 3)(find("product")) for n in (2, 4))
    assert [p.difficulty for p in small] == [0.0, 0.5, 1.0] * 2
    assert list(large[:6]) == list(small)
    assert len({p.id for p in large}) == 12


def test_a_curve_has_the_dip_that_the_answers_have(tmp_path):
    run = a_run(tmp_path, n=3)
    easy_or_hard = {p.question: p for p in drawn_from(run, 3)(find("product")) if p.difficulty != 0.5}

    def say(context):
        return next((f"<<<{p.answer}>>>" for q, p in easy_or_hard.items() if q in context), "<<<0>>>")

    points = curve(sweep(run, say), 3)
    assert [(p.level, p.accuracy.value, p.accuracy.n) for p in points] == [(0, 1, 3), (0.5, 0, 3), (1, 1, 3)]
    assert points[0].accuracy.low < 1.0


def test_a_sweep_resumes_and_its_folder_is_no_other_runs(tmp_path):
    sweep(a_run(tmp_path, n=1), lambda _: "<<<1>>>")
    asked = []
    sweep(a_run(tmp_path, n=2), lambda context: asked.append(context) or "<<<1>>>")
    assert len(asked) == 3
    assert len(list(records.read(tmp_path / "trajectories.jsonl"))) == 6
    with pytest.raises(UsageError, match="give this one its own --out"):
        sweep(a_run(tmp_path, levels=5), lambda _: "<<<1>>>", 5)


def test_fewer_than_two_levels_are_refused(tmp_path):
    with pytest.raises(UsageError, match="--levels"):
        a_run(tmp_path, levels=1)


def test_the_command_prints_a_table_and_draws_a_plot(tmp_path, capsys):
    out = tmp_path / "run"
    command = ["sweep", "product", "--levels", "2", "-n", "1", "--model", "simulated:right=1"]
    assert main([*command, "--out", str(out), "--reasoner", "text", "--reasoner", "code_interpreter"]) == 0
    shown = capsys.readouterr().out
    assert "0.00" in shown
    assert "CodeInterpreter" in shown
    drawn = ElementTree.parse(out / "sweep.svg").getroot()
    assert len(drawn.findall("{http://www.w3.org/2000/svg}circle")) == 4
    assert main([*command, "--out", str(out), "--plot", "plot.pdf"]) == 2
    assert "--plot" in capsys.readouterr().err
