"""Efficiency: slow and fast forms agree, the slow ones are slow in fact, and only fast right ones pass."""

import random
import sys

import pytest

from reckon.errors import UsageError
from reckon.tasks import draw, find
from reckon.tasks.efficiency import speed_up_loops, speed_up_recursion
from reckon.tasks.material.slow_steps import STEPS
from reckon.tasks.material.steps.chains import compiled


def with_parameters(step, r):
    return [(step.name, {k: r.choice(v) for k, v in step.parameters.items()})]


def lines_run(function, *arguments):
    """How many lines a call runs."""
    count = 0

    def trace(frame, event, _):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("step", STEPS, ids=[step.name for step in STEPS])
def test_slow_and_fast_forms_agree_and_the_slow_one_is_quadratic(step):
    r = random.Random(4)
    for size in (0, 1, 2, 30, 60):
        steps = with_parameters(step, r)
        slow, fast = (compiled(speed_up_loops.source(steps, form), "solve") for form in ("slow", "fast"))
        numbers = [r.randint(-15, 15) for _ in range(size)]
        assert slow(numbers) == fast(numbers)
    for numbers in ([r.randrange(10**6) for _ in range(120)], list(range(120, 0, -1)), [7] * 120):
        half, whole = lines_run(slow, numbers[:60]), lines_run(slow, numbers)
        assert whole > 3 * half > 3 * 60 * 60 / 3
        assert lines_run(fast, numbers) < 2.5 * lines_run(fast, numbers[:60])


def test_the_given_program_is_too_slow_and_a_wrong_fast_one_is_wrong(judged, monkeypatch):
    monkeypatch.setattr(speed_up_loops, "LIMIT_S", 0.5)
    family = find("speed_up_loops")
    problem = draw(family, 1, 2, 0.0)
    slow = judged(family, problem, problem.metadata["program"])
    assert slow.score == 0
    assert "large input" in slow.reason
    assert "Timed out" in slow.reason
    assert "got" in judged(family, problem, family.mutants(problem)[0]).reason


def test_a_cache_is_a_way_to_speed_up_a_recursion_and_the_recursion_itself_is_not(judged, monkeypatch):
    monkeypatch.setattr(speed_up_recursion, "LIMIT_S", 0.5)
    family = find("speed_up_recursion")
    for level in (0.0, 1.0):
        problem = draw(family, 2, 1, level)
        program = problem.metadata["program"]
        cached = f"import functools\n\n\n@functools.cache\n{program}"
        assert judged(family, problem, cached).right
        assert "Timed out" in judged(family, problem, program).reason


def test_both_forms_of_a_recursion_agree():
    for index in range(12):
        problem = draw(find("speed_up_recursion"), 3, index)
        slow = compiled(problem.metadata["program"], "solve")
        for arguments, wanted in speed_up_recursion.small_tests(problem)[:15]:
            assert slow(*arguments) == wanted


def test_rules_that_are_no_numbers_are_refused_before_anything_runs():
    problem = draw(find("speed_up_recursion"), 3, 0)
    problem.metadata["modulus"] = "1); print(1"
    with pytest.raises(UsageError, match="whole numbers"):
        speed_up_recursion.small_tests(problem)
