"""One thread for torch, and rollouts written down in a line, for the tests of objectives and rewards.

Two test processes share two cores: threads of torch would wait for each other most of the time.
"""

from importlib.util import find_spec

import pytest

from reckon.training.scored import Scored
from reckon.values import Answer, Execution, Grade, Problem, Segment, Trajectory

if find_spec("torch") is not None:
    import torch

    torch.set_num_threads(1)

KINDS = {"P": "prompt", "T": "text", "C": "code", "O": "output", "A": "answer", "X": "output"}
CODE = "x = 1"


def write(name, form, *, right=0.0, problem="p", parent=None, shared=0, codes=(), answer="42", void=""):
    """Of a form like "P2 T1 C2 O3 A1": kinds with token counts; X is the output of a failed program.

    A sample ends where something is inserted. Log-probabilities and ids differ from token to token.
    """
    segments, sample, inserted, count, codes = [], -1, True, 0, list(codes)
    for word in form.split():
        kind, length = KINDS[word[0]], int(word[1:])
        ids = tuple(range(count + 1, count + 1 + length))
        count += length
        if kind in ("prompt", "output"):
            run = Execution("ok" if word[0] == "O" else "error") if kind == "output" else None
            segments.append(Segment(kind, kind, ids, execution=run))
            inserted = True
            continue
        sample, inserted = sample + inserted, False
        text = (codes.pop(0) if codes else CODE) if kind == "code" else kind
        logprobs = tuple(-0.2 - 0.1 * (i % 7) for i in ids)
        segments.append(Segment(kind, text, ids, logprobs, sample=sample))
    return Trajectory(
        id=name,
        problem=Problem(problem, "task", "question?"),
        segments=tuple(segments),
        answer=Answer(answer if "A" in form else None),
        grade=Grade(float(right)),
        parent=parent,
        shared=shared,
        relation="fork" if parent else "root",
        void=void,
    )


@pytest.fixture
def trajectory():
    return write


@pytest.fixture
def rollout():
    """The same, scored: by its grade unless a reward is given."""

    def scored(name, form, *, reward=None, turns=None, trained=True, right=0.0, **rest):
        earned = float(right) if reward is None else reward
        return Scored(write(name, form, right=right, **rest), earned, turns=turns or {}, trained=trained)

    return scored
