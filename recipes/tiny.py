"""The small model that ships with Reckon: trained from scratch on what its own teacher and interpreter made.

reckon train sft recipes/tiny.py          within an hour on 2 CPU cores
"""

from reckon.data.cold_start import ColdStart
from reckon.training.sft import Scratch, Sft

recipe = Sft(
    out="runs/tiny",
    model=Scratch(),
    data=ColdStart(problems=60_000),
    steps=4000,
    batch_tokens=4096,
    accumulate=2,
    learning_rate=2e-3,
    warmup=100,
)
