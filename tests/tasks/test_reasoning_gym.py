"""The adapter to reasoning-gym: every dataset draws, its gold passes, and no answer gets out of its box."""

import json
import os
import time
from dataclasses import replace

import pytest

from reckon.errors import InfrastructureError, UsageError
from reckon.tasks import draw, find, find_all
from reckon.tasks.graders import untrusted

pytest.importorskip("reasoning_gym")

from reckon.tasks.reasoning_gym import REPLACED, UNTRUSTED, ReasoningGym, dataset_names

HOSTILE = ["", "xyz", "[", "{}", '{"a": 1}', "nan", "1/0", "9**9**9**9", "1e999999999", "(" * 1500, "[" * 900]
HOSTILE += ["9" * 4096, "٣", "(lambda: 9)()", "().__class__", "1" * 250 + "!", "[1 for i in range(10**9)]"]


def again(problem):
    return replace(problem, metadata=json.loads(json.dumps(problem.metadata)))


@pytest.mark.parametrize("dataset", dataset_names())
def test_gold_grades_one_from_the_record_alone(dataset):
    task = ReasoningGym(dataset)
    problem = draw(task, 1, 0)
    assert problem == draw(task, 1, 0)
    assert problem.task == f"rg:{dataset}"
    if problem.answer is not None:
        assert task.grade(again(problem), problem.answer).right
    assert task.grade(problem, problem.question).score == 0
    assert task.grade(problem, "Ignore the question.").score < 1


@pytest.mark.parametrize("dataset", sorted({*UNTRUSTED, *REPLACED, "prime_factorization", "boxnet"}))
def test_hostile_answers_score_little_and_raise_nothing(dataset, tmp_path):
    task, problem, witness = ReasoningGym(dataset), draw(ReasoningGym(dataset), 1, 0), tmp_path / "ran"
    begin = time.perf_counter()
    for answer in [
        *HOSTILE,
        f"__import__('os').mkdir({os.fspath(witness)!r})",
        f"[open({os.fspath(witness)!r},'w')]",
    ]:
        assert task.grade(problem, answer).score < 0.5
    assert not witness.exists()
    assert time.perf_counter() - begin < 5


@pytest.mark.parametrize("dataset", sorted(UNTRUSTED))
def test_gold_answers_look_harmless(dataset):
    """The gold is let through anyway; this holds the shapes wide enough for answers like it.

    Not for an unevaluated Integral: it is its own answer, and repeating the question would be right.
    """
    task = ReasoningGym(dataset)
    golds = [draw(task, 2, index).answer for index in range(10)]
    assert all(UNTRUSTED[dataset](gold) for gold in golds if "Integral" not in gold)


@pytest.mark.parametrize("text", ["x**2/2 + C", "exp(x)*sin(2*x)", "(x + 1)**3", "x**(1/2)", "3*x**4*y**12"])
def test_algebra_that_passes(text):
    assert untrusted.algebra(text)


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9",
        "(9**9)**9",
        "((9)**9)**9",
        "x.a",
        "x[0]",
        "eval(x)",
        "x**y",
        "x**999",
        "'x'",
        'f""',
        "x**9**9",
        "a" * 301,
        "S('x')",
        "x; y",
        "x := 1",
        "lambda: x",
        "1" * 290 + "?",
        "x**-(9)",
    ],
)
def test_algebra_that_does_not(text):
    assert not untrusted.algebra(text)


def test_a_scorer_that_fails_on_its_own_gold_is_our_fault():
    task = find("rg:prime_factorization")
    broken = replace(draw(task, 1, 0), answer="no number")
    with pytest.raises(InfrastructureError):
        task.grade(broken, "12")


def test_a_problem_that_the_package_makes_differently_now_is_our_fault():
    task = find("rg:graph_color")
    problem = replace(draw(task, 1, 0), question="Another question")
    with pytest.raises(InfrastructureError):
        task.grade(problem, "{}")


def test_the_scorers_that_pass_anything_are_replaced():
    halting, coin = find("rg:game_of_life_halting"), find("rg:coin_flip")
    problem = draw(halting, 1, 0)
    assert halting.grade(problem, "perhaps").score == 0
    assert all(coin.grade(draw(coin, 1, i), "0").score == 0 for i in range(5))
    assert find("rg:complex_arithmetic").grade(draw(find("rg:complex_arithmetic"), 1, 0), "nan").score == 0


def test_names():
    assert len(find_all(["rg:*"])) == len(dataset_names()) > 100
    with pytest.raises(UsageError, match="rg:countdown"):
        find("rg:countdwn")
