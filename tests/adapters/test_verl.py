"""verl's own agent loop worker and estimator registry, with our loop, rewards and advantages in them.

An optional group, in an environment of its own: pip install 'reckon[verl]'. Written for verl 0.9.1. verl's
servers want a GPU: its client is the real one, and behind it stands the small model of this package.
"""

import asyncio
from types import SimpleNamespace

import pytest

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch", reason="training needs the extra 'train'")
agent_loop = pytest.importorskip(
    "verl.experimental.agent_loop.agent_loop", reason="verl is not installed", exc_type=ImportError
)

from pathlib import Path  # noqa: E402

import verl  # noqa: E402
from hydra import compose, initialize_config_dir  # noqa: E402
from tensordict import TensorDict  # noqa: E402
from verl.protocol import DataProto  # noqa: E402
from verl.trainer.ppo.core_algos import get_adv_estimator_fn  # noqa: E402
from verl.trainer.ppo.v1.utils import compute_advantage_for_multi_trajectories  # noqa: E402
from verl.workers.rollout.llm_server import LLMServerClient  # noqa: E402
from verl.workers.rollout.replica import TokenOutput  # noqa: E402

from reckon.adapters import verl as adapter  # noqa: E402
from reckon.adapters.exchange import draw_problems, line_of  # noqa: E402
from reckon.errors import UsageError  # noqa: E402
from reckon.interpreter import AsyncInterpreter  # noqa: E402
from reckon.interpreter.connection.links import Unix  # noqa: E402
from reckon.interpreter.connection.listening import listening  # noqa: E402
from reckon.models.tiny import SHIPPED, Tiny  # noqa: E402
from reckon.protocols import Sampling  # noqa: E402
from reckon.training.objectives.dr_grpo import DrGrpo  # noqa: E402
from reckon.training.objectives.grpo import Grpo  # noqa: E402
from reckon.training.objectives.gtpo_turn import GtpoTurn  # noqa: E402
from reckon.training.objectives.mt_grpo import MtGrpo  # noqa: E402
from reckon.training.objectives.reinforce_pp import ReinforcePp  # noqa: E402
from reckon.training.objectives.rloo import Rloo  # noqa: E402
from reckon.training.scored import Scored  # noqa: E402
from reckon.training.torch_batch import batch_of  # noqa: E402
from reckon.values import Problem, Segment, Trajectory  # noqa: E402

PROBLEMS = draw_problems(("product", "gcd_lcm"), 2, difficulty=(0.0, 0.3))
PROMPT, RESPONSE = 200, 220


def config_of(*overrides):
    with initialize_config_dir(str(Path(verl.__file__).parent / "trainer/config"), version_base=None):
        return compose(
            "ppo_trainer",
            [
                f"actor_rollout_ref.model.path={SHIPPED}",
                "actor_rollout_ref.rollout.name=vllm",
                "actor_rollout_ref.rollout.calculate_log_probs=true",
                f"data.max_prompt_length={PROMPT}",
                f"data.max_response_length={RESPONSE}",
                *overrides,
            ],
        )


class Server:
    """What verl's client asks of a server: `generate.remote`, here by the small model; `asked` keeps how."""

    def __init__(self):
        self.model, self.asked = Tiny(), []
        self.generate = SimpleNamespace(remote=self._generate)

    async def _generate(self, request_id, prompt_ids, sampling_params, image_data, video_data):
        self.asked.append(sampling_params)
        wanted = {name: sampling_params[name] for name in ("max_tokens", "temperature", "top_p")}
        sample = await self.model.sample(
            [Segment("prompt", "", tuple(prompt_ids))],
            Sampling(**wanted, stop=tuple(sampling_params["stop"]), seed=len(self.asked)),
        )
        return TokenOutput(
            token_ids=list(sample.ids),
            log_probs=list(sample.logprobs),
            stop_reason="completed",
            extra_fields={"global_steps": len(self.asked)},
        )


