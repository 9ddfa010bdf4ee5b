"""Every family of tasks keeps the promises that training and evaluation rest on."""

import json
import os
import random
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError, replace

import pytest

from reckon.tasks import Family, draw, families, find, names
from reckon.tasks.material.family import contains
from reckon.values import Problem

FAMILIES = families()
every_family = pytest.mark.parametrize("family", FAMILIES, ids=names())

IN_A_FRESH_PROCESS = """
import json
from reckon.tasks import draw, families
problems = [(f.name, draw(f, 7, i)) for f in families() for i in range(5)]
print(json.dumps([[name, problem.question, problem.answer] for name, problem in problems]))
"""
RUN_ALL = """
import contextlib, io, json, sys
printed = []
for program in json.load(sys.stdin):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(program, {})
    printed.append(out.getvalue())
json.dump(printed, sys.stdout)
"""


def drawn(family: Family, count: int, seed: int = 1, difficulty: float | None = None) -> list[Problem]:
    return [draw(family, seed, index, difficulty) for index in range(count)]


def mutants(gold: str) -> set[str]:
    """Wrong answers that lie close to the gold one, and some that try it on."""
    letters, rng = list(gold), random.Random(gold)
    out = {
        gold + "1",
        gold + gold,
        "" if gold.endswith(".0") else gold[:-1],
        f"{gold} or {gold}1",
        f"{gold}, {gold}7",
        f"not {gold}",
        "",
        "?",
        "None",
    }
    out |= {f"<<<{gold}>>>", f"print({gold!r})", gold.translate({48 + d: 0x660 + d for d in range(10)}) + "٠"}
    for place in rng.sample(range(len(letters)), min(4, len(letters))):
        if letters[place].isalnum():
            changed = "7" if letters[place] != "7" else "3"
            out.add("".join([*letters[:place], changed, *letters[place + 1 :]]))
    return out - {gold}


def test_there_are_the_families_that_the_shipped_model_learns():
    assert len(FAMILIES) >= 17
    assert [family.name for family in FAMILIES] == sorted(names()) == list(names())


@every_family
def test_a_problem_depends_on_seed_and_index_alone(family):
    assert drawn(family, 20) == drawn(family, 20)
    assert draw(family, 1, 3) != draw(family, 2, 3)
    assert draw(family, 1, 3).id == f"{family.name}/1/3"


def test_a_fresh_process_with_another_hash_seed_draws_the_same():
    environment = {**os.environ, "PYTHONHASHSEED": "4242"}
    command = [sys.executable, "-c", IN_A_FRESH_PROCESS]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    here = [[f.name, p.question, p.answer] for f in FAMILIES for p in drawn(f, 5, seed=7)]
    assert json.loads(run.stdout) == here


@every_family
def test_gold_grades_one_also_after_json(family):
    for problem in drawn(family, 40):
        again = replace(problem, metadata=json.loads(json.dumps(problem.metadata)))
        assert again == problem
        assert family.grade(again, problem.answer).right
        assert family.grade(again, f"  {problem.answer}.\n").right
        assert family.program(again) == family.program(problem)


@every_family
def test_mutants_of_the_gold_grade_zero(family):
    wrong = [(p, answer) for p in drawn(family, 10) for answer in mutants(p.answer)]
    assert len(wrong) >= 100
    passed = [(p.answer, answer) for p, answer in wrong if family.grade(p, answer).score > 0]
    assert not passed


@every_family
def test_question_template_and_other_answers_grade_zero(family):
    problems = drawn(family, 12)
    for problem in problems:
        assert family.grade(problem, problem.question).score == 0
        assert family.grade(problem, family.program(problem)).score == 0
        assert family.grade(problem, f"{problem.question} {problem.answer}").score == 0
    other = {p.answer for p in problems} - {problems[0].answer}
    assert all(family.grade(problems[0], answer).score == 0 for answer in other)


def test_reference_programs_print_the_gold():
    problems = [
        (f, p) for f in FAMILIES for level in (0.0, None, 1.0) for p in drawn(f, 15, difficulty=level)
    ]
    programs = json.dumps([family.program(problem) for family, problem in problems])
    command = [sys.executable, "-I", "-c", RUN_ALL]
    run = subprocess.run(command, input=programs, capture_output=True, text=True, check=True, timeout=60)
    printed = json.loads(run.stdout)
    assert printed == [f"{problem.answer}\n" for _, problem in problems]


@every_family
@pytest.mark.parametrize("held_out", [False, True])
def test_questions_are_short_plain_and_keep_the_answer_to_themselves(family, held_out):
    for problem in drawn(replace(family, held_out=held_out), 100) + drawn(family, 30, difficulty=1.0):
        assert problem.question.isascii()
        assert len(problem.question) < 160
        assert not contains(problem.question, problem.answer)
        assert len(problem.question) + len(family.program(problem)) < 300
        assert len(family.program(problem).splitlines()) <= 8


@every_family
def test_no_duplicates_among_hard_problems(family):
    for seed in (1, 2):
        questions = [p.question for p in drawn(family, 300, seed=seed, difficulty=0.7)]
        assert len(set(questions)) == 300


@every_family
def test_hard_problems_are_larger(family):
    """Longer questions, or numbers and words taken from a wider range."""
    easy, hard = (drawn(family, 100, difficulty=level) for level in (0.0, 1.0))
    length = [sum(len(p.question) for p in problems) for problems in (easy, hard)]
    variety = [
        len({t for p in problems for t in re.findall(r"\w+", p.question)}) for problems in (easy, hard)
    ]
    assert length[1] > length[0] or variety[1] > 1.5 * variety[0]


@every_family
def test_no_single_answer_is_a_good_guess(family):
    answers = [p.answer for p in drawn(family, 200, difficulty=0.5)]
    assert max(answers.count(answer) for answer in set(answers)) <= 0.3 * len(answers)


@every_family
def test_wordings_and_plans(family):
    assert len(family.templates) >= 5
    assert len(family.held_out_templates) == 2
    assert not set(family.templates) & set(family.held_out_templates)
    assert 2 <= len(family.plans) <= 3
    assert all(6 <= len(plan.split()) <= 14 for plan in family.plans)
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
