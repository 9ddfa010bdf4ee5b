"""Reasoners over a folder of code or of documents, and what they retrieve with."""

import asyncio
import sys

import pytest

from reckon.errors import UsageError
from reckon.interpreter import AsyncInterpreter
from reckon.models.replay import Replay
from reckon.reasoners.agents.codenav import CodeNav
from reckon.reasoners.agents.docprompting import DocPrompting
from reckon.reasoners.agents.graphskill import GraphSkill
from reckon.reasoners.agents.mutagrep import Mutagrep
from reckon.reasoners.material.memory import MOST_BYTES, Memory
from reckon.reasoners.material.passages import LONGEST, read_code, read_documents
from reckon.reasoners.material.retrieval import Index, words
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")
PRICES = '''"""What fruit costs."""

RATES = {"EUR": 1}


def price_of(fruit):
    """Euros per kilogram of a fruit."""
    return {"fig": 42}[fruit]


class Basket:
    """Fruit that is bought together."""

    def weigh(self):
        """Kilograms of the basket."""
        return 3
'''


@pytest.fixture
def shop(tmp_path):
    package = tmp_path / "orchard" / "stall"
    package.mkdir(parents=True)
    (tmp_path / "orchard" / "__init__.py").write_text('"""An orchard."""\n')
    (package / "prices.py").write_text(PRICES)
    (tmp_path / "orchard" / "rivers.py").write_text(
        "def flow(river):\n    'Litres per second.'\n    return 1\n"
    )
    before = list(sys.meta_path)
    yield str(tmp_path)
    sys.meta_path[:] = before
    for name in [name for name in sys.modules if name.split(".")[0] == "orchard"]:
        del sys.modules[name]


@pytest.fixture
def docs(tmp_path):
    (tmp_path / "guide.md").write_text("Preface.\n\n# Multiply\nUse mul(a, b).\n\n## Divide\nUse div.\n")
    (tmp_path / "tables.rst").write_text("Joins\n=====\nUse join.\n")
    return str(tmp_path)


def code(program):
    return f"```python\n{program}\n```\n"


def run(reasoner, script, problem=PROBLEM, open_session=open_inline_session):
    return asyncio.run(solve(reasoner, problem, Setup(Replay(script), open_session)))


# ---- retrieval, passages, memory


def test_bm25_by_hand():
    # N = 2, "fig" stands in one text: idf = ln(1 + 1.5 / 1.5) = ln 2; |d| = mean, tf = 1: 2.5 / 2.5 = 1.
    index = Index(["a fig", "a pear"])
    assert index._score({"fig"}, 0) == pytest.approx(0.6931, abs=1e-4)
    assert index.search("fig", 5) == [0]
    assert index.search("plum", 5) == []
    assert Index(()).search("fig", 5) == []


def test_rare_words_and_short_texts_rank_first():
    texts = ["the fig the tree", "the fig " + "x " * 40, "the pear", "the plum"]
    assert Index(texts).search("the fig", 4)[:2] == [0, 1]
    assert Index(texts).search("the fig", 1) == [0]


def test_identifiers_are_found_by_their_parts():
    assert words("sortedByKey HTTPServer x_1") == [
        *("sortedbykey", "sorted", "by", "key", "httpserver", "http", "server", "x", "1")
    ]
    assert Index(["def priceOf(fruit)", "def flow()"]).search("price", 2) == [0]


def test_documents_are_cut_at_their_headings(docs):
    names = [passage.name for passage in read_documents(docs, "f")]
    assert names == ["guide.md", "guide.md: Multiply", "guide.md: Divide", "tables.rst: Joins"]


def test_code_is_cut_at_its_definitions(shop):
    found = {passage.name: passage for passage in read_code(shop, "f")}
    price, weigh = found["orchard.stall.prices.price_of"], found["orchard.stall.prices.Basket.weigh"]
    assert (price.kind, price.parent) == ("function", "orchard.stall.prices")
    assert price.summary == "def price_of(fruit): Euros per kilogram of a fruit."
    assert weigh.parent == "orchard.stall.prices.Basket"
    assert found["orchard"].kind == "module"


