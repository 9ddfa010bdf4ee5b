"""Parity with verl's own losses on a frozen batch with outputs between turns, gradients included.

An optional group, as `test_verl.py`. Compared with verl 0.9.1. Where verl differs, the test says by what.
"""

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")
verl = pytest.importorskip(
    "verl.trainer.ppo.core_algos", reason="verl is not installed", exc_type=ImportError
)

from verl.workers.config import ActorConfig  # noqa: E402

from reckon.training import torch_stages as stages  # noqa: E402
from reckon.training.objectives.dapo import Dapo  # noqa: E402
from reckon.training.objectives.dr_grpo import DrGrpo  # noqa: E402
from reckon.training.objectives.grpo import Grpo  # noqa: E402
from reckon.training.objectives.gspo import Gspo  # noqa: E402
from reckon.training.objectives.ppo import Ppo  # noqa: E402
from reckon.training.objectives.reinforce_pp import ReinforcePp  # noqa: E402
from reckon.training.objectives.rloo import Rloo  # noqa: E402

FAR = 1e6  # a bound that nothing reaches
LENGTH = 50


def config(low=0.2, high=0.2, dual=FAR):
    """What verl's policy losses read of an actor's settings."""
    return ActorConfig(
        strategy="fsdp",
        rollout_n=1,
        ppo_micro_batch_size_per_gpu=1,
        clip_ratio_low=low,
        clip_ratio_high=high,
        clip_ratio_c=dual,
        loss_scale_factor=LENGTH,
        global_batch_info={"loss_scale_factor": LENGTH},
    )


def whole(objective, batch, logp_BT):
    """Our loss of the batch."""
    advantage_BT = objective.credit(batch)
    return (objective.loss(logp_BT, batch, advantage_BT) * objective.weigh(batch)).sum()


def close(ours, theirs, logp_BT=None):
    """Both loss and gradient, where functions of log-probabilities are given."""
    if logp_BT is None:
        assert torch.allclose(ours, theirs, atol=1e-6)
        return
    found = []
    for function in (ours, theirs):
        at_BT = logp_BT.clone().requires_grad_()
        loss = function(at_BT)
        loss.backward()
        found.append((loss.detach(), at_BT.grad))
    (one, one_BT), (other, other_BT) = found
    assert one_BT.any()
    assert torch.allclose(one, other, atol=1e-6)
    assert torch.allclose(one_BT, other_BT, atol=1e-6)


@pytest.mark.parametrize(
    ("objective", "mode", "high"),
    [
        (Grpo(), "seq-mean-token-mean", 0.2),
        (Dapo(), "token-mean", 0.28),
        (DrGrpo(length=LENGTH), "seq-mean-token-sum-norm", 0.2),
        (Ppo(), "token-mean", 0.2),
        (ReinforcePp(), "token-mean", 0.2),
        (Rloo(), "seq-mean-token-sum", FAR),
    ],
    ids=lambda value: type(value).__name__,
)
def test_policy_losses(batch, moved_BT, objective, mode, high):
    advantage_BT, mask = objective.credit(batch), batch.mask_BT.float()
    settings = config(low=1.0 if high == FAR else 0.2, high=high)

    def theirs(logp_BT):
        given = (batch.old_logp_BT, logp_BT, advantage_BT, mask)
        return verl.compute_policy_loss_vanilla(*given, loss_agg_mode=mode, config=settings)[0]

    close(lambda logp_BT: whole(objective, batch, logp_BT), theirs, moved_BT)


def test_verl_clips_once_more_where_a_bad_token_became_likely(batch, moved_BT):
    """Dual clip (1912.09729), which verl cannot turn off: where A < 0 a token costs 3 |A| at most."""
    objective, mask = Dapo(), batch.mask_BT.float()
    advantage_BT = objective.credit(batch)
    moved_BT = torch.where(
        (advantage_BT < 0) & (torch.arange(mask.shape[1]) % 2 == 0), moved_BT + 1.5, moved_BT
    )
    ratio_BT = stages.ratio(moved_BT, batch)
    over_BT = batch.mask_BT & (advantage_BT < 0) & (ratio_BT > 3)
    assert over_BT.any()
    assert not over_BT.all(1).any()
    given = (batch.old_logp_BT, moved_BT, advantage_BT, mask)
    theirs = verl.compute_policy_loss_vanilla(*given, config=config(high=0.28, dual=3.0))[0]
    spared = ((ratio_BT - 3) * -advantage_BT * over_BT).sum() / mask.sum()
    assert spared > 0.01
    close(whole(objective, batch, moved_BT), theirs + spared)
    close(
        whole(objective, batch, moved_BT),
        verl.compute_policy_loss_vanilla(*given, config=config(high=0.28))[0],
    )


