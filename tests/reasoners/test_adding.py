"""The reasoner that docs/add-a-reasoner.md adds works as it says."""

import re
import sys
from pathlib import Path

from reckon.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "add-a-reasoner.md"


def test_the_example_of_the_page_runs_from_the_command_line(tmp_path, monkeypatch, capsys):
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    (tmp_path / "added_reasoner.py").write_text(code, "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    flags = ["--reasoner", "text", "--reasoner", "added_reasoner:AskTwice", "--compare"]
    model = ["--model", "simulated:right=1,judge=1,text=0", "--out", str(tmp_path / "run")]
    try:
        assert main(["eval", "product", "-n", "3", *model, *flags]) == 0
    finally:
        sys.modules.pop("added_reasoner", None)
    assert "+100.0%" in capsys.readouterr().out


def test_the_page_is_short():
    assert PAGE.read_text("utf-8").count("\n") < 60
