"""The simulated solver is as reliable as it is told, and methods gain under it what theory predicts."""

import asyncio
import itertools
import math
import random

import pytest

from reckon import registry
from reckon.cli import main
from reckon.dialects import DIALECTS, R1_CI
from reckon.errors import UsageError
from reckon.evaluation.simulated import Reliability, Simulated, read_reliability
from reckon.evaluation.simulated.programs import changed, without_print
from reckon.models import open_model
from reckon.protocols import Sampling
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Grade, Problem

N = 200
MARGIN = 3.3  # standard errors


class Sum:
    """One right program, one wrong answer: what is not right is the same."""

    name = "sum"

    def make(self, rng, difficulty):
        return self.nth(rng.randrange(10**6))

    def nth(self, n, difficulty=0.5):
        return Problem(f"sum/{n}", "sum", f"What is {n} plus 7777?", str(n + 7777), difficulty)

    def program(self, problem):
        return f"print({int(problem.answer) - 7777} + 7777)"

    def grade(self, problem, answer):
        return Grade(float(answer.strip() == problem.answer))


TASK = Sum()


def trees(reasoner, name, count=N, dialect=R1_CI, temperature=1.0, difficulty=0.5, seed=0):
    """The trees of `count` problems."""
    own = [(TASK, TASK.nth(1000 + n, difficulty)) for n in range(count)]

    async def go():
        async def find(_):
            return model

        model = Simulated(name, own, dialect, open_inline_session)
        sampling = Sampling(temperature=temperature)
        setup = Setup(model, open_inline_session, dialect, sampling=sampling, models=find)
        return [await solve(reasoner, problem, setup, seed=seed) for _, problem in own]

    return asyncio.run(go())


def share_right(done):
    roots = [tree[0] for tree in done]
    given = [root.answer.text for root in roots]
    return sum(text == root.problem.answer for text, root in zip(given, roots, strict=True)) / len(roots)


def agrees(share, predicted, count=N):
    return abs(share - predicted) <= MARGIN * math.sqrt(max(predicted * (1 - predicted), 0.01) / count)


def build(expression):
    return registry.build("reasoners", expression)


def at_least(k, n, p):
    return sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))


@pytest.mark.parametrize("p", [0.3, 0.6, 0.9])
def test_one_program_is_right_as_often_as_told(p):
    share = share_right(trees(build("pal"), f"simulated:{p},wrongs=1"))
    assert agrees(share, p)


