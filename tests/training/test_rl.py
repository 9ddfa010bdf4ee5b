"""The loop: rollouts on policy, an update that follows the rewards, a run that goes on where it stopped."""

import asyncio
import json
import math
from dataclasses import replace

import pytest

from reckon.errors import UsageError
from reckon.models.tiny import SHIPPED, Tiny
from reckon.protocols import Sampling
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.rollout import Limits, Setup
from reckon.tasks import draw, find
from reckon.testing import InlineSession, open_inline_session
from reckon.training.collect import Rolling, collect
from reckon.training.decoders import hand_over
from reckon.training.interpreters import open_interpreter
from reckon.training.recipe import changed
from reckon.training.scored import Scored, turns_of
from reckon.values import Execution

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from reckon.training.lora import Lora  # noqa: E402
from reckon.training.objectives.grpo import Grpo  # noqa: E402
from reckon.training.objectives.ppo import Ppo  # noqa: E402
from reckon.training.processes import Processes  # noqa: E402
from reckon.training.rl import Rl  # noqa: E402
from reckon.training.rl_run import RlRun  # noqa: E402
from reckon.training.torch_batch import batch_of  # noqa: E402
from reckon.training.torch_learner import Learner  # noqa: E402
from reckon.training.torch_policy import Values, logprobs, observed, pieces, update  # noqa: E402

TASK = find("product")
PROBLEMS = [(TASK, draw(TASK, 1, index, 0.3)) for index in range(2)]


def recipe(folder, **changes):
    small = {"steps": 2, "problems": 2, "rollouts": 3, "evaluate_every": 0, "save_every": 1, "budget": 500}
    return Rl(
        **{
            "out": str(folder),
            "model": "tiny",
            "tasks": ("product",),
            "objective": Grpo(),
            **small,
            **changes,
        }
    )


@pytest.fixture(scope="module")
def rolled():
    """Two groups of three rollouts, sampled hot so that they differ."""

    async def main():
        setup = Setup(
            Tiny(), open_inline_session, limits=Limits(tokens=500), sampling=Sampling(200, temperature=1.5)
        )
        return await collect(PROBLEMS, CodeInterpreter(max_calls=2), setup, rollouts=3, seed=5)

    return asyncio.run(main())


@pytest.fixture(scope="module")
def policy():
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(SHIPPED, dtype=torch.float32)


def learner(model):
    return Learner({"policy": model}, Processes())


def scored(rolled):
    """Rewards that differ inside each group."""
    return [[Scored(t, float(n)) for n, t in enumerate(group)] for group in rolled]


def test_rollouts_are_graded_and_differ(rolled):
    assert [len(group) for group in rolled] == [3, 3]
    assert all(t.grade is not None and not t.void for group in rolled for t in group)
    assert len({t.ids for group in rolled for t in group}) > 2


def test_the_policy_gives_the_log_probabilities_that_were_sampled(rolled, policy):
    """What the decoder wrote down and what the trainer computes are the same numbers."""
    batch = batch_of(scored(rolled))
    logp_BT, entropy_BT = logprobs(policy, batch.ids_BT, batch.mask_BT)
    assert torch.allclose(logp_BT, batch.old_logp_BT, atol=1e-3)
    assert (entropy_BT >= 0).all()
    assert (logp_BT[~batch.mask_BT] == 0).all()


def test_the_mask_is_of_the_model_and_rewards_stand_on_its_tokens(rolled):
    batch = batch_of(scored(rolled))
    for b, row in enumerate(batch.rows):
        _, mask, _ = row.trajectory.training_arrays()
        assert batch.mask_BT[b, : len(mask)].tolist() == [False, *mask[1:]]
        assert int(batch.turn_BT[b].max()) + 1 == len(turns_of(row.trajectory))
    assert torch.allclose(batch.reward_BT.sum(1), batch.reward_B)
    assert not batch.reward_BT[~batch.mask_BT].any()


