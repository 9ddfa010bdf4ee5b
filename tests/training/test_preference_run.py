"""Iterations of preferences: on their own rollouts or a file; stopped, gone on with, refused."""

import asyncio
import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from reckon import records
from reckon.data.labels import Labels
from reckon.data.pairs import Pairs
from reckon.errors import UsageError
from reckon.models.tiny import SHIPPED, Tiny
from reckon.protocols import Sampling
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.rollout import Limits, Setup
from reckon.tasks import draw, find
from reckon.testing import open_inline_session
from reckon.training.collect import collect
from reckon.training.recipe import changed, load_recipe

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from reckon.training.preference_recipe import Preferences  # noqa: E402
from reckon.training.preference_run import PreferenceRun  # noqa: E402
from reckon.training.preferences.dpo import Dpo  # noqa: E402
from reckon.training.preferences.kto import Kto  # noqa: E402
from reckon.training.sources import checked  # noqa: E402
from reckon.training.torch_policy import logprobs  # noqa: E402

LN2 = math.log(2)


def recipe(folder, **changes):
    small = {
        "iterations": 2,
        "problems": 4,
        "rollouts": 4,
        "batch": 3,
        "evaluate_problems": 0,
        "save_every": 1,
    }
    return Preferences(
        **{
            "out": str(folder),
            "model": "tiny",
            "objective": Dpo(),
            "choice": Pairs(),
            "tasks": ("product",),
            "temperature": 1.5,
            "budget": 400,
            **small,
            **changes,
        }
    )


KTO = {"objective": Kto(balance=True), "choice": Labels(), "reference": "previous"}


@pytest.fixture(scope="module", params=[{}, KTO], ids=["dpo", "kto"])
def run(request, tmp_path_factory):
    """A finished run of two iterations, its recipe and what it said."""
    made = recipe(tmp_path_factory.mktemp("run") / "out", **request.param)
    done = PreferenceRun(made, SHIPPED)
    return done, list(done.steps()), request.param


def test_each_iteration_learns_from_its_own_rollouts(run):
    done, said, _ = run
    iterations = [m for m in said if "iteration" in m]
    assert [m["iteration"] for m in iterations] == [1, 2]
    begun = [m for m in said if "rollouts" in m]
    assert all(m["rollouts"] == 16 and m["examples"] > 0 for m in begun)
    assert [m["step"] for m in begun] == [0, iterations[0]["step"]]
    updates = [m for m in said if "loss" in m]
    assert [m["step"] for m in updates] == list(range(1, len(updates) + 1))
    folders = [Path(done.recipe.out) / f"iteration-{n}" for n in (1, 2)]
    first, second = ({t.problem.id for t in records.read(f / "trajectories.jsonl")} for f in folders)
    assert len(first) == len(second) == 4
    assert not first & second


def test_the_first_update_starts_at_the_reference(run):
    """log 2 for a pair, 1/2 for a label: there is nothing between the policy and its reference yet."""
    _, said, changes = run
    first = next(m for m in said if "loss" in m)
    assert first["liked"] == pytest.approx(0, abs=1e-3)
    if not changes:
        assert first["loss"] == pytest.approx(LN2, abs=1e-3)
    afterwards = [m for m in said if "loss" in m][-1]
    assert afterwards["loss"] != pytest.approx(first["loss"], abs=1e-3)


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not(run, tmp_path):
    _, said, changes = run
    made = recipe(tmp_path / "out", **changes)
    stopped = PreferenceRun(made, SHIPPED)
    steps = stopped.steps()
    heard = []
    for metrics in steps:
        heard.append(metrics)
        if metrics["step"] == 2 and "loss" in metrics:
            break
    stopped.save()
    steps.close()
    again = PreferenceRun(made, SHIPPED)
    assert again.resume()
    rest = list(again.steps())
    whole = {m["step"]: m["loss"] for m in said if "loss" in m}
    found = {m["step"]: m["loss"] for m in [*heard, *rest] if "loss" in m}
    assert found.keys() == whole.keys()
    assert [found[step] for step in sorted(whole)] == pytest.approx(
        [whole[s] for s in sorted(whole)], abs=1e-4
    )
    assert not PreferenceRun(recipe(tmp_path / "new", **changes), SHIPPED).resume()
    with pytest.raises(UsageError, match="another recipe"):
        list(PreferenceRun(replace(made, batch=4), SHIPPED).steps())


@pytest.fixture(scope="module")
def graded():
    """Four hot rollouts of each of six problems."""
    task = find("product")

    async def main():
        setup = Setup(Tiny(), open_inline_session, limits=Limits(tokens=400), sampling=Sampling(200, 1.5))
        problems = [(task, draw(task, 3, n, 0.3)) for n in range(6)]
        return await collect(problems, CodeInterpreter(max_calls=2), setup, rollouts=4, seed=5)

    return [trajectory for rows in asyncio.run(main()) for trajectory in rows]


