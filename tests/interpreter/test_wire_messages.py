"""Neither side of a wire can hurt the other: what is no message, bad requests, servers that lie."""

import asyncio
import contextlib
import json
import subprocess
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from reckon.errors import InfrastructureError, SessionLost, UsageError
from reckon.interpreter import (
    AsyncInterpreter,
    Interpreter,
    Limits,
    RemoteInterpreter,
    Unix,
)
from reckon.interpreter.connection import listening as listening_module
from reckon.interpreter.connection import messages, server
from reckon.interpreter.connection.lines import Lines
from reckon.interpreter.connection.listening import listening

WELCOME: dict[str, Any] = {
    "reckon": messages.VERSION,
    "environment": "",
    "concurrency": 1,
    "limits": {},
    "tiers": [],
}

Serve: TypeAlias = Callable[[Callable[[AsyncInterpreter, Unix], Coroutine[Any, Any, None]]], None]
Start: TypeAlias = Callable[[Path], "contextlib.AbstractContextManager[subprocess.Popen[str]]"]


@pytest.fixture(scope="module")
def link(start_server: Start, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unix]:
    path = tmp_path_factory.mktemp("wire") / "s"
    with start_server(path):
        yield Unix(str(path))


async def say(link: Unix, *lines: bytes, most: int = 9) -> list[dict[str, Any]]:
    """What the server answers to these lines, until it closes the connection or has said as much."""
    reader, writer = await asyncio.open_unix_connection(link.path, limit=1 << 24)
    heard = []
    try:
        with contextlib.suppress(OSError):
            for line in lines:
                writer.write(line)
                await writer.drain()
        while len(heard) < most and (line := await asyncio.wait_for(reader.readline(), 20)):
            heard.append(json.loads(line))
            if "id" in heard[-1] and heard[-1]["id"] is None:
                break  # the connection ends with this
    finally:
        writer.close()
    return heard


def line(**message: object) -> bytes:
    return json.dumps(message).encode() + b"\n"


HELLO = line(reckon=messages.VERSION)


# What is no message


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ([b"GET / HTTP/1.1\r\n\r\n"], "wanted a line of JSON"),
        ([b"[]\n"], "wanted a JSON object"),
        ([b"{}\n"], "wanted a greeting"),
        ([line(reckon="1")], "wanted a greeting"),
        ([line(reckon=1, token=5)], "Hello.token"),
        ([line(reckon=1, more=5)], "no field 'more'"),
        ([line(reckon=1, token="x" * messages.GREETING_BYTES)], "bytes"),
        ([b"[" * 100_000 + b"\n"], "bytes"),
        ([line(id=1, do="run", arguments={"code": "1"})], "wanted a greeting"),
        ([HELLO, b"\xff\n"], "wanted a line of JSON"),
        ([HELLO, b"[" * 100_000 + b"\n"], "wanted a line of JSON"),
        ([HELLO, line(id="1", do="run")], "Request.id"),
        ([HELLO, line(do="run")], "Request"),
        ([HELLO, line(id=1, do="explode")], "Request.do"),
        ([HELLO, line(id=1, do="run", arguments=[1])], "Request.arguments"),
        ([HELLO, line(id=1, do="answer", arguments={"reply": 5})], "Answer.reply"),
        ([HELLO, *2 * [line(id=1, do="run", arguments={"code": "while True: pass"})]], "1 is the number"),
    ],
)
def test_what_is_no_message_ends_the_connection_and_says_why(
    sent: list[bytes], told: str, link: Unix
) -> None:
    heard = asyncio.run(say(link, *sent))
    assert heard[-1]["id"] is None
    assert told in heard[-1]["error"]["message"]
    with Interpreter.connect(link) as remote:  # others are served as before
        assert remote.run("1").ok


def test_a_line_without_an_end_is_bounded(monkeypatch: pytest.MonkeyPatch, with_server: Serve) -> None:
    monkeypatch.setattr("reckon.interpreter.connection.lines.Lines.receive.__defaults__", (1 << 20,))

    async def work(interpreter: AsyncInterpreter, link: Unix) -> None:
        heard = await say(link, HELLO, b" " * (5 << 20))
        assert "at most 1048576 bytes" in heard[-1]["error"]["message"]

    with_server(work)


