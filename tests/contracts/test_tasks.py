"""Every family of tasks keeps the promises that training and evaluation rest on."""

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import time
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from reckon.interpreter import AsyncInterpreter
from reckon.parts import files_of
from reckon.tasks import Family, draw, families, find, names
from reckon.tasks.material.family import gives_away
from reckon.values import Grade, Problem

FAMILIES = families()
every_family = pytest.mark.parametrize("family", FAMILIES, ids=names())
ELEMENTARY = families("elementary")
elementary = pytest.mark.parametrize("family", ELEMENTARY, ids=names("elementary"))
KINDS = {"math", "spatial", "logical", "order", "optimization", "search", "text"}
PROGRAM_LINES = 60

IN_A_FRESH_PROCESS = """
import json
from reckon.tasks import draw, families
problems = [(f.name, draw(f, 7, i)) for f in families() for i in range(3)]
print(json.dumps([[name, problem.question, problem.answer] for name, problem in problems]))
"""
# Each program's output, and how many of its own lines ran: at most a million of them are counted.
RUN_ALL = """
import contextlib, io, json, sys
told = []
for program in json.load(sys.stdin):
    out, lines = io.StringIO(), [0]
    def count(frame, event, _, lines=lines):
        if frame.f_code.co_filename != "<program>":
            return None
        lines[0] += event == "line"
        return count if lines[0] < 1_000_000 else None
    with contextlib.redirect_stdout(out):
        code = compile(program, "<program>", "exec")
        sys.settrace(count)
        try:
            exec(code, {"__name__": "__main__"})
        finally:
            sys.settrace(None)
    told.append([out.getvalue(), lines[0]])
json.dump(told, sys.stdout)
"""
ADVERSARIAL = (Path(__file__).parent / "adversarial.txt").read_text("utf-8").split("\n%%\n")


class Court:
    """Grades answers; those that are programs (a family with `judge`) in one interpreter that stays open."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self._runner = runner
        self._interpreter: AsyncInterpreter | None = None

    def grade(self, family: Family, problem: Problem, answer: str) -> Grade:
        if not takes_programs(family):
            return family.grade(problem, answer)
        for module in getattr(family, "needs", ()):
            pytest.importorskip(module)
        if self._interpreter is None:
            self._interpreter = self._runner.run(AsyncInterpreter().__aenter__())
        return self._runner.run(family.judge(self._interpreter, problem, answer))

    def close(self) -> None:
        if self._interpreter is not None:
            self._runner.run(self._interpreter.close())


@pytest.fixture(scope="module")
def court():
    with asyncio.Runner() as runner:
        court = Court(runner)
        yield court
        court.close()


def takes_programs(family: Family) -> bool:
    return hasattr(family, "judge")


def drawn(family: Family, count: int, seed: int = 1, difficulty: float | None = None) -> list[Problem]:
    return [draw(family, seed, index, difficulty) for index in range(count)]


def run_programs(family: Family, problems: list[Problem]) -> list[tuple[str, int]]:
    """What each reference program prints, and how many lines of it ran."""
    programs = json.dumps([family.program(problem) for problem in problems])
    command = [sys.executable, "-I", "-c", RUN_ALL]
    with TemporaryDirectory() as folder:
        for name, data in (file for problem in problems for file in files_of(problem.parts).items()):
            Path(folder, name).write_bytes(data)
        run = subprocess.run(command, input=programs, capture_output=True, text=True, timeout=60, cwd=folder)
    assert run.returncode == 0, run.stderr[-2000:]
    return [tuple(pair) for pair in json.loads(run.stdout)]


def near_misses(family: Family, problem: Problem) -> set[str]:
    """At least ten wrong answers that lie close to a right one: the family's own where many are right."""
    if hasattr(family, "mutants"):
        return set(family.mutants(problem))
    gold = problem.answer
    letters, rng = list(gold), random.Random(gold)
    out = {gold + "1", "" if gold.endswith(".0") else gold[:-1]}
    for place in rng.sample(range(len(letters)), min(4, len(letters))):
        if letters[place].isalnum():
            changed = "7" if letters[place] != "7" else "3"
            out.add("".join([*letters[:place], changed, *letters[place + 1 :]]))
    return out - {gold}


