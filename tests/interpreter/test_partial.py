"""Programs that ask their host: undefined names, statements that raise, functions of the host."""

import asyncio
import math
import threading
import time
from collections.abc import Callable, Iterator, Mapping

import pytest

from reckon.errors import ModelUnavailable, UsageError
from reckon.interpreter import Ask, AsyncInterpreter, Interpreter, Limits, Question, Session, Trace, Unknown
from reckon.interpreter.hooks import literals

QUICK = Limits(timeout_s=10, grace_s=0.5, memory_bytes=256 << 20, output_bytes=1 << 16)
EVERYTHING = ("name", "attribute", "call", "statement")


@pytest.fixture(scope="module")
def interpreter(anywhere: Callable[[Limits], Interpreter]) -> Iterator[Interpreter]:
    with anywhere(QUICK) as opened:
        yield opened


@pytest.fixture
def session(interpreter: Interpreter) -> Iterator[Session]:
    with interpreter.session() as opened:
        yield opened


class Answers:
    """Answers by name, or by error for a statement, and remembers the questions."""

    def __init__(self, **values: object) -> None:
        self.values = values
        self.questions: list[Question] = []

    def __call__(self, question: Question) -> object:
        self.questions.append(question)
        key = question.name.replace(".", "_") or "statement"
        if key not in self.values:
            raise Unknown
        return self.values[key]

    @property
    def asked(self) -> list[tuple[str, str]]:
        return [(question.kind, question.name) for question in self.questions]


def test_an_undefined_name_is_asked_for_once_and_kept(session: Session) -> None:
    answers = Answers(rate=1.5)
    assert session.run("a = rate * 2\nb = rate + a\nb", ask=answers).value == "4.5"
    assert answers.asked == [("name", "rate")]
    assert session.run("rate").value == "1.5"


def test_a_call_is_asked_for_each_time_with_its_arguments(session: Session) -> None:
    answers = Answers(is_fruit=True)
    code = "def count(xs):\n    return sum(is_fruit(x, loud=True) for x in xs)\ncount(['plum', 'car'])"
    assert session.run(code, ask=answers).value == "2"
    assert answers.asked == [("call", "is_fruit")] * 2
    question = answers.questions[1]
    assert question.arguments == ("'car'", "loud=True")
    assert (question.line, question.source) == (2, "return sum(is_fruit(x, loud=True) for x in xs)")
    assert question.state["x"].text == "'car'"


def test_attributes_of_the_undefined_and_their_calls(session: Session) -> None:
    answers = Answers(shop_price=4, shop_staff_first=["Ann"], shop_open_at={"h": 9})
    code = "p = shop.price + shop.price\nshop.open_at(\n    'Monday'\n)['h'], shop.staff.first(), p"
    assert session.run(code, ask=answers).value == "(9, ['Ann'], 8)"
    assert answers.asked == [
        ("attribute", "shop.price"), ("call", "shop.open_at"), ("call", "shop.staff.first")
    ]  # fmt: skip


def test_unknown_lets_the_error_happen(session: Session) -> None:
    for code in ("nothing", "nothing()", "nothing.at", "nothing.at()", "f'{nothing}'"):
        error = session.run(code, ask=Answers()).error
        assert error is not None
        assert (error.type, error.message) == ("NameError", "name 'nothing' is not defined")
    assert session.run("try:\n    x = nothing\nexcept NameError:\n    x = 1\nx", ask=Answers()).value == "1"


def test_what_is_defined_is_never_asked_for(session: Session) -> None:
    session.run("import builtins\nbuiltins.added = 5\nold = 1\ndef early():\n    return late")
    answers = Answers(late=2)
    code = (
        "import math\nclass A:\n    y: int = old\nprint(len([old]), math.pi > 3, added, A.y, __name__)\nold"
    )
    execution = session.run(code, ask=answers)
    assert (execution.status, execution.stdout, execution.value) == ("ok", "1 True 5 1 __main__\n", "1")
    assert answers.asked == []
    # A function of an earlier cell keeps the builtins it was made with.
    assert session.run("early()", ask=answers).status == "error"


def test_nothing_is_asked_after_the_run(session: Session) -> None:
    answers = Answers(rate=2)
    assert session.run("def f():\n    return len('ab') * tax()\n1", ask=answers).status == "ok"
    error = session.run("f()").error
    assert error is not None
    assert error.type == "NameError"
    assert session.run("type(__builtins__).__name__").value == "'module'"
    assert session.run("import builtins\nbuiltins.tax = lambda: 3\nf()").status == "error"
    assert answers.asked == []


def test_kinds_and_number_of_questions(session: Session) -> None:
    answers = Answers(a=1, b=2)
    assert session.run("b()", ask=Ask(answers, kinds=("name",))).status == "error"
    assert session.run("a", ask=Ask(answers, kinds=("call",))).status == "error"
    assert answers.asked == []
    assert session.run("[b() for _ in range(3)]", ask=Ask(answers, questions=2)).status == "error"
    assert answers.asked == [("call", "b")] * 2
    with pytest.raises(UsageError, match=r"Ask\.kinds"):
        Ask(answers, kinds=())
    with pytest.raises(UsageError, match=r"Ask\.answer"):
        Ask(3)  # type: ignore[arg-type]


