"""What a search knows of a program: its run, the tests that the question shows, its steps."""

import asyncio

import pytest

from reckon.interpreter import AsyncInterpreter
from reckon.models.replay import Replay
from reckon.reasoners.material import trials
from reckon.reasoners.material.on_stdin import pair_of, same
from reckon.reasoners.material.replies import read_choice, read_items, read_score, read_scored_items
from reckon.reasoners.material.steps import steps_of
from reckon.reasoners.material.trials import read_tests, run_trial
from reckon.reasoners.refinement.agentcoder import Agentcoder
from reckon.reasoners.refinement.self_debug import SelfDebug
from reckon.reasoners.search.codetree import Codetree
from reckon.rollout import Limits, Rollout, Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What?", "42")
DOUBLE = "def double(n):\n    twice = n * 2\n    return twice"


def within(work):
    async def go():
        async with Rollout(PROBLEM, Setup(Replay(["x"]), open_inline_session)) as rollout:
            return await work(rollout)

    return asyncio.run(go())


def trial(program, tests=(), **how):
    return within(lambda rollout: run_trial(rollout, program, tests, **how))


def test_what_a_call_should_return_is_a_test():
    said = (
        "A test of `f` fails: f(60) returns 0 and should return [1, 2]; another right result is 1 for f(3)."
    )
    assert read_tests(said) == ("assert (f(60)) == ([1, 2])",)
    assert read_tests("See: f(2.5) ends in an error and should return 0.5. It is") == (
        "assert (f(2.5)) == (0.5)",
    )


def test_a_program_that_is_asked_for_without_tests_has_to_run():
    asked = Problem("p", "p", "Sort. Answer with a whole Python program that defines f.", None)
    assert trials.tests_of(asked) == (trials.RUNS,)
    assert trials.tests_of(Problem("p", "p", "Sort.", None, 0.0, {"public_tests": []})) == (trials.RUNS,)
    assert "whole program" in trials.task_of("Sort.", (trials.RUNS,))
    done = trial("def f(): pass", (trials.RUNS,))
    assert (done.passed, done.answer) == (True, "def f(): pass")
    assert not trial("def f(: pass", (trials.RUNS,)).passed


def test_a_program_whose_tests_the_budget_does_not_reach_is_an_answer_all_the_same():
    given = [{"input": "2", "output": "4"}, {"input": "3", "output": "6"}]
    on_stdin = Problem("s", "s", "Double.", None, 0.0, {"public_tests": given})
    for problem, program, failed in (
        (Problem("d", "d", "Write double.\n>>> double(2)\n4"), DOUBLE, "assert (double(2)) == (4)"),
        (on_stdin, "print(int(input()) * 2)", "on input '3' it prints '6'"),
    ):
        model = Replay(lambda _, program=program: f"```python\n{program}\n```\n")
        setup = Setup(model, open_inline_session, limits=Limits(runs=1))

        async def go(problem=problem, program=program, setup=setup):
            async with Rollout(problem, setup) as rollout:
                return await run_trial(rollout, program, trials.tests_of(problem))

        done, tree = asyncio.run(go()), asyncio.run(solve(SelfDebug(), problem, setup))
        assert (done.failed_test, done.answer) == (failed, program)
        assert "the budget is spent" in done.report
        assert tree[0].answer.text == program


def test_tests_are_read_in_three_forms_and_nothing_else():
    question = """assert f(1) == 2
    >>> f(2)
    3
    f([1, 2]) returns [2]
    assert f( is broken
    It returns the value; one asserts nothing."""
    assert read_tests(question) == ("assert f(1) == 2", "assert (f(2)) == (3)", "assert (f([1, 2])) == ([2])")
    assert read_tests("What is 6 * 7?") == ()


def test_given_tests_go_before_the_questions():
    given = Problem("p", "p", ">>> f(1)\n1", None, 0.0, {"public_tests": ["assert f(2) == 2", 7]})
    assert trials.tests_of(given) == ("assert f(2) == 2",)


