"""Word problems, geometry and counting: exact answers in many forms, and schemas worked by hand."""

import json
import math
import time
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, permutations, product

import pytest

from reckon.tasks import draw, find
from reckon.tasks.graders.exact import MAX_TERMS, grade_rational, grade_surd, surd
from reckon.tasks.graders.grids import grade_cells, grade_values
from reckon.tasks.material import counting, geometry, stories
from reckon.tasks.material.geometry import root

SCHEMAS = {
    "gsm_hard": stories.SCHEMAS,
    "math_geometry": geometry.SCHEMAS,
    "math_counting_and_probability": counting.SCHEMAS,
}
every_schema = pytest.mark.parametrize(
    ("family", "schema"),
    [(family, schema) for family, schemas in SCHEMAS.items() for schema in schemas],
    ids=lambda value: getattr(value, "name", value),
)


def answer(family, name, **given):
    return next(schema for schema in SCHEMAS[family] if schema.name == name).answer(given)


@pytest.mark.parametrize(
    ("gold", "answers"),
    [
        (
            "3*sqrt(2)/4",
            ["3sqrt(2)/4", "3/4*sqrt(2)", "sqrt(18)/4", "3 √2 / 4", r"\frac{3\sqrt{2}}{4}", "3/(2 sqrt(2))"],
        ),
        ("36*pi", ["36pi", "36 π", "pi*36", r"36\pi", "36·pi."]),
        ("55*pi/7", ["55/7*pi", "55pi/7", r"\frac{55}{7}\pi", "(55/7)*pi"]),
        ("12", ["12", "12.0", "sqrt(144)", "24/2", "+12", "(12)"]),
        ("-7/3", ["-7/3", "−7/3", "-14/6", r"-\frac{7}{3}"]),
        ("sqrt(3/4)", ["sqrt(3)/2", "1/2 sqrt 3", "sqrt(0.75)"]),
        ("1/2 + sqrt(5)/2", ["(1 + sqrt(5))/2", "sqrt(5)/2 + 0.5"]),
    ],
)
def test_exact_numbers_in_many_forms(gold, answers):
    for text in (gold, *answers):
        assert grade_surd(gold, text).right, text


@pytest.mark.parametrize(
    ("gold", "answers"),
    [
        (
            "3*sqrt(2)/4",
            ["1.0606601717798212", "3*sqrt(3)/4", "sqrt(2)", "3*sqrt(2/4)", "3*sqrt(2)/4 or 1", "sqrt(-2)"],
        ),
        ("36*pi", ["36", "113.097", "36*pi*pi", "36pi1", "36*3.14159265", "pi36", "36*pie"]),
        (
            "12",
            [
                "3*4",
                "6+6",
                "12*1",
                "9+3",
                "--12",
                "12 12",
                "12,0",
                "1 2",
                "2**3",
                "4!/2",
                "12/0",
                "x=12",
                "twelve",
            ],
        ),
        (
            "12",
            [
                "sqrt",
                "sqrt(",
                "sqrt pi",
                "sqrt(pi)",
                "((((((12))))))",
                "12)",
                "(12",
                "2(6)",
                "/12",
                "12/",
                "12e0",
                "１２",
            ],
        ),
    ],
)
def test_other_numbers_and_unfinished_work_are_wrong(gold, answers):
    for text in answers:
        assert grade_surd(gold, text).score == 0, text


def test_long_expressions_are_not_read():
    assert surd("1" * 30) is None
    assert surd("+".join(f"sqrt({n})" for n in (2, 3, 5, 7, 11, 13)[: MAX_TERMS + 1])) is None
    assert surd("sqrt(99999999999)") is None
    assert surd("(" * 1000 + "1" + ")" * 1000) is None


@pytest.mark.parametrize(
    ("square", "text"), [(72, "6*sqrt(2)"), (49, "7"), (Fraction(3, 4), "sqrt(3)/2"), (2, "sqrt(2)")]
)
def test_roots_are_written_without_square_factors(square, text):
    assert root(Fraction(square)) == text