def test_sequence_ratio(batch, moved_BT):
    objective, settings = Gspo(clip_low=0.03, clip_high=0.04), config(0.03, 0.04)
    advantage_BT, mask = objective.credit(batch), batch.mask_BT.float()

    def theirs(logp_BT):
        given = (batch.old_logp_BT, logp_BT, advantage_BT, mask)
        return verl.compute_policy_loss_gspo(*given, config=settings)[0]

    close(lambda logp_BT: whole(objective, batch, logp_BT), theirs, moved_BT)


def test_value_loss(batch):
    objective = Ppo(value_clip=0.2)
    return_BT, mask = objective.returns(batch), batch.mask_BT.float()

    def ours(value_BT):
        return (objective.value_loss(value_BT, batch, return_BT) * objective.weigh(batch)).sum()

    def theirs(value_BT):
        return verl.compute_value_loss(value_BT, return_BT, batch.value_BT, mask, cliprange_value=0.2)[0]

    close(ours, theirs, batch.value_BT * 1.7)


def test_estimates_of_the_divergence(batch, moved_BT):
    """k1 stands in rewards here and k3 beside the loss; nothing here takes verl's k2 or its k3+."""
    mask = batch.mask_BT
    close(stages.k1(batch), verl.kl_penalty(batch.old_logp_BT, batch.ref_logp_BT, "k1") * mask)

    def theirs(logp_BT):
        return (verl.kl_penalty(logp_BT, batch.ref_logp_BT, "k3") * mask).sum()

    close(lambda logp_BT: stages.k3(logp_BT, batch).sum(), theirs, moved_BT)


def test_verl_bounds_its_estimate_of_the_divergence(batch):
    """k3 where the reference finds a token e^4 times as likely: 49.6; verl's is 10, without a gradient."""
    logp_BT = (batch.ref_logp_BT - 4).requires_grad_()
    ours_BT = stages.k3(logp_BT, batch)[batch.mask_BT]
    assert ours_BT.detach().numpy() == pytest.approx(49.598, rel=1e-4)
    theirs = verl.kl_penalty(logp_BT, batch.ref_logp_BT, "k3")[batch.mask_BT]
    assert (theirs == 10).all()
    theirs.sum().backward()
    assert not logp_BT.grad.any()


def test_divergence_beside_the_loss(batch, moved_BT):
    """As verl's actor adds it: `kl_loss_coef` times k3, averaged as the loss is."""
    objective, mask, mode = Grpo(kl=0.3), batch.mask_BT.float(), "seq-mean-token-mean"
    advantage_BT = objective.credit(batch)

    def theirs(logp_BT):
        given = (batch.old_logp_BT, logp_BT, advantage_BT, mask)
        loss = verl.compute_policy_loss_vanilla(*given, loss_agg_mode=mode, config=config())[0]
        estimate_BT = verl.kl_penalty(logp_BT, batch.ref_logp_BT, "low_var_kl")
        return loss + 0.3 * verl.agg_loss(estimate_BT, mask, mode)

    close(lambda logp_BT: whole(objective, batch, logp_BT), theirs, moved_BT)


WEIGHTS = {
    "token-mean": stages.token_mean,
    "seq-mean-token-mean": stages.sequence_mean,
    "seq-mean-token-sum": lambda batch: stages.constant(batch, 1),
    "seq-mean-token-sum-norm": lambda batch: stages.constant(batch, LENGTH),
}


@pytest.mark.parametrize("mode", WEIGHTS)
def test_ways_to_average(batch, moved_BT, mode):
    theirs = verl.agg_loss(moved_BT, batch.mask_BT.float(), mode, loss_scale_factor=LENGTH)
    close((moved_BT * WEIGHTS[mode](batch)).sum(), theirs)


@pytest.mark.parametrize("mode", WEIGHTS)
def test_rows_that_are_not_trained_on(batch, moved_BT, mode):
    """Left out of a mean on both sides; a constant divisor counts all rows here, and in verl those left."""
    trained_B = torch.tensor([True, False, True, True, False, True, True])
    fewer = replace(batch, trained_B=trained_B)
    mask = fewer.learned_BT.float()
    theirs = verl.agg_loss(moved_BT, mask, mode, loss_scale_factor=LENGTH)
    share = 5 / 7 if mode.startswith("seq-mean-token-sum") else 1.0
    close((moved_BT * WEIGHTS[mode](fewer)).sum(), theirs * share)
    every = verl.agg_loss(moved_BT, mask, mode, loss_scale_factor=LENGTH, global_batch_size=7)
    if share < 1:
        close((moved_BT * WEIGHTS[mode](fewer)).sum(), every)