def test_cutting_a_batch_changes_no_gradient(rolled, policy):
    batch = batch_of(scored(rolled))
    assert sorted(n for rows in pieces(batch, 200) for n in rows) == list(range(6))
    found = []
    for most_tokens in (200, 100_000):
        still = torch.optim.SGD(policy.parameters(), lr=0.0)
        found.append(update(learner(policy), still, Grpo(), batch, most_tokens=most_tokens, clip=1.0))
    assert found[0] == pytest.approx(found[1], rel=1e-3, abs=1e-5)
    assert found[0]["gradient"] > 0


def test_an_update_makes_the_better_rollouts_likelier(rolled):
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(SHIPPED, dtype=torch.float32)
    batch = batch_of(scored(rolled))
    taught = torch.optim.SGD(model.parameters(), lr=0.1)
    update(learner(model), taught, Grpo(), batch, most_tokens=10**6, clip=1.0)
    with torch.no_grad():
        logp_BT, _ = logprobs(model, batch.ids_BT, batch.mask_BT)
    gained_BT = (logp_BT - batch.old_logp_BT) * Grpo().credit(batch) * Grpo().weigh(batch)
    assert gained_BT.sum() > 1e-4


def test_a_fault_of_ours_is_drawn_again_and_never_rewarded():
    class Broken(InlineSession):
        async def run(self, code, *, timeout_s=None):
            return Execution("infrastructure", note="gone")

    async def open_broken():
        return Broken()

    async def main():
        setup = Setup(Tiny(), open_broken, limits=Limits(tokens=500), sampling=Sampling(200))
        return await collect(PROBLEMS[:1], CodeInterpreter(), setup, rollouts=2, seed=1)

    assert asyncio.run(main()) == [[]]


def test_a_rollout_that_is_drawn_again_is_another_one():
    class Failing(InlineSession):
        async def run(self, code, *, timeout_s=None):
            return Execution("infrastructure", note="gone")

    def drawn(faults):
        left = [Failing] * faults

        async def open_session():
            return left.pop()() if left else await open_inline_session()

        setup = Setup(Tiny(), open_session, limits=Limits(tokens=500), sampling=Sampling(200))
        return asyncio.run(collect(PROBLEMS[:1], CodeInterpreter(), setup, rollouts=1, seed=1))[0][0]

    assert len({drawn(faults).seed for faults in range(3)}) == 3


def test_a_run_stops_and_goes_on(tmp_path):
    """The second half of a run that was stopped is the second half of one that was not."""
    whole = RlRun(recipe(tmp_path / "a", steps=2), SHIPPED)
    (tmp_path / "a").mkdir()
    straight = list(whole.steps())
    (tmp_path / "b").mkdir()
    first = RlRun(recipe(tmp_path / "b", steps=2), SHIPPED)
    stopped = first.steps()
    next(stopped)
    first.save()
    stopped.close()
    second = RlRun(recipe(tmp_path / "b", steps=2), SHIPPED)
    assert second.resume()
    rest = list(second.steps())
    assert [m["step"] for m in rest] == [2]
    assert rest[0]["accuracy"] == straight[1]["accuracy"]
    assert rest[0]["loss"] == pytest.approx(straight[1]["loss"], abs=1e-4)
    with pytest.raises(UsageError, match="another recipe"):
        RlRun(recipe(tmp_path / "b", steps=3), SHIPPED).resume()


def test_a_critic_learns_what_rollouts_earn(tmp_path, rolled):
    """PPO: the values move to the returns, and a run with a critic goes on where it stopped."""
    run = RlRun(recipe(tmp_path, objective=Ppo(), critic_rate=1e-2), SHIPPED)
    earned = [[replace(one, reward=1.0) for one in group] for group in scored(rolled)]
    errors = []
    for _ in range(3):
        batch = observed(run.learner, batch_of(earned), 10**6)
        assert (batch.value_BT[~batch.mask_BT] == 0).all()
        errors.append(float(((batch.value_BT - 1) * batch.mask_BT).abs().sum() / batch.mask_BT.sum()))
        update(run.learner, run.optimizer, Ppo(), batch, most_tokens=10**6, clip=1.0)
    assert errors[0] == pytest.approx(1.0)
    assert errors[2] < errors[0]
    again = RlRun(recipe(tmp_path, objective=Ppo(), critic_rate=1e-2), SHIPPED)
    run.save()
    assert again.resume()
    head = again.learner.models["critic"].head.weight
    assert torch.equal(head, run.learner.models["critic"].head.weight)
    assert head.abs().sum() > 0


