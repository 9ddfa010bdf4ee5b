"""The generated BIG-Bench Hard tasks about dates, places, things and shapes, replayed from their texts."""

import contextlib
import io
import re
from datetime import date
from fractions import Fraction

import pytest

from reckon.tasks import draw, find
from reckon.tasks.bbh.date_understanding import MOVES
from reckon.tasks.bbh.geometric_shapes import GeometricShapes
from reckon.values import Problem

LEVELS = (0.0, 0.3, 0.6, 1.0)


def problems(name, count=12, levels=LEVELS):
    return [draw(find(name), 9, index, level) for level in levels for index in range(count)]


def chosen(problem):
    return problem.metadata["options"][problem.metadata["choices"].index(problem.answer)]


def output(program):
    """What one of our own reference programs prints."""
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(program, {"__name__": "__main__"})
    return out.getvalue().strip()


@pytest.mark.parametrize(
    ("move", "day", "n", "expected"),
    [
        ("days after", date(2023, 12, 30), 3, date(2024, 1, 2)),
        ("days before", date(2024, 3, 1), 1, date(2024, 2, 29)),
        ("weeks after", date(2024, 1, 1), 2, date(2024, 1, 15)),
        ("weeks before", date(2024, 1, 1), 1, date(2023, 12, 25)),
        ("weekday", date(2024, 3, 1), 4, date(2024, 3, 8)),  # a Friday: the first one after it
        ("weekday", date(2024, 3, 1), 5, date(2024, 3, 2)),
        ("year", date(2023, 5, 31), 0, date(2024, 5, 31)),
        ("month end", date(2024, 2, 10), 0, date(2024, 2, 29)),
        ("month end", date(2023, 12, 31), 0, date(2023, 12, 31)),
        ("month start", date(2023, 12, 31), 0, date(2024, 1, 1)),
    ],
)
def test_dates_move_as_the_calendar_says(move, day, n, expected):
    assert MOVES[move](day, n) == expected


def test_dates_are_six_and_real():
    for problem in problems("date_understanding"):
        options = problem.metadata["options"]
        assert len(set(options)) == 6
        assert all(re.fullmatch(r"\d\d/\d\d/\d{4}", option) for option in options)


def end_of(walk):
    """Where a walk from 0 ends, facing +i: complex numbers turn by multiplication."""
    turns = {"left": 1j, "right": -1j, "around": -1, "backward": -1, "forward": 1, "": 1}
    place, facing = 0, 1j
    for turn, count, way in re.findall(r"Turn (\w+)\.|Take (\d+) steps?(?: (\w+))?\.", walk):
        if turn:
            facing *= turns[turn]
        else:
            place += int(count) * facing * turns[way]
    return place


def test_a_walk_is_closed_just_when_the_answer_is_yes():
    drawn = problems("navigate", 30)
    for problem in drawn:
        walk = problem.metadata["instructions"]
        assert problem.answer == ("Yes" if end_of(walk) == 0 else "No"), walk
    assert 40 < sum(problem.answer == "Yes" for problem in drawn) < 80


def test_navigate_by_hand():
    task, posed = find("navigate"), draw(find("navigate"), 1, 0)
    for walk, answer in [
        ("Take 4 steps. Turn around. Take 4 steps.", "Yes"),
        ("Take 1 step. Turn left. Take 1 step. Turn left. Take 1 step.", "No"),
        ("Take 2 steps left. Take 3 steps forward. Take 2 steps right. Take 3 steps backward.", "Yes"),
        ("Take 2 steps left. Take 2 steps left.", "No"),
    ]:
        problem = Problem("", posed.task, walk, answer, 0.0, {"instructions": walk})
        assert output(task.program(problem)) == answer


def test_what_is_owned_never_falls_below_zero_and_is_counted_by_kind():
    for problem in problems("object_counting", 25):
        owned = dict(problem.metadata["start"])
        for name, change in problem.metadata["changes"]:
            owned[name] = owned.get(name, 0) + change
            assert owned[name] >= 0
    story = draw(find("object_counting"), 9, 2, 0.0)
    told = {"start": {"piano": 1, "flute": 2, "goat": 3}, "changes": [["drum", 4], ["flute", -1]]}
    problem = Problem("", story.task, "", "6", 0.0, {**told, "asked": "musical instruments"})
    assert output(find("object_counting").program(problem)) == "6"


