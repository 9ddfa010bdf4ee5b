"""The line counter against the tracer and against counting by hand; graders of literals and of inputs."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from reckon.errors import UsageError
from reckon.interpreter import Interpreter, Limits, Session, Trace
from reckon.tasks import draw, find
from reckon.tasks.execution.predict_input import PredictInput
from reckon.tasks.graders.literals import call, grade_literal, literal, same
from reckon.tasks.material.executed import KINDS, numbered, shown_call, whole, written
from reckon.tasks.material.stepping import Stepper, TooLong, check, step
from reckon.tasks.material.synthesis import synthesise
from reckon.values import Problem

PROGRAM = """\
def g(a):
    if a > 2:
        return a
    return 0

def f(n):
    total = 0
    for i in range(n):
        if i == 1:
            continue
        total += g(i)
    while total > 1:
        total -= 2
    else:
        total += 5
    return total

result = f(4)"""
# By hand: i = 0, then 1 (continue), 2, 3; g gives 0, 0, 3; total 3 - 2 = 1, + 5.
PATH = [1, 6, 18, 7, 8, 9, 11, 2, 4, 8, 9, 10, 8, 9, 11, 2, 4, 8, 9, 11, 2, 3, 8, 12, 13, 12, 15, 16]


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with Interpreter(Limits(timeout_s=10), preload=()) as interpreter, interpreter.session() as opened:
        yield opened


def test_lines_counted_by_hand() -> None:
    ran = step(PROGRAM)
    assert list(ran.lines) == PATH
    assert ran.names["result"] == 6
    assert (ran.error, ran.error_line) == ("", 0)


def test_the_tracer_of_the_interpreter_sees_the_same_lines(session: Session) -> None:
    rng = random.Random(8)
    programs = [PROGRAM] + [whole(*written(rng, rng.random())) for _ in range(25)]
    programs += [str(draw(find("predict_error"), 4, i).metadata["source"]) for i in range(12)]
    for source in programs:
        ran = step(source)
        record = session.run(source, trace=Trace()).trace
        assert record is not None
        assert record.truncated == ""
        assert [event.line for event in record.events if event.kind == "line"] == list(ran.lines), source
        assert record.steps == len(ran.lines)
        assert sorted({place.line for place in record.lines}) == sorted(set(ran.lines))


def test_errors_are_placed_as_a_traceback_places_them(session: Session) -> None:
    found = [draw(find("predict_error"), 9, i) for i in range(12)]
    for problem in found:
        execution = session.run(str(problem.metadata["source"]))
        if problem.answer == "no error":
            assert execution.ok
            continue
        line, kind = str(problem.answer).split(": ")
        assert execution.error is not None
        assert execution.error.type == kind
        places = re.findall(r"line (\d+)", execution.error.traceback)
        assert places[-1] == line


def test_synthesised_programs_end_and_do_not_fail() -> None:
    rng = random.Random(2)
    for size in range(2, 16):
        for _ in range(15):
            source = synthesise(rng, size, rng.choice(KINDS))
            check(source)
    for _ in range(60):
        code, arguments = written(rng, rng.random())
        assert step(whole(code, arguments)).error == ""


def test_a_program_that_runs_long_is_stopped() -> None:
    with pytest.raises(TooLong):
        step("n = 1\nwhile n > 0:\n    n += 1")


def test_an_error_is_placed_in_the_innermost_function() -> None:
    ran = step("def g(a):\n    return 1 // a\n\nx = 3\ny = g(x - 3)")
    assert (ran.error, ran.error_line, ran.lines) == ("ZeroDivisionError", 2, (1, 4, 5, 2))


def test_calls_leave_their_arguments_alone() -> None:
    stepper, given = Stepper("def f(xs):\n    xs.append(4)\n    return xs"), [1]
    assert stepper.call("f", [given]).names["result"] == [1, 4]
    assert given == [1]


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "x = (1).__class__",
        "x = _ran",
        "def _f(a):\n    return a",
        "x = open('a')\ny = x.read()",
        "x = 9 ** 9",
        "x = lambda: 1",
        "x = [i for i in range(3)]",
        "x = 99999999",
        "x = 1.5",
        "x = (",
    ],
)
def test_other_programs_are_not_of_the_language(source: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        check(source)


def test_lines_are_numbered_by_comments_that_change_nothing() -> None:
    assert numbered("a = 1\n\nbc = 2") == "a = 1   # 1\n\nbc = 2  # 3"
    assert step(numbered(PROGRAM)).lines == step(PROGRAM).lines


@pytest.mark.parametrize(
    ("gold", "answer", "right"),
    [
        ("[1, 'ab']", '[1,"ab"]', True),
        ("[1, 'ab']", "`[1, 'ab']`.", True),
        ("[1, 'ab']", "(1, 'ab')", False),
        ("[1, 'ab']", "[1, ab]", False),
        ("{1: 2, 0: 3}", "{0: 3, 1: 2}", True),
        ("{1: 2, 0: 3}", "{0: 3, 1: 2, 1: 2}", False),
        ("'abc'", "abc", False),
        ("'abc'", '"abc"', True),
        ("1", "True", False),
        ("-7", "−7", True),
        ("7", "7.0", False),
        ("[1]", "[1] + []", False),
        ("[1]", "[1], [1]", False),
        ("[[[[[[[1]]]]]]]", "[[[[[[[1]]]]]]]", False),
    ],
)
def test_literals(gold: str, answer: str, right: bool) -> None:
    assert grade_literal(gold, answer).right is right


def test_literals_are_read_as_python_reads_them() -> None:
    for text in ("()", "(1,)", "(1)", "(1, 2)", "[]", "{}", "{'a': [1, (2,)]}", "None", "[True, None]", "''"):
        assert literal(text) == (eval(text),)
        assert same(literal(text), (eval(text),))
    for text in ("", "(", "[1 2]", "[,]", "{1}", "{[]: 1}", "1 2", "'a\\'b'", "'a' 'b'", "[1", "٣", "0x1f"):
        assert literal(text) is None
    assert call("f(1, [2])", "f") == (1, [2])
    assert call(shown_call(["ab", [3]]), "f") == ("ab", [3])
    for text in ("g(1)", "f(1) or f(2)", "f(1)(2)", "f(x)", "f(f(1))", "f(1", "(1)", "xf(1)"):
        assert call(text, "f") is None


def _twice(**changed: object) -> Problem:
    given = {"kind": "number", "length": 2, "letters": "abcd", "most": 60, "output": "[1, 0]"}
    code = "def f(n):\n    return [n % 2, n // 10 % 3]"
    return Problem("x/1/0", "predict_input", "?", "f(31)", 0.5, {**given, "code": code, **changed})


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("f(31)", True),
        ("f(3)", True),
        ("`f( 37 )`.", True),
        ("f(91)", False),  # gives the output, and is not offered
        ("f(32)", False),
        ("f(-29)", False),
        ("f(True)", False),
        ("f(31, 31)", False),
        ("f([31])", False),
        ("31", False),
        ("f(30 + 1)", False),
    ],
)
def test_any_offered_input_that_gives_the_output_is_right(answer: str, right: bool) -> None:
    assert PredictInput().grade(_twice(), answer).right is right


def test_a_program_from_elsewhere_is_refused_before_it_runs() -> None:
    with pytest.raises(UsageError, match="no program of predict_input"):
        PredictInput().grade(_twice(code="import os\ndef f(n):\n    os.remove('x')"), "f(1)")


def test_a_program_that_does_not_end_for_an_input_is_wrong_there() -> None:
    code = "def f(n):\n    while n > 3:\n        n += 1\n    return [1, 0]"
    assert PredictInput().grade(_twice(code=code), "f(2)").right
    assert not PredictInput().grade(_twice(code=code), "f(5)").right


@pytest.mark.parametrize(
    ("name", "gold", "rights", "wrongs"),
    [
        (
            "predict_error",
            "14: KeyError",
            ["line 14: KeyError", "14 KeyError", "14, KeyError."],
            ["14", "KeyError"],
        ),
        (
            "predict_error",
            "no error",
            ["No error", '"no error".'],
            ["error", "no errors", "none", "14: KeyError"],
        ),
        ("predict_coverage", "1, 2, 9", ["[1, 2, 9]", "9 2 1"], ["1, 2", "1, 2, 9, 9", "1-9", "1, 2, 3, 9"]),
        ("predict_path", "1, 2, 1", ["[1, 2, 1]", "1 2 1"], ["1, 1, 2", "1, 2", "1, 2, 1, 2"]),
    ],
)
def test_forms_of_answers(name: str, gold: str, rights: list[str], wrongs: list[str]) -> None:
    problem = replace(draw(find(name), 1, 0), answer=gold)
    assert all(find(name).grade(problem, answer).right for answer in rights)
    assert not any(find(name).grade(problem, answer).score for answer in wrongs)