def test_a_reference_holds_the_policy_back(tmp_path, rolled):
    run = RlRun(recipe(tmp_path, objective=Grpo(kl=0.1)), SHIPPED)
    batch = observed(run.learner, batch_of(scored(rolled)), 10**6, reference=run.reference)
    assert torch.allclose(batch.ref_logp_BT, batch.old_logp_BT, atol=1e-3)


@pytest.mark.parametrize("lora", [None, Lora(4, 8)], ids=["weights", "adapters"])
def test_the_reference_stays_where_the_policy_began(tmp_path, rolled, lora):
    made = recipe(tmp_path, objective=Grpo(kl=0.1), lora=lora, learning_rate=1e-2, warmup=0)
    run = RlRun(made, SHIPPED)
    run.learn(scored(rolled))
    batch = batch_of(scored(rolled))
    moved_BT, _ = logprobs(run.policy, batch.ids_BT, batch.mask_BT)
    assert (moved_BT - batch.old_logp_BT).abs().max() > 0.1
    seen = observed(run.learner, batch, 10**6, reference=run.reference)
    assert torch.allclose(seen.ref_logp_BT, batch.old_logp_BT, atol=1e-3)


@pytest.mark.parametrize("when", ["handed over", "resumed", "after a step"])
def test_the_decoder_gets_the_weights_that_were_trained(tmp_path, when, rolled, monkeypatch):
    run = RlRun(recipe(tmp_path), SHIPPED)
    with torch.no_grad():
        for parameter in run.policy.parameters():
            parameter.mul_(1.01)
    if when == "after a step":
        monkeypatch.setattr(run, "_begin", lambda *_: [asyncio.sleep(0, rolled[0])])
        next(run.steps())
    elif when == "resumed":
        run.save()
        run = RlRun(recipe(tmp_path), SHIPPED)
        assert run.resume()
    else:
        hand_over(run.decoder, run.policy)
    ids = [5, 6, 7, 300]
    ours = run.decoder.engine.logits(ids)
    theirs = run.policy(torch.tensor([ids])).logits[0].detach().numpy()
    assert abs(ours - theirs).max() < 1e-2


def test_a_value_is_of_the_state_before_its_token(rolled, policy):
    critic = Values(policy, 0)
    torch.nn.init.normal_(critic.head.weight)
    batch = batch_of(scored(rolled)[:1])
    at = int(batch.mask_BT[0].nonzero()[-1])
    values = []
    for changed_at in (None, at, at - 1):
        ids_BT = batch.ids_BT.clone()
        if changed_at is not None:
            ids_BT[0, changed_at] = ids_BT[0, changed_at] % 200 + 7
        values.append(float(critic(ids_BT, batch.mask_BT)[0, at].detach()))
    assert values[1] == pytest.approx(values[0])
    assert values[2] != pytest.approx(values[0], abs=1e-3)


def test_policy_and_critic_learn_at_their_own_rates(tmp_path, rolled):
    run = RlRun(recipe(tmp_path, objective=Ppo(), warmup=4, learning_rate=1e-4, critic_rate=4e-3), SHIPPED)
    run.learn(scored(rolled))
    assert [group["lr"] for group in run.optimizer.param_groups] == pytest.approx([2.5e-5, 1e-3])


def test_each_process_rolls_out_its_own_share(tmp_path, monkeypatch):
    """Of a step's problems and of the held-out ones; all of them together are rolled out once."""
    begun = []

    class Counted(Rolling):
        async def group(self, task, problem, **how):
            begun.append(problem.id)
            return []

    monkeypatch.setattr("reckon.training.rl_run.Rolling", Counted)
    monkeypatch.setattr("reckon.training.collect.Rolling", Counted)
    made = recipe(tmp_path, problems=5, evaluate_problems=5)
    for rank in range(2):
        run = RlRun(made, SHIPPED)
        run.processes.rank, run.processes.count = rank, 2
        monkeypatch.setattr(run.processes, "gathered", list)

        async def both(run=run):
            async with open_interpreter() as interpreter:
                await asyncio.gather(*run._begin(interpreter, 0, 0))
                await run._evaluate(interpreter)

        asyncio.run(both())
    trained = [p.id for _, p in run.course.problems(0, 5)]
    held_out = [p.id for _, p in run.even.held_out(5)]
    assert sorted(begun) == sorted(trained + 2 * held_out)