@pytest.mark.parametrize(
    ("do", "session", "arguments", "told"),
    [
        ("run", None, {}, "missing 1 required"),
        ("run", None, {"code": 5}, "Run.code: wanted str"),
        ("run", None, {"code": "1", "timeout_s": -1}, "timeout_s"),
        ("run", None, {"code": "1", "timeout_s": float("nan")}, "timeout_s"),
        ("run", None, {"code": "1", "language": "os:system"}, "language"),
        ("run", None, {"code": "1", "language": "Os(system=1)"}, "Os"),
        ("run", 7, {"code": "1"}, "there is no 7"),
        ("fork", 1, {"number": 1}, "1 is taken"),
        ("files", None, {}, "wanted the number of a session"),
        ("put", 1, {"path": "../x", "data": ""}, "path"),
        ("put", 1, {"path": "x", "data": "no base64!"}, "Put.data"),
        ("put", 1, {"path": "x", "data": "A" * (2 << 20)}, "file_bytes"),
        ("get", 1, {"path": "/etc/passwd"}, "path"),
        ("check", None, {"program": "1", "cases": [{"kind": "call", "function": "f"}]}, "cases[0].values"),
        ("check", None, {"program": "1", "cases": [5]}, "cases[0]"),
        ("check", None, {"program": "1", "cases": {}}, "Check.cases"),
    ],
)
def test_a_bad_request_is_told_and_the_connection_stays(
    do: str, session: int | None, arguments: dict[str, object], told: str, link: Unix
) -> None:
    opened = line(id=1, do="run", session=1, opens={}, arguments={"code": "1"})
    asked = line(id=2, do=do, session=session, arguments=arguments)
    answers = asyncio.run(say(link, HELLO, opened, asked, most=3))
    heard = {answer.get("id"): answer for answer in answers}
    assert heard[1]["result"]["value"] == "1"
    assert told in heard[2]["error"]["message"]
    assert heard[2]["error"]["kind"] == "usage"


def test_sessions_and_requests_of_a_client_are_counted(
    monkeypatch: pytest.MonkeyPatch, with_server: Serve
) -> None:
    monkeypatch.setattr(server, "SESSIONS", 3)
    monkeypatch.setattr(server, "REQUESTS", 5)

    async def work(interpreter: AsyncInterpreter, link: Unix) -> None:
        async with RemoteInterpreter(link) as remote:
            sessions = [await remote.open() for _ in range(3)]
            with pytest.raises(UsageError, match="3 are open"):
                await remote.open()
            with pytest.raises(UsageError, match="3 are open"):
                await sessions[0].fork()
            await sessions[1].close()
            await (await sessions[0].fork()).close()
            many = [remote.run("import time; time.sleep(1)") for _ in range(8)]
            ends = await asyncio.gather(*many, return_exceptions=True)
            assert sum(isinstance(end, UsageError) for end in ends) == 3

    with_server(work)


def test_a_client_that_does_not_read_is_dropped(monkeypatch: pytest.MonkeyPatch, with_server: Serve) -> None:
    monkeypatch.setattr("reckon.interpreter.connection.lines.LINE_BYTES", 1 << 20)
    cut = Lines.cut

    async def work(interpreter: AsyncInterpreter, link: Unix) -> None:
        dropped = asyncio.Event()
        monkeypatch.setattr(Lines, "cut", lambda lines: (dropped.set(), cut(lines)))
        reader, writer = await asyncio.open_unix_connection(link.path, limit=1)
        writer.write(HELLO)
        flood = {"code": "print('x' * 900_000)", "output": True}
        for n in range(1, 9):
            writer.write(line(id=n, do="run", session=n, opens={}, arguments=flood))
        await asyncio.wait_for(dropped.wait(), 20)
        with contextlib.suppress(ConnectionResetError):
            while await reader.read(1 << 20):
                pass  # and so it ends
        writer.close()
        assert (await interpreter.run("1")).ok

    with_server(work)


def test_who_does_not_greet_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, with_server: Serve) -> None:
    monkeypatch.setattr(server, "GREETING_S", 0.1)
    monkeypatch.setattr(listening_module, "CLIENTS", 1)

    async def work(interpreter: AsyncInterpreter, link: Unix) -> None:
        assert await say(link) == []  # the server ended it
        async with RemoteInterpreter(link):
            with pytest.raises(InfrastructureError, match="no interpreter answered"):
                async with RemoteInterpreter(link):
                    pass

    with_server(work)


# Servers that are not what they should be


