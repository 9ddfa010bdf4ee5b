"""ODEX and DS-1000: tests apart from the program where they can be, beside it where they cannot."""

from importlib.util import find_spec

import pytest

from reckon.benchmarks.ds1000 import Ds1000
from reckon.benchmarks.odex import Odex

needs_pandas = pytest.mark.skipif(find_spec("pandas") is None, reason="pandas is not installed")


def test_odex_tests_that_patch_run_beside_the_program(one, judged):
    row = {
        "task_id": 2611,
        "prompt": "def f_2611():\n\treturn ",
        "suffix": "",
        "canonical_solution": "os.getlogin()",
        "test_start": "\nimport os\nfrom unittest.mock import Mock\n\ndef check(candidate):",
        "test": ["\n    os.getlogin = Mock(return_value='ada')\n    assert candidate() == 'ada'\n"],
        "entry_point": "f_2611",
        "intent": "Who is logged in?",
        "library": ["os"],
    }
    benchmark, problem = one(Odex, row)
    grade = judged(benchmark, problem, "import os\ndef f_2611():\n\treturn os.getlogin()")
    assert grade.right
    assert "own session" in grade.reason
    assert judged(benchmark, problem, "os.getcwd()").score == 0
    assert judged(benchmark, problem, "import os\nos._exit(0)").score == 0


CONTEXT = '''
import pandas as pd
def generate_test_case(i):
    df = pd.DataFrame({"a": [1, 2, 2], "b": ["x", "y", "z"]})
    return df, df.groupby("a").sum()
def exec_test(result, ans):
    try:
        pd.testing.assert_frame_equal(result, ans)
        return 1
    except:
        return 0
exec_context = r"""
import pandas as pd
df = test_input
[insert]
"""
def test_execution(solution):
    code = exec_context.replace("[insert]", solution)
    test_input, expected = generate_test_case(1)
    env = {"test_input": test_input}
    exec(code, env)
    assert exec_test(env["result"], expected)
'''
FRAME = {
    "prompt": "Sum by a.",
    "reference_code": "result = df.groupby('a').sum()",
    "metadata": {"problem_id": 1, "library": "Pandas"},
    "code_context": CONTEXT,
}


@needs_pandas
def test_frames_cross_between_the_sessions(one, judged):
    benchmark, problem = one(Ds1000, FRAME)
    grade = judged(benchmark, problem, "<code>\nresult = df.groupby('a').sum()\n</code>")
    assert grade.right
    assert "own session" not in grade.reason
    assert judged(benchmark, problem, "result = df.groupby('a').max()").score == 0


@needs_pandas
@pytest.mark.parametrize(
    "cheat",
    [
        "pd.testing.assert_frame_equal = lambda *a, **k: None\nresult = 0",
        "class P:\n    def __reduce__(self): return (exec, ('raise SystemExit',))\nresult = P()",
        "import sys\nfor n in (1, 2, 3): sys._getframe(n).f_globals['exec_test'] = lambda *a: 1\nresult = 1",
        "import os\nos._exit(0)",
    ],
)
def test_a_snippet_cannot_reach_its_tests(cheat, one, judged):
    benchmark, problem = one(Ds1000, FRAME)
    assert judged(benchmark, problem, cheat).score == 0


@needs_pandas
def test_what_cannot_cross_runs_beside_the_tests(one, judged):
    context = CONTEXT.replace("assert_frame_equal(result, ans)", "assert_frame_equal(result(), ans)")
    row = {**FRAME, "code_context": context, "reference_code": "result = lambda: df.groupby('a').sum()"}
    benchmark, problem = one(Ds1000, row)
    grade = judged(benchmark, problem, problem.answer)
    assert grade.right
    assert "own session" in grade.reason
    assert judged(benchmark, problem, "result = lambda: df").score == 0


PLOT = """
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image
def skip_plt_cmds(line):
    return all(part not in line for part in ("plt.show()", "plt.clf()", "plt.close()", "savefig"))
def generate_test_case(i):
    plt.plot([1, 2], [3, 4])
    plt.title("A")
    plt.savefig("ans.png", bbox_inches="tight")
    plt.close()
    return None, None
def exec_test(result, ans):
    same = np.array_equal(np.array(Image.open("output.png")), np.array(Image.open("ans.png")))
    if not same:
        assert plt.gca().get_title() == "A"
    return 1
exec_context = r'''
import matplotlib.pyplot as plt
plt.plot([1, 2], [3, 4])
[insert]
plt.savefig('output.png', bbox_inches='tight')
result = None
'''
def test_execution(solution):
    solution = "\\n".join(filter(skip_plt_cmds, solution.split("\\n")))
    code = exec_context.replace("[insert]", solution)
    test_input, expected = generate_test_case(1)
    env = {"test_input": test_input}
    exec(code, env)
    assert exec_test(env["result"], expected)
"""


@pytest.mark.skipif(find_spec("matplotlib") is None, reason="matplotlib is not installed")
def test_figures_are_judged_beside_the_program(one, judged):
    row = {**FRAME, "code_context": PLOT, "reference_code": "plt.title('A')"}
    benchmark, problem = one(Ds1000, row)
    assert judged(benchmark, problem, "plt.title('A')\nplt.show()").right
    assert judged(benchmark, problem, "plt.title('B')").score == 0
