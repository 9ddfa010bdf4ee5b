"""Selection and backing up, by numbers worked by hand."""

import math

import pytest

from reckon.reasoners.material.monte_carlo import Node, back_up, p_ucb, select, ucb


def tree(*priors):
    root = Node()
    root.expand((f"thought {n}", prior) for n, prior in enumerate(priors))
    return root, *root.children


def test_backing_up_counts_the_whole_path():
    root, first, second = tree(1, 1)
    first.expand([("deeper", 1.0)])
    back_up(first.children[0], 1.0)
    back_up(second, 0.5)
    assert (root.visits, root.value) == (2, 0.75)
    assert (first.visits, first.value, second.value) == (1, 1.0, 0.5)
    assert first.children[0].path == ("thought 0", "deeper")
    assert first.children[0].outline == "1. thought 0\n2. deeper"


def test_ucb_by_hand():
    root, first, second = tree(1, 1)
    assert ucb(root, first, 1.0) == math.inf
    for reward in (1.0, 0.0):
        back_up(first, reward)
    back_up(second, 0.4)
    assert ucb(root, first, 2.0) == pytest.approx(0.5 + 2 * math.sqrt(math.log(3) / 2))
    assert ucb(root, second, 2.0) == pytest.approx(0.4 + 2 * math.sqrt(math.log(3)))
    assert select(root, ucb, 0.0) is first
    assert select(root, ucb, 2.0) is second


def test_p_ucb_by_hand():
    root, first, second = tree(0.9, 0.3)
    back_up(first, 0.0)
    back_up(first, 0.0)
    weight = math.log((2 + 11) / 10) + 4
    assert p_ucb(root, first, 4.0) == pytest.approx(weight * 0.9 * math.sqrt(math.log(2)) / 3)
    assert p_ucb(root, second, 4.0) == pytest.approx(weight * 0.3 * math.sqrt(math.log(2)))
    second.prior = 0.29
    assert select(root, p_ucb, 4.0) is first
    second.prior = 0.31
    assert select(root, p_ucb, 4.0) is second


def test_the_prior_decides_before_anything_is_known():
    root, _, second = tree(0.2, 0.9)
    assert select(root, p_ucb, 4.0) is second


def test_closed_branches_are_passed_over():
    root, first, second = tree(1, 1)
    first.expand([("end", 1.0)])
    first.children[0].closed = True
    assert select(root, ucb, 1.0) is second
    second.closed = True
    assert select(root, ucb, 1.0) is None
