"""SymBench's logic: one solution where one is claimed, and every right choice where several are."""

import re
from itertools import pairwise, permutations

import pytest

from reckon.tasks import draw, find
from reckon.values import Problem


def problem_of(name: str, gold: str = "", **values) -> Problem:
    return Problem("", name, "", gold, 0.0, values)


def test_logical_equations_have_one_solution():
    """Read from the question itself, tried with every order of the numbers."""
    for index in range(12):
        problem = draw(find("logical_equation"), 4, index, 0.25)
        conditions = [line[2:] for line in problem.question.splitlines() if line.startswith("- ")]
        letters, numbers = problem.metadata["letters"], problem.metadata["numbers"]
        found = [
            order
            for order in permutations(numbers)
            if all(true(condition, dict(zip(letters, order, strict=True))) for condition in conditions)
        ]
        assert [", ".join(map(str, order)) for order in found] == [problem.answer]


def true(condition: str, value: dict[str, int]) -> bool:
    left, sign, right = re.split(" ([=>]) ", condition)
    return (
        worth(left, value) == worth(right, value) if sign == "=" else worth(left, value) > worth(right, value)
    )


def worth(side: str, value: dict[str, int]) -> int:
    total, sign = 0, 1
    for term in re.split(" ([+-]) ", side):
        if term in ("+", "-"):
            sign = 1 if term == "+" else -1
            continue
        product = 1
        for factor in term.split(" * "):
            product *= value[factor] if factor in value else int(factor)
        total += sign * product
    return total


def test_a_condition_is_read_as_it_is_meant():
    value = {"A": 9, "B": 3, "C": 5}
    assert true("A = 3 * B", value)
    assert true("2 * A - 3 * B = 9", value)
    assert not true("C > A", value)


def test_the_opponents_cards_are_determined():
    """Read from the question itself, tried with every sequence of cards."""
    for index in range(16):
        problem = draw(find("constrained_linear_arrangement"), 5, index, index / 15)
        beats = beaten(problem.question)
        rounds = re.findall(r"you played (\w) and (won|drew|lost)\.", problem.question)
        found = [
            cards
            for cards in permutations(sorted(beats), len(rounds))
            if all(outcome(beats, own, card) == told for (own, told), card in zip(rounds, cards, strict=True))
            and all(
                agrees(line[2:], cards) for line in problem.question.splitlines() if line.startswith("- ")
            )
        ]
        assert [", ".join(cards) for cards in found] == [problem.answer]


def beaten(question: str) -> dict[str, set[str]]:
    """What each card beats, from the rules in words."""
    if circle := re.search(r"form a circle: ([\w, ]+), and after", question):
        order = circle[1].split(", ")
        reach = int(found[1]) if (found := re.search(r"each of the (\d) cards that follow", question)) else 1
        return {card: set((order * 2)[at + 1 : at + 1 + reach]) for at, card in enumerate(order)}
    order = re.search(r"strongest to the weakest the cards are ([\w, ]+)\.", question)[1].split(", ")
    beats = {card: set(order[at + 1 :]) for at, card in enumerate(order)}
    low, high = re.search(r"one exception: (\w) beats (\w)\.", question).groups()
    beats[high].remove(low)
    beats[low].add(high)
    return beats


def outcome(beats: dict[str, set[str]], own: str, other: str) -> str:
    return "won" if other in beats[own] else "lost" if own in beats[other] else "drew"


def agrees(fact: str, cards: tuple[str, ...]) -> bool:
    place = {card: number for number, card in enumerate(cards, 1)}
    if match := re.fullmatch(r"The opponent played (\w) in an earlier round than (\w)\.", fact):
        return place.get(match[1], 99) < place.get(match[2], 0)
    if match := re.fullmatch(r"The opponent played (\w) and (\w) in successive rounds, .*", fact):
        return (match[1], match[2]) in pairwise(cards) or (match[2], match[1]) in pairwise(cards)
    if match := re.fullmatch(r"The opponent played (\w) in round (\d) or in an earlier round\.", fact):
        return place.get(match[1], 99) <= int(match[2])
    if match := re.fullmatch(r"The opponent did not play (\w) in round (\d)\.", fact):
        return place.get(match[1]) != int(match[2])
    return re.fullmatch(r"The opponent did not play (\w) at all\.", fact)[1] not in place


