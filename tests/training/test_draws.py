"""The loop with all that it can draw: refills, curricula, queues, two temperatures, trees, stale rollouts."""

import json
import time
from dataclasses import replace

import pytest

from reckon.errors import UsageError
from reckon.models.tiny import SHIPPED
from reckon.tasks import draw, find
from reckon.training.chance import chance
from reckon.training.curriculum.online import Online
from reckon.training.curriculum.staged import Staged
from reckon.training.leads import Lead
from reckon.training.potential import Rated, staged, write_stages
from reckon.training.recipe import changed
from reckon.training.sample_queue import SampleQueue
from reckon.training.scored import Scored, turns_of
from reckon.training.temperatures import Temperatures

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from reckon.training.objectives.arpo import Arpo, shared_tokens  # noqa: E402
from reckon.training.objectives.dapo import Dapo  # noqa: E402
from reckon.training.objectives.grpo import Grpo  # noqa: E402
from reckon.training.rl import Rl  # noqa: E402
from reckon.training.rl_run import RlRun  # noqa: E402
from reckon.training.torch_batch import batch_of  # noqa: E402

PRODUCT = find("product")


def run(folder, **changes):
    small = {"steps": 2, "problems": 2, "rollouts": 3, "evaluate_every": 0, "save_every": 1, "budget": 500}
    given = {"out": str(folder), "model": "tiny", "tasks": ("product",), "objective": Grpo(), **small}
    folder.mkdir(exist_ok=True)
    return RlRun(Rl(**{**given, **changes}), SHIPPED)


def by_chance(run):
    """Rewards that differ inside each group, whatever the model answers."""

    def score(group):
        return [Scored(t, round(chance(0, t.id), 3)) for t in group]

    run._score = score
    return run


@pytest.fixture
def stage_file(tmp_path):
    path = tmp_path / "stages.json"
    problems = [draw(PRODUCT, 0, n, 0.2) for n in range(3)]
    write_stages(
        staged(Rated(p, {"a": rate}) for p, rate in zip(problems, (0.5, 0.5, 0.1), strict=True)), path
    )
    return path


def test_even_groups_are_replaced_until_the_draws_are_used_up(tmp_path):
    """The shipped model is right on each of these: every group is even, and each draw has other problems."""
    one = run(tmp_path, objective=Dapo(), max_draws=3, difficulty=(0.0, 0.1), temperature=0.1, steps=1)
    drawn = []
    remember = one._remember
    one._remember = lambda seen: (drawn.extend(seen), remember(seen))
    (metrics,) = one.steps()
    assert metrics["draws"] == 3
    assert metrics["mixed_groups"] == 0.0
    assert metrics["rollouts"] == 3 * 2 * 3
    assert "loss" not in metrics
    assert len({group[0].trajectory.problem.id for group in drawn}) == 6


def test_a_step_has_its_count_of_groups_once_there_are_enough(tmp_path):
    """Every other problem is dropped: two draws of two make the two that are trained on."""
    one = by_chance(run(tmp_path, max_draws=9, steps=1))
    one._keeps = lambda group: int(group[0].problem.id.rpartition("/")[2]) % 2 == 0
    trained = []
    learn = one.learn
    one.learn = lambda earned, seen: trained.append((earned, seen)) or learn(earned, seen)
    (metrics,) = one.steps()
    ((earned, seen),) = trained
    assert metrics["draws"] == 2
    assert (len(earned), len(seen)) == (2, 4)
    assert metrics["loss"] is not None


def test_a_staged_run_and_its_queue_go_on_where_they_stopped(tmp_path, stage_file):
    """Two problems come again and again: from the second step on, a third of a group is of earlier steps."""

    def new(folder):
        plan = Staged(str(stage_file), steps=1)
        return by_chance(run(folder, plan=plan, queue=SampleQueue(age=5), steps=3))

    straight = list(new(tmp_path / "a").steps())
    assert straight[0]["queued"] == 0.0
    assert all(m["queued"] > 0 for m in straight[1:])
    assert [m["rollouts"] for m in straight] == [6.0, 6.0, 6.0]
    first = new(tmp_path / "b")
    stopped = first.steps()
    next(stopped)
    next(stopped)
    stopped.close()
    second = new(tmp_path / "b")
    assert second.resume()
    rest = list(second.steps())
    assert [m["step"] for m in rest] == [2, 3]
    assert [m["queued"] for m in rest] == [m["queued"] for m in straight[1:]]
    assert [m["loss"] for m in rest] == pytest.approx([m["loss"] for m in straight[1:]], abs=1e-4)


def test_an_online_course_learns_in_the_loop_and_is_in_the_checkpoint(tmp_path):
    plan = Online(buckets=2, pool=2)
    one = run(tmp_path, plan=plan, steps=2)
    list(one.steps())
    assert sum(right + wrong - 2 for right, wrong in one.course.known.values()) > 0
    again = run(tmp_path, plan=plan, steps=2)
    assert again.resume()
    assert again.course.known == one.course.known
    assert again.course.problems(2, 4) == one.course.problems(2, 4)