def test_things_are_where_the_swaps_leave_them():
    for problem in problems("tracking_shuffled_objects_five_objects"):
        has = dict(problem.metadata["has"])
        story = problem.metadata["story"]
        for one, other, a, b, c in re.findall(
            r"(\w+) and (\w+) swap|(\w+)'s \w+ goes to (\w+), \w+'s \w+ to (\w+) and", story
        ):
            if one:
                has[one], has[other] = has[other], has[one]
            else:
                has[a], has[b], has[c] = has[c], has[a], has[b]
        assert chosen(problem) == has[problem.metadata["asked"]]


def minutes(clock):
    hours, _, rest = clock.partition(":")
    return 60 * int(hours) + int(rest)


def test_one_option_has_time_for_the_visit():
    for problem in problems("temporal_sequences"):
        given = problem.metadata
        seen = re.findall(r"from (\S+) to (\S+?)\.", given["seen"])
        free = set(
            range(
                minutes(re.search(r"up at (\S+?)\.", given["day"])[1]), minutes(given["day"][-6:-1].strip())
            )
        )
        for start, end in seen:
            free -= set(range(minutes(start), minutes(end)))
        needed = int(re.search(r"at least (\d+) minutes", given["visit"])[1])
        possible = []
        for option in given["options"]:
            start, end = map(minutes, option.split(" to "))
            if set(range(start, end)) <= free and end - start >= needed:
                possible.append(option)
        assert possible == [chosen(problem)], problem.question
        starts = [t for t in sorted(free) if set(range(t, t + needed)) <= free]
        start, end = map(minutes, possible[0].split(" to "))
        assert starts[0] == start
        assert starts[-1] + needed == end


def test_the_row_of_things_after_the_story():
    for problem in problems("reasoning_about_colored_objects", 30):
        row = [tuple(thing) for thing in problem.metadata["row"]]
        for said in problem.metadata["story"].split(". "):
            names = [name for name, _ in row]
            if match := re.search(r"the (\w+) and the (\w+) change places", said):
                i, j = names.index(match[1]), names.index(match[2])
                row[i], row[j] = row[j], row[i]
            elif match := re.search(r"the (\w+) is put", said):
                row.append(row.pop(names.index(match[1])))
            elif match := re.search(r"everything (\w+)", said):
                row = [thing for thing in row if thing[1] != match[1]]
        question, names = problem.metadata["question"], [name for name, _ in row]
        if match := re.search(r"directly to the (left|right) of the (\w+)", question):
            right = row[names.index(match[2]) + (1 if match[1] == "right" else -1)][1]
        elif match := re.search(r"the (\w+) thing from the (left|right)", question):
            at = ["first", "second", "third", "fourth", "fifth", "sixth"].index(match[1])
            right = (row if match[2] == "left" else row[::-1])[at][1]
        elif match := re.search(r"farthest from the (\w+)", question):
            at = names.index(match[1])
            assert at != len(row) - 1 - at
            right = row[0][1] if at > len(row) - 1 - at else row[-1][1]
        else:
            match = re.search(r"to the (left|right) of the (\w+) are neither (\w+) nor (\w+)", question)
            at = names.index(match[2])
            beside = row[:at] if match[1] == "left" else row[at + 1 :]
            right = str(len([1 for _, color in beside if color not in (match[3], match[4])]))
        assert chosen(problem) == right, problem.question


def test_the_table_of_penguins_after_the_story():
    kinds = set()
    for problem in problems("penguins_in_a_table", 30):
        lines = problem.metadata["table"].splitlines()[1:]
        rows = {name: tuple(map(int, rest)) for name, *rest in (line.split(", ") for line in lines)}
        for new, age, height, weight, gone in re.findall(
            r"added: (\w+), (\d+) years old, (\d+) cm tall, (\d+) kg heavy|(\w+) is given",
            problem.metadata["story"],
        ):
            if new:
                rows[new] = (int(age), int(height), int(weight))
            else:
                del rows[gone]
        question = problem.metadata["question"]
        words = [("young", "old"), ("short", "tall"), ("light", "heav")]
        if match := re.search(r"(second-|third-)?(young|old|short|tall|light|heav)i?est", question):
            column = next(c for c, pair in enumerate(words) if match[2] in pair)
            ranked = sorted(rows, key=lambda name: rows[name][column], reverse=match[2] == words[column][1])
            right = ranked[{None: 0, "second-": 1, "third-": 2}[match[1]]]
        elif match := re.search(r"the (first|second|last|last but one) in alphabetical", question):
            right = sorted(rows)[{"first": 0, "second": 1, "last": -1, "last but one": -2}[match[1]]]
        else:
            limits = [(word, int(n)) for word, n in re.findall(r"(old|tall|heavi)er than (\d+)", question)]
            columns = {"old": 0, "tall": 1, "heavi": 2}
            left = [row for row in rows.values() if all(row[columns[word]] > n for word, n in limits)]
            summed = re.search(r"What do the (age|height|weight)s", question)
            total = (
                sum(row[["age", "height", "weight"].index(summed[1])] for row in left)
                if summed
                else len(left)
            )
            right = str(total)
        kinds.add(question.split()[1])
        assert chosen(problem) == right, problem.question
    assert kinds == {"is", "penguin's", "many", "do"}


