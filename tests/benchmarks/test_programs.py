"""Benchmarks whose answers are programs: each published form, and programs that try to cheat."""

import base64
import json
import pickle
import zlib

import pytest

from reckon.benchmarks.apps import Apps
from reckon.benchmarks.code_contests import CodeContests
from reckon.benchmarks.cruxeval import Cruxeval
from reckon.benchmarks.humaneval import Humaneval, completed
from reckon.benchmarks.livecodebench import Livecodebench
from reckon.benchmarks.material import evalplus
from reckon.benchmarks.material.mbpp_inputs import as_python
from reckon.benchmarks.material.outputs import lines_close, lines_or_decimals, words_near
from reckon.benchmarks.mbpp import Mbpp
from reckon.errors import InfrastructureError, UsageError
from reckon.tasks.graders.programs import program_of

HALF = {
    "task_id": "HumanEval/901",
    "prompt": 'import math\n\n\ndef root(n):\n    """The square root of n."""\n',
    "entry_point": "root",
    "canonical_solution": "    return math.sqrt(n)\n",
    "base_input": [[4], [2]],
    "plus_input": [[0], [10**10]],
    "atol": 0,
    "contract": "",
}
LISTED = {
    "task_id": "HumanEval/902",
    "prompt": 'def third(n):\n    """n / 3."""\n',
    "entry_point": "third",
    "canonical_solution": "    return n / 3\n",
    "test": (
        "import numpy as np\ndef assertion(out, exp, atol):\n    assert abs(out - exp) <= atol\n"
        "def check(candidate):\n    inputs = [[3], [1]]\n    results = [1.0, 0.3333333333333333]\n"
        "    for i, (inp, exp) in enumerate(zip(inputs, results)):\n"
        "        assertion(candidate(*inp), exp, 0)\n"
    ),
}
FUNCTIONAL = {
    "question_content": "Add.",
    "question_id": "2900",
    "contest_date": "2024-09-01T00:00:00",
    "starter_code": "class Solution:\n    def add(self, a: int, b: int) -> List[int]:\n        ",
    "difficulty": "hard",
    "public_test_cases": json.dumps([{"input": "1\n2", "output": "[3]", "testtype": "functional"}]),
    "private_test_cases": "",
    "metadata": json.dumps({"func_name": "add"}),
}


def packed(value):
    return base64.b64encode(zlib.compress(pickle.dumps(value))).decode()


def test_an_answer_is_its_one_block_or_all_of_it():
    assert program_of("x = 1\n") == "x = 1"
    assert program_of("Here:\n```python\nx = 1\n```\nDone.") == "x = 1"
    assert program_of("```\nx\n```\n```\ny\n```").score == 0
    assert program_of(" \n").score == 0
    assert program_of("x" * 300_000).score == 0


def test_a_function_is_completed_or_replaced():
    prompt = HALF["prompt"]
    for answer in (
        "    return math.sqrt(n)",
        "return math.sqrt(n)",
        "m = n\nreturn m ** 0.5",
        "def root(n):\n    return n ** 0.5",
        "from math import sqrt\n\ndef root(n):\n    return sqrt(n)",
    ):
        names = {}
        exec(completed(prompt, answer, "root"), names)
        assert names["root"](9) == 3


def test_evalplus_expects_what_the_right_solution_gives(one, judged):
    benchmark, problem = one(Humaneval, HALF)
    assert judged(benchmark, problem, "def root(n): return n ** 0.5").right
    assert judged(benchmark, problem, "def root(n): return round(n ** 0.5, 4)").score == 0
    wrong_for_added = "def root(n): return n ** 0.5 if n else 1.0"
    assert judged(benchmark, problem, wrong_for_added).score == 0
    base, problem = one(Humaneval, HALF, plus=False)
    assert judged(base, problem, wrong_for_added).right


def test_a_file_whose_own_solution_fails_voids_the_verdict(one, judged):
    benchmark, problem = one(Humaneval, {**HALF, "canonical_solution": "    return missing\n"})
    with pytest.raises(InfrastructureError, match="own solution"):
        judged(benchmark, problem, "def root(n): return n ** 0.5")


def test_lists_of_inputs_and_results_are_read_from_the_test(one, judged):
    benchmark, problem = one(Humaneval, LISTED)
    assert judged(benchmark, problem, problem.answer).right
    assert judged(benchmark, problem, "def third(n): return n / 3 + 1e-3").score == 0
    assert evalplus.listed("inputs = [[1]]\nresults = [f(1)]\nassertion(1, 2, 0)", "f") is None
    assert evalplus.listed("inputs = [[1]]\nresults = [inf]\nassertion(o, e, 0)", "f").expected == [
        float("inf")
    ]


