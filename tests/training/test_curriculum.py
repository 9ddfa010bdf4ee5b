"""Which problems a step has: the paper's stages from measured rates, and the posterior kept in training."""

import asyncio
import json
from collections import Counter
from dataclasses import replace

import pytest

from reckon import records, registry
from reckon.cli import main
from reckon.errors import RecordError, UsageError
from reckon.models.replay import Replay
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.rollout import Setup
from reckon.tasks import draw, find
from reckon.testing import open_inline_session
from reckon.training.collect import Rolling
from reckon.training.curriculum.online import Online
from reckon.training.curriculum.staged import Staged
from reckon.training.leads import Lead
from reckon.training.potential import Rated, measure, read_stages, staged, write_stages
from reckon.training.scored import Scored, turns_of
from reckon.values import Answer, Grade, Problem, Trajectory

AGENTS = ("Text()", "Pal()", "CodeInterpreter()", "CodeSteer()")
PRODUCT, FACTORS, DATES = find("product"), find("prime_factors"), find("date_understanding")


def rated(name, rate, task="product"):
    return Rated(Problem(name, task, f"question {name}", "1"), dict.fromkeys(AGENTS, rate))


def answered(name, agent, rights, samples=5, **changes):
    """Trajectories of one agent's answers to one problem."""
    problem = Problem(name, "product", f"question {name}", "1")
    one = Trajectory(name, problem, (), Answer("1"), model="m", reasoner=agent)
    grades = [Grade(float(n < rights)) for n in range(samples)]
    return [replace(one, id=f"{name}#{n}", grade=g, **changes) for n, g in enumerate(grades)]


def written(path, *rows):
    with records.Writer(path) as writer:
        for row in rows:
            writer.append(*row)
    return path


# ---- the stages of R1-Code-Interpreter ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "potential", "stage"),
    [(0.5, 1.0, 0), (0.2, 0.64, 0), (0.8, 0.64, 0), (0.85, 0.51, 1), (0.1, 0.36, 2), (0.05, 0.19, 3),
     (0.0, 0.0, 3), (1.0, 0.0, 3)],
)  # fmt: skip
def test_a_problem_is_in_the_stage_of_its_potential(rate, potential, stage):
    one = rated("p", rate)
    assert one.potential == pytest.approx(potential)
    assert [len(s.problems) for s in staged([one]).stages] == [int(n == stage) for n in range(4)]


def test_bounds_and_steps_are_the_papers():
    assert [stage.least for stage in staged([]).stages] == [0.64, 0.48, 0.32, 0.0]
    assert Staged("stages.json").steps == 150


def test_rates_are_the_mean_over_the_agents_of_all_sources(tmp_path):
    first = written(
        tmp_path / "a.jsonl",
        answered("p", AGENTS[0], 5), answered("p", AGENTS[1], 0), answered("q", AGENTS[0], 1),
    )  # fmt: skip
    (tmp_path / "run").mkdir()
    written(
        tmp_path / "run" / "trajectories.jsonl",
        answered("p", AGENTS[2], 3),
        answered("p", AGENTS[2], 5, void="gone"),
        answered("p", AGENTS[2], 5, relation="fork", parent="p"),
    )
    (found,) = measure([first, tmp_path / "run"])  # q was never asked of two of the agents
    assert found.problem.id == "p"
    assert dict(found.rates) == {AGENTS[0]: 1.0, AGENTS[1]: 0.0, AGENTS[2]: 0.6}
    assert found.rate == pytest.approx(1.6 / 3)


def test_sources_that_do_not_belong_together_are_refused(tmp_path):
    one = written(tmp_path / "a.jsonl", answered("p", AGENTS[0], 1))
    other = replace(Problem("p", "product", "another question"))
    clash = written(tmp_path / "b.jsonl", answered("p", AGENTS[1], 1, problem=other))
    with pytest.raises(UsageError, match=r"b\.jsonl: p is another question"):
        measure([one, clash])
    models = written(tmp_path / "c.jsonl", answered("p", AGENTS[1], 1, model="n"))
    with pytest.raises(UsageError, match="answers of m and n"):
        measure([one, models])
    with pytest.raises(UsageError, match="cannot read"):
        measure([tmp_path / "none.jsonl"])


def test_the_command_writes_stages_that_a_plan_reads(tmp_path, capsys):
    rows = [
        answered(problem.id, agent, 1 + n, problem=problem)
        for agent in AGENTS
        for n, problem in enumerate(draw(PRODUCT, 0, i) for i in range(4))
    ]
    source, out = written(tmp_path / "t.jsonl", *rows), tmp_path / "stages.json"
    assert main(["curriculum", str(source), "--out", str(out)]) == 0
    assert "4 problems, 4 agents" in capsys.readouterr().out
    assert [len(stage.problems) for stage in read_stages(out).stages] == [4, 0, 0, 0]
    course = Staged(str(out), steps=1).begin([PRODUCT], (0, 1), 0)
    task, problem = course.problems(0, 1)[0]
    assert task.grade(problem, problem.answer).right
    assert main(["curriculum", str(tmp_path / "no.jsonl"), "--out", str(out)]) == 2
    empty = written(tmp_path / "empty.jsonl")
    assert main(["curriculum", str(empty), "--out", str(out)]) == 2


