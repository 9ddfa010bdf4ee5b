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
from reckon.training import objectives  # noqa: E402
from reckon.training.objectives.arpo import Arpo  # noqa: E402
from reckon.training.objectives.aspo_shaping import AspoShaping  # noqa: E402
from reckon.training.objectives.dapo import Dapo  # noqa: E402
from reckon.training.objectives.dr_grpo import DrGrpo  # noqa: E402
from reckon.training.objectives.grpo import Grpo  # noqa: E402
from reckon.training.objectives.grpo_roc import GrpoRoc, flaws  # noqa: E402
from reckon.training.objectives.gspo import Gspo  # noqa: E402
from reckon.training.objectives.gtpo_turn import GtpoTurn  # noqa: E402
from reckon.training.objectives.mt_grpo import MtGrpo  # noqa: E402
from reckon.training.objectives.otc_grpo import OtcGrpo  # noqa: E402
from reckon.training.objectives.otc_po import OtcPo  # noqa: E402
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
    ],
)
def test_the_loss_of_two_rollouts(pair, objective, loss):
    batch = batch_of([pair])
    assert total(objective, batch, moved(batch, RATIOS)) == pytest.approx(loss, abs=1e-6)


def test_grpo_pays_for_leaving_the_reference(pair):
    # At pi = pi_old: log r = log 2 on each token, k3 = 2 - log 2 - 1; losses -s and +s of the rows cancel.
    batch = batch_of([pair])
    batch = replace(batch, ref_logp_BT=batch.old_logp_BT + math.log(2))
    assert total(Grpo(kl=0.1), batch, batch.old_logp_BT) == pytest.approx(0.1 * (1 - math.log(2)), abs=1e-6)


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
    # gamma = lambda = 1/2. a: V .4 .2 | .6, reward 1 at the end
    #   A3 = 1 - .6 = .4;  A2 = .5 * .6 - .2 + .25 * .4 = .2;  A1 = .5 * .2 - .4 + .25 * .2 = -.25
    # b: V .2 | -.4:  A2 = .4;  A1 = .5 * -.4 - .2 + .25 * .4 = -.3
    batch = batch_of([pair])
    value_BT = torch.tensor([[9, 9, 0.4, 0.2, 9, 9, 0.6], [9, 0.2, 9, 9, 9, -0.4, 9]])
    batch = replace(batch, value_BT=value_BT)
    objective = Ppo(gamma=0.5, lam=0.5, whiten=False, value_clip=0.1)
    credit, returns = objective.credit(batch), objective.returns(batch)
    assert credit.flatten().tolist() == pytest.approx([0, 0, -0.25, 0.2, 0, 0, 0.4, 0, -0.3, 0, 0, 0, 0.4, 0])
    assert returns.flatten().tolist() == pytest.approx([0, 0, 0.15, 0.4, 0, 0, 1, 0, -0.1, 0, 0, 0, 0, 0])
    # The first of a, V_old .4, return .15: .7 is held at .5 for the second term, max(.55^2, .35^2) / 2;
    # .15 hits the return but is held at .3: max(0, .15^2) / 2.
    for value, loss in ((0.7, 0.15125), (0.15, 0.01125)):
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


def test_mt_grpo_adds_the_turn_to_the_outcome(rollout):
    group = [
        rollout("a", "P2 C2 O2 A1", right=1, turns={0: 1.0}),
        rollout("b", "P1 C1 O3 A1", turns={0: 0.0}),
    ]
    # Turn 0: s from the outcome and s from 1 against 0, half of it; turn 1 has no reward of its own.
    credit = MtGrpo(weight=0.5).credit(batch_of([group]))
    assert credit[0].tolist() == pytest.approx([0, 0, 1.5 * S, 1.5 * S, 0, 0, S], abs=1e-5)
    assert credit[1].tolist() == pytest.approx([0, -1.5 * S, 0, 0, 0, -S, 0], abs=1e-5)


def test_mt_grpo_compares_a_turn_with_those_that_have_it(rollout):
    group = [
        rollout("a", "P1 C1 O1 C1 O1 A1", turns={0: 1.0, 1: 5.0}),
        rollout("b", "P1 C1 O1 A1", turns={0: 0.0}),
        rollout("c", "P1 A1"),
    ]
    # Outcomes are equal. Turn 0: 1 0 0, mean 1/3, deviation sqrt(1/3); turn 1: 5 and 0; turn 2: a alone.
    credit = MtGrpo().credit(batch_of([group]))
    third = 1 / 3 / math.sqrt(1 / 3)
    assert credit[0, [1, 3, 5]].tolist() == pytest.approx([2 * third, S, 0], abs=1e-5)
    assert credit[1, [1, 3]].tolist() == pytest.approx([-third, -S], abs=1e-5)
    assert credit[2, 1].item() == pytest.approx(-third, abs=1e-5)


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


