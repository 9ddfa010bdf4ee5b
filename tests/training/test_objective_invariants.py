"""What holds for every objective, registered or wrapped, and slow references for the plain ones."""

import math
import random
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from reckon import registry  # noqa: E402
from reckon.training.objectives.dapo import Dapo  # noqa: E402
from reckon.training.objectives.dr_grpo import DrGrpo  # noqa: E402
from reckon.training.objectives.grpo import Grpo  # noqa: E402
from reckon.training.objectives.gspo import Gspo  # noqa: E402
from reckon.training.objectives.mt_grpo import MtGrpo  # noqa: E402
from reckon.training.objectives.otc_grpo import OtcGrpo  # noqa: E402
from reckon.training.objectives.ppo import Ppo  # noqa: E402
from reckon.training.objectives.reinforce_pp import ReinforcePp  # noqa: E402
from reckon.training.objectives.rloo import Rloo  # noqa: E402
from reckon.training.objectives.simpletir import SimpleTir  # noqa: E402
from reckon.training.torch_batch import batch_of  # noqa: E402

FOLDER = "training.objectives"
EVERY = [
    *registry.names(FOLDER),
    "Grpo(kl=0.1)",
    "ReinforcePp(kl=0.1, gamma=0.9)",
    "Rloo(kl=0.1)",
    "Ppo(gamma=0.9, lam=0.8)",
    "Dapo(longest=6, margin=4, dynamic=False)",
    "GtpoTurn(normalise='turn', similarity='sequence')",
    "GrpoRoc(mode='weighted', seed=3)",
    "SimpleTir(inner=OtcGrpo(inner=DrGrpo(length=9)), stats='exclude')",
    "Arpo(inner=AspoShaping(inner=MtGrpo(inner=Gspo())), mode='hard')",
]


@pytest.fixture
def groups(rollout):
    return [
        [
            rollout("a", "P2 T1 C2 O3 A1", right=1, problem="p", turns={0: 1.0}),
            rollout("b", "P2 C1 X2 T1 C2 O1 A2", problem="p", turns={0: 0.2}),
            rollout("c", "P2 T3 O2 A1", right=1, problem="p"),
            rollout("d", "P2 T2 C1 O1 A1", right=1, problem="p"),
        ],
        [
            rollout("e", "P1 A2", problem="q", right=1),
            rollout("f", "P1 C1 O4 A2", problem="q", trained=False, turns={1: 0.5}),
            rollout("g", "P1 C1 O4 C1 O2", problem="q", parent="f", shared=3),
        ],
    ]


def batched(groups):
    """With a reference, a critic and a policy that has moved: (batch, its log-probabilities)."""
    batch = batch_of(groups)
    place_BT = torch.arange(batch.ids_BT.numel()).reshape(batch.ids_BT.shape)
    ref_BT = torch.where(batch.mask_BT, batch.old_logp_BT + 0.1 * (place_BT % 5 - 2), 0.0)
    value_BT = 0.1 * (place_BT % 7 - 3)
    moved_BT = batch.old_logp_BT + 0.15 * (place_BT % 4 - 1.5)
    return replace(batch, ref_logp_BT=ref_BT, value_BT=value_BT), moved_BT


def learn(objective, batch, logp_BT):
    """(the whole loss, its gradient, the advantages)."""
    logp_BT = logp_BT.clone().requires_grad_()
    advantage_BT = objective.credit(batch)
    total = (objective.loss(logp_BT, batch, advantage_BT) * objective.weigh(batch)).sum()
    if objective.critic:
        inner = getattr(objective, "inner", objective)
        value_BT = inner.value_loss(batch.value_BT + 0.3, batch, inner.returns(batch))
        total = total + (value_BT * objective.weigh(batch)).sum()
    total.backward()
    return float(total.detach()), logp_BT.grad, advantage_BT


@pytest.fixture(params=EVERY)
def objective(request):
    return registry.build(FOLDER, request.param)


def test_what_repr_prints_parses_back(objective):
    assert registry.build(FOLDER, repr(objective)) == objective


