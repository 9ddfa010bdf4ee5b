"""SymBench's execution tasks: cases worked by hand, independent of the code that makes the problems."""

from dataclasses import replace
from fractions import Fraction

import pytest

from reckon.tasks import draw, find
from reckon.tasks.graders.exact import grade_rational
from reckon.tasks.graders.grids import grade_cells, grade_values
from reckon.tasks.symbench import mahjong, matrix_transformation, pattern_recognition


def problems(name, count=40, difficulty=None):
    return [draw(find(name), 9, index, difficulty) for index in range(count)]


@pytest.mark.parametrize(
    "answer",
    [
        "1, 2.5, -3, 4",
        "[1, 2.5, -3, 4]",
        "[[1, 2.5], [-3, 4]]",
        "1 2.5\n-3 4",
        "1,5/2;-3,4.0",
        "(1, 2.50, −3, 4).",
    ],
)
def test_values_of_a_grid_in_many_forms(answer):
    assert grade_values("1, 2.5, -3, 4", answer).right


@pytest.mark.parametrize(
    "answer",
    [
        "1, 2.5, -3",
        "1, 2.5, -3, 4, 4",
        "1, 2.5, 3, 4",
        "1, 2.51, -3, 4",
        "1,, 2.5, -3, 4",
        "1, 2.5, -3, 4,",
        "2.5, 1, -3, 4",
        "1, 10/4.0, -3, 4",
        "1/0, 2.5, -3, 4",
        "x",
        "[1, 2.5, -3, 4",
        "[1, 2.5, -3, 4)",
        "[[[1, 2.5, -3, 4]]]",
    ],
)
def test_other_values_and_broken_grids_are_wrong(answer):
    assert grade_values("1, 2.5, -3, 4", answer).score == 0


@pytest.mark.parametrize(
    "answer", ["A, #, 7, B", "A#\n7B", "[['A', '#'], ['7', 'B']]", "A # ; 7 B", '["A","#","7","B"]']
)
def test_cells_of_a_grid_in_many_forms(answer):
    assert grade_cells("A, #, 7, B", answer).right


@pytest.mark.parametrize(
    "answer", ["A, 7, #, B", "a, #, 7, b", "A, #, 7", "A, #, 7, B, B", "A, #, 7, <B", "[A, #, 7, B"]
)
def test_other_cells_are_wrong(answer):
    assert grade_cells("A, #, 7, B", answer).score == 0


@pytest.mark.parametrize("answer", ["-7/4", "-1.75", "−7/4", "- 7 / 4", "-14/8", "`-7/4`.", "-1 3/4"])
def test_a_fraction_in_many_forms(answer):
    assert grade_rational("-7/4", answer).right


@pytest.mark.parametrize(
    "answer", ["7/4", "-1.7500001", "-7/4/1", "-7", "-(7/4)", "-7/0", "-1 7/4", "-7/4 or 2", "1e1"]
)
def test_other_fractions_are_wrong(answer):
    assert grade_rational("-7/4", answer).score == 0


@pytest.mark.parametrize(
    ("hand", "added", "expected"),
    [
        ("A A C D", "A", 1),  # a pair is held
        ("A C D", "A", 0),  # one A is no pair, and B is missing
        ("C D D", "B", 2),  # B C D, first place
        ("A C D", "B", 2),  # A B C, middle place
        ("A B D", "C", 2),  # A B C, last place, and B C D
        ("B B C", "B", 1),  # Peng comes before Chi
        ("A A B C", "D", 2),  # the pair of A between B and C's places does not matter
        ("Y Z A B", "Z", 0),  # no way round from Z to A
        ("A B B", "Z", 0),
        ("X Y", "Z", 2),
        ("M N P Q", "O", 2),
        ("M Q", "O", 0),
    ],
)
def test_mahjong_rounds_by_hand(hand, added, expected):
    assert mahjong.result(hand.split(), added) == expected


def test_mahjong_hands_never_lose_a_card_they_lack():
    for problem in problems("mahjong"):
        hand = problem.metadata["hand"].split()
        assert len(hand) == 13
        for added, removed in problem.metadata["moves"]:
            hand.append(added)
            hand.remove(removed)
        assert len(problem.answer.split(", ")) == len(problem.metadata["moves"])


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("rotate the matrix 90 degrees clockwise", "DA EB FC"),
        ("rotate the matrix 90 degrees counterclockwise", "CF BE AD"),
        ("rotate the matrix by 180 degrees", "FED CBA"),
        ("reverse the order of the columns (mirror left to right)", "CBA FED"),
        ("reverse the order of the rows (mirror top to bottom)", "DEF ABC"),
        ("transpose the matrix (the first row becomes the first column, and so on)", "AD BE CF"),
        ("move every row one place down, the bottom row to the top", "DEF ABC"),
        ("move every column one place to the right, the last column to the front", "CAB FDE"),
    ],
)
def test_each_transformation_of_abc_def_by_hand(step, expected):
    result = matrix_transformation.transformed(["ABC", "DEF"], step)
    assert " ".join("".join(row) for row in result) == expected