async def greeted_with(path: Path, *answers: object, **how: Any) -> None:
    """Connect to one that answers each line with the next of these; then run and close."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            for said in answers:
                await reader.readline()
                writer.write(said if isinstance(said, bytes) else json.dumps(said).encode() + b"\n")
            await reader.read()
        writer.close()

    async with (
        await asyncio.start_unix_server(answer, str(path / "fake")),
        RemoteInterpreter(Unix(str(path / "fake")), **how) as remote,
    ):
        await remote.session().run("1")


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([b"SSH-2.0-OpenSSH_9.2\r\n"], "no interpreter of this version: .*SSH"),
        ([{"reckon": 1}], "Welcome"),
        ([{**WELCOME, "limits": {"timeout_s": -5}}], "timeout_s"),
        ([{**WELCOME, "concurrency": 0}], "wanted"),
        ([{"reckon": 1, "error": "no"}], "'no'"),
        ([WELCOME, b"nonsense\n"], "does not keep to the protocol"),
        ([WELCOME, {"id": "x"}], "does not keep to the protocol"),
        ([WELCOME, {"id": None, "error": {"kind": "usage", "message": "out"}}], "out"),
        ([WELCOME, {"id": 1, "result": None}], "answered nonsense"),
        ([WELCOME, {"id": 1, "result": {"status": "fine"}}], "answered nonsense"),
        ([WELCOME, {"id": 1, "result": {"status": "ok", "displays": [{"data": 5}]}}], "answered nonsense"),
        ([WELCOME, {"id": 1, "error": []}], "does not keep to the protocol"),
    ],
)
def test_nonsense_from_a_server_is_one_error(tmp_path: Path, answers: list[object], told: str) -> None:
    with pytest.raises(InfrastructureError, match=told):
        asyncio.run(asyncio.wait_for(greeted_with(tmp_path, *answers), 20))


def test_a_server_that_falls_silent_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reckon.interpreter.connection.client._MARGIN_S", 0.0)
    monkeypatch.setattr(messages, "SILENCE_S", 0.3)
    monkeypatch.setattr(messages, "PATIENCE_S", 0.3)
    quick = {**WELCOME, "limits": {"timeout_s": 0.1, "grace_s": 0.1}}
    with pytest.raises(SessionLost, match=r"says nothing for 0\.3 s"):
        asyncio.run(asyncio.wait_for(greeted_with(tmp_path, quick), 20))
    lost = {"id": 2, "result": False}
    with pytest.raises(InfrastructureError, match="has lost a request"):
        asyncio.run(asyncio.wait_for(greeted_with(tmp_path, quick, {"id": 99, "result": 1}, lost), 20))


def test_a_queue_is_not_a_silence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reckon.interpreter.connection.client._MARGIN_S", 0.0)
    monkeypatch.setattr(messages, "PATIENCE_S", 0.1)

    async def main() -> None:
        limits = Limits(timeout_s=0.2, grace_s=0.1)
        async with AsyncInterpreter(limits, preload=(), concurrency=1) as interpreter:
            link = Unix(str(tmp_path / "s"))
            async with listening(interpreter, link), RemoteInterpreter(link) as remote:
                runs = await remote.map(["while True: pass"] * 5)
                assert [run.status for run in runs] == ["timeout"] * 5

    asyncio.run(main())


def test_another_version_is_told_so_on_either_side(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, with_server: Serve
) -> None:
    async def work(interpreter: AsyncInterpreter, link: Unix) -> None:
        answer = await say(link, line(reckon=99))
        assert "version 1 of the protocol, the client 99" in answer[0]["error"]["message"]

    with_server(work)
    with pytest.raises(InfrastructureError, match="version 1, got 2"):
        asyncio.run(greeted_with(tmp_path, {**WELCOME, "reckon": 2}))


def test_less_isolation_than_required_is_refused(tmp_path: Path, with_server: Serve) -> None:
    async def work(interpreter: AsyncInterpreter, link: Unix) -> None:
        level = (await interpreter.isolation()).level
        if level == "strict":
            async with RemoteInterpreter(link, require="strict") as remote:
                assert (await remote.isolation()).level == "strict"
        with pytest.raises(UsageError, match="require: wanted one of"):
            RemoteInterpreter(link, require="most")  # type: ignore[arg-type]

    with_server(work)
    with pytest.raises(UsageError, match="lacks landlock files"):  # a server that claims nothing at all
        asyncio.run(greeted_with(tmp_path, WELCOME, require="standard"))
