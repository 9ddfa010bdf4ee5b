"""DPO and KTO: numbers by hand, equalities, and what stands in no sum."""

import math
from dataclasses import replace

import pytest

from reckon import registry
from reckon.errors import RecordError, UsageError

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from reckon.models.tiny import SHIPPED  # noqa: E402
from reckon.training.preferences.dpo import Dpo  # noqa: E402
from reckon.training.preferences.kto import Kto  # noqa: E402
from reckon.training.processes import Processes  # noqa: E402
from reckon.training.torch_judged import (  # noqa: E402
    Example,
    cut,
    divergence,
    judged,
    log_ratio,
    mismatched,
    observed,
    row_of,
    update,
)
from reckon.training.torch_learner import Learner  # noqa: E402

LN2 = math.log(2)


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def row(trajectory, reference=0.0):
    """A row whose reference says `reference` of each token."""
    made = row_of(trajectory)
    return replace(made, ref_logp_T=torch.full(made.ids_T.shape, reference))


def pair(write, reference=0.0):
    """Three own tokens against five, outputs between: r is 3 a and 5 b for log-ratios a and b of a token."""
    liked, disliked = write("w", "P2 T1 C1 O4 A1", right=1), write("l", "P2 T2 O1 T1 C1 X2 A1")
    return Example((row(liked, reference), row(disliked, reference)))


def saying(batch, *logps):
    """[B,T]: each row says one number of all its tokens, outputs included."""
    return torch.tensor(logps)[:, None].expand(batch.ids_BT.shape).clone().requires_grad_()


def test_what_is_not_given_is_as_the_papers_have_it():
    assert repr(Dpo()) == "Dpo(beta=0.1, smoothing=0.0, per_token=False)"
    assert repr(Kto()) == "Kto(beta=0.1, desirable=1.0, undesirable=1.0, balance=False)"


def test_dpo_by_hand(trajectory):
    batch = judged([pair(trajectory, reference=-1.0)])
    logp_BT = saying(batch, -0.5, -1.2)
    margin = 0.2 * (3 * 0.5 - 5 * -0.2)
    assert margin == pytest.approx(0.5)
    loss = Dpo(beta=0.2).loss(logp_BT, batch)
    assert loss.tolist() == pytest.approx([math.log(1 + math.exp(-0.5))])
    smooth = Dpo(beta=0.2, smoothing=0.1).loss(logp_BT, batch)
    assert smooth.tolist() == pytest.approx(
        [0.9 * math.log(1 + math.exp(-0.5)) + 0.1 * math.log(1 + math.exp(0.5))]
    )
    mean = Dpo(beta=2.0, per_token=True).loss(logp_BT, batch)
    assert mean.tolist() == pytest.approx([math.log(1 + math.exp(-2.0 * (0.5 + 0.2)))])


def test_the_gradient_of_dpo_by_hand_and_none_on_outputs(trajectory):
    batch = judged([pair(trajectory, reference=-1.0)])
    logp_BT = saying(batch, -0.5, -1.2)
    Dpo(beta=0.2).loss(logp_BT, batch).sum().backward()
    slope = 0.2 * sigmoid(-0.5)
    expected = batch.mask_BT * torch.tensor([[-slope], [slope]])
    assert torch.allclose(logp_BT.grad, expected)
    assert batch.mask_BT.sum(1).tolist() == [3, 5]


def test_an_even_policy_and_a_beta_of_nothing_give_log_two(trajectory):
    batch = judged([pair(trajectory, reference=-1.0)])
    assert Dpo().loss(batch.ref_logp_BT, batch).tolist() == pytest.approx([LN2])
    assert Dpo(beta=0.0).loss(saying(batch, -0.1, -3.0), batch).tolist() == pytest.approx([LN2])


def test_smoothing_of_a_half_knows_no_side(trajectory):
    one = judged([pair(trajectory)])
    turned = judged([Example(pair(trajectory).rows[::-1])])
    even = Dpo(smoothing=0.5)
    assert even.loss(saying(one, -0.5, -1.2), one).tolist() == pytest.approx(
        even.loss(saying(turned, -1.2, -0.5), turned).tolist()
    )
    loss, flipped = Dpo(smoothing=0.2), Dpo(smoothing=0.0)
    straight, back = (
        flipped.loss(saying(b, *logps), b) for b, logps in ((one, (-0.5, -1.2)), (turned, (-1.2, -0.5)))
    )
    assert loss.loss(saying(one, -0.5, -1.2), one).tolist() == pytest.approx(
        (0.8 * straight + 0.2 * back).tolist()
    )


@pytest.mark.parametrize("method", [Dpo(), Dpo(per_token=True), Dpo(smoothing=0.1), Kto()])
def test_lengthening_an_output_changes_nothing(trajectory, method):
    """M-DPO is DPO of the model's own tokens: with the outputs cut out, the single turn has the same loss."""
    multi = [trajectory("w", "P2 T1 C1 O4 A1", right=1), trajectory("l", "P2 T2 O1 C1 X9 A2")]
    single = [trajectory("w", "P2 T1 C1 A1", right=1), trajectory("l", "P2 T2 C1 A2")]
    found = []
    for two in (multi, single):
        rows = tuple(row(t, -1.0) for t in two)
        examples = (
            [Example(rows)] if method.paired else [Example((r,), liked=n == 0) for n, r in enumerate(rows)]
        )
        batch = judged(examples)
        found.append(method.loss(saying(batch, -0.5, -1.2), batch).tolist())
    assert found[0] == pytest.approx(found[1])


