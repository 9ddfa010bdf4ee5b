"""Parity with TRL's own DPO and KTO losses on a frozen batch with outputs between turns, gradients included.

An optional group, for TRL brings a stack of its own:

    pip install --no-deps trl && pip install datasets
    pytest tests/parity/test_trl.py

Compared with TRL 1.16.0. Its losses are methods of its trainers: they are called here on a stand-in of what
they read of a trainer, with a model that gives log-probabilities of the labels, as TRL's fused head does. Not
compared: label smoothing, which TRL has in another form ("robust", 2403.00409) than the authors of DPO.
"""

from collections import defaultdict
from types import SimpleNamespace

import pytest

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")
dpo_trainer = pytest.importorskip(
    "trl.trainer.dpo_trainer", reason="TRL is not installed", exc_type=ImportError
)
kto_trainer = pytest.importorskip(
    "trl.trainer.kto_trainer", reason="TRL is not installed", exc_type=ImportError
)

from reckon.training.preferences.dpo import Dpo  # noqa: E402
from reckon.training.preferences.kto import Kto  # noqa: E402
from reckon.training.processes import Processes  # noqa: E402
from reckon.training.sft import Scratch, new_model  # noqa: E402
from reckon.training.torch_judged import (  # noqa: E402
    Example,
    divergence,
    judged,
    mismatched,
    observed,
    row_of,
)
from reckon.training.torch_learner import Learner  # noqa: E402
from reckon.training.torch_policy import logprobs  # noqa: E402
from reckon.values import Problem, Segment, Trajectory  # noqa: E402

SMALL = Scratch(hidden=32, layers=1, heads=2, kv_heads=2, intermediate=32, vocabulary=40, spread=0.4)


def rollout(name, lengths):
    """Prompt, then text and output by turns of these lengths; ids differ from rollout to rollout."""
    segments = [Segment("prompt", "", (1, 2, 3 + name))]
    for n, length in enumerate(lengths):
        ids = tuple((7 * name + 3 * n + i) % 40 for i in range(length))
        segments.append(Segment("text", "", ids, sample=n) if n % 2 == 0 else Segment("output", "", ids))
    return Trajectory(str(name), Problem("p", "t", "q"), tuple(segments))


ROLLOUTS = [rollout(name, [3 + name % 2, 2, 1 + name, 3, 2]) for name in range(6)]


@pytest.fixture
def models():
    return new_model(SMALL, 1, 0), new_model(SMALL, 2, 0).eval()


class FusedHead:
    """What TRL's patched forward gives: log-probabilities of labels at [B,T-1], 0 where a label is -100."""

    def __init__(self, model):
        self.model, self.training = model, True

    def __call__(self, input_ids, labels, **_):
        logp = self.model(input_ids).logits[:, :-1].log_softmax(-1)
        label = labels[:, 1:]
        chosen = logp.gather(2, label.clamp(min=0)[..., None])[..., 0] * (label != -100)
        nothing = torch.zeros_like(chosen)
        return SimpleNamespace(log_probs=chosen, entropy=nothing, mean_logits=nothing, is_top1=nothing.bool())


def trainer(model, **changes):
    same = {"gather_for_metrics": lambda x: x, "gather": lambda x: x, "device": torch.device("cpu")}
    settings = {
        "model": SimpleNamespace(training=True),
        "accelerator": SimpleNamespace(**same),
        "aux_loss_enabled": False,
        "precompute_ref_logps": True,
        "_metrics": defaultdict(lambda: defaultdict(list)),
        "_total_train_tokens": 0,
        "_tp_size": 1,
    }
    return SimpleNamespace(**{**settings, **changes})


def learner(policy):
    return Learner({"policy": policy}, Processes())


def sums(rows):
    return torch.stack([row.ref_logp_T.sum() for row in rows])


def gradient(model, loss):
    model.zero_grad()
    loss.backward()
    return torch.cat([p.grad.flatten() for p in model.parameters() if p.grad is not None])


@pytest.mark.parametrize(("kind", "objective"), [
    ("sigmoid", Dpo(beta=0.3)),
    ("sigmoid_norm", Dpo(beta=2.0, per_token=True)),
])  # fmt: skip
def test_dpo(models, kind, objective):
    policy, reference = models
    rows = [row_of(t) for t in ROLLOUTS]
    pairs = [Example((rows[n], rows[n + 1])) for n in (0, 2, 4)]
    pairs = observed(learner(policy), reference, pairs, 10**6)
    batch = judged(pairs)
    ours = objective.loss(logprobs(policy, batch.ids_BT, batch.mask_BT)[0], batch).mean()
    ours_gradient = gradient(policy, ours)

    order = [0, 2, 4, 1, 3, 5]  # theirs: all that is liked, then all that is not
    inputs = {
        "input_ids": batch.ids_BT[order],
        "attention_mask": torch.ones_like(batch.ids_BT),
        "completion_mask": batch.mask_BT[order].long(),
        "ref_chosen_logps": sums([pair.rows[0] for pair in pairs]),
        "ref_rejected_logps": sums([pair.rows[1] for pair in pairs]),
    }
    settings = {"loss_types": [kind], "loss_weights": [1.0], "beta": objective.beta, "ld_alpha": None}
    stand_in = trainer(policy, f_divergence_type="reverse_kl", use_weighting=False, **settings)
    theirs = dpo_trainer.DPOTrainer._compute_loss(stand_in, FusedHead(policy), inputs, False)
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-5)
    assert abs(ours.item() - 0.6931) > 0.01
    assert torch.allclose(ours_gradient, gradient(policy, theirs), atol=1e-6)


def test_kto(models):
    policy, reference = models
    objective, liked = Kto(beta=0.2, desirable=1.5, undesirable=0.7), [True, False, True, True, False, False]
    examples = observed(
        learner(policy),
        reference,
        [
            Example(
                (row_of(t),),
                liked=like,
                weight=1.5 if like else 0.7,
                mismatched=mismatched(t, ROLLOUTS[n - 1]),
            )
            for n, (t, like) in enumerate(zip(ROLLOUTS, liked, strict=True))
        ],
        10**6,
    )
    batch = judged(examples, kl=divergence(learner(policy), examples, 10**6))
    assert batch.kl > 0
    losses = objective.loss(logprobs(policy, batch.ids_BT, batch.mask_BT)[0], batch)
    ours = (losses * batch.weight_N).mean()
    ours_gradient = gradient(policy, ours)

    twins = judged([Example((example.mismatched,)) for example in examples])
    inputs = {
        "input_ids": batch.ids_BT,
        "attention_mask": torch.ones_like(batch.ids_BT),
        "completion_mask": batch.mask_BT.long(),
        "KL_input_ids": twins.ids_BT,
        "KL_attention_mask": torch.ones_like(twins.ids_BT),
        "KL_completion_mask": twins.mask_BT.long(),
        "label": torch.tensor(liked),
        "ref_logps": sums([example.rows[0] for example in examples]),
        "ref_KL_logps": sums([example.mismatched for example in examples]),
    }
    settings = {"beta": 0.2, "desirable_weight": 1.5, "undesirable_weight": 0.7, "loss_type": "kto"}
    stand_in = trainer(policy, calculate_KL=True, **settings)
    stand_in._compute_kl_logps = lambda model, batch: kto_trainer.KTOTrainer._compute_kl_logps(
        stand_in, model, batch
    )
    theirs = kto_trainer.KTOTrainer._compute_loss(stand_in, FusedHead(policy), inputs, False)
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-5)
    assert torch.allclose(ours_gradient, gradient(policy, theirs), atol=1e-6)
