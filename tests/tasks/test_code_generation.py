"""Code generation: what passes the hidden tests and what does not, in the jail."""

from dataclasses import replace

import pytest

from reckon.tasks import draw, find
from reckon.tasks.graders.calls import arguments_of
from reckon.tasks.material.steps import chains, tested

# "The list turned 3 places to the left, then the largest of each 2 neighbours": written apart from the steps.
GIVEN = {"steps": [["rotate_left", {"k": 3}], ["window_tops", {"w": 2}]], "seed": 5, "arguments": "numbers"}
OWN_WAY = """
from itertools import pairwise

def solve(numbers):
    for _ in range(3):
        numbers = numbers[1:] + numbers[:1]
    return tuple(max(pair) for pair in pairwise(numbers))
"""


@pytest.fixture
def problem():
    return replace(draw(find("write_function"), 1, 0), metadata=GIVEN)


def test_another_way_to_write_it_is_right(judged, problem):
    grade = judged(find("write_function"), problem, OWN_WAY)
    assert grade.right, grade
    assert judged(find("repair_function"), problem, f"```python\n{OWN_WAY}```").right


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        (OWN_WAY.replace("range(3)", "range(2)"), "got"),
        (OWN_WAY.replace("max(pair)", "float(max(pair)) + 0.5"), "got"),
        (OWN_WAY.replace("def solve", "def other"), "defines `solve`"),
        (OWN_WAY + "    return (", "defines `solve`"),
        ("def solve(numbers):\n    while True:\n        pass", "Timed out"),
        ("import os\n\n\ndef solve(numbers):\n    os._exit(0)", "test 1"),
        ("def solve(numbers):\n    return [[]] * 10**7", "test 1"),
        (f"```python\n{OWN_WAY}```\n```python\nx = 1\n```", "2 blocks"),
    ],
)
def test_wrong_and_hostile_programs_grade_zero_with_a_reason(judged, problem, program, reason, monkeypatch):
    monkeypatch.setattr(tested, "TIMEOUT_S", 0.5)
    grade = judged(find("write_function"), problem, program)
    assert grade.score == 0
    assert reason in grade.reason


def test_hidden_tests_catch_every_bug_that_the_steps_know(problem):
    steps = [["rotate_left", {"k": 9}]]
    chain = chains.of_json(steps)
    tests = tested.tests_of(replace(problem, metadata={**GIVEN, "steps": steps}))
    assert len(tests) >= tested.TESTS
    for slip in chain.slips():
        wrong = chain.function(slip)
        assert any(not tested.same(wanted, chains.outcome(wrong, given)) for given, wanted in tests), slip


def test_examples_in_the_question_are_results_of_the_program():
    checked = 0
    for index in range(15):
        problem = draw(find("write_function"), 3, index)
        solve = chains.compiled(problem.answer, "solve")
        for line in str(problem.metadata["examples"]).split("\n"):
            call, result = line.split(" returns ")
            assert repr(solve(*arguments_of(call, "solve"))) == result
            checked += 1
    assert checked == 15 * tested.EXAMPLES


def test_equality_of_results_is_that_of_plain_values():
    assert tested.same([1, [2]], (1, (2,)))
    assert tested.same({"a": 1}, {"a": 1})
    assert not tested.same([1], [1, 2])
    assert not tested.same([1], 1)
    assert not tested.same({"a": 1}, [["a", 1]])
    assert not tested.same("1", 1)
