"""User tools: what the model is told, what a program may pass, what is recorded; in a fake and in jails."""

import asyncio
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from reckon import records
from reckon.errors import ModelUnavailable, UsageError
from reckon.interpreter import AsyncInterpreter
from reckon.models.replay import Replay
from reckon.reasoners.loops.codeact import CodeAct
from reckon.rollout import Limits, Rollout, Setup, solve
from reckon.testing import InlineSession, open_inline_session
from reckon.tools import ANY, load_tool, schema, signature_of
from reckon.values import Problem
from reckon.workbench import Options, open_setup

PROBLEM = Problem("p/0/0", "p", "What is the price of a fig?", "42")


def price(fruit: str, *, kilograms: float = 1.0) -> float:
    """In euros."""
    return {"fig": 42.0}[fruit] * kilograms


async def search(query: str, k: int = 3) -> "list[str]":
    await asyncio.sleep(0)
    return [query] * k


def opened(program, *tools, jail, limits=None):
    """What the programs did, one after the other in one rollout."""

    async def go(open_session):
        setup = Setup(Replay([]), open_session, tools=tools, limits=limits or Limits())
        async with Rollout(PROBLEM, setup) as rollout:
            await rollout.prompt("x")
            return await rollout.run(program)

    async def inside():
        async with AsyncInterpreter(preload=(), spares=0) as interpreter:
            return await go(interpreter.open)

    return asyncio.run(inside() if jail else go(open_inline_session))


both = pytest.mark.parametrize("jail", [False, True], ids=["inline", "jail"])


@both
def test_a_program_calls_tools_and_the_run_tells_of_it(jail):
    done = opened("print(price('fig', kilograms=2), search('a', k=2))", price, search, jail=jail)
    assert done.output == "84.0 ['a', 'a']"
    assert [call.name for call in done.calls] == ["price", "search"]
    assert "'fig'" in done.calls[0].arguments
    assert "kilograms" in done.calls[0].arguments
    assert done.calls[0].error == ""
    assert done.calls[0].seconds >= 0


@both
@pytest.mark.parametrize(
    ("call", "why"),
    [
        ("price('plum')", "KeyError: 'plum'"),
        ("price()", "TypeError: price() missing 1 required positional argument"),
        ("price(object())", "only numbers, strings, bytes"),
        ("price(print)", "only numbers, strings, bytes"),
    ],
)
def test_a_call_that_fails_is_an_exception_in_the_program(jail, call, why):
    done = opened(f"try:\n    {call}\nexcept (RuntimeError, TypeError) as e:\n    print(e)", price, jail=jail)
    assert why in done.stdout
    if "KeyError" in why:
        assert done.calls[0].error == why


def test_a_result_that_is_no_literal_is_an_error_too():
    def give() -> object:
        return object()

    assert "only numbers" in opened("give()", give, jail=False).error.message


def test_a_fault_of_ours_in_a_tool_is_no_exception_of_the_program():
    def down() -> None:
        raise ModelUnavailable("down")

    for jail in (False, True):
        with pytest.raises(ModelUnavailable):
            opened("try:\n    down()\nexcept BaseException:\n    pass", down, jail=jail)


def test_tools_are_called_from_forks_and_side_rollouts():
    async def go():
        async with AsyncInterpreter(preload=(), spares=0) as interpreter:
            setup = Setup(Replay([]), interpreter.open, tools=(price,))
            async with Rollout(PROBLEM, setup) as rollout:
                await rollout.prompt("x")
                rollout.bind(search)
                await rollout.run("n = 2")
                fork, side = await rollout.fork(), await rollout.side()
                one = await fork.run("(price('fig'), search('b', n))", show=False)
                two = await side.run("price('fig')", show=False)
                three = await side.run("search('b')", show=False)
                return one, two, three

    one, two, three = asyncio.run(go())
    assert one.value == "(42.0, ['b', 'b'])"
    assert [call.name for call in one.calls] == ["price", "search"]
    assert two.value == "42.0"
    assert three.error.type == "NameError"


def test_a_tool_that_takes_too_long_is_left_alone():
    def slow(seconds: float) -> None:
        time.sleep(seconds)

    program = (
        "for s in (0, 1, 0):\n    try:\n        slow(s)\n    except RuntimeError as e:\n        print(e)"
    )
    begun = time.monotonic()
    done = opened(program, slow, jail=True, limits=Limits(tool_s=0.3))
    assert time.monotonic() - begun < 30
    assert done.stdout.count("TimeoutError: slow may take 0.3 s") == 2
    assert [bool(call.error) for call in done.calls] == [False, True, True]


