"""The generated BIG-Bench Hard tasks of logic and order, checked from the text of their questions alone."""

import re
from itertools import pairwise, permutations, product

import pytest

from reckon.errors import UsageError
from reckon.tasks import draw, find
from reckon.tasks.bbh.formal_fallacies import entailed
from reckon.tasks.bbh.logical_deduction import LogicalDeduction
from reckon.tasks.graders.brackets import grade_brackets
from reckon.tasks.graders.choices import grade_choice

LEVELS = (0.0, 0.3, 0.6, 1.0)
SHAPES = ["a circle", "a kite", "a line"]


def problems(name, count=12, levels=LEVELS):
    return [draw(find(name), 4, index, level) for level in levels for index in range(count)]


@pytest.mark.parametrize(
    "answer",
    ["(B)", "B", "b", "(b)", "B)", "[B]", " (B). ", '"B"', "a kite", "A Kite.", "(B) a kite", "B: a kite"],
)
def test_a_choice_in_other_forms(answer):
    assert grade_choice("(B)", answer, SHAPES).right


@pytest.mark.parametrize(
    "answer",
    [
        "(A)",
        "A",
        "(A) a kite",
        "(B) a circle",
        "A and B",
        "(A)(B)",
        "A, B",
        "BB",
        "(B",
        "kite",
        "a circle",
        "B\nA",
    ],
)
def test_another_choice(answer):
    assert grade_choice("(B)", answer, SHAPES).score == 0


@pytest.mark.parametrize(
    "answer",
    [
        "(B) a kite or a line",
        "not B",
        "(D)",
        "The answer is B",
        "Ｂ",
        "",
        "B" * 5000,
        "2",
        "{'B'}",
        "(B) (B)",
    ],
)
def test_no_choice(answer):
    assert grade_choice("(B)", answer, SHAPES).score == 0


def test_an_option_may_be_a_letter_or_stand_twice():
    assert grade_choice("(B)", "M", ["X", "M", "Z"]).right
    assert grade_choice("(B)", "Z", ["X", "M", "Z"]).score == 0
    assert grade_choice("(B)", "ten", ["ten", "ten"]).score == 0
    assert grade_choice("(B)", "(B) ten", ["ten", "ten"]).right
    assert grade_choice("(B)", "b").right
    assert grade_choice("(B)", "a kite").score == 0


@pytest.mark.parametrize("answer", ["] ) }", "])}", "], ), }", " ] ) } . ", '"] ) }"'])
def test_brackets_with_and_without_spaces(answer):
    assert grade_brackets("] ) }", answer).right


@pytest.mark.parametrize("answer", ["] ) } }", "] )", "} ) ]", "[ ( {", "] x ) }", "] ) } or ) ] }", "⟩", ""])
def test_other_brackets(answer):
    assert grade_brackets("] ) }", answer).score == 0


def test_boolean_expressions_have_their_value_and_both_come_often():
    drawn = problems("boolean_expressions", 50)
    for problem in drawn:
        assert str(eval(problem.metadata["expression"])) == problem.answer
    assert 70 < sum(problem.answer == "True" for problem in drawn) < 130


def test_arithmetic_has_its_value():
    for problem in problems("multistep_arithmetic_two", 40):
        assert str(eval(problem.metadata["expression"])) == problem.answer


def test_a_dyck_word_is_closed_by_its_answer_and_never_ends_in_an_angle():
    for problem in problems("dyck_languages"):
        word = f"{problem.metadata['sequence']} {problem.answer}".replace(" ", "")
        while (shorter := re.sub(r"\(\)|\[\]|\{\}|<>", "", word)) != word:
            word = shorter
        assert word == ""
        assert not problem.answer.endswith(">")


def test_words_are_sorted_as_characters():
    assert find("word_sorting").grade(draw(find("word_sorting"), 1, 1), "x y").score == 0
    for problem in problems("word_sorting"):
        words = problem.answer.split()
        assert all(one < other for one, other in pairwise(words))
        assert sorted(words) == sorted(problem.metadata["words"].split())


SAYINGS = [
    (r"exactly one of (\w+) and (\w+) tells the truth", lambda a, b: a != b),
    (r"at least one of (\w+) and (\w+) tells the truth", lambda a, b: a or b),
    (r"either both (\w+) and (\w+) tell the truth or both lie", lambda a, b: a == b),
    (r"(\w+) and (\w+) both tell the truth", lambda a, b: a and b),
    (r"(\w+) and (\w+) both lie", lambda a, b: not (a or b)),
    (r"(\w+)() tells the truth", lambda a, b: a),
    (r"(\w+)() lies", lambda a, b: not a),
]


def judged(saying, honest):
    for pattern, holds in SAYINGS:
        if match := re.fullmatch(pattern, saying):
            return holds(honest[match[1]], honest.get(match[2], False))
    raise AssertionError(saying)


def test_one_way_to_be_honest_fits_a_web_of_lies():
    for problem in problems("web_of_lies", 6, (0.0, 0.1, 0.15, 0.2)):
        told = re.findall(r"(?:(\w+) says that ([^.]+)|(\w+) (tells the truth|lies))\.", problem.question)
        people = sorted({speaker or plain for speaker, _, plain, _ in told})
        fitting = []
        for values in product([False, True], repeat=len(people)):
            honest = dict(zip(people, values, strict=True))
            if all(
                honest[plain] == (verb == "tells the truth")
                if plain
                else judged(said, honest) == honest[speaker]
                for speaker, said, plain, verb in told
            ):
                fitting.append("Yes" if honest[problem.metadata["asked"]] else "No")
        assert fitting == [problem.answer]