def test_aspo_favours_early_code(rollout):
    # Own tokens only: a has code at 1 of 4, b at 3 of 6, whatever was printed. mean p 2, mean L 5, delta -2:
    # +-0.4. A of rewards 1 1 0 0: 0.5 / sqrt(1/3); k = 0.7 lets 0.4 through, 0.2 does not.
    group = [
        rollout("a", "P1 T1 C2 O9 A1", right=1),
        rollout("b", "P1 T2 O6 T1 C2 O1 A1", right=1),
        rollout("c", "P1 C2 O1 A1"),
        rollout("d", "P1 A1"),
    ]
    batch = batch_of([group])
    a = 0.5 / math.sqrt(1 / 3)
    for k, move in ((0.7, 0.4), (0.2, 0.2 * a)):
        credit = AspoShaping(k=k).credit(batch)
        assert credit[0, [1, 13]].tolist() == pytest.approx([a + move] * 2, abs=1e-5)
        assert credit[1, 1].item() == pytest.approx(a - move, abs=1e-5)
        assert credit[2:].equal(Grpo().credit(batch)[2:])


def test_otc_scales_what_was_earned(rollout):
    group = [
        rollout("a", "P1 C1 O1 C1 O1 A1", right=1),
        rollout("b", "P1 A1", right=1),
        rollout("c", "P1 C1 O1 A1", reward=-1.0),
    ]
    # cos(2 pi / 8), cos 0
    assert [s.reward for s in OtcPo().shape(group)] == pytest.approx([math.sqrt(0.5), 1, -1])
    assert OtcPo(alpha=2.0).shape(group)[1].reward == 2
    # n = 0: cos(2 pi / 8) for two calls
    assert [s.reward for s in OtcGrpo().shape(group)] == pytest.approx([math.sqrt(0.5), 1, -1])
    # n = 1: m = 3, f = 2 * 3 / 4, sin(1.5 pi / 2)
    group = [rollout("a", "P1 C1 O1 C1 O1 C1 O1 A1", right=1), rollout("b", "P1 C1 O1 A1", right=1)]
    assert [s.reward for s in OtcGrpo().shape(group)] == pytest.approx([math.sqrt(0.5), 1])


def test_otc_remembers_the_fewest_calls_only_where_it_is_told(rollout):
    three, one = "P1 C1 O1 C1 O1 C1 O1 A1", "P1 C1 O1 A1"
    first = [rollout("a", one, right=1), rollout("b", "P1 A1")]
    second = [rollout("c", three, right=1), rollout("d", three)]
    objective = SimpleTir(inner=OtcGrpo())
    assert (
        objective.shape(first)[0].reward == objective.shape(second)[0].reward == 1
    )  # 3 are the group's fewest
    learned = objectives.after(objective, [first])
    assert learned.shape(second)[0].reward == pytest.approx(math.sqrt(0.5))
    assert learned.inner.best_calls == {"p": 1}
    assert registry.build("training.objectives", repr(learned)) == learned
    assert objectives.after(learned, [second]).inner.best_calls == {"p": 1}
    assert objectives.after(Grpo(), [first]) == Grpo()
    assert isinstance(objectives.innermost(OtcPo()), objectives.Critic)


def test_dapo_drops_even_groups_and_long_ends(rollout):
    even = [rollout("a", "P1 T4", right=1), rollout("b", "P1 T8", right=1)]
    mixed = [rollout("c", "P1 T6 O9 T1", right=1), rollout("d", "P1 T4")]
    assert Dapo().select([even, mixed]) == [mixed]
    assert Dapo(dynamic=False).select([even, mixed]) == [even, mixed]
    shaped = Dapo(longest=8, margin=2)
    # 4 and 6 are free, 7 of 8 is half the margin, 8 all of it; outputs count on demand.
    assert [s.reward for s in shaped.shape(even)] == [1, 0]
    assert [s.reward for s in shaped.shape(mixed)] == [0.5, 0]
    assert replace(shaped, count="all").shape(mixed)[0].reward == 0
    assert shaped.select([list(shaped.shape(even))]) == []  # even by grade, though not by reward


def test_roc_keeps_the_cleanest_half(rollout):
    clean, slip, none = "P1 C1 O1 A1", "P1 C1 X1 C1 O1 A1", "P1 T1 A1"
    group = [
        rollout("none", none, right=1),  # p 0.5 + 0
        rollout("wrong1", none),
        rollout("bad", "P1 C1 X1 A1", right=1),  # 1 + 0
        rollout("clean", clean, right=1),  # 0
        rollout("wrong2", clean),
        rollout("slip", slip, right=1),  # 0.5 + 0
        rollout("twice", "P1 C1 O1 A1 A1 A1", right=1),  # 0 + 2 / 2
        rollout("mute", "P1 C1 O1 T1", right=1),  # 0 + 1
    ]
    roc = GrpoRoc(inner=Grpo())
    # 6 of 8 are right: 3 of 4 kept
    assert [s.trajectory.id for s in roc.select([group])[0]] == ["none", "wrong1", "clean", "slip"]
    assert [s.trajectory.id for s in roc.select([group[1:3]])[0]] == ["bad"]
    assert [flaws(scored) for scored in group] == [0.5, 0.5, 1, 0, 0, 0.5, 1, 1]
    # 4 of 8 are right: 2 of 4 kept
    even = [group[n] for n in (0, 1, 2, 3, 4, 5)] + [rollout("wrong3", none), rollout("wrong4", none)]
    assert [s.trajectory.id for s in roc.select([even])[0]] == ["none", "wrong1", "clean", "wrong2"]
    kept = dict.fromkeys(("clean", "bad", "wrong1", "wrong2"), 0)
    for seed in range(300):
        drawn = GrpoRoc(inner=Grpo(), mode="weighted", seed=seed).select([group])[0]
        assert sum(s.right for s in drawn) == 3
        for scored in drawn:
            if scored.trajectory.id in kept:
                kept[scored.trajectory.id] += 1
    assert kept["clean"] > 1.7 * kept["bad"]  # weights 10 and 0.9
    assert abs(kept["wrong1"] - kept["wrong2"]) < 75  # even: 4 deviations of a fair coin are 69


