"""Objectives: numbers worked by hand, over interleaved outputs.

The batch of most tests, with + where the model wrote:

    a  P P C C O O A   reward 1   own tokens 3   ratios 1.5 1.1 | 0.7
       . . + + . . +
    b  P C O O O A .   reward 0   own tokens 2   ratios 0.5 | 1.3
       . + . . . + .

mean 1/2, deviation with Bessel's correction sqrt(1/2): A = +-s with s = 1/2 / sqrt(1/2) = 0.70710678.
"""

import math
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from reckon import registry  # noqa: E402
from reckon.errors import RecordError, UsageError  # noqa: E402
from reckon.training.objectives.dapo import Dapo  # noqa: E402
from reckon.training.objectives.dr_grpo import DrGrpo  # noqa: E402
from reckon.training.objectives.grpo import Grpo  # noqa: E402
from reckon.training.objectives.grpo_roc import GrpoRoc  # noqa: E402
from reckon.training.objectives.gspo import Gspo  # noqa: E402
from reckon.training.objectives.gtpo_turn import GtpoTurn  # noqa: E402
from reckon.training.objectives.mt_grpo import MtGrpo  # noqa: E402
from reckon.training.objectives.ppo import Ppo  # noqa: E402
from reckon.training.objectives.reinforce_pp import ReinforcePp  # noqa: E402
from reckon.training.objectives.rloo import Rloo  # noqa: E402
from reckon.training.objectives.simpletir import SimpleTir  # noqa: E402
from reckon.training.torch_batch import batch_of  # noqa: E402

S = 0.5 / math.sqrt(0.5)
RATIOS = [[0, 0, 1.5, 1.1, 0, 0, 0.7], [0, 0.5, 0, 0, 0, 1.3, 0]]


@pytest.fixture
def pair(rollout):
    return [rollout("a", "P2 C2 O2 A1", right=1), rollout("b", "P1 C1 O3 A1")]


def moved(batch, ratios):
    """Log-probabilities of a policy with these ratios; far off where the model did not write."""
    ratio_BT = torch.tensor(ratios)
    return torch.where(batch.mask_BT, batch.old_logp_BT + ratio_BT.clamp(min=0.01).log(), -9.0)


def total(objective, batch, logp_BT):
    loss_BT = objective.loss(logp_BT, batch, objective.credit(batch))
    return float((loss_BT * objective.weigh(batch)).sum())


@pytest.mark.parametrize(
    ("objective", "loss"),
    [
        # a: 1.2 + 1.1 + 0.7 = 3.0 clipped above; b: 0.8 + 1.3 = 2.1 clipped below. s (-3.0/3 + 2.1/2) / 2
        (Grpo(), 0.025 * S),
        # a: 1.28 + 1.1 + 0.7 = 3.08; b: 2.1; each of 5 tokens the same: s (-3.08 + 2.1) / 5
        (Dapo(), -0.196 * S),
        # A = +-1/2, two rows of at most 10 tokens: (-3.0 + 2.1) / 2 / 20
        (DrGrpo(length=10), -0.0225),
        # A = +-1, no clipping: a -3.3, b +1.8, over two rows
        (Rloo(), -0.75),
        # s_a = 1.155^(1/3) = 1.049 clipped to 1.04; s_b = 0.65^(1/2) = 0.806 clipped to 0.96
        (Gspo(clip_low=0.04, clip_high=0.04), -0.04 * S),
        # to go 1 1 1 | 0 0: mean 0.6, deviation sqrt(1.2 / 4); (-0.4 * 3.0 + 0.6 * 2.1) / 5 / sqrt(0.3)
        (ReinforcePp(), 0.012 / math.sqrt(0.3)),
        # The same, for V is 0 everywhere.
        (Ppo(), 0.012 / math.sqrt(0.3)),
        # Returns .9 1 | 0 0: mean .475, deviation .55; a (.425 * 2.3 + .525 * .7) / 3, b -.475 * 2.1 / 2
        (GtpoTurn(), (-1.345 / 3 + 0.9975 / 2) / 2 / 0.55),
    ],
)
def test_the_loss_of_two_rollouts(pair, objective, loss):
    batch = batch_of([pair])
    batch = replace(batch, value_BT=torch.zeros_like(batch.old_logp_BT))
    assert total(objective, batch, moved(batch, RATIOS)) == pytest.approx(loss, abs=1e-6)


