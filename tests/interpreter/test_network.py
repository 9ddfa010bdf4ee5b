"""Connections that are asked for are made, and no others: from Python, from its forks, from other programs.

All servers are this machine's own, on loopback.
"""

import argparse
import asyncio
import contextlib
import socket
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from reckon.errors import UsageError
from reckon.flags import add_flags, read_flags
from reckon.interpreter import AsyncInterpreter, Command, ExecutionCache, Interpreter, Limits
from reckon.workbench import Options

LIMITS = Limits(timeout_s=20, grace_s=0.5, memory_bytes=2 << 30)


@pytest.fixture(scope="module")
def interpreter(open_one, closed_one) -> Iterator[Interpreter]:
    with Interpreter(LIMITS, preload=(), network=(f"127.0.0.1:{open_one.port}",)) as interpreter:
        yield interpreter


GREETED = """
def greeted(port, address="127.0.0.1"):
    import socket
    with socket.create_connection((address, port), 5) as one:
        one.sendall(b"x")
        return one.recv(100)[-5:]
"""


def test_what_is_asked_for_is_reached(interpreter: Interpreter, open_one) -> None:
    url = f"http://127.0.0.1:{open_one.port}/"
    programs = (
        f"{GREETED}greeted({open_one.port})",
        f"import urllib.request; urllib.request.urlopen('{url}', timeout=5).read()",
        f"""
import http.client
one = http.client.HTTPConnection("127.0.0.1", {open_one.port}); one.request("GET", "/")
one.getresponse().read()
""",
        f"""
import asyncio
async def main():
    reader, writer = await asyncio.open_connection("127.0.0.1", {open_one.port})
    writer.write(b"x")
    return (await reader.read())[-5:]
asyncio.run(main())
""",
        f"""
import socket, select
one = socket.socket(); one.setblocking(False)
one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
begun = one.connect_ex(("127.0.0.1", {open_one.port}))
select.select([], [one], [], 5)
one.send(b"x"); select.select([one], [], [], 5)
one.recv(100)[-5:] if begun in (0, 115) else begun
""",
    )
    for program in programs:
        execution = interpreter.run(program)
        assert execution.value == "b'hello'", execution
        assert execution.note == ""


def test_a_socket_is_the_programs_own(interpreter: Interpreter) -> None:
    socket.setdefaulttimeout(7)  # the host's, which is nothing to the program
    try:
        program = """
import fcntl, os, socket
one, two = socket.socket(), socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
refused = one.connect_ex(("127.0.0.1", 1))
mine = all(os.fstat(s.fileno()).st_uid == os.getuid() for s in (one, two))
mine, os.get_blocking(one.fileno()), os.get_blocking(two.fileno()), os.get_inheritable(one.fileno())
"""
        assert interpreter.run(program).value == "(True, True, False, False)"
    finally:
        socket.setdefaulttimeout(None)


def test_a_port_where_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with Interpreter(LIMITS, preload=(), network=(f"127.0.0.1:{port}",)) as interpreter:
        execution = interpreter.run(f"{GREETED}greeted({port})")
        assert execution.error is not None
        assert (execution.status, execution.error.type) == ("error", "ConnectionRefusedError")


def test_what_is_not_asked_for_is_refused_and_told(interpreter: Interpreter, closed_one) -> None:
    for address in ("127.0.0.1", "127.0.0.2", "0.0.0.0", "169.254.169.254"):
        execution = interpreter.run(f"{GREETED}greeted({closed_one.port}, '{address}')")
        assert execution.status == "denied"
        assert execution.error is not None
        assert execution.error.type == "PermissionError"
        assert f"Not on the network allow-list: {address}:{closed_one.port}." in execution.note
    assert interpreter.run("1").note == ""


def test_a_caught_refusal_is_told_as_well(interpreter: Interpreter, closed_one) -> None:
    program = f"{GREETED}\ntry: greeted({closed_one.port})\nexcept OSError: print('no')"
    execution = interpreter.run(program)
    assert (execution.status, execution.stdout) == ("ok", "no\n")
    assert f"127.0.0.1:{closed_one.port}" in execution.note


def test_without_asking_there_is_no_socket(open_one) -> None:
    with Interpreter(LIMITS, preload=()) as closed:
        assert closed.isolation.network == ()
        for program in (f"{GREETED}greeted({open_one.port})", "import socket; socket.socket()"):
            assert closed.run(program).status == "denied"


