"""What takes too long for every dataset on every run: 1,000 items of a few, all of them with RECKON_ALL=1."""

import contextlib
import io
import os
import re
import sys
import time

import pytest

from reckon.tasks import draw

pytest.importorskip("reasoning_gym")

from reckon.tasks.gym.selection import SELECTED
from reckon.tasks.reasoning_gym import ReasoningGym

COUNT, LIMIT_S, MOST_REPEATS = 1000, 5.0, 10
# 1,000 items take more than LIMIT_S, or near to it; docs/reasoning_gym.md says how much.
SLOW = {
    "advanced_geometry": "works in sympy",
    "bf": "compiles and runs each program",
    "countdown": "builds expressions in sympy, and most miss the range of the target",
    "futoshiki": "takes clues away one by one and solves each time",
    "game_of_life": "simulates cell by cell in Python",
    "jugs": "draws until the fewest moves are many: 36 of 37 are dropped",
    "polynomial_equations": "solves in sympy",
    "rearc": "measures how hard each board is",
    "rubiks_cube": "works out a shorter solution, which is not used",
    "rush_hour": "a gold is searched among some thousand positions",
    "simple_integration": "works in sympy",
    "word_ladder": "reads the word list for each configuration and searches among its words",
    "zebra_puzzles": "takes clues away one by one and proves each time that one solution is left",
}
# More than MOST_REPEATS of 1,000 questions come again: there are not more of them.
REPEATING = {
    "bf": "a word of a list of five-letter words, or a loop over three small numbers",
    "caesar_cipher": "25 shifts of the sentences of one short story",
    "game_of_life_halting": "few patterns on a small board",
    "jugs": "three or four small capacities and a target",
    "number_sequence": "a start within 10 and one or two operations that do not run away",
    "quantum_lock": "three buttons of few operations",
    "rubiks_cube": "many short scrambles end in one cube",
    "rush_hour": "18,000 boards, of which each difficulty has its part",
    "self_reference": "four small numbers",
    "tower_of_hanoi": "disks, pegs, the first peg and the last",
}
# The weak solver finds the hard ones no harder.
EVEN = {
    "acre": "no parameter",
    "arc_agi": "boards turned and mirrored are as large",
    "gsm_symbolic": "no parameter",
    "rearc": "the rule gets harder, and boards differ more in size than by that",
    "self_reference": "seven statements, whatever their numbers",
}
LINES = 5000
SAMPLE = ("chain_sum", "maze", "tower_of_hanoi", "ab")
EVERY = bool(os.environ.get("RECKON_ALL"))
thousand = pytest.mark.parametrize("dataset", SELECTED if EVERY else SAMPLE)
by_difficulty = pytest.mark.parametrize("dataset", SELECTED if EVERY else [*SELECTED[::6], *EVEN])


@thousand
def test_a_thousand_items_are_different_and_soon_there(dataset):
    task, questions, begun = ReasoningGym(dataset), set(), time.process_time()
    for drawn in range(1, COUNT + 1):
        questions.add(draw(task, 1, drawn).question)
        if not EVERY and dataset in SLOW and time.process_time() - begun > LIMIT_S:
            break
    else:
        assert (dataset in SLOW) <= (time.process_time() - begun > LIMIT_S / 2), "no longer slow"
        assert (COUNT - len(questions) > MOST_REPEATS) == (dataset in REPEATING), COUNT - len(questions)
    assert dataset in SLOW or time.process_time() - begun < LIMIT_S


class _Enough(BaseException):
    """The solver has had as many lines as it has patience for."""


def lines_run(program: str) -> int:
    """How many lines of a reference program run, at most LINES."""
    count = 0

    def trace(frame, event, _):
        nonlocal count
        if frame.f_code.co_filename != "<program>":
            return None
        count += event == "line"
        if count >= LINES:
            raise _Enough
        return trace

    code = compile(program, "<program>", "exec")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit, _Enough):
        before = sys.gettrace()
        sys.settrace(trace)
        try:
            exec(code, {"__name__": "__main__"})
        finally:
            sys.settrace(before)
    return count


@by_difficulty
def test_a_weak_solver_does_worse_the_harder_it_gets(dataset):
    """A solver that slips at one in 1,000 of what it reads, writes (4 letters, a digit) and does (a line)."""
    task = ReasoningGym(dataset)

    def accuracy(level: float) -> float:
        problems = [draw(task, 3, index, level) for index in range(16)]
        words = [len(re.findall(r"[^\W\d]{1,4}|\d", p.question + " " + p.answer)) for p in problems]
        programs = [task.program(problem) for problem in problems]
        steps = [lines_run(program) if program else 0 for program in programs]
        return sum(0.999 ** (w + s) for w, s in zip(words, steps, strict=True)) / len(problems)

    easy, middle, hard = (accuracy(level) for level in (0.0, 0.5, 1.0))
    worse = easy > hard and easy + 0.02 > middle > hard - 0.02
    assert worse == (dataset not in EVEN), (easy, middle, hard)
