"""The command `reckon train`: a mistake is one clear line, before anything is computed."""

import pytest

pytest.importorskip("torch", reason="training needs the extra 'train'")

from reckon.cli import main

RECIPE = """
from reckon.data.cold_start import ColdStart
from reckon.training.objectives.grpo import Grpo
from reckon.training.rl import Rl
from reckon.training.sft import Sft
cold = Sft("cold", "tiny", ColdStart(problems=2, tasks=("product",)), steps=1)
recipe = Rl("out", cold, ("product",), Grpo(), steps=1, problems=1, rollouts=2)
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.py").write_text(RECIPE)
    (tmp_path / "open.py").write_text("recipe = Rl(")
    (tmp_path / "file").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.py"], "no recipe nowhere.py"),
        (["open.py"], "open.py does not run: SyntaxError"),
        (["r.py:cold"], "must say cold = Rl"),
        (["r.py", "--set", "stepz=3"], "did you mean steps"),
        (["r.py", "--set", "difficulty=(0,)"], "difficulty=(low, high)"),
        (["r.py", "--set", "model.data.styles={'cod': 1}"], "styles, shares of"),
        # What would be missed only after the cold start.
        (["r.py", "--set", "tasks=('prodct',)"], "prodct"),
        (["r.py", "--set", "reasoner=nobody"], "no reasoners named 'nobody'"),
        (["r.py", "--set", "dialect=nothing"], "no dialect 'nothing'"),
        (["r.py", "--set", "interpreters=cluster"], "wanted local, unix:PATH"),
        (["r.py", "--set", "plan=Staged(file='none.json')"], "none.json"),
        (["r.py", "--set", "model.data.tasks=('prodct',)"], "prodct"),
        (["r.py", "--set", "model.data=none.jsonl"], "no file none.jsonl"),
        (["r.py", "--set", "out="], "out, the run's folder"),
        # What the system refuses.
        (["r.py", "--set", "out=file/run"], "file/run: Not a directory"),
        (["r.py", "--set", "out=file"], "file: File exists"),
    ],
)
def test_a_mistake_is_one_clear_line_and_exit_2(place, capsys, arguments, says):
    assert main(["train", "rl", *arguments]) == 2
    error = capsys.readouterr().err.strip()
    assert "\n" not in error
    assert says in error
    assert not (place / "cold").exists()
    assert not (place / "out").exists()
