"""Agents around the interpreter: what makes each of them what it is."""

import asyncio
import json

import pytest

from reckon import registry
from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.reasoners.agents.agentic_reasoning import AgenticReasoning
from reckon.reasoners.agents.chemagent import ChemAgent
from reckon.reasoners.agents.codenav import CodeNav
from reckon.reasoners.agents.ecoassistant import EcoAssistant
from reckon.reasoners.agents.goalact import GoalAct, read_plan
from reckon.reasoners.agents.hira import Hira
from reckon.reasoners.agents.msarl import Msarl
from reckon.reasoners.agents.sage import Sage
from reckon.reasoners.agents.x_master import OPENING, XMaster
from reckon.reasoners.agents.x_masters import XMasters
from reckon.reasoners.images.crop_and_compute import CropAndCompute
from reckon.reasoners.material.mind_map import clusters, read_triples
from reckon.rollout import Limits, Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")


def code(program):
    return f"```python\n{program}\n```\n"


def run(reasoner, script, problem=PROBLEM, models=None, **setup):
    """The tree of one problem; a script is a list, or a function of the context."""

    async def find(name):
        return (models or {})[name]

    model = script if isinstance(script, Replay) else Replay(script)
    return asyncio.run(solve(reasoner, problem, Setup(model, open_inline_session, models=find, **setup)))


def by_words(**words):
    """A model that answers with the value of the first key whose text stands in the context."""
    pairs = [(key.replace("_", " "), value) for key, value in words.items()]

    def say(context):
        reply = next((value for key, value in pairs if key in context), "Hm.")
        return reply(context) if callable(reply) else reply

    return say


def asked(tree, words):
    """The contexts that hold these words."""
    return [one.text for one in tree if words in one.text]


# ---- EcoAssistant

WRITES = [code("print(6 * 7)"), "<<<42>>>"]
ERRS = [code("print(6 * 6)"), "<<<36>>>"]


def test_the_cheap_assistant_comes_first_and_the_dear_one_only_where_it_does_not_satisfy():
    reasoner = EcoAssistant(assistants=("cheap", "dear"), judge="judge")
    for verdicts, answer, used in ((["yes"], "36", ["cheap"]), (["no", "yes"], "42", ["cheap", "dear"])):
        models = {
            "cheap": Replay(ERRS, name="cheap"),
            "dear": Replay(WRITES, name="dear"),
            "judge": Replay([f"Verdict: {word}" for word in verdicts], name="judge"),
        }
        tree = run(reasoner, [], models=models)
        assert tree[0].answer.text == answer
        assert [t.model for t in tree if t.cost.runs] == used
        assert tree[0].notes.get("escalated", 0) == len(used) - 1


def test_a_solved_query_stands_before_the_next_one_that_is_like_it(tmp_path):
    memory = tmp_path / "solved.jsonl"
    reasoner = EcoAssistant(memory=str(memory))
    assert run(reasoner, [*WRITES, "Verdict: yes"])[0].answer.text == "42"
    kept = json.loads(memory.read_text())
    assert (kept["about"], kept["text"]) == ("What is 6 * 7?", "print(6 * 7)")
    alike = run(reasoner, [*WRITES, "Verdict: yes"], Problem("p/0/1", "p", "What is 6 * 9?"))
    other = run(reasoner, [*WRITES, "Verdict: yes"], Problem("p/0/2", "p", "Name a river."))
    assert asked(alike, "The program that answered it:\nprint(6 * 7)")
    assert not asked(other, "The program that answered it")


def test_what_satisfied_nobody_is_not_remembered(tmp_path):
    memory = tmp_path / "solved.jsonl"
    tree = run(EcoAssistant(memory=str(memory)), [*WRITES, "Verdict: no"])
    assert tree[0].answer.text == "42"
    assert not memory.exists()


@pytest.mark.parametrize("assistants", [(), "gpt", ("gpt", 1)])
def test_assistants_that_are_no_tuple_are_refused(assistants):
    with pytest.raises(UsageError, match=r"EcoAssistant\.assistants"):
        EcoAssistant(assistants=assistants)


