"""ReTool at full size: a cold start on rewritten chains of thought, then PPO with the interpreter.

Feng et al., "ReTool: Reinforcement Learning for Strategic Tool Use in LLMs", 2025, arXiv:2504.11536:
Qwen2.5-32B, PPO with gamma = lambda = 1 and no KL, +1 and -1, 2 epochs of about 2,000 cold-start
trajectories, 400 steps of 512 rollouts, sequences of 16,384 tokens. The critic's rate is verl's. Never run at
this size here. What a user must have: 64 GPUs of 80 GB to train and a vLLM server beside them to roll out
(docs/training.md says how it is started), cores for the programs, data/retool_sft.jsonl (chains of thought
rewritten with code), and problems: these are the mathematics of ours, the paper has DAPO-Math-17k.

torchrun --nnodes 8 --nproc-per-node 8 -m reckon train rl recipes/retool.py
"""

from reckon.tasks import names
from reckon.training.objectives.ppo import Ppo
from reckon.training.rewards.retool import Retool
from reckon.training.rl import Rl
from reckon.training.sft import Sft

TASKS = names("mathematics")

recipe = Rl(
    out="runs/retool",
    model=Sft(
        out="runs/retool/sft",
        model="Qwen/Qwen2.5-32B-Instruct",
        data="data/retool_sft.jsonl",
        dialect="retool",
        steps=124,  # 2 epochs of 1,984 trajectories, 32 a step
        batch_tokens=16384,
        accumulate=32,
        learning_rate=1e-5,
        warmup=6,
        weight_decay=0.0,
        recompute=True,
        shards=True,
        bfloat16=True,
    ),
    tasks=TASKS,
    objective=Ppo(),
    reward=Retool(),
    reasoner="CodeInterpreter(max_calls=16)",
    dialect="retool",
    steps=400,
    problems=64,
    rollouts=8,
    temperature=1.0,
    budget=16384,
    decoder="http://localhost:8000",
    learning_rate=1e-6,
    critic_rate=2e-6,
    piece_tokens=16384,
    recompute=True,
    shards=True,
    bfloat16=True,
    evaluate_every=20,
    evaluate_problems=128,
    save_every=20,
)