def test_a_hostile_folder_is_read_as_text_or_left_out(tmp_path):
    (tmp_path / "bad.py").write_text("def f(:\n")
    (tmp_path / "raises.py").write_text("raise SystemExit\ndef f(): pass\n" + "x = 1\n" * LONGEST)
    (tmp_path / "binary.py").write_bytes(b"\xff\xfe\0")
    (tmp_path / ".hidden.py").write_text("def hidden(): pass")
    (tmp_path / "out.py").symlink_to("/etc/hostname")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert [one.name for one in read_code(str(tmp_path), "f")] == ["raises", "raises.f"]


@pytest.mark.parametrize("reasoner", [DocPrompting, GraphSkill])
def test_a_folder_that_is_none_or_empty_is_refused(reasoner, tmp_path):
    for folder, why in ((str(tmp_path / "no"), "is no folder"), (str(tmp_path), "holds no text")):
        with pytest.raises(UsageError, match=rf"{reasoner.__name__}\.docs.*{why}"):
            reasoner(docs=folder)


def test_a_memory_outlasts_and_keeps_the_latest(tmp_path):
    path = str(tmp_path / "m.jsonl")
    assert Memory(path).read("plan") == ()
    Memory(path).add("plan", "fig", "old")
    Memory(path).add("plan", "fig", "new \ud800 \n")
    Memory(path).add("code", "fig", "other")
    assert [(one.about, one.text) for one in Memory(path).read("plan")] == [("fig", "new \ud800 \n")]
    assert [one.text for one in Memory(path).nearest("plan", "a fig", 1)] == ["new \ud800 \n"]
    with open(path, "a") as file:
        file.write('{"kind": "plan", "about"')  # cut short by a crash
    assert len(Memory(path).read("plan")) == 1
    Memory(path).add("plan", "pear", "after the crash")
    assert [one.about for one in Memory(path).read("plan")] == ["fig", "pear"]
    Memory("").add("plan", "fig", "x")


@pytest.mark.parametrize("line", ["[]", "{}", '{"kind": 1, "about": "a", "text": "b"}', "[" * 9999, "\udc80"])
def test_a_memory_that_is_none_is_an_error_that_names_the_line(tmp_path, line):
    path = tmp_path / "m.jsonl"
    path.write_text(f"{line}\n", encoding="utf-8", errors="surrogateescape")
    with pytest.raises(UsageError, match=r"m\.jsonl"):
        Memory(str(path)).read("plan")


def test_a_memory_that_cannot_be_is_an_error(tmp_path):
    with pytest.raises(UsageError, match="cannot be written"):
        Memory(str(tmp_path / "no" / "m.jsonl")).add("plan", "a", "b")
    with pytest.raises(UsageError, match="cannot be read"):
        Memory(str(tmp_path)).read("plan")
    with (tmp_path / "large").open("w") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(UsageError, match="larger than"):
        Memory(str(tmp_path / "large")).read("plan")


# ---- DocPrompting


def test_the_nearest_documentation_stands_before_the_question(docs):
    reasoner = DocPrompting(docs=docs, k=1)
    tree = run(reasoner, ["<<<42>>>"], Problem("p/0/0", "p", "Multiply 6 and 7.", "42"))
    assert tree[0].text.index("Use mul(a, b).") < tree[0].text.index("Multiply 6 and 7.")
    assert "Use join." not in tree[0].text
    assert "Documentation" not in run(reasoner, ["<<<42>>>"], Problem("p/0/0", "p", "Hello?"))[0].text


# ---- CodeNav


