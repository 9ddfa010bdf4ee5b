"""Reading the user's files: each form, and one clear error for what is not one."""

import importlib.util
import json

import pytest

from reckon import benchmarks
from reckon.benchmarks.aime import Aime
from reckon.benchmarks.bbh import Bbh
from reckon.benchmarks.gpqa import Gpqa
from reckon.benchmarks.gsm8k import Gsm8k
from reckon.benchmarks.material.rows import read
from reckon.benchmarks.math import Math, last_boxed
from reckon.benchmarks.tabmwp import Tabmwp
from reckon.benchmarks.wikitablequestions import Wikitablequestions
from reckon.errors import MissingExtra, UsageError
from reckon.tasks import find as find_task

ROWS = [{"question": "q1", "answer": "#### 1"}, {"question": "q2", "answer": "#### 2"}]
FORMS = {
    "jsonl": json.dumps(ROWS[0]) + "\n\n" + json.dumps(ROWS[1]),
    "json": json.dumps(ROWS),
    "csv": 'question,answer\nq1,"#### 1"\nq2,#### 2\n',
    "tsv": "question\tanswer\nq1\t#### 1\nq2\t#### 2\n",
}


@pytest.mark.parametrize("ending", FORMS)
def test_a_file_may_be_of_any_form(ending, tmp_path):
    path = tmp_path / f"test.{ending}"
    path.write_text(FORMS[ending])
    assert [(p.question[:2], p.answer) for p in Gsm8k(str(path)).problems()] == [("q1", "1"), ("q2", "2")]
    assert [p.id for p in Gsm8k(str(tmp_path)).problems()] == [
        f"gsm8k/{tmp_path.name}-test/{n}" for n in (0, 1)
    ]


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="pyarrow is not installed")
def test_parquet_is_read(tmp_path):
    import pyarrow
    from pyarrow import parquet

    path = tmp_path / "test-00000-of-00001.parquet"
    parquet.write_table(pyarrow.Table.from_pylist(ROWS), path)
    assert [p.answer for p in Gsm8k(str(tmp_path)).problems()] == ["1", "2"]
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(UsageError, match=r"parquet: no Parquet file or cut short"):
        Gsm8k(str(path)).problems()


@pytest.mark.skipif(importlib.util.find_spec("datasets") is not None, reason="datasets is installed")
def test_the_hub_needs_its_package():
    with pytest.raises(MissingExtra, match="benchmarks"):
        Gsm8k("openai/gsm8k@main").problems()
    with pytest.raises(MissingExtra, match="benchmarks"):
        Gsm8k("hub:gsm8k").problems()


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("a.jsonl", '{"question": "q"}\n{"question', r"a\.jsonl, line 2: no JSON or cut short"),
        ("a.jsonl", "[1]\n", r"line 1: wanted an object, got \[1\]"),
        ("a.json", '[{"question": "q"},\n{"q', r"a\.json, line 2: no JSON or cut short"),
        ("a.json", "[" * 100_000, "cannot be read|no JSON"),
        ("a.jsonl", "[" * 100_000, "line 1: no JSON"),
        ("a.jsonl", '{"question": ' + "9" * 5000 + "}", "line 1: no JSON or cut short"),
        ("a.csv", 'question,answer\n"q,1\n', "a.csv, line 2: no CSV or cut short"),
        ("a.csv", "question,answer\nq\n", "a.csv, line 2: wanted 2 columns, got 1"),
        ("a.tsv", "question\tanswer\nq\n", "a.tsv, line 2: wanted 2 columns, got 1"),
        ("a.txt", "q", "wanted a file that ends in"),
        ("a.jsonl.gz", "plain", "no gzip file"),
        (
            "a.jsonl",
            '{"question": 1, "answer": "#### 1"}',
            "line 1: wanted text in the field 'question', got a number",
        ),
        (
            "a.jsonl",
            '{"question": "q", "answer": "1"}',
            "line 1: wanted a solution that ends in a line '#### number'",
        ),
        ("a.jsonl", '{"question": "q"}', "line 1: no field 'answer'; it has question"),
    ],
)
def test_what_cannot_be_read_is_one_error(file, text, said, tmp_path):
    (tmp_path / file).write_text(text)
    with pytest.raises(UsageError, match=said) as caught:
        Gsm8k(str(tmp_path / file)).problems()
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_bytes_that_are_no_text_and_folders_without_a_file(tmp_path):
    (tmp_path / "a.jsonl").write_bytes(b'{"question": "\xff"}')
    with pytest.raises(UsageError, match="no UTF-8 text"):
        read(str(tmp_path / "a.jsonl"))
    with pytest.raises(UsageError, match=r"one file of the split 'test'; there are: a\.jsonl"):
        read(str(tmp_path), "test")