SUMS = problem_of("logic_puzzle", n=3, k=3, type="sum", limit=6, rows=[[1, 2, 3], [4, 5, 1], [2, 3, 4]])
PRODUCTS = problem_of(
    "logic_puzzle", n=3, k=5, type="product", limit=0, rows=[[-1, -2, 3], [-3, -4, 5], [6, 7, 8]]
)


@pytest.mark.parametrize(
    ("problem", "answer", "score"),
    [
        (SUMS, "(1, 3), (2, 3), (3, 1)", 1),
        (SUMS, "(3, 1), (1, 3), (2, 1)", 1),  # another choice, in another order
        (SUMS, "[(1, 3), (2, 3), (3, 1)].", 1),
        (SUMS, "1 3; 2 3; 3 1", 1),
        (SUMS, "(0, 2), (1, 2), (2, 0)", 0),  # counted from 0
        (SUMS, "(2, 3), (3, 1), (3, 2)", 0),  # without the corner
        (SUMS, "(1, 3), (3, 3), (2, 1)", 0),  # 3 + 4 in the last column, and 4 twice
        (SUMS, "(1, 3), (2, 2), (1, 2)", 0),  # 2 + 5 in the second column
        (SUMS, "(1, 3), (1, 1), (2, 3)", 0),  # 1 twice
        (SUMS, "(1, 3), (2, 3), (2, 3)", 0),
        (SUMS, "(1, 3), (2, 3), (3, 1), (2, 1)", 0),
        (SUMS, "(1, 3), (2, 3), (3, 4)", 0),
        (SUMS, "(1, 3), (2, 3), (3, x)", 0),
        (SUMS, "(1, 3), (2, 3), 3", 0),
        (PRODUCTS, "(1, 3), (1, 1), (1, 2), (2, 1), (2, 2)", 1),
        (PRODUCTS, "(1, 3), (2, 3), (3, 1), (3, 2), (3, 3)", 1),  # nothing below zero
        (PRODUCTS, "(1, 3), (1, 1), (1, 2), (2, 1), (2, 3)", 0),  # -2 alone in its column
        (PRODUCTS, "(1, 3), (1, 1), (2, 1), (3, 1), (3, 2)", 0),  # -1 * 3 in the first row
    ],
)
def test_a_choice_of_cells_is_checked_by_the_rules(problem, answer, score):
    assert find("logic_puzzle").grade(problem, answer).score == score


CYCLE = "abcd, bcda, cdab, dabc"


@pytest.mark.parametrize(
    ("rows", "answer", "score"),
    [
        (["ab--", "----", "----", "--bc"], CYCLE, 1),
        (["ab--", "----", "----", "--bc"], CYCLE.upper().replace(",", ""), 1),
        (
            ["ab--", "----", "----", "--bc"],
            "[['a','b','c','d'],['b','c','d','a'],['c','d','a','b'],['d','a','b','c']]",
            1,
        ),
        (["ba--", "----", "----", "----"], CYCLE, 0),  # a given letter changed
        (["----", "----", "----", "----"], "bacd, acdb, cdba, dbac", 1),
        (["----", "----", "----", "----"], "dcba, adcb, badc, cbad", 0),  # the diagonal is a, c, a, c
        (["----", "----", "----", "----"], "abcd, bcda, cdab, dabd", 0),
        (["----", "----", "----", "----"], "abcd, abcd, abcd, abcd", 0),
        (["----", "----", "----", "----"], "abcd, bcda, cdab", 0),
        (["----", "----", "----", "----"], f"{CYCLE}, abcd", 0),
        (["----", "----", "----", "----"], f"the square is {CYCLE}", 0),
    ],
)
def test_any_square_that_keeps_the_rules_is_right(rows, answer, score):
    problem = problem_of("letter_logic_diagram", n=4, rows=rows)
    assert find("letter_logic_diagram").grade(problem, answer).score == score


def test_values_of_letters_and_cards_in_other_forms():
    equation, cards = find("logical_equation"), find("constrained_linear_arrangement")
    assert equation.grade(problem_of("logical_equation", "3, 1, 2"), "[3 1 2]").right
    assert not equation.grade(problem_of("logical_equation", "3, 1, 2"), "1, 2, 3").right
    assert cards.grade(problem_of("constrained_linear_arrangement", "C, A, B"), "['c', 'a', 'b'].").right
    assert not cards.grade(problem_of("constrained_linear_arrangement", "C, A, B"), "C, A, B, D").right
