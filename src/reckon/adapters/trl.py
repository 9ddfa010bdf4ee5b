"""Rollouts with the interpreter inside for TRL's GRPOTrainer, and what they earned as its rewards.

    problems = draw_problems(("product",), 256)
    with TrlRollouts(CodeInterpreter(max_calls=4), reward=R1CiV2()) as rollouts:
        trainer = GRPOTrainer(
            model, args=args, train_dataset=Dataset.from_list(rows(problems)),
            rollout_func=rollouts, reward_funcs=rollouts.reward,
        )
        trainer.train()

TRL's `rollout_func` gets a process's prompts, each as often as it wants completions of it, and gives back as
many lines. What the model did not write stands under a 0 of `env_mask`, TRL's word for it, and is in no loss.
A rollout that faults of ours voided thrice is a line of one masked token without a reward: TRL leaves it out
of its group's mean, and its advantage is 0.

What reaches TRL: one reward per rollout, and the mask. What does not: rewards of single turns, which are
added to the rollout's; an objective's shape, select, credit and loss, which are TRL's own; forks. TRL calls
its rollout_func experimental: this was written for 1.16.
"""

import asyncio
import random
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from itertools import groupby
from math import fsum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from reckon.adapters.exchange import (
    Line,
    earned_by,
    line_of,
    problem_of_text,
    text_of_problem,
    write_tokenizer,
)
from reckon.dialects import find_dialect
from reckon.errors import UsageError
from reckon.interpreter import AsyncInterpreter
from reckon.protocols import Model, Reasoner, Sampling
from reckon.reasoners.material.together import together
from reckon.rollout import Limits, Setup
from reckon.training.collect import Rolling
from reckon.training.rewards import Reward
from reckon.training.scored import Scored
from reckon.values import Problem

MAX_ROWS = 64
_ALONE = "samples are drawn by temperature and top_p alone"
_WANTED: dict[str, tuple[tuple[object, ...], str]] = {
    "top_k": ((0, -1, None), _ALONE),
    "min_p": ((0.0, None), _ALONE),
    "repetition_penalty": ((1.0, None), _ALONE),
    "mask_truncated_completions": (
        (False, None),
        "a rollout ends at its answer, which TRL takes for cut off",
    ),
}