def tricks(gold: str) -> set[str]:
    """What tries to pass without being an answer: two answers, mark-up, code, digits of another script."""
    out = {gold + gold, f"{gold} or {gold}1", f"{gold}, {gold}7", f"not {gold}", "", "?", "None"}
    out |= {f"<<<{gold}>>>", f"print({gold!r})", gold.translate({48 + d: 0x660 + d for d in range(10)}) + "٠"}
    return out - {gold}


def test_there_are_the_families_that_the_shipped_model_learns():
    assert len(families("elementary")) == 17
    assert [family.name for family in FAMILIES] == sorted(names()) == list(names())


@every_family
def test_a_problem_depends_on_seed_and_index_alone(family):
    assert drawn(family, 10) == drawn(family, 10)
    assert draw(family, 1, 3) != draw(family, 2, 3)
    assert draw(family, 1, 3).id == f"{family.name}/1/3"


def test_a_fresh_process_with_another_hash_seed_draws_the_same():
    environment = {**os.environ, "PYTHONHASHSEED": "4242"}
    command = [sys.executable, "-c", IN_A_FRESH_PROCESS]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    here = [[f.name, p.question, p.answer] for f in FAMILIES for p in drawn(f, 3, seed=7)]
    assert json.loads(run.stdout) == here


@every_family
def test_gold_grades_one_also_after_json(family, court):
    for number, problem in enumerate(drawn(family, 2 if takes_programs(family) else 20)):
        again = replace(problem, metadata=json.loads(json.dumps(problem.metadata)))
        assert again == problem
        assert family.program(again) == family.program(problem)
        if takes_programs(family):  # a full stop is no harmless sign in a program
            assert court.grade(family, again, f"\n```python\n{problem.answer}\n```\n").right
            assert number or family.grade(again, problem.answer).right
        else:
            assert family.grade(again, problem.answer).right
            assert family.grade(again, f"  {problem.answer}.\n").right


@every_family
def test_near_misses_grade_zero(family, court):
    count = 2 if takes_programs(family) else 20
    wrong = [(p, answer) for p in drawn(family, count) for answer in near_misses(family, p)]
    assert len(wrong) >= (10 * count if hasattr(family, "mutants") else 40)
    passed = [(p.answer, answer) for p, answer in wrong if court.grade(family, p, answer).score == 1]
    assert not passed


@every_family
def test_tricks_grade_zero(family, court):
    problems = drawn(family, 10)
    tried = [(p, trick) for p in problems for trick in tricks(p.answer)]
    passed = [(p.answer, trick) for p, trick in tried if court.grade(family, p, trick).score > 0]
    assert not passed
    for problem in problems:
        assert court.grade(family, problem, problem.question).score == 0
        assert court.grade(family, problem, family.program(problem)).score == 0
        assert court.grade(family, problem, f"{problem.question} {problem.answer}").score == 0


@every_family
def test_hostile_text_grades_zero_at_once(family, court):
    problem = draw(family, 5, 0)
    begun = time.process_time()
    for text in (*ADVERSARIAL, "9" * 1_000_000, "(" * 200_000, "[" * 4000, "1+" * 2000, "-" * 4000 + "1"):
        assert court.grade(family, problem, text).score == 0, text[:100]
        assert court.grade(family, problem, text.replace("GOLD", problem.answer)).score == 0, text[:100]
    assert time.process_time() - begun < 1.0


