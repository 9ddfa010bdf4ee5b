"""What a recipe learns from: no row longer than its model, and what is left out is said."""

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from reckon import records
from reckon.data.chat import Chat
from reckon.data.cold_start import ColdStart
from reckon.data.pairs import Pairs
from reckon.errors import UsageError
from reckon.training.recipe import changed
from reckon.training.sources import context_of

pytest.importorskip("torch", reason="training needs the extra 'train'")

from reckon.training.objectives.grpo import Grpo
from reckon.training.preference_recipe import Preferences
from reckon.training.preferences.dpo import Dpo
from reckon.training.rl import Rl
from reckon.training.runner import train_preferences, train_sft
from reckon.training.sft import Sft


def write_chat(path, *lengths):
    lines = [
        {"messages": [{"role": "user", "content": "Count."}, {"role": "assistant", "content": "1 " * length}]}
        for length in lengths
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))


def said_by(train, recipe):
    out = io.StringIO()
    train(recipe, Console(file=out, width=200))
    return out.getvalue()


def chat(folder, **changes):
    made = Sft(str(folder / "run"), "tiny", Chat(str(folder / "chat.jsonl")), steps=1, bfloat16=False)
    return replace(made, batch_tokens=200, accumulate=1, **changes)


def test_rows_longer_than_the_context_are_left_out_and_counted(tmp_path):
    write_chat(tmp_path / "chat.jsonl", 5, 3000, 6, 4000)
    said = said_by(train_sft, chat(tmp_path))
    assert "chat.jsonl: 2 of 4 are longer than the model's context of 1024 tokens, and left out" in said
    write_chat(tmp_path / "chat.jsonl", 5, 6)
    assert "left out" not in said_by(train_sft, chat(tmp_path, out=str(tmp_path / "short")))


@pytest.mark.parametrize(("lengths", "says"), [((3000,), "1 of 1 are longer"), ((), "nothing to learn from")])
def test_nothing_that_fits_is_one_clear_error(tmp_path, lengths, says):
    write_chat(tmp_path / "chat.jsonl", *lengths)
    with pytest.raises(UsageError, match=says):
        train_sft(chat(tmp_path), Console(file=io.StringIO()))


def test_the_folder_of_another_recipe_is_left_as_it_is(tmp_path):
    write_chat(tmp_path / "chat.jsonl", 5)
    made = chat(tmp_path)
    train_sft(made, Console(file=io.StringIO()))
    said = (tmp_path / "run" / "recipe.txt").read_text()
    with pytest.raises(UsageError, match="run is of another recipe"):
        train_sft(replace(made, seed=1), Console(file=io.StringIO()))
    assert (tmp_path / "run" / "recipe.txt").read_text() == said


def test_a_file_of_another_tokenizer_is_refused(tmp_path, trajectory):
    with records.Writer(tmp_path / "other.jsonl") as writer:
        writer.append(trajectory("a", "P2 T3 A1", right=1.0))
    made = Sft(str(tmp_path / "run"), "tiny", str(tmp_path / "other.jsonl"), steps=1)
    with pytest.raises(UsageError, match=r"other\.jsonl: .*tokenizer"):
        train_sft(made, Console(file=io.StringIO()))


def test_preferences_leave_out_what_is_too_long(tmp_path, monkeypatch):
    """The pairs of a file whose trajectories are all longer than a model's context."""
    from reckon.training import runner

    made = Preferences(
        str(tmp_path / "run"), "tiny", Dpo(), Pairs(), problems=0, iterations=1, evaluate_problems=0,
        data=ColdStart(problems=4, tasks=("product",)),
    )  # fmt: skip
    monkeypatch.setattr(runner, "context_of", lambda folder: 10)
    with pytest.raises(UsageError, match=r"4 of 4 are longer than the model's context of 10 tokens"):
        train_preferences(made, Console(file=io.StringIO()))


@pytest.mark.parametrize(
    ("config", "tokens"),
    [
        ({"max_position_embeddings": 64}, 64),
        ({"text_config": {"max_position_embeddings": 32}}, 32),
        ({}, 2**31),
    ],
)
def test_the_context_is_what_the_config_says(tmp_path, config, tokens):
    (tmp_path / "config.json").write_text(json.dumps(config))
    assert context_of(tmp_path) == tokens


def test_an_objective_of_the_other_command_is_named(tmp_path):
    rl = Rl("x", "tiny", ("product",), Grpo())
    liking = Preferences("x", "tiny", Dpo(), Pairs(), tasks=("product",))
    for name in ("dpo", "Dpo(beta=0.2)", "m_dpo", "MDpo"):
        with pytest.raises(UsageError, match="dpo is an objective of 'reckon train preferences'"):
            changed(rl, [f"objective={name}"])
    with pytest.raises(UsageError, match="dr_grpo is an objective of 'reckon train rl'"):
        changed(liking, ["objective=DrGrpo()"])
    with pytest.raises(UsageError, match="did you mean dpo"):
        changed(liking, ["objective=m_dpo"])
    assert changed(rl, ["model=runs/cold/model"]).model == "runs/cold/model"