@pytest.fixture
def stage_file(tmp_path):
    """Four problems of the first stage, two of the second, none of the third, one of the fourth."""
    rates = {"a": 0.5, "b": 0.5, "c": 0.4, "d": 0.3, "e": 0.15, "f": 0.85, "g": 0.0}
    path = tmp_path / "stages.json"
    write_stages(staged(rated(name, rate) for name, rate in rates.items()), path)
    return path


def names(problems):
    return [problem.id for _, problem in problems]


def test_stages_are_merged_from_the_highest_potential_down(stage_file):
    course = Staged(str(stage_file), steps=10).begin([PRODUCT], (0, 1), 5)
    seen = [
        Counter(name for step in range(first, end) for name in names(course.problems(step, 3)))
        for first, end in ((0, 10), (10, 20), (20, 40))
    ]
    assert set(seen[0]) == set("abcd")
    assert set(seen[1]) == set("abcdef")
    assert set(seen[2]) == set("abcdefg")
    # A pass holds each problem once: 30 draws of 4 problems differ by one at most.
    assert [max(found.values()) - min(found.values()) for found in seen] == [1, 0, 1]


def test_a_course_depends_on_seed_step_and_refill_alone(stage_file):
    plan = Staged(str(stage_file), steps=10)
    course, again = plan.begin([PRODUCT], (0, 1), 5), plan.begin([PRODUCT], (0, 1), 5)
    drawn = [names(course.problems(step, 4)) for step in range(6)]
    assert [names(again.problems(step, 4)) for step in reversed(range(6))] == drawn[::-1]
    assert len({tuple(one) for one in drawn}) > 1
    assert names(course.problems(3, 4)) != names(course.problems(3, 4, again=1))
    assert course.after([]).load(course.state()) == course


def test_a_stage_file_is_refused_with_its_name(stage_file, tmp_path):
    write_stages(staged([rated("product/1/3", 0.5)]), tmp_path / "held_out.json")
    with pytest.raises(UsageError, match="an even --seed"):
        Staged(str(tmp_path / "held_out.json")).begin([PRODUCT], (0, 1), 0)
    assert Staged(str(tmp_path / "held_out.json")).begin([PRODUCT], (0, 1), 1)
    with pytest.raises(UsageError, match="lack: date_understanding"):
        Staged(str(stage_file)).begin([DATES], (0, 1), 0)
    for text, says in (
        ("{", "is no JSON"),
        ("[]", "wanted an object"),
        ('{"stages": [{"least": 0.5}]}', "problems"),
        ('{"stages": [{"least": 0.5, "problems": [{"problem": {"id": "p", "task": "t", "question": "q"},'
         ' "rates": {"a": 2.0}}]}]}', "a number from 0 to 1"),
        ('{"stages": []}', "holds no problems"),
    ):  # fmt: skip
        path = tmp_path / "broken.json"
        path.write_text(text)
        with pytest.raises(UsageError, match=says) as raised:
            Staged(str(path)).begin([PRODUCT], (0, 1), 0)
        assert "broken.json" in str(raised.value)
    with pytest.raises(UsageError, match="cannot read"):
        Staged(str(tmp_path / "none.json")).begin([PRODUCT], (0, 1), 0)
    with pytest.raises(UsageError, match="steps wants"):
        Staged("x", steps=0)
    with pytest.raises(UsageError, match="fall and end at 0"):
        staged([], (0.2, 0.5, 0.0))


# ---- the posterior --------------------------------------------------------------------------------------


def came(problems, rate, count=10):
    """Groups in which this share of the rollouts is right; `rate` may be a function of the problem."""
    groups = []
    for _, problem in problems:
        share = rate(problem) if callable(rate) else rate
        one = Trajectory(problem.id, problem, (), Answer("1"))
        groups.append(
            [Scored(replace(one, grade=Grade(float(n < share * count))), 0.0) for n in range(count)]
        )
    return groups


def trained(plan, rate, steps, seed=0):
    course = plan.begin([PRODUCT], (0.0, 1.0), seed)
    for step in range(steps):
        course = course.after(came(course.problems(step, 8), rate))
    return course


def of_bucket(problem):
    """Four buckets: always right, nine times in ten, one time in ten, never."""
    return (1.0, 0.9, 0.1, 0.0)[min(3, int(problem.difficulty * 4))]


