"""Having what a program drew looked at, by a model that sees; one that does not is told what was printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reckon.parts import Pictures, shown_of
from reckon.values import Text

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Execution

HAPPENED = "When the program was run, it gave:\n{output}\n\n"
NO_FIGURE = "It drew no figure that could be shown.\n\n"


async def look(rollout: Rollout, execution: Execution, ask: str, *, model: str = "") -> str:
    """The reply of a side question about a run: the pictures it displayed, its output, and `ask`."""
    side = await rollout.side(model=model)
    output, pictures = seen(side, execution)
    lead = HAPPENED.format(output=output[-2000:] or "(no output)") + ("" if pictures else NO_FIGURE)
    await side.prompt((*pictures, Text(lead + ask)))
    return (await side.write(stop=())).text


def seen(rollout: Rollout, execution: Execution) -> tuple[str, Pictures]:
    """(output, pictures) of a run, as much as half of the rollout's room holds."""
    return shown_of(execution, rollout.setup.model, rollout.room // 2)