def test_a_trial_scores_by_the_share_of_tests_and_answers_with_the_program():
    done = trial(DOUBLE, ["assert double(2) == 4", "assert double(2) == 5", "assert double('a', 1)"])
    assert done.score == pytest.approx(1 / 3)
    assert done.answer == DOUBLE
    assert done.failed_test == "assert double(2) == 5"
    assert "TypeError" in done.report


def test_without_tests_the_result_is_the_answer():
    assert (trial("6 * 7").answer, trial("6 * 7").passed) == ("42", True)
    assert (trial("x = 1").answer, trial("x = 1").score) == (None, 0.0)
    failed = trial("1 / 0", ["assert True"])
    assert (failed.score, failed.failed_test) == (0.0, "assert True")
    assert "ZeroDivisionError" in failed.report


def test_tests_of_a_result_see_what_was_printed():
    done = trial("print(41)", ["assert int(answer) % 2 == 0", "assert answer == '41'"], of_result=True)
    assert (done.score, done.answer) == (0.5, "41")


def test_a_program_that_meddles_with_the_tests_fails_them():
    done = trial("def exec(*_):\n    raise SystemError('no')", ["assert False"])
    assert not done.passed


def test_a_trial_leaves_nothing_behind():
    async def twice(rollout):
        await run_trial(rollout, "kept = 1")
        return await run_trial(rollout, "print(kept)")

    assert within(twice).result is None


def test_the_steps_of_a_test_are_blocks_with_variables():
    shown = within(lambda rollout: steps_of(rollout, DOUBLE, "assert double(3) == 7"))
    assert "[BLOCK-0]" in shown
    assert "# before: n=3" in shown
    assert "# after: n=3 twice=6" in shown


def test_the_steps_of_a_program_without_tests_are_its_top_level():
    shown = within(lambda rollout: steps_of(rollout, "a = 1\nfor i in range(2):\n    a += i"))
    assert "# before: a=1 i=1" in shown
    assert within(lambda rollout: steps_of(rollout, "def broken(")) == ""


def test_many_steps_are_cut():
    program = "def f():\n    n = 0\n    while n < 10_000:\n        n += 1\n    return n"
    shown = within(lambda rollout: steps_of(rollout, program, "f()", most=200))
    assert "blocks …" in shown
    assert len(shown) < 5_000


def test_a_run_that_never_ends_has_steps_to_show():
    program = "def f(n):\n    while n:\n        n += 1"
    assert "n=2" in within(lambda rollout: steps_of(rollout, program, "f(1)", most=50))


def test_replies_are_read_to_their_last_word():
    assert read_score("Score: 3 at first.\n**Score:** 8.5") == 0.85
    assert (read_score("score = 70"), read_score("no idea")) == (1.0, None)
    assert (read_choice("Choice: 2", 2), read_choice("Choice: 3", 2)) == (1, None)
    assert read_choice("Choice: " + "9" * 50, 2) is None
    assert read_items("1. a\n2) b\n- b\n* c", 3) == ("a", "b", "c")
    assert read_items("just this", 3) == ("just this",)
    assert read_scored_items("1. sort it. Score: 9\n2. guess", 3) == (("sort it", 0.9), ("guess", 0.5))


SUM = "print(sum(map(int, open(0).read().split())))"
ADDS = Problem(
    "p", "p", "Add the numbers.", None, 0.0,
    {"public_tests": [{"input": "1 2\n", "output": "3\n"}, {"input": "4 '5'\n", "output": 9}, {"input": "2"},
                      {"input": "20 30\n", "output": "50\n"}]},
)  # fmt: skip


def on_stdin(program, tests=None, *, work=run_trial):
    """Its trial in a real session."""
    tests = trials.tests_of(ADDS) if tests is None else tests

    async def go():
        async with (
            AsyncInterpreter(preload=()) as interpreter,
            Rollout(PROBLEM, Setup(Replay(["x"]), interpreter.open)) as rollout,
        ):
            return await work(rollout, program, tests)

    return asyncio.run(go())