PATHS = {
    "rectangle": "M 0,0 L 4,0 L 4,2 L 0,2 L 0,0",
    "kite": "M 1,2 L 0,0 M 4,0 L 1,2 M 1,-2 L 4,0 M 0,0 L 1,-2",
    "trapezoid": "M 0,0 L 6,0 L 4,3 L 1,3 L 0,0",
    "triangle": "M 0,0 L 2,0 L 4,0 L 0,3 L 0,0",
    "pentagon": "M 0,0 L 4,0 L 5,3 L 2,5 L -1,3 L 0,0",
    "circle": "M 5,0 A 5,5 0 0,1 -5,0 A 5,5 0 0,1 5,0",
    "ellipse": "M 5,0 A 5,3 0 0,1 -5,0 A 5,3 0 0,1 5,0",
    "sector": "M 0,0 L 5,0 A 5,5 0 0,1 3,4 L 0,0",
}


@pytest.mark.parametrize("shape", sorted(PATHS))
def test_paths_drawn_by_hand(shape):
    problem = Problem("", "geometric_shapes", "", None, 0.0, {"path": PATHS[shape], "options": sorted(PATHS)})
    assert output(GeometricShapes().program(problem)) == f"({'ABCDEFGH'[sorted(PATHS).index(shape)]})"


def centre(start, radius, large, sweep, end):
    """The centre of an arc of a circle by SVG's implementation notes, F.6.5, squared distances kept exact."""
    (x1, y1), (x2, y2) = start, end
    half = (Fraction(x1 - x2, 2), Fraction(y1 - y2, 2))
    square = half[0] ** 2 + half[1] ** 2
    ratio = (radius**2 - square) / square
    root = Fraction(round(float(ratio) ** 0.5 * 10**6), 10**6) * (-1 if large == sweep else 1)
    middle = (Fraction(x1 + x2, 2), Fraction(y1 + y2, 2))
    return round(float(root * half[1] + middle[0]), 1), round(float(-root * half[0] + middle[1]), 1)


def test_arcs_of_a_drawn_circle_or_sector_have_one_centre():
    seen = set()
    for problem in problems("geometric_shapes", 60):
        if (shape := chosen(problem)) not in ("circle", "sector"):
            continue
        seen.add(shape)
        here, centres, ends = None, set(), []
        for command, _, radius, large, sweep, x, y in re.findall(
            r"([MLA])( (\d+),\d+ 0 ([01]),([01]))? (-?\d+),(-?\d+)", problem.metadata["path"]
        ):
            there = (int(x), int(y))
            if command == "A":
                centres.add(centre(here, int(radius), large, sweep, there))
            ends.append(there)
            here = there
        assert len(centres) == 1, problem.metadata["path"]
        if shape == "sector":
            assert centres.pop() in {(float(x), float(y)) for x, y in ends}
    assert seen == {"circle", "sector"}


def test_every_shape_is_recognised_as_what_it_was_drawn_as():
    task = GeometricShapes()
    drawn = problems("geometric_shapes", 60)
    assert all(output(task.program(problem)) == problem.answer for problem in drawn)
    assert len({chosen(problem) for problem in drawn}) == 11


ORDER = {"lovely": 0, "tiny": 1, "old": 2, "round": 3, "blue": 4, "Irish": 5, "glass": 6, "walking": 7}


def test_the_words_out_of_order_by_hand():
    options = ["a tiny lovely box", "a lovely round Irish glass cup", "a blue old walking stick"]
    problem = Problem("", "hyperbaton", "", "(B)", 0.0, {"options": options})
    assert output(find("hyperbaton").program(problem)) == "(B)"
    for posed in problems("hyperbaton"):
        rising = []
        for option in posed.metadata["options"]:
            ranks = [ORDER[word] for word in option.split() if word in ORDER]
            rising.append(ranks == sorted(ranks))
        assert rising[posed.metadata["choices"].index(posed.answer)]