def test_names_are_benchmarks_with_a_path_and_tasks_without(tmp_path):
    assert benchmarks.find("gsm8k:x.jsonl") == Gsm8k("x.jsonl")
    assert benchmarks.find("Gsm8k(path='x.jsonl', split='train')") == Gsm8k("x.jsonl", "train")
    assert benchmarks.find("bbh:folder/") == Bbh("folder/")
    for task in ("product", "bbh:snarks", "Product(held_out=True)", "rg:countdown", "(", "x" * 10_000):
        assert benchmarks.find(task) is None
    with pytest.raises(UsageError, match="name it as gsm8k:PATH"):
        benchmarks.find("gsm8k")
    with pytest.raises(UsageError, match="no field 'spilt'"):
        benchmarks.find("Gsm8k(path='x', spilt='y')")
    path = tmp_path / "x.jsonl"
    found = benchmarks.find_all(["product", f"gsm8k:{path}", f"gsm8k:{path}"])
    assert found == [find_task("product"), Gsm8k(str(path))]
    path.write_text("")
    with pytest.raises(UsageError, match="has no problems"):
        benchmarks.problems(found[1], 1, 5)


def test_math_in_folders_and_by_subject_and_level(tmp_path):
    for subject, number, level, gold in (
        ("algebra", 10, 1, "2"),
        ("algebra", 9, 5, "3"),
        ("geometry", 1, 2, "4"),
    ):
        folder = tmp_path / "MATH" / "test" / subject
        folder.mkdir(parents=True, exist_ok=True)
        row = {
            "problem": "p",
            "level": f"Level {level}",
            "type": subject.title(),
            "solution": f"$\\boxed{{{gold}}}$",
        }
        (folder / f"{number}.json").write_text(json.dumps(row))
    path = str(tmp_path / "MATH")
    assert [p.answer for p in Math(path).problems()] == ["3", "2", "4"]
    assert [p.difficulty for p in Math(path, subject="Algebra").problems()] == [1.0, 0.0]
    assert [p.answer for p in Math(path, level=2).problems()] == ["4"]
    with pytest.raises(UsageError, match="grader"):
        Math(path, grader="other")


@pytest.mark.parametrize(
    ("solution", "gold"),
    [
        (r"so $\boxed{\frac{1}{2}}$.", r"\frac{1}{2}"),
        (r"$\boxed{1}$ no, $\boxed{2}$", "2"),
        (r"$\boxed 7$", "7"),
        (r"$\fbox{x}$", "x"),
        (r"$\boxed{1", ""),
        ("none", ""),
    ],
)
def test_the_last_box_is_the_answer(solution, gold):
    assert last_boxed(solution) == gold


