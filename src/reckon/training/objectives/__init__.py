"""Objectives: one published policy-gradient method per file, a frozen dataclass of pure functions.

collect → score → shape → select → credit A[B,T] → loss → normalise

shape    a group's rewards are changed by what the group did (length, number of calls)
select   groups, or rollouts of a group, are dropped
credit   one advantage for each token that the model wrote
loss     one number for each such token, from new and old log-probabilities
weigh    what each of these numbers counts: their weighted sum is the loss of the whole batch

What several share stands in `torch_stages.py`. Interpreter output is in no numerator and no denominator.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from reckon.training.fields import able

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from reckon.training.scored import Group
    from reckon.training.torch_batch import Batch


class Objective(Protocol):
    """One published method. critic: whether it wants `Batch.value_BT`; reference: `Batch.ref_logp_BT`."""

    @property
    def critic(self) -> bool: ...
    @property
    def reference(self) -> bool: ...

    def shape(self, group: "Group") -> "Group":
        """The group with other rewards, in the same order."""
        ...

    def select(self, groups: "Sequence[Group]") -> "Sequence[Group]":
        """The groups to train on."""
        ...

    def credit(self, batch: "Batch") -> "Tensor":
        """A[B,T], 0 off the mask; no gradient flows through it."""
        ...

    def loss(self, logp_BT: "Tensor", batch: "Batch", advantage_BT: "Tensor") -> "Tensor":
        """Loss of each token [B,T], 0 off the mask; logp_BT carries the gradient."""
        ...

    def weigh(self, batch: "Batch") -> "Tensor":
        """Weights [B,T], 0 where nothing is learned; of all the batch's rows at once."""
        ...


@runtime_checkable
class Critic(Protocol):
    """What an objective with `critic = True` says about its values. Both [B,T], 0 off the mask."""

    def returns(self, batch: "Batch") -> "Tensor":
        """What the critic's values are to become; of all the batch's rows at once, before the update."""
        ...

    def value_loss(self, value_BT: "Tensor", batch: "Batch", return_BT: "Tensor") -> "Tensor":
        """Loss of each value; value_BT carries the gradient, `Batch.value_BT` is what it was before."""
        ...


@runtime_checkable
class Remembering(Protocol):
    """An objective that learns from the groups of earlier steps, and holds what it learned as a field."""

    def after(self, groups: "Sequence[Group]") -> "Objective":
        """The objective for the next step: the same, knowing these groups too."""
        ...


class Around(Protocol):
    """An objective around another, `inner`: abstract. What it does not do itself, the inner one does."""

    @property
    def inner(self) -> Objective: ...
    @property
    def critic(self) -> bool:
        return self.inner.critic

    @property
    def reference(self) -> bool:
        return self.inner.reference

    def shape(self, group: "Group") -> "Group":
        return self.inner.shape(group)

    def select(self, groups: "Sequence[Group]") -> "Sequence[Group]":
        return self.inner.select(groups)

    def credit(self, batch: "Batch") -> "Tensor":
        return self.inner.credit(batch)

    def loss(self, logp_BT: "Tensor", batch: "Batch", advantage_BT: "Tensor") -> "Tensor":
        return self.inner.loss(logp_BT, batch, advantage_BT)

    def weigh(self, batch: "Batch") -> "Tensor":
        return self.inner.weigh(batch)


def innermost(objective: Objective) -> Objective:
    """The objective that all its wrappers stand around: ask it whether it is a `Critic`."""
    inner = getattr(objective, "inner", None)
    return innermost(inner) if inner is not None else objective


def after(objective: Objective, groups: "Sequence[Group]") -> Objective:
    """The objective for the next step, once these groups were seen; itself where nothing remembers."""
    inner = getattr(objective, "inner", None)
    if inner is not None and (learned := after(inner, groups)) is not inner:
        objective = replace(objective, inner=learned)  # type: ignore[type-var]
    return objective.after(groups) if isinstance(objective, Remembering) else objective


def check_inner(owner: Around) -> None:
    """Raise UsageError unless `inner` is an objective."""
    able(owner, "inner", owner.inner, "shape", "select", "credit", "loss", "weigh")
