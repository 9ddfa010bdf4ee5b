"""SymBench's strings, stocks and boards: each simulator against a case worked out by hand."""

import contextlib
import io
from itertools import pairwise

import pytest

from reckon.tasks import draw, find
from reckon.values import Problem


def printed(name: str, **values) -> str:
    """What the family's program prints for a problem with these values."""
    program = find(name).program(Problem("", name, "", "", 0.0, values))
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "<program>", "exec"), {"__name__": "__main__"})
    return out.getvalue().strip()


def graded(name: str, gold: str, answer: str) -> float:
    return find(name).grade(Problem("", name, "", gold, 0.0, {}), answer).score


@pytest.mark.parametrize(
    ("string", "inserts", "count", "wanted"),
    [
        ("ABCABAB", {"AB": "C", "BA": "D"}, 1, "ABCCABCADBC"),  # AB, BA and AB overlap
        ("AB", {"AB": "A", "BA": "B"}, 1, "ABA"),  # the new A makes a BA, but not in this pass
        ("AB", {"AB": "A", "BA": "B"}, 2, "ABAAB"),
        ("CCC", {"CC": "D"}, 1, "CCDCD"),
    ],
)
def test_letters_are_inserted_after_patterns_of_the_string_before(string, inserts, count, wanted):
    assert printed("string_insertion", string=string, inserts=inserts, size=2, count=count) == wanted


def test_the_first_rule_that_fits_rewrites_until_none_does():
    rules = [["start", "ab", "c", "", ""], ["anywhere", "cc", "", "", "a"], ["end", "ca", "b", "", ""]]
    # abcab -> ccab -> aba (cc gone, a at the end) -> ca -> b
    assert printed("string_deletion_and_modification", string="abcab", list=rules) == "b"
    # Two occurrences: only the first one goes, and the new front is looked at next.
    assert printed("string_deletion_and_modification", string="bccacc", list=rules[1:2]) == "baaa"
    assert printed("string_deletion_and_modification", string="ba", list=[["end", "a", "", "c", ""]]) == "cb"


def test_the_question_quotes_every_rule_that_the_program_has():
    problem = draw(find("string_deletion_and_modification"), 1, 0, 1.0)
    for number, (_, find_, put, front, back) in enumerate(problem.metadata["list"], 1):
        line = next(line for line in problem.question.splitlines() if line.startswith(f"{number}. "))
        assert [part for part in (find_, put, front or back) if part] == line.split('"')[1::2]


def test_synthesis_repeats_a_rule_before_the_next_one():
    stock = dict.fromkeys(("[A]", "[B]", "[C]", "{A}", "{B}", "{C}", "(A)", "(B)", "(C)"), 0)
    stock |= {"[A]": 3, "[B]": 2, "[C]": 3}
    rules = [[{"[A]": 1, "[B]": 1}, {"{C}": 1}], [{"[C]": 2}, {"{C}": 1}], [{"{C}": 2}, {"(A)": 1}]]
    assert printed("string_synthesis", stock=stock, exchanges=rules) == "1, 0, 1, 0, 0, 1, 1, 0, 0"


def test_splitting_uses_a_method_once_per_turn():
    stock = {"A": 0, "B": 4, "C": 2, "X": 0, "Y": 0, "Z": 0}
    rules = [[{"B": 2}, {"X": 1}], [{"B": 1, "C": 1}, {"A": 1}]]
    # B B B B -> X and B B; one B with a C -> A; no two B left; the other B with a C -> A.
    assert printed("string_splitting", stock=stock, exchanges=rules) == "2, 0, 0, 1, 0, 0"
    stock = {"A": 2, "B": 3, "C": 1, "X": 0, "Y": 0, "Z": 0}
    rules = [[{"B": 1, "C": 1}, {"A": 1}], [{"A": 1}, {"X": 1, "Y": 2}], [{"X": 1, "Y": 1}, {"Z": 1}]]
    assert printed("string_splitting", stock=stock, exchanges=rules) == "0, 2, 0, 0, 3, 3"


def test_decomposition_stops_after_the_cycles():
    stock = {"A": 3, "B": 1, "C": 0, "X": 0, "Y": 0}
    rules = [[{"A": 1}, {"X": 1}], [{"X": 1}, {"B": 1}], [{"B": 2}, {"Y": 1}]]
    assert printed("synthesis_decomposition", stock=stock, exchanges=rules, cycles=2) == "1, 1, 0, 0, 1"


def test_a_tile_moves_merges_and_stops():
    rows = [[2, 2, 0], [0, 4, 0], [0, 0, 8]]
    values = {"rows": rows, "row": 1, "column": 1}
    # right: 2 and 2 are 4; right: free; down: free; down: an 8; left: 4 and 4 are 8
    assert printed("game_2048", moves="rrddl", **values) == "0, 0, 0, 0, 8, 0, 0, 0, 8"
    # down: free; right: 8 and 8 are 16; down and right: the edge
    assert printed("game_2048", moves="rrddldrdr", **values) == "0, 0, 0, 0, 0, 0, 0, 0, 16"


def test_reversi_flips_closed_lines_alone():
    board = "****\n*10*\n*01*\n****"
    moves = [["0", 2, 1], ["1", 1, 1]]
    assert printed("reversi", board=board, played=moves) == "1***, 010*, *01*, ****"
    # The new 0 at (1, 2) turns (2, 2) below it; (1, 1) beside it has only the edge behind it.
    assert printed("reversi", board=board, played=[*moves, ["0", 1, 2]]) == "10**, 000*, *01*, ****"


def test_every_move_of_reversi_is_legal_and_in_turn():
    for index in range(20):
        problem = draw(find("reversi"), 2, index)
        board = problem.metadata["board"].split()
        played = problem.metadata["played"]
        assert all(one[0] != two[0] for one, two in pairwise(played))
        assert len({(row, column) for _, row, column in played}) == len(played)
        assert all(board[row - 1][column - 1] == "*" for _, row, column in played)


@pytest.mark.parametrize(
    ("name", "gold", "right", "wrong"),
    [
        ("string_insertion", "ABBA", ["abba", '"ABBA".', " ABBA\n"], ["AB BA", "ABBAA", "ABB", "ABBA ABBA"]),
        ("string_deletion_and_modification", "abca", ["`abca`", "abca."], ["ABCA", "abcab", "a b c a"]),
        (
            "string_splitting",
            "0, 2, 0, 0, 3, 3",
            ["[0, 2, 0, 0, 3, 3]", "0 2 0 0 3 3"],
            ["0, 2, 0, 0, 3", "2, 3, 3"],
        ),
        (
            "game_2048",
            "0, 2, 4, 0",
            ["[[0, 2], [4, 0]]", "0 2\n4 0"],
            ["2, 4", "0, 4, 2, 0", "0, 2, 4, 0, 0"],
        ),
        ("reversi", "*0, 1*", ["*0\n1*", "[['*', '0'], ['1', '*']]", "*,0,1,*"], ["*0", "*0, 1**", "*1, 0*"]),
    ],
)
def test_answers_of_other_forms(name, gold, right, wrong):
    assert [answer for answer in right if graded(name, gold, answer) != 1] == []
    assert [answer for answer in wrong if graded(name, gold, answer) != 0] == []