def test_ipv4_inside_ipv6_is_ipv4(interpreter: Interpreter, open_one, closed_one) -> None:
    program = """
import socket
one = socket.socket(socket.AF_INET6); one.connect(("::ffff:127.0.0.1", {}))
one.send(b"x"); one.recv(100)[-5:]
"""
    assert interpreter.run(program.format(open_one.port)).value == "b'hello'"
    execution = interpreter.run(program.format(closed_one.port))
    assert execution.status == "denied"
    assert f"127.0.0.1:{closed_one.port}" in execution.note


def test_ipv6(serving, open_one) -> None:
    with contextlib.ExitStack() as owned:
        try:
            server = owned.enter_context(serving("::1"))
        except OSError:
            pytest.skip("this machine has no IPv6")
        with Interpreter(LIMITS, preload=(), network=(f"[::1]:{server.port}",)) as interpreter:
            assert interpreter.run(f"{GREETED}greeted({server.port}, '::1')").value == "b'hello'"
            assert interpreter.run(f"{GREETED}greeted({server.port}, 'localhost')").value == "b'hello'"
            assert interpreter.run(f"{GREETED}greeted({open_one.port}, '::1')").status == "denied"


@pytest.mark.parametrize(
    "attempt",
    [
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
        "socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262)",
        "socket.socket(socket.AF_UNIX)",
        "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "socket.socket().bind(('127.0.0.1', 0))",
        "socket.socket().listen()",
        "socket.socket().sendto(b'x', 0x20000000, ('127.0.0.1', CLOSED))",
        "socket.socket().sendto(b'x', 0x20000000, ('127.0.0.1', OPEN))",
        "socket.socket().sendmsg([b'x'], [], 0x20000000, ('127.0.0.1', CLOSED))",
        "socket.socket().setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, bytes(8))",
        "socket.socket().setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b'lo')",
        "socket.socket().setsockopt(socket.IPPROTO_TCP, 30, 1)",
        "fcntl.ioctl(socket.socket(), 0x8912, bytes(16))",
        "socket.socketpair()[0].connect('/run/socket')",
        "socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)",
    ],
)
def test_every_other_way_stays_closed(attempt: str, interpreter: Interpreter, open_one, closed_one) -> None:
    prelude = f"import fcntl, os, socket\nOPEN, CLOSED = {open_one.port}, {closed_one.port}\n"
    execution = interpreter.run(prelude + attempt)
    assert execution.status == "denied", execution
    assert execution.error is not None
    assert execution.error.type == "PermissionError"


def test_an_address_that_cannot_be_read_is_the_programs_fault(interpreter: Interpreter) -> None:
    program = """
import ctypes, errno, socket
libc = ctypes.CDLL(None, use_errno=True)
def error(*arguments):
    return errno.errorcode[ctypes.get_errno()] if libc.connect(*arguments) else "connected"
one = socket.socket()
place = ctypes.c_void_p
[error(one.fileno(), place(1), 16), error(one.fileno(), place(2**64 - 8), 16), error(99, bytes(16), 16),
 error(0, bytes(16), 16), *(error(one.fileno(), bytes(16), length) for length in (1, -1, 16))]
"""
    execution = interpreter.run(program)
    assert execution.value == repr(
        ["EFAULT", "EFAULT", "EBADF", "ENOTSOCK", "EINVAL", "EINVAL", "EAFNOSUPPORT"]
    )


def test_an_address_that_changes_while_it_is_checked(interpreter: Interpreter, open_one, closed_one) -> None:
    program = f"""
import ctypes, errno, socket, sys, threading
sys.setswitchinterval(1e-5)
libc = ctypes.CDLL(None, use_errno=True)
home = bytes([127, 0, 0, 1])
raw = ctypes.create_string_buffer((2).to_bytes(2, sys.byteorder) + bytes(2) + home + bytes(8))
ports = [port.to_bytes(2, "big") for port in ({open_one.port}, {closed_one.port})]
over = False
def flip():
    while not over:
        for port in ports:
            raw[2:4] = port
thread = threading.Thread(target=flip); thread.start()
ends, reached = set(), set()
for _ in range(300):
    with socket.socket() as one:
        if libc.connect(one.fileno(), raw, 16):
            ends.add(errno.errorcode[ctypes.get_errno()])
        else:
            ends.add("connected"); reached.add(one.getpeername()[1]); one.send(b"x")
over = True; thread.join()
sorted(ends), sorted(reached)
"""
    execution = interpreter.run(program)
    assert execution.value == repr((["EACCES", "connected"], [open_one.port])), execution
    assert closed_one.visits == 0


