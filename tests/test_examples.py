"""Every example runs as a user would run it, and says what it promises."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parent.parent / "examples"
SAYS = {
    "solve.py": f"answer: {48213 * 7719}",
    "images.py": "pictures shown: 1\npictures shown: 2\ntiles-",
    "fork.py": "branch: 0\nsession: 10",
    "own_reasoner.py": f"3 trajectories; answer: {913 * 447}",
    "rollout_by_hand.py": "answer: Saturday",
    "tools.py": "output: 13.0\nsearch('') \nprice('fig') \nprice('pear') \nKeyError: 'plum'",
}


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.py")), ids=lambda p: p.name)
def test_an_example_runs(path):
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert SAYS[path.name] in done.stdout
    assert path.read_text().count("\n") <= 40
