"""Grade-school and competition schemas: worked by hand, and by their programs against their formulas."""

import contextlib
import io
import random

import pytest

from reckon.tasks import draw, find
from reckon.tasks.graders.exact import grade_rational
from reckon.tasks.material import chances, long_stories, progressions, schemas, short_stories, whole_numbers
from reckon.values import Problem

SCHEMAS = {
    schema.name: schema
    for module in (short_stories, long_stories, whole_numbers, progressions, chances)
    for schema in module.SCHEMAS
}
every_schema = pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS.keys())


def printed(program):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "<program>", "exec"), {})
    return out.getvalue().strip()


def solved(schema, given):
    problem = Problem("", "", "", None, 0.0, {"schema": schema.name, "given": given})
    return printed(schemas.program([schema], problem))


@every_schema
def test_the_program_finds_what_the_formula_says(schema):
    rng = random.Random(schema.name)
    for difficulty in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
        for _ in range(3):
            given = schema.draw(rng, difficulty)
            gold = schema.answer(given)
            assert solved(schema, given) == gold, given
            assert grade_rational(gold, gold).right, "the grader reads golds of this length"


@pytest.mark.parametrize(
    ("name", "given", "answer"),
    [
        ("marbles", {"had": 30, "won": 20, "lost": 38}, "12"),
        ("ages", {"age": 8, "more": 7, "years": 3}, "29"),
        ("ribbon", {"metres": 2, "pieces": 3, "piece": 15}, "155"),
        ("recipe", {"people": 2, "grams": 100, "guests": 5, "have": 30}, "220"),
        ("third", {"price": 7, "number": 5, "notes": 2}, "72"),  # 4 of the 5 are paid
        ("pages", {"pages": 100, "slow": 10, "days": 4, "fast": 20}, "7"),
        ("savings", {"had": 20, "gets": 15, "spend": 5, "price": 50}, "3"),
        ("herd", {"heads": 5, "legs": 14}, "2"),
        ("share", {"total": 100, "more": 20, "times": 2}, "40"),  # 40, 20 and 40
        ("trays", {"trays": 3, "per": 10, "burnt": 5, "box": 4, "price": 6}, "36"),
        ("posts", {"long": 4, "wide": 2, "gap": 2, "price": 5}, "30"),  # 6 posts
        ("fuel", {"km": 100, "litres": 6, "cents": 200, "toll": 5}, "3400"),
        ("mixture", {"kilos": 6, "cheap": 10, "dear": 15, "mean": 12}, "4"),
        ("candles", {"tall": 30, "short": 20, "fast": 7, "slow": 2}, "16"),
        ("fines", {"books": 2, "days": 3, "low": 10, "high": 20, "late": 5}, "140"),
        ("ride", {"first": 10, "fast": 20, "second": 5, "slow": 10, "rest": 15}, "75"),
        ("overtime", {"rate": 10, "week": 40, "hours": 42, "rent": 100}, "244"),  # 430 - 86 - 100
        ("exam", {"a": 60, "b": 70, "c": 80, "mean": 74}, "80"),
        ("eggs", {"more": 3, "later": 1, "left": 3, "middle": 6}, "18"),  # 9, 6, 4, 3
        ("gates", {"room": 100, "first": 10, "alone": 4, "second": 8, "leave": 3}, "8"),
        ("cup", {"groups": 2, "teams": 3, "minutes": 30, "pause": 10}, "350"),  # 6 + 3 matches
        (
            "paint",
            {"long": 4, "wide": 3, "high": 2, "windows": 5, "coats": 2, "covers": 7, "price": 9},
            "90",
        ),  # 35 square metres twice: 10 tins
        ("orchard", {"rows": 7, "trees": 2, "every": 3, "apples": 10, "pears": 9, "crate": 8}, "16"),
        ("machines", {"order": 50, "first": 12, "second": 10, "hours": 1, "bad": 2}, "4"),  # 22, 32, 42, 52
        ("club", {"members": 5, "brings": 1, "leave": 2, "months": 2, "fee": 3}, "66"),  # 8 and 14 members
        ("numeral", {"n": 10, "base": 3}, "2"),
        ("divisors", {"n": 12, "k": 2}, "4"),
        ("binomial", {"n": 10, "k": 5, "p": 2}, "2"),  # 252
        ("power", {"a": 2, "b": 10, "c": 1, "m": 7}, "3"),
        ("gapped", {"a": 5, "m": 1, "b": 7, "k": 1}, "35"),
        ("remainders", {"a": 3, "r": 2, "b": 5, "s": 3, "c": 7, "t": 2}, "23"),
        ("gcds", {"n": 6, "m": 6}, "15"),
        ("reciprocals", {"m": 1, "n": 2}, "3"),  # 3 and 6, 6 and 3, 4 and 4
        ("pairs", {"a": 2, "b": 3, "c": 12}, "3"),
        ("order", {"p": 7, "a": 2}, "3"),
        ("coprime", {"first": 1, "last": 10, "n": 6}, "3"),
        ("zeros", {"n": 25, "base": 10}, "6"),
        ("digit_sums", {"n": 20, "s": 2}, "3"),  # 2, 11, 20
        ("terms", {"i": 2, "j": 4, "x": 5, "y": 9, "n": 4}, "24"),
        ("reciprocal", {"k": 3, "n": 3, "plus": 1}, "19"),
        ("roots", {"a": 2, "b": 2, "c": 4, "n": 2, "m": 3}, "-1"),  # 1 and -2
        ("telescope", {"d": 1, "a": 1, "n": 3}, "3/4"),
        ("infinite", {"p": 1, "q": 2, "a": 1, "b": 1}, "4"),
        ("cubic", {"v1": 1, "v2": 8, "v3": 27, "v4": 64, "n": 5}, "125"),
        ("coefficient", {"a": 2, "b": 1, "n": 2, "k": 2}, "6"),
        ("halving", {"a": 2, "b": 0, "c": 2, "d": 1, "n": 13}, "13"),
        ("floors", {"a": 3, "b": 2, "n": 3}, "8"),
        ("recurrence", {"p": 1, "q": 1, "c": 0, "x": 1, "y": 1, "n": 10, "m": 100}, "55"),
        ("committee", {"staff": 3, "parents": 2, "size": 2, "least": 1}, "8"),
        ("urn", {"red": 1, "blue": 2, "which": 1}, "2"),
        ("cevians", dict.fromkeys("abcdef", 1), "1/4"),
        ("walk", {"start": 1, "top": 2, "p": 1, "q": 3}, "1/3"),
        ("wreath", {"n": 4, "place": 3, "colours": 3}, "12"),
        ("rectangles", {"wide": 2, "high": 2, "area": 2}, "8"),
        ("paving", {"n": 3, "a": 1, "b": 1, "c": 1}, "4"),
        ("cards", {"n": 4, "k": 3}, "1/2"),  # 1 + 2 + 3 and 2 + 3 + 4 of four sums
    ],
)
def test_worked_by_hand(name, given, answer):
    assert SCHEMAS[name].answer(given) == answer
    assert solved(SCHEMAS[name], given) == answer


