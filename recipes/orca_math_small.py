"""Orca-Math's course at small size: a cold start, then two rounds of KTO, the teacher's solutions liked too.

Mitra et al., "Orca-Math: Unlocking the potential of SLMs in Grade School Math", 2024, arXiv:2402.14830: four
samples of a problem, liked where the answer is right, with the teacher's solutions as further liked ones; two
rounds, each from the model of the round before. System: Orca-Math, its course.
Differs from the paper: the student writes code; the cold start's teacher is wrong in most of its
trajectories, or there would be nothing to unlearn, and the teacher of the rounds is right. That the reference
of a round is the model it begins with is our choice: what the paper does was not seen.

reckon train preferences recipes/orca_math_small.py          minutes on 2 CPU cores
"""

from reckon.data.cold_start import ColdStart
from reckon.data.labels import Labels
from reckon.training.preference_recipe import Preferences
from reckon.training.preferences.kto import Kto
from reckon.training.sft import Sft

TASKS = ("arithmetic", "gcd_lcm", "modular_power", "product", "recurrence", "set_operation")

recipe = Preferences(
    out="runs/orca_math_small",
    model=Sft(
        out="runs/orca_math_small/cold_start",
        model="tiny",
        data=ColdStart(
            problems=1500, tasks=TASKS, styles={"code": 0.3, "wrong": 0.4, "guess": 0.3}, chat=0.0, seed=7
        ),
        steps=60,
        batch_tokens=4096,
        accumulate=2,
        learning_rate=5e-4,
        warmup=5,
        save_every=60,
    ),
    objective=Kto(balance=True),
    choice=Labels(),
    tasks=TASKS,
    data=ColdStart(problems=96, tasks=TASKS, styles={"code": 1.0}, chat=0.0, seed=8),
    reference="previous",
    iterations=2,
    problems=96,
    rollouts=4,
    budget=512,
    learning_rate=1e-4,
    evaluate_problems=96,
)