def rows(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """The rows of a dataset: conversational prompts that carry their problems."""
    return [
        {"prompt": [{"role": "user", "content": one.question, "problem": text_of_problem(one)}]}
        for one in problems
    ]


def columns(lines: Sequence[Line]) -> dict[str, list[Any] | None]:
    """What TRL's RolloutFunc gives of rollouts."""
    logprobs = [line.logprobs for line in lines]
    return {
        "prompt_ids": [line.prompt_ids for line in lines],
        "completion_ids": [line.ids for line in lines],
        "logprobs": logprobs if None not in logprobs else None,  # TRL wants those of all lines, or none
        "env_mask": [line.mask for line in lines],
    }


class TrlRollouts:
    """A `rollout_func`, and the reward that goes with it; a context manager that owns the interpreter.

    reward: None is the task's grade.  interpreter: makes it, as AsyncInterpreter or RayInterpreters do.
    model: where samples come from; None is the trainer's own policy in this process. With TRL's vLLM server
    it is OpenAI(name, base_url=…, api="completions", tokenizer=FOLDER, logprobs=True, token_ids=True), and
    TRL hands the weights to the server. It is closed with the rollouts.
    A rollout may write `max_completion_length` tokens; outputs come on top.
    """

    def __init__(
        self,
        reasoner: Reasoner,
        *,
        dialect: str = "r1_ci",
        reward: Reward | None = None,
        interpreter: Callable[[], AbstractAsyncContextManager[Any]] = AsyncInterpreter,
        model: Model | None = None,
        seed: int = 0,
    ) -> None:
        self._reasoner, self._dialect, self._reward = reasoner, find_dialect(dialect), reward
        self._make, self._model, self._seed = interpreter, model, seed
        self._runner: asyncio.Runner | None = None
        self._owned = AsyncExitStack()
        self._interpreter: Any = None
        self._own: Any = None  # the trainer's policy as a Model
        self._call = (-1, False, 0)  # step, training, number of the call in it

    def __enter__(self) -> Self:
        if self._runner is not None:
            raise UsageError("these rollouts are open already: make others")
        self._runner = asyncio.Runner()
        if self._model is not None:
            self._owned.push_async_callback(self._model.close)
        try:
            self._interpreter = self._runner.run(self._owned.enter_async_context(self._make()))
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.run(self._owned.aclose())
            runner.close()

    def __call__(self, prompts: Sequence[Any], trainer: Any) -> dict[str, list[Any] | None]:
        """TRL's RolloutFunc: one line for each prompt, in their order."""
        if self._runner is None:
            raise UsageError("the rollouts are not open: train inside `with TrlRollouts(…) as rollouts`")
        policy = trainer.accelerator.unwrap_model(trainer.model)
        was_training = policy.training
        setup = self._setup(trainer, policy)
        policy.eval()
        try:
            lines, earned = self._runner.run(
                self._roll(prompts, setup, self._next_seed(trainer, was_training))
            )
        finally:
            policy.train(was_training)
        blank = _blank(int(trainer.processing_class.eos_token_id))
        return {**columns([line or blank for line in lines]), "scored": [_told(one) for one in earned]}

    def reward(
        self, prompts: Sequence[Any], *, scored: Sequence[Mapping[str, float] | None], **columns: Any
    ) -> list[float | None]:
        """TRL's reward function: what each rollout earned, None for one that does not count."""
        counted = [one for one in scored if one is not None]
        log = columns.get("log_metric")
        for name in sorted({name for one in counted for name in one if name != "reward"}) if log else ():
            log(f"reckon/{name}", fsum(one.get(name, 0.0) for one in counted) / len(counted))  # type: ignore[misc]
        return [one["reward"] if one is not None else None for one in scored]

    async def _roll(
        self, prompts: Sequence[Any], setup: Setup, seed: int
    ) -> tuple[list[Line | None], list[Scored | None]]:
        rolling = Rolling(self._reasoner, setup, court=self._interpreter)
        groups = [(text, len(list(same))) for text, same in groupby(prompts, key=_problem_text)]
        rolled = await together(
            rolling.group(*problem_of_text(text), rollouts=count, seed=seed + number)
            for number, (text, count) in enumerate(groups)
        )
        lines: list[Line | None] = []
        earned: list[Scored | None] = []
        for (_, count), group in zip(groups, rolled, strict=True):
            roots = [trajectory for trajectory in group if trajectory.relation == "root"]
            lost = [None] * (count - len(roots))
            lines += [*map(line_of, roots), *lost]
            earned += [*earned_by(roots, self._reward), *lost]
        return lines, earned

    def _setup(self, trainer: Any, policy: Any) -> Setup:
        args = trainer.args
        for name, (wanted, why) in _WANTED.items():
            if (given := getattr(args, name, None)) not in wanted:
                raise UsageError(f"GRPOConfig.{name}: wanted {wanted[0]!r}, got {given!r}: {why}")
        budget = int(args.max_completion_length)
        return Setup(
            model=self._model or self._policy(trainer, policy),
            open_session=self._interpreter.open,
            dialect=self._dialect,
            limits=Limits(tokens=budget),
            sampling=Sampling(budget, float(args.temperature), float(args.top_p)),
        )

    def _policy(self, trainer: Any, policy: Any) -> Model:
        """The trainer's policy as it is now; its weights are used in place."""
        if getattr(trainer, "use_vllm", False):
            raise UsageError("use_vllm: give TrlRollouts the server as model=OpenAI(…, api='completions')")
        sharded = any(hasattr(parameter, "ds_id") for parameter in policy.parameters())
        if sharded or getattr(trainer, "is_fsdp_enabled", False):
            raise UsageError("a sharded policy cannot be sampled from in place: use TRL's vLLM server")
        if self._own is None:
            from reckon.models.transformers import Transformers

            with tempfile.TemporaryDirectory() as folder:
                configs = policy.config, getattr(policy, "generation_config", None)
                write_tokenizer(Path(folder), trainer.processing_class, *configs)
                self._own = Transformers(folder, model=policy, max_rows=MAX_ROWS)
        self._own.forget()
        own: Model = self._own
        return own

    def _next_seed(self, trainer: Any, training: bool) -> int:
        step = int(trainer.state.global_step)
        again = self._call[2] + 1 if self._call[:2] == (step, training) else 0
        self._call = (step, training, again)
        place = f"{self._seed}/{step}/{training}/{again}/{trainer.accelerator.process_index}"
        return random.Random(place).getrandbits(40)


def _problem_text(prompt: Any) -> Any:
    """The problem that a prompt of `rows` carries."""
    last = prompt[-1] if isinstance(prompt, list) and prompt else None
    return last.get("problem") if isinstance(last, dict) else None


def _blank(end: int) -> Line:
    """The line of a rollout that does not count."""
    return Line([end], [end], [0], [0.0])


def _told(one: Scored | None) -> dict[str, float] | None:
    """What a rollout earned and did, for TRL's columns."""
    if one is None:
        return None
    cost = one.trajectory.cost
    return {
        **one.parts,
        "reward": one.reward + fsum(one.turns.values()),
        "accuracy": float(one.right),
        "calls": float(cost.runs),
        "code_errors": float(cost.errors),
        "execute_s": cost.execute_s,
    }