def test_options_of_gpqa_are_mixed_the_same_way_every_time(tmp_path):
    head = "Record ID,Question,Correct Answer,Incorrect Answer 1,Incorrect Answer 2,Incorrect Answer 3\n"
    path = tmp_path / "gpqa.csv"
    path.write_text(head + "".join(f"rec{n},q{n},right,w1,w2,w3\n" for n in range(40)))
    whole = Gpqa(str(path)).problems()
    assert {p.answer for p in whole} == set("ABCD")
    assert [p.answer for p in Gpqa(str(path), seed=1).problems()] != [p.answer for p in whole]
    half = tmp_path / "half.csv"
    half.write_text(head + "".join(f"rec{n},q{n},right,w1,w2,w3\n" for n in range(20, 40)))
    assert [p.question for p in Gpqa(str(half)).problems()] == [p.question for p in whole[20:]]
    for form in ("{}", "({})", "{}.", " {} ", r"\text{{({})}}"):
        assert Gpqa(str(path)).grade(whole[0], form.format(whole[0].answer)).right


def test_aime_by_year_in_csv(tmp_path):
    path = tmp_path / "AIME.csv"
    path.write_text(
        "ID,Year,Problem Number,Question,Answer,Part\n2029-I-1,2029,1,q,7,I\n2030-I-1,2030,1,q,025,I\n"
    )
    (problem,) = Aime(str(path), year=2030).problems()
    assert (problem.answer, problem.metadata["source"]) == ("25", "2030-I-1")
    for right in ("25", "025", "$25$", r"\boxed{025}"):
        assert Aime(str(path)).grade(problem, right).right
    path.write_text("ID,Question,Answer\na,q,1000\n")
    with pytest.raises(UsageError, match="line 2: wanted a whole number from 0 to 999"):
        Aime(str(path)).problems()


@pytest.mark.parametrize(
    ("gold", "unit", "right", "wrong"),
    [
        (
            "1,234.50",
            "$",
            ["1234.5", "$1,234.50", "1234.500", "2469/2"],
            ["1234.6", "1234.5 or 2", "", "1/0"],
        ),
        ("3/4", "", ["0.75", "3/4", "6/8"], ["0.7", "3"]),
        ("-2", "degrees", ["-2", "-2 degrees", "-2.0", "−2"], ["2", "degrees"]),
        ("5:45 P.M.", "", ["5:45 p.m.", "5:45 P.M."], ["5:45", "17:45"]),
        ("yes", "", ["Yes", "yes."], ["no", "yes no"]),
    ],
)
def test_tabmwp_numbers_and_texts(gold, unit, right, wrong, tmp_path):
    path = tmp_path / "problems.json"
    row = {
        "question": "q",
        "choices": None,
        "answer": gold,
        "unit": unit,
        "table_title": None,
        "table": "a | b",
    }
    path.write_text(json.dumps({"1": row}))
    benchmark = Tabmwp(str(path))
    (problem,) = benchmark.problems()
    assert [benchmark.grade(problem, answer).score for answer in right] == [1] * len(right)
    assert [benchmark.grade(problem, answer).score for answer in wrong] == [0] * len(wrong)


@pytest.fixture
def tables(tmp_path):
    """The dataset's folders, with the questions that a test puts in."""
    (tmp_path / "csv" / "9-csv").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    (tmp_path / "tagged" / "data").mkdir(parents=True)
    table = '"Name","Born"\n"Ann \\"A\\" Lee","12 May\n1990"\n"Bo, Jr.","1991"\n'
    (tmp_path / "csv" / "9-csv" / "1.csv").write_text(table)

    def write(target, canon="", question="who?"):
        path = tmp_path / "data" / "unseen.tsv"
        path.write_text(f"id\tutterance\tcontext\ttargetValue\nnu-0\t{question}\tcsv/9-csv/1.csv\t{target}\n")
        tagged = tmp_path / "tagged" / "data" / "unseen.tagged"
        tagged.write_text(
            f"id\tutterance\ttargetCanon\nnu-0\twho?\t{canon}\n" if canon else "id\ttargetCanon\n"
        )
        benchmark = Wikitablequestions(str(path), split=target + canon)
        return benchmark, benchmark.problems()[0]

    return write


