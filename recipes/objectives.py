"""One small run for each objective: the course of recipes/r1_ci_small.py with another way to learn from it.

All begin with the same cold start, which is made once, and see the same problems. What a method wants besides
its loss stands beside it: rewards of turns, more rollouts than are kept, branching, a queue. The papers are
named in the objectives' own files; the differences there hold here.

reckon train rl recipes/objectives.py:dapo          minutes on 2 CPU cores
"""

from dataclasses import replace

from reckon.data.cold_start import ColdStart
from reckon.training.curriculum.online import Online
from reckon.training.objectives import Objective
from reckon.training.objectives.arpo import Arpo
from reckon.training.objectives.aspo_shaping import AspoShaping
from reckon.training.objectives.dapo import Dapo
from reckon.training.objectives.dr_grpo import DrGrpo
from reckon.training.objectives.grpo import Grpo
from reckon.training.objectives.grpo_roc import GrpoRoc
from reckon.training.objectives.gspo import Gspo
from reckon.training.objectives.gtpo_turn import GtpoTurn
from reckon.training.objectives.mt_grpo import MtGrpo
from reckon.training.objectives.otc_grpo import OtcGrpo
from reckon.training.objectives.otc_po import OtcPo
from reckon.training.objectives.ppo import Ppo
from reckon.training.objectives.reinforce_pp import ReinforcePp
from reckon.training.objectives.rloo import Rloo
from reckon.training.objectives.simpletir import SimpleTir
from reckon.training.rewards.contains_python import ContainsPython
from reckon.training.rewards.graded import Graded
from reckon.training.rewards.incorrect_label import IncorrectLabel
from reckon.training.rewards.majority_vote import MajorityVote
from reckon.training.rewards.random_reward import RandomReward
from reckon.training.rewards.sum import Sum
from reckon.training.rewards.turn_execution import TurnExecution
from reckon.training.rewards.turn_format import TurnFormat
from reckon.training.rl import Rl
from reckon.training.sample_queue import SampleQueue
from reckon.training.sft import Sft
from reckon.training.temperatures import Temperatures

TASKS = ("arithmetic", "gcd_lcm", "modular_power", "product", "recurrence", "set_operation")

COURSE = Rl(
    out="runs/objectives",
    model=Sft(
        out="runs/objectives/cold_start",
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


def small(name: str, objective: Objective, **rest: object) -> Rl:
    """The course with this objective, in a folder of its own."""
    return replace(COURSE, out=f"runs/objectives/{name}", objective=objective, **rest)


reinforce_pp = small("reinforce_pp", ReinforcePp())
rloo = small("rloo", Rloo())
ppo = small("ppo", Ppo())
grpo = small("grpo", Grpo())
grpo_kl = small("grpo_kl", Grpo(kl=0.001))
dr_grpo = small("dr_grpo", DrGrpo(length=1024))
dapo = small("dapo", Dapo(), max_draws=3)
gspo = small("gspo", Gspo(), passes=2)
grpo_roc = small("grpo_roc", GrpoRoc(least=1), rollouts=16, problems=6)
gtpo_turn = small("gtpo_turn", GtpoTurn(), reward=Sum((Graded(), TurnFormat())))
aspo_shaping = small("aspo_shaping", AspoShaping())
otc_po = small("otc_po", OtcPo())
otc_grpo = small("otc_grpo", OtcGrpo())
mt_grpo = small("mt_grpo", MtGrpo(), reward=Sum((Graded(), TurnExecution())))
simpletir = small("simpletir", SimpleTir())
arpo = small(
    "arpo", Arpo(mode="hard"), reasoner="ArpoBranching(leaves=4, roots=2, vocabulary=640)", rollouts=2
)
# A queue is for problems that come again: 36 of them here, drawn evenly.
tool_r1 = small(
    "tool_r1",
    Grpo(),
    queue=SampleQueue(),
    plan=Online(buckets=2, pool=3, floor=1.0, help_below=0.0),
)
grpo_ats = small("grpo_ats", Grpo(), temperatures=Temperatures())

# Spurious rewards, the controls of 2506.10947: what they gain is not learned from the answers.
spurious_random = small("spurious_random", Grpo(), reward=RandomReward())
spurious_python = small("spurious_python", Grpo(), reward=ContainsPython())
spurious_vote = small("spurious_vote", Grpo(), reward=MajorityVote())
spurious_incorrect = small("spurious_incorrect", Grpo(), reward=IncorrectLabel())