def test_any_name_can_be_that_of_an_argument():
    def odd(name: str, bound: int, call: int, apart: bool, function: int, self: int) -> list[object]:
        return [name, bound, call, apart, function, self]

    program = "odd(name='n', bound=1, call=2, apart=True, function=3, self=4)"
    for jail in (False, True):
        assert opened(program, odd, jail=jail).value == "['n', 1, 2, True, 3, 4]"


def test_a_tool_that_ends_as_a_generator_does_is_an_error():
    def first(items: list[int]) -> int:
        return next(iter(items))

    assert "StopIteration" in opened("first([])", first, jail=True).error.message


def test_a_tool_that_never_ends_does_not_keep_the_host_up():
    code = """
import asyncio, threading
from reckon.interpreter import AsyncInterpreter
from reckon.models.replay import Replay
from reckon.rollout import Limits, Rollout, Setup
from reckon.values import Problem

def hang() -> None:
    threading.Event().wait()

async def go():
    async with AsyncInterpreter(preload=(), spares=0) as interpreter:
        setup = Setup(Replay([]), interpreter.open, tools=(hang,), limits=Limits(tool_s=0.2))
        async with Rollout(Problem("p", "p", ""), setup) as rollout:
            print((await rollout.run("hang()", show=False)).error.message)

asyncio.run(go())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "TimeoutError: hang may take 0.2 s" in done.stdout, done.stderr


def test_what_is_recorded_is_bounded():
    done = opened("for n in range(150):\n    price('fig' if n else 'x' * 5000)", price, jail=False)
    assert len(done.calls[0].arguments) <= 200
    program = "for n in range(150):\n    price('fig')\nlen(search('x' * 100_000, 20))"
    done = opened(program, price, search, jail=True)
    assert len(done.calls) == 100
    assert "too large" in done.error.message


def test_a_program_sees_signature_and_docstring():
    program = "import inspect\nprint(inspect.signature(price), price.__doc__)"
    assert (
        opened(program, price, jail=True).output
        == "(fruit: 'str', *, kilograms: 'float' = 1.0) -> 'float' In euros."
    )


def test_the_model_is_told_and_the_record_keeps_the_calls():
    setup = Setup(
        Replay(["```python\nprint(price('fig'))\n```\n", "<<<42>>>"]), open_inline_session, tools=(price,)
    )
    done = asyncio.run(solve(CodeAct(), PROBLEM, setup))[0]
    assert 'def price(fruit: str, *, kilograms: float = 1.0) -> float:\n    """In euros."""' in done.text
    again = records.load(records.dump(done))
    assert again == done
    assert again.executions[0].calls[0].name == "price"


class Strange:
    def __repr__(self):
        raise ValueError("no")


def test_schemas_are_text_that_parses():
    def odd(a, b=Strange(), *rest: "int | None", c: Strange = None, **more): ...  # noqa: B008

    assert signature_of(odd).startswith("(a, b=..., *rest: int | None, c: ")
    assert signature_of(dict.fromkeys) in ("(iterable, value=None, /)", ANY)
    assert schema(search) == "def search(query: str, k: int = 3) -> list[str]"


@pytest.mark.parametrize("tools", [(1,), ("search",), (price, price), (lambda: 1,), [price], price])
def test_what_is_no_tool_is_refused(tools):
    with pytest.raises(UsageError, match="tools"):
        Setup(Replay([]), tools=tools)


def test_tools_are_named_on_the_command_line(tmp_path, monkeypatch):
    (tmp_path / "fruit_shop.py").write_text("def price(fruit: str) -> float:\n    return 42.0\nx = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert load_tool("fruit_shop:price")("fig") == 42.0

    async def go():
        async with open_setup(Options(tools=("fruit_shop:price",))) as setup:
            return [schema(one) for one in setup.tools]

    assert asyncio.run(go()) == ["def price(fruit: str) -> float"]
    assert Options(tools=("fruit_shop:price",)).settings != Options().settings
    for wrong in ("fruit_shop", "fruit_shop:no", "no_such:price", "fruit_shop:x", ":", "..:x"):
        with pytest.raises(UsageError, match="tools"):
            load_tool(wrong)


def test_a_session_that_cannot_call_out_is_refused():
    class Closed(InlineSession):
        bind = None

    async def open_session():
        return Closed()

    async def go():
        async with Rollout(PROBLEM, replace(Setup(Replay([]), open_session), tools=(price,))) as rollout:
            await rollout.run("1")

    with pytest.raises(UsageError, match="Closed has no `bind`"):
        asyncio.run(go())
