"""Learning from likes and dislikes, once or in rounds on the policy's own rollouts: the recipe, data only.

`preference_run` runs it. Iterative: Xiong et al., 2024, arXiv:2409.02392 (M-DPO, M-KTO), Mitra et al., 2024,
arXiv:2402.14830 (Orca-Math).
"""

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias

from reckon.data.cold_start import ColdStart
from reckon.data.labels import Labels
from reckon.data.pairs import Pairs
from reckon.errors import UsageError
from reckon.training.fields import able, above, one_of, span, texts, whole, within
from reckon.training.lora import Lora
from reckon.training.preferences import Preference
from reckon.training.sft import Sft

Reference: TypeAlias = Literal["start", "previous"]


@dataclass(frozen=True)
class Preferences:
    """A run.

    model: the policy to start from: "tiny", a folder, or a cold start, which is run first.
    choice: `Pairs` for an objective that wants pairs, else `Labels`.
    data: a .jsonl of graded trajectories of this model's tokenizer, or a ColdStart; chosen from in every
    iteration, with what the policy does then: `rollouts` of each of `problems` problems; 0 collects nothing.
    reference: "start" keeps to the policy that the run began with, "previous" to the one that an iteration
    begins with, so that the policy may go further each time.
    epochs: how often an iteration's examples are learned, `batch` of them an update.
    piece_tokens, lora, recompute, shards, bfloat16, decoder, interpreters: as in `Rl`.
    evaluate_problems: before the first iteration and after each; 0 is never.
    """

    out: str
    model: str | Sft
    objective: Preference
    choice: Pairs | Labels
    tasks: tuple[str, ...] = ()
    data: str | ColdStart = ""
    reference: Reference = "start"
    iterations: int = 3
    problems: int = 64
    rollouts: int = 8
    epochs: int = 1
    batch: int = 16
    reasoner: str = "CodeInterpreter(max_calls=4)"
    dialect: str = "r1_ci"
    decoder: str = "auto"
    interpreters: str = "local"
    difficulty: tuple[float, float] = (0.0, 1.0)
    temperature: float = 1.0
    budget: int = 1024
    learning_rate: float = 1e-4
    warmup: int = 5
    weight_decay: float = 0.0
    clip: float = 1.0
    piece_tokens: int = 4096
    lora: Lora | None = None
    recompute: bool = False
    shards: bool = False
    bfloat16: bool | None = False
    seed: int = 0
    evaluate_problems: int = 64
    save_every: int = 20

    def __post_init__(self) -> None:
        able(self, "objective", self.objective, "weigh", "loss")
        able(self, "choice", self.choice, "choose")
        one_of(self, "reference", ("start", "previous"))
        if self.objective.paired != self.choice.paired:
            wanted = "Pairs" if self.objective.paired else "Labels"
            raise UsageError(
                f"{type(self.objective).__name__} wants choice={wanted}(...), got {self.choice!r}"
            )
        texts(self, "tasks")
        whole(self, 1, "iterations", "epochs", "batch", "rollouts", "budget", "piece_tokens", "save_every")
        whole(self, 0, "problems", "evaluate_problems", "warmup", "seed")
        above(self, "learning_rate", "clip")
        within(self, 0.0, math.inf, "temperature", "weight_decay")
        span(self, "difficulty")
        self._check_source()

    def _check_source(self) -> None:
        if not self.problems and not self.data:
            raise UsageError("nothing to learn from: give data, or problems above 0 with tasks")
        if not self.tasks and (self.problems or self.evaluate_problems):
            raise UsageError("give tasks, or problems=0 and evaluate_problems=0")
        if not self.problems and self.iterations > 1 and self.reference == "start":
            raise UsageError(
                "iterations of the same data and reference are epochs: give iterations=1, epochs=…"
            )
