"""Problems that ask for a chart: drawn, judged, and their near misses."""

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from reckon.tasks.graders.programs import program_of
from reckon.tasks.material.charts import compared, drawing, panels, probe, tables
from reckon.tasks.material.charts.panels import Panel
from reckon.tasks.material.charts.tables import Table
from reckon.tasks.material.family import Values
from reckon.values import Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

TIMEOUT_S = 20.0
MOST_LINES = 55
FEWEST_ROWS = 6
FORM = (
    "Answer with a whole Python program that draws the chart with matplotlib and holds the data itself: it "
    "reads"
    " no file. It is to leave one figure, with {axes} and nothing drawn in them that is not asked for. "
    "Colours,"
    " sizes and the place of the legend are free. The figure's objects are looked at when the program has "
    "ended,"
    " whether or not it saves or shows the figure."
)
_WRITES = """program = '''
{program}
'''
compile(program, "chart", "exec")
print(program.strip())"""


def drawn(
    rng: random.Random, rows: int, kinds: Sequence[str], *, overall: bool = False
) -> tuple[Values, str]:
    """Values of a problem with one panel of each of these kinds, and a program that draws them."""
    title = f"Figures, page {rng.randint(2, 999)}" if overall else ""
    for fewer in range(rows - FEWEST_ROWS + 1):
        table = tables.drawn(rng, rows - fewer)
        asked = [panels.drawn(rng, table, kind) for kind in kinds]
        program = drawing.program(asked, table, overall=title)
        if len(program.splitlines()) <= MOST_LINES:
            break
    values: Values = {
        "table": table.csv,
        "panels": [panel.as_json() for panel in asked],
        "overall": title,
        "says": "\n".join(
            f"{n}. {panels.says(panel, table)}" if overall else panels.says(panel, table)
            for n, panel in enumerate(asked, 1)
        ),
    }
    return values, program


def parts(problem: Problem) -> tuple[list[Panel], Table, str]:
    given = problem.metadata
    asked = [panels.of_json(panel) for panel in cast(Sequence[Any], given["panels"])]
    return asked, tables.of_csv(str(given["table"])), str(given["overall"])


async def judge(interpreter: "AsyncInterpreter", problem: Problem, answer: str) -> Grade:
    """1 if the one figure that the program makes shows what was asked for."""
    program = program_of(answer)
    if isinstance(program, Grade):
        return program
    try:
        compile(program, "<chart>", "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Grade(0.0, "no Python program")
    if "matplotlib" not in program:
        return Grade(0.0, "a program that does not use matplotlib")
    figures = await probe.figures(interpreter, program, timeout_s=TIMEOUT_S)
    return figures if isinstance(figures, Grade) else compared.grade(figures, *parts(problem))


def writing(problem: Problem) -> str:
    return _WRITES.format(program=problem.answer or "")


def mutants(problem: Problem) -> tuple[str, ...]:
    """Programs whose figure is not quite the one asked for, or is none."""
    asked, table, _ = parts(problem)
    last, gold, amount = asked[-1], problem.answer or "", table.columns[3]
    if last.kind == "bars" and last.what == "number":
        other_data = gold.replace("len(values)", "len(values) + 1")
    else:
        head, marks, tail = gold.rpartition("\naxes = ")
        other_data = head + marks + tail.replace(f'int(row["{amount}"])', f'int(row["{amount}"]) + 60')
    legend = gold.replace("axes.legend()", "pass") if last.group else f'{gold}\naxes.legend(["rows"])'
    return (
        other_data,
        legend,
        gold.replace("axes.set_title(", "axes.set_ylabel("),
        gold.replace("axes.set_ylabel(", "axes.set_xlabel("),
        f"{gold}\naxes.plot([1, 2], [3, 4])",
        f'{gold}\naxes.bar([1, 2], [3, 4], label="more")',
        f"{gold}\nplt.figure().add_subplot()",
        f'{gold}\naxes.set_yscale("symlog")',
        f"{gold}\naxes.clear()",
        f"{gold}\nfigure.clear()",
        f'{gold}\nfigure.suptitle("Chart")',
        f"{gold}\naxes.invert_xaxis()",
        f"{gold}\nraise ValueError",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2], [3, 4])",
        "import sys\nimport matplotlib\nsys.exit(0)",
        "print('matplotlib')",
    )
