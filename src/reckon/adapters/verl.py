"""Reckon's reasoners, dialects, rewards and interpreter inside verl, by verl's own registries.

    VERL_USE_EXTERNAL_MODULES=reckon.adapters.verl       in every process: ray_kwargs.ray_init.runtime_env
    actor_rollout_ref.rollout.agent.default_agent_loop=reckon
    algorithm.adv_estimator=reckon  '+algorithm.objective="Grpo()"'

An entry of the file `agent_loop_config_path` changes the loop:

    {name: reckon, _target_: reckon.adapters.verl.ReckonLoop, reasoner: CodeInterpreter(max_calls=8),
     dialect: retool, reward: Retool, interpreter: ray}

verl samples, by its own servers; the loop is token in, token out, and no context is ever rendered again. An
agent loop of verl sees one rollout, an estimator sees rewards, mask and groups of a batch; docs/cluster.md
says which of our stages that lets through. Written for verl 0.9.1 and its V1 trainer.
"""

import asyncio
import secrets
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import fsum
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ray.exceptions import RayError
from verl.experimental.agent_loop.agent_loop import (
    AgentLoopBase,
    AgentLoopMetrics,
    AgentLoopOutput,
    register,
)
from verl.trainer.ppo.core_algos import register_adv_est

from reckon import registry
from reckon.adapters.exchange import (
    Line,
    earned_by,
    line_of,
    problem_of_text,
    text_of_problem,
    write_tokenizer,
)
from reckon.dialects import find_dialect
from reckon.errors import InfrastructureError, ModelUnavailable, UsageError
from reckon.interpreter import AsyncInterpreter
from reckon.models.decoding.writer import Writer
from reckon.models.tokens import FolderTokens, ids_of, insert
from reckon.models.tokens.template import Template, load_template
from reckon.protocols import OnText, Sample, Sampling
from reckon.rollout import Limits, Setup
from reckon.training.collect import Rolling
from reckon.training.rewards import GroupReward
from reckon.training.scored import Scored, turns_of
from reckon.values import Answer, Message, Problem, Segment, Trajectory

if TYPE_CHECKING:
    from torch import Tensor

    from reckon.training.torch_batch import Batch


_NOT_KNOWN = 1 << 30


