"""The ten languages ask the same: the same gaps in every text, the same numbers in every question."""

import random
import re
import string
from dataclasses import replace

import pytest

from reckon.errors import UsageError
from reckon.tasks import draw, find
from reckon.tasks.multilingual.multilingual_arithmetic import LANGUAGES, SCHEMAS, MultilingualArithmetic

every_language = pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES.keys())
SCRIPTS = {
    "bn": "ঀ-৿",
    "ja": "぀-ヿ",
    "ru": "Ѐ-ӿ",
    "te": "ఀ-౿",
    "th": "฀-๿",
    "zh": "一-鿿",
}


def gaps(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_the_languages_are_those_of_mgsm():
    assert sorted(LANGUAGES) == ["bn", "de", "es", "fr", "ja", "ru", "sw", "te", "th", "zh"]


@every_language
def test_every_text_has_the_same_gaps_in_every_language(language):
    assert list(language.texts) == [schema.name for schema in SCHEMAS]
    for schema in SCHEMAS:
        told, retold = language.texts[schema.name]
        given = sorted(schema.draw(random.Random(1), 0.5))
        for text in (told, retold):
            assert sorted(set(gaps(text)) - {"one"}) == given, text
            assert len(set(gaps(text)) - {"one"}) == len([g for g in gaps(text) if g != "one"]), text
        assert told != retold


@every_language
def test_a_text_has_no_numbers_of_its_own_but_one(language):
    texts = [text for pair in language.texts.values() for text in pair]
    for text in texts:
        assert set(re.findall(r"[0-9]+", text)) <= {"1"}, text
        assert not re.search(r"[^\W0-9a-zA-Z_]", "".join(c for c in text if c.isdigit())), "other digits"
    for form in (*language.forms, *language.held_out_forms):
        assert set(re.findall(r"[0-9]+", form)) <= {"0", "9"}, form
    assert len(set(language.forms)) == 3
    assert len(set(language.held_out_forms)) == 2


@every_language
def test_a_question_is_in_the_language_asked_for(language):
    task = MultilingualArithmetic(language=language.code)
    assert task.name == f"multilingual_arithmetic_{language.code}"
    for index in range(12):
        problem = draw(task, 1, index)
        assert problem.metadata["language"] == language.code
        assert "{" not in problem.question
        for number in problem.metadata["given"].values():
            assert str(number) in re.findall(r"[0-9]+", problem.question)
        assert problem.answer not in re.findall(r"[0-9]+", problem.question)
        script = SCRIPTS.get(language.code, "a-zA-Z")
        letters = re.findall(r"[^\W\d_]", problem.question)
        assert sum(bool(re.match(f"[{script}]", letter)) for letter in letters) > len(letters) / 4


def test_held_out_questions_are_told_anew_in_each_language():
    for code in LANGUAGES:
        problem = draw(MultilingualArithmetic(held_out=True, language=code), 1, 0)
        assert problem.metadata["retold"] in problem.question
        assert problem.metadata["story"] not in problem.question
        assert problem.metadata["reform"] in problem.question


def test_each_language_has_a_name():
    for code in LANGUAGES:
        task = MultilingualArithmetic(language=code)
        assert find(task.name) == task


def test_without_a_language_all_come():
    problems = [draw(find("multilingual_arithmetic"), 1, index) for index in range(120)]
    assert {problem.metadata["language"] for problem in problems} == set(LANGUAGES)


@pytest.mark.parametrize("language", ["en", "ES", "es ", "xx"])
def test_an_unknown_language_is_refused(language):
    with pytest.raises(UsageError, match="language: wanted one of bn, de, es"):
        MultilingualArithmetic(language=language)
    with pytest.raises(UsageError, match="language"):
        find(f"MultilingualArithmetic(language={language!r})")


@pytest.mark.parametrize(
    ("name", "given", "answer"),
    [
        ("change", {"a": 3, "p": 4, "b": 2, "q": 5, "t": 30}, "8"),
        ("savings", {"a": 10, "s": 5, "w": 4, "c": 7}, "23"),
        ("journey", {"d": 500, "v": 60, "h": 2, "w": 90, "g": 3}, "110"),
        ("apples", {"b": 4, "k": 10, "r": 4, "f": 9}, "4"),
        ("girls", {"n": 200, "p": 60, "k": 4}, "30"),
        ("theatre", {"n": 3, "a": 10, "d": 2, "p": 5}, "180"),  # 10, 12 and 14 seats
    ],
)
def test_worked_by_hand(name, given, answer):
    schema = next(schema for schema in SCHEMAS if schema.name == name)
    assert schema.answer(given) == answer


@pytest.mark.parametrize("answer", ["1.234", "1234", "1,234", "1234."])
def test_digits_may_be_grouped_as_in_english_only(answer):
    problem = replace(draw(find("multilingual_arithmetic"), 1, 0), answer="1234")
    assert find("multilingual_arithmetic").grade(problem, answer).right == (answer != "1.234")