@pytest.mark.parametrize("how", ["thompson", "expected"])
def test_draws_go_where_there_is_something_to_learn_and_rather_to_the_hard(how):
    course = trained(Online(draw=how, decay=0.99), of_bucket, 30)
    drawn = Counter(
        min(3, int(p.difficulty * 4)) for step in range(40) for _, p in course.problems(100 + step, 10)
    )
    assert drawn[2] > 200  # of 400: one in ten, where half of Π's draws would be for nine in ten
    assert drawn[2] > 4 * drawn[1]
    assert min(drawn[0], drawn[3]) > 0  # what is even over all cells
    symmetric = trained(Online(draw=how, decay=0.99, hardness=1.0), of_bucket, 30)
    even = Counter(
        min(3, int(p.difficulty * 4)) for step in range(40) for _, p in symmetric.problems(100 + step, 10)
    )
    assert 0.5 < even[1] / even[2] < 2


def test_what_was_learned_fades_and_can_be_unlearned():
    plan = Online(decay=0.5)
    course = trained(plan, 1.0, 5)
    (right, wrong) = next(iter(course.known.values()))
    assert right > 3 * wrong
    for _ in range(20):
        course = course.after([])
    assert all(beta == pytest.approx((1.0, 1.0), abs=1e-3) for beta in course.known.values())


def test_the_posterior_is_the_count_of_right_and_wrong():
    course = Online(buckets=1, decay=0.5).begin([PRODUCT], (0.0, 1.0), 0)
    course = course.after(came(course.problems(0, 1), 0.2))
    assert dict(course.known) == {"product/0": (3.0, 9.0)}
    course = course.after(came(course.problems(1, 1), 1.0))
    assert dict(course.known) == {"product/0": (1 + 2 * 0.5 + 10, 1 + 8 * 0.5)}


def test_a_rollout_out_of_the_queue_is_counted_once():
    """When it was fresh, and not again."""
    course = Online(buckets=1, decay=1.0).begin([PRODUCT], (0.0, 1.0), 0)
    (group,) = came(course.problems(0, 1), 0.2)
    queued = [replace(s, trajectory=replace(s.trajectory, notes={"queued": 1})) for s in group[:4]]
    course = course.after([[*queued, *group[4:]]])
    assert dict(course.known) == {"product/0": (1.0, 7.0)}


def test_problems_are_without_end_or_of_a_pool():
    endless = Online().begin([PRODUCT], (0.0, 1.0), 1)
    assert len({p.id for step in range(20) for _, p in endless.problems(step, 10)}) == 200
    assert endless.problems(3, 5) == endless.problems(3, 5)
    assert endless.problems(3, 5) != endless.problems(3, 5, again=1)
    pool = Online(pool=2, buckets=3).begin([PRODUCT], (0.0, 1.0), 1)
    assert len(set(names(pool.problems(0, 6)))) == 6  # without replacement while there are enough
    assert len({p.id for step in range(20) for _, p in pool.problems(step, 7)}) == 6
    assert len({p.question for _, p in pool.problems(0, 6)}) == 6


def test_a_course_goes_on_from_its_state():
    plan = Online(pool=3)
    course = trained(plan, of_bucket, 10)
    state = json.loads(json.dumps(course.state()))
    again = plan.begin([PRODUCT], (0.0, 1.0), 0).load(state)
    assert again.known == course.known
    assert again.problems(50, 8) == course.problems(50, 8)
    for broken in ({}, {"known": {"a": [1]}, "leads": {}}, {"known": 3, "leads": {}}):
        with pytest.raises(UsageError, match="checkpoint's course"):
            course.load(broken)


@pytest.mark.parametrize(
    "options", [{"draw": "best"}, {"decay": 1.5}, {"buckets": 0}, {"hardness": 0}, {"pool": -1}]
)
def test_a_plan_that_cannot_be_meant_is_refused(options):
    with pytest.raises(UsageError, match=r"Online: \w+ wants"):
        Online(**options)


# ---- help for what is never solved ----------------------------------------------------------------------

CODES = ("import math\nx = 40", "print(x + 2)")


def rollouts(script, *, lead=None, count=2, sessions=None):
    """Rollouts of one problem by a scripted model; its programs build on each other."""

    async def open_session():
        session = await open_inline_session()
        if sessions is not None:
            sessions.append(session)
        return session

    problem = replace(draw(PRODUCT, 0, 0), answer="42")
    setup = Setup(Replay(script), open_session)
    rolling = Rolling(CodeInterpreter(), setup, lead=lambda _: lead)
    return asyncio.run(rolling.group(PRODUCT, problem, rollouts=count, seed=1))