def test_tests_on_stdin_are_those_with_an_input_and_an_output():
    tests = trials.tests_of(ADDS)
    assert tests == ("on input '1 2\\n' it prints '3\\n'", "on input '20 30\\n' it prints '50\\n'")
    task = trials.task_of("Add.", tests)
    assert "reads standard input" in task
    assert tests[1] in task


def test_long_and_many_tests_on_stdin_are_left_out():
    given = [{"input": "x" * n, "output": "'y\n\""} for n in (9000, 5000, 1, 2, 3, 4, 5)]
    shown = trials.tests_of(Problem("p", "p", "Q", None, 0.0, {"public_tests": given}))
    assert [pair_of(test)[0] for test in shown] == ["x", "xx", "xxx", "xxxx"]
    (one,) = trials.tests_of(Problem("p", "p", "Q", None, 0.0, {"public_tests": given[:2]}))
    assert pair_of(one) == ("x" * 5000, "'y\n\"")


MAIN = "a, b = input().split()\nif __name__ == '__main__':\n    print(float(a) + float(b))"


@pytest.mark.parametrize("program", [SUM, f"import sys\n{SUM}\nsys.exit(0)", MAIN])
def test_a_program_is_tried_on_its_input(program):
    done = on_stdin(program)
    assert (done.passed, done.answer, done.execution.ok) == (True, program, True)


def test_what_a_program_does_wrong_on_its_input_is_told():
    wrong = on_stdin("a, b = map(int, input().split())\nprint(3 if a == 1 else 1 // 0)")
    assert (wrong.score, wrong.failed_test) == (0.5, "on input '20 30\\n' it prints '50\\n'")
    assert "passed: on input '1 2\\n'" in wrong.report
    assert "it ended with ZeroDivisionError" in wrong.report
    assert "Traceback" in wrong.report
    other = on_stdin("print(7)")
    assert other.outcomes == ("it printed '7\\n'",) * 2
    assert not on_stdin("print(3); 1 / 0").passed


def test_a_program_leaves_nothing_behind_for_its_next_input():
    stores = "import os\nprint(3 if 'seen' not in globals() and not os.path.exists('f') else 0)\n"
    stores += "seen = open('f', 'w').write('x')"
    assert on_stdin(stores, [trials.tests_of(ADDS)[0], "on input '' it prints '3'"]).passed


def test_assertions_come_after_the_first_input():
    program = f"def double(n):\n    return 2 * n\n{SUM}"
    done = on_stdin(program, ["assert double(1) == 3", trials.tests_of(ADDS)[0], "assert double(2) == 4"])
    assert [bool(why) for why in done.outcomes] == [True, False, False]


def test_outputs_are_compared_by_words_and_numbers():
    assert same("1  2\n3.0\n", "1 2\n\n3.0000001")
    assert not same("10000000000000000001", "10000000000000000002")
    assert not same("1 2", "1 2 3")
    assert not same("nan", "inf")
    assert not same("YES", "NO")


def test_the_steps_of_a_test_on_stdin_are_those_of_the_whole_program():
    program = "n = int(input())\nm = n * 2\nprint(m)"
    shown = on_stdin(program, "on input '4' it prints '9'", work=steps_of)
    assert "m=8" in shown


def test_the_fake_session_reads_stdin_as_the_real_one():
    tests = trials.tests_of(ADDS)
    assert trial("import sys\nprint(sum(map(int, sys.stdin.read().split())))", tests).passed
    assert "EOFError" in trial("input(); input()", tests).report


def test_reasoners_are_right_by_tests_on_stdin():
    wrong, right = "```python\nprint(3)\n```", f"```python\n{SUM}\n```"

    def says(context):
        return right if "it printed '3" in context else wrong

    async def go(reasoner):
        async with AsyncInterpreter(preload=()) as interpreter:
            return (await solve(reasoner, ADDS, Setup(Replay(says), interpreter.open)))[0]

    for reasoner in (SelfDebug(), Agentcoder(), Codetree()):
        assert asyncio.run(go(reasoner)).answer.text.strip() == SUM
