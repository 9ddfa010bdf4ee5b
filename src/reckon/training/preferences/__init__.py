"""Preferences: one published method per file that learns from what is liked and what is not.

A frozen dataclass of two pure functions: `weigh` says what likes and dislikes count over a whole data set,
`loss` gives one number for each example from log-probabilities of the policy and of the reference. An example
is a pair of rows of one prompt where `paired`, else a row with a label. Outputs, prompts and template stand
in no sum: `Judged.mask_BT` is the model's own tokens, which makes a single-turn method its multi-turn form.
"""

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from torch import Tensor

    from reckon.training.torch_judged import Judged


class Preference(Protocol):
    """paired: learns from pairs, rows 2n liked and 2n + 1 not.  mismatched: whether it wants `Judged.kl`."""

    @property
    def paired(self) -> bool: ...
    @property
    def mismatched(self) -> bool: ...

    def weigh(self, liked: int, disliked: int) -> tuple[float, float]:
        """What a liked and a disliked example of a data set with so many of each count; a pair is liked."""
        ...

    def loss(self, logp_BT: "Tensor", batch: "Judged") -> "Tensor":
        """Loss of each example [N], not weighed; logp_BT carries the gradient."""
        ...
