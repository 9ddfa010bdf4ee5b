"""A translation is mended at the block that leaves other values than the source does."""

import asyncio
from dataclasses import dataclass

import pytest

from reckon.errors import UsageError
from reckon.interpreter import AsyncInterpreter, Limits, Stdio, languages, toolchains
from reckon.models.replay import Replay
from reckon.reasoners.material.aligned_runs import Run, Visit, alike, first_divergence
from reckon.reasoners.material.code_blocks import blocks_of, fenced_off
from reckon.reasoners.material.probes import probe_of, probed
from reckon.reasoners.refinement.transagent import Transagent
from reckon.rollout import Setup, solve
from reckon.values import Grade, Problem

SOURCE = """let total = 0;
const n = parseInt(require("fs").readFileSync(0, "utf8"));
for (let i = 1; i <= n; i++) {
  const square = i * i;
  if (square % 2 === 0) {
    total += square;
  } else {
    total -= 1;
  }
}
console.log(total);
"""
TRANSLATED = """total = 0
n = int(input())
for i in range(1, n + 1):
    square = i * i
    if square % 2 == 0:
        total += square
    else:
        total -= OFF
print(total)"""
RIGHT, WRONG = TRANSLATED.replace("OFF", "1"), TRANSLATED.replace("OFF", "2")
PAIRS = "1 -> 1\n2 -> 2\n3 -> 3\n4 -> 4\n5 -> 5\n6 -> 6\n7 -> 7"
TESTS = [{"input": "4\n", "output": "18\n"}]


@dataclass(frozen=True)
class Translation:
    """A task of the form: a source program with its tests, graded by tests that are not shown."""

    name: str = "translation"

    def problem(self, source=SOURCE, language="javascript", target="python", tests=TESTS):
        told = {"source": source, "source_language": language, "target_language": target}
        return Problem("t/0", self.name, "Translate this program.", metadata={**told, "public_tests": tests})

    async def judge(self, interpreter, problem, answer):
        cases = [Stdio("6\n", "53\n")]
        target = str(problem.metadata["target_language"])
        return Grade((await interpreter.check(answer, cases, language=target)).share)


TASK = Translation()


def here(language):
    try:
        toolchains.locate(languages.find(language))
    except UsageError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def court():
    """A loop with an interpreter."""
    here("javascript")
    with asyncio.Runner() as runner:
        interpreter = AsyncInterpreter(Limits(timeout_s=30), preload=(), spares=0)
        runner.run(interpreter.__aenter__())
        yield runner, interpreter
        runner.run(interpreter.close())


def translate(court, script, problem, **fields):
    """The trajectories, what the model was asked, the grade, and the root replayed."""
    asked, (runner, interpreter) = [], court

    def say(context):
        asked.append(context)
        return next(replies)

    async def go():
        setup = Setup(Replay(say), interpreter.open, run_language=interpreter.run)
        tree = await solve(Transagent(**fields), problem, setup)
        grade = await TASK.judge(interpreter, problem, tree[0].answer.text)
        return tree, asked, grade

    replies = iter(script)
    return runner.run(go())


def python(program):
    return f"```python\n{program}\n```\n"


def test_the_block_that_leaves_other_values_is_mended_with_them(court):
    tree, asked, grade = translate(court, [python(WRONG), PAIRS, python(RIGHT)], TASK.problem())
    assert (tree[0].answer.text, grade.score) == (RIGHT, 1.0)
    assert "[6]      total -= 1;" in asked[1]
    mend = asked[2].rpartition("--1--\n")[2]
    assert mend.startswith("        total -= 2\n--2--")
    assert "At `--2--` there has to be total = -1" in mend
    assert "but there is total = -2" in mend


def test_a_block_that_comes_up_again_is_written_anew_by_comments_and_then_left(court):
    script = [python(WRONG), PAIRS, python(WRONG), PAIRS, python(WRONG), PAIRS]
    tree, asked, grade = translate(court, script, TASK.problem())
    assert "Say in comments" in asked[4]
    assert len(asked) == 6
    assert (tree[0].answer.text, grade.score) == (WRONG, 0.0)


def test_what_is_refused_is_mended_at_its_line_by_a_suggestion(court):
    broken = RIGHT.replace("if square", "if if square")
    tree, asked, _ = translate(court, [python(broken), "Leave out one if.", python(RIGHT)], TASK.problem())
    assert tree[0].answer.text == RIGHT
    assert "if if square % 2 == 0:    <-- this line" in asked[1]
    assert "Leave out one if." in asked[2]


