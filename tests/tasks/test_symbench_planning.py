"""The planning tasks of SymBench: their rules and graders on cases worked out by hand."""

import itertools
import re

import pytest

from reckon.tasks import draw, find
from reckon.tasks.graders.expressions import Malformed, grade_target, grade_target_in_order, value
from reckon.tasks.graders.paths import Route, grade_path, touches, waypoints
from reckon.tasks.graders.placements import grade_arrangement, grade_queens, grade_sudoku
from reckon.tasks.graders.plans import grade_deliveries, grade_lifts, grade_moves
from reckon.tasks.symbench.cryptanalysis import feedback
from reckon.tasks.symbench.eight_queen import _solutions
from reckon.values import Problem


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("2 + 3 * 4", 14),
        ("20 / 2 / 5", 2),
        ("10 - 4 - 3", 3),
        ("10 - (4 - 3)", 9),
        ("2*(3+4)*5", 70),
        ("8 / (3 - 8 / 3)", 24),
        ("((((7))))", 7),
        ("6 × 4 ÷ 3 − 1", 7),
    ],
)
def test_expressions_have_the_value_of_school_arithmetic(text, worth):
    assert value(text)[0] == worth


NO_EXPRESSION = (
    [
        "",
        "-3 + 5",
        "+3",
        "2 ** 3",
        "2 // 3",
        "3 4",
        "(1 + 2",
        "1 + 2)",
        "()",
        "1 +",
        "* 2",
        "2(3)",
        "1.5 + 1",
    ],
    [
        "x",
        "1 / (2 - 2)",
        "1234567",
        "\u0663 + 1",
        "1e3",
        "sum([1])",
        "((" * 15 + "1" + "))" * 15,
        "1+" * 120 + "1",
    ],
)


@pytest.mark.parametrize("text", [text for texts in NO_EXPRESSION for text in texts])
def test_what_is_no_plain_expression_is_malformed(text):
    with pytest.raises(Malformed):
        value(text)


def test_a_target_takes_each_number_once():
    numbers = (3, 3, 8, 8)
    for right in ("8 / (3 - 8 / 3)", "8/(3-8/3)", " `8 / (3 - (8 / 3))`.", "8 / (3 - 8 / 3) = 24"):
        assert grade_target(numbers, 24, right).right
    for wrong in (
        "3 * 8",
        "8 + 8 + 8",
        "3 * 8 + 3 - 3",
        "3 * 8 * (8 - 7)",
        "24",
        "8 / (3 - 8 / 3) = 25",
        "33 - 8 - 8",
    ):
        assert grade_target(numbers, 24, wrong).score == 0
    assert grade_target((24, 1, 1), 24, "24 * (1 / 1), 24 + 1 - 1").score == 0


def test_a_target_in_order_does_not_let_numbers_move():
    assert grade_target_in_order((1, 2, 3), 9, "(1 + 2) * 3").right
    assert grade_target_in_order((1, 2, 3), 9, "3 * (1 + 2)").score == 0
    assert grade_target_in_order((1, 2, 3), 7, "1 + 2 * 3").right
    assert grade_target_in_order((1, 2, 3), 9, "1 + 2 * 3").score == 0