def test_forks_of_forks_and_other_processes(interpreter: Interpreter, open_one, closed_one) -> None:
    command = f"{GREETED}\nprint(greeted({open_one.port}))"
    refused = f"{GREETED}\nprint(greeted({closed_one.port}))"
    with interpreter.session() as session:
        session.run(GREETED)
        with session.fork() as fork, fork.fork() as grandchild:
            for one in (grandchild, fork, session):
                assert one.run(f"greeted({open_one.port})").value == "b'hello'"
                denied = one.run(f"greeted({closed_one.port})")
                assert denied.status == "denied"
                assert str(closed_one.port) in denied.note
        session.run("import os, subprocess, sys")
        run = "subprocess.run([sys.executable, '-c', {!r}], capture_output=True, text=True)"
        assert session.run(run.format(command) + ".stdout").value == repr("b'hello'\n")
        child = session.run(run.format(refused) + ".stderr.splitlines()[-1]")
        assert child.value is not None
        assert "PermissionError" in child.value
        assert str(closed_one.port) in child.note
        forked = session.run(
            f"if os.fork() == 0: print(greeted({open_one.port}), flush=True); os._exit(0)\nos.wait()[1]"
        )
        assert (forked.value, forked.stdout) == ("0", "b'hello'\n")


def test_an_open_connection_does_not_cross_a_fork(interpreter: Interpreter, open_one) -> None:
    with interpreter.session() as session:
        session.run(f"import socket\none = socket.create_connection(('127.0.0.1', {open_one.port}))")
        with pytest.raises(UsageError, match="1 network connection"):
            session.fork()
        session.run("one.close()")
        with session.fork() as fork:
            assert fork.run("1 + 1").value == "2"


def test_threads_at_once(interpreter: Interpreter, open_one) -> None:
    program = f"""{GREETED}
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(20) as pool:
    answers = list(pool.map(lambda _: greeted({open_one.port}), range(100)))
set(answers)
"""
    assert interpreter.run(program).value == "{b'hello'}"


def test_another_language(interpreter: Interpreter, open_one, closed_one) -> None:
    program = "exec 3<>/dev/tcp/{}/{} || exit 3; printf x >&3; cat <&3"
    execution = interpreter.run(program.format("localhost", open_one.port), language="bash")
    assert execution.stdout.endswith("hello"), execution
    refused = interpreter.run(program.format("127.0.0.1", closed_one.port), language="bash")
    assert refused.stdout == ""
    assert f"127.0.0.1:{closed_one.port}" in refused.note


def test_it_is_said(interpreter: Interpreter, open_one) -> None:
    isolation = interpreter.isolation
    assert isolation.network == (f"127.0.0.1:{open_one.port}",)
    assert "network allow-list" in isolation


def test_what_the_network_answers_is_not_cached() -> None:
    asking = Interpreter(preload=(), seed=1, network=("127.0.0.1:9",))
    with asking as interpreter, pytest.raises(UsageError, match="not kept"):
        interpreter.session(cache=ExecutionCache())


def test_nothing_of_the_hosts_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTPS_PROXY", "ALL_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "http://user:word@proxy.example.org:1")
    with Interpreter(preload=(), network=("127.0.0.1:9",)) as interpreter:
        assert interpreter.run("import os; [n for n in os.environ if 'proxy' in n.lower()]").value == "[]"


def test_the_command_line_asks_for_it() -> None:
    parser = argparse.ArgumentParser()
    add_flags(parser, Options)
    asked = read_flags(Options, parser.parse_args(["--network", "10.0.0.1:80", "--network", "a.example:1"]))
    assert asked.network == ("10.0.0.1:80", "a.example:1")
    assert read_flags(Options, parser.parse_args([])).network == ()
    assert "HOST:PORT" in parser.format_help()
    assert replace(asked, network=()).settings == Options().settings != asked.settings


def test_over_a_wire_the_server_says_where(open_one) -> None:
    place = f"127.0.0.1:{open_one.port}"
    server = (sys.executable, "-m", "reckon.interpreter.connection", "--stdio", "--preload", "")
    with Interpreter.connect(Command((*server, "--network", place))) as interpreter:
        assert interpreter.isolation.network == (place,)
        assert interpreter.run(f"{GREETED}greeted({open_one.port})").value == "b'hello'"


def test_the_asynchronous_one(open_one) -> None:
    async def main() -> str | None:
        async with AsyncInterpreter(preload=(), network=[f"127.0.0.1:{open_one.port}"]) as interpreter:
            return (await interpreter.run(f"{GREETED}greeted({open_one.port})")).value

    assert asyncio.run(main()) == "b'hello'"