def test_without_tests_inputs_are_made_and_the_source_says_what_is_right(court):
    script = ['"4\\n"\n"\\q"\n"1\\n"', python(RIGHT)]
    _, asked, grade = translate(court, script, TASK.problem(tests=[]), inputs=2)
    assert grade.right
    assert "on input '4\\n' it prints '18\\n'" in asked[1]


def test_a_translation_to_another_language_runs_is_recorded_and_can_be_replayed(court):
    wrong, right = (f"```javascript\n{SOURCE.replace('-= 1', f'-= {off}')}```\n" for off in (2, 1))
    problem = TASK.problem(RIGHT, "python", "javascript")
    tree, asked, grade = translate(court, [wrong, PAIRS, right], problem)
    assert (tree[0].answer.text, grade.score) == (SOURCE, 1.0)
    assert "--1--\n    total -= 2;\n--2--" in asked[2]
    runs = [one for one in tree[0].executions if one.language]
    assert [(one.language, one.stdin, one.stdout) for one in runs] == [
        ("javascript", stdin, out) for stdin, out in (("4\n", "16\n"), ("4\n", "18\n"))
    ]
    assert tree[0].cost.runs == len(runs)
    runner, interpreter = court
    replay = runner.run(interpreter.replay(tree[0]))
    assert [run.same for run in replay.runs] == [True] * len(runs)


def test_a_language_that_is_not_there_is_named(court):
    problem = TASK.problem(RIGHT, "python", "klingon")
    with pytest.raises(UsageError, match="none is named 'klingon'"):
        translate(court, ["```klingon\nx\n```"], problem)


def test_blocks_are_those_of_the_control_flow_in_braces_and_by_indentation():
    assert [block.lines for block in blocks_of(TRANSLATED)] == [(1, 2), (3,), (4,), (5,), (6,), (8,), (9,)]
    assert [block.lines for block in blocks_of(SOURCE)] == [(1, 2), (3,), (4,), (5,), (6,), (8,), (11,)]
    assert fenced_off("a\nb\nc", blocks_of("a\nif b:\nc")[1]) == "a\n--1--\nb\n--2--\nc"


JAVA = """public class Main {
    static int zero = 0;
    static int f(int n) {
        int[] kept = new int[n];
        if (n > 1)
            n = 1;
        else
            n = 0;
        while (n < 3) {
            kept[n]++;
            String word = "a = 1; {";
            return n;
        }
        return 0;
    }
}"""


def test_prints_stand_where_statements_may_after_what_sets_a_variable():
    told = probed(JAVA, probe_of("Java")).splitlines()
    found = {
        n: [one.split()[1] for one in line.split('System.err.println("@')[1:]]
        for n, line in enumerate(told, 1)
    }
    assert {n: names for n, names in found.items() if names} == {4: ["kept"], 11: ["kept", "word"]}
    assert [line for n, line in enumerate(told, 1) if not found[n]] == [
        line for n, line in enumerate(JAVA.splitlines(), 1) if not found[n]
    ]


def test_lines_that_are_made_to_take_long_are_passed_over():
    hostile = "int x" + " " * 100_000 + "= 1;"
    assert probed(f"void f() {{\n{hostile}\nint y = 2;\n}}", probe_of("c++")).count("reckon_show(y)") == 1


@pytest.mark.parametrize(
    ("wanted", "got", "same"),
    [
        ("[1, 2.0]", "[[1, 2]]", True),
        ("True", "1", True),
        ("None", "null", True),
        ("{'b': 2, 'a': 1}", "[{a=1, b=2}]", True),
        ("'a b'", "[a b]", True),
        ("[1, 2]", "[2, 1]", False),
        ("0.1", "0.2", False),
        ("deque([1])", "[1]", True),
    ],
)
def test_values_are_the_same_in_the_forms_of_languages(wanted, got, same):
    assert alike({"x": wanted}, {"x": got}) == same


def test_a_run_that_was_cut_says_nothing_of_what_it_lacks():
    source = Run((Visit(1, {"x": "1"}), Visit(1, {"x": "2"})))
    program = "x = 1"
    assert first_divergence(source, Run(source.visits[:1]), {1: 1}, program).wanted == {"x": "2"}
    assert first_divergence(source, Run(source.visits[:1], whole=False), {1: 1}, program) is None
    assert first_divergence(Run(source.visits[:1]), source, {1: 1}, program).got == {"x": "2"}