def rows(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """The rows of a dataset as verl reads them, to be written as parquet."""
    return [
        {
            "prompt": [{"role": "user", "content": problem.question}],
            "data_source": problem.task,
            "reward_model": {"style": "rule", "ground_truth": problem.answer or ""},
            "extra_info": {"index": index, "problem": text_of_problem(problem)},
            "agent_name": "reckon",
        }
        for index, problem in enumerate(problems)
    ]


class Earned(AgentLoopOutput):  # type: ignore[misc]
    """An output with a reward at each response token: its turns' at their ends, the rollout's at its last.

    verl puts a single score on the last token, written by the model or not.
    """

    rewards: list[float]

    def as_dict(self) -> dict[str, Any]:
        """What verl's V1 trainer keeps of it."""
        import torch

        out: dict[str, Any] = super().as_dict()
        out["rm_scores"] = torch.tensor(out.pop("rewards"), dtype=torch.float32)
        return out


@register("reckon")
class ReckonLoop(AgentLoopBase):  # type: ignore[misc]
    """One rollout by a reasoner of ours; verl makes one of these for each.

    reward: a name of training/rewards, "" is the task's grade.  interpreter: "local" is one in this process,
    "ray" one on each node, else an address such as unix:PATH; all rollouts of a process share it.
    """

    def __init__(
        self,
        *arguments: Any,
        reasoner: str = "CodeInterpreter(max_calls=4)",
        dialect: str = "r1_ci",
        reward: str = "",
        interpreter: str = "local",
        **verls: Any,
    ) -> None:
        super().__init__(*arguments, **verls)
        self.reasoner = registry.build("reasoners", reasoner)
        self.dialect = find_dialect(dialect)
        self.reward = registry.build("training.rewards", reward) if reward else None
        self.interpreter = interpreter
        if isinstance(self.reward, GroupReward):
            raise UsageError(f"reward: {reward} looks at whole groups, an agent loop sees one rollout")

    async def run(self, sampling_params: dict[str, Any], **row: Any) -> Earned:
        """Raises InfrastructureError where faults of ours voided it thrice: verl goes on without it."""
        task, problem = problem_of_text((row.get("extra_info") or {}).get("problem"))
        interpreter = await _shared_interpreter(self.interpreter)
        model = VerlModel(self, sampling_params)
        length = int(self.rollout_config.response_length)
        setup = Setup(
            model=model,
            open_session=interpreter.open,
            dialect=self.dialect,
            limits=Limits(tokens=length),
            sampling=Sampling(length, float(sampling_params["temperature"]), float(sampling_params["top_p"])),
        )
        rolling = Rolling(self.reasoner, setup, court=interpreter)
        rolled = await rolling.group(task, problem, rollouts=1, seed=secrets.randbits(40))
        if not rolled:
            raise InfrastructureError(f"{problem.id}: faults of ours voided every try of this rollout")
        return self._output(rolled[0], model)

    def _output(self, trajectory: Trajectory, model: "VerlModel") -> Earned:
        line, (earned,) = line_of(trajectory), earned_by([trajectory], self.reward)
        rewards, cost = token_rewards(earned, line), trajectory.cost
        told = {**earned.parts, "acc": float(earned.right), "calls": cost.runs, "code_errors": cost.errors}
        return Earned(
            prompt_ids=line.prompt_ids,
            response_ids=line.ids,
            response_mask=line.mask,
            response_logprobs=line.logprobs,
            reward_score=fsum(rewards),
            rewards=rewards,
            num_turns=1 + len(turns_of(trajectory)) + len(trajectory.executions),
            metrics=AgentLoopMetrics(
                generate_sequences=cost.generate_s, tool_calls=cost.execute_s + cost.queue_s
            ),
            extra_fields={
                **model.versions,
                "reward_extra_info": told,
                "turn_scores": [earned.turns.get(n, 0.0) for n in range(len(turns_of(trajectory)))],
                "tool_rewards": [],
            },
        )


class VerlModel:
    """verl's servers as a Model, for one rollout: its samples go to one server, which has cached the rest."""

    continues = True
    name = "verl"

    def __init__(self, loop: ReckonLoop, sampling_params: Mapping[str, Any]) -> None:
        self._servers, self._params = loop.server_manager, dict(sampling_params)
        self._tokens, self._template = _tokens_of(loop.tokenizer)
        config = loop.rollout_config
        self._prompt_tokens, self._response_tokens = int(config.prompt_length), int(config.response_length)
        kept = "no_stop_trim" if config.get("name") == "sglang" else "include_stop_str_in_output"
        self._params[kept] = True
        self._request = uuid4().hex
        self.context_tokens = _NOT_KNOWN  # until the prompt is
        self.versions: dict[str, Any] = {}
        self._begun = False

    def render(self, context: Sequence[Segment], messages: Sequence[Message]) -> tuple[Segment, ...]:
        return insert(self._template, self._tokens, context, messages)

    def count(self, text: str) -> int:
        return len(self._tokens.encode_content(text))

    def decode(self, ids: Sequence[int]) -> str:
        return self._tokens.decode(ids)

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        """Raises ModelUnavailable for a lost server or a sample cut off, UsageError for a prompt too long."""
        ids = ids_of(context)
        self._begin(len(ids))
        room = self.context_tokens - len(ids)
        params = {
            **self._params,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_tokens": min(sampling.max_tokens, room),
            "stop": list(sampling.stop),
        }
        try:
            output = await self._servers.generate(
                request_id=self._request, prompt_ids=ids, sampling_params=params
            )
        except RayError as error:
            raise ModelUnavailable(f"verl's server was lost: {str(error).splitlines()[0]}") from None
        if output.stop_reason == "aborted" or not output.token_ids:
            raise ModelUnavailable(f"verl's server gave no sample ({output.stop_reason})")
        self._hear(output.extra_fields)
        logprobs = output.log_probs or [0.0] * len(output.token_ids)
        writer = Writer(self._tokens, sampling.stop, len(output.token_ids), on_text)
        for token, logprob in zip(output.token_ids, logprobs, strict=True):
            if writer.push(int(token), float(logprob)):
                break
        sample = writer.sample(len(ids))
        return sample if output.log_probs else replace(sample, logprobs=None)

    async def close(self) -> None:
        pass  # the servers are verl's

    def _begin(self, prompt: int) -> None:
        """The first context is the prompt: what follows must fit `response_length`, however short it is."""
        if self._begun:
            return
        if prompt > self._prompt_tokens:
            raise UsageError(
                f"the prompt has {prompt} tokens, data.max_prompt_length is {self._prompt_tokens}: raise it"
            )
        self._begun, self.context_tokens = True, prompt + self._response_tokens

    def _hear(self, told: Mapping[str, Any]) -> None:
        """Between which versions of the weights the rollout was sampled: verl bounds staleness by it."""
        for name, choose in (("min_global_steps", min), ("max_global_steps", max)):
            heard = [one for one in (self.versions.get(name), told.get(name)) if one is not None]
            self.versions[name] = choose(heard) if heard else None


def token_rewards(earned: Scored, line: Line) -> list[float]:
    """The rewards at the tokens of a line: never on one that the model did not write."""
    ends: dict[int, int] = {}
    numbers: dict[int, int] = {}
    at = -len(line.prompt_ids)
    for segment in earned.trajectory.segments:
        at += len(segment.ids or ())
        if segment.sample is not None:
            turn = numbers.setdefault(segment.sample, len(numbers))
            if segment.ids:
                ends[turn] = at - 1
    rewards = [0.0] * len(line.ids)
    rewards[max(ends.values())] += earned.reward
    for turn, reward in earned.turns.items():
        rewards[ends[turn]] += reward
    return rewards


@register_adv_est("reckon")  # type: ignore[untyped-decorator]
def advantages(
    token_level_rewards: "Tensor",
    response_mask: "Tensor",
    index: Sequence[object] | None = None,
    config: Any = None,
    **verls: Any,
) -> "tuple[Tensor, Tensor]":
    """(A, A), both [B,T]: the credit of `algorithm.objective`, e.g. "MtGrpo(weight=0.5)"; Grpo where unsaid.

    Raises UsageError for an objective with a critic or a reference: verl gives an estimator neither.
    """
    expression = (config.get("objective") if config is not None else None) or "Grpo()"
    objective = registry.build("training.objectives", str(expression))
    if objective.critic or objective.reference:
        raise UsageError(
            f"algorithm.objective={expression}: verl shows an estimator neither values nor a reference: take"
            " adv_estimator=gae, or verl's own KL (actor.use_kl_loss), and an objective without"
        )
    batch = batch_of_verl(token_level_rewards, response_mask, index)
    advantage_BT = objective.credit(batch).to(token_level_rewards.dtype)
    return advantage_BT, advantage_BT


def batch_of_verl(reward_BT: "Tensor", response_mask_BT: "Tensor", index: Sequence[object] | None) -> "Batch":
    """A batch for `credit` alone: turns are the runs of ones in the mask, ids and likelihoods are not there.

    The reward on the last turn counts as the rollout's: verl keeps one number where both stand.
    """
    import torch

    from reckon.training.torch_batch import Batch

    mask_BT = response_mask_BT.bool()
    begins_BT = mask_BT & ~torch.nn.functional.pad(mask_BT, (1, 0))[:, :-1]
    turn_BT = torch.where(mask_BT, begins_BT.cumsum(1) - 1, -1)
    reward_BT = torch.where(mask_BT, reward_BT, 0.0).float()
    count = max(1, int(turn_BT.max()) + 1)
    reward_BK = reward_BT.new_zeros(len(reward_BT), count).scatter_add(1, turn_BT.clamp(min=0), reward_BT)
    last_B = turn_BT.amax(1).clamp(min=0)
    reward_B = reward_BK.gather(1, last_B[:, None])[:, 0]
    # A row that verl fills up with has no token of the model, and is in nobody's group.
    filled = mask_BT.any(1).tolist()
    told = list(range(len(filled))) if index is None else list(index)
    names = [(name if own else n, own) for n, (name, own) in enumerate(zip(told, filled, strict=True))]
    numbers = {name: n for n, name in enumerate(dict.fromkeys(names))}
    return Batch(
        ids_BT=torch.zeros_like(turn_BT),
        mask_BT=mask_BT,
        old_logp_BT=torch.zeros_like(reward_BT),
        turn_BT=turn_BT,
        kind_BT=torch.where(mask_BT, 0, -1),
        reward_BT=reward_BT,
        reward_B=reward_B,
        group_B=torch.tensor([numbers[name] for name in names], device=reward_BT.device),
        trained_B=torch.ones_like(last_B, dtype=torch.bool),
        rows=tuple(
            _row(str(name), float(reward), turns[:last])
            for (name, _), reward, turns, last in zip(
                names, reward_B.tolist(), reward_BK.tolist(), last_B.tolist(), strict=True
            )
        ),
    )


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: object,
    extra_info: Mapping[str, Any] | None = None,
    dialect: str = "r1_ci",
    **verls: Any,
) -> dict[str, float]:
    """verl's custom reward function, for rollouts of its own loops: the task's grade of the last answer."""
    task, problem = problem_of_text((extra_info or {}).get("problem"))
    spans = find_dialect(dialect).spans(solution_str)
    answer = next((span.body for span in reversed(spans) if span.kind == "answer"), None)
    score = task.grade(problem, answer).score if answer is not None else 0.0
    return {"score": score, "acc": float(score >= 1.0)}