@pytest.mark.parametrize(
    ("objective", "above", "below"),
    [(Dapo(), 1.28, 0.8), (Gspo(clip_low=0.04, clip_high=0.03), 1.03, 0.96), (Grpo(), 1.2, 0.8)],
)
def test_each_side_has_its_own_clip(pair, objective, above, below):
    # A = 1 on a, whose first ratio is 1.5, and -1 on b, whose first is 0.5; of sequences 1.049 and 0.806.
    batch = batch_of([pair])
    advantage_BT = torch.tensor([[1.0], [-1.0]]) * batch.mask_BT
    loss_BT = objective.loss(moved(batch, RATIOS), batch, advantage_BT)
    assert loss_BT[[0, 1], [2, 1]].tolist() == pytest.approx([-above, below])


def test_grpo_pays_for_leaving_the_reference(pair):
    # At pi = pi_old: log r = log 2 on each token, k3 = 2 - log 2 - 1; losses -s and +s of the rows cancel.
    batch = batch_of([pair])
    batch = replace(batch, ref_logp_BT=batch.old_logp_BT + math.log(2))
    assert total(Grpo(kl=0.1), batch, batch.old_logp_BT) == pytest.approx(0.1 * (1 - math.log(2)), abs=1e-6)


SAID = """
Arpo(inner=Grpo(clip=0.2, kl=0.0), mode='soft')
AspoShaping(inner=Grpo(clip=0.2, kl=0.0), delta=-2.0, k=0.7)
Dapo(clip_low=0.2, clip_high=0.28, longest=0, margin=4096, count='model', dynamic=True)
DrGrpo(clip=0.2, length=1024)
Gspo(clip_low=0.0003, clip_high=0.0004)
GtpoTurn(clip=0.2, gamma=0.9, alpha=0.5, similarity='counts', normalise='group')
MtGrpo(inner=Grpo(clip=0.2, kl=0.0), weight=1.0)
OtcGrpo(inner=Grpo(clip=0.2, kl=0.0), alpha=1.0, c=4.0, best_calls={})
OtcPo(inner=Ppo(clip=0.2, value_clip=0.5, gamma=1.0, lam=1.0, whiten=True), alpha=1.0, c=4.0)
ReinforcePp(clip=0.2, kl=0.0, gamma=1.0)
Rloo(kl=0.0)
"""


def test_what_is_not_given_is_as_the_docstrings_say():
    for said in SAID.strip().splitlines():
        assert repr(registry.build("training.objectives", said.partition("(")[0])) == said
    assert SimpleTir() == SimpleTir(inner=Dapo(), stats="include")
    assert GrpoRoc() == GrpoRoc(inner=Dapo(), mode="sorted", least=2, seed=0)


def test_rows_that_are_not_trained_on_leave_their_weight_to_the_others(rollout):
    group = [rollout("a", "P1 T3"), rollout("b", "P1 T2", trained=False), rollout("c", "P1 O1 A1")]
    batch = batch_of([group])
    a, b, c = (0, [1, 2, 3]), (1, [1, 2]), (2, [2])
    for objective, of_a, of_c in ((Dapo(), 1 / 4, 1 / 4), (Grpo(), 1 / 6, 1 / 2)):
        weight_BT = objective.weigh(batch)
        assert weight_BT[a].tolist() == pytest.approx([of_a] * 3)
        assert weight_BT[c].tolist() == pytest.approx([of_c])
        assert not weight_BT[b].any()
        assert float(weight_BT.sum()) == pytest.approx(1)
    # A constant is one whatever is left out: three rows of at most ten tokens.
    assert DrGrpo(length=10).weigh(batch)[a].tolist() == pytest.approx([1 / 30] * 3)
    assert not DrGrpo(length=10).weigh(batch)[b].any()