@pytest.mark.parametrize(
    ("target", "canon", "right", "wrong"),
    [
        (
            "Ann Lee",
            "",
            ["ann lee", "Ann Lee.", '"Ann Lee"', "Ann Lee [1]", "Ann Lee (Spain)", "Ánn Lee†"],
            ["Ann", "Bo"],
        ),
        ("100,000", "100000.0", ["100,000", "100000", "1e5"], ["100", "100001", ""]),
        ("17 years", "17.0", ["17", "17 years", "17.0"], ["18", "17 | 18"]),
        ("12 May 1990", "1990-05-12", ["1990-05-12", "12 may 1990"], ["1990-05-13", "xx-05-12", "1990"]),
        ("Bo|Ann", "", ["Ann|Bo", "Ann | Bo", "Bo\nAnn"], ["Bo", "Ann|Bo|Cy", "Bo, Ann", "Bo|Bo"]),
        ("a\\pb", "", [], ["a", "b"]),
    ],
)
def test_wikitablequestions_by_the_rules_of_its_evaluator(target, canon, right, wrong, tables):
    benchmark, problem = tables(target, canon)
    assert [a for a in right if not benchmark.grade(problem, a).right] == []
    assert [a for a in wrong if benchmark.grade(problem, a).score] == []
    assert benchmark.grade(problem, "(" * 4000 + "[1" * 10).score == 0


def test_wikitablequestions_shows_its_table(tables, tmp_path):
    benchmark, problem = tables("x", question="how\\nmany?")
    assert 'Name | Born\nAnn "A" Lee | 12 May 1990\nBo, Jr. | 1991' in problem.question
    assert "how\nmany?" in problem.question
    (tmp_path / "csv" / "9-csv" / "1.csv").unlink()
    with pytest.raises(UsageError, match=r"line 2: no table csv/9-csv/1\.csv"):
        Wikitablequestions(benchmark.path).problems()


@pytest.mark.parametrize("context", ["../../etc/passwd", "/etc/passwd", "csv/../../x.csv"])
def test_a_table_outside_the_folder_is_not_read(context, tables, tmp_path):
    path = tmp_path / "data" / "evil.tsv"
    path.write_text(f"id\tutterance\tcontext\ttargetValue\nnu-0\twho?\t{context}\tx\n")
    with pytest.raises(UsageError, match="wanted a path below"):
        Wikitablequestions(str(path)).problems()


def test_bbh_reads_a_folder_in_order(tmp_path):
    for name, target in (("word_sorting", "a b"), ("navigate", "Yes"), ("date_understanding", "(B)")):
        (tmp_path / f"{name}.json").write_text(
            json.dumps({"canary": "c", "examples": [{"input": "q", "target": target}]})
        )
    benchmark = Bbh(str(tmp_path))
    problems = benchmark.problems()
    assert [p.metadata["dataset"] for p in problems] == ["date_understanding", "navigate", "word_sorting"]
    for problem, right, wrong in zip(problems, ("b", "yes", "a  b"), ("C", "no", "b a"), strict=True):
        assert benchmark.grade(problem, right).right
        assert benchmark.grade(problem, wrong).score == 0


@pytest.mark.skipif(importlib.util.find_spec("math_verify") is None, reason="math-verify is not installed")
def test_math_verify_judges_in_the_jail(tmp_path, judged):
    path = tmp_path / "test.jsonl"
    path.write_text(json.dumps({"problem": "p", "answer": r"\frac{1}{2}", "level": 1, "subject": "Algebra"}))
    benchmark = Math(str(path), grader="math_verify")
    (problem,) = benchmark.problems()
    grade = judged(benchmark, problem, "0.5")
    assert grade.right
    assert "math-verify" in grade.reason
    assert judged(benchmark, problem, "0.6").score == 0


@pytest.mark.skipif(importlib.util.find_spec("math_verify") is not None, reason="math-verify is installed")
def test_without_math_verify_its_grader_is_refused():
    with pytest.raises(MissingExtra, match="math_verify"):
        Math("x", grader="math_verify")
