"""Parity with TRL's own GRPO: a real GRPOTrainer is given a frozen batch with outputs between turns.

An optional group, in an environment of its own (docs/cluster.md):

    pip install 'reckon[trl]' pytest hypothesis
    pytest tests/parity

Compared with TRL 1.16.0. Advantages, losses and gradients are what the trainer makes of the lines that its
`rollout_func` returns. Where TRL differs, the test says by what.
"""

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")
grpo = pytest.importorskip("trl.trainer.grpo_trainer", reason="TRL is not installed", exc_type=ImportError)
datasets = pytest.importorskip("datasets", reason="TRL wants datasets")

from transformers import AutoTokenizer  # noqa: E402
from trl import GRPOConfig, GRPOTrainer  # noqa: E402

from reckon.adapters.exchange import line_of  # noqa: E402
from reckon.adapters.trl import columns  # noqa: E402
from reckon.models.tiny import SHIPPED  # noqa: E402
from reckon.training import torch_stages as stages  # noqa: E402
from reckon.training.objectives.dapo import Dapo  # noqa: E402
from reckon.training.objectives.dr_grpo import DrGrpo  # noqa: E402
from reckon.training.objectives.grpo import Grpo  # noqa: E402
from reckon.training.objectives.gspo import Gspo  # noqa: E402
from reckon.training.sft import Scratch, new_model  # noqa: E402
from reckon.training.torch_batch import batch_of  # noqa: E402
from reckon.training.torch_policy import logprobs  # noqa: E402

REWARDS = [[1.0, 0.0, 0.3, 0.8], [0.2, 0.9, 0.0, 0.1]]
SMALL = Scratch(hidden=32, layers=1, heads=2, kv_heads=2, intermediate=32, vocabulary=40, spread=0.4)
BUDGET = 50  # max_completion_length


class Frozen:
    """A trainer whose every step is the same rollouts; `made` is what it makes of them."""

    def __init__(self, groups, folder):
        every = [one for group in groups for one in group]
        lines = [line_of(one.trajectory) for one in every]
        self.batch, self.prompts = batch_of(groups), [len(line.prompt_ids) for line in lines]
        self.rows = [{"prompt": "?"} for _ in every]

        def replay(prompts, trainer):
            return {**columns(lines), "earned": [one.reward for one in every]}

        def reward(prompts, earned, **_):
            return earned

        self.trainer = GRPOTrainer(
            new_model(SMALL, 0, 0),
            args=GRPOConfig(
                output_dir=str(folder),
                per_device_train_batch_size=len(every),
                num_generations=len(groups[0]),
                max_completion_length=BUDGET,
                report_to=[],
                use_cpu=True,
                bf16=False,
                gradient_checkpointing=False,
                disable_tqdm=True,
                use_bias_correction_kl=False,
            ),
            train_dataset=datasets.Dataset.from_list(self.rows),
            processing_class=AutoTokenizer.from_pretrained(SHIPPED),
            rollout_func=replay,
            reward_funcs=reward,
        )
        self.trainer.current_gradient_accumulation_steps = 1
        self.trainer.model.train()
        self.made = self.generated()

    def generated(self):
        return self.trainer._generate_and_score_completions(self.rows)

    def theirs(self, batch, settings):
        """TRL's loss and its gradient, by the trainer's own method under these settings."""
        given = {
            **self.made,
            "old_per_token_logps": self._completions(batch.old_logp_BT),
            "ref_per_token_logps": self._completions(batch.ref_logp_BT),
        }
        with pytest.MonkeyPatch.context() as patch:
            for name, value in settings.items():
                patch.setattr(self.trainer, name, value)
            return self.with_gradient(self.trainer.compute_loss(self.trainer.model, given))

    def ours(self, objective, batch):
        """Our loss and its gradient, from TRL's advantages."""
        advantage_BT = stages.spread(self.made["advantages"], batch.mask_BT)
        logp_BT = logprobs(self.trainer.model, batch.ids_BT, batch.mask_BT)[0]
        loss_BT = objective.loss(logp_BT, batch, advantage_BT)
        return self.with_gradient((loss_BT * objective.weigh(batch)).sum())

    def _completions(self, values_BT):
        """Our [B,T] as TRL keeps it: what follows the prompts."""
        width = self.made["completion_ids"].shape[1]
        padded_BT = torch.nn.functional.pad(values_BT, (0, width))
        return torch.stack([row[at : at + width] for row, at in zip(padded_BT, self.prompts, strict=True)])

    def with_gradient(self, loss):
        model = self.trainer.model
        model.zero_grad()
        loss.backward()
        return loss.item(), torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None])


