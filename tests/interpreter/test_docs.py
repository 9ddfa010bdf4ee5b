"""The examples in docs/interpreter.md run."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import reckon
from reckon.interpreter import Interpreter, Limits

PAGE = Path(reckon.__file__).parents[2] / "docs" / "interpreter.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.M | re.S)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.strip().splitlines()[-1].strip()[:40])
def test_the_example_runs(block: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for package in ("matplotlib", "pandas"):
        if (package in block or "out.csv" in block or "session.reset" in block) and find_spec(
            package
        ) is None:
            pytest.skip(f"this example needs {package}, from the extra 'science'")
    monkeypatch.chdir(tmp_path)
    start = Interpreter.__init__

    def patient(self: Interpreter, limits: Limits | None = None, **how: Any) -> None:
        """A busy machine may want longer for `import pandas` than a user should."""
        start(self, limits or Limits(timeout_s=120), **how)

    monkeypatch.setattr(Interpreter, "__init__", patient)
    exec(compile(block, "docs/interpreter.md", "exec"), {"__name__": "__main__"})
    if "plot.png" in block:
        assert len(block.strip().splitlines()) <= 10
        assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")