def test_statements_that_raise_are_mended_by_new_state(session: Session) -> None:
    answers = Answers(statement={"y": 7})
    code = "x = 2\ny = x / 0\nz = x * y\nz"
    assert session.run(code, ask=Ask(answers, kinds=("statement",))).value == "14"
    (question,) = answers.questions
    assert (question.kind, question.line, question.source) == ("statement", 2, "y = x / 0")
    assert question.error == "ZeroDivisionError: division by zero"
    assert {name: value.text for name, value in question.state.items()} == {"x": "2"}


def test_a_statement_without_an_answer_raises(session: Session) -> None:
    execution = session.run("x = 1\n1 / 0\nx = 2", ask=Ask(Answers(), kinds=("statement",)))
    assert execution.error is not None
    assert (execution.error.type, execution.error.line) == ("ZeroDivisionError", 2)
    assert session.run("x").value == "1"
    assert (
        session.run("raise SystemExit", ask=Ask(Answers(statement={}), kinds=("statement",))).status
        == "error"
    )


def test_a_missing_module_can_be_done_without(session: Session) -> None:
    answers = Answers(statement={}, weather_now="rain")
    code = "import weather\nw = weather.now('Bern')\nw"
    assert session.run(code, ask=Ask(answers, kinds=EVERYTHING)).value == "'rain'"
    assert answers.asked == [("statement", ""), ("call", "weather.now")]


def test_by_statement_a_cell_is_otherwise_the_same(session: Session) -> None:
    code = """from __future__ import annotations
def f(n: Undefined):
    return n + 1
for i in range(3):
    print(f(i))
i"""
    ask = Ask(Answers(), kinds=("statement",))
    plain, stepwise = session.run(code), session.run(code, ask=ask)
    assert (stepwise.status, stepwise.stdout, stepwise.value) == ("ok", plain.stdout, plain.value)
    assert session.run("x = 1", ask=ask).value is None
    assert session.run("1 +", ask=ask).error.type == "SyntaxError"  # type: ignore[union-attr]


def test_an_async_answerer_and_a_slow_one_cost_the_program_no_time() -> None:
    async def answer(question: Question) -> str:
        await asyncio.sleep(0.4)
        return question.name.upper()

    async def main() -> None:
        async with AsyncInterpreter(QUICK, preload=()) as interpreter, interpreter.session() as session:
            await session.run("")
            execution = await session.run("a + b()", timeout_s=0.3, ask=answer)
            assert (execution.status, execution.value) == ("ok", "'AB'")
            assert execution.wall_s < 0.3
            slow = await session.run("a2\nwhile True: pass", timeout_s=0.3, ask=answer)
            assert slow.status == "timeout"
            assert (await session.run("a2")).value == "'A2'"

    asyncio.run(main())


@pytest.mark.parametrize("fault", [ModelUnavailable("down"), ZeroDivisionError(), UsageError("no")])
def test_what_an_answerer_raises_goes_to_the_caller(session: Session, fault: Exception) -> None:
    def answer(question: Question) -> object:
        raise fault

    session.run("x = 1")
    with pytest.raises(type(fault)):
        session.run("try:\n    lost\nexcept NameError:\n    pass\nwhile True: pass", ask=answer)
    assert session.run("x").value == "1"


def test_an_answer_that_is_no_literal_is_refused(session: Session) -> None:
    with pytest.raises(UsageError, match="no literal"):
        session.run("a", ask=lambda question: object())
    with pytest.raises(UsageError, match="dict of variables"):
        session.run("1 / 0", ask=Ask(lambda question: 3, kinds=("statement",)))
    assert session.run("1").value == "1"


def test_asking_and_tracing_together(session: Session) -> None:
    execution = session.run("a = f(2)\nb = a + c", ask=Answers(f=3, c=4), trace=Trace())
    assert execution.trace is not None
    changes = [[(c.name, c.value.text) for c in e.changes if c.value] for e in execution.trace.events]
    assert changes == [[("a", "3")], [("c", "4"), ("b", "7")]]


def test_bound_functions_run_outside_the_jail(session: Session) -> None:
    seen: list[object] = []

    def tool(*arguments: object, **keywords: object) -> object:
        seen.append((arguments, keywords, threading.current_thread() is threading.main_thread()))
        return {"sum": (1, b"x"), 2: {3.5, None}}

    session.bind("tool", tool)
    assert session.run("tool(1, [2, (3,)], k={'a': None})").status == "ok"
    assert seen == [((1, [2, (3,)]), {"k": {"a": None}}, False)]
    assert session.run("repr(tool)").value == "'<function tool of the host>'"
    with session.fork() as fork:
        assert fork.run("tool()[2] == {3.5, None}").value == "True"
    assert session.run("def f():\n    return tool()['sum'][0]\nf()").value == "1"