def test_it_searches_imports_and_is_shown_nothing_twice(shop):
    script = [
        "<search>price fruit</search>",
        "<search>price fruit</search>",
        code("from orchard.stall.prices import price_of\nprint(price_of('fig'))"),
        "<<<42>>>",
    ]
    tree = run(CodeNav(code=shop, shown=1), script)
    assert tree[0].answer.text == "42"
    assert "orchard" in tree[0].segments[1].text
    assert tree[0].text.count("# orchard.stall.prices.price_of\ndef price_of(fruit)") == 1
    assert "price_of" not in tree[0].segments[1].text
    assert tree[0].executions[-1].stdout == "42\n"


def test_the_code_is_importable_in_a_jail_that_cannot_see_the_folder(shop):
    async def go():
        async with AsyncInterpreter(preload=(), spares=0) as interpreter:
            program = "from orchard.stall import prices\nimport orchard\nprint(prices.price_of('fig'))"
            setup = Setup(Replay([code(program), "<<<42>>>"]), interpreter.open)
            return await solve(CodeNav(code=shop), PROBLEM, setup)

    assert asyncio.run(go())[0].executions[-1].stdout == "42\n"


# ---- MutaGReP


def test_the_best_plan_is_mutated_and_its_symbols_are_the_context(shop):
    def say(context):
        if "lead to what is asked" in context:
            return "Score: 9" if "2. Look up" in context else "Score: 2"
        if "Write another plan" in context:
            return "1. Take a fruit.\n2. Look up the euros per kilogram."
        if "Do not solve it" in context:
            return "1. Measure the flow of a river."
        assert "flow(river)" not in context
        return "<<<42>>>"

    tree = run(Mutagrep(code=shop, expansions=1, mutants=1, k=1), say)
    assert tree[0].answer.text == "42"
    assert 'return {"fig": 42}[fruit]' in tree[0].text
    (mutated,) = [t.text for t in tree if "Write another plan" in t.text]
    assert "orchard.rivers.flow" in mutated
    assert tree[0].executions[0].ok


def test_plans_can_be_valued_without_a_model(shop):
    def say(context):
        if "with the code" in context:
            return "<<<42>>>"
        missing = "add the step that is missing" in context
        return "1. price\n2. flow" if missing else "1. price\n2. the price"

    tree = run(Mutagrep(code=shop, expansions=1, mutants=1, k=1, mutate="append", value="diversity"), say)
    assert not [t for t in tree if "lead to what is asked" in t.text]
    assert "2. flow\n# orchard.rivers.flow" in tree[0].text  # two symbols that differ, not one twice
    with pytest.raises(UsageError, match="Mutagrep"):
        Mutagrep(value="taste")


# ---- GraphSkill

RIGHT = "def solution(a, b):\n    return a * b\nprint(solution(6, 7))"
RUNS_WRONG = "def solution(a, b):\n    return a + b\nprint(solution(6, 7))"


def test_the_tree_is_gone_down_and_what_is_pruned_is_never_shown(shop):
    def say(context):
        if "their numbers alone" in context:
            lines = [line for line in context.splitlines() if line[:1].isdigit()]
            shown.append(lines)
            return next((line[0] for line in lines if "prices" in line), "1")
        if "Think of a function" in context:
            return "assert solution(2, 3) == 6"
        return code(RIGHT)

    shown = []
    tree = run(GraphSkill(docs=shop, kept=1), say)
    assert tree[0].answer.text == "42"
    assert [len(lines) for lines in shown] == [2, 2]
    assert "Euros per kilogram" in tree[0].text
    assert "Litres" not in tree[0].text


def test_a_program_that_runs_and_fails_a_small_case_is_debugged():
    tree = run(GraphSkill(), ["assert solution(2, 3) == 6", code(RUNS_WRONG), code(RIGHT)])
    assert tree[0].answer.text == "42"
    assert "failed: assert solution(2, 3) == 6" in tree[0].text
    assert tree[0].notes == {"debugged": 1}
    unchecked = run(GraphSkill(cases=0), [code(RUNS_WRONG)])
    assert unchecked[0].answer.text == "13"
