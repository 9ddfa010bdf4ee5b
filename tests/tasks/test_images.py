"""Images: pictures drawn by hand or with another program than ours, and what a reader of the file sees."""

import io
import json

import pytest

from reckon.parts import check_parts, files_of, size_of
from reckon.tasks import draw, find, names
from reckon.tasks.exporting import export
from reckon.tasks.material.painting import COLOURS, Canvas

TASKS = names("images")


def pixels(png):
    """The pixels as Pillow reads them, [y][x]."""
    pillow = pytest.importorskip("PIL.Image")
    picture = pillow.open(io.BytesIO(png))
    assert picture.mode == "RGB"
    return [[picture.getpixel((x, y)) for x in range(picture.width)] for y in range(picture.height)]


def picture_of(problem):
    return pixels(files_of(problem.parts)[problem.metadata["file"]])


def test_a_canvas_is_the_file_that_other_readers_see():
    canvas = Canvas(7, 5)
    canvas.rectangle(5, 3, 99, 99, "blue")
    canvas.disc(1, 1, 1, "red")
    canvas.span(-1, 0, 9, "black")
    red, blue, white = COLOURS["red"], COLOURS["blue"], (255, 255, 255)
    assert pixels(canvas.png()) == [
        [white, red, white, white, white, white, white],
        [red, red, red, white, white, white, white],
        [white, red, white, white, white, white, white],
        [white, white, white, white, white, blue, blue],
        [white, white, white, white, white, blue, blue],
    ]
    assert canvas.count(0, 0, 7, 5, "red") == 5
    assert canvas.count(1, 1, 6, 4, "blue") == 1


def test_a_triangle_points_up_and_digits_are_legible():
    canvas = Canvas(9, 9)
    canvas.triangle(4, 4, 4, "black")
    rows = ["".join("#" if pixel == (0, 0, 0) else "." for pixel in row) for row in pixels(canvas.png())]
    assert [row.count("#") for row in rows] == [1, 1, 3, 3, 5, 5, 7, 7, 9]
    canvas = Canvas(14, 10)
    canvas.number(0, 0, 17)
    rows = ["".join("#" if pixel == (0, 0, 0) else "." for pixel in row) for row in pixels(canvas.png())]
    assert rows[::2] == [
        "..##....######",
        "####........##",
        "..##........##",
        "..##........##",
        "######......##",
    ]


@pytest.mark.parametrize("name", TASKS)
def test_the_question_names_the_file_and_nothing_else_of_the_picture(name):
    for index in range(5):
        problem = draw(find(name), 3, index)
        check_parts(problem.parts, problem.id)
        assert problem.parts[0].path == problem.metadata["file"]
        assert problem.metadata["file"] in problem.question
        assert max(size_of(problem.parts[0])) <= 640
        assert not [
            shape
            for shape in ("shapes", "values", "dots")
            if repr(problem.metadata.get(shape)) in problem.question
        ]


def test_shapes_of_the_picture_are_those_of_the_count():
    for index in range(4):
        problem = draw(find("count_shapes"), 1, index)
        picture = picture_of(problem)
        shapes = problem.metadata["shapes"]
        assert sum(shape[0] == problem.metadata["kind"] for shape in shapes) == int(problem.answer)
        for _, colour, x, y, _ in shapes:
            assert picture[y][x] == COLOURS[colour]


def test_one_tile_and_only_the_one_differs():
    for index in range(4):
        problem = draw(find("odd_tile"), 1, index)
        picture, columns = picture_of(problem), problem.metadata["columns"]
        side = len(picture) // problem.metadata["rows"]
        tiles = [
            tuple(tuple(row[c * side : (c + 1) * side]) for row in picture[r * side : (r + 1) * side])
            for r in range(problem.metadata["rows"])
            for c in range(columns)
        ]
        assert [n for n, tile in enumerate(tiles, 1) if tiles.count(tile) == 1] == [int(problem.answer)]


def test_bars_are_as_high_as_their_values():
    for index in range(4):
        problem = draw(find("bar_chart"), 1, index)
        picture = picture_of(problem)
        base = next(y for y in reversed(range(len(picture))) if picture[y][-1] == (0, 0, 0))
        heights = []
        for n, _ in enumerate(problem.metadata["values"]):
            x = 40 + 8 + n * 20 + 6
            heights.append(sum(picture[y][x] != (255, 255, 255) for y in range(base)) / 3)
        assert heights == problem.metadata["values"]
        assert sum(h for h in heights if h > problem.metadata["limit"]) == int(problem.answer)


def test_the_part_is_counted_with_its_first_and_without_its_last_line():
    for index in range(4):
        problem = draw(find("measure_crop"), 1, index)
        where = problem.metadata
        part = [
            row[where["left"] : where["right"]] for row in picture_of(problem)[where["top"] : where["bottom"]]
        ]
        assert sum(row.count(tuple(where["rgb"])) for row in part) == int(problem.answer) > 0


def test_an_export_holds_the_files(tmp_path):
    export([find("odd_tile")], str(tmp_path / "x.jsonl"), n=1, seed=1)
    row = json.loads((tmp_path / "x.jsonl").read_text())
    problem = draw(find("odd_tile"), 1, 0)
    assert row["metadata"]["files"] == {problem.metadata["file"]: problem.parts[0].data}