@pytest.mark.parametrize(("reward", "count"), [(0.1, 3), (0.7, 11), (-0.1, 13), (1 / 3, 29)])
def test_equal_rewards_teach_nothing(rollout, reward, count):
    batch = batch_of([[rollout(f"{n}", "P1 T2", reward=reward) for n in range(count)]])
    for objective in (Grpo(), DrGrpo(), Rloo(), Gspo(), Dapo(), GtpoTurn(), MtGrpo()):
        assert not objective.credit(batch).any()


def test_a_discount_skips_outputs(pair):
    # a: 1 on the answer, 0.5 on the token before it, whatever the output between, 0.25 on the first.
    # mean (1 + .5 + .25 + 0 + 0) / 5 = 0.35; the spread does not matter to the ratios between distances.
    credit = ReinforcePp(gamma=0.5).credit(batch_of([pair]))
    far = [0.25 - 0.35, 0.5 - 0.35, 1 - 0.35, -0.35, -0.35]
    std = math.sqrt(sum(x * x for x in far) / 4)
    assert credit[0, [2, 3, 6]].tolist() == pytest.approx([x / std for x in far[:3]], abs=1e-4)
    assert credit[0, [0, 1, 4, 5]].tolist() == [0, 0, 0, 0]


def test_a_penalty_inside_the_reward(pair):
    # beta 0.1, log pi_old - log pi_ref = 1 everywhere: rollouts pay 0.3 and 0.2 of rewards 1 and 0.
    batch = batch_of([pair])
    batch = replace(batch, ref_logp_BT=batch.old_logp_BT - 1)
    assert Rloo(kl=0.1).credit(batch)[:, [5, 6]].tolist() == [
        [0, pytest.approx(0.9)],
        [pytest.approx(-0.9), 0],
    ]
    # To go: a .7 .8 .9, b -.2 -.1; mean 2.1 / 5 = 0.42: a's last is 0.48 above it, b's 0.52 below.
    credit = ReinforcePp(kl=0.1).credit(batch)
    assert float(credit[0, 6] / credit[1, 5]) == pytest.approx(0.48 / -0.52, abs=1e-4)


def test_ppo_takes_its_values_where_the_model_wrote(pair):
    # gamma .5, lambda .4. a: V .4 .2 | .6, reward 1 at the end
    #   A3 = 1 - .6 = .4;  A2 = .5 * .6 - .2 + .2 * .4 = .18;  A1 = .5 * .2 - .4 + .2 * .18 = -.264
    # b: V .2 | -.4:  A2 = .4;  A1 = .5 * -.4 - .2 + .2 * .4 = -.32
    batch = batch_of([pair])
    value_BT = torch.tensor([[9, 9, 0.4, 0.2, 9, 9, 0.6], [9, 0.2, 9, 9, 9, -0.4, 9]])
    batch = replace(batch, value_BT=value_BT)
    objective = Ppo(gamma=0.5, lam=0.4, whiten=False, value_clip=0.1)
    credit, returns = objective.credit(batch), objective.returns(batch)
    assert credit.flatten().tolist() == pytest.approx(
        [0, 0, -0.264, 0.18, 0, 0, 0.4, 0, -0.32, 0, 0, 0, 0.4, 0]
    )
    assert returns.flatten().tolist() == pytest.approx([0, 0, 0.136, 0.38, 0, 0, 1, 0, -0.12, 0, 0, 0, 0, 0])
    # The first of a, V_old .4, return .136: .7 is held at .5 for the second term, max(.564^2, .364^2) / 2;
    # .15 nearly hits the return but is held at .3: max(.014^2, .164^2) / 2.
    for value, loss in ((0.7, 0.159048), (0.15, 0.013448)):
        new_BT = value_BT.clone()
        new_BT[0, 2] = value
        assert float(objective.value_loss(new_BT, batch, returns)[0, 2]) == pytest.approx(loss)
    assert not objective.value_loss(value_BT + 5, batch, returns)[~batch.mask_BT].any()
    whitened = replace(objective, whiten=True).credit(batch)[batch.mask_BT]
    assert float(whitened.mean()) == pytest.approx(0, abs=1e-6)
    assert float(whitened.std()) == pytest.approx(1, abs=1e-4)
    assert replace(objective, whiten=True).returns(batch).equal(returns)


def test_ppo_says_that_it_wants_values(pair):
    with pytest.raises(UsageError, match="value_BT"):
        Ppo().credit(batch_of([pair]))


