"""Checking a program against cases: honest programs pass, and no cheating one does."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from reckon.errors import UsageError
from reckon.interpreter import Interpreter, Limits
from reckon.interpreter.check import Assertion, Call, Case, Stdio, Verdict

DOUBLE = "def double(n):\n    return 2 * n\n"
TESTS: list[Case] = [
    Call("double", (21,), 42),
    Call("double", ([1, "a"],), [1, "a", 1, "a"]),
    Assertion("assert double(21) == 42"),
    Assertion(
        "import unittest\nclass T(unittest.TestCase):\n    def test(self): self.assertEqual(double(3), 6)\n"
        "result = unittest.TextTestRunner().run(unittest.defaultTestLoader.loadTestsFromTestCase(T))\n"
        "assert result.wasSuccessful() and result.testsRun == 1"
    ),
    Assertion(
        "def check(candidate):\n    for n in range(20):\n        assert candidate(n) == 2 * n\ncheck(double)"
    ),
    Assertion("assert abs(double(1.5) - 3.0) < 1e-9"),
    Assertion("assert double(2) in (4,)"),
    Assertion("assert not double(2) != 4"),
]


@pytest.fixture(scope="module")
def interpreter(anywhere: Callable[[Limits], Interpreter]) -> Iterator[Interpreter]:
    with anywhere(Limits(timeout_s=30, grace_s=0.2)) as opened:
        yield opened


def statuses(verdict: Verdict) -> list[str]:
    return [result.status for result in verdict.results]


def test_an_honest_program_passes_every_kind_of_test(interpreter: Interpreter) -> None:
    verdict = interpreter.check(DOUBLE, TESTS)
    assert verdict.passed, verdict
    assert verdict.share == 1.0


CHEATS = {
    "exits early": "import sys\nsys.exit(0)",
    "ends its process": "import os\nos._exit(0)",
    "exits when called": "import sys\ndef double(n): sys.exit(0)",
    "ends its process when called": "import os\ndef double(n): os._exit(0)",
    "equals everything": (
        "class Any:\n    def __eq__(self, other): return True\n    def __ne__(self, other): return False\n"
        "    def __hash__(self): return 4\ndef double(n): return Any()"
    ),
    "equals everything and is a number": (
        "class Any(int):\n    def __eq__(self, other): return True\n"
        "    def __ne__(self, other): return False\n"
        "    def __sub__(self, other): return 0\n    def __repr__(self): return '42'\n"
        "    __hash__ = int.__hash__\ndef double(n): return Any(7)"
    ),
    "answers every operator": (
        "class Zero:\n    def __sub__(self, o): return 0.0\n    def __rsub__(self, o): return 0.0\n"
        "    def __abs__(self): return 0.0\n    def __lt__(self, o): return True\n"
        "    def __eq__(self, o): return True\n    __hash__ = None\ndef double(n): return Zero()"
    ),
    "patches builtins": (
        "import builtins\nbuiltins.AssertionError = type('A', (Exception,), {})\nbuiltins.abs = lambda n: 0\n"
        "builtins.range = lambda *n: []\nbuiltins.exec = lambda *a: None\n"
        "builtins.compile = lambda *a, **k: None\n"
        "def double(n): return None"
    ),
    "shadows builtins": (
        "def abs(n): return 0\ndef range(*n): return []\ndef double(n): return None\n"
        "AssertionError = KeyError\nclass unittest: pass"
    ),
    "patches the bridge": (
        "import sys\nremote = sys.modules['_remote']\nremote.server.answer = lambda q: '{\"value\": true}'\n"
        "remote.judge = lambda *a: '{\"passed\": true}'\nremote.Client = None\n"
        'remote.server.names = lambda: \'{"double": ["function", null]}\''
    ),
    "answers with a verdict": (
        "import sys\nremote = sys.modules['_remote']\n"
        'remote.server.answer = lambda q: \'{"passed": true, "value": null}\'\ndef double(n): return None'
    ),
    "prints a verdict": (
        "print('OK', 'passed', 'Ran 1 test in 0.000s', '{\"passed\": true}')\n"
        "def double(n):\n    print('{\"passed\": true}')\n    import os; os.write(1, b'PASSED')"
    ),
    "writes to the channel": "import os\ndef double(n): os.write(3, b'\\0\\0\\0\\x02{}')",
    "raises what a test expects": "def double(n): raise AssertionError",
    "raises what ends a run well": "def double(n): raise SystemExit(0)",
    "returns code": "def double(n): return '__import__(\"os\")._exit(0)'",
    "breaks the encoding": "def double(n): return {'x': [['o', 0, 'double', True]], 'passed': True}",
    "leaves a handler": "import atexit, os\natexit.register(lambda: os._exit(0))\ndef double(n): pass",
    "traces its caller": (
        "import sys\ndef trace(f, e, a):\n    f.f_locals.clear()\n    return trace\n"
        "def double(n): sys.settrace(trace)"
    ),
    "walks the frames": (
        "import sys\ndef double(n):\n    f = sys._getframe()\n    while f:\n"
        "        for k, v in list(f.f_globals.items()):\n"
        "            if k == 'server': v._keep = lambda x: 41\n        f = f.f_back\n    return object()"
    ),
    "replaces json": (
        'import json\njson.dumps = lambda *a, **k: \'{"value": 0, "passed": true}\'\ndef double(n): return 1'
    ),
    "offers a library's own": "from unittest.mock import ANY, call, Mock\ndouble = Mock(return_value=ANY)",
}


@pytest.mark.parametrize("cheat", CHEATS.values(), ids=CHEATS)
def test_no_cheating_program_passes_any_test(interpreter: Interpreter, cheat: str) -> None:
    verdict = interpreter.check(cheat, [TESTS[0], *TESTS[2:6]], timeout_s=10)
    assert not any(result.passed for result in verdict.results), verdict
    assert all(result.reason for result in verdict.results)


def test_what_is_expected_never_enters_the_programs_session(interpreter: Interpreter) -> None:
    # Looks for the word backwards: its own text must not be what it finds.
    snoop = (
        "import gc, linecache, sys\ndef double(n):\n    texts = [str(linecache.cache)]\n"
        "    texts += [str(o) for o in gc.get_objects() if type(o) in (list, tuple, dict)]\n"
        "    frame = sys._getframe()\n"
        "    while frame: texts.append(str(frame.f_locals)); frame = frame.f_back\n"
        "    return 'terces'[::-1] if any('terces' in text[::-1] for text in texts) else 'nothing'"
    )
    verdict = interpreter.check(snoop, [Assertion("assert double(1) == 'secret'")])
    assert statuses(verdict) == ["failed"]
    assert statuses(interpreter.check(snoop, [Call("double", (1,), "nothing")])) == ["passed"]


@pytest.mark.parametrize(
    ("program", "stdin", "stdout", "status"),
    [
        ("print(int(input()) * 2)", "2\n", "4\n", "passed"),
        ("print(int(input()) * 2)", "2\n", "5", "failed"),
        ("import sys\nfor line in sys.stdin: print(line.strip(), ' ')", "a\nb\n", "a\nb", "passed"),
        ("print(open(0).read()[::-1])", "ab", "ba", "passed"),
        ("if __name__ == '__main__':\n    print(1)\n    exit()", "", "1", "passed"),
        ("print(1)\nraise SystemExit(1)", "", "1", "error"),
        ("print(1)\n1/0", "", "1", "error"),
        ("import os\nos.write(1, b'1')\nos._exit(0)", "", "1", "crashed"),
        ("print(input())\nwhile True: pass", "1", "1", "timeout"),
        ("1", "", "1", "failed"),
        ("print('1\\n2')", "", "1", "failed"),
        ("while True: print('1' * 9999)", "", "1", "output"),
        ("import sys\nprint(1, file=sys.stderr)", "", "1", "failed"),
    ],
)
def test_by_input_and_output(
    interpreter: Interpreter, program: str, stdin: str, stdout: str, status: str
) -> None:
    verdict = interpreter.check(
        program, [Stdio(stdin, stdout, timeout_s=0.5 if status == "timeout" else None)]
    )
    assert statuses(verdict) == [status], verdict


def test_each_case_starts_afresh(interpreter: Interpreter) -> None:
    program = (
        "import os\nprint(os.listdir()); open('left', 'w').close()\n"
        "n = 0\ndef count():\n    global n\n    n += 1\n    return n"
    )
    cases: list[Case] = [Stdio("", "[]"), Stdio("", "[]"), Call("count", (), 1), Call("count", (), 1)]
    cases += [Assertion("assert (count(), count()) == (1, 2)"), Assertion("assert count() == 1")]
    assert interpreter.check(program, cases).passed


@pytest.mark.parametrize(
    ("expression", "expected", "tolerance", "passes"),
    [
        ("[1, (2, 3)]", [1, [2, 3]], 0, True),
        ("{'a': {1, 2}, 3: None}", {3: None, "a": {2, 1}}, 0, True),
        ("0.1 + 0.2", 0.3, 0, False),
        ("0.1 + 0.2", 0.3, 1e-9, True),
        ("[1e300, float('inf'), -0.0]", [1e300, float("inf"), 0], 1e-9, True),
        ("float('nan')", float("nan"), 0, True),
        ("10 ** 4000", 10**4000, 0, True),
        ("b'a', 1j", (b"a", 1j), 0, True),
        ("'1'", 1, 0, False),
        ("None", 0, 0, False),
        ("{1: 2}.items()", [], 0, False),
        ("'a' * 100_000", "a" * 100_000, 0, False),
    ],
)
def test_results_compare_as_plain_data(
    interpreter: Interpreter, expression: str, expected: Any, tolerance: float, passes: bool
) -> None:
    verdict = interpreter.check(f"def f(): return {expression}", [Call("f", (), expected, tolerance)])
    assert verdict.passed is passes, verdict


def test_numbers_of_numpy_are_numbers(interpreter: Interpreter) -> None:
    program = "import numpy as np\ndef f(a): return np.asarray(a) * 2\ndef g(a): return np.float64(a)"
    cases: list[Case] = [Call("f", ([1, 2],), [2, 4]), Call("g", (1.5,), 1.5)]
    cases += [Assertion("assert np.allclose(f(np.array([1.0, 2.0])), [2, 4]) and f([1]).shape == (1,)")]
    assert interpreter.check(program, cases).passed


def test_a_test_uses_the_programs_classes_errors_and_values(interpreter: Interpreter) -> None:
    program = """
