"""Parity with verl's own functions on a frozen batch with outputs between turns.

An optional group, in an environment of its own, for verl's pins are not ours:

    pip install --no-deps verl tensordict pyvers && pip install ray omegaconf hydra-core codetiming orjson
    pytest tests/parity

Compared with verl 0.9.1. TRL's losses are methods of its trainers and cannot be called apart from them; the
slow references in `tests/training/test_objective_invariants.py` stand in. verl differs in two things that the
batch leaves out: a group of one keeps its reward as advantage there and has none here, and its policy loss is
clipped once more where a ratio is above 3 and the advantage below 0.
"""

from dataclasses import replace
from types import SimpleNamespace

import pytest

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch", reason="training needs the extra 'train'")
verl = pytest.importorskip(
    "verl.trainer.ppo.core_algos", reason="verl is not installed", exc_type=ImportError
)

from reckon.training.objectives.dapo import Dapo  # noqa: E402
from reckon.training.objectives.dr_grpo import DrGrpo  # noqa: E402
from reckon.training.objectives.grpo import Grpo  # noqa: E402
from reckon.training.objectives.gspo import Gspo  # noqa: E402
from reckon.training.objectives.ppo import Ppo  # noqa: E402
from reckon.training.objectives.reinforce_pp import ReinforcePp  # noqa: E402
from reckon.training.objectives.rloo import Rloo  # noqa: E402
from reckon.training.scored import Scored  # noqa: E402
from reckon.training.torch_batch import batch_of  # noqa: E402
from reckon.values import Problem, Segment, Trajectory  # noqa: E402

REWARDS = [[1.0, 0.0, 0.3, 0.8], [0.2, 0.9, 0.0]]


def rollout(name, reward, lengths):
    """Prompt, then text and output by turns of these lengths."""
    segments = [Segment("prompt", "", (1, 2))]
    for n, length in enumerate(lengths):
        ids = tuple(range(length))
        logprobs = tuple(-0.3 - 0.1 * ((i + n) % 5) for i in ids)
        segments.append(
            Segment("text", "", ids, logprobs, sample=n) if n % 2 == 0 else Segment("output", "", ids)
        )
    return Scored(Trajectory(name, Problem("p", "t", "q"), tuple(segments)), reward)


@pytest.fixture
def batch():
    found = batch_of(
        [
            [rollout(f"{g}.{n}", reward, [2 + n, 3, 1 + g, 2, 2 + n % 2]) for n, reward in enumerate(rewards)]
            for g, rewards in enumerate(REWARDS)
        ]
    )
    generator = torch.Generator().manual_seed(0)
    return replace(found, value_BT=torch.rand(found.ids_BT.shape, generator=generator))


@pytest.fixture
def moved_BT(batch):
    generator = torch.Generator().manual_seed(1)
    return batch.old_logp_BT + torch.rand(batch.ids_BT.shape, generator=generator) - 0.5


def close(ours, theirs, atol=1e-5):
    assert torch.allclose(ours, theirs, atol=atol)


def index(batch):
    return np.array(batch.group_B.tolist())


def test_group_advantages(batch):
    mask, rewards = batch.mask_BT.float(), batch.reward_BT
    grpo = verl.compute_grpo_outcome_advantage(rewards, mask, index(batch))[0]
    dr = verl.compute_grpo_outcome_advantage(rewards, mask, index(batch), norm_adv_by_std_in_grpo=False)[0]
    close(Grpo().credit(batch), grpo)
    close(Dapo().credit(batch), grpo)
    close(Gspo().credit(batch), grpo)
    close(DrGrpo().credit(batch), dr)
    close(Rloo().credit(batch), verl.compute_rloo_outcome_advantage(rewards, mask, index(batch))[0])


@pytest.mark.parametrize(("gamma", "lam"), [(1.0, 1.0), (0.9, 0.8)])
def test_generalized_advantages_and_returns(batch, gamma, lam):
    mask = batch.mask_BT.float()
    advantages, returns = verl.compute_gae_advantage_return(
        batch.reward_BT, batch.value_BT, mask, gamma=gamma, lam=lam
    )
    ours = Ppo(gamma=gamma, lam=lam)
    close(ours.credit(batch), advantages * mask, atol=1e-4)
    close(ours.returns(batch), returns * mask)


@pytest.mark.parametrize(
    ("objective", "mode", "high"),
    [
        (Grpo(), "seq-mean-token-mean", 0.2),
        (Dapo(), "token-mean", 0.28),
        (DrGrpo(length=50), "seq-mean-token-sum", 0.2),
        (Ppo(), "token-mean", 0.2),
        (ReinforcePp(), "token-mean", 0.2),
    ],
    ids=lambda value: type(value).__name__,
)
def test_policy_losses(batch, moved_BT, objective, mode, high):
    advantage_BT = objective.credit(batch)
    theirs = verl.compute_policy_loss(
        batch.old_logp_BT,
        moved_BT,
        advantage_BT,
        batch.mask_BT.float(),
        cliprange=0.2,
        cliprange_low=0.2,
        cliprange_high=high,
        loss_agg_mode=mode,
    )[0]
    theirs = theirs / objective.length if isinstance(objective, DrGrpo) else theirs
    ours = (objective.loss(moved_BT, batch, advantage_BT) * objective.weigh(batch)).sum()
    close(ours, theirs, atol=1e-6)


def test_sequence_ratio(batch, moved_BT):
    from verl.workers.config import ActorConfig

    config = ActorConfig(
        strategy="fsdp",
        rollout_n=1,
        ppo_micro_batch_size_per_gpu=1,
        clip_ratio_low=0.03,
        clip_ratio_high=0.04,
    )
    objective = Gspo(clip_low=0.03, clip_high=0.04)
    advantage_BT, mask = objective.credit(batch), batch.mask_BT.float()
    one_BT, other_BT = moved_BT.clone().requires_grad_(), moved_BT.clone().requires_grad_()
    theirs = verl.compute_policy_loss_gspo(batch.old_logp_BT, one_BT, advantage_BT, mask, config=config)[0]
    ours = (objective.loss(other_BT, batch, advantage_BT) * objective.weigh(batch)).sum()
    theirs.backward()
    ours.backward()
    close(ours, theirs, atol=1e-6)
    close(other_BT.grad, one_BT.grad, atol=1e-6)


def test_value_loss(batch):
    objective = Ppo(value_clip=0.2)
    new_BT, return_BT = batch.value_BT * 1.7, objective.returns(batch)
    theirs = verl.compute_value_loss(
        new_BT, return_BT, batch.value_BT, batch.mask_BT.float(), cliprange_value=0.2
    )[0]
    ours = (objective.value_loss(new_BT, batch, return_BT) * objective.weigh(batch)).sum()
    close(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("gamma", [1.0, 0.9])
def test_whitened_rewards_to_go(batch, gamma):
    mask = batch.mask_BT.float()
    config = SimpleNamespace(gamma=gamma)
    theirs = verl.compute_reinforce_plus_plus_outcome_advantage(batch.reward_BT, mask, config=config)[0]
    close(ReinforcePp(gamma=gamma).credit(batch), theirs * mask, atol=1e-4)
