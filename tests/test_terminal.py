"""What a rollout looks like on a terminal."""

import asyncio
import io

import pytest
from rich.console import Console

from reckon.dialects import DIALECTS
from reckon.models.replay import Replay
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.rollout import Setup, solve
from reckon.terminal import Terminal
from reckon.testing import open_inline_session
from reckon.values import Answer, Grade, Problem, Trajectory

PROBLEM = Problem("p", "p", "What is 6 * 7?", "42")


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda d: d.name)
def test_text_code_and_output_are_shown_once_and_in_order(dialect):
    out = io.StringIO()
    terminal = Terminal(Console(file=out, width=100, color_system=None), dialect)
    code = "x = 6\n\nprint(x * 7)"
    script = ["I compute.\n" + dialect.write_code(code), "So " + dialect.write_answer("42")]
    setup = Setup(Replay(script), open_inline_session, dialect, watch=terminal)
    terminal.question(PROBLEM)
    done = asyncio.run(solve(CodeInterpreter(), PROBLEM, setup))[0]
    terminal.verdict(done)
    text = out.getvalue()
    places = [text.index(piece) for piece in ("6 * 7?", "I compute.", "print(x * 7)", "│ 42", "So ", "→ 42")]
    assert places == sorted(places)
    assert text.count("I compute.") == text.count("print(x * 7)") == 1
    assert "<|" not in text


@pytest.mark.parametrize(
    ("answer", "grade", "void", "says"),
    [
        (Answer("42"), Grade(1.0), "", "✓ 42"),
        (Answer("41"), Grade(0.0), "", "✗ 41   (right is 42)"),
        (Answer(None, "no program"), None, "", "✗ no answer: no program"),
        (None, None, "SessionLost: gone", "✗ void: SessionLost: gone"),
    ],
)
def test_verdicts(answer, grade, void, says):
    out = io.StringIO()
    terminal = Terminal(Console(file=out, width=100), DIALECTS["r1_ci"])
    terminal.verdict(Trajectory("t", PROBLEM, (), answer, grade, void=void))
    assert says in out.getvalue()
