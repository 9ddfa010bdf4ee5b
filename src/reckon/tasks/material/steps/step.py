"""The shape of a step: a function with a description, parameters and ways to get it wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from string import Template
from typing import TypeAlias

Parameters: TypeAlias = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Bug:
    """A slip of this kind: where the right source has `old`, the wrong one has `new`."""

    kind: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Step:
    """takes, gives: kinds of values.  level: 1 (a line or two to think of) to 3.

    says: what the result is, $names standing for parameters.  source: `def NAME(...)` with the same $names.
    parameters: the values that each may have.
    """

    name: str
    takes: tuple[str, ...]
    gives: str
    level: int
    says: str
    source: str
    bugs: tuple[Bug, ...]
    parameters: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def described(self, parameters: Parameters) -> str:
        return Template(self.says).substitute(parameters)

    def written(self, parameters: Parameters, bug: Bug | None = None) -> str:
        """Its source, right or with a bug. Raises ValueError if the bug is not one of this source."""
        source = self.source
        if bug is not None:
            if source.count(bug.old) != 1:
                raise ValueError(f"{self.name}: {bug.old!r} stands {source.count(bug.old)} times in it")
            source = source.replace(bug.old, bug.new)
        return Template(source).substitute(parameters).strip("\n")