def test_gtpo_discounts_by_turns(rollout):
    group = [
        rollout("a", "P2 C2 O2 A1", right=1),
        rollout("b", "P1 C1 O3 A1", turns={0: -0.1}),
    ]
    # Returns .9 1 | -.1 0: mean .45, squares 2 (.45^2 + .55^2) = 1.01 over 3.
    std = math.sqrt(1.01 / 3)
    credit = GtpoTurn().credit(batch_of([group]))
    assert credit[0, [2, 3, 6]].tolist() == pytest.approx([0.45 / std, 0.45 / std, 0.55 / std], abs=1e-5)
    assert credit[1, [1, 5]].tolist() == pytest.approx([-0.55 / std, -0.45 / std], abs=1e-5)
    # Turn by turn, .9 against -.1 and 1 against 0.
    credit = GtpoTurn(normalise="turn").credit(batch_of([group]))
    assert credit[0, [2, 3, 6]].tolist() == pytest.approx([S, S, S], abs=1e-5)


def test_gtpo_pays_failures_that_code_like_successes(rollout):
    group = [
        rollout("a", "P1 C1 O1 A1", right=1, codes=["x = 1"]),
        rollout("b", "P1 C1 O1 A1", right=1, codes=["y = 2"]),
        rollout("c", "P1 C1 O1 A1", codes=["x = 1"]),
        rollout("d", "P1 A1"),
    ]
    # c: tokens x = 1; the same code is 1, the other shares = alone: 1/3. alpha/2 (1 + 1/3) = 1/3.
    shaped = GtpoTurn().shape(group)
    assert [scored.reward for scored in shaped] == pytest.approx([1, 1, 1 / 3, 0])
    assert shaped[2].parts["similarity"] == pytest.approx(1 / 3)
    # difflib: 1 and 2 * 1 / 6
    assert GtpoTurn(similarity="sequence").shape(group)[2].reward == pytest.approx(1 / 3)
    assert [s.reward for s in GtpoTurn().shape(group[2:])] == [0, 0]


def test_dapo_drops_even_groups_and_long_ends(rollout):
    even = [rollout("a", "P1 T4", right=1), rollout("b", "P1 T8", right=1)]
    mixed = [rollout("c", "P1 T6 O9 T1", right=1), rollout("d", "P1 T4")]
    assert Dapo().select([even, mixed]) == [mixed]
    assert Dapo(dynamic=False).select([even, mixed]) == [even, mixed]
    shaped = Dapo(longest=8, margin=2)
    # 4 and 6 are free, 7 of 8 is half the margin, 8 all of it; outputs count on demand.
    assert [s.reward for s in shaped.shape(even)] == [1, 0]
    assert [s.reward for s in shaped.shape(mixed)] == [0.5, 0]
    assert shaped.shape(mixed)[0].parts == {"overlong": -0.5}
    assert replace(shaped, count="all").shape(mixed)[0].reward == 0
    assert shaped.select([list(shaped.shape(even))]) == []  # even by grade, though not by reward


def test_a_reward_of_a_turn_that_is_not_there_is_refused(rollout):
    with pytest.raises(RecordError, match="wrote nothing"):
        batch_of([[rollout("a", "P1 A1", turns={3: 1.0})]])


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("Ppo(clip=2)", "clip wants a number from 0 to 1, got 2"),
        ("Ppo(lam='much')", "lam.* want"),
        ("Grpo(clip=True)", "clip.* want"),
        ("DrGrpo(length=0)", "length wants"),
        ("Dapo(count='some')", "count wants 'model' or 'all'"),
        ("Dapo(longest=10)", "margin wants a number from 0 to 10"),
        ("SimpleTir(inner=3)", "inner wants something that can shape, select, credit, loss, weigh, got 3"),
        ("SimpleTir(stats='none')", "stats wants 'include' or 'exclude'"),
        ("Arpo(inner=Nothing())", "no training.objectives named 'Nothing'"),
        ("OtcPo(c=0)", "c wants"),
    ],
)
def test_what_cannot_be_meant_is_refused(expression, message):
    with pytest.raises(UsageError, match=message):
        registry.build("training.objectives", expression)
