"""What an entry of the list means, and what its names lead to; DNS as the sessions speak it."""

import asyncio
import ipaddress

import pytest

from reckon.errors import UsageError
from reckon.interpreter import Interpreter, Limits
from reckon.interpreter.network import dns, names
from reckon.interpreter.network.allowlist import AllowList
from reckon.interpreter.network.names import Names
from reckon.interpreter.network.refused import Refused

LIMITS = Limits(timeout_s=20, grace_s=0.5)


def test_a_name_leads_to_its_public_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"api.example.org": ["93.184.216.34", "2606:2800:220:1::1"], "bad.example.org": ["10.0.0.1"]}
    monkeypatch.setattr(names, "look_up", lambda name: told[name])
    entries = ("api.example.org:443", "bad.example.org:443", "API.example.org:80")
    with Interpreter(LIMITS, preload=(), network=entries) as interpreter, interpreter.session() as session:
        session.run("import socket\ndef found(*a): return sorted({x[4][0] for x in socket.getaddrinfo(*a)})")
        assert session.run("found('API.example.org', 443)").value == repr(sorted(told["api.example.org"]))
        assert session.run("socket.gethostbyname('api.example.org')").value == "'93.184.216.34'"
        for name in ("bad.example.org", "other.example.org", "x.api.example.org"):
            execution = session.run(f"found('{name}', 443)")
            assert execution.error is not None
            assert execution.error.type == "gaierror"
            assert f"the name {name}" in execution.note
        assert "10.0.0.1" in session.run("found('bad.example.org', 443)").note
        assert session.run("socket.create_connection(('10.0.0.1', 443), 2)").status == "denied"
        assert session.run("socket.create_connection(('93.184.216.34', 8443), 2)").status == "denied"


def test_a_name_and_its_private_address(monkeypatch: pytest.MonkeyPatch, open_one) -> None:
    monkeypatch.setattr(names, "look_up", lambda name: ["127.0.0.1"])
    entries = (f"inside.example.org:{open_one.port}", f"127.0.0.0/8:{open_one.port}")
    with Interpreter(LIMITS, preload=(), network=entries) as interpreter:
        connect = f"socket.create_connection(('inside.example.org', {open_one.port}), 5).getpeername()[0]"
        assert interpreter.run(f"import socket\n{connect}").value == "'127.0.0.1'"


