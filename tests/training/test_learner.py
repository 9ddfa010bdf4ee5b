"""How a model is trained, whatever by: adapters, recomputing, precision; what is logged and handed over."""

import asyncio
import json
import math
import sys
from functools import partial
from types import SimpleNamespace

import pytest

from reckon.errors import MissingExtra, UsageError
from reckon.models.tiny import SHIPPED, Tiny
from reckon.training import checkpoint, curves
from reckon.training.clocks import Clock, ClockedModel, ClockedTask
from reckon.training.logs import Logs
from reckon.values import Grade, Problem

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")
pytest.importorskip("peft", reason="adapters need the extra 'train'")

from reckon.training.decoders import hand_over, open_decoder  # noqa: E402
from reckon.training.lora import Lora, adapt, merged, without  # noqa: E402
from reckon.training.policies import load_policy  # noqa: E402
from reckon.training.processes import Processes  # noqa: E402
from reckon.training.runner import export  # noqa: E402
from reckon.training.sft import Scratch, Sft, new_model  # noqa: E402
from reckon.training.sft_run import SftRun  # noqa: E402
from reckon.training.torch_learner import Learner, clipped  # noqa: E402
from reckon.training.torch_policy import logprobs  # noqa: E402

SCRATCH = Scratch(hidden=32, layers=2, heads=2, kv_heads=2, intermediate=64, vocabulary=64, context=64)
IDS = torch.arange(20).view(2, 10)
MASK = IDS % 3 != 0


def small():
    return new_model(SCRATCH, 0, 0).eval()


