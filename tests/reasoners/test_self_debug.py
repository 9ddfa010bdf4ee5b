"""Self-debug: what the model is shown, what it explains, when it stops."""

import asyncio

import pytest

from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.reasoners.refinement.self_debug import SelfDebug
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")
TESTED = Problem("t/0/0", "t", "Write double(n).\nassert double(2) == 4\nassert double(5) == 10", None)


def program(code):
    return f"```python\n{code}\n```\n"


WRONG = program("def double(n):\n    return n * n")
RIGHT = program("def double(n):\n    return n + n")


def run(reasoner, script, problem=PROBLEM):
    return asyncio.run(solve(reasoner, problem, Setup(Replay(script), open_inline_session)))


def test_a_failed_test_is_explained_before_it_is_mended():
    tree = run(SelfDebug(), [WRONG, "It squares n.", RIGHT], TESTED)
    text = tree[0].text
    assert "n + n" in tree[0].answer.text
    assert "failed: assert double(5) == 10" in text
    assert text.count("failed: assert") == 1
    assert text.index("line by line") < text.index("It squares n.") < text.index("Mend it")


def test_a_program_that_passes_is_left_alone():
    tree = run(SelfDebug(), [RIGHT], TESTED)
    assert "n + n" in tree[0].answer.text
    assert tree[0].cost.samples == 1


def test_without_tests_the_model_judges_its_program():
    script = [program("print(41)"), "It prints 41. Verdict: no", program("print(42)"), "Good. Verdict: yes"]
    tree = run(SelfDebug(), script)
    assert tree[0].answer.text == "42"
    assert "It printed:\n41" in tree[0].text


def test_a_program_that_fails_is_not_taken_for_right():
    script = [program("print(x)"), "Fine. Verdict: yes", program("print(42)"), "Verdict: yes"]
    tree = run(SelfDebug(), script)
    assert tree[0].answer.text == "42"
    assert "NameError" in tree[0].text


@pytest.mark.parametrize(
    ("feedback", "samples", "shown"), [("simple", 2, False), ("unit_test", 2, True), ("trace", 3, True)]
)
def test_the_kinds_of_feedback(feedback, samples, shown):
    script = [WRONG, RIGHT] if samples == 2 else [WRONG, "n is 5, then 25.", RIGHT]
    done = run(SelfDebug(feedback), script, TESTED)[0]
    assert "n + n" in done.answer.text
    assert done.cost.samples == samples
    assert ("failed: assert" in done.text) is shown
    assert ("Trace the program" in done.text) is (feedback == "trace")


def test_the_best_program_stands_when_the_turns_are_used_up():
    worse = program("def double(n):\n    return 0")
    tree = run(SelfDebug("unit_test", turns=2), [WRONG, worse, worse], TESTED)
    assert "n * n" in tree[0].answer.text


def test_no_program_at_all_is_no_answer():
    tree = run(SelfDebug(), lambda _: "Hm.")
    assert tree[0].answer.text is None
    assert tree[0].cost.samples == 4


def test_what_cannot_be_is_refused():
    with pytest.raises(UsageError, match="unit_test"):
        SelfDebug("unit")
    with pytest.raises(UsageError, match="turns"):
        SelfDebug(turns=-1)