def test_bound_functions_fail_inside_the_program(session: Session) -> None:
    def tool(x: int) -> object:
        if x == 0:
            raise ValueError("not zero")
        if x == 1:
            raise ModelUnavailable("down")
        return object()

    session.bind("tool", tool)
    for argument, message in (
        ("0", "ValueError: not zero"),
        ("2", "TypeError: only numbers"),
        ("", "TypeError: "),
        ("object()", "only numbers, strings"),
    ):
        error = session.run(f"tool({argument})").error
        assert error is not None
        assert message in error.message
    with pytest.raises(ModelUnavailable):
        session.run("tool(1)")
    assert (
        session.run("try:\n    tool(0)\nexcept RuntimeError as e:\n    print(e)").stdout
        == "ValueError: not zero\n"
    )


def test_binding_again_and_overwriting(session: Session) -> None:
    session.bind("tool", lambda: 1)
    assert session.run("tool()").value == "1"
    assert session.run("tool = 5\ntool").value == "5"
    assert session.run("tool").value == "5"
    session.bind("tool", lambda: 2)
    assert session.run("tool()").value == "2"
    assert session.run("import os\nos._exit(0)").status == "crashed"
    assert session.run("tool()").value == "2"
    for name in ("a b", "for", "", "__import__"):
        with pytest.raises(UsageError, match="name"):
            session.bind(name, lambda: 1)


def test_threads_of_the_program_may_ask_one_at_a_time(session: Session) -> None:
    session.bind("double", lambda x: x * 2)
    code = """from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(2) as pool:
    out = sum(pool.map(double, range(40)))
out"""
    assert session.run(code).value == "1560"


def test_a_process_that_the_program_forked_cannot_ask(session: Session) -> None:
    session.bind("tool", lambda: 1)
    code = """import os
pid = os.fork()
if pid == 0:
    try:
        tool()
    except RuntimeError:
        os._exit(3)
os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), tool()"""
    assert session.run(code).value == "(3, 1)"


def test_an_interrupt_while_the_host_thinks(session: Session) -> None:
    asked, go = threading.Event(), threading.Event()

    def answer(question: Question) -> object:
        asked.set()
        go.wait(5)
        return 1

    def interrupt() -> None:
        asked.wait(5)
        session.interrupt()
        go.set()

    other = threading.Thread(target=interrupt)
    other.start()
    execution = session.run("x = 5\na = slow()", ask=answer)
    other.join()
    assert execution.error is not None
    assert execution.error.type == "KeyboardInterrupt"
    assert session.run("x + fast()", ask=Answers(fast=2)).value == "7"


HOSTILE: Mapping[str, str] = {
    "another form": '{"call": "ask", "kind": 3, "number": 1}',
    "nothing asked": '{"call": "ask"}',
    "an unknown tool": '{"call": "bound", "name": "other", "arguments": [], "keywords": {}}',
    "other arguments": '{"call": "bound", "name": "tool", "arguments": [{"set": [[]]}], "keywords": {}}',
    "deep": '{"call": "bound", "name": "tool", "arguments": ' + "[" * 900 + "]" * 900 + ', "keywords": {}}',
    "no call": '{"call": null}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_forged_questions_hurt_nobody_else(session: Session, name: str) -> None:
    session.bind("tool", lambda *arguments: 1)
    code = f"import os\nb = {HOSTILE[name].encode()!r}\nos.write(3, len(b).to_bytes(4, 'big') + b)"
    begun = time.perf_counter()
    execution = session.run(code + "\nos.read(3, 1000)", ask=Answers(), timeout_s=1)
    assert execution.status in ("ok", "timeout", "crashed", "error")
    assert session.run("1 + 1").value == "2"
    assert time.perf_counter() - begun < 4


@pytest.mark.parametrize(
    "value",
    [
        None, True, 0, -(2**70), 1.5, math.inf, "é\ud800", b"\x00\xff", 1 + 2j, [1, [2]], (1, (2,)), {1, 2},
        frozenset("ab"), {"a": 1, 2: (3,), None: {}}, {(1, 2): [3]},
    ],
)  # fmt: skip
def test_literals_there_and_back(value: object) -> None:
    back = literals.decode(literals.encode(value))
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize("make", [object, lambda: [object()], lambda: len, lambda: {1: int}])
def test_what_is_no_literal(make: Callable[[], object]) -> None:
    with pytest.raises(TypeError, match="only numbers"):
        literals.encode(make())


def test_a_literal_that_never_ends() -> None:
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(ValueError, match="deeper"):
        literals.encode(loop)
    for forged in ({"set": [[]]}, {"int": 3}, {"other": []}, {"dict": [1]}, {}, {"complex": ["x", 1]}):
        with pytest.raises(ValueError, match=r".") as caught:
            literals.decode(forged)  # type: ignore[arg-type]
        assert type(caught.value) is ValueError