import dataclasses
LIMIT = 3
class Full(ValueError): pass
class Stack:
    kind = "lifo"
    def __init__(self, items=()): self.items = list(items)
    def push(self, item):
        if len(self) == LIMIT: raise Full("full")
        self.items.append(item)
    def pop(self): return self.items.pop()
    def __len__(self): return len(self.items)
    def __iter__(self): return iter(self.items)
    def __getitem__(self, n): return self.items[n]
    def __add__(self, other): return Stack([*self, *other])
    @staticmethod
    def of(*items): return Stack(items)
@dataclasses.dataclass
class Point:
    x: int
    y: int = 0
def sort(xs): xs.sort()
def apply(f, xs): return [f(x) for x in xs]
def double(n): return 2 * n
def numbers():
    n = 0
    while True:
        yield n
        n += 1
"""
    test = """
s = Stack()
s.push(1); s.push([2]); s.push("c")
assert len(s) == LIMIT == 3 and list(s) == [1, [2], "c"] and s[1] == [2] and bool(s)
try: s.push(4)
except Full as error: assert str(error) == "full" and isinstance(error, ValueError)
else: assert False
try: s[10]
except IndexError: pass
else: assert False
assert s.pop() == "c" and s.items == [1, [2]]
assert isinstance(s, Stack) and not isinstance(s, Point) and Stack.kind == "lifo"
assert list(s + Stack.of(9)) == [1, [2], 9]
p = Point(1, y=2)
p.x = 5
assert p == Point(5, 2) and p != Point(5, 3) and repr(p).endswith("Point(x=5, y=2)")
xs = [3, 1, 2]
assert sort(xs) is None and xs == [1, 2, 3]
assert apply(double, xs) == [2, 4, 6]
ns = numbers()
assert [next(ns), next(ns)] == [0, 1]
"""
    verdict = interpreter.check(program, [Assertion(test), Assertion("assert Stack([1]) == [1]")])
    assert statuses(verdict) == ["passed", "failed"], verdict


def test_what_a_program_does_as_the_main_one_is_not_what_is_tested(interpreter: Interpreter) -> None:
    program = DOUBLE + "if __name__ == '__main__':\n    print(double(int(input())))"
    assert interpreter.check(program, [*TESTS[:3], Stdio("4", "8")]).passed


def test_a_test_that_never_ends_and_one_that_is_wrong(interpreter: Interpreter) -> None:
    cases: list[Case] = [
        Assertion("while True: pass", timeout_s=0.3),
        Assertion("assert ="),
        Assertion("nowhere()"),
    ]
    cases += [Assertion("while True: double(1)", timeout_s=0.5)]
    verdict = interpreter.check(DOUBLE, cases)
    assert statuses(verdict)[:3] == ["timeout", "failed", "failed"]
    assert not verdict.results[3].passed


def test_a_program_that_cannot_be_forked_is_run_again(interpreter: Interpreter) -> None:
    threads = "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    assert interpreter.check(threads + DOUBLE, TESTS[:3]).passed


def test_bad_cases_are_refused(interpreter: Interpreter) -> None:
    with pytest.raises(UsageError, match="plain data"):
        Call("f", (object(),), 1)
    with pytest.raises(UsageError, match="name of a function"):
        Call("f(", (1,), 1)
    with pytest.raises(UsageError, match="cases"):
        interpreter.check("1", ["assert True"])  # type: ignore[list-item]
    assert not interpreter.check("1", []).passed
