"""Counterexamples: the steps against hand-worked results, their bugs, and how inputs are read and graded."""

from dataclasses import replace

import pytest

from reckon.errors import UsageError
from reckon.tasks import draw, find
from reckon.tasks.graders.calls import arguments_of
from reckon.tasks.material.steps import chains
from reckon.tasks.material.steps.chains import STEPS, Chain, Slip
from reckon.tasks.material.steps.kinds import KINDS

# Worked by hand from the descriptions.
WORKED = (
    ("longest_run", {}, [[2, 2, 5, 5, 5, 2]], 3),
    ("rotate_left", {"k": 7}, [[1, 2, 3]], [2, 3, 1]),
    ("keep_spaced", {"gap": 3}, [[5, 7, 2, 4, -1]], [5, 2, -1]),
    ("running_remainders", {"m": 5}, [[3, -4, 9]], [3, 4, 3]),
    ("first_of_remainder", {"m": 4}, [[-1, 3, 8, 7, 1]], [-1, 8, 1]),
    ("count_pairs", {"t": 6}, [[3, 3, 3, 1, 5]], 4),
    ("best_stretch", {"d": 1}, [[-2, 4, 0, 3, -9]], 4),
    ("rank_from_top", {"r": 3}, [[4, 9, 9, 1]], 1),
    ("take_turns", {"k": 2}, [[1, 2, 3], [7, 8, 9, 10, 11]], [1, 2, 7, 8, 3, 9, 10, 11]),
    ("balance_place", {"d": 1}, [[2, 5, 3]], 1),
    ("longest_rise", {"d": 2}, [[1, 2, 3, 0, 5]], 3),
    ("window_tops", {"w": 2}, [[4, 1, 3]], [4, 3]),
    ("leaving_order", {"k": 3}, [[1, 2, 3, 4]], [3, 2, 4, 1]),
    ("shorten_runs", {"k": 3}, ["aabbbc"], "aab3c"),
    ("shift_letters", {"k": 3}, ["xy-z a9"], "ab-c d9"),
    ("bracket_depth", {"k": 2}, ["a(b(c))()"], 4),
    ("split_at_marks", {"k": 2}, ["ab c-def"], ["ab", "def"]),
    ("order_words", {"k": 3}, [["b", "abcd", "cc", "a", "cc"]], ["cc", "cc", "a", "b"]),
    ("count_words", {"k": 2}, [["a", "b", "a"]], {"a": 2}),
    ("common_start", {"k": 2}, [["abcd", "abce"]], "ab"),
    ("name_groups", {"k": 2}, [["ba", "c", "ab", "cc", "cc"]], ["ab", "cc"]),
    ("value_of", {"most": 9}, ["20-2*3+1"], 4),
    ("spell_out", {"k": 4}, ["7,3-1,1-9"], [7, 3, 2, 1, 1, 2, 3, 4]),
    ("drive", {"side": 2}, ["FFFRFL"], [1, 2]),
    ("square_digits", {"k": 2}, [-12], 25),
    ("in_base", {"b": 3}, [-10], "-101"),
    ("prime_factors", {"most": 5}, [-140], [2, 2, 5]),
    ("quarter_turns", {"k": 1}, [[[1, 2], [3, 4]]], [[3, 1], [4, 2]]),
    ("read_spiral", {"low": 2}, [[[1, 2, 3], [8, 9, 4], [7, 6, 5]]], [2, 3, 4, 5, 6, 7, 8, 9]),
    ("count_islands", {"t": 1}, [[[1, 0, 1], [1, 0, 0], [0, 1, 1]]], 3),
    ("column_sums", {"k": 2}, [[[1, 2], [3, 4], [5, 6]]], [6, 8]),
    ("merge_intervals", {"g": 1}, [[[5, 6], [1, 4], [8, 9]]], [[1, 6], [8, 9]]),
    ("most_at_once", {"k": 1}, [[[1, 2], [3, 4], [3, 3]]], 3),
    ("numbers_covered", {"m": 2}, [[[1, 4], [3, 5]]], 3),
    ("leaders", {"k": 2}, [{"b": 3, "a": 3, "c": 5}], ["c", "a"]),
    ("totals_by_letter", {"k": 2}, [{"ab": 3, "ac": -1, "b": -4}], {"b": -4}),
)


