"""Several rows in a line have the loss of the rows apart; turns weigh what they are told to."""

import json
import random

import pytest

from reckon.data.chat import Chat
from reckon.errors import UsageError
from reckon.training.last_turns import LastTurns
from reckon.training.sft import Scratch, Sft, loss_of, mixed_batches, new_model

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from reckon.training.torch_packing import laid, lines  # noqa: E402

SMALL = Scratch(hidden=32, layers=2, heads=2, kv_heads=2, intermediate=32, vocabulary=50, spread=0.4)


def rows(*lengths):
    rng = random.Random(0)
    return [([rng.randrange(50) for _ in range(n)], [rng.random() < 0.6 for _ in range(n)]) for n in lengths]


def gradient(model, loss):
    model.zero_grad()
    loss.backward()
    return torch.cat([p.grad.flatten() for p in model.parameters()])


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
@pytest.mark.parametrize("width", [1, 30, 45, 1000])
def test_loss_and_gradient_are_those_of_the_rows_apart(attention, width):
    model = new_model(SMALL, 0, 0)
    model.set_attn_implementation(attention)
    some = rows(5, 30, 12, 1, 28, 17)
    apart, together = loss_of(model, some), loss_of(model, some, pack=width)
    assert together.item() == pytest.approx(apart.item(), rel=1e-5)
    assert torch.allclose(gradient(model, together), gradient(model, loss_of(model, some)), atol=1e-4)


def test_rows_that_saw_each_other_would_have_another_loss():
    model = new_model(SMALL, 0, 0)
    some = rows(5, 30, 12)
    whole = [([i for ids, _ in some for i in ids], [m for _, mask in some for m in (False, *mask[1:])])]
    assert loss_of(model, whole).item() != pytest.approx(loss_of(model, some).item(), rel=1e-3)


def test_lines_hold_every_row_once_within_their_width():
    lengths = [n % 37 + 1 for n in range(0, 500, 7)]
    found = lines(lengths, 64)
    assert sorted(n for line in found for n in line) == list(range(len(lengths)))
    assert all(sum(lengths[n] for n in line) <= 64 for line in found)
    assert len(found) <= sum(lengths) / 64 * 1.25
    assert lines([100, 3], 64) == [[0], [1]]


def test_positions_begin_anew_and_the_first_token_is_not_learned():
    line = laid([([7, 8, 9], [1.0, 1.0, 1.0]), ([4, 5], [1.0, 2.0])], 5)
    assert line.ids_BT.tolist() == [[7, 8, 9, 4, 5]]
    assert line.positions_BT.tolist() == [[0, 1, 2, 0, 1]]
    assert line.weights_BT.tolist() == [[0, 1, 1, 0, 2]]
    assert laid([([7, 8, 9], [1, 1, 1]), ([4, 5], [1, 2])]).weights_BT.tolist() == [[0, 1, 1], [0, 2, 0]]


@pytest.mark.parametrize("pack", [0, 9])
def test_weights_scale_what_a_token_counts(pack):
    model = new_model(SMALL, 0, 0)
    ids = list(range(9))
    one, other = [0.0] * 4 + [1.0] * 3 + [0.0] * 2, [0.0] * 7 + [1.0] * 2
    both = [a + 2 * b for a, b in zip(one, other, strict=True)]
    sums = [loss_of(model, [(ids, weights)], pack=pack).item() for weights in (one, other, both)]
    assert sums[2] == pytest.approx(sums[0] + 2 * sums[1], rel=1e-5)


def test_the_last_two_turns_count_twice(trajectory):
    done = trajectory("t", "P2 T1 C1 X2 T1 C1 O2 A2")
    learned = list(done.training_arrays()[1])
    weights = LastTurns().weigh(done, learned)
    assert weights == [0, 0, 1, 1, 0, 0, 2, 2, 0, 0, 2, 2]
    assert LastTurns(turns=1, weight=3.0).weigh(done, learned)[-2:] == [3, 3]
    assert LastTurns(turns=9).weigh(done, learned) == [2 * one for one in learned]
    assert LastTurns(weight=1.0).weigh(done, learned) == learned


def test_turns_that_cannot_be_meant_are_refused():
    for wrong in ({"turns": 0}, {"weight": -1.0}):
        with pytest.raises(UsageError):
            LastTurns(**wrong)


def test_mixed_batches_hold_every_row_once_an_epoch_and_keep_to_their_size():
    some = rows(*range(5, 60))
    epoch, size = [], 0
    for batch in mixed_batches(some, 200, seed=1):
        assert sum(len(ids) for ids, _ in batch) <= 200
        epoch += [len(ids) for ids, _ in batch]
        size += len(batch)
        if size == len(some):
            break
    assert sorted(epoch) == list(range(5, 60))
    assert epoch != sorted(epoch)


def test_a_run_on_conversations_of_ones_own_in_packed_lines(tmp_path):
    from reckon.training.runner import train_sft

    said = [{"role": "user", "content": "Name?"}, {"role": "assistant", "content": "I am Tim."}]
    path = tmp_path / "chat.jsonl"
    path.write_text((json.dumps({"messages": said}) + "\n") * 9)
    recipe = Sft(
        out=str(tmp_path / "run"),
        model="tiny",
        data=Chat(str(path)),
        last_turns=LastTurns(turns=1),
        pack=64,
        steps=4,
        batch_tokens=100,
        accumulate=1,
        warmup=1,
    )
    folder = train_sft(recipe)
    lines = (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()
    losses = [json.loads(line)["loss"] for line in lines]
    assert losses[-1] < losses[0] / 2
    assert (folder / "model.safetensors").exists()


def test_a_recipe_with_lines_of_no_width_is_refused():
    with pytest.raises(UsageError, match="pack"):
        Sft(out="x", model="tiny", data="d", pack=-1)
