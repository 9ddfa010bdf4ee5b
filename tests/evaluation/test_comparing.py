"""Intervals and paired differences: against numbers worked by hand and against what they promise."""

import random

import pytest

from reckon.evaluation.intervals import mean, ratio, wilson
from reckon.evaluation.paired import compare, mcnemar


def test_a_proportion_has_wilsons_interval():
    estimate = mean([1.0] * 8 + [0.0] * 2)
    assert (estimate.low, estimate.high) == wilson(8, 10)
    assert mean([1.0] * 20).low < 0.9


def test_a_ratio_is_of_sums_and_nothing_is_nothing():
    assert ratio([1, 3], [2, 6]).value == 0.5
    assert ratio([], []).n == 0
    assert f"{ratio([], [])}" == "-"


def test_the_bootstrap_holds_the_truth_about_as_often_as_it_says():
    rng = random.Random(5)
    held = 0
    for _ in range(100):
        estimate = mean([rng.gauss(0.3, 1.0) for _ in range(60)])
        held += estimate.low <= 0.3 <= estimate.high
    assert 88 <= held <= 99


def test_mcnemar_by_hand():
    assert mcnemar(8, 2) == pytest.approx(2 * (1 + 10 + 45) / 1024)
    assert mcnemar(5, 5) == 1.0
    assert mcnemar(0, 0) == 1.0


def test_a_clear_difference_and_noise():
    first = {str(n): float(n % 2) for n in range(40)}
    better = compare(first, dict.fromkeys(first, 1.0))
    assert (better.wins, better.losses) == (20, 0)
    assert better.verdict == "better"
    assert compare(dict.fromkeys(first, 1.0), first).verdict == "worse"
    one_off = {**first, "0": 1.0}
    noise = compare(first, one_off)
    # One win of 40: d = 0.025, variance 0.024375, (1.96 + 0.84)^2 x 0.024375 / 0.000625 = 306.1
    assert noise.needed == 307
    assert noise.verdict.startswith("noise (about 307 problems")


def test_equal_and_disjoint_methods():
    same = {"a": 1.0, "b": 0.0}
    assert compare(same, same).verdict == "no difference"
    assert compare({"a": 1.0}, {"b": 1.0}).verdict == "no problem in common"


def test_partial_scores_are_tested_by_flipping_signs():
    rng = random.Random(1)
    first = {str(n): rng.random() * 0.5 for n in range(30)}
    assert compare(first, {k: v + 0.2 + rng.random() * 0.1 for k, v in first.items()}).p < 0.001
    assert compare(first, {k: v + rng.uniform(-0.1, 0.1) for k, v in first.items()}).p > 0.01