@pytest.mark.parametrize(("name", "parameters", "arguments", "result"), WORKED, ids=[w[0] for w in WORKED])
def test_a_step_does_what_it_says(name, parameters, arguments, result):
    assert Chain(((STEPS[name], parameters),)).function()(*arguments) == result
    kinds = [KINDS[kind] for kind in STEPS[name].takes]
    assert all(kind.valid(value) for kind, value in zip(kinds, arguments, strict=True))


def test_every_step_is_worked_and_there_are_many_kinds_of_bugs():
    assert sorted(name for name, *_ in WORKED) == sorted(STEPS)
    assert len(STEPS) >= 25
    assert len({bug.kind for step in STEPS.values() for bug in step.bugs}) >= 15


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_every_bug_of_a_step_shows_on_some_input(step):
    for number in range(len(step.bugs)):
        found = None
        for choice in range(8):
            parameters = {k: v[choice % len(v)] for k, v in step.parameters.items()}
            chain = Chain(((step, parameters),))
            wrong = chain.function(Slip(0, number))
            found = found or chains.differing(chain, chain.function(), wrong, choice, 150)
        assert found is not None, step.bugs[number]
        assert all(kind.valid(value) for kind, value in zip(chain.kinds, found, strict=True))


@pytest.mark.parametrize(
    ("answer", "values"),
    [
        ("[1, -2], 3", [[1, -2], 3]),
        (" solve([1, -2], 3). ", [[1, -2], 3]),
        ("`('ab', \"c d\")`", [["ab", "c d"]]),
        ('{"a": 1}', [{"a": 1}]),
        ("[[1, 2],\n [3, 4]]", [[[1, 2], [3, 4]]]),
    ],
)
def test_arguments_are_read(answer, values):
    assert arguments_of(answer, "solve") == values


@pytest.mark.parametrize(
    "answer",
    [
        *("", "[1", "[1]]", "[1], [2]], [[3]", "[1.5]", "[1e5]", "x", "[x]", '"a" "b"', "1 2", "[" * 3000),
        *("1" * 5000, "[] + []", "__import__('os')", "solve([1]", '"a\\u0062"', "[٣]", "007", "{1: 2}"),
    ],
)
def test_what_is_no_list_of_values_is_refused_in_words(answer):
    assert isinstance(arguments_of(answer, "solve"), str)


def test_only_an_allowed_input_on_which_the_bug_shows_is_right():
    family = find("refute_program")
    given = {"steps": [["window_tops", {"w": 2}]], "slip": [0, 0], "seed": 1}
    problem = replace(draw(family, 1, 0), metadata=given)
    assert family.grade(problem, "[4, 1, 3]").right
    assert family.grade(problem, "solve([0, 0])").right
    assert not family.grade(problem, "[4]").right
    assert not family.grade(problem, "[4, 1001]").right
    assert not family.grade(problem, "[4, 1], 2").right
    assert not family.grade(problem, '["4", "1"]').right
    assert "both give" in family.grade(problem, "[]").reason


def test_an_error_of_the_program_counts_as_a_difference():
    chain = Chain(((STEPS["in_base"], {"b": 2}),))
    assert chains.outcome(chain.function(), [None]) == chains.ERROR


@pytest.mark.parametrize(
    "steps", [[["os", {}]], [["rotate_left", {"k": "1); import os; ("}]], [["longest_run", {"k": 2}]]]
)
def test_steps_that_there_are_not_are_refused_before_anything_runs(steps):
    family = find("refute_program")
    problem = replace(draw(family, 1, 0), metadata={"steps": steps, "slip": [0, 0], "seed": 1})
    with pytest.raises(UsageError, match="none of the steps"):
        family.grade(problem, "[1]")
