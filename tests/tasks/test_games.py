"""Games against a scripted opponent: plays worked by hand, and the search against all lines of play."""

import random
from itertools import product

import pytest

from reckon.tasks import draw, find
from reckon.tasks.games.connect_duel import _Connect
from reckon.tasks.games.nim_duel import _Nim
from reckon.tasks.material.duels import grade_duel, winning
from reckon.values import Problem


def problem(task, **metadata):
    return Problem("", task, "", None, 0.0, metadata)


PILE = problem("takeaway_duel", pile=5, numbers=[1, 2, 3], modulus=4)
NIBBLER = problem("nim_duel", heaps=[2, 2], most=2, last_wins=True, rule="nibbler")
EXPERT = problem("nim_duel", heaps=[1, 2], most=2, last_wins=True, rule="expert")
COPIER = problem("nim_duel", heaps=[3, 1], most=3, last_wins=False, rule="copier")
SWEEPER = problem("nim_duel", heaps=[3, 2, 2], most=3, last_wins=True, rule="sweeper")
GREEDY = problem("ends_duel", numbers=[3, 1, 10, 2], rule="greedy", goal=13)
SPOILER = problem("ends_duel", numbers=[4, 1, 9, 3], rule="spoiler", goal=13)
PARITY = problem("ends_duel", numbers=[2, 5, 1, 3], rule="parity", goal=7)
BOARD = ".....\n.....\n.....\n.XX.."
ROW = problem("connect_duel", board=BOARD, line=4, limit=2, order=[0, 1, 2, 3, 4])
THREAT = problem("connect_duel", board=".....\n.....\n.....\nOOO..", line=4, limit=2, order=[0, 1, 2, 3, 4])


@pytest.mark.parametrize(
    ("given", "answer", "reason"),
    [
        # 1 leaves 4; 2 and 3 leave no multiple of 4, so 2 it is; 1 leaves 1, which is banned
        (PILE, "1, 1", "win"),
        (PILE, "1; 1.", "win"),
        (PILE, "1", "not over"),
        (PILE, "1, 2", "not possible"),  # the opponent has just taken 2
        (PILE, "1, 1, 1", "after the end"),
        (PILE, "3", "lose"),  # the opponent takes 2 and leaves 0
        (PILE, "4", "not possible"),
        (PILE, "1 1", "not possible"),
        (NIBBLER, "A2, B1", "win"),
        (NIBBLER, "b2, a1", "win"),
        (NIBBLER, "A1, B2", "not possible"),  # the largest heap is B: it has 1 left
        (NIBBLER, "A3", "not possible"),
        (NIBBLER, "A0", "not possible"),
        (NIBBLER, "C1", "not possible"),
        (EXPERT, "B1, B1", "win"),  # 1, 1 has XOR 0: one piece from A
        (EXPERT, "A1", "lose"),  # the opponent takes both of B
        (COPIER, "A3", "win"),  # the opponent must take the last piece, B
        (COPIER, "A2, B1", "lose"),  # the opponent empties A and leaves the last one
        (SWEEPER, "A3, C2", "win"),  # the opponent sweeps B
        (SWEEPER, "C2, A3", "win"),
        (SWEEPER, "A1, C2", "lose"),  # of 2, 2, 2 it sweeps A, then B
        (GREEDY, "L, R", "win"),  # 3; of 1 and 2 it takes 2; 10
        (GREEDY, "R, L", "lose"),  # 2; it takes 10; 3
        (GREEDY, "l; r", "win"),
        (GREEDY, "LR", "not possible"),
        (GREEDY, "L", "not over"),
        (GREEDY, "L, R, L", "after the end"),
        (SPOILER, "L, L", "win"),  # 4; of 1 9 3 both ends leave a 9 at an end, so it takes the left; 9
        (SPOILER, "L, R", "lose"),
        (PARITY, "R, R", "win"),  # 3; 2 + 1 is odd: right; 5
        (PARITY, "R, L", "lose"),
        (ROW, "4, 5", "win"),  # three in the middle: it blocks column 1
        (ROW, "4, 1", "lose"),  # the block came first: the stone lies on it
        (ROW, "4", "not over"),
        (ROW, "1, 4", "lose"),  # the only open end is blocked
        (ROW, "6", "not possible"),
        (ROW, "0", "not possible"),
        (ROW, "4, 5, 5", "after the end"),
        (THREAT, "5", "lose"),  # it wins at once in column 4
    ],
)
def test_plays_by_hand(given, answer, reason):
    grade = find(given.task).grade(given, answer)
    won = ("the moves lose", "the moves win")[grade.score == 1]
    assert reason in (won[10:] if "lose" in grade.reason or "win" in grade.reason else grade.reason), grade


