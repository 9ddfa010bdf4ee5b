"""What the tests of recipes share: a student with a byte tokenizer, the built-in teacher, and no sandbox."""

import asyncio

import pytest

from reckon import records
from reckon.data.material.synthesis import Workplace, synthesise
from reckon.data.noisy_teacher import STYLES, NoisyTeacher
from reckon.data.teacher import Tokenization
from reckon.dialects import R1_CI
from reckon.models.tokens import FolderTokens
from reckon.models.tokens.template import load_template
from reckon.protocols import Sampling
from reckon.rollout import Setup
from reckon.testing import open_inline_session
from reckon.training.vocabulary import write_tokenizer


@pytest.fixture(scope="session")
def student(tmp_path_factory):
    folder = tmp_path_factory.mktemp("student")
    write_tokenizer(folder, [], 264)
    return Tokenization(load_template(folder), FolderTokens(folder), R1_CI)


@pytest.fixture(scope="session")
def place_for(student):
    """A workplace for a recipe. model: another teacher than the built-in one."""

    def placed(recipe, student=student, *, model=None, styles=STYLES, open_session=open_inline_session):
        known = {a.problem.id: (a.task, a.problem) for a in recipe.attempts()}.values()
        model = model or NoisyTeacher(known, R1_CI, styles)
        return Workplace(Setup(model, open_session, R1_CI, sampling=Sampling(temperature=1.0)), student)

    return placed


@pytest.fixture(scope="session")
def make(place_for):
    """(what became of the tries, what was kept) of a recipe."""

    def made(recipe, student, out, *, on_tried=lambda _: None, **how):
        place = place_for(recipe, student, **how)
        tried = asyncio.run(synthesise(recipe, place, out, at_once=4, on_tried=on_tried))
        return tried, list(records.read(out))

    return made