@pytest.fixture(scope="module")
def frozen(groups, tmp_path_factory):
    return Frozen(groups(REWARDS), tmp_path_factory.mktemp("trl"))


@pytest.fixture
def batch(frozen):
    """The frozen batch under a policy that was up to e^0.5 away when it was sampled, and a reference."""
    batch, generator = frozen.batch, torch.Generator().manual_seed(1)
    with torch.no_grad():
        now_BT = logprobs(frozen.trainer.model, batch.ids_BT, batch.mask_BT)[0]
    old_BT, ref_BT = (now_BT + torch.rand(now_BT.shape, generator=generator) - 0.5 for _ in range(2))
    return replace(batch, old_logp_BT=old_BT, ref_logp_BT=ref_BT)


def test_advantages(frozen):
    """TRL adds 1e-4 to the standard deviation, as we add 1e-6."""
    batch, theirs_B = frozen.batch, frozen.made["advantages"]
    std_B = stages.group_std(batch.reward_B, batch.group_B)
    scale_B = (std_B + stages.EPSILON) / (std_B + 1e-4)
    ours_BT = Grpo().credit(batch) * scale_B[:, None]
    assert torch.allclose(ours_BT, stages.spread(theirs_B, batch.mask_BT), atol=1e-6)
    assert torch.allclose(Grpo().credit(batch), stages.spread(theirs_B, batch.mask_BT), atol=1e-3)


def test_advantages_that_are_not_scaled(frozen):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frozen.trainer, "scale_rewards", "none")
        theirs_B = frozen.generated()["advantages"]
    ours_BT = DrGrpo().credit(frozen.batch)
    assert torch.allclose(ours_BT, stages.spread(theirs_B, frozen.batch.mask_BT), atol=1e-6)


@pytest.mark.parametrize(
    ("objective", "settings"),
    [
        (Grpo(), {"loss_type": "grpo"}),
        (Grpo(kl=0.3), {"loss_type": "grpo", "beta": 0.3}),
        (Dapo(clip_high=0.2), {"loss_type": "bnpo"}),
        (Dapo(), {"loss_type": "dapo", "epsilon_high": 0.28}),
        (DrGrpo(length=BUDGET), {"loss_type": "dr_grpo"}),
        (
            Gspo(clip_low=0.03, clip_high=0.04),
            {
                "loss_type": "grpo",
                "importance_sampling_level": "sequence",
                "epsilon_low": 0.03,
                "epsilon_high": 0.04,
            },
        ),
    ],
    ids=lambda value: value["loss_type"] if isinstance(value, dict) else repr(value),
)
def test_losses_and_gradients(frozen, batch, objective, settings):
    """One advantage for a rollout: then the sequence's ratio in its token form has the same gradient."""
    ours, ours_gradient = frozen.ours(objective, batch)
    theirs, theirs_gradient = frozen.theirs(batch, settings)
    assert ours == pytest.approx(theirs, rel=1e-5, abs=1e-7)
    assert ours_gradient.abs().max() > 1e-3
    assert torch.allclose(ours_gradient, theirs_gradient, atol=1e-6)


def test_trl_multiplies_its_divergence_by_the_ratio(frozen, batch):
    """By default (DeepSeek-V3.2, 2512.02556): beta rho k3, where the paper of GRPO has beta k3."""
    plain, plain_gradient = frozen.ours(Grpo(), batch)
    logp_BT = logprobs(frozen.trainer.model, batch.ids_BT, batch.mask_BT)[0]
    added_BT = 0.3 * stages.ratio(logp_BT, batch) * stages.k3(logp_BT, batch)
    added, added_gradient = frozen.with_gradient((added_BT * Grpo().weigh(batch)).sum())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frozen.trainer.args, "use_bias_correction_kl", True)
        theirs, theirs_gradient = frozen.theirs(batch, {"loss_type": "grpo", "beta": 0.3})
    assert plain + added == pytest.approx(theirs, rel=1e-5)
    assert torch.allclose(plain_gradient + added_gradient, theirs_gradient, atol=1e-6)


def test_trl_counts_the_tokens_that_we_count(frozen):
    """What programs put out stands in TRL's lines, under a 0."""
    mask = frozen.made["completion_mask"] * frozen.made["tool_mask"]
    assert (mask < frozen.made["completion_mask"]).any()
    assert mask.sum(1).tolist() == frozen.batch.mask_BT.sum(1).tolist()
    assert frozen.made["num_items_in_batch"] == frozen.batch.mask_BT.sum()
