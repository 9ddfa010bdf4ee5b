"""Every benchmark, on a small file of ours in its form: gold passes, mutants fail, faults are told."""

import gzip
import json
import time

import pytest

from reckon import benchmarks, registry
from reckon.errors import UsageError

SUM = "def total(numbers):\n    return sum(numbers)\n"
ECHO = "n = int(input())\nprint(2 * n)\n"


def lines(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


HUMANEVAL = {
    "task_id": "HumanEval/900",
    "prompt": 'from typing import List\n\n\ndef total(numbers: List[int]) -> int:\n    """The sum."""\n',
    "entry_point": "total",
    "canonical_solution": "    return sum(numbers)\n",
    "test": "def check(candidate):\n    assert candidate([1, 2]) == 3\n    assert candidate([]) == 0\n",
}
MBPP = {
    "text": "Write a function total that adds up the numbers of a list.",
    "code": SUM,
    "task_id": 12,
    "test_setup_code": "",
    "test_list": ["assert total([1, 2]) == 3", "assert total([]) == 0"],
    "challenge_test_list": ["assert total([-1, 1]) == 0"],
}
APPS = {
    "problem_id": 4,
    "question": "Read a whole number n and print 2n.",
    "solutions": json.dumps([ECHO]),
    "input_output": json.dumps({"inputs": ["1\n", ["21", ""]], "outputs": ["2\n", ["42"]]}),
    "difficulty": "introductory",
    "url": "",
    "starter_code": "",
}
CONTEST = {
    "name": "1_A. Twice",
    "description": "Read a whole number n and print 2n.",
    "public_tests": {"input": ["1\n"], "output": ["2\n"]},
    "private_tests": {"input": ["21\n"], "output": ["42\n"]},
    "generated_tests": {"input": ["-3\n"], "output": ["-6\n"]},
    "solutions": {"language": [2, 3], "solution": ["int main() {}", ECHO]},
}
LIVE = {
    "question_title": "Twice",
    "question_content": "Read a whole number n and print 2n.",
    "platform": "atcoder",
    "question_id": "abc_900_a",
    "contest_id": "abc900",
    "contest_date": "2024-08-03T00:00:00",
    "starter_code": "",
    "difficulty": "easy",
    "public_test_cases": json.dumps([{"input": "1\n", "output": "2\n", "testtype": "stdin"}]),
    "private_test_cases": json.dumps([{"input": "21\n", "output": "42\n", "testtype": "stdin"}]),
    "metadata": "{}",
}
ODEX = {
    "task_id": 900,
    "prompt": "def f_900(words):\n\treturn ",
    "suffix": "",
    "canonical_solution": "Counter(words)['a']",
    "test_start": "\nfrom collections import Counter\n\ndef check(candidate):",
    "test": ["\n    assert candidate(['a', 'b', 'a']) == 2\n", "\n    assert candidate([]) == 0\n"],
    "entry_point": "f_900",
    "intent": "How often does 'a' occur in the list `words`?",
    "library": ["collections"],
}
CONTEXT = '''
import numpy as np
import copy


def generate_test_case(test_case_id):
    def define_test_input(test_case_id):
        return np.arange(4 * test_case_id).reshape(2, -1)

    def generate_ans(data):
        return data.sum(axis=1)

    test_input = define_test_input(test_case_id)
    return test_input, generate_ans(copy.deepcopy(test_input))


def exec_test(result, ans):
    np.testing.assert_array_equal(result, ans)
    return 1


exec_context = r"""
import numpy as np
a = test_input
[insert]
"""


def test_execution(solution: str):
    code = exec_context.replace("[insert]", solution)
    for i in range(2):
        test_input, expected_result = generate_test_case(i + 1)
        test_env = {"test_input": test_input}
        exec(code, test_env)
        assert exec_test(test_env["result"], expected_result)


def test_string(solution: str):
    assert "for" not in solution
'''
DS1000 = {
    "prompt": "Problem:\nSum each row of the array a into result.\n<code>\nimport numpy as np\n</code>\n",
    "reference_code": "result = a.sum(axis=1)",
    "metadata": {
        "problem_id": 900,
        "library_problem_id": 0,
        "library": "Numpy",
        "perturbation_type": "Origin",
    },
    "code_context": CONTEXT,
}
TABMWP = {
    "17": {
        "question": "How much do 2 pens cost?",
        "choices": None,
        "answer": "1,002.50",
        "unit": "$",
        "table_title": "Prices",
        "table": "pen | $501.25\ncap | $3.00",
        "ques_type": "free_text",
        "ans_type": "decimal_number",
    }
}
WIKI = {
    "id": "nu-900",
    "question": "who came first?",
    "answers": ["Ann Lee"],
    "table": {
        "header": ["Place", "Name"],
        "rows": [["1", "Ann Lee"], ["2", "Bo"]],
        "name": "csv/9-csv/9.csv",
    },
}
GPQA = (
    "Record ID,Question,Correct Answer,Incorrect Answer 1,Incorrect Answer 2,Incorrect Answer 3,"
    "High-level domain\n"
    'rec1,"Which is a noble gas,\nof these?",argon,iron,zinc,lead,Chemistry\n'
)
# name: (file, its text, fields, wrong answers)
SAMPLES = {
    "aime": (
        "aime.jsonl",
        lines({"ID": "2030-I-1", "Problem": "What is 9^2 - 8?", "Answer": "073"}),
        "",
        ["74", "7"],
    ),
    "apps": ("apps.jsonl", lines(APPS), "", ["print(2)", "print(int(input()) * 3)", "x ="]),
    "bbh": (
        "navigate.json",
        json.dumps({"canary": "x", "examples": [{"input": "Back?", "target": "Yes"}]}),
        "",
        ["No"],
    ),
    "code_contests": ("contests.jsonl", lines(CONTEST), "", ["print(2)", "print(int(input()) ** 2 + 1)"]),
    "cruxeval": (
        "crux.jsonl",
        lines({"code": "def f(a, b):\n    return a + b", "input": "'x', 'y'", "output": "'xy'", "id": "s0"}),
        "",
        ["'yx'", "xy", "f('x', 'y')"],
    ),
    "ds1000": ("ds1000.jsonl", lines(DS1000), "", ["result = a.sum(axis=0)", "result = 'x'", "for"]),
    "gpqa": ("gpqa.csv", GPQA, "", ["E", "A or B", "ABCD", "iron", "argon, iron"]),
    "gsm8k": (
        "test.jsonl",
        lines({"question": "6 pens at $200?", "answer": "6*200=<<6*200=1200>>1200\n#### 1,200"}),
        "",
        ["1201", "6*200", "1200 or 1201"],
    ),
    "gsm_hard": (
        "gsmhardv2.jsonl",
        lines({"input": "2 x 4,000,001?", "code": "", "target": 8000002.0}),
        "",
        ["8000003"],
    ),
    "humaneval": (
        "HumanEval.jsonl",
        lines(HUMANEVAL),
        "",
        ["    return 0\n", SUM.replace("sum", "len"), "def total("],
    ),
    "livecodebench": ("test.jsonl", lines(LIVE), "", ["print(2)", "print(int(input()) * 3)"]),
    "math": (
        "test.jsonl",
        lines(
            {
                "problem": "Half of one?",
                "level": "Level 2",
                "type": "Algebra",
                "solution": "It is $\\boxed{\\frac{1}{2}}$.",
            }
        ),
        "",
        ["1", "\\frac{1}{3}", "0.51"],
    ),
    "mbpp": (
        "mbpp.jsonl",
        lines(MBPP),
        ", challenge=True",
        ["def total(numbers):\n    return 3", "total = None", "import"],
    ),
    "odex": (
        "en_test.jsonl",
        lines(ODEX),
        "",
        ["len(words)", "0", "def f_900(words): return words.count('b')"],
    ),
    "tabmwp": ("problems_test.json", json.dumps(TABMWP), "", ["1002.6", "1002", "1002.5 or 3"]),
    "wikitablequestions": ("wtq.jsonl", lines(WIKI), "", ["Bo", "Ann Lee | Bo", "Ann"]),
}
every_benchmark = pytest.mark.parametrize("name", benchmarks.names())


@pytest.fixture
def built(tmp_path):
    """built(name): the benchmark, read from its sample; built(name, text): from another text of that file."""

    def build(name, text=None):
        file, own, fields, _ = SAMPLES[name]
        path = tmp_path / file
        path.write_text(own if text is None else text, "utf-8")
        kind = registry.find("benchmarks", name).__name__
        return benchmarks.find(f"{kind}(path={str(path)!r}{fields})")

    return build


def test_every_benchmark_has_a_sample():
    assert tuple(SAMPLES) == benchmarks.names()


@every_benchmark
def test_gold_passes_and_mutants_fail(name, built, judged):
    benchmark = built(name)
    (problem,) = benchmark.problems()
    # LiveCodeBench publishes no solutions.
    gold = ECHO if name == "livecodebench" else problem.answer
    grade = judged(benchmark, problem, gold)
    assert grade.right, grade
    assert judged(benchmark, problem, f"\n{gold}\n").right
    for wrong in SAMPLES[name][3]:
        grade = judged(benchmark, problem, wrong)
        assert grade.score == 0, (wrong, grade)
        assert grade.reason


@every_benchmark
def test_what_is_no_answer_gets_zero_at_once(name, built, judged):
    benchmark = built(name)
    (problem,) = benchmark.problems()
    begun = time.monotonic()
    for text in ("", "   ", problem.question, "9" * 1_000_000, "(" * 20_000, "\x00", "<<<1>>>"):
        assert judged(benchmark, problem, text).score == 0
    assert time.monotonic() - begun < 20


@every_benchmark
def test_problems_are_data_in_the_files_order(name, built):
    benchmark = built(name)
    problem = benchmark.problems()[0]
    assert benchmark.problems() == built(name).problems()
    assert problem.task == benchmark.name
    assert problem.id.startswith(f"{benchmark.name}/")
    assert problem.id.endswith("/0")
    assert json.loads(json.dumps(dict(problem.metadata))) is not None
    assert problem.question == problem.question.strip()
    assert benchmarks.find(repr(benchmark)) == benchmark


@every_benchmark
def test_a_file_cut_short_is_one_error_with_its_line(name, built, tmp_path):
    file, text, _, _ = SAMPLES[name]
    whole = text if file.endswith((".jsonl", ".csv")) else ""
    cut = whole + text[: len(text) * 2 // 3]
    with pytest.raises(UsageError) as caught:
        built(name, cut).problems()
    message = str(caught.value)
    assert str(tmp_path / file) in message
    assert "line" in message or "item" in message
    assert "\n" not in message


@every_benchmark
def test_a_row_without_a_field_is_one_error_that_names_it(name, built, tmp_path):
    text = "A,B\n1,2\n" if SAMPLES[name][0].endswith(".csv") else '{"nothing": 1}\n'
    with pytest.raises(UsageError, match=r"no field '|wanted"):
        assert built(name, text).problems()


@every_benchmark
def test_fields_of_another_kind_are_one_error(name, built):
    file, text, _, _ = SAMPLES[name]
    if file.endswith(".csv"):
        return
    rows = json.loads(text) if file.endswith(".json") else json.loads(text.split("\n")[0])
    bad = spoilt(rows)
    with pytest.raises(UsageError, match=r"wanted|no field"):
        assert built(name, json.dumps(bad) + "\n").problems()


def spoilt(value):
    """The same keys, every text and list a number or nothing."""
    if isinstance(value, dict):
        return {key: spoilt(item) for key, item in value.items()}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [spoilt(item) for item in value]
    return False


@every_benchmark
def test_a_missing_file_is_one_error(name):
    with pytest.raises(UsageError, match="no such file"):
        benchmarks.find(f"{name}:/nowhere/at/all.jsonl").problems()


@every_benchmark
def test_packed_files_are_read(name, built, tmp_path):
    file, text, fields, _ = SAMPLES[name]
    packed = tmp_path / "packed" / f"{file}.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(text.encode()))
    kind = registry.find("benchmarks", name).__name__
    benchmark = benchmarks.find(f"{kind}(path={str(packed)!r}{fields})")
    assert [p.question for p in benchmark.problems()] == [p.question for p in built(name).problems()]
    packed.write_bytes(gzip.compress(text.encode())[:-12])
    with pytest.raises(UsageError, match="gz"):
        benchmarks.find(
            f"{kind}(path={str(packed)!r}{fields}, split='x')" if name != "bbh" else f"bbh:{packed}x"
        ).problems()
