"""Rewards: what a rollout earned, by parts; and what earns nothing because it was our fault."""

from dataclasses import replace

import pytest

from reckon import registry
from reckon.errors import UsageError
from reckon.training.chance import chance
from reckon.training.rewards import GroupReward, score_group
from reckon.training.rewards.call_cost import CallCost
from reckon.training.rewards.contains_python import ContainsPython
from reckon.training.rewards.execution_success import ExecutionSuccess
from reckon.training.rewards.format_only import FormatOnly
from reckon.training.rewards.graded import Graded
from reckon.training.rewards.incorrect_label import IncorrectLabel
from reckon.training.rewards.majority_vote import MajorityVote
from reckon.training.rewards.r1_ci_v1 import R1CiV1
from reckon.training.rewards.r1_ci_v2 import R1CiV2
from reckon.training.rewards.random_reward import RandomReward
from reckon.training.rewards.retool import Retool
from reckon.training.rewards.sum import Sum
from reckon.training.rewards.token_cost import TokenCost
from reckon.training.rewards.turn_execution import TurnExecution
from reckon.training.rewards.turn_format import TurnFormat
from reckon.training.rewards.weighted import Weighted
from reckon.training.sample_queue import SampleQueue
from reckon.training.temperatures import Temperatures
from reckon.values import Execution, Problem, Segment

FOLDER = "training.rewards"
EVERY = [
    *(name for name in registry.names(FOLDER) if name not in ("sum", "weighted")),
    "Weighted(reward=TurnFormat(), weight=-2.0)",
    "Sum(rewards=(R1CiV2(), Weighted(reward=CallCost(), weight=0.5), TurnExecution(), MajorityVote()))",
]
ONE_CALL, SEVEN_TURNS = "P1 C1 O1 A1", "P1" + " C1 O1" * 6 + " A1"


@pytest.fixture(params=EVERY)
def reward(request):
    return registry.build(FOLDER, request.param)


def test_what_repr_prints_parses_back(reward):
    assert registry.build(FOLDER, repr(reward)) == reward


def test_parts_sum_to_what_was_earned(reward, trajectory):
    group = [
        trajectory("a", "P1 T2 C1 O1 A1", right=1),
        trajectory("b", "P1 C1 X1 C1 O1 A2", answer="7"),
        trajectory("c", "P1 T1"),
        trajectory("d", "P1" + " C1 X1" * 9 + " A900", answer="7"),
    ]
    found = score_group(reward, group)
    assert [scored.trajectory for scored in found] == group
    assert len({(scored.reward, *scored.turns.items()) for scored in found}) > 1 or "Random" in repr(reward)
    for scored in found:
        assert sum(scored.parts.values()) == pytest.approx(scored.reward + sum(scored.turns.values()))


def test_our_faults_earn_nothing(reward, trajectory):
    void = trajectory("a", ONE_CALL, right=1, void="session lost")
    lost = trajectory("b", ONE_CALL, right=1)
    output = Segment("output", "", (), execution=Execution("infrastructure", note="worker gone"))
    lost = replace(lost, segments=(*lost.segments, output))
    for fault, why in ((void, "session lost"), (lost, "worker gone")):
        with pytest.raises(UsageError, match=f"rollout {fault.id} is void .*{why}"):
            score_group(reward, [trajectory("ok", ONE_CALL), fault])


def test_an_ungraded_rollout_is_refused(trajectory):
    ungraded = replace(trajectory("a", ONE_CALL), grade=None)
    for reward in (R1CiV1(), R1CiV2(), Retool(), Graded(), Sum((FormatOnly(), Retool()))):
        with pytest.raises(UsageError, match="rollout a has no grade"):
            reward.score(ungraded)


