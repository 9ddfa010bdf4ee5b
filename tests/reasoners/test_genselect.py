"""Candidates are summarised, groups of summaries judged, the choices vote."""

import asyncio

import pytest

from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.reasoners.selection.genselect import Genselect
from reckon.reasoners.text import Text
from reckon.rollout import Setup, solve
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")


def run(replies, judge, **fields):
    seen, left = {"summaries": 0, "asked": []}, iter(replies)

    def say(context):
        if "Summarise the solution" in context:
            seen["summaries"] += 1
            return "short form"
        if "summaries of" in context:
            seen["asked"].append(context)
            return judge(context)
        return next(left)

    reasoner = Genselect(inner=Text(), n=len(replies), **fields)
    return asyncio.run(solve(reasoner, PROBLEM, Setup(Replay(say))))[0], seen


def choose(answer):
    """A judge that names the solution with this answer, if it is shown."""

    def judge(context):
        parts = context.split("\nSolution ")[1:]
        return next((f"Choice: {p[0]}" for p in parts if f"Answer: {answer}" in p), "None is right.")

    return judge


def test_a_minority_wins_by_its_summary():
    done, seen = run(["at length <<<41>>>", "<<<41>>>", "<<<42>>>"], choose("42"))
    assert done.answer.text == "42"
    assert seen["summaries"] == 3
    assert "short form" in seen["asked"][0]
    assert "at length" not in seen["asked"][0]


def test_groups_are_judged_apart_and_vote():
    done, seen = run(["<<<41>>>", "<<<41>>>", "<<<42>>>"], choose("42"), group=2, rounds=6)
    assert done.answer.text == "42"
    assert len(seen["asked"]) == 6
    assert all("Solution 2:" in one and "Solution 3:" not in one for one in seen["asked"])


def test_unread_choices_fall_back_on_the_vote():
    done, _ = run(["<<<41>>>", "<<<42>>>", "<<<41>>>"], lambda _: "Hm.")
    assert (done.answer.text, done.notes) == ("41", {"no_choice": 1})


def test_a_group_of_one_is_refused():
    with pytest.raises(UsageError, match="group must be at least 2"):
        Genselect(group=1)