def test_there_are_as_many_schemas_as_the_docs_say():
    assert len(short_stories.SCHEMAS) + len(long_stories.SCHEMAS) == 27
    assert len(whole_numbers.SCHEMAS) + len(progressions.SCHEMAS) + len(chances.SCHEMAS) == 31
    assert len(SCHEMAS) == 58, "no two have the same name"


@pytest.mark.parametrize(("difficulty", "count"), [(0.0, 0), (0.5, 1), (1.0, 2)])
def test_a_harder_story_has_more_sentences_that_do_not_matter(difficulty, count):
    for index in range(30):
        problem = draw(find("grade_school"), 3, index, difficulty)
        schema = SCHEMAS[problem.metadata["schema"]]
        words = [aside.format(one="\0", two="\0", k="\0").split("\0") for aside in schema.asides]
        told = [all(part in problem.metadata["story"] for part in parts) for parts in words]
        assert sum(told) == count, problem.question


def test_held_out_questions_are_told_anew():
    for name in ("grade_school", "number_theory", "algebra_and_sequences", "combinatorics_and_chances"):
        problem = draw(find(repr(type(find(name))(held_out=True))), 1, 0)
        assert problem.metadata["retold"] in problem.question
        assert problem.metadata["story"] not in problem.question


@pytest.mark.parametrize("answer", ["0.75", "3/4", "6/8", r"3/4."])
def test_an_exact_answer_may_have_another_form(answer):
    problem = Problem("", "algebra_and_sequences", "", "3/4", 0.0, {})
    assert find("algebra_and_sequences").grade(problem, answer).right


@pytest.mark.parametrize("answer", ["0.7501", "3/4 or 1", "about 3/4", "(3/4, 3/4)", "3/0", "75%"])
def test_what_is_not_the_exact_answer_gets_nothing(answer):
    problem = Problem("", "algebra_and_sequences", "", "3/4", 0.0, {})
    assert find("algebra_and_sequences").grade(problem, answer).score == 0
