"""ReTool's course at small size: a cold start, then PPO with the interpreter inside the rollout.

Feng et al., "ReTool: Reinforcement Learning for Strategic Tool Use in LLMs", 2025, arXiv:2504.11536: +1 for a
right answer, else -1, no KL. Differs from the paper: the cold start's teacher guesses or writes a wrong
operator in most of its trajectories, and the dialect is the one that the shipped model speaks.

reckon train rl recipes/retool_small.py          minutes on 2 CPU cores
"""

from reckon.data.cold_start import ColdStart
from reckon.training.objectives.ppo import Ppo
from reckon.training.rewards.retool import Retool
from reckon.training.rl import Rl
from reckon.training.sft import Sft

TASKS = ("arithmetic", "gcd_lcm", "modular_power", "product", "recurrence", "set_operation")

recipe = Rl(
    out="runs/retool_small",
    model=Sft(
        out="runs/retool_small/cold_start",
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
    objective=Ppo(),
    reward=Retool(),
    steps=40,
    problems=12,
    rollouts=8,
    learning_rate=3e-4,
    evaluate_every=10,
    evaluate_problems=96,
    save_every=20,
)
