"""Every recipe that ships is resolved, checked and stepped at small size; estimates against known figures."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from reckon.data.cold_start import ColdStart
from reckon.data.pairs import Pairs
from reckon.errors import UsageError
from reckon.training.recipe import load_recipe
from reckon.training.sft import Scratch, Sft

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")
pytest.importorskip("peft", reason="adapters need the extra 'train'")

from reckon.training.architectures import QWEN2_5, config_of, parameters, small  # noqa: E402
from reckon.training.dry_run import dry_run  # noqa: E402
from reckon.training.lora import Lora  # noqa: E402
from reckon.training.memory import estimate, trained  # noqa: E402
from reckon.training.objectives.grpo import Grpo  # noqa: E402
from reckon.training.objectives.ppo import Ppo  # noqa: E402
from reckon.training.preference_recipe import Preferences  # noqa: E402
from reckon.training.preferences.dpo import Dpo  # noqa: E402
from reckon.training.rl import Rl  # noqa: E402

RECIPES = Path(__file__).parents[2] / "recipes"
SUPERVISED = ["tiny.py"]
REINFORCED = [
    "r1_ci.py", "r1_ci_one_gpu.py", "r1_ci_small.py", "retool.py", "retool_one_gpu.py", "retool_small.py",
]  # fmt: skip
PREFERRED = ["m_dpo_small.py", "m_kto_small.py", "orca_math_small.py"]


def told(recipe, **how):
    out = io.StringIO()
    status = dry_run(recipe, Console(file=out, width=200), **how)
    return status, out.getvalue()


def test_no_recipe_is_forgotten():
    known = {*SUPERVISED, *REINFORCED, *PREFERRED, "objectives.py"}
    assert {path.name for path in RECIPES.glob("*.py")} == known


@pytest.mark.parametrize("name", [*SUPERVISED, *REINFORCED, *PREFERRED])
def test_every_recipe_resolves(name):
    recipe = load_recipe(str(RECIPES / name), object)
    _, text = told(recipe, step=False)
    for faulty in ("tasks", "reasoner", "dialect"):
        assert f"  {faulty}: ok" in text or f"  {faulty}:" not in text
    assert "GiB per GPU of 1" in text


def test_there_is_a_small_recipe_for_each_objective():
    from reckon import registry

    names = registry.names("training.objectives")
    recipes = {name: load_recipe(f"{RECIPES / 'objectives.py'}:{name}", Rl) for name in names}
    assert {type(r.objective).__module__.rpartition(".")[2] for r in recipes.values()} == set(names)
    assert len({recipe.out for recipe in recipes.values()}) == len(names)
    assert len({repr(recipe.model) for recipe in recipes.values()}) == 1


@pytest.mark.parametrize("name", PREFERRED)
def test_a_step_of_preferences(name, tmp_path):
    recipe = replace(load_recipe(str(RECIPES / name), Preferences), model="tiny", out=str(tmp_path / "run"))
    status, text = told(recipe)
    assert status == 0
    assert "graded 0 and 1 by turns: loss 0." in text
    assert not (tmp_path / "run").exists()


def test_preferences_from_a_file_want_the_file(tmp_path):
    recipe = Preferences(
        str(tmp_path / "x"), "tiny", Dpo(), Pairs(), data="none.jsonl", problems=0, iterations=1,
        evaluate_problems=0,
    )  # fmt: skip
    status, text = told(recipe)
    assert status == 1
    assert "data: no file none.jsonl" in text
    assert "no step was done" in text


@pytest.mark.parametrize(
    "name", ["r1_ci_small.py", *(f"objectives.py:{name}" for name in ("ppo", "arpo", "gtpo_turn"))]
)
def test_a_small_recipe_is_stepped(name):
    recipe = load_recipe(str(RECIPES / name), Rl)
    status, text = told(replace(recipe, model="tiny"))
    assert "gradient" in text
    assert status == 0


def test_the_full_size_recipe_is_stepped_with_what_it_is_made_of(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    recipe = load_recipe(str(RECIPES / "r1_ci.py"), Rl)
    _, text = told(replace(recipe, model="Qwen/Qwen2.5-7B-Instruct", out=str(tmp_path / "run")))
    assert "qwen2, 28 layers of 3584" in text
    assert "parameters" in text
    assert "7,615,616,512" in text
    assert "gradient" in text
    assert not (tmp_path / "run").exists()


def test_what_is_missing_is_said_and_is_the_status(tmp_path):
    recipe = Sft(out=str(tmp_path / "x"), model="tiny", data=str(tmp_path / "none.jsonl"))
    status, text = told(recipe)
    assert status == 1
    assert "data: no file" in text
    recipe = Rl(str(tmp_path), "tiny", ("prodct",), Grpo())
    assert told(recipe)[0] == 1
    with pytest.raises(UsageError, match="nothing is known here"):
        dry_run(replace(recipe, model="Some/Model-9B"))
    with pytest.raises(UsageError, match="Sft, Rl and Preferences"):
        dry_run(object())
    recipe = Rl(str(tmp_path), "tiny", ("product",), Grpo(), interpreters="my_cluster")
    status, text = told(recipe, step=False)
    assert status == 1
    assert "wanted local, unix:PATH" in text


def test_a_supervised_step_from_scratch(tmp_path):
    data = ColdStart(problems=40, tasks=("product",))
    status, text = told(Sft(out=str(tmp_path), model=Scratch(), data=data))
    assert status == 0
    assert "on 8 trajectories: loss" in text


@pytest.mark.parametrize(
    ("size", "count"),
    [("0.5B", 494_032_768), ("1.5B", 1_543_714_304), ("3B", 3_085_938_688), ("7B", 7_615_616_512),
     ("14B", 14_770_033_664), ("32B", 32_763_876_352)],
)  # fmt: skip
def test_the_table_has_the_published_parameter_counts(size, count):
    assert parameters(config_of(f"Qwen/Qwen2.5-{size}-Instruct")[0]) == count
    assert set(QWEN2_5) >= {size}


def test_memory_by_hand():
    """Sixteen bytes for each weight, cut over the processes; an adapter's numbers instead with LoRA."""
    config, _ = config_of("Qwen/Qwen2.5-7B")
    recipe = Rl("x", "Qwen/Qwen2.5-7B", ("product",), Grpo(), shards=True)
    one, eight = estimate(recipe, config, 1), estimate(recipe, config, 8)
    assert one.weights + one.gradients + one.adam == 16 * parameters(config)
    assert eight.adam * 8 == one.adam
    assert one.copies == eight.copies == 0  # in float32; with shards a layer's at a time
    half = estimate(replace(recipe, shards=False, bfloat16=True), config, 1)
    assert half.copies == 2 * parameters(config)
    assert one.cache == 64 * 1024 * 2 * 28 * 4 * 128 * 2
    assert estimate(replace(recipe, objective=Ppo()), config, 1).critic == 16 * parameters(config)
    assert estimate(replace(recipe, objective=Grpo(kl=0.1)), config, 1).reference == 4 * parameters(config)
    lora = Lora(rank=8, targets=("q_proj",))
    assert trained(config, lora) == 28 * 8 * (3584 + 3584)
    assert estimate(replace(recipe, lora=lora), config, 1).adam == 8 * trained(config, lora)
    less = estimate(replace(recipe, recompute=True), config, 1)
    assert less.activations < one.activations / 5


def test_adapters_are_counted_as_they_are_put_in():
    from transformers import AutoModelForCausalLM

    from reckon.training.lora import adapt

    config = small(config_of("Qwen/Qwen2.5-3B")[0], 64)
    model = AutoModelForCausalLM.from_config(config)
    adapt(model, Lora(rank=4), 0)
    assert sum(p.numel() for p in model.parameters() if p.requires_grad) == trained(config, Lora(rank=4))