def test_a_full_column_takes_no_stone():
    tall = problem("connect_duel", board="X...\nO...\nX...\nO...", line=4, limit=3, order=[3, 2, 1, 0])
    assert "not possible" in find("connect_duel").grade(tall, "1").reason


def every_line(duel, state, most):
    for move in duel.moves(state) if most else ():
        after, won = duel.turn(state, move)
        if won is not None:
            yield [move], won
        else:
            for line, end in every_line(duel, after, most - 1):
                yield [move, *line], end


@pytest.mark.parametrize("rule", ["nibbler", "sweeper", "copier", "expert"])
def test_the_search_finds_a_win_exactly_where_there_is_one(rule):
    for heaps in product(range(4), repeat=3):
        if not any(heaps):
            continue
        for last_wins in (True, False):
            duel = _Nim(heaps, 3, last_wins, rule)
            lines = list(every_line(duel, duel.start, 9))
            found = winning(duel, budget=10**6)
            assert (found is not None) == any(won for _, won in lines), duel
            for line, won in lines[:40]:
                assert grade_duel(duel, ", ".join(line)).score == won


def test_the_expert_is_beaten_only_where_the_heaps_have_a_xor():
    for a, b, c in product(range(1, 5), repeat=3):
        found = winning(_Nim((a, b, c), 5, True, "expert"), budget=10**6)
        assert (found is not None) == (a ^ b ^ c != 0)


def lines_up(board, stone):
    cells = {(r, c) for r, row in enumerate(board) for c, at in enumerate(row) if at == stone}
    return any(
        all((r + k * down, c + k * right) in cells for k in range(4))
        for r, c in cells
        for down, right in ((0, 1), (1, 0), (1, 1), (1, -1))
    )


def test_a_line_is_seen_in_all_directions_and_round_no_corner():
    rng = random.Random(2)
    seen = 0
    for _ in range(1500):
        width, height = rng.randint(4, 7), rng.randint(4, 6)
        board = ["".join(rng.choice("XXO.") for _ in range(width)) for _ in range(height)]
        bits = sum(
            1 << c * (height + 1) + r
            for r, row in enumerate(reversed(board))
            for c, at in enumerate(row)
            if at == "X"
        )
        assert _Connect((0, 0), width, height, (), 1).lined(bits) == lines_up(board, "X"), board
        seen += lines_up(board, "X")
    assert 300 < seen < 1200


@pytest.mark.parametrize("name", ["connect_duel", "ends_duel", "nim_duel", "takeaway_duel"])
def test_wrong_lines_are_many_and_wrong(name):
    task = find(name)
    for index in range(10):
        posed = draw(task, 4, index)
        mutants = set(task.mutants(posed))
        assert len(mutants) >= 10
        assert all(task.grade(posed, wrong).score == 0 for wrong in mutants)


def test_no_sum_beyond_the_goal_can_be_reached():
    task = find("ends_duel")
    for index in range(12):
        posed = draw(task, 6, index, 0.2)
        numbers, goal = posed.metadata["numbers"], posed.metadata["goal"]
        moves = -(-len(numbers) // 2)
        better = Problem("", task.name, "", None, 0.0, {**posed.metadata, "goal": goal + 1})
        lines = [", ".join(line) for line in product("LR", repeat=moves)]
        assert any(task.grade(posed, line).right for line in lines)
        assert not any(task.grade(better, line).right for line in lines)


def test_no_shorter_line_wins_in_connect_duel():
    task = find("connect_duel")
    for index in range(10):
        posed = draw(task, 6, index, 0.5)
        assert len(posed.answer.split(", ")) == posed.metadata["limit"]
        columns = range(1, len(posed.metadata["order"]) + 1)
        for count in range(1, posed.metadata["limit"]):
            for line in product(map(str, columns), repeat=count):
                assert not task.grade(posed, ", ".join(line)).right