def test_outputs_are_in_no_loss_and_no_gradient(objective, groups):
    batch, logp_BT = batched(groups)
    loss, gradient_BT, advantage_BT = learn(objective, batch, logp_BT)
    assert math.isfinite(loss)
    assert gradient_BT[batch.learned_BT].any()
    assert not gradient_BT[~batch.learned_BT].any()
    assert not advantage_BT[~batch.mask_BT].any()
    off_BT = ~batch.mask_BT
    noisy = replace(
        batch,
        ids_BT=torch.where(off_BT, 7, batch.ids_BT),
        old_logp_BT=torch.where(off_BT, -40.0, batch.old_logp_BT),
        ref_logp_BT=torch.where(off_BT, -60.0, batch.ref_logp_BT),
        value_BT=torch.where(off_BT, 1e6, batch.value_BT),
    )
    again, noisy_BT, _ = learn(objective, noisy, torch.where(off_BT, -100.0, logp_BT))
    assert again == loss
    assert noisy_BT.equal(gradient_BT)


def test_longer_outputs_change_nothing(objective, groups, rollout):
    """Neither a numerator nor a denominator counts them, nor a discount, nor a place."""
    kept, long = groups[0][0], rollout("a", "P2 T1 C2 O30 A1", right=1, problem="p", turns={0: 1.0})
    found = []
    for scored in (kept, long):
        batch = batch_of([[scored, *groups[0][1:]], groups[1]])
        zeros_BT = torch.zeros_like(batch.old_logp_BT)
        batch = replace(batch, ref_logp_BT=batch.old_logp_BT - 0.1 * batch.mask_BT, value_BT=zeros_BT)
        # Log-probabilities of the test's rollouts follow from places: make them follow from order.
        order_BT = (batch.mask_BT.cumsum(1) * batch.mask_BT).float()
        batch = replace(batch, old_logp_BT=-0.1 * order_BT, ref_logp_BT=-0.12 * order_BT)
        loss, gradient_BT, _ = learn(objective, batch, -0.11 * order_BT)
        found.append((loss, gradient_BT[batch.mask_BT]))
    assert found[0][0] == pytest.approx(found[1][0], abs=1e-6)
    assert torch.allclose(found[0][1], found[1][1], atol=1e-6)


def test_rows_that_are_not_trained_only_count_in_statistics(objective, groups):
    batch, logp_BT = batched(groups)
    _, gradient_BT, _ = learn(objective, batch, logp_BT)
    assert not gradient_BT[5].any()
    none = replace(batch, trained_B=torch.zeros_like(batch.trained_B))
    loss, gradient_BT, _ = learn(objective, none, logp_BT)
    assert loss == 0
    assert not gradient_BT.any()


def test_permuting_rows_permutes_advantages(objective, groups):
    batch, logp_BT = batched(groups)
    order = [5, 2, 0, 6, 3, 1, 4]
    loss, gradient_BT, advantage_BT = learn(objective, batch, logp_BT)
    permuted = learn(objective, batch.rows_at(order), logp_BT[order])
    assert permuted[0] == pytest.approx(loss, abs=1e-6)
    assert torch.allclose(permuted[1], gradient_BT[order], atol=1e-6)
    assert torch.allclose(permuted[2], advantage_BT[order], atol=1e-6)


def test_permuting_rollouts_and_groups_changes_no_rollout(objective, groups):
    if getattr(objective, "mode", "") == "sorted":
        pytest.skip("the published code takes wrong rollouts in their order")

    def rewards(given):
        shaped = [objective.shape(group) for group in given]
        kept = objective.select(shaped)
        return {s.trajectory.id: (s.reward, s.trained) for group in kept for s in group}

    assert rewards(groups) == rewards([group[::-1] for group in groups[::-1]])


def test_shape_keeps_order_and_select_keeps_rollouts(objective, groups):
    for group in groups:
        assert [s.trajectory for s in objective.shape(group)] == [s.trajectory for s in group]
    shaped = [list(objective.shape(group)) for group in groups]
    ids = {s.trajectory.id for group in groups for s in group}
    assert {s.trajectory.id for group in objective.select(shaped) for s in group} <= ids