def test_what_a_lead_plays_back_is_context_of_the_policy(tmp_path):
    """Real rollouts of the first step lead the second: same tokens, live session, on policy after them."""
    one = run(tmp_path, plan=Online(buckets=2, pool=1), steps=2, temperature=1.0)
    groups = []
    learn = one.learn

    def learn_and_lead(earned, seen):
        groups.append(earned)
        metrics = learn(earned, seen)
        first = [scored.trajectory for group in earned for scored in group]
        known = {f"product/{n}": (1.0, 99.0) for n in range(2)}
        leads = {t.problem.id: Lead(t, 1) for t in first if len(turns_of(t)) > 1}
        one.course = replace(one.course, known=known, leads=leads)
        return metrics

    by_chance(one).learn = learn_and_lead
    _, second = one.steps()
    led = [scored.trajectory for group in groups[1] for scored in group]
    assert [t.notes["led_turns"] for t in led] == [1] * len(led)
    assert all(t.segments[1].kind in ("text", "code") and not t.segments[1].sampled for t in led)
    assert all(t.executions and t.executions[0].ok for t in led)
    assert second["tokens"] > 0
    assert abs(second["kl"]) < 1e-3
    batch = batch_of(groups[1])
    played = [sum(len(s.ids) for s in t.segments[1:] if not s.sampled) for t in led]
    assert min(played) > 0
    assert not batch.mask_BT[:, : len(led[0].segments[0].ids)].any()


@pytest.mark.parametrize("decoder", ["numpy", "torch"])
def test_with_staleness_the_next_rollouts_are_begun_before_the_update(tmp_path, decoder):
    one = by_chance(run(tmp_path, max_staleness=1, steps=4, decoder=decoder))
    done = list(one.steps())
    assert [m["step"] for m in done] == [1, 2, 3, 4]
    assert done[0]["staleness"] == 0.0
    assert all(0 <= m["staleness"] <= 1 for m in done)
    assert any(m["staleness"] > 0 for m in done[1:])
    assert all("loss" in m for m in done)
    assert one.live.version == 4


def test_nothing_is_written_by_weights_that_are_being_trained(tmp_path, monkeypatch):
    """The torch decoder shares them: from the first gradient to the hand-over no sample is in progress."""
    from reckon.training import rl_run

    one = by_chance(run(tmp_path, max_staleness=1, steps=3, decoder="torch"))
    learn, give, sample = one.learn, rl_run.hand_over, one.decoder.sample
    training, seen = [], []

    async def watched(*args):
        seen.append(bool(training))
        written = await sample(*args)
        seen.append(bool(training))
        return written

    def learning(earned, drawn):
        training.append(True)
        time.sleep(0.3)  # as long as rollouts that go on would want
        return learn(earned, drawn)

    def given(*args):
        give(*args)
        training.clear()

    monkeypatch.setattr(rl_run, "hand_over", given)
    monkeypatch.setattr(type(one.decoder), "sample", lambda self, *args: watched(*args))
    one.learn = learning
    done = list(one.steps())
    assert any(m["staleness"] > 0 for m in done)
    assert len(seen) > 20
    assert not any(seen)


def test_without_staleness_every_rollout_is_on_policy(tmp_path):
    done = list(by_chance(run(tmp_path, steps=2)).steps())
    assert [m["staleness"] for m in done] == [0.0, 0.0]


def test_two_temperatures_in_the_loop(tmp_path):
    """Programs at 0 and text hot: what the model writes still has the policy's own log-probabilities."""
    one = by_chance(run(tmp_path, temperatures=Temperatures(1.2, 0.0), steps=1))
    (metrics,) = one.steps()
    assert abs(metrics["kl"]) < 1e-3


def test_a_tree_is_a_group(tmp_path):
    reasoner = "ArpoBranching(inner=CodeInterpreter(max_calls=2), roots=2, leaves=4)"
    one = run(
        tmp_path,
        reasoner=reasoner,
        rollouts=2,
        budget=4000,
        steps=1,
        objective=Arpo(mode="hard"),
        tasks=("prime_factors",),
    )
    groups = []
    learn = one.learn
    by_chance(one).learn = lambda earned, seen: groups.extend(earned) or learn(earned, seen)
    (metrics,) = one.steps()
    assert [len(group) for group in groups] == [8, 8]  # two trees of four leaves
    assert metrics["rollouts"] == 16
    batch = batch_of(groups)
    shared_BB = shared_tokens(batch)
    forks = [b for b, scored in enumerate(batch.rows) if scored.trajectory.shared]
    assert forks
    for b in forks:
        parent = next(
            n for n, s in enumerate(batch.rows) if s.trajectory.id == batch.rows[b].trajectory.parent
        )
        assert int(shared_BB[b, parent]) == batch.rows[b].trajectory.branch_token
    assert metrics["loss"] is not None


def test_what_is_drawn_can_be_set_from_the_command_line(tmp_path, stage_file):
    recipe = run(tmp_path).recipe
    other = changed(
        recipe,
        [
            "max_draws=4",
            "max_staleness=1",
            "temperatures=Temperatures(code=0.2)",
            "queue=SampleQueue(age=2)",
            f"plan=Staged(file={str(stage_file)!r}, steps=7)",
        ],
    )
    assert (other.max_draws, other.max_staleness, other.temperatures.code, other.queue.age) == (4, 1, 0.2, 2)
    assert other.plan == Staged(str(stage_file), 7)
    for change, says in (("max_draws=0", "wants max_draws"), ("max_staleness=-1", "wants max_staleness"),
                         ("plan=Stages", "did you mean staged")):  # fmt: skip
        with pytest.raises(UsageError, match=says):
            changed(recipe, [change])


def test_a_mistake_inside_a_rollout_is_said_in_one_line(tmp_path):
    """Not as a group of errors with a traceback for each."""
    for staleness in (0, 1):
        reasoner = "ArpoBranching(inner=SelfConsistency(), roots=1, leaves=2)"
        one = run(tmp_path, reasoner=reasoner, max_staleness=staleness)
        with pytest.raises(UsageError, match="cannot be retraced"):
            list(one.steps())


def test_metrics_are_plain_numbers(tmp_path):
    (metrics, *_) = run(tmp_path, steps=1).steps()
    assert {"draws", "staleness", "queued"} <= set(json.loads(json.dumps(metrics)))
