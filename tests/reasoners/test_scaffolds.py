"""CGR, FLARE, StateAct, CodeSift and the two strategies of Agentic-R1."""

import asyncio

import pytest

from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.reasoners.loops.stateact import StateAct
from reckon.reasoners.programs.cgr import Cgr, hard_codes
from reckon.reasoners.programs.flare import Flare, faithfulness
from reckon.reasoners.selection.codesift import CodeSift
from reckon.reasoners.steering.agentic_r1 import AgenticR1
from reckon.rollout import Limits, Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")
CHOICE = Problem("c/0/0", "c", "Which is a fruit?\nA. stone\nB. fig", "B")


def code(program):
    return f"```python\n{program}\n```\n"


def run(reasoner, script, problem=PROBLEM, models=None, continues=True, limits=Limits()):
    async def find(name):
        return (models or {})[name]

    model = Replay(script, continues=continues)
    setup = Setup(model, open_inline_session, models=find, limits=limits)
    return asyncio.run(solve(reasoner, problem, setup))


# ---- CGR

SCAFFOLD = """first = solver("Is a stone a fruit? yes or no")
print("A" if "yes" in first else extract_choice(solver("Is it A or B? Reply: B")))"""


def test_the_scaffold_asks_the_small_model_outside_the_session():
    small = Replay(["no", "I say B. Not Cabbage."], name="small")
    tree = run(Cgr(solver="small"), [code(SCAFFOLD)], CHOICE, {"small": small})
    assert tree[0].answer.text == "B"
    asked = [t for t in tree if t.model == "small"]
    assert ["Is a stone a fruit?" in t.text for t in asked] == [True, False]
    assert "def solver(prompt: str) -> str" in tree[0].text
    assert "def extract_choice(text" in tree[0].text
    assert [call.name for call in tree[0].executions[-1].calls] == ["solver", "solver"]


def test_a_scaffold_that_holds_the_answer_is_written_again():
    tree = run(Cgr(), [code("print('B')"), code("print(extract_choice(solver('which?')))"), "B"], CHOICE)
    assert tree[0].answer.text == "B"
    assert tree[0].notes == {"hard_coded": 1}
    assert "the answer itself" in tree[0].text
    assert not hard_codes("print(6 * 7)", "42")
    assert hard_codes("x = 'B'\nprint(x)", "B")


def test_a_scaffold_that_fails_is_written_again_by_the_generator():
    big = Replay([code("print(missing)"), code("print(extract_choice(solver('which?')))")], name="big")
    tree = run(Cgr(generator="big"), ["B"], CHOICE, {"big": big})
    assert tree[0].answer.text == "B"
    assert tree[0].notes == {"failed": 1}
    assert "NameError" in next(t.text for t in tree if t.model == "big")


def test_the_solver_answers_only_so_many_prompts():
    tree = run(Cgr(calls=2, tries=1), lambda context: "yes" if "more" in context else code(
        "for n in range(3):\n    solver('more')"), CHOICE)  # fmt: skip
    assert tree[0].answer.text is None
    assert "the solver answers 2 prompts" in tree[0].executions[-1].error.message


def test_direct_and_generator_answers_are_recorded():
    script = [code("print(extract_choice(solver('which?')))"), "B", "<<<A>>>", "<<<B>>>"]
    tree = run(Cgr(channels=True), script, CHOICE)
    assert tree[0].answer.text == "B"
    assert tree[0].notes == {"direct_other": 1, "generator_same": 1}


# ---- FLARE

LOGIC = "parent(ada, ben).\nparent(ben, cay).\nlikes(ada, figs).\ngrand(X, Z) :- parent(X, Y), parent(Y, Z)."


def test_a_plan_then_a_logic_program_then_a_search_of_it():
    trace = "grand(ada, W): parent(ada, ben), parent(ben,cay), parent(cay, dot) fails. <<<cay>>>"
    tree = run(Flare(), ["Go up the tree.", LOGIC, trace])
    assert tree[0].answer.text == "cay"
    text = tree[0].text
    assert text.index("Explain in words") < text.index("form of Prolog") < text.index("on every path")
    assert tree[0].cost.runs == 0
    assert tree[0].notes == {"facts_used": 2, "facts_invented": 1, "facts_unused": 1}


