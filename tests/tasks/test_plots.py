"""Plots: figures of other programs than ours, hand-counted values, and figures that only look right."""

from dataclasses import replace

import pytest

from reckon.tasks import draw, find
from reckon.tasks.material.charts import panels, tables
from reckon.tasks.material.charts.panels import Panel

TABLE = "shop,product,month,units\nNord,tea,2,10\nSud,tea,1,4\nNord,jam,1,6\nSud,jam,2,20\nNord,tea,1,5"
BARS = Panel("bars", "T", "shop", "mean units", by="shop", what="mean", order="falling")
STACKED = Panel("groups", "T", "shop", "sum", by="shop", group="product", across=True)
BESIDE = replace(STACKED, across=False)
LINES = Panel("lines", "T", "month", "so far", group="shop", running=True)
POINTS = Panel("points", "T", "month", "units")
HISTOGRAM = Panel("histogram", "T", "units", "rows", edges=(0, 10, 20))
HEAD = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\n"


def texts(panel):
    return f'ax.set(title="{panel.title}", xlabel="{panel.xlabel}", ylabel="{panel.ylabel}")\n'


@pytest.fixture
def drawn(judged):
    """drawn(panel, marks): the grade of a program that makes these marks."""
    pytest.importorskip("matplotlib")

    def grade(panel, marks, after=""):
        family = find("draw_chart")
        given = {"table": TABLE, "panels": [panel.as_json()], "overall": ""}
        problem = replace(draw(family, 1, 0), metadata=given)
        return judged(family, problem, f"{HEAD}{marks}\n{texts(panel)}{after}")

    return grade


def test_values_are_those_counted_by_hand():
    table = tables.of_csv(TABLE)
    assert table.csv == TABLE
    assert panels.bars(BARS, table) == [("Sud", 12.0), ("Nord", 7.0)]
    assert panels.heights(STACKED, table) == {"jam": [6, 20], "tea": [15, 4]}
    assert panels.series(LINES, table) == {"Nord": [(1, 11), (2, 21)], "Sud": [(1, 4), (2, 24)]}
    assert panels.series(POINTS, table) == {"": [(1, 4), (1, 6), (1, 5), (2, 10), (2, 20)]}
    assert panels.counts(replace(HISTOGRAM, edges=(0, 10, 20)), table) == [3, 2]


@pytest.mark.parametrize(
    ("panel", "marks"),
    [
        (BARS, 'ax.bar([5, 9], [12, 7], width=2)\nax.set_xticks([5, 9], ["Sud", "Nord"])'),
        (
            STACKED,
            'import pandas as pd\npd.DataFrame({"jam": [6, 20], "tea": [15, 4]}, ["Nord", "Sud"])'
            ".plot.bar(stacked=True, ax=ax)",
        ),
        (
            BESIDE,
            "ax.bar([0, 1], [6, 20], 0.3)\nax.bar([0.3, 1.3], [15, 4], 0.3)\n"
            'ax.set_xticks([0.15, 1.15], ["Nord", "Sud"])\nax.legend(["jam", "tea"])',
        ),
        (
            LINES,
            'ax.plot([1, 2], [11, 21], "r--", label="Nord")\nax.plot([1, 2], [4, 24], '
            'label="Sud")\nax.legend()',
        ),
        (POINTS, 'ax.plot([2, 1, 1, 2, 1], [10, 4, 6, 20, 5], "o")'),
        (HISTOGRAM, "ax.hist([10, 4, 6, 20, 5], [0, 10, 20], rwidth=None)"),
    ],
)
def test_other_ways_to_draw_it_are_right(drawn, panel, marks):
    grade = drawn(panel, marks)
    assert grade.right, grade


@pytest.mark.parametrize(
    ("panel", "marks", "reason"),
    [
        (BARS, 'ax.bar(["Nord", "Sud"], [7, 12])', "named"),
        (BARS, 'ax.bar(["Sud", "Nord"], [12, 7.1])', "7.1, wanted 7"),
        (BARS, 'ax.plot(["Sud", "Nord"], [12, 7])', "bars alone"),
        (BARS, 'ax.bar(["Sud", "Nord"], [12, 7])\nax.axhline(9)', "mind the lines"),
        (
            STACKED,
            'ax.bar(["Nord", "Sud"], [6, 20], label="jam")\nax.bar(["Nord", "Sud"], [15, 4], label="tea")'
            "\nax.legend()",
            "does not begin",
        ),
        (
            BESIDE,
            'ax.bar(["Nord", "Sud"], [6, 20], label="jam")\nax.bar(["Nord", "Sud"], [15, 4], label="tea")'
            "\nax.legend()",
            "side by side",
        ),
        (
            LINES,
            'ax.plot([1, 2], [11, 21], label="Sud")\nax.plot([1, 2], [4, 24], label="Nord")\nax.legend()',
            "series",
        ),
        (LINES, 'ax.plot([1, 2], [11, 21], label="Nord")\nax.plot([1, 2], [4, 24], label="Sud")', "legend"),
        (POINTS, "ax.scatter([1, 1, 1, 2], [4, 5, 6, 10])", "4 values, wanted 5"),
        (HISTOGRAM, "ax.hist([10, 4, 6, 20, 5], bins=4)", "bin edges"),
        (HISTOGRAM, "plt.close(fig)\nfig, ax = plt.subplots(1, 1)\nax.hist([4], [0, 10, 20])", "2 figures"),
    ],
)
def test_what_is_wrong_is_named(drawn, panel, marks, reason):
    grade = drawn(panel, marks)
    assert grade.score == 0
    assert reason in grade.reason


@pytest.mark.parametrize(
    "after", ["plt.show()", 'plt.savefig("a.png")\nplt.close("all")', "fig.tight_layout()"]
)
def test_a_figure_is_found_also_when_it_was_shown_or_closed(drawn, after):
    assert drawn(BARS, 'ax.bar(["Sud", "Nord"], [12, 7])', after).right


def test_a_forged_report_is_no_figure(drawn):
    forged = "global _reckon_probe\n_reckon_probe = lambda path: open(path, 'w').write('[{\"axes\": 7}]')"
    assert "tampered" in drawn(BARS, forged.removeprefix("global _reckon_probe\n")).reason