RULES = [
    (r"Whoever is (.+) and (.+) is (.+)", (-1, -1, 1)),
    (r"Whoever is (.+) is (.+) or (.+) \(or both\)", (-1, 1, 1)),
    (r"Whoever is (.+) is (.+)", (-1, 1)),
    (r"Every (.+) is (.+)", (-1, 1)),
    (r"No (.+) is (.+)", (-1, -1)),
    (r"(?:[A-Z]\w+) is (.+)", (1,)),
]


def part(text, sign, numbers):
    bare = re.sub(r"^(not )?(an? )?", "", text)
    number = numbers.setdefault(bare, len(numbers) + 1)
    return number * (-sign if text.startswith("not ") else sign)


def clause(sentence, numbers):
    for pattern, signs in RULES:
        if match := re.fullmatch(pattern, sentence):
            return tuple(part(text, sign, numbers) for text, sign in zip(match.groups(), signs, strict=True))
    raise AssertionError(sentence)


def test_an_argument_is_valid_just_when_nothing_breaks_it():
    for problem in problems("formal_fallacies", 8):
        numbers = {}
        premises = [clause(s, numbers) for s in problem.metadata["premises"].rstrip(".").split(". ")]
        conclusion = clause(problem.metadata["conclusion"].rstrip("."), numbers)
        breaking = [
            roles
            for roles in product([False, True], repeat=len(numbers))
            if all(any(roles[abs(p) - 1] == (p > 0) for p in one) for one in premises)
            and not any(roles[abs(p) - 1] == (p > 0) for p in conclusion)
        ]
        assert problem.answer == ("invalid" if breaking else "valid"), problem.question


def test_entailment_by_hand():
    barbara = [(-1, 2), (-2, 3)]
    assert entailed(barbara, (-1, 3), 3)
    assert not entailed(barbara, (-3, 1), 3)
    assert entailed([(-1, 2), (-2,)], (-1,), 2)
    assert not entailed([(-1, 2), (-1,)], (-2,), 2)


FRONT = ("leftmost", "second from the left", "third from the left", "fourth from the left")
BACK = ("rightmost", "second from the right", "third from the right")
PLACES = {words: lambda n, place=place: place for place, words in enumerate(FRONT, 1)}
PLACES |= {words: lambda n, back=back: n - back for back, words in enumerate(BACK)}
PLACE = rf"the ({'|'.join(PLACES)})"
CLUES = [
    (rf"the (\w+) book is {PLACE}", lambda at, n, a, p: at[a] == p(n)),
    (rf"the (\w+) book is not {PLACE}", lambda at, n, a, p: at[a] != p(n)),
    (rf"the (\w+) book is either {PLACE} or {PLACE}", lambda at, n, a, p, q: at[a] in (p(n), q(n))),
    (r"the (\w+) book is somewhere to the left of the (\w+) book", lambda at, n, a, b: at[a] < at[b]),
    (r"the (\w+) book is somewhere to the right of the (\w+) book", lambda at, n, a, b: at[a] > at[b]),
    (r".*right, the (\w+) book comes directly before the (\w+) book", lambda at, n, a, b: at[b] - at[a] == 1),
    (r".*right, the (\w+) book and the (\w+) book are not .*", lambda at, n, a, b: abs(at[b] - at[a]) > 1),
    (
        r".*exactly (\d) of the others (?:is|are) between the (\w+) book and the (\w+) book",
        lambda at, n, k, a, b: abs(at[a] - at[b]) == int(k) + 1,
    ),
]


def obeyed(clue, at):
    for pattern, holds in CLUES:
        if match := re.fullmatch(pattern, clue, re.IGNORECASE):
            return holds(at, len(at), *(PLACES.get(text, text) for text in match.groups()))
    raise AssertionError(clue)


@pytest.mark.parametrize("size", ["three", "five"])
def test_the_clues_leave_one_order_of_the_books(size):
    drawn = [p for p in problems(f"logical_deduction_{size}_objects", 30) if "On a shelf" in p.question]
    assert len(drawn) > 5
    for problem in drawn:
        books = [name.split()[1] for name in problem.metadata["names"]]
        clues = problem.metadata["clues"].rstrip(".").split(". ")
        fitting = [
            order
            for order in permutations(books)
            if all(obeyed(clue, {book: at for at, book in enumerate(order, 1)}) for clue in clues)
        ]
        assert len(fitting) == 1, problem.question
        right = f"the {fitting[0][problem.metadata['asked'] - 1]} book"
        assert find(f"logical_deduction_{size}_objects").grade(problem, right).right


def test_sizes_have_names_of_their_own():
    assert LogicalDeduction(objects=7).name == "logical_deduction_seven_objects"
    assert find("tracking_shuffled_objects_five_objects").objects == 5
    for name in ("LogicalDeduction(objects=4)", "TrackingShuffledObjects(objects=2)"):
        with pytest.raises(UsageError, match="wanted 3, 5 or 7"):
            find(name)