def right(context):
    """Two programs, the second of which wants the first's variable, and the answer."""
    done = context.count("Code Execution Results:")
    return f"```python\n{CODES[done]}\n```\n" if done < 2 else "<<<42>>>"


def test_a_lead_is_played_back_token_for_token_and_is_not_learned():
    source = rollouts(right)[0]
    led = rollouts(lambda context: "<<<42>>>" if "42\n" in context else "print", lead=Lead(source, 2))
    for one in led:
        assert one.notes["led_turns"] == 2
        ids, mask, logprobs = one.training_arrays()
        assert ids == source.ids
        assert [e.stdout for e in one.executions] == ["", "42\n"]  # run again: the session is live
        assert sum(mask) == one.cost.tokens_out < sum(source.training_arrays()[1])
        assert one.cost.samples == 1
        assert [logp is not None for logp in logprobs] == list(mask)
        assert len(turns_of(one)) == len(turns_of(source)) - 2
        assert {s.kind for turn in turns_of(one) for s in turn} <= {"answer", "text", "end"}
        one.check(Replay([]).decode)


def test_the_policy_goes_on_in_the_session_that_the_lead_left():
    source = rollouts(right)[0]
    led = rollouts(
        lambda context: "<<<84>>>" if "84\n" in context else "```python\nprint(x + 44)\n```\n",
        lead=Lead(source, 1),
        count=1,
    )[0]
    assert [e.stdout for e in led.executions] == ["", "84\n"]
    assert led.answer.text == "84"


def test_a_lead_is_some_of_the_turns_but_not_all(rollout):
    trajectory = rollout("a", "P2 T1 C2 O3 A1").trajectory
    assert Lead(trajectory, 1).turns == 1
    for turns in (0, 2):
        with pytest.raises(UsageError, match="from 1 to 1"):
            Lead(trajectory, turns)


def groups_of(script, shares, problem, **how):
    """A group with this share of right rollouts."""
    made = [replace(t, problem=problem) for t in rollouts(script, count=len(shares), **how)]
    return [Scored(replace(t, grade=Grade(share)), share) for t, share in zip(made, shares, strict=True)]


def test_a_problem_that_is_hardly_ever_solved_gets_the_beginning_of_a_right_rollout():
    """Solved once, then never: the lead comes, shortens as it helps, and goes."""
    course = Online(pool=1, buckets=1, decay=1.0, help_below=0.2).begin([PRODUCT], (0.0, 1.0), 0)
    ((_, problem),) = course.problems(0, 1)
    assert course.lead(problem) is None
    course = course.after([groups_of(right, [1.0, 0.0, 0.0, 0.0], problem)])
    assert course.lead(problem) is None  # solved one time in four: it learns by itself
    course = course.after([groups_of(right, [0.0] * 20, problem)])
    lead = course.lead(problem)
    assert lead.turns == 2
    course = course.load(json.loads(json.dumps(course.state())))
    assert course.lead(problem) == lead
    known = course.known
    led = groups_of(right, [1.0, 1.0, 0.0], problem, lead=lead)
    course = course.after([led])
    assert course.known == known  # of p it says nothing
    assert course.lead(problem).turns == 1
    longer = course.after([groups_of(right, [0.0, 0.0], problem, lead=course.lead(problem))])
    assert longer.lead(problem).turns == 2
    assert (
        course.after([groups_of(right, [1.0, 1.0], problem, lead=course.lead(problem))]).lead(problem) is None
    )


def test_a_hint_is_a_part_of_the_reference_program():
    course = Online(buckets=1, decay=1.0, hints=0.5).begin([FACTORS], (0.0, 1.0), 0)
    plain = course.problems(1, 1)[0][1]
    assert "hint" not in plain.metadata
    course = course.after(came(course.problems(0, 4), 0.0))
    problem = course.problems(1, 1)[0][1]
    lines = FACTORS.program(problem).splitlines()
    assert 1 <= problem.metadata["hint"] < len(lines)
    assert "\n".join(lines[: problem.metadata["hint"]]) in problem.question
    assert lines[-1] not in problem.question
    known = course.known
    assert course.after(came([(FACTORS, problem)], 1.0)).known == known
    assert "hint" not in replace(course, plan=Online(buckets=1)).problems(1, 1)[0][1].metadata


def test_played_back_turns_would_be_refused_as_samples(rollout):
    """What the record must not say: written by the model, without log-probabilities."""
    trajectory = rollout("a", "P2 T1 C2 O3 A1").trajectory
    told = Lead(trajectory, 1).told(trajectory)
    broken = replace(told, segments=tuple(replace(s, logprobs=(0.0,) * len(s.ids)) for s in told.segments))
    with pytest.raises(RecordError):
        broken.training_arrays()


def test_plans_have_reprs_that_tell_them_apart():
    assert repr(Online()) != repr(Online(pool=3))
    assert registry.names("training.curriculum")