class Client(LLMServerClient):
    """verl's client, which here is told of one server instead of asking a load balancer."""

    def __init__(self, config, server):
        super().__init__(config)
        self.server = server

    async def _acquire_server(self, request_id, **extra):
        return "0", self.server

    def _release_server(self, server_id, request_id=None):
        pass


def rolled_by_verl(tmp_path, rows, reward="R1CiV2"):
    """(what verl's worker makes of these rows, the server): the whole way through verl's own code."""
    path = tmp_path / "loops.yaml"
    config = config_of(f"actor_rollout_ref.rollout.agent.agent_loop_config_path={path}")
    server = Server()

    async def main():
        async with (
            AsyncInterpreter(preload=()) as interpreter,
            listening(interpreter, Unix(str(tmp_path / "i.sock"))) as place,
        ):
            path.write_text(
                "- name: reckon\n"
                "  _target_: reckon.adapters.verl.ReckonLoop\n"
                "  reasoner: CodeInterpreter(max_calls=2, reserve=32)\n"
                f"  reward: {reward}\n  interpreter: {place.name}\n"
            )
            worker = agent_loop.AgentLoopWorker(config, Client(config, server))
            columns = {name: [row.get(name) for row in rows] for name in rows[0]}
            columns["raw_prompt"] = columns.pop("prompt")
            batch = DataProto(
                TensorDict({"dummy_tensor": torch.zeros(len(rows), 1)}, len(rows)),
                {name: as_objects(values) for name, values in columns.items()},
            )
            return await worker.generate_sequences(batch)

    return asyncio.run(main()), server


def as_objects(values):
    out = np.empty(len(values), dtype=object)
    out[:] = values
    return out


def test_verls_worker_rolls_out(tmp_path):
    rows = [row for row in adapter.rows(PROBLEMS) for _ in range(2)]
    out, server = rolled_by_verl(tmp_path, rows)
    mask, attended = out.batch["response_mask"].bool(), out.batch["attention_mask"][:, PROMPT:].bool()
    assert out.batch["responses"].shape == (4, RESPONSE)
    assert mask.any(1).all()
    assert (attended & ~mask).any(1).all(), "what programs put out is context"
    assert (out.batch["rollout_log_probs"][mask] <= 0).all()
    assert (out.batch["rollout_log_probs"][~mask] == 0).all()
    assert out.batch["rm_scores"].sum(1).tolist() == pytest.approx([1.1] * 4)
    assert out.non_tensor_batch["acc"].tolist() == [1.0] * 4
    assert all(params["include_stop_str_in_output"] for params in server.asked)
    text = Tiny().decode(out.batch["responses"][0][mask[0]].tolist())
    assert "print" in text or "```" in text


def test_rows_that_cannot_be_rolled_out(tmp_path):
    bare = [{**adapter.rows(PROBLEMS)[0], "extra_info": {}}]
    with pytest.raises(UsageError, match="carries no problem"):
        rolled_by_verl(tmp_path, bare)


def test_a_prompt_that_is_too_long(tmp_path):
    long = draw_problems(("product",), 1)[0]
    long = Problem(
        long.id, long.task, long.question + " Please." * PROMPT, long.answer, metadata=long.metadata
    )
    with pytest.raises(UsageError, match="max_prompt_length"):
        rolled_by_verl(tmp_path, adapter.rows([long]))


def rollout(name, reward, lengths, turns):
    """Prompt, then text and output by turns of these lengths."""
    segments = [Segment("prompt", "", (1, 2))]
    for n, length in enumerate(lengths):
        ids, written = tuple(range(length)), n % 2 == 0
        segments.append(
            Segment("text", "", ids, (-0.5,) * length, sample=n) if written else Segment("output", "", ids)
        )
    return Scored(Trajectory(name, Problem("p", "t", "q"), tuple(segments)), reward, turns=turns)