def test_simpletir_teaches_nothing_from_void_turns(rollout):
    group = [
        rollout("a", "P1 C1 O1 A1", right=1),
        rollout("b", "P1 T1 O1 A1", right=1),  # its first turn has neither program nor answer
        rollout("c", "P1 A1"),
    ]
    include, exclude = SimpleTir(inner=Grpo()), SimpleTir(inner=Grpo(), stats="exclude")
    kept = include.select([include.shape(group)])[0]
    assert [s.trained for s in kept] == [True, False, True]
    batch = batch_of([kept])
    # mean 2/3 with the void one, 1/2 without it
    assert include.credit(batch)[0, 1].item() == pytest.approx((1 / 3) / math.sqrt(1 / 3), abs=1e-5)
    assert not include.weigh(batch)[1].any()
    kept = exclude.select([exclude.shape(group)])[0]
    assert [s.trajectory.id for s in kept] == ["a", "c"]
    assert exclude.credit(batch_of([kept]))[0, 1].item() == pytest.approx(S, abs=1e-5)


def test_arpo_shares_credit_along_the_tree(rollout):
    group = [
        rollout("r", "P1 T2 O1 A1", right=1),
        rollout("c", "P1 T2 O1 C1 O1 A1", parent="r", shared=3),
        rollout("g", "P1 T2 O1 C1 O1 A1", parent="c", shared=5, right=1),
        rollout("f", "P1 T2 O1 A1"),
    ]
    batch = batch_of([group])
    inner = DrGrpo()
    # A = +-1/2. r, c, g share tokens 1 and 2: (.5 - .5 + .5) / 3; c and g share the program: 0.
    credit = Arpo(inner=inner, mode="hard").credit(batch)
    assert credit[0].tolist() == pytest.approx([0, 1 / 6, 1 / 6, 0, 0.5, 0, 0], abs=1e-6)
    assert credit[1].tolist() == pytest.approx([0, 1 / 6, 1 / 6, 0, 0, 0, -0.5], abs=1e-6)
    assert credit[2].tolist() == pytest.approx([0, 1 / 6, 1 / 6, 0, 0, 0, 0.5], abs=1e-6)
    assert credit[3].tolist() == pytest.approx([0, -0.5, -0.5, 0, -0.5, 0, 0], abs=1e-6)
    assert Arpo(inner=inner).credit(batch).equal(inner.credit(batch))


def test_arpo_knows_a_branch_that_left_before_its_parent_did(rollout):
    form = "P1 T1 C1 O1 A1"
    group = [
        rollout("r", form, right=1),
        rollout("c", form, parent="r", shared=4),
        rollout("g", form, parent="c", shared=2),
    ]
    # A = 2/3 -1/3 -1/3. All three share the text, r and c the program, too: (2/3 - 1/3) / 2; g has its own.
    credit = Arpo(inner=DrGrpo(), mode="hard").credit(batch_of([group]))
    assert credit[:, 1].tolist() == pytest.approx([0, 0, 0], abs=1e-6)
    assert credit[:, 2].tolist() == pytest.approx([1 / 6, 1 / 6, -1 / 3], abs=1e-6)


def test_arpo_joins_the_children_of_a_dropped_parent(rollout):
    child = {"parent": "gone", "shared": 3}
    group = [
        rollout("x", "P1 T2 O1 A1", right=1, **child),
        rollout("y", "P1 T2 O1 A1", **child),
        rollout("z", "P1 T2 O1 A1"),
    ]
    # A = 2/3 -1/3 -1/3: x and y share (2/3 - 1/3) / 2 on what they had from it.
    credit = Arpo(inner=DrGrpo(), mode="hard").credit(batch_of([group]))
    assert credit[:, 1].tolist() == pytest.approx([1 / 6, 1 / 6, -1 / 3], abs=1e-6)
    assert credit[:, 4].tolist() == pytest.approx([2 / 3, -1 / 3, -1 / 3], abs=1e-6)


def test_a_reward_of_a_turn_that_is_not_there_is_refused(rollout):
    with pytest.raises(RecordError, match="wrote nothing"):
        batch_of([[rollout("a", "P1 A1", turns={3: 1.0})]])


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("Ppo(clip=2)", "clip wants a number from 0 to 1, got 2"),
        ("Ppo(lam='much')", "lam wants a number"),
        ("Grpo(clip=True)", "clip wants a number"),
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
