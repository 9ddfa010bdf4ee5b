"""The adapter to reasoning-gym: what is in the suite, and what every one of its tasks promises."""

import contextlib
import io
import json
import os
import random
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from reckon import registry
from reckon.errors import InfrastructureError, UsageError
from reckon.tasks import draw, find, find_all
from reckon.tasks.graders import untrusted

pytest.importorskip("reasoning_gym")

from reckon.tasks.gym.levels import LEVELS, configuration
from reckon.tasks.gym.programs import WITHOUT
from reckon.tasks.gym.selection import KINDS, LEFT_OUT, SELECTED
from reckon.tasks.reasoning_gym import OURS, UNTRUSTED, ReasoningGym, dataset_names

OTHERS = sorted(set(dataset_names()) - set(SELECTED))
every_task = pytest.mark.parametrize("dataset", SELECTED)
every_other = pytest.mark.parametrize("dataset", OTHERS)
ADVERSARIAL = (Path(__file__).parents[1] / "contracts/adversarial.txt").read_text("utf-8").split("\n%%\n")
HOSTILE = ["", "xyz", "[", "{}", '{"a": 1}', "nan", "1/0", "9**9**9**9", "1e999999999", "(" * 1500, "[" * 900]
HOSTILE += ["9" * 4096, "٣", "(lambda: 9)()", "().__class__", "1" * 250 + "!", "[1 for i in range(10**9)]"]
HOSTILE += [
    "9" * 1_000_000,
    "x**" * 600 + "9",
    "-" * 3000 + "1",
    "(x+1)**200" * 20,
    "U " * 2000,
    "fill A," * 500,
]
# Nothing of these can be made harder: the package has no parameter that would.
UNMOVED = {"acre", "gsm_symbolic"}
# Numbers that are asked for with so many digits, and integrals up to a constant.
TOLERANT = {
    "advanced_geometry",
    "decimal_arithmetic",
    "number_format",
    "polynomial_equations",
    "power_function",
}
TOLERANT |= {"simple_integration"}

IN_A_FRESH_PROCESS = """
import json, sys
from reckon.tasks import draw, find
problems = [draw(find(f"rg:{name}"), 7, 0, 0.5) for name in json.loads(sys.argv[1])]
print(json.dumps([[p.question, p.answer, p.metadata] for p in problems]))
"""


def again(problem):
    return replace(problem, metadata=json.loads(json.dumps(problem.metadata)))


def near_misses(dataset, gold):
    """Changed, cut, doubled and dressed: none of them is the answer."""
    out = {f"{gold} or {gold}1", f"{gold}, {gold}7", f"<<<{gold}>>>", f"print({gold!r})"}
    out |= {f"not {gold}", "None", "?", f"The answer is {gold}"}
    if dataset not in TOLERANT:
        out |= {gold + "1", gold[:-1] + ("7" if gold[-1] != "7" else "3")}
    elif digit := re.search("[1-9]", gold):
        out.add(f"{gold[: digit.start()]}{10 - int(digit[0]) if digit[0] != '5' else 6}{gold[digit.end() :]}")
    return {text for text in out if text.strip(" .") != gold.strip(" .")}


def printed(program):
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        exec(compile(program, "<program>", "exec"), {"__name__": "__main__"})
    return out.getvalue()


def test_the_selection_is_84_and_accounts_for_the_rest():
    assert len(SELECTED) == 84
    assert {"dice", "binary_matrix"} <= set(SELECTED)
    assert not set(SELECTED) & set(LEFT_OUT)
    assert set(dataset_names()) <= set(SELECTED) | set(LEFT_OUT)
    assert set(KINDS.values()) == {"math", "spatial", "logical", "order", "optimization", "search", "text"}
    assert set(SELECTED) == OURS


@every_task
def test_gold_grades_one_and_near_misses_zero_from_the_record_alone(dataset):
    task = ReasoningGym(dataset)
    for level in (0.0, 0.5, 1.0):
        problem = draw(task, 1, 0, level)
        assert problem == draw(task, 1, 0, level)
        assert again(problem) == problem
        assert (problem.task, problem.difficulty) == (f"rg:{dataset}", level)
        assert len(problem.question) < 6000
        for right in (problem.answer, f"  {problem.answer.rstrip('.')}.\n", f'"{problem.answer}"'):
            assert task.grade(again(problem), right).right, right
        passed = [text for text in near_misses(dataset, problem.answer) if task.grade(problem, text).score]
        assert not passed, (passed, problem.answer)
        assert task.grade(problem, problem.question).score == 0
        assert task.grade(problem, f"{problem.question} {problem.answer}").score == 0


@every_task
def test_hostile_text_grades_zero_at_once(dataset, tmp_path):
    task, witness = ReasoningGym(dataset), os.fspath(tmp_path / "ran")
    problem = draw(task, 1, 0, 0.5)
    begun = time.process_time()
    calls = [f"__import__('os').mkdir({witness!r})", f"[open({witness!r},'w')]"]
    texts = [text.replace("GOLD", problem.answer) for text in ADVERSARIAL]
    for text in [*HOSTILE, *calls, *ADVERSARIAL, *texts]:
        assert task.grade(problem, text).score == 0, text[:100]
    assert time.process_time() - begun < 1.0
    assert not Path(witness).exists()


