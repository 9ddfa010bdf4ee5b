"""Objectives around another one: numbers worked by hand, over interleaved outputs (see `test_objectives`)."""

import math
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from reckon import registry  # noqa: E402
from reckon.training import objectives  # noqa: E402
from reckon.training.objectives.arpo import Arpo  # noqa: E402
from reckon.training.objectives.aspo_shaping import AspoShaping  # noqa: E402
from reckon.training.objectives.dapo import Dapo  # noqa: E402
from reckon.training.objectives.dr_grpo import DrGrpo  # noqa: E402
from reckon.training.objectives.grpo import Grpo  # noqa: E402
from reckon.training.objectives.grpo_roc import GrpoRoc, flaws  # noqa: E402
from reckon.training.objectives.mt_grpo import MtGrpo  # noqa: E402
from reckon.training.objectives.otc_grpo import OtcGrpo  # noqa: E402
from reckon.training.objectives.otc_po import OtcPo  # noqa: E402
from reckon.training.objectives.ppo import Ppo  # noqa: E402
from reckon.training.objectives.simpletir import SimpleTir  # noqa: E402
from reckon.training.torch_batch import batch_of  # noqa: E402

S = 0.5 / math.sqrt(0.5)


def test_what_a_wrapper_does_not_do_the_inner_one_does(rollout):
    long = [rollout("a", "P1 T8", right=1), rollout("b", "P1 T4", right=1)]
    for wrapper in (OtcPo, OtcGrpo, SimpleTir, MtGrpo, Arpo):
        objective = wrapper(inner=Dapo(longest=8, margin=2))
        assert [scored.reward for scored in objective.shape(long)] == [0, 1]
        assert objective.select([long]) == []  # both are right
    assert GrpoRoc(inner=Dapo()).select([long]) == []
    batch, other = batch_of([long]), Dapo(clip_high=0.5)
    for wrapper in (OtcPo, OtcGrpo, SimpleTir, MtGrpo, Arpo, GrpoRoc):
        objective = wrapper(inner=other)
        assert objective.weigh(batch).equal(other.weigh(batch))
        moved_BT, advantage_BT = batch.old_logp_BT + 1, batch.mask_BT.float()
        assert objective.loss(moved_BT, batch, advantage_BT).equal(other.loss(moved_BT, batch, advantage_BT))
    assert Arpo(inner=Grpo(kl=0.1)).reference
    assert MtGrpo(inner=Ppo()).critic
    void = [rollout("a", "P1 T1", right=1), rollout("b", "P1 T1")]
    tir = SimpleTir(inner=Grpo())
    assert tir.select([tir.shape(void)]) == []


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


def test_aspo_leaves_right_rollouts_without_code_alone(rollout):
    # Rewards 1 1 1 0: A = 1/4 over a deviation of 1/2. Means of a and b alone, as above; +-0.4 is below k A.
    group = [
        rollout("a", "P1 T1 C2 O9 A1", right=1),
        rollout("b", "P1 T2 O6 T1 C2 O1 A1", right=1),
        rollout("e", "P1 T8 A1", right=1),
        rollout("d", "P1 A1"),
    ]
    credit = AspoShaping(k=1.0).credit(batch_of([group]))
    assert credit[:3, 1].tolist() == pytest.approx([0.9, 0.1, 0.5], abs=1e-5)


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
    assert [s.reward for s in OtcGrpo(alpha=2.0).shape(group)] == pytest.approx([math.sqrt(2), 2])
    assert OtcGrpo().shape(group)[0].parts["calls"] == pytest.approx(math.sqrt(0.5) - 1)
    # Nothing was right: n is not known, and what was earned for something else stays.
    assert OtcGrpo(alpha=2.0).shape([rollout("c", "P1 C1 O1 A1", reward=0.5)])[0].reward == 0.5


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
    roc = GrpoRoc(inner=Grpo(), least=1)
    # 6 of 8 are right: 3 of 4 kept
    assert [s.trajectory.id for s in roc.select([group])[0]] == ["none", "wrong1", "clean", "slip"]
    assert [s.trajectory.id for s in roc.select([group[1:3]])[0]] == ["bad"]
    assert [flaws(scored) for scored in group] == [0.5, 0.5, 1, 0, 0, 0.5, 1, 1]
    # 4 of 8 are right: 2 of 4 kept
    even = [group[n] for n in (0, 1, 2, 3, 4, 5)] + [rollout("wrong3", none), rollout("wrong4", none)]
    assert [s.trajectory.id for s in roc.select([even])[0]] == ["none", "wrong1", "clean", "wrong2"]
    # Two of each at least, as published: 2 of the 6 right ones; the right one where one is kept of two.
    two = GrpoRoc(inner=Grpo())
    assert [s.trajectory.id for s in two.select([group])[0]] == ["none", "wrong1", "clean", "wrong2"]
    assert [s.trajectory.id for s in two.select([group[1:3]])[0]] == ["bad"]
    assert [s.trajectory.id for s in two.select([[group[1], *group[4:1:-1]]])[0]] == ["wrong1", "clean"]
    assert [s.trajectory.id for s in two.select([group[:3]])[0]] == ["none", "wrong1"]  # two of three
    kept = dict.fromkeys(("clean", "bad", "wrong1", "wrong2"), 0)
    for seed in range(300):
        drawn = replace(roc, mode="weighted", seed=seed).select([group])[0]
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
    assert credit[:, 4].tolist() == pytest.approx([2 / 3, -1 / 3, -1 / 3], abs=1e-6)  # answers are their own


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
