"""Where a recipe's programs run: here, at a server, behind a name; a clear error for what is none."""

import asyncio
import sys

import pytest

from reckon.errors import UsageError
from reckon.interpreter import AsyncInterpreter
from reckon.interpreter.connection.links import Unix
from reckon.interpreter.connection.listening import listening
from reckon.testing import open_inline_session
from reckon.training.interpreters import open_interpreter


class Inline:
    """Opens sessions in this process, and says how often it was opened and closed."""

    log: tuple[str, ...] = ()

    async def __aenter__(self):
        Inline.log = (*Inline.log, "opened")
        return self

    async def __aexit__(self, *_):
        Inline.log = (*Inline.log, "closed")

    async def open(self):
        return await open_inline_session()


async def _ran(where):
    async with open_interpreter(where) as interpreter:
        session = await interpreter.open()
        try:
            return (await session.run("print(6 * 7)")).stdout
        finally:
            await session.close()


def ran(where):
    return asyncio.run(_ran(where))


def test_here():
    assert ran("local") == "42\n"


def test_behind_a_name(monkeypatch):
    monkeypatch.setitem(sys.modules, "my_cluster", sys.modules[__name__])
    Inline.log = ()
    assert ran("my_cluster:Inline") == "42\n"
    assert Inline.log == ("opened", "closed")


def test_at_a_server(tmp_path):
    async def main():
        place = Unix(str(tmp_path / "socket"))
        async with AsyncInterpreter() as interpreter, listening(interpreter, place):
            return await _ran(f"unix:{place.path}")

    assert asyncio.run(main()) == "42\n"


@pytest.mark.parametrize(
    ("where", "says"),
    [
        ("cluster", "wanted local"),
        ("", "wanted local"),
        (":Name", "wanted local"),
        ("no.such.module:Name", "cannot be opened"),
        ("reckon.values:NoName", "cannot be opened"),
        ("reckon.values:Problem", "cannot be opened"),
        ("builtins:dict", "opens no sessions"),
        ("http://here:1", "HTTP"),
    ],
)
def test_what_is_none_is_one_clear_error(where, says):
    with pytest.raises(UsageError, match=says):
        ran(where)
