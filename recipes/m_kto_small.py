"""M-KTO at small size: a cold start, then iterations of KTO on labels of the policy's own rollouts.

Xiong et al., "Building Math Agents with Multi-Turn Iterative Preference Learning", 2024, arXiv:2409.02392:
trajectories that came out right are liked, others are not; no pairs, outputs of the interpreter outside the
loss. The cold start's teacher guesses or writes a wrong operator in most of its trajectories: that is what
there is to unlearn.

reckon train preferences recipes/m_kto_small.py          minutes on 2 CPU cores
"""

from reckon.data.cold_start import ColdStart
from reckon.data.labels import Labels
from reckon.training.preference_recipe import Preferences
from reckon.training.preferences.kto import Kto
from reckon.training.sft import Sft

TASKS = ("arithmetic", "gcd_lcm", "modular_power", "product", "recurrence", "set_operation")

recipe = Preferences(
    out="runs/m_kto_small",
    model=Sft(
        out="runs/m_kto_small/cold_start",
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
    iterations=3,
    problems=48,
    rollouts=8,
    budget=512,
    learning_rate=1e-4,
    evaluate_problems=96,
)
