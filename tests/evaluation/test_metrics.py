"""Each metric on a handful of trajectories, worked by hand."""

import math

import pytest

from reckon import registry
from reckon.errors import UsageError
from reckon.evaluation.metrics import ALWAYS, build, by_problem, measure, scores
from reckon.evaluation.metrics.average_normalised import against
from reckon.evaluation.metrics.when_to_code_regret import WhenToCodeRegret
from reckon.values import Answer, Cost, Execution, Grade, Problem, Segment, Trajectory


def tried(problem="a", score=1.0, runs=(), answer="1", task="t", metadata=None, void="", **cost):
    """A root whose programs ended with the statuses `runs`."""
    shown = tuple(Segment("output", "", (), execution=Execution(status, cpu_s=0.5)) for status in runs)
    tree = Cost(runs=len(runs), errors=sum(status != "ok" for status in runs), **cost)
    where = Problem(problem, task, "?", metadata=metadata or {})
    return Trajectory("id", where, shown, Answer(answer), Grade(score), tree=tree, void=void)


def value(metric, *trajectories):
    return measure(build(metric), by_problem(trajectories)).value


def test_accuracy_counts_each_problem_alike_and_no_void_rollout():
    done = [tried("a", 1.0), tried("a", 0.0), tried("a", 0.0), tried("b", 1.0), tried("b", 0.0, void="ours")]
    assert value("accuracy", *done) == pytest.approx((1 / 3 + 1) / 2)
    assert scores(by_problem(done)) == {"a": pytest.approx(1 / 3), "b": 1.0}


def test_pass_at_k_without_bias():
    done = [tried("a", 1.0), tried("a", 0.0), tried("a", 0.0), tried("a", 0.0)]
    assert value("PassAtK(k=1)", *done) == pytest.approx(1 / 4)
    assert value("PassAtK(k=2)", *done) == pytest.approx(1 / 2)  # 1 - C(3,2)/C(4,2) = 1 - 3/6
    assert value("PassAtK(k=4)", *done) == 1.0
    assert math.isnan(value("PassAtK(k=5)", *done))


def test_majority_of_k():
    done = [tried(answer="7", score=0.0), tried(answer="8 ", score=1.0), tried(answer="8", score=1.0)]
    assert value("MajAtK(k=3)", *done) == 1.0
    assert value("MajAtK(k=1)", *done) == 0.0
    assert value("MajAtK(k=2)", tried(answer=None, score=0.0), tried(answer=None, score=0.0)) == 0.0


def test_what_programs_did():
    done = [
        tried("a", 1.0, ("error", "ok"), tokens_out=10, tokens_in=100, generate_s=1.0, execute_s=0.5),
        tried("b", 0.0, ("error", "timeout"), tokens_out=20, generate_s=2.0),
        tried("c", 1.0, ("ok",)),
        tried("d", 0.0, tokens_out=30),
    ]
    assert value("code_use", *done) == 0.75
    assert value("code_calls", *done) == 5 / 4
    assert value("code_errors", *done) == 3 / 5
    assert value("executability", *done) == pytest.approx(2 / 3)
    assert value("self_correction", *done) == 0.5
    assert value("fix_rate", *done) == 0.5
    assert value("tool_productivity", *done) == 2 / 5
    assert value("tokens", *done) == 15
    assert value("Tokens(read=True)", *done) == 25
    assert value("latency", *done) == pytest.approx(3.5 / 4)


def test_a_success_before_the_error_mends_nothing():
    assert value("self_correction", tried(runs=("ok", "error"))) == 0.0


def test_money():
    done = [tried("a", 1.0, tokens_in=2_000_000, tokens_out=1_000_000, metadata={"market_value": 40})]
    done += [tried("b", 0.5, metadata={"market_value": 10}), tried("c", 1.0)]
    assert value("Price(tokens_in=1.0, tokens_out=3.0)", done[0]) == 5.0
    # (1 x 40 - 5 + 0.5 x 10) / 2; c says nothing: it has no market value.
    assert value("AlphaValue(tokens_in=1.0, tokens_out=3.0)", *done) == 20.0


def test_efficiency_against_references():
    reference = {"reference_s": [0.1, 1.0, 2.0, 0.4]}
    fast = tried("a", 1.0, ("ok",), metadata=reference)
    wrong = tried("b", 0.0, ("ok",), metadata=reference)
    assert value("efficiency", fast, wrong) == pytest.approx((2 / 4 + 0) / 2)  # 0.5 s: two are slower
    assert value("Efficiency(kind='speedup')", fast, wrong) == pytest.approx(1.0 / 0.5)
    assert math.isnan(value("efficiency", tried()))
    with pytest.raises(UsageError, match="kind"):
        build("Efficiency(kind='fast')")


def test_average_normalised_counts_tasks_alike():
    one = by_problem([tried("a", 1.0, task="x"), tried("b", 0.0, task="x"), tried("c", 0.2, task="y")])
    two = by_problem([tried("a", 0.5, task="x"), tried("b", 0.0, task="x"), tried("c", 0.8, task="y")])
    assert measure(against([one, two], one), one).value == pytest.approx((1 + 0.25) / 2)
    assert measure(against([one, two], two), two).value == pytest.approx((0.5 + 1) / 2)


def test_regret_of_a_method_that_chooses_wrongly():
    text, code = {"a": 1.0, "b": 0.0, "c": 0.0}, {"a": 0.0, "b": 1.0, "c": 0.0}
    regret = WhenToCodeRegret(text=text, code=code)
    mixed = by_problem([tried("a", 1.0), tried("b", 0.0), tried("c", 0.0), tried("unseen", 1.0)])
    assert measure(regret, mixed).value == pytest.approx(1 / 3)


def test_those_always_shown_stand_and_bad_fields_are_refused():
    assert set(ALWAYS) <= set(registry.names("evaluation.metrics"))
    for bad in ("PassAtK(k=0)", "MajAtK(k=0)", "no_such_metric"):
        with pytest.raises(UsageError):
            build(bad)