def test_pieces_add_up_to_the_whole(objective, groups):
    batch, logp_BT = batched(groups)
    _, whole_BT, advantage_BT = learn(objective, batch, logp_BT)
    weight_BT = objective.weigh(batch)
    for rows in ([0, 3], [1], [2, 4, 5, 6]):
        piece_BT = logp_BT[rows].clone().requires_grad_()
        loss_BT = objective.loss(piece_BT, batch.rows_at(rows), advantage_BT[rows])
        (loss_BT * weight_BT[rows]).sum().backward()
        assert torch.allclose(piece_BT.grad, whole_BT[rows], atol=1e-6)


def test_a_group_of_one_and_a_silent_rollout_stay_finite(objective, rollout):
    batch, logp_BT = batched(
        [[rollout("a", "P2 C1 O1 A1", right=1)], [rollout("b", "P3"), rollout("c", "P1 A1")]]
    )
    loss, gradient_BT, advantage_BT = learn(objective, batch, logp_BT)
    assert math.isfinite(loss)
    assert gradient_BT.isfinite().all()
    assert advantage_BT.isfinite().all()


def test_the_outcome_lands_on_the_last_token_that_the_model_wrote(rollout):
    batch = batch_of([[rollout("a", "P1 C1 O5", reward=2.0, turns={0: 0.5}), rollout("b", "P1 C2 O1 A1")]])
    assert batch.reward_BT[0].tolist() == [0, 2.5, 0, 0, 0, 0, 0]


def test_one_becomes_another(groups, rollout):
    batch, logp_BT = batched(groups)
    plain = [[rollout(n, "P1 C1 O2 A1", right=r) for n, r in zip("abc", (1, 0, 1), strict=True)]]
    even, _ = batched(plain)

    def same(one, other, batch=batch, logp_BT=logp_BT, factor=1.0):
        found, wanted = learn(one, batch, logp_BT), learn(other, batch, logp_BT)
        assert found[0] == pytest.approx(factor * wanted[0], abs=1e-5)
        assert torch.allclose(found[1], factor * wanted[1], atol=1e-5)

    same(Dapo(clip_high=0.2), _TokenMean(Grpo()))
    same(MtGrpo(weight=0.0), Grpo())
    same(SimpleTir(inner=Grpo()), Grpo())
    same(OtcGrpo(), Grpo())
    assert [s.reward for s in OtcGrpo().shape(plain[0])] == [1, 0, 1]  # as many calls in each
    # Without its deviation, 1/sqrt(3) for rewards 1 0 1, GRPO's credit is Dr. GRPO's.
    grpo, dr = Grpo().credit(even), DrGrpo().credit(even)
    assert torch.allclose(grpo / math.sqrt(3), dr, atol=1e-5)
    # Against the mean of all three, the mean of the two others has distances 3/2 as large.
    assert torch.allclose(Rloo().credit(even), 1.5 * dr, atol=1e-6)
    # With one token per row a sequence's ratio is the token's.
    single, single_BT = batched([[rollout("a", "P1 A1", right=1), rollout("b", "P2 A1")]])
    same(Gspo(clip_low=0.2, clip_high=0.2), Grpo(), single, single_BT)
    # With V = 0 and gamma = lambda = 1, A is the reward to go, which REINFORCE++ whitens.
    zero = replace(batch, value_BT=torch.zeros_like(batch.value_BT))
    assert torch.allclose(Ppo().credit(zero), ReinforcePp().credit(zero), atol=1e-6)


class _TokenMean:
    """GRPO with each token weighing the same."""

    critic = False

    def __init__(self, inner):
        self.credit, self.loss, self.weigh = inner.credit, inner.loss, Dapo().weigh


# ---- slow references: the papers' sums as loops over floats ------------------------------------------