@pytest.mark.parametrize("name", ["game_24", "combinatorial_calculation"])
def test_a_thousand_expressions_are_all_different(name):
    family = find(name)
    assert len({draw(family, 11, i).question for i in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("segment", "hit"),
    [
        ("(0, 0), (5, 5)", True),  # through the middle
        ("(0, 4), (4, 8)", False),  # parallel to the diagonal, above the corner
        ("(0, 2), (2, 4)", True),  # touches the upper left corner alone
        ("(0, 2), (2, 4.000001)", False),  # passes just above that corner
        ("(4, 0), (4, 9)", True),  # along the right edge
        ("(4.01, 0), (4.01, 9)", False),
        ("(3, 3), (3, 3)", True),  # a point inside
        ("(0, 3), (1.9, 3)", False),  # stops before the left edge
        ("(9, 3), (0, 3)", True),  # from the right
    ],
)
def test_segments_against_a_room(segment, hit):
    assert touches(*waypoints(segment), (2, 2, 4, 4)) is hit


def test_a_path_keeps_ends_order_and_distance():
    rooms = {"red": (2, 2, 3, 3), "blue": (6, 6, 7, 7), "grey": (4, 0, 5, 5)}
    route = Route((0, 0, 9, 9), (0, 0), (9, 0), [rooms["red"], rooms["blue"]], [rooms["grey"]], 6)
    good = "(0, 0), (2.5, 3), (3, 6), (6, 6), (9, 0)"
    assert grade_path(route, good).right
    assert grade_path(route, f"[{good}]").right
    assert grade_path(route, "[[0,0],[2,2],[3,6],[7,7],[9,0]]").right
    assert grade_path(route, good.replace("), (", ") -> (")).right
    for wrong in (
        "(0, 0), (2.5, 3), (6, 6), (9, 0)",  # cuts the corner of grey
        "(0, 0), (3, 6), (6, 6), (9, 0)",  # no waypoint in red
        "(0, 0), (3, 6), (6, 6), (3, 6), (2, 2), (0, 0), (9, 0)",  # blue before red, too many
        "(0, 1), (2.5, 3), (3, 6), (6, 6), (9, 0)",
        "(0, 0), (2.5, 3), (3, 6), (6, 6), (9, 1)",
        "(0, 0), (2.5, 3), (3, 10), (6, 6), (9, 0)",
        good.replace("(3, 6)", "(3, 6), (3, 6), (3, 6)"),
        f"{good}, 7",
        f"{good} and so on",
    ):
        assert grade_path(route, wrong).score == 0, wrong


def test_blocks_move_only_from_the_top_to_another_stack():
    start, goal = ["AB", "C", ""], ["", "CA", "B"]
    assert grade_moves(start, goal, "Move B from 1 to 3, Move A from 1 to 2", limit=2).right
    assert grade_moves(start, goal, "Move B from 1 to 3\nMove A from 1 to 2\n", limit=2).right
    assert grade_moves(start, goal, "move b from stack 1 to stack 3; move a from 1 to 2.", limit=2).right
    for wrong in (
        "Move A from 1 to 2, Move B from 1 to 3",  # A lies under B
        "Move B from 1 to 3",
        "Move B from 1 to 1, Move B from 1 to 3, Move A from 1 to 2",
        "Move B from 1 to 4, Move A from 1 to 2",
        "Move B from 0 to 3, Move A from 1 to 2",
        "Move B from 1 to 3, Move A from 1 to 2, and done",
        "Move B from 1 to 3 Move A from 1 to 22",
        "Move B from 1 to 2, Move B from 2 to 3, Move A from 1 to 2",  # right, but three moves
    ):
        assert grade_moves(start, goal, wrong, limit=2).score == 0, wrong
    assert grade_moves(
        start, goal, "Move B from 1 to 2, Move B from 2 to 3, Move A from 1 to 2", limit=3
    ).right


def test_lifters_lift_once_a_step_and_together_enough():
    boxes, lifters = [50, 30, 30], [40, 25, 30]
    for right in (
        "Step 1: [(50, [0, 1]), (30, [2])]; Step 2: [(30, [0])]",
        "Step 1: [(50, [0, 1]), (30, [2])]\nStep 2: [(30, (0))].",
        "step 1: [(30, [0]), (30, [2])], step 2: [(50, [2, 1])]",
    ):
        assert grade_lifts(boxes, lifters, right, limit=2).right, right
    for wrong in (
        "Step 1: [(50, [0, 1]), (30, [2])]",  # a box is left
        "Step 1: [(50, [0, 1]), (30, [1, 2])]; Step 2: [(30, [0])]",  # lifter 1 twice
        "Step 1: [(50, [1]), (30, [2])]; Step 2: [(30, [0])]",  # too weak
        "Step 1: [(50, [0, 1]), (30, [3])]; Step 2: [(30, [0])]",  # no such lifter
        "Step 1: [(50, [0, 1])]; Step 2: [(30, [0])]; Step 3: [(30, [0])]",  # a step too many
        "Step 1: [(50, [0, 1]), (30, [2])]; Step 2: [(30, [0])]; Step 2: [(30, [0])]",
        "Step 2: [(50, [0, 1]), (30, [2])]; Step 1: [(30, [0])]",
        "Step 1: (50, [0, 1]), (30, [2]); Step 2: (30, [0])",
        "Step 1: [(50, [0, 1]), (40, [2])]; Step 2: [(30, [0])]",
        "Plan: Step 1: [(50, [0, 1]), (30, [2])]; Step 2: [(30, [0])]",
    ):
        assert grade_lifts(boxes, lifters, wrong, limit=2).score == 0, wrong
    assert grade_lifts([3], [9], f"Step 1: [(3, [{'1' * 3000}])]", limit=1).score == 0


def test_arms_deliver_one_box_a_step():
    boxes, targets = {"red": (1, 1), "blue": (1, 1)}, {"red": (1, 2), "blue": (2, 1)}
    grade = lambda plan, limit=3: grade_deliveries(boxes, targets, plan, size=(2, 2), limit=limit)  # noqa: E731
    good = "Step 1: red to (1, 2); Step 2: red to target, blue to (2, 1); Step 3: blue to target"
    assert grade(good).right
    assert grade(good.replace("; ", "\n").replace("(", "[").replace(")", "]")).right
    assert grade(good, limit=2).score == 0
    for wrong in (
        "Step 1: red to (1, 2), blue to (2, 1); Step 2: red to target, blue to target",  # one arm twice
        "Step 1: red to (2, 2); Step 2: red to (1, 2), blue to (2, 1); Step 3: red to target, blue to target",
        "Step 1: red to (1, 2), red to target; Step 2: blue to (2, 1); Step 3: blue to target",
        "Step 1: red to target; Step 2: blue to (2, 1); Step 3: blue to target",
        "Step 1: red to (0, 1); Step 2: red to (1, 1); Step 3: blue to target",
        good.replace(", blue", ", green"),
        good + "; Step 4: red to (1, 1)",
        good.removesuffix("; Step 3: blue to target"),
    ):
        assert grade(wrong, 4).score == 0, wrong


def test_a_box_may_enter_a_cell_whose_arm_works_in_that_step():
    boxes, targets = {"red": (1, 1), "blue": (1, 2)}, {"red": (1, 2), "blue": (1, 1)}
    plan = "Step 1: red to (1, 2), blue to (1, 1); Step 2: red to target, blue to target"
    assert grade_deliveries(boxes, targets, plan, size=(1, 2), limit=2).right


def test_queens():
    good = "0 0, 1 4, 2 7, 3 5, 4 2, 5 6, 6 1, 7 3"
    pairs = [tuple(map(int, pair.split())) for pair in good.split(", ")]
    for right in (good, str(pairs), str([list(pair) for pair in pairs]), ", ".join(good.split(", ")[::-1])):
        assert grade_queens([(0, 0)], [(0, 1)], right).right, right
    for wrong in (
        "0 0, 1 1, 2 2, 3 3, 4 4, 5 5, 6 6, 7 7",
        "0 0, 1 4, 2 7, 3 5, 4 2, 5 6, 6 1",
        good + ", 7 3",
        good.replace("7 3", "8 3"),
        good.replace("7 3", "7 -3"),
        "4 7 5 2 6 1 3 0",
    ):
        assert grade_queens([], [], wrong).score == 0, wrong
    assert grade_queens([(0, 1)], [], good).score == 0
    assert grade_queens([], [(7, 3)], good).score == 0
    assert len(_solutions()) == 92  # Nauck, 1850


def test_sudoku():
    """Row r is 123456789 turned by 3 r + r // 3 places: every row, column and box holds all digits."""
    full = [[(3 * r + r // 3 + c) % 9 + 1 for c in range(9)] for r in range(9)]
    rows = ["".join(map(str, row)) for row in full]
    puzzle = ["0" + rows[0][1:], *rows[1:8], "0" * 9]
    for right in (" ".join(rows), "\n".join(rows), str(full), "".join(rows), ", ".join(rows)):
        assert grade_sudoku(puzzle, right).right, right
    swapped = [rows[1], rows[0], *rows[2:]]  # again a sudoku, but not of these clues
    assert grade_sudoku(["0" * 9] * 9, " ".join(swapped)).right
    assert grade_sudoku(puzzle, " ".join(swapped)).score == 0
    turned = [row[1:] + row[0] for row in rows[:1]] + rows[1:]  # columns break
    shifted = ["".join(map(str, ((r + c) % 9 + 1 for c in range(9)))) for r in range(9)]  # boxes break
    for wrong in (turned, shifted, rows[:8], [*rows, rows[0]], puzzle):
        assert grade_sudoku(["0" * 9] * 9, " ".join(wrong)).score == 0


def test_arrangements():
    names = ["A", "B", "C", "D"]
    for constraint in (
        ("at", "C", "1"),
        ("left", "C", "D"),
        ("right", "B", "A"),
        ("beside", "A", "C"),
        ("apart", "C", "B"),
    ):
        assert grade_arrangement(names, [constraint], "C, A, B, D").right, constraint
    for constraint in (
        ("at", "C", "2"),
        ("left", "D", "C"),
        ("right", "A", "B"),
        ("beside", "C", "B"),
        ("apart", "D", "B"),
    ):
        assert grade_arrangement(names, [constraint], "C, A, B, D").score == 0, constraint
    for right in ("C A B D", "['C', 'A', 'B', 'D']", "c; a; b; d."):
        assert grade_arrangement(names, [("at", "C", "1")], right).right, right
    for wrong in ("C, A, B", "C, A, B, D, D", "C, A, B, E", "CABD", "C, A, B, D or D, B, A, C"):
        assert grade_arrangement(names, [], wrong).score == 0, wrong


@pytest.mark.parametrize(
    ("secret", "guess", "told"),
    [
        ("68", "71", (0, 0, 1, 0, 1)),  # 7 lies between 6 and 8, 1 below both
        ("68", "86", (0, 2, 0, 0, 0)),
        ("68", "69", (1, 0, 0, 1, 0)),
        ("CZ", "AB", (0, 0, 2, 0, 0)),
        ("CT", "ZC", (0, 1, 0, 1, 0)),
        ("507", "047", (1, 1, 0, 0, 1)),
    ],
)
def test_feedback_of_guesses(secret, guess, told):
    assert feedback(secret, guess) == told


def test_one_password_alone_fits_the_feedback_as_it_is_written():
    """Read from the question's lines: the text, not the metadata, must settle the password."""
    family = find("cryptanalysis")
    for level in (0.0, 0.5, 1.0):
        for index in range(4):
            problem = draw(family, 1, index, level)
            given = problem.metadata
            lines = re.findall(
                r"^(\d+)([A-Z]+): digits: (.*); letters: (.*)$", problem.question, re.MULTILINE
            )
            digits = fitting("0123456789", given["last_digit"], [(line[0], line[2]) for line in lines])
            letters = fitting(
                "ABCDEFGHIJKLMNOPQRSTUVWXYZ", given["last_letter"], [(line[1], line[3]) for line in lines]
            )
            assert len(digits) == len(letters) == 1
            assert digits[0] + letters[0] == problem.answer


def fitting(signs, last, clues):
    length = len(clues[0][0])
    pool = signs[: signs.index(last) + 1]
    passwords = ("".join(chosen) for chosen in itertools.permutations(pool, length))
    return [password for password in passwords if all(spoken(password, g) == told for g, told in clues)]


def spoken(password, guess):
    """The feedback in the question's words, built from sets."""
    right = sum(a == b for a, b in zip(password, guess, strict=True))
    missed = set(guess) - set(password)
    below = {sign for sign in missed if all(sign < other for other in password)}
    above = {sign for sign in missed if all(sign > other for other in password)}
    small, large = ("too small", "too large") if guess.isdigit() else ("too early", "too late")
    counts = {
        "right": right,
        "misplaced": len(set(guess) & set(password)) - right,
        small: len(below),
        large: len(above),
        "between": len(missed - below - above),
    }
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count)


def test_letters_are_read_in_several_forms():
    family = find("letters")
    some = Problem("", "letters", "?", "Count: 2, Positions: [1, 4]", 0.5, {"word": "noun", "letter": "n"})
    for right in ("count: 2, positions: 1, 4", "Count:2 Positions:[1,4].", '"Count: 2, Positions: [1, 4]"'):
        assert family.grade(some, right).right, right
    for wrong in ("2, [1, 4]", "Count: 2", "Count: 3, Positions: [1, 4]", "Count: 2, Positions: [4, 1]"):
        assert family.grade(some, wrong).score == 0, wrong
    assert family.grade(some, "Count: 2, Positions: [1, 4").score == 0
    none = Problem("", "letters", "?", "Count: 0, Positions: []", 0.5, {"word": "noun", "letter": "x"})
    assert family.grade(none, "Count: 0, Positions: []").right
    assert family.grade(none, "Count: 0, Positions: [0]").score == 0


def test_made_up_words_are_searched_from_position_one():
    family = find("letters")
    for index in range(20):
        problem = draw(family, 2, index)
        word, letter = problem.metadata["word"], problem.metadata["letter"]
        places = [match.start() + 1 for match in re.finditer(letter, word)]
        assert problem.answer == f"Count: {len(places)}, Positions: {places}"