@pytest.mark.parametrize(
    ("reward", "form", "right", "earned"),
    [
        (R1CiV1(), ONE_CALL, 1, 1.0),
        (R1CiV1(), ONE_CALL, 0.9, 0.0),
        (R1CiV2(), ONE_CALL, 1, 1.1),
        (R1CiV2(), ONE_CALL, 0, 0.1),
        (R1CiV2(), "P1 T1", 0, -0.1),
        (R1CiV2(), "P1" + " C1 O1" * 5 + " A1", 1, 1.1),  # six turns
        (R1CiV2(), SEVEN_TURNS, 1, 1.0),
        (R1CiV2(turns=7), SEVEN_TURNS, 1, 1.1),
        (Retool(), ONE_CALL, 1, 1.0),
        (Retool(), SEVEN_TURNS, 0, -1.0),  # no pay for turns
        (Graded(), ONE_CALL, 0.25, 0.25),
        (CallCost(), ONE_CALL, 1, 0.0),
        (CallCost(each=0.1, most=0.4), "P1 C1 O1 C1 X1 C1 O1 A1", 1, -0.2),
        (CallCost(each=0.1, most=0.4), SEVEN_TURNS, 1, -0.4),
        (TokenCost(free=4, all_at=8, most=1.0), "P9 T2 C2 O90", 1, 0.0),
        (TokenCost(free=4, all_at=8, most=1.0), "P9 T2 C3 O90", 1, -0.25),
        (TokenCost(free=4, all_at=8, most=1.0), "P9 T20", 1, -1.0),
        (ExecutionSuccess(), "P1 C1 O1 C1 X1 C1 O1 C1 O1 A1", 0, 0.75),
        (ExecutionSuccess(), "P1 A1", 1, 0.0),
        (FormatOnly(), "P1 A1", 0, 1.0),
        (FormatOnly(), "P1 T1", 1, 0.0),
        (ContainsPython(), "P1 C1 X1", 0, 1.0),
        (ContainsPython(), "P1 A1", 1, 0.0),
        (ContainsPython(value=0.0, without=1.0), "P1 A1", 0, 1.0),
        (Weighted(Retool(), 0.5), ONE_CALL, 0, -0.5),
        (Sum((Retool(), Weighted(ExecutionSuccess(), 0.2))), ONE_CALL, 1, 1.2),
    ],
)
def test_what_a_rollout_earns(trajectory, reward, form, right, earned):
    assert reward.score(trajectory("a", form, right=right)).reward == pytest.approx(earned)


def test_turns_earn_by_their_number(trajectory):
    mixed = trajectory("a", "P1 C1 O1 T1 O1 T1 C1 X1 A1")
    assert TurnFormat().score(mixed).turns == {1: -0.1}
    assert TurnFormat().score(trajectory("b", "P1 T1 A1")).turns == {
        0: -0.1
    }  # a first turn without a program
    # Turn 1 is text that was answered with an output all the same: what ran after a turn is that turn's.
    assert TurnExecution(ok=1.0, failed=-0.5).score(mixed).turns == {0: 1.0, 1: 1.0, 2: -0.5}
    assert TurnExecution().score(mixed).turns == {0: 0.2, 1: 0.2, 2: 0.0}
    both = Sum((Retool(), TurnFormat(), Weighted(TurnExecution(ok=1.0), 0.5))).score(mixed)
    assert both.turns == {0: 0.5, 1: pytest.approx(0.4), 2: 0.0}
    assert both.reward == -1
    assert both.parts == {"right": -1.0, "turn_format": -0.1, "turn_execution": 1.0}


def test_random_rewards_depend_on_the_name_alone(trajectory):
    group = [trajectory(f"r{n}", ONE_CALL, right=n % 2) for n in range(400)]
    coins = [RandomReward(seed=1).score(t).reward for t in group]
    assert coins == [RandomReward(seed=1).score(replace(t, grade=None)).reward for t in group]
    assert coins != [RandomReward(seed=2).score(t).reward for t in group]
    assert 160 < sum(coins) < 240  # 4 deviations of 400 fair coins are 40
    assert {RandomReward(probability=1.0).score(t).reward for t in group} == {1.0}
    assert {RandomReward(probability=0.0).score(t).reward for t in group} == {0.0}
    assert all(0 <= chance(n, "x") < 1 for n in range(100))