def test_a_file_is_learned_from_and_what_is_liked_becomes_likelier(tmp_path, graded):
    offline = recipe(
        tmp_path, data="d", problems=0, iterations=1, epochs=6, tasks=(), learning_rate=2e-4, warmup=0
    )
    run = PreferenceRun(offline, SHIPPED, graded)
    updates = [m for m in run.steps() if "loss" in m]
    assert updates[-1]["told"] == 1.0
    assert updates[-1]["loss"] < 0.5
    assert updates[-1]["disliked"] < updates[-1]["liked"]


@pytest.mark.parametrize("reference", ["start", "previous"])
def test_the_reference_is_the_start_or_what_the_iteration_begins_with(tmp_path, graded, reference):
    run = PreferenceRun(recipe(tmp_path, data="d", reference=reference), SHIPPED, graded)
    with torch.no_grad():
        for parameter in run.policy.parameters():
            parameter.mul_(1.01)
    run.iteration = 1
    row = run._examples(graded)[0].rows[0]
    logp_BT, _ = logprobs(run.policy, row.ids_T[None], row.mask_T[None])
    assert torch.allclose(logp_BT[0], row.ref_logp_T, atol=1e-3) == (reference == "previous")


def test_a_file_without_a_choice_is_one_clear_error(tmp_path, graded):
    offline = recipe(tmp_path, data="d.jsonl", problems=0, iterations=1, tasks=())
    right = [t for t in graded if t.grade.right]
    with pytest.raises(UsageError, match=r"d\.jsonl.*nothing to learn from"):
        list(PreferenceRun(offline, SHIPPED, right).steps())


def test_a_trajectory_of_another_tokenizer_is_refused(graded):
    tokens = Tiny().tokens
    assert list(checked(graded, tokens.decode, "x.jsonl")) == graded
    segment = graded[0].segments[1]
    for ids in (segment.ids[::-1], tuple(i + 10**6 for i in segment.ids)):
        other = replace(graded[0], segments=(graded[0].segments[0], replace(segment, ids=ids)))
        with pytest.raises(UsageError, match=r"x\.jsonl: .*tokenizer"):
            list(checked([other], tokens.decode, "x.jsonl"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"choice": Labels()}, "Dpo wants choice=Pairs"),
        ({"objective": Kto()}, "Kto wants choice=Labels"),
        ({"objective": "dpo"}, "objective wants something that can"),
        ({"reference": "last"}, "'start' or 'previous'"),
        ({"batch": 0}, "batch, a whole number of 1"),
        ({"iterations": "x"}, "iterations, a whole number"),
        ({"rollouts": 0}, "rollouts, a whole number"),
        ({"learning_rate": 0}, "learning_rate above 0"),
        ({"problems": 0, "iterations": 1}, "nothing to learn from"),
        ({"tasks": ()}, "give tasks"),
        ({"problems": 0, "data": "d"}, "give iterations=1"),
        ({"difficulty": (0.5, 0.2)}, "low <= high"),
    ],
)
def test_a_recipe_that_cannot_be_run_is_refused(tmp_path, changes, says):
    with pytest.raises(UsageError, match=says):
        recipe(tmp_path, **changes)


def test_the_whole_path_from_a_recipe_file_and_an_evaluations_record(tmp_path, graded, monkeypatch, capsys):
    from reckon.cli import main

    monkeypatch.chdir(tmp_path)
    with records.Writer("graded.jsonl") as writer:
        writer.append(*graded)
    (tmp_path / "r.py").write_text(
        "from reckon.data.pairs import Pairs\nfrom reckon.training.preference_recipe import Preferences\n"
        "from reckon.training.preferences.dpo import Dpo\n"
        "recipe = Preferences('out', 'tiny', Dpo(), Pairs(), data='graded.jsonl', problems=0, iterations=1,"
        " evaluate_problems=0)\n"
    )
    assert main(["train", "preferences", "r.py", "--set", "batch=4", "--set", "objective=Dpo(beta=0.2)"]) == 0
    metrics = [json.loads(line) for line in (tmp_path / "out" / "metrics.jsonl").open()]
    assert metrics[0]["examples"] > 0
    assert metrics[1]["loss"] == pytest.approx(LN2, abs=1e-3)
    assert metrics[-1]["iteration"] == 1
    assert Tiny(tmp_path / "out" / "model").context_tokens == Tiny().context_tokens
    assert main(["train", "preferences", "r.py", "--set", "choice=Labels()"]) == 2
    assert "Dpo wants choice=Pairs" in capsys.readouterr().err
    assert main(["train", "preferences", "r.py", "--set", "data=nothing.jsonl"]) == 2
    assert main(["train", "rl", "r.py"]) == 2


@pytest.mark.parametrize("file", ["m_dpo_small", "m_kto_small", "orca_math_small"])
def test_the_recipes_can_be_read_and_changed(file):
    path = Path(__file__).parents[2] / "recipes" / f"{file}.py"
    made = changed(load_recipe(str(path), Preferences), ["iterations=1", "seed=4"])
    assert (made.iterations, made.seed) == (1, 4)
    choice = type(made.choice).__name__
    assert changed(made, [f"choice={choice}(per_problem=2)"]).choice.per_problem == 2
