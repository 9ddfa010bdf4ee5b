"""Reckon: the workbench for language models that reason with code.

    import reckon
    trajectory = reckon.solve("What is 4821 * 377?")          # model="openai:gpt-4o", base_url=...
    print(trajectory.answer.text)

Layers, imports go left only:

    values, errors ← protocols, dialects ← interpreter | models | tasks | reasoners ← rollout
        ← data, training, evaluation ← adapters | workbench ← notebook ← serving ← cli
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reckon.dialects import DIALECTS, Dialect
    from reckon.interpreter import AsyncInterpreter, Interpreter
    from reckon.notebook import Workbench, solve
    from reckon.rollout import Limits, Rollout, Setup
    from reckon.values import Answer, Execution, Grade, Problem, Segment, Trajectory
    from reckon.workbench import Options, open_setup

__version__ = "0.1.0"

_HOMES = {
    "dialects": ("DIALECTS", "Dialect"),
    "interpreter": ("AsyncInterpreter", "Interpreter"),
    "rollout": ("Limits", "Rollout", "Setup"),
    "values": ("Answer", "Execution", "Grade", "Problem", "Segment", "Trajectory"),
    "notebook": ("Workbench", "solve"),
    "workbench": ("Options", "open_setup"),
}
__all__ = [
    "DIALECTS",
    "Answer",
    "AsyncInterpreter",
    "Dialect",
    "Execution",
    "Grade",
    "Interpreter",
    "Limits",
    "Options",
    "Problem",
    "Rollout",
    "Segment",
    "Setup",
    "Trajectory",
    "Workbench",
    "open_setup",
    "solve",
]


def __getattr__(name: str) -> object:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"reckon.{module}"), name)
    raise AttributeError(f"module 'reckon' has no attribute {name!r}")