@pytest.mark.parametrize(
    "message",
    [
        b"",
        bytes(12),
        bytes(5) + b"\x01" + bytes(6) + b"\x40" + b"a" * 64 + bytes(5),
        bytes(5) + b"\x01" + bytes(6) + b"\xc0\x0c" + bytes(5),
        bytes(5) + b"\x01" + bytes(6) + b"\x04\n\x1b[m" + b"\0\0\1\0\1",
        bytes(5) + b"\x01" + bytes(6) + b"\x3f" + b"a" * 20,
        bytes(5) + b"\x01" + bytes(6) + b"\x01a" * 200 + b"\0\0\1\0\1",
        bytes(5) + b"\x02" + bytes(6) + b"\x01a\0\0\1\0\1",
        bytes(5) + b"\x01" + bytes(6) + b"\x01a\0\0\1\0\3",
    ],
)
def test_what_is_no_question(message: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        dns.question_of(message)


def test_a_question_and_its_answers() -> None:
    asked = bytes.fromhex("abcd 0100 0001 0000 0000 0000 03415049 0378797a 00 0001 0001")
    question = dns.question_of(asked)
    assert (question.number, question.name, question.version) == (0xABCD, "api.xyz", 4)
    both = (ipaddress.ip_address("93.184.216.34"), ipaddress.ip_address("2606:2800:220:1::1"))
    told = dns.answer_to(question, both)
    assert told.hex(" ") == (
        "ab cd 81 80 00 01 00 01 00 00 00 00 03 41 50 49 03 78 79 7a 00 00 01 00 01 "
        "c0 0c 00 01 00 01 00 00 00 1e 00 04 5d b8 d8 22"
    )
    assert dns.answer_to(question, None)[2:8] == bytes.fromhex("8183 0001 0000")
    assert dns.failure_of(question)[2:8] == bytes.fromhex("8182 0001 0000")


def _permits(found: Names, address: str, port: int) -> bool:
    return asyncio.run(found.permits(ipaddress.ip_address(address), port))


def test_a_name_that_is_bound_anew_opens_no_private_address(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = AllowList.of(["api.example.org:443"])
    assert allowed is not None
    found, told = Names(allowed, Refused()), ["93.184.216.34"]
    monkeypatch.setattr(names, "look_up", lambda name: told)
    monkeypatch.setattr(names, "_AGAIN_S", 0.0)
    assert _permits(found, "93.184.216.34", 443)
    assert not _permits(found, "93.184.216.34", 80)
    for rebound in ("169.254.169.254", "127.0.0.1", "10.0.0.1", "::1", "::ffff:10.0.0.1", "64:ff9b::a00:1"):
        told[:] = [rebound]
        assert not _permits(found, rebound, 443)
    told[:] = ["93.184.216.35"]
    assert _permits(found, "93.184.216.35", 443)  # a new one is looked for, the old one still stands
    assert _permits(found, "93.184.216.34", 443)
    monkeypatch.setattr(names, "_KEPT_S", 0.0)
    assert not _permits(found, "93.184.216.34", 443)


def test_a_private_address_is_open_at_its_own_ports_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = AllowList.of(["db.example.org:5432", "db.example.org:80", "10.1.0.0/16:5432"])
    assert allowed is not None
    found = Names(allowed, Refused())
    monkeypatch.setattr(names, "look_up", lambda name: ["10.1.2.3"])
    address = ipaddress.ip_address("10.1.2.3")
    assert not _permits(found, "10.1.2.3", 80)
    assert [allowed.permits(address, port) for port in (5432, 80)] == [True, False]


@pytest.mark.parametrize(
    ("entries", "address", "port", "permitted"),
    [
        (["10.1.0.0/16:8080"], "10.1.2.3", 8080, True),
        (["10.1.0.0/16:8080"], "10.2.2.3", 8080, False),
        (["10.1.0.0/16:8080"], "10.1.2.3", 80, False),
        (["0.0.0.0/0:80"], "93.184.216.34", 80, True),
        (["0.0.0.0/0:80"], "169.254.169.254", 80, False),
        (["0.0.0.0/0:80"], "127.0.0.1", 80, False),
        (["0.0.0.0/0:80"], "0.0.0.0", 80, False),
        (["169.254.169.254:80"], "169.254.169.254", 80, True),
        (["[::/0]:80"], "fd00::1", 80, False),
        (["[::/0]:80"], "64:ff9b::7f00:1", 80, False),
        (["[::/0]:80"], "93.184.216.34", 80, False),
        (["[fd00::/8]:80"], "fd00::1", 80, True),
        (["api.example.org:80"], "93.184.216.34", 80, False),
    ],
)
def test_addresses(entries: list[str], address: str, port: int, permitted: bool) -> None:
    allowed = AllowList.of(entries)
    assert allowed is not None
    assert allowed.permits(ipaddress.ip_address(address), port) is permitted


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("api.example.org", "with its port"),
        ("api.example.org:0", "with its port"),
        ("api.example.org:65536", "with its port"),
        ("https://api.example.org:443", "with its port"),
        ("*.pypi.org:443", "wildcard cannot be enforced"),
        ("localhost:80", "'127.0.0.1:80'"),
        ("10.1.2.3/16:80", "host bits"),
        ("127.1:80", "name, an address"),
        ("0x7f000001:80", "name, an address"),
        ("[10.0.0.1]:80", "in brackets"),
        ("[api.example.org]:80", "name, an address"),
        ("[::ffff:10.0.0.1]:80", "IPv4 address itself"),
        ("a b:80", "name, an address"),
        (443, "with its port"),
    ],
)
def test_what_is_no_place(entry: object, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        Interpreter(network=(entry,))  # type: ignore[arg-type]


def test_one_place_is_no_list() -> None:
    with pytest.raises(UsageError, match="wanted places such as"):
        Interpreter(network="api.example.org:443")
