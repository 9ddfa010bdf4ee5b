"""Parity with verl's own advantage estimators on a frozen batch with outputs between turns.

An optional group, in an environment of its own, for verl's pins are not ours (docs/cluster.md):

    pip install 'reckon[verl]' pytest hypothesis
    pytest tests/parity

Compared with verl 0.9.1. Where verl differs, the test says by what.
"""

from dataclasses import replace
from types import SimpleNamespace

import pytest

np = pytest.importorskip("numpy")
torch = pytest.importorskip("torch", reason="training needs the extra 'train'")
verl = pytest.importorskip(
    "verl.trainer.ppo.core_algos", reason="verl is not installed", exc_type=ImportError
)

from reckon.training import torch_stages as stages  # noqa: E402
from reckon.training.objectives.dapo import Dapo  # noqa: E402
from reckon.training.objectives.dr_grpo import DrGrpo  # noqa: E402
from reckon.training.objectives.grpo import Grpo  # noqa: E402
from reckon.training.objectives.gspo import Gspo  # noqa: E402
from reckon.training.objectives.ppo import Ppo  # noqa: E402
from reckon.training.objectives.reinforce_pp import ReinforcePp  # noqa: E402
from reckon.training.objectives.rloo import Rloo  # noqa: E402
from reckon.training.torch_batch import batch_of  # noqa: E402

GRPO = (verl.compute_grpo_outcome_advantage, verl.compute_grpo_vectorized_outcome_advantage)
RLOO = (verl.compute_rloo_outcome_advantage, verl.compute_rloo_vectorized_outcome_advantage)


def close(ours, theirs, atol=1e-5):
    assert torch.allclose(ours, theirs, atol=atol)


def index(batch):
    return np.array(batch.group_B.tolist())


def estimated(estimator, batch, reward_BT=None, **rest):
    """What one of verl's estimators of groups gives for the batch's rewards."""
    reward_BT = batch.reward_BT if reward_BT is None else reward_BT
    return estimator(reward_BT.clone(), batch.mask_BT.float(), index=index(batch), **rest)[0]


@pytest.mark.parametrize("objective", [Grpo(), Dapo(), Gspo()], ids=lambda o: type(o).__name__)
def test_group_advantages(batch, objective):
    for estimator in GRPO:
        close(objective.credit(batch), estimated(estimator, batch))


def test_group_advantages_without_a_baseline_s_bias(batch):
    for estimator in GRPO:
        close(DrGrpo().credit(batch), estimated(estimator, batch, norm_adv_by_std_in_grpo=False))
    for estimator in RLOO:
        close(Rloo().credit(batch), estimated(estimator, batch))


def test_remax_with_the_mean_of_others_as_its_baseline(batch):
    """ReMax's own baseline is a greedy rollout's reward, which no objective here draws."""
    mask = batch.mask_BT.float()
    others_B = batch.reward_B - stages.leave_one_out(batch.reward_B, batch.group_B)
    theirs = verl.compute_remax_outcome_advantage(batch.reward_BT, others_B, mask)[0]
    close(Rloo().credit(batch), theirs * mask)


def test_verl_adds_rewards_of_turns_to_the_outcome(turned):
    """Here the estimators of groups look at the outcome alone: the sums are verl's with sums for outcomes."""
    assert not torch.allclose(Grpo().credit(turned), estimated(GRPO[0], turned))
    summed = replace(turned, reward_B=turned.reward_BT.sum(1))
    close(Grpo().credit(summed), estimated(GRPO[0], turned))
    close(Rloo().credit(summed), estimated(RLOO[0], turned))


def test_verl_leaves_a_group_of_one_its_reward(groups):
    """Here it has nothing to be compared with, and no advantage; as in verl's vectorized RLOO."""
    batch = batch_of(groups([[0.7]]))
    for objective in (Grpo(), DrGrpo(), Rloo()):
        assert not objective.credit(batch).any()
    for estimator in (GRPO[0], RLOO[0]):
        close(estimated(estimator, batch), 0.7 * batch.mask_BT)
    assert not estimated(RLOO[1], batch).any()


def test_verl_loses_a_reward_on_an_output(batch):
    """verl's place for a score is the last token, whoever wrote it; ours is the last that the model wrote."""
    row, mask, config = 4, batch.mask_BT.float(), SimpleNamespace(gamma=1.0)
    last, own = int((batch.kind_BT[row] >= 0).nonzero()[-1]), int(batch.mask_BT[row].nonzero()[-1])
    assert last > own, "this row ends with an output"
    assert batch.reward_BT[row].nonzero().tolist() == [[own]]
    theirs_BT = torch.zeros_like(batch.reward_BT)
    theirs_BT[row, last] = 1.0
    assert not verl.compute_reinforce_plus_plus_outcome_advantage(theirs_BT, mask, config=config)[1].any()
    nothing_BT = torch.zeros_like(theirs_BT)
    assert not verl.compute_gae_advantage_return(theirs_BT, nothing_BT, mask, gamma=1.0, lam=1.0)[1].any()


@pytest.mark.parametrize("which", ["batch", "turned"])
@pytest.mark.parametrize(("gamma", "lam"), [(1.0, 1.0), (0.9, 0.8)])
def test_generalized_advantages_and_returns(which, gamma, lam, request):
    batch = request.getfixturevalue(which)
    mask = batch.mask_BT.float()
    advantages, returns = verl.compute_gae_advantage_return(
        batch.reward_BT, batch.value_BT, mask, gamma=gamma, lam=lam
    )
    ours = Ppo(gamma=gamma, lam=lam)
    close(ours.credit(batch), advantages * mask, atol=1e-4)
    close(ours.returns(batch), returns * mask)


@pytest.mark.parametrize("which", ["batch", "turned"])
@pytest.mark.parametrize("gamma", [1.0, 0.9])
def test_whitened_rewards_to_go(which, gamma, request):
    batch = request.getfixturevalue(which)
    mask, config = batch.mask_BT.float(), SimpleNamespace(gamma=gamma)
    theirs = verl.compute_reinforce_plus_plus_outcome_advantage(batch.reward_BT, mask, config=config)[0]
    close(ReinforcePp(gamma=gamma).credit(batch), theirs * mask, atol=1e-4)


def test_divergence_inside_rewards(batch):
    """As verl's `use_kl_in_reward` with k1, on the model's own tokens."""
    mask = batch.mask_BT.float()
    taken_BT = verl.compute_rewards(batch.reward_BT, batch.old_logp_BT * mask, batch.ref_logp_BT * mask, 0.1)
    close(Rloo(kl=0.1).credit(batch), estimated(RLOO[0], batch, taken_BT))
    config = SimpleNamespace(gamma=0.9)
    theirs = verl.compute_reinforce_plus_plus_outcome_advantage(taken_BT, mask, config=config)[0]
    close(ReinforcePp(gamma=0.9, kl=0.1).credit(batch), theirs * mask, atol=1e-4)
