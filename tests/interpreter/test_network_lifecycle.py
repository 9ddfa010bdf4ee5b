"""Connections that hang, what is left of them, and where none can be checked."""

import json
import os
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from reckon.errors import UsageError
from reckon.interpreter import Interpreter, Limits, nursery
from reckon.interpreter.network import gate

LIMITS = Limits(timeout_s=20, grace_s=0.5, memory_bytes=2 << 30)
GREETED = """
def greeted(port):
    import socket
    with socket.create_connection(("127.0.0.1", port), 5) as one:
        one.sendall(b"x")
        return one.recv(100)[-5:]
"""


@pytest.fixture
def hanging() -> Iterator[int]:
    """The port of a listener whose queue is full: the next connection waits, and is not refused."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        waiting = []
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
            waiting.append(one)
        yield listener.getsockname()[1]
        for one in waiting:
            one.close()


def test_a_hanging_connection_is_interrupted_and_timed_out(hanging: int) -> None:
    connect = f"import socket; socket.socket().connect(('127.0.0.1', {hanging}))"
    with Interpreter(LIMITS, preload=(), network=(f"127.0.0.1:{hanging}",)) as interpreter:
        with interpreter.session() as session:
            session.run("kept = 1")
            begun = time.monotonic()
            slow = session.run(connect, timeout_s=0.5)
            assert (slow.status, time.monotonic() - begun < 5) == ("timeout", True)
            assert "variables kept" in slow.note
            timer = threading.Timer(0.3, session.interrupt)
            timer.start()
            assert session.run(connect).note == "Interrupted; variables kept."
            timer.join()
            bounded = session.run(f"socket.create_connection(('127.0.0.1', {hanging}), 0.2)")
            assert bounded.error is not None
            assert bounded.error.type in ("TimeoutError", "timeout")
            assert session.run("kept").value == "1"
        begun = time.monotonic()
        session = interpreter.session()
        thread = threading.Thread(target=session.run, args=(connect,))
        thread.start()
        time.sleep(0.3)
    thread.join()  # the interpreter was closed under a program that waits
    assert time.monotonic() - begun < 10


def test_the_end_leaves_nothing(open_one, hanging: int) -> None:
    def state() -> tuple[int, int]:
        return len(os.listdir("/proc/self/fd")), threading.active_count()

    def once() -> None:
        entries = f"127.0.0.1:{open_one.port}", f"127.0.0.1:{hanging}"
        with Interpreter(LIMITS, preload=(), network=entries) as interpreter:
            assert interpreter.run(f"{GREETED}greeted({open_one.port})").value == "b'hello'"
            session = interpreter.session()
            session.run(f"import socket; one = socket.socket(); one.connect(('127.0.0.1', {open_one.port}))")
            connect = f"socket.socket().connect(('127.0.0.1', {hanging}))"
            assert session.run(f"import os\nif os.fork() == 0: {connect}").status == "ok"

    once()  # the event loop's own caches, if any, are made here
    before = state()
    once()
    assert state() == before


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("def no(): raise OSError(22, 'Invalid argument')\nzygote.seccomp.restrict_and_listen = no", "5.14"),
        ("zygote.seccomp.available = lambda: False", "no seccomp filters"),
    ],
)
def test_where_connections_cannot_be_checked_there_are_none(
    statement: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    boot = nursery._BOOT.replace("\nzygote.main(", f"\n{statement}\nzygote.main(")
    monkeypatch.setattr(nursery, "_BOOT", boot)
    with pytest.raises(UsageError, match=f"network: .*{words}"), Interpreter(network=("127.0.0.1:9",)):
        pass


def test_a_host_that_may_not_look_into_its_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(process: int, descriptor: int) -> int:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(gate, "duplicate", refuse)
    with pytest.raises(UsageError, match="CAP_SYS_PTRACE"), Interpreter(network=("127.0.0.1:9",)):
        pass


AS_USER = """
import json, sys
from reckon.interpreter import Interpreter
entry, programs = json.loads(sys.stdin.read())
with Interpreter(preload=(), network=[entry]) as interpreter, interpreter.session() as session:
    ends = [session.run(program) for program in programs]
    with session.fork() as fork:
        ends += [fork.run(program) for program in programs]
print(json.dumps([[end.status, end.value, end.note] for end in ends]))
"""


def test_for_an_ordinary_user(as_user, open_one, closed_one) -> None:
    programs = [f"{GREETED}greeted({port})" for port in (open_one.port, closed_one.port)]
    told = json.dumps([f"127.0.0.1:{open_one.port}", programs])
    done = as_user(AS_USER, told)
    assert done.returncode == 0, done.stderr
    reached, refused = json.loads(done.stdout)[::2], json.loads(done.stdout)[1::2]
    assert [end[:2] for end in reached] == [["ok", "b'hello'"]] * 2
    assert [end[0] for end in refused] == ["denied"] * 2
    assert all(f"127.0.0.1:{closed_one.port}" in end[2] for end in refused)
