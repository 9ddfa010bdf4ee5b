"""R1-Code-Interpreter on one GPU: recipes/r1_ci.py with adapters on Qwen2.5-1.5B, a quarter of the rollouts.

Differs from the paper (see there): LoRA, and the cold start is the built-in teacher's, so that nothing but
the model must be had. Never run here. `--set model.model=Qwen/Qwen2.5-3B-Instruct` is the larger one; what
either takes is said by --dry-run.

reckon train rl recipes/r1_ci_one_gpu.py
"""

from reckon.data.cold_start import ColdStart
from reckon.training.lora import Lora
from reckon.training.objectives.grpo import Grpo
from reckon.training.rewards.r1_ci_v2 import R1CiV2
from reckon.training.rl import Rl
from reckon.training.sft import Sft

MODEL = "Qwen/Qwen2.5-1.5B-Instruct"

recipe = Rl(
    out="runs/r1_ci_one_gpu",
    model=Sft(
        out="runs/r1_ci_one_gpu/sft",
        model=MODEL,
        data=ColdStart(problems=2000),
        steps=120,
        batch_tokens=4096,
        accumulate=8,
        learning_rate=1e-4,
        warmup=10,
        weight_decay=0.0,
        lora=Lora(rank=32, alpha=64, base="bfloat16"),
        recompute=True,
        bfloat16=True,
    ),
    tasks=("reckon-144/train",),
    objective=Grpo(kl=0.001),
    reward=R1CiV2(),
    reasoner="CodeInterpreter(max_calls=8)",
    steps=600,
    problems=32,
    rollouts=5,
    budget=4096,
    learning_rate=1e-5,
    piece_tokens=8192,
    lora=Lora(rank=32, alpha=64, base="bfloat16"),
    recompute=True,
    bfloat16=True,
    evaluate_every=25,
    evaluate_problems=148,
    save_every=25,
)
