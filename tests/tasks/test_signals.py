"""Places and motions worked by hand, and drawn ones against plain sampling; answers with units."""

import contextlib
import io
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import atan2, degrees, hypot
from typing import Any

import pytest

from reckon.tasks import draw, find
from reckon.tasks.graders.measures import displaced, grade_measures, measures
from reckon.tasks.material.least_squares import fit
from reckon.values import Problem


def printed(name: str, metadata: Mapping[str, Any]) -> str:
    """What the reference program prints for a problem made by hand."""
    program = find(name).program(Problem("", name, "", "", 0.5, metadata))  # type: ignore[attr-defined]
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(program, "<program>", "exec"), {"__name__": "__main__"})
    return out.getvalue().strip()


def place(track: Sequence[Sequence[int]], time: float) -> tuple[float, float]:
    for (t, x, y), (later, u, v) in pairwise(track):
        if t <= time <= later:
            part = (time - t) / (later - t)
            return x + part * (u - x), y + part * (v - y)
    raise AssertionError(f"{time} is not on the track")


def test_least_squares_by_hand() -> None:
    rows = [[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]
    assert fit(rows, [1, 3, 5]) == pytest.approx([1, 2])
    assert fit(rows, [0, 1, 1]) == pytest.approx([1 / 6, 1 / 2])
    assert fit([[1.0, 2.0], [2.0, 4.0]], [1, 2]) == []


def test_a_place_from_its_distances() -> None:
    """(3, 4) is 5 from the origin, 5 from (6, 8), 4 from (3, 0), 3 from (0, 4), 10 from (11, 10)."""
    receivers = [[0, 0], [6, 8], [3, 0], [0, 4], [11, 10]]
    given = {"receivers": receivers, "ranges": [5, 5, 4, 3, 10], "timed": False, "broken": ""}
    assert printed("range_localisation", given) == "3.00, 4.00"
    delays = [metres * 1000 / 340 for metres in (5, 5, 4, 3, 10)]
    assert printed("range_localisation", {**given, "ranges": delays, "timed": True}) == "3.00, 4.00"
    faulty = {**given, "ranges": [5, 5, 14, 3, 10], "broken": "one is broken"}
    assert printed("range_localisation", faulty) == "3.00, 4.00"


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_ranges_lead_to_the_answer(level: float) -> None:
    """Every receiver but a broken one is as far from the answer as it says."""
    for index in range(15):
        problem = draw(find("range_localisation"), 3, index, level)
        given, truth = problem.metadata, [float(x) for x in str(problem.answer).split(", ")]
        scale = 340 / 1000 if given["timed"] else 1.0
        off = [
            abs(scale * measured - sum((x - y) ** 2 for x, y in zip(truth, spot, strict=True)) ** 0.5)
            for spot, measured in zip(given["receivers"], given["ranges"], strict=True)
        ]
        assert sum(distance > 0.04 for distance in off) == (level >= 0.6)
        assert max(off) > 5 or not given["broken"]


def test_a_ship_seen_from_two_stations() -> None:
    """It starts at (0, 100) and moves east by 10 metres a second."""
    seen = [(0, 0, 0), (0, 0, 10), (100, 0, 20), (100, 0, 5)]
    sightings = [[sx, sy, t, degrees(atan2(10 * t - sx, 100 - sy)) % 360] for sx, sy, t in seen]
    assert [round(bearing, 3) for *_, bearing in sightings] == [0, 45, 45, 333.435]
    assert printed("bearing_track", {"sightings": sightings, "turn": None, "asked": 30}) == "300.00, 100.00"


def test_a_ship_that_turns() -> None:
    """It moves east by 10 metres a second until time 10, then north by 5."""
    seen = [(-50, 0, 0), (200, 10, 4), (-50, 0, 8), (200, 10, 10), (-50, 0, 14), (200, 10, 20), (0, 90, 26)]
    sightings = []
    for sx, sy, t in seen:
        x, y = 10 * min(t, 10), 100 + 5 * max(0, t - 10)
        sightings.append([sx, sy, t, degrees(atan2(x - sx, y - sy)) % 360])
    assert printed("bearing_track", {"sightings": sightings, "turn": 10, "asked": 40}) == "100.00, 250.00"


def test_what_is_heard_later_may_have_happened_before() -> None:
    """True times: crash 11 - 1 - 1 = 9, bell 10.5 - 1 - 2 = 7.5, bark 8 + 2 - 0 = 10."""
    given = {
        "clocks": {"A": [[0, 0], 1.0], "B": [[500, 0], -2.0]},
        "heard": {
            "crash": [[340, 0], "A", 11.0],
            "bark": [[500, 0], "B", 8.0],
            "bell": [[0, 680], "A", 10.5],
        },
    }
    assert printed("event_order", given) == "bell, crash, bark"


def test_time_in_a_square() -> None:
    """At two metres a second through a zone ten metres wide; then three seconds inside; then along a U."""
    square = [[0, 0], [10, 0], [10, 10], [0, 10]]
    through = [[0, -10, 5], [20, 30, 5]]
    assert printed("geofence_time", {"zone": square, "track": through}) == "5.000"
    stop = [[0, 5, 5], [3, 5, 6], [5, 5, 22]]
    assert printed("geofence_time", {"zone": square, "track": stop}) == "3.500"
    cup = [[0, 0], [30, 0], [30, 30], [20, 30], [20, 10], [10, 10], [10, 30], [0, 30]]
    assert printed("geofence_time", {"zone": cup, "track": [[0, -5, 20], [40, 35, 20]]}) == "20.000"


def test_the_time_inside_is_what_sampling_finds() -> None:
    for index in range(6):
        problem = draw(find("geofence_time"), 2, index)
        zone, track = problem.metadata["zone"], problem.metadata["track"]
        edges = list(zip(zone, [*zone[1:], zone[0]], strict=True))

        def inside(x: float, y: float, edges: Sequence[Any] = edges) -> bool:
            """By the winding of the corners around the point."""
            turns = [
                ((bx - x) * (ay - y) - (ax - x) * (by - y) > 0, ay > y, by > y)
                for (ax, ay), (bx, by) in edges
            ]
            return sum((b > a) * (not left) - (a > b) * left for left, a, b in turns) != 0

        step = 0.05
        count = int((track[-1][0] - track[0][0]) / step)
        hits = sum(inside(*place(track, track[0][0] + (at + 0.5) * step)) for at in range(count))
        assert hits * step == pytest.approx(float(str(problem.answer)), abs=0.5)


def test_two_drones_that_meet() -> None:
    """(t, 0) and (5, 5 - t) meet at time 5; with a second that waits at (3, 4), time 3 and 4 metres."""
    one = [[0, 0, 0], [10, 10, 0]]
    given = {"first": one, "second": [[0, 5, 5], [10, 5, -5]], "begin": 0, "end": 10}
    assert printed("closest_approach", given) == "5.000, 0.000"
    given = {"first": one, "second": [[0, 3, 4], [10, 3, 4]], "begin": 0, "end": 10}
    assert printed("closest_approach", given) == "3.000, 4.000"


def test_the_closest_approach_is_what_sampling_finds() -> None:
    for index in range(20):
        problem = draw(find("closest_approach"), 2, index)
        given = problem.metadata
        best = min(
            (
                hypot(
                    *(a - b for a, b in zip(place(given["first"], t), place(given["second"], t), strict=True))
                ),
                t,
            )
            for t in (at / 50 for at in range(50 * given["begin"], 50 * given["end"] + 1))
        )
        time, distance = map(float, str(problem.answer).split(", "))
        assert best[0] == pytest.approx(distance, abs=0.5)
        assert best[1] == pytest.approx(time, abs=0.5)


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("12.5, -3", True),
        ("(12.5, -3.0)", True),
        ("[12.1 m, -2.6 metres].", True),
        ("x = 12.5, y=−3", True),
        ("12.5; -3", True),
        ("12.0, -3", True),
        ("11.99, -3", False),
        ("-3, 12.5", False),
        ("12.5", False),
        ("12.5, -3, 0", False),
        ("12.5 km, -3 km", False),
        ("12.5, -3 or 4", False),
        ("1e1, -3", False),
        ("nan, -3", False),
        ("١٢, -3", False),
    ],
)
def test_numbers_within_a_tolerance(answer: str, right: bool) -> None:
    assert grade_measures("12.5, -3.0", answer, 0.5, ["m|metres?"] * 2).right is right


def test_displaced_answers_are_outside_the_tolerance() -> None:
    wrong = displaced("12.50, -3.00", 0.1)
    assert len(set(wrong)) >= 10
    assert not any(grade_measures("12.50, -3.00", answer, 0.1, ["m"] * 2).score for answer in wrong)
    assert measures("5 s", ["s"]) == [5.0]