@pytest.mark.parametrize(
    ("name", "given", "expected", "value", "right"),
    [
        ("f", [1], 1.0, 1.0 + 1e-7, True),
        ("f", [1], [1.0, 2.0], (1.0, 2.0), True),
        ("f", [1], 1, 1.5, False),
        ("f", [1], [1.0], [1.0, 2.0], False),
        ("find_zero", [[-2, 1]], 2.0, 2.00001, True),
        ("find_zero", [[-2, 1]], 2.0, 3.0, False),
        ("similar_elements", [], (1, 2), [2, 1, 1], True),
        ("similar_elements", [], (1, 2), [2], False),
        ("check_str", [], True, object(), True),
        ("check_str", [], True, None, False),
        ("sum_div", [7], 1, 0, True),
        ("digit_distance_nums", [1, 23], 99, 4, True),
        ("surface_Area", [3, 4], 0, 35, True),
        ("Diff", [], [1], 5, False),
    ],
)
def test_evalplus_rules(name, given, expected, value, right):
    assert evalplus.is_right(name, given, expected, value, 1e-4 if name == "find_zero" else 0.0) is right


def test_inputs_of_mbpp_plus_get_their_types():
    assert as_python(2, [[[1, 2], [3]]]) == [[(1, 2), (3,)]]
    assert as_python(63, [[[[1, 2]]]]) == [[[(1, 2)]]]
    assert as_python(124, [["1", "2j"]]) == [[1.0, 2j]]
    assert as_python(580, [[[[1], 2]]]) == [[((1,), 2)]]
    assert as_python(1, [[[1]]]) == [[[1]]]
    assert as_python(2, ["odd"]) == ["odd"]


def test_mbpp_plus_in_both_forms(one, judged):
    plus = {
        "task_id": "Mbpp/800",
        "prompt": '"""\nWrite a function to add.\nassert add(1, 2) == 3\n"""\n',
        "entry_point": "add",
        "canonical_solution": "def add(a, b):\n    return a + b\n",
        "base_input": [[1, 2]],
        "plus_input": [[-1, -1]],
        "atol": 0,
        "assertion": "assert add(1, 2) == 3",
    }
    benchmark, problem = one(Mbpp, plus)
    assert judged(benchmark, problem, problem.answer).right
    assert judged(benchmark, problem, "def add(a, b): return abs(a) + abs(b)").score == 0
    hub = {
        "task_id": 801,
        "prompt": "Write a function to add.",
        "code": plus["canonical_solution"],
        "test_imports": ["import math"],
        "test_list": ["assert math.isclose(add(1, 2), 3)"],
        "test": "def assertion(a, b, c): pass\ninputs = [[-1, -1]]\nresults = [-2]\n"
        "for i, (inp, exp) in enumerate(zip(inputs, results)):\n    assertion(add(*inp), exp, 0)\n",
    }
    benchmark, problem = one(Mbpp, hub)
    assert judged(benchmark, problem, problem.answer).right
    assert judged(benchmark, problem, "def add(a, b): return abs(a) + abs(b)").score == 0


def test_classes_of_the_setup_are_the_programs_own(one, judged):
    row = {
        "task_id": 601,
        "text": "Write a function longest over pairs.",
        "code": "def longest(pairs):\n    return max(p.a for p in pairs)\n",
        "test_setup_code": "class Pair:\n    def __init__(self, a):\n        self.a = a",
        "test_list": ["assert longest([Pair(5), Pair(3)]) == 5"],
        "challenge_test_list": [],
    }
    benchmark, problem = one(Mbpp, row)
    assert "class Pair" in problem.question
    assert judged(benchmark, problem, problem.answer).right
    assert judged(benchmark, problem, "def longest(pairs): return pairs[1].a").score == 0


def test_tasks_are_chosen_by_their_ids(one):
    row = {"task_id": 11, "text": "t", "code": "c", "test_list": ["assert f()"]}
    benchmark, _ = one(Mbpp, row, first=11, last=510)
    assert len(benchmark.problems()) == 1
    with pytest.raises(IndexError):
        one(Mbpp, row, first=12)