# ---- ChemAgent


def chemist(critique="Verdict: yes"):
    return by_words(
        Do_not_solve_them="1. Find the mass.\n2. Find the volume.",
        which_formulas="density = mass / volume",
        Name_the_fault=critique,
        All_subtasks_are_done="<<<42>>>",
        Subtask_2=code("print(mass / 2)"),
        Subtask_1=code("mass = 84\nprint(mass)"),
    )


def test_subtasks_share_a_session_and_what_went_well_joins_three_memories(tmp_path):
    reasoner = ChemAgent(memory=str(tmp_path / "library.jsonl"))
    tree = run(reasoner, chemist())
    assert tree[0].answer.text == "42"
    assert [e.stdout for e in tree[0].executions] == ["84\n", "42.0\n"]
    entries = [json.loads(line) for line in (tmp_path / "library.jsonl").read_text().splitlines()]
    assert [e["kind"] for e in entries] == ["plan", "knowledge", "execution", "execution"]
    again = run(reasoner, chemist(), Problem("p/0/1", "p", "What is 8 * 7?"))
    assert asked(again, "A problem like it:\nWhat is 6 * 7?\nIts subtasks:\nFind the mass.")
    assert asked(again, "A subtask like it:\nFind the mass.\nmass = 84")
    facts = "density = mass / volume"
    assert asked(tree, f"Facts that it may need:\n{facts}\n\nSubtask")
    assert asked(again, f"Facts that it may need:\n{facts}\n{facts}\n\nSubtask")


def test_a_subtask_that_the_critic_faults_is_solved_anew_and_not_remembered(tmp_path):
    memory = tmp_path / "library.jsonl"
    tree = run(ChemAgent(memory=str(memory), tries=2), chemist("The unit is wrong. Verdict: no"))
    assert "A reviewer says:\nThe unit is wrong." in tree[0].text
    assert tree[0].cost.runs == 4
    assert not memory.exists()


def test_a_question_that_is_not_split_is_a_subtask_itself():
    script = by_words(Do_not_solve_them=" ", Subtask_1=code("print(42)"), All_subtasks_are_done="<<<42>>>")
    tree = run(ChemAgent(), lambda context: "<<<42>>>" if "All subtasks" in context else script(context))
    assert tree[0].answer.text == "42"
    assert "Subtask 1: What is 6 * 7?" in tree[0].text


@pytest.mark.parametrize(
    "reasoner", [XMaster(), AgenticReasoning(), ChemAgent(), CodeNav(), CropAndCompute()]
)
def test_programs_that_are_used_up_leave_the_answer_to_be_asked_for(reasoner):
    def say(context):
        if "Do not solve them" in context:
            return "1. Add.\n2. Multiply."
        if "Name the fault" in context:
            return "Verdict: no"
        if context.endswith("<<<"):
            return "42>>>"
        return "<<<42>>>" if "All subtasks are done" in context else code("print(6 + 7)")

    tree = run(reasoner, say, limits=Limits(runs=1))
    assert tree[0].answer.text == "42"
    assert tree[0].tree.runs == 1
    assert "budget_spent" not in tree[0].notes


# ---- X-Master and X-Masters


def test_the_models_own_turn_is_begun_for_it():
    tree = run(XMaster(), [code("print(6 * 7)"), "<<<42>>>"])
    assert tree[0].answer.text == "42"
    assert tree[0].text.count(OPENING) == 1
    opening = next(s for s in tree[0].segments if OPENING in s.text)
    assert opening.role == "assistant"
    assert not opening.sampled


def test_tools_are_functions_in_the_programs_of_x_master():
    def lookup(fruit: str) -> int:
        """How many there are."""
        return {"fig": 42}[fruit]

    tree = run(XMaster(), [code("print(lookup('fig'))"), "<<<42>>>"], tools=(lookup,))
    assert "def lookup(fruit: str) -> int" in tree[0].text
    assert tree[0].executions[0].calls[0].name == "lookup"


