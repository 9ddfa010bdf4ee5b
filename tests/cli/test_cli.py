"""The commands as a user meets them: output, exit status, one clear line for a mistake."""

import os
import re
import signal
import subprocess
import sys
import textwrap
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
from rich.console import Console

from reckon import records
from reckon.cli import doctor, main

MODEL = """
import asyncio
from reckon.models.replay import Replay

class Fast(Replay):
    def __init__(self):
        super().__init__(lambda context: "I guess. <<<7>>>", name="fast")

class Slow(Fast):
    async def sample(self, context, sampling, on_text=None):
        await asyncio.sleep(0.05)
        return await super().sample(context, sampling, on_text)
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A working directory whose module `mine` holds two models."""
    (tmp_path / "mine.py").write_text(textwrap.dedent(MODEL))
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["eval", "prodct"], "product"),
        (["eval", "product", "--reasoner", "palm"], "no reasoners named 'palm'"),
        (["eval", "product", "--dialect", "xml"], "no dialect 'xml'"),
        (["eval", "product", "-n", "0"], "-n"),
        (["eval", "product", "--difficulty", "7"], "--difficulty"),
        (["eval", "product", "--temperature", "-1"], "--temperature"),
        (["eval", "product", "--seconds", "0"], "--seconds"),
        (["solve", "q", "--model", "gpt-4o"], "openai:"),
        (["solve", "q", "--model", "tiny:/nowhere"], "/nowhere"),
        (["solve", "q", "--model", "openai:m", "--base-url", "http://127.0.0.1:9"], "127.0.0.1:9"),
        (["eval", "product", "--model", "openai:m", "--base-url", "http://127.0.0.1:9"], "127.0.0.1:9"),
        (["train", "sft", "no/such.py"], "no/such.py"),
        (["tasks", "show", "rg:nothing"], "nothing" if find_spec("reasoning_gym") else "reckon[tasks]"),
        (["reasoners", "palm"], "There are"),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_2(place, capsys, arguments, says):
    assert main(arguments) == 2
    error = capsys.readouterr().err.strip()
    assert "\n" not in error
    assert error.startswith("reckon: ")
    assert says in error


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["eval"], ["eval", "product", "--sed", "3"]])
def test_wrong_usage_exits_2(arguments, capsys):
    with pytest.raises(SystemExit) as exit:
        main(arguments)
    assert exit.value.code == 2
    assert "usage: reckon" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", ["demo", "solve", "eval", "train", "tasks", "models", "reasoners", "doctor"]
)
def test_help_teaches_with_an_example(command, capsys):
    with pytest.raises(SystemExit) as exit:
        main([command, "--help"])
    assert exit.value.code == 0
    assert f"  reckon {command}" in capsys.readouterr().out


def test_eval_prints_a_table_and_writes_trajectories(place, capsys):
    assert main(["eval", "product", "weekday", "-n", "3", "--model", "mine:Fast", "--out", "r"]) == 0
    out = capsys.readouterr().out
    assert "95 % interval" in out
    assert "weekday" in out
    assert len(list(records.read(place / "r" / "trajectories.jsonl"))) == 6


def test_a_limit_of_programs_is_kept_for_each_problem(place):
    command = ["eval", "product", "-n", "2", "--model", "simulated:right=0,visible=1"]
    assert main([*command, "--reasoner", "tree_of_code", "--runs", "2", "--out", "r"]) == 0
    done = list(records.read(place / "r" / "trajectories.jsonl"))
    assert [one.tree.runs for one in done if one.parent is None] == [2, 2]


def test_solve_shows_the_text_and_the_answer(place, capsys):
    assert main(["solve", "Seven?", "--model", "mine:Fast", "--out", "one.jsonl"]) == 0
    out = capsys.readouterr().out
    assert "I guess." in out
    assert "→ 7" in out
    assert next(records.read("one.jsonl")).answer.text == "7"


def test_solve_takes_files_of_the_question(place, capsys):
    (place / "t.csv").write_text("a,b\n")
    command = ["solve", "Seven?", "--model", "mine:Fast", "--file", "t.csv", "--out", "one.jsonl"]
    assert main(command) == 0
    asked = next(records.read("one.jsonl"))
    assert [part.path for part in asked.problem.parts] == ["t.csv"]
    assert "Files in the working directory: t.csv (text/csv)" in asked.text
    assert main(["solve", "Seven?", "--model", "mine:Fast", "--file", "none.png"]) == 2
    assert "cannot read none.png" in capsys.readouterr().err


def test_ctrl_c_loses_no_finished_problem_and_a_rerun_resumes(place):
    command = [sys.executable, "-m", "reckon", "eval", "product", "-n", "40", "--concurrency", "2",
               "--model", "mine:Slow", "--out", "r"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": str(place)}
    path = place / "r" / "trajectories.jsonl"
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a background shell ignores it
    )
    while not path.exists() or path.read_bytes().count(b"\n") < 5:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    output = process.communicate(timeout=20)[0].decode()
    assert process.returncode == 130
    assert "Traceback" not in output
    finished = [t.problem.id for t in records.read(path)]
    assert 5 <= len(finished) < 40
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert "40" in done.stdout
    every = [t.problem.id for t in records.read(path)]
    assert every[: len(finished)] == finished
    assert len(every) == len(set(every)) == 40


def test_doctor_names_every_extra_with_what_to_install(capsys, monkeypatch):
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    # What says nothing of its own: collections, and what the tests want.
    wanted = project["optional-dependencies"].keys() - {"all", "dev", "serve"}
    assert wanted == doctor.EXTRAS.keys()
    for extra, packages in doctor.EXTRAS.items():
        own = [one for one in project["optional-dependencies"][extra] if not one.startswith("reckon[")]
        assert [re.split(r"[\[>=<]", one)[0] for one in own] == list(packages)
    monkeypatch.setattr(doctor, "_version", lambda package: "")
    console = Console(width=200, highlight=False)
    doctor._extras(console)
    doctor._viewer(console)
    told = capsys.readouterr().out
    assert all(f"pip install 'reckon[{extra}]'" in told for extra in wanted)
    assert "reckon view: no package" in told


def test_flags_show_the_defaults_of_their_command(capsys):
    for command, model, temperature in (("data", "teacher", "1.0"), ("solve", "tiny", "0.0")):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        told = " ".join(capsys.readouterr().out.split())
        assert f"my_pkg.mine:Model (default: {model})" in told
        assert f"0 is greedy (default: {temperature})" in told


def test_lists_and_doctor(capsys):
    for arguments in (
        ["tasks"],
        ["tasks", "product"],
        ["models"],
        ["reasoners"],
        ["reasoners", "pal"],
        ["doctor"],
    ):
        assert main(arguments) == 0
    out = capsys.readouterr().out
    for word in (
        "letter_count",
        "reference program",
        "openai:NAME",
        "self_consistency",
        "arXiv",
        "interpreter: works",
    ):
        assert word in out