@every_family
def test_reference_programs_reach_the_gold(family, court):
    count = 2 if takes_programs(family) else 4
    problems = [p for level in (0.0, None, 1.0) for p in drawn(family, count, difficulty=level)]
    for problem, (printed, _) in zip(problems, run_programs(family, problems), strict=True):
        assert court.grade(family, problem, printed).right, (problem.question, problem.answer, printed)
        program = family.program(problem)
        assert len(program.splitlines()) <= PROGRAM_LINES
        # A program that gives out a program has to hold it.
        if len(problem.answer) > 12 and problem.answer not in problem.question and not takes_programs(family):
            assert problem.answer not in program, "the program holds its answer"


@every_family
def test_a_weak_solver_does_worse_the_harder_it_gets(family):
    """A solver that slips at one in 200 of what it reads, writes (4 letters, a digit) and does (a line)."""

    problems = [p for level in (0.0, 0.5, 1.0) for p in drawn(family, 16, seed=3, difficulty=level)]
    steps = [lines for _, lines in run_programs(family, problems)]
    words = [len(re.findall(r"[^\W\d]{1,4}|\d", p.question + " " + p.answer)) for p in problems]
    right = [0.995 ** min(s + w, 5000) for s, w in zip(steps, words, strict=True)]
    easy, middle, hard = (sum(right[begin : begin + 16]) / 16 for begin in (0, 16, 32))
    assert easy > hard
    assert easy + 0.02 > middle > hard - 0.02


@every_family
@pytest.mark.parametrize("held_out", [False, True])
def test_questions_keep_the_answer_to_themselves(family, held_out):
    for problem in drawn(replace(family, held_out=held_out), 60) + drawn(family, 20, difficulty=1.0):
        assert not gives_away(problem), problem.question
        assert len(problem.question) < 6000
        assert problem.question.strip() == problem.question


@every_family
def test_no_duplicates_and_no_waiting(family):
    count = 200 if draw(family, 2, 0).parts else 1000  # a picture takes milliseconds to draw
    begun = time.process_time()
    problems = drawn(family, count, seed=2, difficulty=0.7 if family in ELEMENTARY else None)
    assert time.process_time() - begun < 5.0
    distinct = len({p.question for p in problems})
    assert distinct == count or (family in ELEMENTARY and distinct > 980)


@every_family
def test_no_single_answer_is_a_good_guess(family):
    answers = [p.answer for p in drawn(family, 120)]
    few = len(set(answers)) <= 6  # a choice among few: no option may be much likelier than its share
    most = 0.3 if not few else 1.35 / len(set(answers)) + 0.05
    assert max(answers.count(answer) for answer in set(answers)) <= most * len(answers)


@every_family
def test_wordings_and_plans(family):
    assert len(family.templates) >= 4
    assert len(family.held_out_templates) == 2
    assert not set(family.templates) & set(family.held_out_templates)
    assert 2 <= len(family.plans) <= 3
    assert all(6 <= len(plan.split()) <= 16 for plan in family.plans)
    assert family.kind in KINDS
    assert find(repr(replace(family, held_out=True))) == replace(family, held_out=True)


@every_family
def test_a_family_is_frozen_configuration(family):
    with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
        family.held_out = True


@every_family
@pytest.mark.parametrize("difficulty", [-0.1, 1.1, float("nan")])
def test_a_difficulty_outside_the_unit_interval_is_refused(family, difficulty):
    with pytest.raises(ValueError, match="difficulty"):
        family.make(random.Random(1), difficulty)


@elementary
def test_elementary_questions_are_short_and_plain(family):
    for problem in drawn(family, 40) + drawn(family, 20, difficulty=1.0):
        assert problem.question.isascii()
        assert len(problem.question) < 160
        assert len(problem.question) + len(family.program(problem)) < 300
        assert len(family.program(problem).splitlines()) <= 8


@elementary
def test_elementary_programs_print_the_gold_itself(family):
    problems = drawn(family, 8)
    assert [out for out, _ in run_programs(family, problems)] == [f"{p.answer}\n" for p in problems]