CHEATS = {
    "leaves": "import sys\nsys.exit(0)",
    "ends the process": "import os\nos._exit(0)",
    "equals everything": "class E:\n    def __eq__(s, o): return True\ndef root(n): return E()",
    "patches": (
        "import builtins\nbuiltins.AssertionError = ValueError\nbuiltins.abs = lambda n: 0\n"
        "def root(n): return 1"
    ),
    "replaces json": "import json\njson.dumps = lambda *a: '[2.0]'\ndef root(n): return 0.0",
    "never ends": "def root(n):\n    while True: pass",
}


@pytest.mark.parametrize("cheat", CHEATS, ids=list(CHEATS))
def test_no_cheat_passes(cheat, one, judged):
    for row in (HALF, {**LISTED, "entry_point": "root", "prompt": LISTED["prompt"].replace("third", "root")}):
        benchmark, problem = one(Humaneval, row, timeout_s=0.5)
        assert judged(benchmark, problem, CHEATS[cheat]).score == 0


def test_grading_opens_and_closes_an_interpreter_of_its_own(one):
    benchmark, problem = one(Humaneval, HALF)
    assert benchmark.grade(problem, "def root(n): return n ** 0.5").right


def test_apps_by_call_and_as_folders(tmp_path, one, judged):
    tests = {"fn_name": "add", "inputs": [[1, [2]], [{"3": 1}, [0]]], "outputs": [[3], [[3, 0]]]}
    row = {
        "problem_id": 7,
        "question": "Add.",
        "input_output": json.dumps(tests),
        "starter_code": "def add(a, b):",
    }
    right = "def add(a, b):\n    return a + b[0] if type(a) is int else (list(a)[0], 0)"
    benchmark, problem = one(Apps, row)
    assert "def add(a, b):" in problem.question
    assert judged(benchmark, problem, right).right
    assert judged(
        benchmark,
        problem,
        f"class Solution:\n    {right.replace('(a,', '(self, a,').replace(chr(10), chr(10) + '    ')}",
    ).right
    assert judged(benchmark, problem, "def add(a, b): return 3").score == 0
    folder = tmp_path / "APPS" / "test" / "0001"
    folder.mkdir(parents=True)
    (folder / "question.txt").write_text("Print 2n.")
    (folder / "input_output.json").write_text(json.dumps({"inputs": ["2\n"], "outputs": ["4.0\n"]}))
    (folder / "metadata.json").write_text(json.dumps({"difficulty": "competition", "url": "u"}))
    benchmark = Apps(str(tmp_path / "APPS"), level="competition")
    (problem,) = benchmark.problems()
    assert problem.difficulty == 1.0
    assert judged(benchmark, problem, "print(2 * float(input()) + 1e-9)").right
    (folder / "input_output.json").write_text('{"inputs": ["2')
    with pytest.raises(UsageError, match=r"0001.*input_output"):
        Apps(str(tmp_path / "APPS"), timeout_s=1.0).problems()


def test_livecodebench_by_call_with_packed_tests(one, judged):
    tests = json.dumps([{"input": "4\n5", "output": "[9]", "testtype": "functional"}])
    benchmark, problem = one(Livecodebench, {**FUNCTIONAL, "private_test_cases": packed(tests)})
    assert "class Solution" in problem.question
    right = FUNCTIONAL["starter_code"] + "return [a + b]"
    assert judged(benchmark, problem, right).right
    assert judged(benchmark, problem, right.replace("a + b", "3")).score == 0


SHOWN = {
    "question": "Print 2n.\n\n-----Input-----\n\nOne number.\n\n-----Examples-----\nInput\n1\n\nOutput\n2\n"
    "\nInput\n 5\n\nOutput\n10\n",
    "input_output": json.dumps(
        {"inputs": ["1\n", "7\n", "5", "2\n"], "outputs": ["2\n", "14\n", "10\n", "10\n"]}
    ),
}