def test_faithfulness_by_hand():
    measured = faithfulness(LOGIC, "parent( ada , ben ), parent(ada, X), rich(ben)")
    assert measured.used == {"parent(ada, ben)"}
    assert measured.invented == {"rich(ben)"}
    assert measured.unused == {"parent(ben, cay)", "likes(ada, figs)"}
    assert measured.share == 0.5
    assert faithfulness(LOGIC, "").share == 1.0


# ---- StateAct


def test_every_turn_repeats_the_goal_and_begins_with_the_state():
    script = [" nothing is known.\nThought: go.\n" + code("x = 42\nprint(x)"), " x is 42.\n<<<42>>>"]
    tree = run(StateAct(), script)
    assert tree[0].answer.text == "42"
    assert tree[0].text.count("Goal: What is 6 * 7?\nState:") == 2
    assert "no_state" not in tree[0].notes


def test_a_turn_without_a_state_is_told_so():
    tree = run(StateAct(), [code("print(42)"), "State: done.\n<<<42>>>"], continues=False)
    assert tree[0].notes == {"no_state": 1}
    assert "Begin with the state" in tree[0].text
    free = run(StateAct(track=("thought",)), [code("print(42)"), "<<<42>>>"])
    assert not free[0].notes
    assert "State" not in free[0].text
    with pytest.raises(UsageError, match=r"StateAct\.track"):
        StateAct(track=("mood",))


def test_stateact_asks_for_the_answer_once_runs_or_room_run_out():
    for limits in (Limits(runs=1), Limits(tokens=300)):
        tree = run(
            StateAct(max_calls=30), lambda c: "42>>>" if "No more" in c else code("6 * 7"), limits=limits
        )
        assert tree[0].answer.text == "42"


# ---- CodeSift


def sifter(context):
    if "Say in words what this program does" in context:
        assert "What is 6 * 7" not in context
        return "It adds." if "+" in context else "It multiplies."
    if "do what the task asks" in context:
        return "Score: 3" if "It adds." in context else "Score: 9"
    if "Is the list empty" in context:
        return "Verdict: no" if "It adds." in context else "Verdict: yes"
    return code(next(programs))


def test_programs_are_judged_by_what_they_are_said_to_do_and_not_run():
    global programs
    programs = iter(["print(6 +", "print(6 + 7)", "print(6 * 7)", "print(0)"])
    tree = run(CodeSift(), sifter)
    assert tree[0].answer.text == "42"
    assert tree[0].notes == {"no_program": 1, "sifted_out": 1}
    assert tree[0].tree.runs == 1


def test_where_none_passes_the_one_most_alike_answers():
    global programs
    programs = iter(["print(6 + 7)", "print(6 * 7)"])
    tree = run(CodeSift(n=2, least=0.95), sifter)
    assert tree[0].answer.text == "42"


# ---- Agentic-R1


def test_the_strategy_is_chosen_and_changed_where_its_answer_does_not_hold():
    def say(context):
        if "settle this better" in context:
            return "Verdict: no"
        if "Does it hold?" in context:
            return "Verdict: no"
        if "use programs instead" in context:
            return "<<<42>>>" if "\n42\n" in context else code("print(6 * 7)")
        return "<<<41>>>"

    tree = run(AgenticR1(), say)
    assert tree[0].answer.text == "42"
    assert tree[0].notes == {"chose_text": 1, "changed_over": 1}
    assert tree[0].text.index("<<<41>>>") < tree[0].text.index("use programs instead")
    assert run(AgenticR1(), ["Verdict: no", "<<<42>>>", "Verdict: yes"])[0].notes == {"chose_text": 1}
    with pytest.raises(UsageError, match=r"AgenticR1\.first"):
        AgenticR1(first="guess")