def moved(model, amount=0.05):
    """As if its adapters had learned something."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                parameter.normal_(0, amount, generator=torch.Generator().manual_seed(1))
    return model


def test_adapters_begin_as_nothing_and_are_all_that_learns():
    model = small()
    before = logprobs(model, IDS, MASK)[0].detach()
    adapt(model, Lora(rank=4), 0)
    assert torch.equal(logprobs(model, IDS, MASK)[0], before)
    logprobs(model, IDS, MASK)[0].sum().backward()
    learned = {name for name, p in model.named_parameters() if p.grad is not None}
    assert learned
    assert all("lora_" in name for name in learned)


def test_the_reference_is_the_policy_with_its_adapters_off():
    model = small()
    before = logprobs(model, IDS, MASK)[0].detach()
    adapt(model, Lora(rank=4), 0)
    moved(model)
    assert not torch.allclose(logprobs(model, IDS, MASK)[0], before, atol=1e-3)
    with without(model):
        assert torch.equal(logprobs(model, IDS, MASK)[0], before)
    assert not torch.allclose(logprobs(model, IDS, MASK)[0], before, atol=1e-3)


def test_the_export_has_the_adapters_merged_in(tmp_path):
    from transformers import AutoModelForCausalLM

    model = load_policy(SHIPPED)
    adapt(model, Lora(rank=4), 0)
    moved(model)
    export(model, SHIPPED, tmp_path / "out", Processes(), dtype="float32")
    plain = AutoModelForCausalLM.from_pretrained(tmp_path / "out").eval()
    assert torch.allclose(plain(IDS).logits, model(IDS).logits, atol=1e-4)
    assert Tiny(tmp_path / "out").count("What is 2 + 3?") == Tiny().count("What is 2 + 3?")


@pytest.mark.parametrize("kind", ["numpy", "torch"])
def test_a_decoder_with_weights_of_its_own_gets_the_merged_ones(kind):
    model = load_policy(SHIPPED)
    learner = Learner({"policy": model}, Processes(), lora=Lora(rank=4))
    learner.sharded = kind == "torch"  # the torch decoder of a sharded policy cannot share it
    decoder = open_decoder(kind, SHIPPED, learner)
    moved(model)
    hand_over(decoder, model)
    ids = [5, 6, 7, 300]
    engine = decoder.engine
    found = engine.model(torch.tensor([ids])).logits[0] if kind == "torch" else engine.logits(ids)
    assert abs(torch.as_tensor(found) - model(torch.tensor([ids])).logits[0]).max() < 2e-2


def test_the_base_may_be_held_in_half_precision_and_its_adapters_are_not():
    model = small()
    adapt(model, Lora(rank=4, base="bfloat16"), 0)
    kinds = {("lora_" in name, p.dtype) for name, p in model.named_parameters()}
    assert kinds == {(False, torch.bfloat16), (True, torch.float32)}
    assert dict(merged(model))["model.norm.weight"].dtype == torch.bfloat16


@pytest.mark.parametrize("wrong", [{"rank": 0}, {"targets": ()}, {"base": "int4"}, {"alpha": -1}])
def test_an_adapter_that_cannot_be_meant_is_refused(wrong):
    with pytest.raises(UsageError):
        Lora(**wrong)
    with pytest.raises(UsageError, match="fit no layer"):
        adapt(small(), Lora(targets=("query",)), 0)


def _counted(saved, tensor):
    saved.append(tensor.numel())
    return tensor


def test_recomputing_changes_no_gradient_and_keeps_less():
    norms, kept = [], []
    for recompute in (False, True):
        model = small()
        learner = Learner({"policy": model}, Processes(), recompute=recompute)
        learner.train(True)
        saved = []
        with torch.autograd.graph.saved_tensors_hooks(partial(_counted, saved), lambda tensor: tensor):
            loss = logprobs(model, IDS, MASK)[0].sum()
        loss.backward()
        norms.append(clipped(model.parameters(), 1e9))
        kept.append(sum(saved))
    assert norms[0] == pytest.approx(norms[1], rel=1e-5)
    assert kept[1] < kept[0] / 2


def test_bfloat16_is_tried_once_and_leaves_no_trace():
    model = small()
    learner = Learner({"policy": model}, Processes(), bfloat16=None)
    before = {name: p.clone() for name, p in model.named_parameters()}
    seen = []

    def loss():
        seen.append(learner.bfloat16)
        return logprobs(model, IDS, MASK)[0].sum()

    learner.try_bfloat16(loss)
    assert sorted(seen) == [False] * 4 + [True] * 4
    assert learner.bfloat16 in (True, False)
    assert all(p.grad is None and torch.equal(p, before[name]) for name, p in model.named_parameters())
    learner.try_bfloat16(loss)
    assert len(seen) == 8


def test_what_is_asked_for_is_what_it_computes_in():
    learner = Learner({"policy": small()}, Processes(), bfloat16=True)
    with learner.precision():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.bfloat16


def test_a_gradient_that_is_not_finite_is_left_out():
    model = small()
    learner = Learner({"policy": model}, Processes())
    optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    before = model.model.norm.weight.clone()
    (logprobs(model, IDS, MASK)[0].sum() * float("nan")).backward()
    assert not math.isfinite(learner.step(optimizer, 1.0))
    assert torch.equal(model.model.norm.weight, before)


def test_a_critic_whose_gradient_is_not_finite_takes_no_step_either():
    policy, critic = small(), small()
    learner = Learner({"policy": policy, "second": critic}, Processes())
    optimizer = torch.optim.SGD([*policy.parameters(), *critic.parameters()], lr=1.0)
    before = [model.model.norm.weight.clone() for model in (policy, critic)]
    logprobs(policy, IDS, MASK)[0].sum().backward()
    (logprobs(critic, IDS, MASK)[0].sum() * float("nan")).backward()
    learner.step(optimizer, 1.0)
    assert all(torch.equal(m.model.norm.weight, b) for m, b in zip((policy, critic), before, strict=True))


def test_a_checkpoint_goes_on_with_torchs_random_numbers(tmp_path):
    checkpoint.write(tmp_path, "recipe", {"step": 3}, Processes())
    expected = torch.rand(4)
    state = checkpoint.read(tmp_path, "recipe")
    assert state["step"] == 3
    assert torch.equal(torch.rand(4), expected)


def test_a_full_disk_is_told_and_the_old_checkpoint_stays(tmp_path):
    checkpoint.write(tmp_path, "recipe", {"step": 3}, Processes())
    (tmp_path / "checkpoint.new").symlink_to("/dev/full")
    with pytest.raises(UsageError, match=r"checkpoint\.new, is the disk full"):
        checkpoint.write(tmp_path, "recipe", {"step": 4, "weights": torch.zeros(10**5)}, Processes())
    assert [file.name for file in tmp_path.iterdir()] == ["checkpoint.pt"]
    assert checkpoint.read(tmp_path, "recipe")["step"] == 3


def test_pieces_are_dealt_evenly_and_gathered_in_order():
    shares = []
    for rank in range(3):
        one = Processes()
        one.rank, one.count = rank, 3
        shares.append(one.dealt(list("abcde"), None))
    assert shares == [["a", "d"], ["b", "e"], ["c", None]]


@pytest.mark.parametrize("told", ["many", "2", "-1"])
def test_several_processes_that_nobody_started_are_refused(told, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", told)
    monkeypatch.delenv("RANK", raising=False)
    with pytest.raises(UsageError, match="torchrun"):
        Processes()


def test_metrics_are_written_where_they_are_asked_for(tmp_path):
    with Logs(tmp_path, "Rl()", ["tensorboard"], quiet=False) as log:
        log.write({"step": 1, "loss": 0.5})
        log.write({"step": 2, "loss": 0.25})
    lines = [json.loads(line) for line in (tmp_path / "metrics.jsonl").read_text().splitlines()]
    assert lines == [{"step": 1, "loss": 0.5}, {"step": 2, "loss": 0.25}]
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    events = accumulator.EventAccumulator(str(tmp_path / "tensorboard"))
    events.Reload()
    assert [(e.step, e.value) for e in events.Scalars("loss")] == [(1, 0.5), (2, 0.25)]


def test_a_run_that_goes_on_writes_after_whole_lines_and_is_drawn_once(tmp_path, monkeypatch):
    drawn = []
    figure = SimpleNamespace(add_subplot=lambda *_: axes, savefig=lambda *_, **__: None)
    axes = SimpleNamespace(
        plot=lambda x, y, **_: drawn.append((x, y)),
        **dict.fromkeys(("set_title", "set_xlabel", "legend"), lambda *_, **__: None),
    )
    monkeypatch.setattr(curves, "find_spec", lambda _: True)
    monkeypatch.setattr(curves, "import_module", lambda _: SimpleNamespace(Figure=lambda **_: figure))
    path = tmp_path / "metrics.jsonl"
    path.write_text('{"step": 1, "loss": 3.0}\n{"step": 2, "loss": 9.0, "calls": 1}\n{"step": 3, "lo')
    with Logs(tmp_path, "recipe", quiet=False) as log:
        log.write({"step": 2, "loss": 2.0})
        log.write({"step": 3, "loss": 1.0})
    assert [json.loads(line)["step"] for line in path.open()] == [1, 2, 2, 3]
    curves.plot(path)
    assert ((1, 2, 3), (3.0, 2.0, 1.0)) in drawn


def test_weights_and_biases_is_told_each_step(tmp_path, monkeypatch):
    seen = []
    run = SimpleNamespace(log=lambda m, step: seen.append((step, m)), finish=lambda: seen.append("finish"))
    monkeypatch.setitem(sys.modules, "wandb", SimpleNamespace(init=lambda **how: seen.append(how) or run))
    with Logs(tmp_path / "run", "Rl()", ["wandb"], quiet=False) as log:
        (tmp_path / "run").mkdir()
        log.write({"step": 3, "loss": 0.5})
    assert seen[0]["config"] == {"recipe": repr("Rl()")}
    assert seen[1:] == [(3, {"loss": 0.5}), "finish"]


def test_a_log_that_is_not_there_is_said(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(MissingExtra, match=r"reckon\[log\]"):
        Logs(tmp_path, "", ["wandb"], quiet=False)
    with pytest.raises(UsageError, match="tensorboard or wandb"):
        Logs(tmp_path, "", ["neptune"], quiet=False)
    Logs(tmp_path, "", ["wandb"], quiet=True).write({"step": 1})  # another process than the first
    assert not (tmp_path / "metrics.jsonl").exists()


def test_a_clock_counts_what_goes_on_at_a_time_once():
    class Slow:
        async def sample(self, context, sampling, on_text=None):
            await asyncio.sleep(0.1)

    clock = Clock()
    model = ClockedModel(Slow(), clock)

    async def main():
        await asyncio.gather(*(model.sample((), None) for _ in range(20)))

    asyncio.run(main())
    assert 0.09 < clock.taken() < 1.0
    assert clock.taken() == 0.0


def test_a_clocked_task_grades_as_the_task_does():
    clock = Clock()
    task = ClockedTask(
        SimpleNamespace(name="t", held_out=True, grade=lambda p, a: Grade(float(a == "42"))), clock
    )
    assert task.grade(Problem("p", "t", "?"), "42").score == 1.0
    assert (task.name, task.held_out) == ("t", True)
    assert not hasattr(task, "judge")
    assert clock.taken() > 0


def test_a_supervised_run_with_adapters_goes_on_and_exports(tmp_path):
    rows = [([*range(1, 8 + n)], [False, False] + [True] * (5 + n)) for n in range(12)]
    recipe = Sft(
        str(tmp_path), "tiny", "", steps=4, batch_tokens=64, accumulate=2, warmup=0, save_every=2,
        bfloat16=False, lora=Lora(rank=4),
    )  # fmt: skip
    whole = []
    for metrics in SftRun(recipe, load_policy(SHIPPED)).steps(rows):
        whole.append(metrics)
        if metrics["step"] == 4:
            break  # before its checkpoint is written
    again = SftRun(recipe, load_policy(SHIPPED))
    assert again.resume()
    rest = list(again.steps(rows))
    assert [(m["step"], m["loss"]) for m in rest] == [(m["step"], m["loss"]) for m in whole[2:]]
    assert (tmp_path / "checkpoint.pt").stat().st_size < 2e6  # adapters alone