def _group_advantages(rewards, deviation):
    mean = sum(rewards) / len(rewards)
    spread = math.sqrt(sum((r - mean) ** 2 for r in rewards) / (len(rewards) - 1))
    return [(r - mean) / (spread if deviation else 1.0) for r in rewards]


def _clip(ratio, advantage, low, high):
    return min(ratio * advantage, min(max(ratio, 1 - low), 1 + high) * advantage)


def slow_grpo(groups):
    rows = [
        sum(_clip(ratio, a, 0.2, 0.2) for ratio in ratios) / len(ratios)
        for group in groups
        for (_, ratios), a in zip(group, _group_advantages([r for r, _ in group], True), strict=True)
    ]
    return -sum(rows) / len(rows)


def slow_dr_grpo(groups):
    terms, rows = 0.0, 0
    for group in groups:
        for (_, ratios), a in zip(group, _group_advantages([r for r, _ in group], False), strict=True):
            terms, rows = terms + sum(_clip(ratio, a, 0.2, 0.2) for ratio in ratios), rows + 1
    return -terms / (rows * 1024)


def slow_dapo(groups):
    terms, count = 0.0, 0
    for group in groups:
        for (_, ratios), a in zip(group, _group_advantages([r for r, _ in group], True), strict=True):
            terms, count = terms + sum(_clip(ratio, a, 0.2, 0.28) for ratio in ratios), count + len(ratios)
    return -terms / count


def slow_rloo(groups):
    terms, rows = 0.0, 0
    for group in groups:
        for n, (reward, ratios) in enumerate(group):
            others = [r for m, (r, _) in enumerate(group) if m != n]
            terms, rows = terms + (reward - sum(others) / len(others)) * sum(ratios), rows + 1
    return -terms / rows


def slow_gspo(groups):
    rows = []
    for group in groups:
        for (_, ratios), a in zip(group, _group_advantages([r for r, _ in group], True), strict=True):
            whole = math.prod(ratios) ** (1 / len(ratios))
            rows.append(_clip(whole, a, 3e-4, 4e-4))
    return -sum(rows) / len(rows)


def slow_reinforce_pp(groups):
    tokens = [(reward, ratio) for group in groups for reward, ratios in group for ratio in ratios]
    mean = sum(r for r, _ in tokens) / len(tokens)
    spread = math.sqrt(sum((r - mean) ** 2 for r, _ in tokens) / (len(tokens) - 1))
    return -sum(_clip(ratio, (r - mean) / spread, 0.2, 0.2) for r, ratio in tokens) / len(tokens)


@pytest.mark.parametrize(
    ("objective", "slow"),
    [
        (Grpo(), slow_grpo),
        (DrGrpo(), slow_dr_grpo),
        (Dapo(), slow_dapo),
        (Rloo(), slow_rloo),
        (Gspo(), slow_gspo),
        (ReinforcePp(), slow_reinforce_pp),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_the_loss_is_the_papers_sum(objective, slow, rollout):
    rng = random.Random(0)
    forms = ("P2 T3 C2 O4 A2", "P1 C3 X1 C2 O2 T4", "P3 A1", "P2 T5")
    groups, plain = [], []
    for g in range(3):
        rows = [(rng.choice(forms), rng.random()) for _ in range(4)]
        groups.append([rollout(f"{g}.{n}", form, reward=reward) for n, (form, reward) in enumerate(rows)])
    batch = batch_of(groups)
    moved_BT = torch.where(batch.mask_BT, (torch.rand(batch.ids_BT.shape, generator=_seeded()) - 0.5), 3.0)
    for g in range(3):
        at = [n for n, group in enumerate(batch.group_B.tolist()) if group == g]
        plain.append(
            [
                (
                    batch.rows[n].reward,
                    [math.exp(moved_BT[n, t]) for t in range(batch.ids_BT.shape[1]) if batch.mask_BT[n, t]],
                )
                for n in at
            ]
        )
    loss, _, _ = learn(objective, batch, batch.old_logp_BT + moved_BT)
    assert loss == pytest.approx(slow(plain), rel=1e-4, abs=1e-6)


def _seeded():
    return torch.Generator().manual_seed(0)