@pytest.mark.parametrize(("p", "n"), [(0.7, 5), (0.7, 9), (0.35, 5)])
def test_a_majority_is_right_by_the_binomial_law(p, n):
    reasoner = build(f"SelfConsistency(inner=Pal(temperature=1.0), n={n})")
    share = share_right(trees(reasoner, f"simulated:{p},wrongs=1,visible=0"))
    assert agrees(share, at_least(n // 2 + 1, n, p))
    assert (share > p) == (p > 0.5)


def test_verified_votes_weigh_what_the_verifier_is_worth():
    p, q, n = 0.5, 0.85, 3
    predicted = 0.0
    for right in itertools.product((True, False), repeat=n):
        for judged in itertools.product((True, False), repeat=n):
            chance = math.prod(
                (p if a else 1 - p) * (q if b else 1 - q) for a, b in zip(right, judged, strict=True)
            )
            says = [a == b for a, b in zip(right, judged, strict=True)]
            weight = {True: 0.0, False: 0.0}
            for a, said in zip(right, says, strict=True):
                weight[a] += 1.0 if said else 0.2
            ahead = weight[True] > weight[False] or (weight[True] == weight[False] and right[0])
            predicted += chance * ahead
    reasoner = build(f"Csv(samples={n}, rounds=1, inner=CodeInterpreter(temperature=1.0))")
    share = share_right(trees(reasoner, f"simulated:right={p},judge={q},wrongs=1,visible=0"))
    assert agrees(share, predicted)
    assert share > at_least(2, n, p) + 0.1


@pytest.mark.parametrize("q", [0.5, 0.9])
def test_best_of_n_is_worth_its_judge(q):
    p, n, rng = 0.5, 4, random.Random(5)

    def one():
        best = {True: -1, False: -1}
        for _ in range(n):
            right = rng.random() < p
            good = right == (rng.random() < q)
            best[right] = max(best[right], rng.randint(7, 10) if good else rng.randint(0, 3))
        return 0.5 if best[True] == best[False] else float(best[True] > best[False])

    predicted = sum(one() for _ in range(20_000)) / 20_000
    reasoner = build(f"BestOfN(inner=Pal(temperature=1.0), n={n})")
    share = share_right(trees(reasoner, f"simulated:right={p},judge={q},wrongs=1,visible=0"))
    assert agrees(share, predicted)


def test_a_selector_is_right_where_there_is_something_right_to_select():
    p, q, n = 0.5, 0.9, 3
    predicted = p**n + q * (1 - p**n - (1 - p) ** n)
    reasoner = build(f"Genselect(inner=Pal(temperature=1.0), n={n})")
    share = share_right(trees(reasoner, f"simulated:right={p},judge={q},wrongs=1,visible=0"))
    assert agrees(share, predicted)


@pytest.mark.parametrize("turns", [0, 1, 3])
def test_each_repair_halves_what_is_left(turns):
    p, r = 0.3, 0.5
    share = share_right(
        trees(build(f"SelfDebug(turns={turns})"), f"simulated:right={p},repair={r},judge=1,visible=1")
    )
    assert agrees(share, 1 - (1 - p) * (1 - r) ** turns)


@pytest.mark.parametrize(("breadth", "depth"), [(1, 3), (3, 1)])
def test_a_tree_of_programs_gains_by_breadth_and_depth(breadth, depth):
    p, r = 0.3, 0.5
    missed = (1 - p) ** breadth * (1 - r) ** (breadth * (depth - 1))
    reasoner = build(f"TreeOfCode(breadth={breadth}, children=1, depth={depth})")
    share = share_right(trees(reasoner, f"simulated:right={p},repair={r},visible=1"))
    assert agrees(share, 1 - missed)


@pytest.mark.parametrize("name", ["hira", "msarl"])
def test_one_that_hands_out_all_of_its_work_is_right_as_often_as_who_does_it(name):
    done = trees(build(name), "simulated:0.6,wrongs=1,visible=0", count=60)
    assert agrees(share_right(done), 0.6, 60)
    assert all(tree[0].tree.runs == 1 for tree in done)


def test_a_search_over_plans_gains_by_its_judge():
    """The best scored of k plans is followed; a plan is sound, and its program right, with sqrt(p) each."""
    p, q, k, rng = 0.36, 0.9, 3, random.Random(5)

    def one():
        plans = []
        for _ in range(k):
            sound = rng.random() < math.sqrt(p)
            good = sound == (rng.random() < q)
            plans.append((rng.randint(7, 10) if good else rng.randint(0, 3), sound))
        best = max(score for score, _ in plans)
        chosen = next(sound for score, sound in plans if score == best)
        return chosen and rng.random() < math.sqrt(p)

    predicted = sum(one() for _ in range(20_000)) / 20_000
    share = share_right(
        trees(build(f"Mapcoder(k={k}, t=0)"), f"simulated:right={p},judge={q},visible=0,wrongs=1")
    )
    assert agrees(share, predicted)
    assert share > p + 0.1


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.parametrize("name", registry.names("reasoners"))
def test_a_reliable_solver_is_right_through_every_reasoner_in_every_dialect(name, dialect):
    sure = "simulated:right=1,judge=1,repair=1,text=1"
    done = trees(build(name), sure, 2, dialect)
    assert share_right(done) == 1.0
    for tree in done:
        assert not tree[0].void
        for trajectory in tree:
            trajectory.check()


def test_the_same_seed_draws_the_same_and_greedy_draws_by_the_context_alone():
    reasoner = build("CodeInterpreter()")
    texts = [[t[0].text for t in trees(reasoner, "simulated:0.5", 20, seed=s)] for s in (1, 1, 2)]
    assert texts[0] == texts[1] != texts[2]
    greedy = [
        [t[0].text for t in trees(reasoner, "simulated:0.5", 20, temperature=0.0, seed=s)] for s in (1, 2)
    ]
    assert greedy[0] == greedy[1]


def test_difficulty_lowers_what_is_right_where_it_is_told_to():
    easy = share_right(trees(build("pal"), "simulated:0.5,spread=4", 100, difficulty=0.0))
    hard = share_right(trees(build("pal"), "simulated:0.5,spread=4", 100, difficulty=1.0))
    assert agrees(easy, 1 / (1 + math.exp(-2)), 100)
    assert agrees(hard, 1 / (1 + math.exp(2)), 100)


def test_it_knows_nothing_of_a_question_that_it_was_not_given():
    own = [(TASK, TASK.nth(1))]
    setup = Setup(Simulated("simulated:1", own, R1_CI, open_inline_session), open_inline_session)
    tree = asyncio.run(solve(build("pal"), TASK.nth(2), setup))
    assert tree[0].answer.text is None


def test_a_sample_that_was_cut_goes_on_with_the_same_program():
    reasoner = build("FireSampling(inner=Pal(temperature=1.0), n=3)")
    for tree in trees(reasoner, "simulated:0.5,visible=0", 10):
        assert all(t.executions and t.executions[0].ok for t in tree[1:])


def test_wrong_programs_differ_from_the_right_one_in_one_thing():
    program = "total = 0\nfor i in range(3):\n    total += i * 2\nprint(total)"
    found = list(changed(program, random.Random(0)))
    assert len(found) >= 4
    assert all(sum(a != b for a, b in zip(one.split(), program.split(), strict=True)) == 1 for one in found)
    assert "print" not in without_print(program)
    assert without_print("x = 1") == ""


def test_reliabilities_are_read_and_refused():
    assert read_reliability("simulated") == Reliability()
    assert read_reliability("simulated:0.9,judge=0.7,wrongs=2") == Reliability(0.9, judge=0.7, wrongs=2)
    for name in (
        "simulated:2",
        "simulated:often",
        "simulated:right=x",
        "simulated:luck=0.5",
        "simulated:wrongs=0",
    ):
        with pytest.raises(UsageError, match="simulated"):
            read_reliability(name)
    with pytest.raises(UsageError, match="reckon eval"):
        open_model("simulated:0.5")


def test_methods_are_compared_from_the_command_line(tmp_path, capsys):
    flags = ["--reasoner", "text", "--reasoner", "pal", "--compare", "--out", str(tmp_path / "run")]
    assert main(["eval", "product", "-n", "3", "--model", "simulated:right=1,text=0", *flags]) == 0
    shown = capsys.readouterr().out
    assert "100.0%" in shown
    assert "+100.0%" in shown
    assert "no model" in shown
    assert main(["eval", "product", "--model", "simulated:nine", "--out", str(tmp_path / "other")]) == 2
