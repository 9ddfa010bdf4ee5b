"""What is chosen to learn from: pairs of one prompt, and labels."""

from dataclasses import replace

import pytest

from reckon.data.labels import Labels
from reckon.data.pairs import Pairs
from reckon.errors import UsageError


def group(write, grades, problem="p", forms=None):
    forms = forms or ["P2 T1 A1"] * len(grades)
    made = [
        write(f"{problem}#{n}", form, right=g, problem=problem)
        for n, (g, form) in enumerate(zip(grades, forms, strict=True))
    ]
    # Own ids for each trajectory, or they would be twins.
    return [
        replace(
            t,
            segments=(
                t.segments[0],
                *(replace(s, ids=tuple(i + 100 * n for i in s.ids)) for s in t.segments[1:]),
            ),
        )
        for n, t in enumerate(made, 1)
    ]


def test_right_against_wrong_of_the_same_problem_and_each_as_seldom_as_can_be(trajectory):
    rows = [
        *group(trajectory, [1, 1, 0, 0, 0]),
        *group(trajectory, [1, 1], "q"),
        *group(trajectory, [0], "r"),
    ]
    pairs = Pairs(per_problem=3).choose(rows)
    assert len(pairs) == 3
    assert all(p.liked.grade.right and not p.disliked.grade.right for p in pairs)
    assert {p.disliked.id for p in pairs} == {"p#2", "p#3", "p#4"}
    assert {p.liked.id for p in pairs} == {"p#0", "p#1"}
    assert pairs == Pairs(per_problem=3).choose(rows[::-1])
    assert any(pairs != Pairs(per_problem=3, seed=seed).choose(rows) for seed in range(1, 6))


def test_the_most_against_the_least(trajectory):
    pairs = Pairs(by="grade", per_problem=2, gap=0.3).choose(group(trajectory, [0.5, 0.9, 0.1, 0.4]))
    assert [(p.liked.grade.score, p.disliked.grade.score) for p in pairs] == [(0.9, 0.1), (0.9, 0.4)]


def test_fewer_turns_are_better_but_giving_up_is_not(trajectory):
    """CodeSteer's scores: 14, 12 and 11 for right at turn 1, 3 and 4; wrong ones never stand on the left."""
    forms = ["P2 A1", "P2 C1 O1 C1 O1 A1", "P2 C1 O1 C1 O1 C1 O1 A1", "P2 A1", "P2 C1 O1 C1 O1 C1 O1 A1"]
    pairs = Pairs(by="turns", gap=2, per_problem=99).choose(group(trajectory, [1, 1, 1, 0, 0], forms=forms))
    found = {(p.liked.id, p.disliked.id) for p in pairs}
    assert ("p#0", "p#2") in found
    assert ("p#0", "p#1") not in found
    assert {liked for liked, _ in found} == {"p#0", "p#1", "p#2"}
    assert len(found) == 7


def test_pairs_never_cross_prompts_and_twins_count_once(trajectory):
    good, bad = group(trajectory, [1, 0])
    other = replace(bad, segments=(replace(bad.segments[0], ids=(9, 9)), *bad.segments[1:]))
    assert Pairs().choose([good, other]) == []
    assert len(Pairs().choose([good, bad, replace(bad, id="twin"), replace(good, id="too")])) == 1


def test_side_questions_and_void_records_are_left_out(trajectory):
    good, bad = group(trajectory, [1, 0])
    assert Pairs().choose([good, replace(bad, relation="side")]) == []
    assert Labels().choose([replace(good, void="session lost"), replace(bad, relation="side")]) == []


def test_labels_are_bounded_by_problem_and_spread_over_a_task(trajectory):
    rows = [one for n in range(5) for one in group(trajectory, [1, 1, 1, 0], f"p{n}")]
    labels = Labels(per_problem=2).choose(rows)
    assert (sum(one.liked for one in labels), len(labels)) == (10, 15)
    assert all(one.liked == one.trajectory.grade.right for one in labels)
    few = Labels(per_problem=2, per_task=10).choose(rows)
    assert len({one.trajectory.problem.id for one in few}) == 5
    assert len(few) == 10
    assert len(Pairs(per_problem=2, per_task=5).choose(rows)) == 5


@pytest.mark.parametrize("choice", [Pairs(), Labels()])
def test_without_a_grade_nothing_is_liked(trajectory, choice):
    with pytest.raises(UsageError, match=r"p#0 has no grade.*reckon eval"):
        choice.choose([replace(t, grade=None) for t in group(trajectory, [1])])


def test_a_branch_that_was_left_unanswered_is_left_out(trajectory):
    good, bad = group(trajectory, [1, 0])
    left = replace(bad, id="left", relation="fork", answer=None, grade=None, segments=bad.segments[:2])
    assert len(Pairs().choose([good, left, bad])) == 1
    assert len(Labels().choose([good, left, bad])) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Pairs(by="speed"),
        lambda: Pairs(per_problem=0),
        lambda: Pairs(gap=-1),
        lambda: Labels(per_task=-1),
    ],
)
def test_a_choice_that_cannot_be_meant_is_refused(wrong):
    with pytest.raises(UsageError):
        wrong()