@every_schema
def test_both_tellings_of_a_schema_hold_every_number_of_it(family, schema):
    problem = next(
        p
        for p in (draw(find(family), 5, index, level) for index in range(400) for level in (index % 11 / 10,))
        if p.metadata["schema"] == schema.name
    )
    for telling in ("story", "retold"):
        text = problem.metadata[telling]
        assert "{" not in text
        assert all(str(number) in text for number in problem.metadata["given"].values())
    assert json.loads(json.dumps(problem.metadata)) == problem.metadata


def test_each_family_has_ten_schemas_or_more_and_reaches_all_of_them():
    for family, schemas in SCHEMAS.items():
        names = [schema.name for schema in schemas]
        assert len(set(names)) == len(names) >= 10
        assert {draw(find(family), 4, index).metadata["schema"] for index in range(200)} == set(names)


def test_held_out_wordings_tell_the_story_otherwise():
    for family in SCHEMAS:
        problem = draw(replace(find(family), held_out=True), 3, 0)
        assert problem.metadata["retold"] in problem.question
        assert problem.metadata["story"] not in problem.question


@pytest.mark.parametrize(
    ("name", "given", "by_hand"),
    [
        ("coins", {"had": 100, "number": 3, "price": 20}, "40"),
        ("order", {"chairs": 2, "chair": 30, "tables": 1, "table": 50}, "110"),
        ("stamps", {"first": 10, "times": 3, "fewer": 4}, "36"),  # 10 + 26
        ("crates", {"apples": 59, "per": 10, "price": 7}, "35"),
        ("bottles", {"rate": 2, "hours": 1, "minutes": 30, "broken": 5}, "175"),
        ("ratio", {"first": 5, "second": 2, "profit": 70}, "30"),  # 50 and 20
        ("percent", {"stock": 400, "first": 25, "second": 50}, "150"),
        ("buses", {"pupils": 45, "adults": 6, "seats": 25, "cost": 100}, "300"),
        ("mean", {"days": 2, "mean": 10, "goal": 12}, "16"),  # 10, 10, 16
        ("tickets", {"sold": 5, "adult": 10, "child": 4, "takings": 38}, "2"),  # 3 * 10 + 2 * 4
        ("workers", {"workers": 4, "days": 5, "after": 2, "left": 1}, "6"),  # 20 - 8 = 12 = 3 * 4
        ("trains", {"distance": 50, "slow": 5, "fast": 10, "start": 1}, "20"),  # 5 ahead, 45 left, 3 hours
        (
            "tank",
            {"full": 50, "held": 10, "pump": 5, "leak": 1, "alone": 5, "second": 6},
            "7",
        ),  # 30, then 10 an hour
        ("rows", {"rows": 3, "first": 10, "more": 2, "price": 5, "empty": 6}, "150"),  # 36 seats
        ("deposits", {"first": 10, "weeks": 3, "rent": 4, "owed": 8}, "50"),  # 10 + 20 + 40 - 12 - 8
    ],
)
def test_stories_by_hand(name, given, by_hand):
    assert answer("gsm_hard", name, **given) == by_hand


@pytest.mark.parametrize(
    ("name", "given", "by_hand"),
    [
        ("annulus", {"inner": 3, "outer": 5}, "16*pi"),
        ("cone", {"r": 2, "h": 5}, "20*pi/3"),
        ("angle", {"n": 8, "k": 2}, "270"),
        ("distance", {"x1": 1, "y1": -1, "x2": 3, "y2": 3}, "2*sqrt(5)"),
        ("diagonal", {"a": 2, "b": 3, "c": 6}, "7"),
        ("chord", {"r": 5, "d": 3}, "8"),
        ("altitude", {"a": 3, "b": 4}, "12/5"),
        ("altitude", {"a": 2, "b": 2}, "sqrt(2)"),
        ("triangle", {"x1": 0, "y1": 0, "x2": 4, "y2": 0, "x3": 1, "y3": 3}, "6"),
        ("reflection", {"m": 2, "t": 0, "x": 5, "y": 0}, "1"),  # the image is (-3, 4)
        ("heron", {"a": 13, "b": 14, "c": 15}, "84"),
        ("heron", {"a": 2, "b": 2, "c": 2}, "sqrt(3)"),
        ("inradius", {"a": 3, "b": 4, "c": 5}, "1"),
        ("circumcircle", {"x1": 0, "y1": 0, "x2": 6, "y2": 0, "x3": 0, "y3": 8}, "25*pi"),
        ("lattice", {"a": 1, "b": 1, "c": 1, "d": 1}, "1"),  # a kite around (1, 1)
    ],
)
def test_geometry_by_hand(name, given, by_hand):
    assert answer("math_geometry", name, **given) == by_hand