@every_task
def test_difficulty_changes_what_is_asked_of_the_package(dataset):
    easy, hard = configuration(dataset, 0.0), configuration(dataset, 1.0)
    assert (easy == hard) == (dataset in UNMOVED)
    assert easy.keys() == hard.keys() == LEVELS.get(dataset, {}).keys()


@every_task
def test_reference_programs_print_a_right_answer(dataset):
    task = ReasoningGym(dataset)
    for index, level in enumerate((0.0, 0.3, 0.7, 1.0)):
        problem = draw(task, 2, index, level)
        program = task.program(again(problem))
        assert (program is None) == (dataset in WITHOUT)
        if program is None:
            return
        assert task.grade(problem, out := printed(program)).right, (problem.question, problem.answer, out)
        assert len(program.splitlines()) <= 60
        if len(problem.answer) > 12 and re.sub(r"[\[\]']", "", problem.answer) not in problem.question:
            assert problem.answer not in program, "the program holds its answer"


def test_a_fresh_process_with_another_hash_seed_draws_the_same():
    environment = {**os.environ, "PYTHONHASHSEED": "4242"}
    command = [sys.executable, "-c", IN_A_FRESH_PROCESS, json.dumps(SELECTED)]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    here = [draw(find(f"rg:{name}"), 7, 0, 0.5) for name in SELECTED]
    assert json.loads(run.stdout) == [[p.question, p.answer, p.metadata] for p in here]


@pytest.mark.parametrize("dataset", ["gcd", "maze", "ransom_note", "zebra_puzzles"])
@pytest.mark.parametrize("difficulty", [-0.1, 1.1, float("nan")])
def test_a_difficulty_outside_the_unit_interval_is_refused(dataset, difficulty):
    with pytest.raises(UsageError, match="difficulty"):
        ReasoningGym(dataset).make(random.Random(1), difficulty)


def test_an_item_is_the_packages_own():
    import reasoning_gym

    for dataset in ("maze", "acre", "gcd", "zebra_puzzles"):
        theirs = reasoning_gym.create_dataset(dataset, seed=9, size=1)[0]
        ours = ReasoningGym(dataset).item(9, 0)
        assert (ours.question, ours.answer) == (theirs["question"], theirs["answer"])
        assert ReasoningGym(dataset).grade(again(ours), ours.answer).right


@every_other
def test_the_datasets_outside_the_suite_draw_and_grade(dataset):
    task = ReasoningGym(dataset)
    problem = draw(task, 1, 0)
    assert task.kind == ""
    if problem.answer is not None:
        assert task.grade(again(problem), problem.answer).right
    assert task.grade(problem, problem.question).score == 0
    assert task.grade(problem, "Ignore the question.").score == 0


@pytest.mark.parametrize("dataset", sorted({*UNTRUSTED, "coin_flip", "boxnet"}))
def test_hostile_answers_score_nothing_and_raise_nothing_outside_the_suite(dataset, tmp_path):
    task, problem, witness = ReasoningGym(dataset), draw(ReasoningGym(dataset), 1, 0), tmp_path / "ran"
    begun = time.process_time()
    for answer in [*HOSTILE, f"__import__('os').mkdir({os.fspath(witness)!r})"]:
        assert task.grade(problem, answer).score == 0
    assert not witness.exists()
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("text", ["x**2/2 + C", "exp(x)*sin(2*x)", "(x + 1)**3", "x**(1/2)", "3*x**4*y**12"])
def test_algebra_that_passes(text):
    assert untrusted.algebra(text)


@pytest.mark.parametrize(
    "text",
    [
        *("9**9**9", "(9**9)**9", "((9)**9)**9", "x.a", "x[0]", "eval(x)", "x**y", "x**999", "'x'", 'f""'),
        *("x**9**9", "a" * 301, "S('x')", "x; y", "x := 1", "lambda: x", "1" * 290 + "?", "x**-(9)"),
    ],
)
def test_algebra_that_does_not(text):
    assert not untrusted.algebra(text)


def test_a_problem_that_the_package_makes_differently_now_is_our_fault():
    task = find("rg:knight_swap")
    problem = replace(draw(task, 1, 0), question="Another question")
    if problem.metadata["entry"] is None:
        with pytest.raises(InfrastructureError):
            task.grade(problem, "No")


def test_names():
    assert len(find_all(["rg:*"])) == len(dataset_names()) > 100
    assert registry.build("tasks", "ReasoningGym(dataset='maze')") == find("rg:maze") == ReasoningGym("maze")
    assert find(repr(find("rg:maze"))) == find("rg:maze")
    with pytest.raises(UsageError, match="rg:countdown"):
        find("rg:countdwn")


def test_the_program_for_complex_numbers_reads_one_without_an_imaginary_part():
    task = ReasoningGym("complex_arithmetic")
    problems = [draw(task, 3, index, 0.0) for index in range(12)]
    assert any("(10.00)" in problem.question for problem in problems)
    for problem in problems:
        assert task.grade(problem, printed(task.program(problem))).right, problem.question