def _row(name: str, reward: float, turns: Sequence[float]) -> Scored:
    nothing = Trajectory(name, Problem(name, "", ""), (), Answer(None))
    return Scored(nothing, reward, turns={n: one for n, one in enumerate(turns) if one})


# verl makes a loop object for each rollout and gives a process no place to own anything: these live as long
# as the process, or as its event loop.
_interpreters: "weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, asyncio.Task[Any]]]" = (
    weakref.WeakKeyDictionary()
)
_tokens: "weakref.WeakKeyDictionary[Any, tuple[FolderTokens, Template]]" = weakref.WeakKeyDictionary()


async def _shared_interpreter(where: str) -> Any:
    """This event loop's interpreter of that place, opened by the first who asks."""
    opened = _interpreters.setdefault(asyncio.get_running_loop(), {})
    if where not in opened or (opened[where].done() and opened[where].exception() is not None):
        opened[where] = asyncio.create_task(_open(where))
    return await asyncio.shield(opened[where])


async def _open(where: str) -> Any:
    if where == "local":
        return await AsyncInterpreter().__aenter__()
    if where == "ray":
        from reckon.adapters.ray import RayInterpreters

        # Each of the workers on a node has its own: they share what one would reserve.
        return await RayInterpreters(amount=0.1).__aenter__()
    return await AsyncInterpreter.connect(where).__aenter__()


def _tokens_of(tokenizer: Any) -> tuple[FolderTokens, Template]:
    """The tokens and the template of verl's tokenizer, as it is now; read once."""
    if tokenizer not in _tokens:
        with tempfile.TemporaryDirectory() as folder:
            path = write_tokenizer(Path(folder), tokenizer)
            _tokens[tokenizer] = FolderTokens(path), load_template(path)
    return _tokens[tokenizer]