def test_every_transformation_is_tested_above():
    tested = test_each_transformation_of_abc_def_by_hand.pytestmark[0].args[1]
    assert {step for step, _ in tested} == set(matrix_transformation.STEPS)


def test_the_largest_square_by_hand():
    rows = [list(row) for row in ("AAAB", "AAAB", "AAAB", "CCCC")]
    assert pattern_recognition.largest(rows) == [(2, 2)]
    assert pattern_recognition.largest([list("AAAA")] * 4) == [(3, 3)]
    assert pattern_recognition.largest([list("AAAA")] * 3) == [(2, 2), (2, 3)]
    assert pattern_recognition.largest([list("AABB")] * 4) == []


def test_one_square_is_the_largest_in_every_matrix():
    for problem in problems("pattern_recognition"):
        rows = [line.split() for line in problem.metadata["matrix"].splitlines()]
        bottom, right = map(int, problem.answer.split(", "))
        sides = {}
        for i in range(len(rows)):  # by growing each square from its top left cell
            for j in range(len(rows[0])):
                side = 1
                while i + side < len(rows) and j + side < len(rows[0]):
                    if len({c for row in rows[i : i + side + 1] for c in row[j : j + side + 1]}) > 1:
                        break
                    side += 1
                sides[i, j] = side
        best = max(sides.values())
        assert best >= 3
        assert [(i + best - 1, j + best - 1) for (i, j), side in sides.items() if side == best] == [
            (bottom, right)
        ]


def posed(name, metadata, gold):
    """A problem that no generator made."""
    return replace(problems(name, 1)[0], metadata=metadata, answer=gold)


def printed(capsys, program):
    exec(compile(program, "<program>", "exec"), {})
    return capsys.readouterr().out.strip()


def test_pooling_by_hand(capsys):
    given = {"rows": [[1, 2, 3], [4, 5, 6], [7, 8, -9]], "size": 2, "stride": 1}
    by_hand = {"maximum": "5, 6, 8, 8", "minimum": "1, 2, 4, -9", "average": "3, 4, 6, 2.5"}
    for kind, gold in by_hand.items():
        problem = posed("pooling", {**given, "kind": kind}, gold)
        assert printed(capsys, find("pooling").program(problem)) == gold
    problem = posed("pooling", {**given, "rows": [[1, 2, 3, 4, 9]] * 5, "stride": 2, "kind": "maximum"}, "")
    assert printed(capsys, find("pooling").program(problem)) == "2, 4, 2, 4"


def test_lights_by_hand(capsys):
    given = {"grid": "10\n00", "wiring": {"A": [[1, 1], [2, 2]], "B": [[1, 1], [1, 2]]}, "presses": "ABA"}
    problem = posed("light_puzzles", given, "0, 1, 0, 0")  # B alone: A is pressed twice
    assert printed(capsys, find("light_puzzles").program(problem)) == problem.answer


def test_counting_by_hand(capsys):
    # runs AAA, B, AA, BBBB: A counts from two (5 each), B from three (-4)
    given = {"string": "AAABAABBBB", "least": {"A": 2, "B": 3}, "scores": {"A": 5, "B": -4}}
    assert (
        printed(capsys, find("statistical_counting").program(posed("statistical_counting", given, "6")))
        == "6"
    )


def test_a_new_operator_expression_means_what_it_says():
    """The expression in the question, read by hand-written rules and not by the family's tree."""
    for problem in problems("new_operator", 60):
        given = problem.metadata
        formulas = dict(line.removeprefix("a ").split(" b = ") for line in given["rules"].splitlines())
        assert value(f"({given['expression']})".replace(" ", ""), formulas) == Fraction(problem.answer)


def value(text, formulas):
    """A number or (left sign right), brackets matched by counting."""
    if text.isdigit():
        return Fraction(int(text))
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 1 and character in formulas:
            a, b = value(text[1:place], formulas), value(text[place + 1 : -1], formulas)
            return eval(formulas[character], {"a": a, "b": b})
    raise AssertionError(text)


def test_products_have_some_factor_below_zero_and_up_to_six_digits():
    factors = [factor for problem in problems("number_multiply") for factor in problem.metadata["factors"]]
    assert min(factors) < 0
    assert max(len(str(abs(factor))) for factor in factors) == 6