def test_scattered_solvers_are_criticised_then_stacked_rewriters_see_them_all():
    wrong = iter(["<<<41>>>", "<<<40>>>", "<<<43>>>"])

    def say(context):
        if "Which of these solutions" in context:
            return "Choice: 2"
        if "Weigh them against each other" in context:
            return "It is <<<42>>>" if all(f"<<<{n}>>>" in context for n in (51, 50, 53)) else "<<<0>>>"
        if "may be wrong:" in context:
            return next(f"<<<{n + 10}>>>" for n in (41, 40, 43) if f"<<<{n}>>>" in context)
        return next(wrong)

    tree = run(XMasters(n=3, inner=XMaster()), say)
    assert tree[0].answer.text == "42"
    assert len(asked(tree, "may be wrong:")) == 3
    assert len(asked(tree, "Weigh them against each other")) == 3
    assert len(asked(tree, "Which of these solutions")) == 1


def test_the_selector_takes_one_against_the_majority():
    answers = iter(["<<<41>>>", "<<<41>>>", "<<<42>>>"])

    def say(context):
        if "Which of these solutions" in context:
            return "Choice: 3"
        return next(answers) if "Weigh them against each other" in context else "<<<40>>>"

    assert run(XMasters(n=3), say)[0].answer.text == "42"


# ---- Agentic Reasoning


def test_the_mind_map_answers_from_the_cluster_that_is_asked_about():
    script = [
        "Ada is Ben's mother. A hen lays eggs. <mind_map>Who is Ada?</mind_map> I guess.",
        "- Ada | mother of | Ben\nBen | brother of | Cay\nhen | lays | eggs\nno triple",
        "Ada is Ben's mother.",
        "<<<42>>>",
    ]
    tree = run(AgenticReasoning(clusters=1), script)
    assert tree[0].answer.text == "42"
    assert "Ada is Ben's mother.\n" in tree[0].text
    (told,) = asked(tree, "What is known:")
    assert "Ada | mother of | Ben\nBen | brother of | Cay" in told
    assert "hen" not in told
    assert tree[0].notes == {"mind_map": 1}
    assert "I guess." not in tree[0].text


def test_the_graph_falls_into_connected_parts():
    triples = read_triples("a | r | b\nc | r | d\nx | y\nb | r | C\n | | \ne | r | f\na | r | b")
    assert [len(part) for part in clusters(triples)] == [3, 1]


def test_a_request_to_the_coder_is_worked_on_in_a_context_apart():
    script = ["I need it. <coder>six times seven</coder>", code("print(6 * 7)"), "<<<42>>>", "<<<42>>>"]
    tree = run(AgenticReasoning(), script)
    assert tree[0].answer.text == "42"
    assert tree[0].cost.runs == 0
    assert tree[1].relation == "side"
    assert "six times seven" in tree[1].text
    assert tree[1].executions[0].stdout == "42\n"


def test_search_is_offered_with_tools_alone_and_divides_ranks_and_reports():
    def find(query: str) -> str:
        """Look it up."""
        return f"about {query}"

    def say(context):
        if "search queries" in context:
            return "1. figs\n2. pears"
        if "most relevant first" in context:
            return "Figs matter." if "figs: F" in context and "pears: P" in context else "Nothing."
        if "Look this up" in context:
            return "<<<F>>>" if "figs" in context else "<<<P>>>"
        return "<<<42>>>" if "Figs matter." in context else "<search>fruit</search>"

    tree = run(AgenticReasoning(), say, tools=(find,))
    assert tree[0].answer.text == "42"
    assert "<search>" not in run(AgenticReasoning(), ["<<<42>>>"])[0].text


# ---- MSARL


def test_the_reasoning_agent_sees_results_and_no_programs():
    boss = Replay(["First a product.\nRequest: 6 times 7", "<<<42>>>"])
    tool = Replay([code("print(6 * 7)"), "It printed it. <<<42>>>"], name="tool")
    tree = run(Msarl(tool_agent="tool"), boss, models={"tool": tool})
    assert tree[0].answer.text == "42"
    assert "print(" not in tree[0].text
    assert "It printed it." not in tree[0].text
    assert "42\n(the result of your request)" in tree[0].text
    assert "First a product" not in tree[1].text
    assert tree[1].model == "tool"