def test_kto_by_hand(trajectory):
    liked, disliked = pair(trajectory, reference=-1.0).rows
    batch = judged([Example((liked,)), Example((disliked,), liked=False)], kl=0.4)
    logp_BT = saying(batch, -0.5, -1.2)
    loss = Kto(beta=0.5).loss(logp_BT, batch)
    gains = [0.5 * (1.5 - 0.4), 0.5 * (0.4 - -1.0)]
    assert loss.tolist() == pytest.approx([1 - sigmoid(gain) for gain in gains])
    loss.sum().backward()
    slopes = [-0.5 * sigmoid(gains[0]) * sigmoid(-gains[0]), 0.5 * sigmoid(gains[1]) * sigmoid(-gains[1])]
    assert torch.allclose(logp_BT.grad, batch.mask_BT * torch.tensor(slopes)[:, None])


def test_kto_of_the_reference_itself_is_a_half(trajectory):
    liked, disliked = pair(trajectory, reference=-1.0).rows
    batch = judged([Example((liked,)), Example((disliked,), liked=False)])
    assert Kto().loss(batch.ref_logp_BT, batch).tolist() == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize(
    ("method", "counts", "weights"),
    [
        (Kto(desirable=1.5, undesirable=0.5), (10, 90), (1.5, 0.5)),
        (Kto(balance=True), (10, 90), (9.0, 1.0)),
        (Kto(balance=True), (60, 20), (1.0, 3.0)),
        (Kto(desirable=2.0, balance=True), (30, 20), (2.0, 3.0)),
        (Kto(balance=True), (30, 0), (1.0, 1.0)),
        (Kto(balance=True, undesirable=0.0), (30, 9), (1.0, 0.0)),
    ],
)
def test_the_scarcer_kind_is_raised_until_both_weigh_the_same(method, counts, weights):
    assert method.weigh(*counts) == pytest.approx(weights)


def test_a_mismatched_row_is_one_prompt_and_the_others_rest(trajectory):
    here, there = trajectory("a", "P3 T1 O1 A1"), trajectory("b", "P5 C2 O2 A1")
    twin = mismatched(here, there)
    assert twin.ids_T.tolist() == [*here.ids[:3], *there.ids[5:]]
    assert twin.mask_T.tolist() == [False] * 3 + [True] * 2 + [False] * 2 + [True]


@pytest.fixture(scope="module")
def learner():
    from transformers import AutoModelForCausalLM

    policy = AutoModelForCausalLM.from_pretrained(SHIPPED, dtype=torch.float32).eval()
    return Learner({"policy": policy}, Processes())


def test_the_reference_is_observed_on_own_tokens_only_whatever_the_pieces(trajectory, learner):
    examples = [pair(trajectory), Example((row(trajectory("x", "P1 T7")),), liked=False)]
    examples[1] = replace(examples[1], mismatched=row(trajectory("y", "P4 C3 O2 A2")))
    policy = learner.models["policy"]
    whole, small = (observed(learner, policy, examples, most_tokens) for most_tokens in (10**6, 1))
    for one, other in zip(whole, small, strict=True):
        assert (one.liked, one.weight) == (other.liked, other.weight)
        for a, b in zip((*one.rows, one.mismatched), (*other.rows, other.mismatched), strict=True):
            if a is not None:
                assert torch.allclose(a.ref_logp_T, b.ref_logp_T, atol=1e-4)
                assert (a.ref_logp_T[~a.mask_T] == 0).all()
                assert (a.ref_logp_T[a.mask_T] < 0).all()
    batch = judged(whole)
    assert torch.allclose(log_ratio(batch.ref_logp_BT, batch), torch.zeros(3))
    assert divergence(learner, whole, 10**6) == pytest.approx(0.0, abs=1e-3)
    doubtful = [
        replace(e, mismatched=e.mismatched and row(trajectory("y", "P4 C3 O2 A2"), -50.0)) for e in whole
    ]
    assert divergence(learner, doubtful, 10**6) > 100


def test_pieces_hold_every_example_once_and_keep_to_their_size(trajectory):
    examples = [Example((row(trajectory(str(n), f"P1 T{n}")),)) for n in range(1, 30)]
    found = cut(examples, 64)
    assert sorted(e.length for piece in found for e in piece) == list(range(2, 31))
    assert all(max(e.length for e in piece) * len(piece) <= 64 for piece in found)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Dpo(beta=-1),
        lambda: Dpo(beta=math.nan),
        lambda: Dpo(smoothing=0.6),
        lambda: Kto(desirable=-0.1),
    ],
)
def test_what_cannot_be_meant_is_refused(wrong):
    with pytest.raises(UsageError):
        wrong()


def test_a_trajectory_that_may_not_be_trained_on_is_refused(trajectory):
    for bad in (trajectory("a", "P3"), trajectory("a", "P2 T1", void="session lost")):
        with pytest.raises(RecordError):
            row_of(bad)


@pytest.mark.parametrize("name", registry.names("training.preferences"))
def test_what_repr_prints_parses_back(name):
    built = registry.build("training.preferences", name)
    assert registry.build("training.preferences", repr(built)) == built


def test_cutting_a_batch_changes_no_gradient(learner, trajectory):
    rows = [row_of(trajectory(str(n), f"P{2 + n} T{3 * n + 1} O4 A2")) for n in range(5)]
    examples = [Example((row,), n % 2 == 0, mismatched=rows[n - 1]) for n, row in enumerate(rows)]
    found = []
    for most_tokens in (100, 10**6):
        still = torch.optim.SGD(learner.models["policy"].parameters(), lr=0.0)
        seen = observed(learner, learner.models["policy"], examples, most_tokens)
        found.append(update(learner, still, Kto(), seen, most_tokens=most_tokens, clip=1.0))
    assert found[0] == pytest.approx(found[1], rel=1e-3, abs=1e-3)
    assert found[0]["gradient"] > 0