def test_public_tests_are_those_of_the_question_and_never_hidden_ones(one):
    _, shown = one(Apps, SHOWN)
    assert shown.metadata["public_tests"] == [
        {"input": "1\n", "output": "2\n"},
        {"input": "5", "output": "10\n"},
    ]
    row = {"name": "2_A", "description": "Print n.", "public_tests": {"input": ["1"], "output": ["1"]}}
    hidden = {"private_tests": {"input": ["2"], "output": ["2"]}}
    _, contest = one(CodeContests, {**row, **hidden, "generated_tests": {"input": ["3"], "output": ["3"]}})
    assert contest.metadata["public_tests"] == [{"input": "1", "output": "1"}]
    _, called = one(
        Livecodebench, {**FUNCTIONAL, "private_test_cases": '[{"input": "4\\n5", "output": "[9]"}]'}
    )
    (test,) = called.metadata["public_tests"]
    names = {"List": list}
    exec(FUNCTIONAL["starter_code"] + "return [a + b]", names)
    exec(test, names)
    stdin = [{"input": "1", "output": "2"}]
    fields = {"public_test_cases": json.dumps(stdin), "metadata": "{}"}
    _, read = one(
        Livecodebench, {**FUNCTIONAL, **fields, "private_test_cases": '[{"input": "8", "output": "9"}]'}
    )
    assert read.metadata["public_tests"] == stdin


class Opens:
    def __reduce__(self):
        return (print, ("ran",))


@pytest.mark.parametrize(
    "hostile", [packed(Opens()), packed(["no text"]), packed("[1"), "!!", packed("x" * 50)[:40]]
)
def test_hostile_packed_tests_run_nothing(hostile, one, judged, capsys):
    benchmark, problem = one(Livecodebench, {**FUNCTIONAL, "private_test_cases": hostile})
    with pytest.raises(UsageError, match="private_test_cases"):
        judged(benchmark, problem, "class Solution: pass")
    assert "ran" not in capsys.readouterr().out


def test_livecodebench_is_cut_by_date(one):
    assert one(Livecodebench, FUNCTIONAL, since="2024-09-01", until="2024-09-30")
    with pytest.raises(IndexError):
        one(Livecodebench, FUNCTIONAL, until="2024-08-31")


def test_outputs_are_compared_by_each_benchmarks_rule():
    assert lines_or_decimals("1 2\nyes\n", "1.0  2\nyes")
    assert not lines_or_decimals("0.1", "0.10000001")
    assert not lines_or_decimals("1\n2", "1 2")
    assert words_near("YES 0.5\n", "yes\n0.500001")
    assert not words_near("YES", "YES YES")
    assert not words_near("0.5", "0.6")
    assert lines_close("1.0\n\n2\n", "1.000001\n2")
    assert not lines_close("1 2", "1\n2")
    assert not lines_close("a", "b")
    for same in (lines_or_decimals, words_near, lines_close):
        assert not same("nan", "1")
        assert not same("1", "")
        assert same("1", "1\n")


def test_contests_leave_generated_tests_out_when_asked(one, judged):
    row = {
        "name": "2_A",
        "description": "Print n.",
        "public_tests": {"input": ["1"], "output": ["1"]},
        "private_tests": {"input": [], "output": []},
        "generated_tests": {"input": ["2"], "output": ["2"]},
    }
    benchmark, problem = one(CodeContests, row)
    assert problem.answer is None
    assert judged(benchmark, problem, "print(1)").score == 0
    benchmark, problem = one(CodeContests, row, generated=False)
    assert judged(benchmark, problem, "print(1)").right


def test_inputs_of_cruxeval_are_run(one, judged):
    row = {"code": "def f(a, b):\n    return (a + b,)", "input": "1, 2", "output": "(3,)", "id": "s1"}
    benchmark, problem = one(Cruxeval, row, predict="input")
    for right in ("f(1, 2)", "f(0, b=3)", "2, 1", "f(len('a'), sum([1, 1]))", "```python\nf(3, 0)\n```"):
        assert judged(benchmark, problem, right).right, right
    for wrong in ("f(1, 1)", "f()", "f(__import__('os').getpid(), 2)", "g(1, 2)", "(3,)", "f(1, 2), f(1, 2)"):
        assert judged(benchmark, problem, wrong).score == 0, wrong
    listed = {**row, "output": "[3]"}
    benchmark, problem = one(Cruxeval, listed, predict="input")
    assert judged(benchmark, problem, "f(1, 2)").score == 0


@pytest.mark.parametrize("name", ["sum", "_sum"])
def test_functions_with_names_that_tests_do_not_see(name, one, judged):
    row = {
        "task_id": 126,
        "prompt": "Add.",
        "code": f"def {name}(a, b):\n    return a + b\n",
        "test_list": [f"assert {name}(10, 15) == 25"],
    }
    benchmark, problem = one(Mbpp, row)
    assert judged(benchmark, problem, problem.answer).right
    assert judged(benchmark, problem, f"def {name}(a, b): return 24").score == 0
    assert judged(benchmark, problem, "x = 1").score == 0
