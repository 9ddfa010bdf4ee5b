"""TRL's GRPOTrainer with our rollouts: two steps of the small model, outputs outside the loss.

An optional group, in an environment of its own: pip install 'reckon[trl]'. Written for TRL 1.16.
"""

import contextlib
import json

import pytest

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")
grpo = pytest.importorskip("trl.trainer.grpo_trainer", reason="TRL is not installed", exc_type=ImportError)
datasets = pytest.importorskip("datasets", reason="TRL wants datasets")

from transformers import AutoModelForCausalLM, AutoTokenizer  # noqa: E402
from trl import GRPOConfig, GRPOTrainer  # noqa: E402

from reckon.adapters.exchange import draw_problems  # noqa: E402
from reckon.adapters.trl import TrlRollouts, rows  # noqa: E402
from reckon.errors import SessionLost, UsageError  # noqa: E402
from reckon.models.tiny import SHIPPED  # noqa: E402
from reckon.reasoners.code_interpreter import CodeInterpreter  # noqa: E402
from reckon.testing import InlineSession  # noqa: E402
from reckon.training.rewards.r1_ci_v2 import R1CiV2  # noqa: E402
from reckon.training.torch_policy import logprobs  # noqa: E402

PROBLEMS = draw_problems(("product", "gcd_lcm"), 4, difficulty=(0.0, 0.3))


class Inline:
    """Sessions of this process in the place of an interpreter; `lost` of them fail by a fault of ours."""

    def __init__(self, lost=0):
        self.lost = lost

    async def open(self):
        self.lost -= 1
        if self.lost >= 0:
            raise SessionLost("the machine went away")
        return InlineSession()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        pass


@contextlib.contextmanager
def training(tmp_path, reasoner=None, interpreter=Inline, **config):
    """(trainer, rollouts, the batches that the trainer made) on the small model."""
    given = {
        "max_completion_length": 200,
        "temperature": 1.0,
        "learning_rate": 1e-4,
        "max_steps": 2,
        **config,
    }
    args = GRPOConfig(
        output_dir=str(tmp_path),
        per_device_train_batch_size=8,
        num_generations=4,
        report_to=[],
        save_strategy="no",
        logging_steps=1,
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        disable_tqdm=True,
        **given,
    )
    batches = []

    class Watched(GRPOTrainer):
        def _generate_and_score_completions(self, inputs):
            batches.append(super()._generate_and_score_completions(inputs))
            return batches[-1]

    reasoner = reasoner or CodeInterpreter(max_calls=2, reserve=32)
    with TrlRollouts(reasoner, reward=R1CiV2(), interpreter=interpreter) as rollouts:
        yield (
            Watched(
                AutoModelForCausalLM.from_pretrained(SHIPPED, dtype=torch.float32),
                args=args,
                train_dataset=datasets.Dataset.from_list(rows(PROBLEMS)),
                processing_class=AutoTokenizer.from_pretrained(SHIPPED),
                rollout_func=rollouts,
                reward_funcs=rollouts.reward,
            ),
            rollouts,
            batches,
        )


def test_two_steps(tmp_path):
    with training(tmp_path, temperature=1.6) as (trainer, _, batches):
        before = {name: value.clone() for name, value in trainer.model.state_dict().items()}
        trainer.train()
    log = [line for line in trainer.state.log_history if "reckon/accuracy" in line]
    assert len(log) == 2
    assert all(line["reckon/calls"] > 0 for line in log)
    assert len(batches) == 2
    for batch in batches:
        written = batch["tool_mask"] * batch["completion_mask"]
        inserted = batch["completion_mask"] - written
        assert written.any(1).all()
        assert inserted.any(), "outputs of programs stand in the lines, under a 0"
    assert any(not torch.equal(before[name], value) for name, value in trainer.model.state_dict().items())


def test_the_lines_are_what_was_sampled(tmp_path):
    """Token for token: the policy's own likelihood of each line is what its decoder said."""
    with training(tmp_path) as (trainer, rollouts, _):
        trainer.model.train()
        out = rollouts([one["prompt"] for one in rows(PROBLEMS) for _ in range(2)], trainer)
    assert trainer.model.training
    for prompt, ids, mask, said in zip(
        out["prompt_ids"], out["completion_ids"], out["env_mask"], out["logprobs"], strict=True
    ):
        assert len(ids) == len(mask) == len(said)
        own = torch.tensor([[0] * len(prompt) + mask], dtype=torch.bool)
        with torch.no_grad():
            found = logprobs(trainer.model.eval(), torch.tensor([prompt + ids]), own)[0][0, len(prompt) :]
        torch.testing.assert_close(found, torch.tensor(said), atol=1e-3, rtol=0)
    assert len({tuple(ids) for ids in out["completion_ids"]}) > len(PROBLEMS), "rollouts of a group differ"


def test_a_lost_rollout_is_no_reward(tmp_path):
    """All three tries of some rollouts are lost: masked lines without a reward, and training goes on."""
    with training(tmp_path, interpreter=lambda: Inline(lost=20), max_steps=1) as (trainer, rollouts, batches):
        trainer.train()
        (batch,) = batches
        blank = (batch["tool_mask"] * batch["completion_mask"]).sum(1) == 0
        assert 0 < blank.sum() < len(blank)
        assert (batch["advantages"][blank] == 0).all()
        assert rollouts.reward([], scored=[None, {"reward": 1.0}]) == [None, 1.0]
    assert all(torch.isfinite(parameter).all() for parameter in trainer.model.parameters())


@pytest.mark.parametrize(
    "field", [{"top_k": 5}, {"mask_truncated_completions": True}, {"repetition_penalty": 1.1}], ids=str
)
def test_settings_that_would_not_be_followed(tmp_path, field):
    (name,) = field
    with training(tmp_path, **field) as (trainer, rollouts, _), pytest.raises(UsageError, match=name):
        rollouts([rows(PROBLEMS)[0]["prompt"]], trainer)


def test_refusals(tmp_path):
    bare = [{"role": "user", "content": "2 + 2?"}]
    with (
        training(tmp_path) as (trainer, rollouts, _),
        pytest.raises(UsageError, match="carries no problem"),
    ):
        rollouts([bare], trainer)
    with pytest.raises(UsageError, match="not open"):
        rollouts([rows(PROBLEMS)[0]["prompt"]], trainer)


def test_rows_carry_their_problem():
    text = rows(PROBLEMS)[0]["prompt"][0]["problem"]
    assert json.loads(text)["id"] == PROBLEMS[0].id
