"""What is learned and what never is; batches; a run that stops and goes on as if it had not."""

import asyncio
import json
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from reckon.data.cold_start import ColdStart
from reckon.errors import RecordError, UsageError
from reckon.models.replay import Replay
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.training.recipe import load_recipe
from reckon.training.sft import Scratch, Sft, batches, learned, row
from reckon.values import Problem

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

GOOD, BAD = "```python\nprint(42)\n```\n", "```python\nprint(y)\n```\n"


def trajectory(*script):
    setup = Setup(Replay(script), open_inline_session)
    return asyncio.run(solve(CodeInterpreter(), Problem("p", "p", "6 * 7?"), setup))[0], setup.model


def spelled(which, row, model):
    return model.decode([i for i, m in zip(*row, strict=True) if m == which])


def test_only_what_the_model_wrote_is_learned():
    done, model = trajectory("Plan. " + GOOD, "<<<42>>>")
    taught = row(done)
    assert "print(42)" in spelled(True, taught, model)
    assert "<<<42>>>" in spelled(True, taught, model)
    context = spelled(False, taught, model)
    assert "6 * 7?" in context
    assert "Code Execution Results" in context
    assert sum(taught[1]) + len([m for m in taught[1] if not m]) == len(done.ids)


def test_a_failed_program_is_context_and_its_repair_is_learned():
    done, model = trajectory("Plan. " + BAD, "Mend. " + GOOD, "<<<42>>>")
    taught = spelled(True, row(done), model)
    assert "print(y)" not in taught
    assert "Plan." in taught
    assert "Mend." in taught
    assert "print(42)" in taught


def test_void_and_inexact_records_are_refused():
    done, _ = trajectory("<<<42>>>")
    with pytest.raises(RecordError):
        row(replace(done, void="session lost"))
    with pytest.raises(RecordError):
        row(replace(done, segments=(replace(done.segments[0], ids=None),)))


def test_batches_hold_every_row_once_an_epoch_and_keep_to_their_size():
    rows = [([0] * n, [True] * n) for n in range(5, 60)]
    size = 0
    epoch = []
    for batch in batches(rows, 200, seed=1):
        assert max(len(i) for i, _ in batch) * len(batch) <= 200
        epoch += [len(i) for i, _ in batch]
        size += len(batch)
        if size == len(rows):
            break
    assert sorted(epoch) == list(range(5, 60))
    first = [len(b) for b in islice(batches(rows, 200, 1), 9)]
    assert first == [len(b) for b in islice(batches(rows, 200, 1), 9)]


def test_the_loss_is_over_learned_tokens_by_hand():
    from reckon.training.sft import loss_of, new_model

    model = new_model(Scratch(hidden=32, layers=1, heads=2, kv_heads=2, intermediate=32, vocabulary=16), 0, 0)
    batch = [([1, 2, 3, 4], [False, False, True, True]), ([5, 6], [False, True])]
    expected = 0.0
    for ids, mask in batch:
        logits = model(torch.tensor([ids])).logits[0].log_softmax(-1).detach()
        expected -= sum(float(logits[t - 1, ids[t]]) for t in range(1, len(ids)) if mask[t])
    assert float(loss_of(model, batch).detach()) == pytest.approx(expected, rel=1e-5)
    assert learned([batch]) == 3
    changed = [([1, 2, 3, 4], [False, False, True, True]), ([5, 6, 9, 9], [False, True, False, False])]
    assert float(loss_of(model, changed)) == pytest.approx(expected, rel=1e-5)


@pytest.fixture
def recipe(tmp_path):
    return Sft(
        out=str(tmp_path / "run"),
        model=Scratch(hidden=32, layers=1, heads=2, kv_heads=2, intermediate=64, vocabulary=320),
        data=ColdStart(problems=40, tasks=("product",)),
        steps=6,
        batch_tokens=600,
        save_every=3,
        warmup=2,
    )


def losses(folder):
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return {m["step"]: m["loss"] for m in lines}


def test_a_recipe_makes_a_model_that_loads_everywhere_and_resumes_exactly(recipe, tmp_path, monkeypatch):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from reckon.models.tiny import Tiny
    from reckon.training import runner
    from reckon.training.logs import Lines

    monkeypatch.setattr(runner, "CORPUS", 50)
    recipe = replace(recipe, bfloat16=False)
    folder = runner.train_sft(recipe)
    whole = losses(tmp_path / "run")
    assert sorted(whole) == [1, 2, 3, 4, 5, 6]
    assert whole[6] < whole[1]

    class Interrupt(BaseException):
        pass

    def interrupted(log, metrics):
        write(log, metrics)
        if metrics["step"] == 5:
            raise Interrupt

    write = Lines.write
    monkeypatch.setattr(Lines, "write", interrupted)
    other = replace(recipe, out=str(tmp_path / "other"))
    with pytest.raises(Interrupt):
        runner.train_sft(other)
    monkeypatch.setattr(Lines, "write", write)
    runner.train_sft(other)
    assert losses(tmp_path / "other") == pytest.approx(whole)

    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert AutoModelForCausalLM.from_pretrained(folder).config.model_type == "llama"
    text = tokenizer.apply_chat_template(
        [{"role": "user", "content": "Hi"}], tokenize=False, add_generation_prompt=True
    )
    assert text == "<|user|>Hi<|end|><|assistant|>"
    assert Tiny(folder).context_tokens == 1024


def test_a_checkpoint_of_another_recipe_is_refused(recipe, monkeypatch):
    from reckon.training.sft import new_model
    from reckon.training.sft_run import SftRun

    run = SftRun(recipe, new_model(recipe.model, 0, 0))
    Path(recipe.out).mkdir()
    run.save()
    other = replace(recipe, steps=7)
    with pytest.raises(UsageError, match="another recipe"):
        SftRun(other, new_model(recipe.model, 0, 0)).resume()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("recipe = 3", "must say recipe = Sft"),
        ("1 / 0", "ZeroDivisionError"),
        ("def", "SyntaxError"),
        ("from reckon.training.sft import *\nrecipe = Sft(out='x', model='m', data='d', steps=0)", "steps"),
    ],
)
def test_a_bad_recipe_is_one_clear_error(tmp_path, text, message):
    (tmp_path / "r.py").write_text(text)
    with pytest.raises(UsageError, match=message):
        load_recipe(str(tmp_path / "r.py"), Sft)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Scratch(layers=0),
        lambda: Scratch(hidden=190),
        lambda: Scratch(hidden=18, heads=6),
        lambda: Scratch(kv_heads=4),
        lambda: Scratch(spread=0),
        lambda: Sft(out="x", model="m", data="d", learning_rate=0),
        lambda: Sft(out="x", model="m", data="d", pack=-1),
        lambda: Sft(out="x", model="m", data="d", save_every=0),
    ],
)
def test_sizes_that_cannot_be_meant_are_refused(wrong):
    with pytest.raises(UsageError):
        wrong()


def test_the_learning_rate_warms_up_and_falls():
    recipe = Sft(out="x", model="m", data="d", steps=100, warmup=10, learning_rate=1.0)
    assert recipe.rate(0) == pytest.approx(0.1)
    assert recipe.rate(9) == pytest.approx(1.0)
    assert recipe.rate(100) == pytest.approx(0.1)
