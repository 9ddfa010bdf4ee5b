"""ReTool on one GPU: recipes/retool.py with adapters on Qwen2.5-1.5B and shorter, fewer rollouts.

Differs from the paper (see there): LoRA, sequences of 4,096 tokens, and the cold start is the built-in
teacher's, so that nothing but the model must be had. Never run here.
`--set model.model=Qwen/Qwen2.5-3B-Instruct` is the larger one; what either takes is said by --dry-run.

reckon train rl recipes/retool_one_gpu.py
"""

from reckon.data.cold_start import ColdStart
from reckon.tasks import names
from reckon.training.lora import Lora
from reckon.training.objectives.ppo import Ppo
from reckon.training.rewards.retool import Retool
from reckon.training.rl import Rl
from reckon.training.sft import Sft

MODEL = "Qwen/Qwen2.5-1.5B-Instruct"
TASKS = names("mathematics")

recipe = Rl(
    out="runs/retool_one_gpu",
    model=Sft(
        out="runs/retool_one_gpu/sft",
        model=MODEL,
        data=ColdStart(problems=2000),
        dialect="retool",
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
    tasks=TASKS,
    objective=Ppo(),
    reward=Retool(),
    dialect="retool",
    steps=400,
    problems=32,
    rollouts=8,
    budget=4096,
    learning_rate=1e-5,
    critic_rate=5e-5,
    piece_tokens=8192,
    lora=Lora(rank=32, alpha=64, base="bfloat16"),
    recompute=True,
    bfloat16=True,
    evaluate_every=20,
    evaluate_problems=128,
    save_every=20,
)
