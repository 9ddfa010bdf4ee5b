"""A frozen batch: rollouts in groups, with programs' outputs between what the model wrote and behind it."""

from dataclasses import replace

import pytest

from reckon.training.scored import Scored
from reckon.values import Problem, Segment, Trajectory

UNEVEN = [[1.0, 0.0, 0.3, 0.8], [0.2, 0.9, 0.0]]


def rollout(name, number, reward, lengths, turns):
    """Prompt, then text and output by turns of these lengths; ids differ from rollout to rollout."""
    segments = [Segment("prompt", "", tuple(range(1, 3 + number % 3)))]
    for n, length in enumerate(lengths):
        ids = tuple((7 * number + 3 * n + i) % 40 for i in range(length))
        logprobs = tuple(-0.3 - 0.1 * ((i + n) % 5) for i in range(length))
        written = n % 2 == 0
        segments.append(
            Segment("text", "", ids, logprobs, sample=n) if written else Segment("output", "", ids)
        )
    return Scored(Trajectory(name, Problem("p", "t", "q"), tuple(segments)), reward, turns=turns)


def groups_of(rewards, turns=False):
    """One ends behind an output and one has none; turns: the first two of each have rewards of their own."""
    groups = []
    for g, row in enumerate(rewards):
        group = []
        for n, reward in enumerate(row):
            lengths = [[2 + n, 3, 1 + g, 2, 2 + n % 2], [3, 2, 1 + g, 4], [4]][(n + g) % 3]
            own = {0: 0.5 - 0.2 * n, 1: -0.3} if turns and n < 2 and len(lengths) > 2 else {}
            group.append(rollout(f"{g}.{n}", 4 * g + n, reward, lengths, own))
        groups.append(group)
    return groups


@pytest.fixture(scope="session")
def groups():
    """groups_of(rewards, turns=False)."""
    return groups_of


def with_values(groups):
    import torch

    from reckon.training.torch_batch import batch_of

    found = batch_of(groups)
    generator = torch.Generator().manual_seed(0)
    ref_BT = found.old_logp_BT + 0.4 * torch.rand(found.ids_BT.shape, generator=generator) - 0.2
    return replace(
        found,
        value_BT=torch.rand(found.ids_BT.shape, generator=generator),
        ref_logp_BT=torch.where(found.mask_BT, ref_BT, 0.0),
    )


@pytest.fixture
def batch():
    """Rewards on outcomes alone, with a critic's values and a reference."""
    return with_values(groups_of(UNEVEN))


@pytest.fixture
def turned():
    """The same with rewards on turns besides."""
    return with_values(groups_of(UNEVEN, turns=True))


@pytest.fixture
def moved_BT(batch):
    """Log-probabilities of a policy that has moved, by up to e^0.5 to either side."""
    import torch

    generator = torch.Generator().manual_seed(1)
    return batch.old_logp_BT + torch.rand(batch.ids_BT.shape, generator=generator) - 0.5
