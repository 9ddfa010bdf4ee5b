"""The tree of a Monte Carlo search over thoughts: select, expand, back up.

N(s) visits, W(s) summed reward; Q(s) = W(s) / N(s). A rule scores a child for selection, c the exploration.
UCB1: Auer et al., 2002. P-UCB: Rosin, 2011, with the growing c of AlphaZero (Silver et al., 2017,
arXiv 1712.01815): Q(s, a) + c(s) P(a | s) sqrt(ln N(s)) / (1 + N(s, a)), c(s) = ln((N(s) + b + 1) / b) + c.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

BASE = 10.0  # b


@dataclass(slots=True, eq=False)
class Node:
    """A thought; the root's is "". prior: P(a | s). feedback: what its evaluation said."""

    thought: str = ""
    parent: Node | None = None
    prior: float = 1.0
    visits: int = 0
    total: float = 0.0
    feedback: str = ""
    closed: bool = False
    children: list[Node] = field(default_factory=list)

    @property
    def value(self) -> float:
        """Q(s), 0 before the first visit."""
        return self.total / self.visits if self.visits else 0.0

    @property
    def path(self) -> tuple[str, ...]:
        """The thoughts from the root's child to this one."""
        return (*self.parent.path, self.thought) if self.parent else ()

    @property
    def outline(self) -> str:
        """The path as a numbered list."""
        return "\n".join(f"{n}. {thought}" for n, thought in enumerate(self.path, 1)) or "(none yet)"

    def expand(self, thoughts: Iterable[tuple[str, float]]) -> None:
        """Add a child for each (thought, prior)."""
        self.children += [Node(thought, self, prior) for thought, prior in thoughts]


Rule: TypeAlias = Callable[[Node, Node, float], float]


def ucb(parent: Node, child: Node, c: float) -> float:
    """Q + c sqrt(ln N(s) / N(s, a)); unvisited children first."""
    if not child.visits:
        return math.inf
    return child.value + c * math.sqrt(math.log(max(1, parent.visits)) / child.visits)


def p_ucb(parent: Node, child: Node, c: float) -> float:
    weight = math.log((parent.visits + BASE + 1) / BASE) + c
    explore = math.sqrt(math.log(max(1, parent.visits))) / (1 + child.visits)
    # Before ln N(s) is above 0 the prior alone decides.
    return child.value + weight * child.prior * max(explore, 1e-9)


def select(root: Node, rule: Rule, c: float) -> Node | None:
    """The leaf that the rule leads to; the first of equals. None when every branch is closed."""
    node = root
    while node.children:
        open_children = [child for child in node.children if not _is_closed(child)]
        if not open_children:
            return None
        parent = node
        node = max(open_children, key=lambda child: rule(parent, child, c))
    return None if node.closed else node


def back_up(node: Node, reward: float) -> None:
    """Count a visit with `reward` on the way from `node` to the root."""
    at: Node | None = node
    while at is not None:
        at.visits += 1
        at.total += reward
        at = at.parent


def _is_closed(node: Node) -> bool:
    return node.closed or (bool(node.children) and all(_is_closed(child) for child in node.children))