GROUPS = [
    [
        rollout("0.0", 1.0, [3, 2, 2, 1, 4], {0: 0.5, 1: -0.2}),
        rollout("0.1", 0.0, [2, 2, 2], {0: 0.1}),
        rollout("0.2", 0.3, [4], {}),
    ],
    [
        rollout("1.0", 0.0, [1, 3, 2, 2], {0: 1.0}),
        rollout("1.1", 1.0, [2, 1, 3], {}),
    ],
]


def estimated_by_verl(objective):
    """Advantages of the groups by verl's own V1 path: outputs as it keeps them, padded, then its registry."""
    outputs, uids = [], []
    for number, group in enumerate(GROUPS):
        for one in group:
            line = line_of(one.trajectory)
            earned = adapter.Earned(
                prompt_ids=line.prompt_ids,
                response_ids=line.ids,
                response_mask=line.mask,
                reward_score=one.reward + sum(one.turns.values()),
                rewards=adapter.token_rewards(one, line),
                metrics=agent_loop.AgentLoopMetrics(),
            )
            outputs.append(earned.as_dict())
            uids.append(f"u{number}")

    def padded(name):
        rows = [output[name].float() for output in outputs]
        return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)

    data = DataProto(
        TensorDict(
            {"response_mask": padded("response_mask"), "token_level_rewards": padded("rm_scores")},
            len(outputs),
        ),
        {"uid": as_objects(uids)},
    )
    config = config_of(f'+algorithm.objective="{objective!r}"', "algorithm.adv_estimator=reckon").algorithm
    found = compute_advantage_for_multi_trajectories(
        data, [f"{uid}_{n}_0" for n, uid in enumerate(uids)], config.adv_estimator, config=config
    )
    return found.batch["advantages"]


@pytest.mark.parametrize(
    "objective", [Grpo(), DrGrpo(), Rloo(), ReinforcePp(), MtGrpo(weight=0.5), GtpoTurn()], ids=repr
)
def test_credit_in_verl_is_credit_here(objective):
    """Turn by turn: the same advantages from what verl shows an estimator as from the whole record."""
    batch = batch_of(GROUPS)
    own = objective.credit(batch)[:, 2:]  # all prompts have two tokens
    torch.testing.assert_close(estimated_by_verl(objective), own, atol=1e-5, rtol=1e-5)


def test_grpo_is_verls_grpo():
    rewards = torch.zeros(4, 3)
    rewards[:, 2] = torch.tensor([1.0, 0.0, 0.5, 0.2])
    given = {
        "token_level_rewards": rewards,
        "response_mask": torch.ones(4, 3),
        "index": as_objects(["a", "a", "b", "b"]),
    }
    own, _ = get_adv_estimator_fn("reckon")(**given, config={"objective": "Grpo()"})
    torch.testing.assert_close(own, get_adv_estimator_fn("grpo")(**given)[0], atol=1e-4, rtol=1e-4)


def test_a_row_that_verl_fills_up_with_is_in_no_group():
    rewards, mask = torch.tensor([[1.0], [0.0], [0.0]]), torch.tensor([[1], [1], [0]])
    found, _ = adapter.advantages(rewards, mask, as_objects(["a", "a", "a"]), {"objective": "Rloo()"})
    assert found.tolist() == [[1.0], [-1.0], [0.0]]


@pytest.mark.parametrize("objective", ["Ppo()", "Grpo(kl=0.1)"])
def test_what_verl_does_not_show_is_not_made_up(objective):
    with pytest.raises(UsageError, match="neither values nor a reference"):
        adapter.advantages(torch.zeros(1, 2), torch.ones(1, 2), ["a"], {"objective": objective})


def test_the_reward_function_grades_the_last_answer():
    problem = PROBLEMS[0]
    extra = adapter.rows([problem])[0]["extra_info"]
    right = adapter.compute_score("product", f"First <<<1>>>, no: <<<{problem.answer}>>>", "", extra)
    assert right == {"score": 1.0, "acc": 1.0}
    assert adapter.compute_score("product", "no answer", "", extra)["score"] == 0.0
    with pytest.raises(UsageError, match="carries no problem"):
        adapter.compute_score("product", "<<<1>>>", "1", {})
