"""Suites: names that stand for many tasks, and the published split of the 144.

`reckon-144` is R1-Code-Interpreter's selection (Chen et al., 2025, arXiv:2505.21668, section 2): SymBench 33,
BIG-Bench Hard 27, Reasoning-Gym 84; 107 to train on, 37 to test. The paper does not say which is where:
ours is drawn once, by `split`, with each source's share, and stands in reckon_144.json.
"""

import functools
import hashlib
import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any, cast

from reckon.protocols import Task
from reckon.tasks.between import Between

SOURCES = ("symbench", "bbh", "reasoning-gym")
# Each source's share of the 37, by its share of the 144.
TEST_TASKS = {"symbench": 8, "bbh": 7, "reasoning-gym": 22}
UNSEEN_FROM = 0.8
# Families that come in sizes: each size is a task of its own.
SIZED = {
    f"{name}_{word}_objects": f"{kind}(objects={number})"
    for name, kind in (
        ("logical_deduction", "LogicalDeduction"),
        ("tracking_shuffled_objects", "TrackingShuffledObjects"),
    )
    for word, number in (("three", 3), ("five", 5), ("seven", 7))
}


@dataclass(frozen=True, slots=True)
class Member:
    """A task of the 144. kind: the skill that the paper's Table 6 sorts by; split: "train" or "test"."""

    name: str
    source: str
    kind: str
    split: str


@dataclass(frozen=True, slots=True)
class Suite:
    """Task names, and what is done to each task: nothing, another wording, a part of the difficulties."""

    name: str
    about: str
    members: tuple[str, ...]
    wrap: Callable[[Task], Task] = lambda task: task


def find(name: str) -> Suite | None:
    """The suite of that name, None if there is none."""
    return _suites().get(name)


def names() -> tuple[str, ...]:
    """Every suite's name, the whole ones before their parts."""
    return tuple(_suites())


@functools.cache
def members() -> tuple[Member, ...]:
    """The 144 tasks in the order of the file."""
    return tuple(Member(**entry) for entry in _file()["tasks"])


def digest(entries: Sequence[Member]) -> str:
    """SHA-256 of the names and their sides: two runs with the same digest tested on the same split."""
    lines = sorted(f"{entry.name} {entry.split}" for entry in entries)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def split(entries: Sequence[Member], seed: int) -> tuple[Member, ...]:
    """The entries with their sides drawn anew: of each source `TEST_TASKS`, sizes of one family together."""
    test: set[str] = set()
    for source in SOURCES:
        groups: dict[str, list[str]] = {}
        for entry in entries:
            if entry.source == source:
                groups.setdefault(SIZED.get(entry.name, entry.name).partition("(")[0], []).append(entry.name)
        order = sorted(groups)
        random.Random(f"reckon-144/{seed}/{source}").shuffle(order)
        left = TEST_TASKS[source]
        for group in order:
            if len(groups[group]) <= left:
                test.update(groups[group])
                left -= len(groups[group])
    return tuple(replace(e, split="test" if e.name in test else "train") for e in entries)


@functools.cache
def _file() -> Mapping[str, Any]:
    text = files("reckon.tasks").joinpath("reckon_144.json").read_text("utf-8")
    return cast(Mapping[str, Any], json.loads(text))


@functools.cache
def _suites() -> Mapping[str, Suite]:
    every = members()

    def of(condition: Callable[[Member], bool] = lambda _: True) -> tuple[str, ...]:
        return tuple(member.name for member in every if condition(member))

    generated = of(lambda m: ":" not in m.name)
    found = [
        Suite("reckon-144", "the 144 tasks of R1-Code-Interpreter", of()),
        Suite("reckon-144/train", "107 of them, to train on", of(lambda m: m.split == "train")),
        Suite("reckon-144/test", "the 37 held out", of(lambda m: m.split == "test")),
        Suite("reckon-144/unseen-wordings", "those of ours, in held-out wordings", generated, _held_out),
        Suite("reckon-144/seen-difficulty", "all, difficulty 0 to 0.8", of(), _easier),
        Suite("reckon-144/unseen-difficulty", "all, difficulty 0.8 to 1", of(), _harder),
    ]
    for source in SOURCES:
        inside, outside = of(lambda m, s=source: m.source == s), of(lambda m, s=source: m.source != s)  # type: ignore[misc]
        found.append(Suite(source, f"the {len(inside)} of the 144 that {source} gives", inside))
        found.append(Suite(f"reckon-144/without-{source}", f"all but those: test on {source}", outside))
    return {suite.name: suite for suite in found}


def _held_out(task: Task) -> Task:
    return cast(Task, replace(cast(Any, task), held_out=True))


def _easier(task: Task) -> Task:
    return Between(task, 0.0, UNSEEN_FROM)


def _harder(task: Task) -> Task:
    return Between(task, UNSEEN_FROM, 1.0)
