"""Solutions as text for another context."""

import asyncio

import pytest

from reckon.dialects import DIALECTS
from reckon.models.replay import Replay
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.material.transcripts import LONGEST_OUTPUT, transcript
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda d: d.name)
def test_a_transcript_holds_programs_and_outputs_and_no_template(dialect):
    script = ["Hm.", dialect.write_code("print(6 * 7)"), dialect.write_answer("42")]
    done = asyncio.run(
        solve(CodeInterpreter(), PROBLEM, Setup(Replay(script), open_inline_session, dialect))
    )[0]
    text = transcript(done.segments, dialect)
    assert "<|" not in text
    assert PROBLEM.question not in text
    assert "neither a program nor an answer" not in text
    assert dialect.write_code("print(6 * 7)").strip() in text
    assert text.endswith(dialect.write_answer("42"))
    assert dialect.show("42") in text


def test_a_long_output_is_cut_in_the_middle():
    script = ["```python\nprint('a' * 9000 + 'end')\n```\n", "<<<42>>>"]
    done = asyncio.run(solve(CodeInterpreter(), PROBLEM, Setup(Replay(script), open_inline_session)))[0]
    text = transcript(done.segments, DIALECTS["r1_ci"])
    assert "aend" in text
    assert len(text) < LONGEST_OUTPUT + 300
