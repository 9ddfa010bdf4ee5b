"""Reinforcement learning with the interpreter inside the rollout: the recipe, data only. `rl_run` runs it."""

import math
from dataclasses import dataclass

from reckon.errors import UsageError
from reckon.training.course import Plan
from reckon.training.fields import able, above, span, texts, whole, within
from reckon.training.lora import Lora
from reckon.training.objectives import Objective
from reckon.training.rewards import Reward
from reckon.training.sample_queue import SampleQueue
from reckon.training.sft import Sft
from reckon.training.temperatures import Temperatures


@dataclass(frozen=True)
class Rl:
    """A run.

    model: the policy to start from: "tiny", a folder, or a cold start, which is run first.
    tasks: names and suites, as on the command line.  steps: updates of `problems` problems with `rollouts`
    rollouts each.  plan: which problems; None is every task in turn, of a difficulty drawn evenly from
    `difficulty`.  reward: None is the task's grade.
    max_draws: how often a step draws problems at most; above 1 it draws others for groups that the objective
    drops.  max_staleness: how many updates old the policy may be that begins a rollout.
    temperatures: of text and of programs, instead of `temperature`.  queue: keeps rollouts for later steps,
    which then make up to half of a group.
    interpreters: where programs run: "local", the address of a server ("tcp://HOST:PORT", "unix:PATH"), or
    "module:name" of what opens them, as "reckon.adapters.ray:RayInterpreters".
    passes: how often a step's batch is trained on.  decoder: "numpy" (Llama architecture, CPU), "torch" (any,
    shares the policy's weights), or "auto".
    piece_tokens: how many tokens go through the model at once.  evaluate_every: 0 is never.
    keep: graded rollouts of the first step, of every so many and of the last go to OUT/trajectories.jsonl;
    0 keeps none.
    lora: adapters instead of all weights.  recompute: activations are computed again instead of kept.
    shards: with several processes, each keeps a part of the weights.  bfloat16: what the trainer computes in,
    None is timed at the start; its log-probabilities then leave the decoder's by about 1e-2.
    """

    out: str
    model: str | Sft
    tasks: tuple[str, ...]
    objective: Objective
    reward: Reward | None = None
    reasoner: str = "CodeInterpreter(max_calls=4)"
    dialect: str = "r1_ci"
    decoder: str = "auto"
    interpreters: str = "local"
    steps: int = 100
    problems: int = 16
    rollouts: int = 8
    difficulty: tuple[float, float] = (0.0, 1.0)
    plan: Plan | None = None
    max_draws: int = 1
    max_staleness: int = 0
    temperatures: Temperatures | None = None
    queue: SampleQueue | None = None
    temperature: float = 1.0
    budget: int = 1024
    passes: int = 1
    learning_rate: float = 1e-4
    critic_rate: float = 5e-4
    warmup: int = 5
    weight_decay: float = 0.0
    clip: float = 1.0
    piece_tokens: int = 4096
    lora: Lora | None = None
    recompute: bool = False
    shards: bool = False
    bfloat16: bool | None = False
    seed: int = 0
    evaluate_every: int = 10
    evaluate_problems: int = 64
    keep: int = 10
    save_every: int = 20

    def __post_init__(self) -> None:
        able(self, "objective", self.objective, "shape", "select", "credit", "loss", "weigh")
        if self.reward is not None:
            able(self, "reward", self.reward, "score")
        if self.plan is not None:
            able(self, "plan", self.plan, "begin")
        texts(self, "tasks")
        if not self.tasks:
            raise UsageError("Rl wants tasks, one or more")
        whole(self, 1, "steps", "problems", "passes", "max_draws", "save_every", "budget", "piece_tokens")
        whole(self, 1, "evaluate_problems")
        whole(self, 2, "rollouts")
        whole(self, 0, "max_staleness", "keep", "evaluate_every", "warmup", "seed")
        above(self, "learning_rate", "critic_rate", "clip")
        within(self, 0.0, math.inf, "temperature", "weight_decay")
        span(self, "difficulty")
        if self.decoder not in ("auto", "numpy", "torch", "vllm") and not self.decoder.startswith("http"):
            raise UsageError(
                f"decoder: wanted auto, numpy, torch, vllm or the URL of a vLLM server, got {self.decoder!r}"
            )