def test_the_torch_decoder_shares_the_policy(tmp_path):
    """Any architecture, any device: two steps on policy, whose log-probabilities are the policy's own."""
    run = RlRun(recipe(tmp_path, decoder="torch", save_every=9), SHIPPED)
    assert run.decoder.engine.model is run.policy
    done = list(run.steps())
    assert [m["step"] for m in done] == [1, 2]
    assert all(abs(m.get("kl", 0.0)) < 1e-4 for m in done)


def test_training_and_evaluation_see_other_problems(tmp_path):
    run = RlRun(recipe(tmp_path, problems=8, evaluate_problems=50), SHIPPED)
    trained = {p.question for step in range(10) for _, p in run.course.problems(step, 8)}
    assert len(trained) > 75
    assert not trained & {p.question for _, p in run.even.held_out(50)}
    assert run.course.problems(3, 8) == run.course.problems(3, 8)


@pytest.mark.parametrize(
    "changes",
    [
        {"rollouts": 1},
        {"steps": 0},
        {"decoder": "llama"},
        {"difficulty": (0.5, 0.2)},
        {"difficulty": ("a", "b")},
        {"steps": 1.5},
        {"seed": "x"},
        {"seed": -1},
        {"learning_rate": math.inf},
        {"learning_rate": "much"},
        {"clip": 0},
        {"temperature": -1.0},
        {"tasks": ()},
        {"tasks": "product"},
        {"objective": "Grpo()"},
        {"reward": 3},
        {"plan": Grpo()},
        {"keep": -1},
        {"save_every": 0},
        {"budget": 0},
        {"evaluate_problems": 0},
    ],
)
def test_a_recipe_that_cannot_be_run_is_refused(tmp_path, changes):
    with pytest.raises(UsageError):
        recipe(tmp_path, **changes)


def test_the_whole_path_from_a_recipe_file(tmp_path, monkeypatch, capsys):
    from reckon.cli import main

    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.py").write_text(
        "from reckon.training.objectives.grpo import Grpo\nfrom reckon.training.rl import Rl\n"
        "recipe = Rl('out', 'tiny', ('product',), Grpo(), steps=1, problems=2, rollouts=2, budget=500,"
        " evaluate_every=1, evaluate_problems=2)\n"
    )
    assert main(["train", "rl", "r.py"]) == 0
    assert "held-out questions right" in capsys.readouterr().out
    start, metrics = [json.loads(line) for line in (tmp_path / "out" / "metrics.jsonl").open()]
    assert start["step"] == 0
    assert metrics["rollouts"] == 4
    assert {"collect_s", "train_s", "execute_s", "sampled_accuracy"} <= set(metrics)
    trained = Tiny(tmp_path / "out" / "model")
    assert trained.context_tokens == Tiny().context_tokens
    assert main(["train", "rl", "r.py"]) == 0  # done already: nothing to do
    assert main(["train", "sft", "r.py"]) == 2


def test_a_recipe_can_be_changed_from_the_command_line(tmp_path):
    one = recipe(tmp_path)
    changes = ["steps=7", "reasoner=text", "objective=Dapo()", "learning_rate=1", "tasks=('product',)"]
    other = changed(one, changes)
    assert (other.steps, other.reasoner, other.learning_rate) == (7, "text", 1.0)
    assert type(other.objective).__name__ == "Dapo"
    assert changed(one, []) == one


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("step=7", "did you mean steps"),
        ("steps", "FIELD=VALUE"),
        ("steps=many", "wanted int"),
        ("objective=Grpoo", "did you mean grpo"),
        ("rollouts=1", "rollouts, a whole number of 2 or more"),
        ("difficulty=(0,)", r"low, high\) with 0 <= low <= high <= 1, got \(0,\)"),
    ],
)
def test_a_change_that_makes_no_recipe_is_refused(tmp_path, change, says):
    with pytest.raises(UsageError, match=says):
        changed(recipe(tmp_path), [change])