# ---- HiRA


def test_the_coordinator_chooses_an_expert_and_memory_reaches_the_next_one():
    def say(context):
        if "best?" in context:
            return "Choice: 2" if "Say why" in context else "Choice: 1"
        if "Do not write code" in context:
            reasoned.append(context)
        if "Distil it" in context:
            return (
                "Fact: the product is 42\nResource: a program" if "product of" in context else "Fact: clear"
            )
        if "You plan and others execute" in context:
            if "clear" in context:
                return "<<<42>>>"
            return "Subtask: Say why 42" if "product is 42" in context else "Subtask: product of 6 and 7"
        if "product of" in context:
            return "<<<42>>>" if "\n42\n" in context else code("print(6 * 7)")
        return "<<<because>>>"

    reasoned = []
    tree = run(Hira(), say)
    assert tree[0].answer.text == "42"
    assert tree[0].notes == {"expert_1": 1, "expert_2": 1}
    assert "print(" not in tree[0].text
    (second,) = [t for t in asked(tree, "Say why 42") if "What is known already" in t]
    assert "Fact: the product is 42" in second
    assert ["Say why 42" in one for one in reasoned] == [True]  # the expert that reasons in text


def test_experts_that_are_no_pairs_are_refused():
    for experts in ((), (("guesses", 2),)):
        with pytest.raises(UsageError, match=r"Hira\.experts"):
            Hira(experts=experts)
    built = registry.build("reasoners", repr(Hira()))
    assert built == Hira()


# ---- GoalAct


def planner(context):
    if "Compute this" in context:
        return "<<<42>>>" if "\n42\n" in context else code("print(6 * 7)")
    if "Give the answer." in context:
        return "<<<42>>>"
    if "(what came of: multiply)" in context:
        last = context.split("what came of")[-1]
        return "1. finish: 42" if "think" in last else "1. write: think\n2. finish"
    return "1. code: multiply\n2. search: look it up\n3. finish: done"


def test_the_whole_plan_is_written_anew_after_every_observation():
    tree = run(GoalAct(), planner)
    assert tree[0].answer.text == "42"
    assert tree[0].notes == {"code": 1, "write": 1}
    kept = run(GoalAct(replan=False), planner)
    assert kept[0].notes == {"code": 1, "search": 1}


def test_plans_are_read_by_their_skills():
    assert read_plan("Plan:\n1. Search: figs\n 2) **code** add\n3. fly away") == [
        ("search", "figs"),
        ("code", "add"),
    ]
    assert read_plan("Just do it.") == [("code", "Just do it.")]


# ---- SAGE


def test_a_plan_of_the_first_run_stands_before_the_second():
    def say(context):
        if "Which of these solutions" in context:
            return "Choice: 2"
        if "Make a plan of this experience" in context:
            return "Do not square." if "print(6 * 6)" in context else "Nothing was done."
        if "Do not square." in context:
            return "<<<42>>>"
        return "<<<36>>>" if "\n36\n" in context else code("print(6 * 6)")

    tree = run(Sage(), say)
    assert tree[0].answer.text == "42"
    assert "print(6 * 6)" not in tree[0].text
    assert len(asked(tree, "Which of these solutions")) == 1
    first = run(Sage(), lambda c: "Choice: 1" if "Which of these solutions" in c else say(c))
    assert first[0].answer.text == "36"


def test_two_runs_that_agree_need_no_judge():
    tree = run(Sage(), by_words(Make_a_plan="Go on.", What_is="<<<42>>>"))
    assert tree[0].answer.text == "42"
    assert not asked(tree, "Which of these solutions")


def test_the_first_answer_stands_where_the_budget_ends_in_the_second_run():
    tree = run(
        Sage(), by_words(**{"Make a plan": "x" * 9000, "What is": "<<<42>>>"}), limits=Limits(tokens=300)
    )
    assert tree[0].answer.text == "42"
