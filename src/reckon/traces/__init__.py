"""Records of traced runs, and their renderings for models. Needs no interpreter.

record.py    the data          inline.py   comments in the program (NExT)
sequence.py  one line a step (CodeExecutor)    blocks.py   the state after each basic block (LDB)
"""

from reckon.traces.blocks import Block, blocks, render_blocks
from reckon.traces.inline import inline
from reckon.traces.record import Branch, Change, Event, Frame, Place, Profile, TraceRecord, Value
from reckon.traces.sequence import sequence

__all__ = [
    "Block",
    "Branch",
    "Change",
    "Event",
    "Frame",
    "Place",
    "Profile",
    "TraceRecord",
    "Value",
    "blocks",
    "inline",
    "render_blocks",
    "sequence",
]
