"""R1-Code-Interpreter's course at small size: a cold start, then GRPO with the interpreter in the rollout.

Chen et al., "R1-Code-Interpreter: Training LLMs to Reason with Code via Supervised and Reinforcement
Learning", 2025, arXiv:2505.21668, its first version: one stage, reward 1 for a right answer. The cold start's
teacher guesses or writes a wrong operator in most of its trajectories: that is what there is to unlearn.

reckon train rl recipes/r1_ci_small.py          minutes on 2 CPU cores
"""

from reckon.data.cold_start import ColdStart
from reckon.training.objectives.grpo import Grpo
from reckon.training.rl import Rl
from reckon.training.sft import Sft

TASKS = ("arithmetic", "gcd_lcm", "modular_power", "product", "recurrence", "set_operation")

recipe = Rl(
    out="runs/r1_ci_small",
    model=Sft(
        out="runs/r1_ci_small/cold_start",
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
    tasks=TASKS,
    objective=Grpo(),
    steps=40,
    problems=12,
    rollouts=8,
    learning_rate=3e-4,
    evaluate_every=10,
    evaluate_problems=96,
    save_every=20,
)