def test_a_group_votes_for_right_and_for_wrong_answers(trajectory):
    answers = ["7", "1,000", "1000", "8", "8", None]
    group = [
        replace(trajectory(str(n), ONE_CALL if text else "P1 T1", right=text == "8"), id=str(n))
        for n, text in enumerate(answers)
    ]
    group = [replace(t, answer=replace(t.answer, text=text)) for t, text in zip(group, answers, strict=True)]
    # Two for 1000 and two for 8: the earlier wins, in whatever form; of the wrong ones it is the commonest.
    assert [s.reward for s in score_group(MajorityVote(), group)] == [0, 1, 1, 0, 0, 0]
    assert [s.reward for s in score_group(MajorityVote(), group[3:])] == [1, 1, 0]
    assert [s.reward for s in score_group(IncorrectLabel(), group)] == [0, 1, 1, 0, 0, 0]
    assert [s.reward for s in score_group(IncorrectLabel(), group[3:])] == [0, 0, 0]
    assert [s.reward for s in score_group(MajorityVote(), group[5:])] == [0]
    scaled = Sum((Weighted(MajorityVote(), 2.0), FormatOnly()))
    assert [s.reward for s in score_group(scaled, group)] == [1, 3, 3, 1, 1, 0]


def test_a_vote_wants_its_group(trajectory):
    for reward in (MajorityVote(), IncorrectLabel(), Sum((MajorityVote(),)), Weighted(MajorityVote())):
        assert isinstance(reward, GroupReward)
        with pytest.raises(UsageError, match="wants all rollouts of a problem, not a alone"):
            reward.score(trajectory("a", ONE_CALL))


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("Sum", "rewards wants a tuple of one reward or more"),
        ("Sum(rewards=(3,))", "rewards wants something that can score, got 3"),
        ("Sum(rewards=Retool())", "rewards.* want"),
        ("Weighted(reward=None)", "reward wants something that can score, got None"),
        ("Weighted(reward=Retool(), weight='x')", "weight.* want"),
        ("Weighted(reward=Retool(), weight=1e999)", "weight wants a number from -inf to inf, got inf"),
        ("RandomReward(probability=1.5)", "probability wants a number from 0 to 1, got 1.5"),
        ("TokenCost(free=10, all_at=10)", "all_at wants a number from 11"),
        ("R1CiV2(turns=0)", "turns wants"),
    ],
)
def test_what_cannot_be_meant_is_refused(expression, message):
    with pytest.raises(UsageError, match=message):
        registry.build(FOLDER, expression)


def test_a_queue_keeps_what_there_is_to_learn_from(rollout):
    mixed = [rollout("a", ONE_CALL, right=1), rollout("b", ONE_CALL), rollout("c", ONE_CALL, trained=False)]
    even = [rollout("d", ONE_CALL, right=1, problem="q"), rollout("e", ONE_CALL, right=1, problem="q")]
    p, q = Problem("p", "task", "question?"), Problem("q", "task", "question?")
    empty = SampleQueue(per_problem=3, age=2)
    queue = empty.add(mixed).add(even)
    assert empty.draw(p, 9) == ()
    assert [s.trajectory.id for s in queue.draw(p, 9)] == ["a", "b"]
    assert queue.draw(q, 9) == ()
    later = [rollout("f", ONE_CALL, reward=0.5), rollout("g", ONE_CALL, reward=2.0)]
    queue = queue.next_step().add(later)
    # Three are kept, the latest; best and worst by turns.
    assert [s.trajectory.id for s in queue.draw(p, 9)] == ["g", "b", "f"]
    assert [s.trajectory.id for s in queue.draw(p, 1)] == ["g"]
    assert [s.trajectory.id for s in queue.next_step().draw(p, 9)] == ["g", "f"]
    assert queue.next_step().next_step().kept == {}


def test_programs_are_sampled_cold():
    assert [Temperatures().of(kind) for kind in ("text", "code", "answer", "end")] == [1, 0, 1, 1]
    with pytest.raises(UsageError, match="code wants"):
        Temperatures(code=-1.0)