def test_counts_by_going_through_all_cases():
    family = "math_counting_and_probability"
    rows = set(permutations("RRBBGW"))
    assert answer(family, "beads", red=2, blue=2, green=1, white=1) == str(len(rows))
    draws = list(combinations("WWWBB", 3))
    chance = Fraction(sum(d.count("W") == 2 for d in draws), len(draws))
    assert answer(family, "urn", white=3, black=2, drawn=3, hits=2) == str(chance)
    fixed = [sum(i == place for place, i in enumerate(order)) for order in permutations(range(6))]
    assert answer(family, "letters", letters=6, right=2) == str(fixed.count(2))
    games = Fraction(0)
    for wins in product((True, False), repeat=4):  # ends with the fourth game, not before
        if max(wins[:3].count(True), wins[:3].count(False)) < 3 <= max(wins.count(True), wins.count(False)):
            games += math.prod(Fraction(2, 5) if win else Fraction(3, 5) for win in wins)
    assert answer(family, "match", above=2, below=5, wins=3, games=4) == str(games)
    tosses = ["".join(toss) for toss in product("HT", repeat=8)]
    assert answer(family, "tosses", tosses=8, run=3) == str(
        Fraction(sum("HHH" not in t for t in tosses), 256)
    )
    rolls = list(product(range(1, 7), repeat=3))
    assert answer(family, "dice", dice=3, faces=6, total=11) == str(
        Fraction(sum(sum(r) == 11 for r in rolls), 216)
    )
    shares = list(product(range(1, 5), repeat=4))
    assert answer(family, "sweets", sweets=10, children=4, most=4) == str(sum(sum(s) == 10 for s in shares))
    marked = [n for n in range(1, 101) if (n % 3 == 0) + (n % 5 == 0) == 1]
    assert answer(family, "multiples", most=100, a=3, b=5) == str(len(marked))
    paths = 0
    for steps in set(permutations("EEENN")):
        corners = {(steps[:k].count("E"), steps[:k].count("N")) for k in range(6)}
        paths += (1, 1) not in corners
    assert answer(family, "grid", east=3, north=2, x=1, y=1) == str(paths)


def test_chances_by_hand():
    family = "math_counting_and_probability"
    # 2 of 3 gold: 1/3 for a pair; 3 of 3: 1; none in reach in box 3 (1 gold): 0
    given = {"g1": 2, "s1": 1, "g2": 3, "s2": 0, "g3": 1, "s3": 4}
    assert answer(family, "boxes", **given) == "1/4"
    # two dice with faces 1 and 2, bonus 4: maxima 1, 2, 2, 2 of which 1 counts 0; doubles in half the cases
    assert answer(family, "larger", n=2, least=2, bonus=4) == "7/2"


@pytest.mark.parametrize(
    "flood", ["9" * 4096, "-" * 4096, "(" * 4096, "1," * 2048, "sqrt(" * 800, "\\frac{1}{" * 450]
)
@pytest.mark.parametrize("flood_more", ["", "1", ")" * 4096, "{" * 4096])
def test_floods_get_a_grade_at_once(flood, flood_more):
    begun = time.process_time()
    for grade in (grade_surd, grade_rational, grade_cells, grade_values):
        assert grade("12", flood + flood_more).score == 0
        assert grade("12", (flood + flood_more)[:4096]).score == 0
    assert time.process_time() - begun < 0.5
