"""Programmer, test designer and executor."""

import asyncio

from reckon.models.replay import Replay
from reckon.reasoners.refinement.agentcoder import Agentcoder
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

VALUE = Problem("p/0/0", "p", "Which even number is next to 41 and above it?", "42")
FUNCTION = Problem("f/0/0", "f", "Write double(n).\n>>> double(2)\n4")


def run(problem, programs, design, **fields):
    designers, left = [], iter(programs)

    def say(context):
        if "You design tests" in context:
            designers.append(context)
            return design
        return next(left)

    tree = asyncio.run(solve(Agentcoder(**fields), problem, Setup(Replay(say), open_inline_session)))
    return tree[0], designers


def program(code):
    return f"```python\n{code}\n```\n"


SQUARE, TIMES = "def double(n):\n    return n ** 2", "def double(n):\n    return n * 2"


def test_the_designers_tests_find_what_the_shown_ones_miss():
    design = "Basic:\nassert double(0) == 0\nassert double(9) == 18\nassert double(\n"
    done, designers = run(FUNCTION, [program(SQUARE), program(TIMES)], design)
    assert done.answer.text == TIMES
    assert "failed: assert double(9) == 18" in done.text
    assert "passed: assert (double(2)) == (4)" in done.text
    assert len(designers) == 1
    assert "return" not in designers[0]


def test_conditions_on_a_value_are_checked_against_what_was_printed():
    done, _ = run(VALUE, [program("print(41)"), program("print(42)")], "assert int(answer) % 2 == 0")
    assert done.answer.text == "42"


def test_rounds_end_with_the_best_program_even_where_a_test_is_wrong():
    done, _ = run(FUNCTION, [program("x"), program(TIMES), "no program"], "assert double(1) == 3", rounds=3)
    assert done.answer.text == TIMES
    assert done.notes == {"malformed": 1}


def test_without_usable_tests_the_shown_ones_count():
    assert run(FUNCTION, [program(TIMES)], "Sorry.")[0].answer.text == TIMES
