"""A stand-in for a model that is right as often as it is told to be: `--model simulated:0.6`.

It is no model, and no figure made with it says anything of one. It is for trying a method: whether votes,
verification, search and repair gain under set reliabilities what they should, and at what cost.

    programs.py   a problem's right program and plausible wrong ones
    requests.py   what a reasoner's prompt asks for
    solver.py     the stand-in: draws what it says from its reliabilities
"""

from reckon.evaluation.simulated.reliability import Reliability, is_simulated, read_reliability
from reckon.evaluation.simulated.solver import Simulated

__all__ = ["Reliability", "Simulated", "is_simulated", "read_reliability"]
