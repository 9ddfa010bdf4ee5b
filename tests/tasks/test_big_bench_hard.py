"""BIG-Bench Hard's files: read in their published form, refused with one clear line, graded exactly."""

import json
import os
import random

import pytest

from reckon.errors import UsageError
from reckon.tasks import draw, find, names
from reckon.tasks.big_bench_hard import NAMES, SEMANTIC, BigBenchHard

CANARY = "a line that asks not to train on this"
# Questions of our own, in the form of the published ones.
EXAMPLES = {
    "movie_recommendation": [
        ("Find a film like North, South:\nOptions:\n(A) East\n(B) Up, Up\n(C) M\n(D) Down", "(C)"),
        ("Find a film like Left, Right:\nOptions:\n(A) Back\n(B) Fro\n(C) To", "To"),
    ],
    "sports_understanding": [('Is this plausible? "The goalkeeper hit a home run."', "no")],
    "web_of_lies": [("Question: Ida lies. Bo says Ida lies. Does Bo tell the truth?", "Yes")],
    "formal_fallacies": [
        ('"Every owl is wise. So ..." Is it valid?\nOptions:\n- valid \n- invalid', "invalid")
    ],
    "boolean_expressions": [("not ( False ) is", "True")],
    "dyck_languages": [("Complete the rest of the sequence. Input: { < ( )", "> }")],
    "object_counting": [("I have two owls and a cat. How many animals do I have?", "3")],
    "word_sorting": [("Sort the words: List: pear apple fig", "apple fig pear")],
}
RIGHT = {
    "movie_recommendation": ["(C)", "C", "c", "M", "(C) M", "C)."],
    "sports_understanding": ["no", "No", " NO. "],
    "web_of_lies": ["Yes", "yes."],
    "formal_fallacies": ["invalid", "Invalid"],
    "boolean_expressions": ["True", "true"],
    "dyck_languages": ["> }", ">}"],
    "object_counting": ["3", "3.0"],
    "word_sorting": ["apple fig pear", "apple, fig, pear"],
}
WRONG = {
    "movie_recommendation": ["(B)", "B", "East", "(A) M", "B C", "C or D", "(C) Down"],
    "sports_understanding": ["yes", "no or yes", "not plausible"],
    "web_of_lies": ["No", "Yes No"],
    "formal_fallacies": ["valid", "in valid"],
    "boolean_expressions": ["False", "1"],
    "dyck_languages": ["}", "} >"],
    "object_counting": ["4", "three", "3 4"],
    "word_sorting": ["apple pear fig", "apple fig"],
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name, pairs in EXAMPLES.items():
        write(tmp_path, name, [{"input": question, "target": target} for question, target in pairs])
    monkeypatch.setenv("RECKON_BBH", os.fspath(tmp_path))
    return tmp_path


def write(folder, name, examples):
    text = json.dumps({"canary": CANARY, "examples": examples}, indent=1)
    (folder / f"{name}.json").write_text(text, "utf-8")


def test_the_27_and_those_that_are_generated():
    assert len(NAMES) == len(set(NAMES)) == 27
    assert set(NAMES) - set(SEMANTIC) == set(names("bbh"))
    assert len(SEMANTIC) == 7


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_item_is_the_file_s_and_is_graded_exactly(folder, name):
    task = find(f"bbh:{name}")
    problem = task.item(0)
    assert (problem.question, problem.answer) == EXAMPLES[name][0]
    assert problem.id == f"bbh:{name}/0"
    assert json.loads(json.dumps(problem.metadata)) == problem.metadata
    for answer in RIGHT[name]:
        assert task.grade(problem, answer).right, answer
    for answer in [*WRONG[name], "", problem.question, f"The answer is {problem.answer}", "x" * 100_000]:
        assert task.grade(problem, answer).score == 0, answer


def test_a_target_that_is_no_letter_is_compared_as_text(folder):
    """Some published targets are an option's text."""
    task = find("bbh:movie_recommendation")
    assert task.count == 2
    assert task.grade(task.item(1), "to").right
    assert task.grade(task.item(1), "Fro").score == 0


def test_drawing_picks_items_of_the_file(folder):
    task = find("bbh:movie_recommendation")
    drawn = [draw(task, 1, index) for index in range(20)]
    assert drawn == [draw(task, 1, index) for index in range(20)]
    assert {problem.answer for problem in drawn} == {"(C)", "To"}
    with pytest.raises(UsageError, match="difficulty"):
        task.make(random.Random(1), 2.0)
    with pytest.raises(UsageError, match=r"questions 0 to 1, got 2"):
        task.item(2)


def test_a_folder_given_goes_before_the_variable(folder, tmp_path):
    (tmp_path / "mine").mkdir()
    write(
        tmp_path / "mine", "snarks", [{"input": "Which is ironic?\nOptions:\n(A) x\n(B) y", "target": "(B)"}]
    )
    task = BigBenchHard("snarks", folder=os.fspath(tmp_path / "mine"))
    assert task.item(0).metadata["options"] == ["x", "y"]
    assert find(repr(task)) == task
    with pytest.raises(UsageError, match=r"snarks.*is not there"):
        find("bbh:snarks").item(0)


def test_without_a_variable_it_looks_in_the_cache(monkeypatch, tmp_path):
    monkeypatch.delenv("RECKON_BBH", raising=False)
    monkeypatch.setenv("HOME", os.fspath(tmp_path))
    with pytest.raises(UsageError, match="RECKON_BBH") as caught:
        find("bbh:snarks").item(0)
    assert os.fspath(tmp_path / ".cache" / "reckon" / "bbh" / "snarks.json") in str(caught.value)
    assert "suzgunmirac/BIG-Bench-Hard" in str(caught.value)


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(UsageError, match="did you mean 'bbh:snarks'"):
        find("bbh:snark")
    with pytest.raises(UsageError, match="word_sorting"):
        find("bbh:../../etc/passwd")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"canary": "",\n "examples": [\n  {"input": "a", "tar', "line 3: no JSON"),
        ("", "line 1: no JSON"),
        ("[1, 2]", 'wanted {"examples"'),
        ('{"examples": []}', "at least one example"),
        ('{"examples": [{"input": "a", "target": "b"}, {"input": "a"}]}', "example 1: wanted"),
        ('{"examples": [{"input": 3, "target": "b"}]}', "example 0: wanted"),
        ('{"examples": ["a"]}', "example 0: wanted"),
        ("[" * 100_000, "nested too deep"),
        ('{"examples": ' + "9" * 5000 + "}", "examples|limit"),
    ],
)
def test_a_wrong_or_truncated_file_is_one_clear_line(tmp_path, text, told):
    (tmp_path / "snarks.json").write_text(text, "utf-8")
    with pytest.raises(UsageError, match=told) as caught:
        BigBenchHard("snarks", os.fspath(tmp_path)).item(0)
    assert "snarks.json" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_other_things_in_the_file_s_place(tmp_path):
    (tmp_path / "snarks.json").write_bytes(b'{"examples": "\xff"}')
    with pytest.raises(UsageError, match="no UTF-8"):
        BigBenchHard("snarks", os.fspath(tmp_path)).item(0)
    (tmp_path / "ruin_names.json").mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        BigBenchHard("ruin_names", os.fspath(tmp_path)).item(0)
    with pytest.raises(UsageError, match="is not there"):
        BigBenchHard("ruin_names", "a\0b").item(0)


def test_a_file_that_changes_is_read_again(tmp_path):
    task = BigBenchHard("snarks", os.fspath(tmp_path))
    write(tmp_path, "snarks", [{"input": "one", "target": "(A)"}])
    assert task.count == 1
    write(tmp_path, "snarks", [{"input": "one", "target": "(A)"}, {"input": "two", "target": "(B)"}])
    os.utime(task.path, ns=(1, 1))
    assert task.count == 2
