"""R1-Code-Interpreter at full size: SFT on a stronger model's trajectories, then GRPO with the interpreter.

Chen et al., "R1-Code-Interpreter: Training LLMs to Reason with Code via Supervised and Multi-stage
Reinforcement Learning", 2025, arXiv:2505.21668, second version: 3 epochs of 6,500 trajectories, then 4 stages
of 150 steps of 128 problems with 5 rollouts, KL 0.001, learning rate 1e-6, up to 8 programs. The rate of the
SFT and the length of a rollout are ours. Never run at this size here. What a user must have: 8 GPUs of 80 GB
for 7B (the paper: 16 H100), cores for the programs, data/r1_ci_sft.jsonl (a teacher's right trajectories on
reckon-144/train, at most 70 a task), and for the stages the file that `reckon curriculum` writes.

torchrun --nproc-per-node 8 -m reckon train rl recipes/r1_ci.py --set "plan=Staged(file='stages.json')"

`--set model.model=Qwen/Qwen2.5-14B-Instruct` takes another size; the paper has 3B and 14B too.
"""

from reckon.training.objectives.grpo import Grpo
from reckon.training.rewards.r1_ci_v2 import R1CiV2
from reckon.training.rl import Rl
from reckon.training.sft import Sft

MODEL = "Qwen/Qwen2.5-7B-Instruct"

recipe = Rl(
    out="runs/r1_ci",
    model=Sft(
        out="runs/r1_ci/sft",
        model=MODEL,
        data="data/r1_ci_sft.jsonl",
        steps=610,  # 3 epochs of 6,500 trajectories, 32 a step
        batch_tokens=8192,
        accumulate=8,
        learning_rate=1e-5,
        warmup=20,
        weight_decay=0.0,
        recompute=True,
        shards=True,
        bfloat16=True,
    ),
    tasks=("reckon-144/train",),
    objective=Grpo(kl=0.001),
    reward=R1CiV2(),
    reasoner="CodeInterpreter(max_calls=8)",
    steps=600,  # 4 stages of 150
    problems=128,
    rollouts=5,
    temperature=1.0,
    budget=6144,
    learning_rate=1e-6,
    piece_tokens=6144,
    recompute=True,
    shards=True,
    bfloat16=True,
    evaluate_every=25,
    evaluate_problems=148,
    save_every=25,
)
