"""What a trace records, its renderings, and programs that would rather not be traced."""

import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import reckon
from reckon import records
from reckon.errors import UsageError
from reckon.interpreter import Interpreter, Limits, Session, Trace
from reckon.interpreter.tracing.reading import read_trace
from reckon.interpreter.tracing.short import short
from reckon.traces import TraceRecord, blocks, inline, render_blocks, sequence

QUICK = Limits(timeout_s=10, grace_s=0.5, memory_bytes=256 << 20, output_bytes=1 << 16)
PROGRAM = """def f(n):
    total = 0
    for i in range(n):
        if i % 2:
            total += i
    return total
xs = [1]
xs.append(f(3))
if xs == 5:
    del xs
xs"""


@pytest.fixture(scope="module")
def interpreter(anywhere: Callable[[Limits], Interpreter]) -> Iterator[Interpreter]:
    with anywhere(QUICK) as opened:
        yield opened


@pytest.fixture
def session(interpreter: Interpreter) -> Iterator[Session]:
    with interpreter.session() as opened:
        yield opened


def traced(session: Session, code: str, trace: Trace | None = None, **options: float) -> TraceRecord:
    record = session.run(code, trace=trace or Trace(), **options).trace
    assert record is not None
    return record


def told(record: TraceRecord) -> list[tuple[str, int, str]]:
    """(kind, line, what it says) of each event."""
    said = []
    for event in record.events:
        changes = [f"{c.name}={c.value.text}" if c.value else f"del {c.name}" for c in event.changes]
        value = [f"{event.value.type} {event.value.text}"] if event.value else []
        said.append((event.kind, event.line, ", ".join(changes + value)))
    return said


def test_lines_in_order_with_what_each_changed(session: Session) -> None:
    record = traced(session, PROGRAM)
    assert told(record) == [
        ("line", 1, "f=<function f>"),
        ("line", 7, "xs=[1]"),
        ("line", 8, "xs=[1, 1]"),
        ("call", 1, "n=3"),
        ("line", 2, "total=0"),
        ("line", 3, "i=0"),
        ("line", 4, ""),
        ("line", 3, "i=1"),
        ("line", 4, ""),
        ("line", 5, "total=1"),
        ("line", 3, "i=2"),
        ("line", 4, ""),
        ("line", 3, ""),
        ("line", 6, ""),
        ("return", 6, "int 1"),
        ("line", 9, ""),
        ("line", 11, ""),
    ]
    assert record.steps == 15
    assert record.truncated == ""
    assert [(f.number, f.function, f.caller) for f in record.frames] == [(0, "<module>", 0), (1, "f", 0)]


def test_coverage_and_branch_counts(session: Session) -> None:
    record = traced(session, PROGRAM)
    assert {place.line: place.count for place in record.lines} == {
        1: 1, 2: 1, 3: 4, 4: 3, 5: 1, 6: 1, 7: 1, 8: 1, 9: 1, 11: 1,
    }  # fmt: skip
    assert [place.line for place in record.missed] == [10]
    assert record.coverage == pytest.approx(10 / 11)
    assert {(b.line, b.target): b.count for b in record.branches} == {
        (3, 4): 3, (3, 6): 1, (4, 5): 1, (4, 3): 2, (9, 11): 1,
    }  # fmt: skip


def test_exceptions_in_each_frame_they_pass(session: Session) -> None:
    record = traced(
        session, "def f(x):\n    return 1 / x\ntry:\n    f(0)\nexcept ZeroDivisionError:\n    y = 2"
    )
    assert [(e.frame, e.line, e.value) for e in record.events if e.kind == "exception"] == [
        (1, 2, record.events[5].value),
        (0, 4, record.events[5].value),
    ]
    assert told(record)[5] == ("exception", 2, "ZeroDivisionError division by zero")
    assert told(record)[-1] == ("line", 6, "y=2")
    assert traced(session, "raise KeyError('k')").events[-1].kind == "exception"


def test_generators_keep_their_frame(session: Session) -> None:
    record = traced(session, "def g():\n    yield 1\n    yield 2\nfor v in g():\n    pass")
    kinds = [(e.kind, e.frame) for e in record.events if e.kind != "line"]
    assert kinds == [
        ("call", 1), ("yield", 1), ("resume", 1), ("yield", 1), ("resume", 1), ("return", 1)
    ]  # fmt: skip


def test_only_the_users_code_is_traced_earlier_cells_included(session: Session) -> None:
    session.run("import json\ndef f(x):\n    return x + 1")
    record = traced(session, "y = f(json.loads('2'))\nz = sorted([3, 1], key=lambda n: -n)")
    assert [(e.kind, e.cell, e.line) for e in record.events] == [
        ("line", 2, 1), ("call", 1, 2), ("line", 1, 3), ("return", 1, 3),
        ("line", 2, 2), ("call", 2, 2), ("line", 2, 2), ("return", 2, 2),
        ("call", 2, 2), ("line", 2, 2), ("return", 2, 2),
    ]  # fmt: skip
    assert record.cell == 2


def test_globals_changed_by_a_function_are_the_calling_lines(session: Session) -> None:
    session.run("count = 0\nother = 5\ndef bump():\n    global count\n    count += 1")
    assert told(traced(session, "bump()\ncount"))[0] == ("line", 1, "")  # the cell's text is all it looks at
    assert told(traced(session, "count = 7\nbump()\ncount"))[1] == ("line", 2, "count=8")


def test_a_trace_changes_nothing_and_the_next_run_has_none(session: Session) -> None:
    plain = session.run(PROGRAM)
    assert session.run(PROGRAM, trace=Trace()).value == plain.value
    assert session.run("x = 1\nx").trace is None
    assert session.run("import sys\nsys.gettrace()").value is None


def test_bounds_in_events_bytes_and_characters(session: Session) -> None:
    loop = "s = ''\nfor i in range(1000):\n    s += 'ab'"
    few = traced(session, loop, Trace(events=50))
    assert (len(few.events), few.truncated, few.steps) == (50, "events", 2002)
    assert {p.line: p.count for p in few.lines}[3] == 1000
    small = traced(session, loop, Trace(bytes=2000))
    assert small.truncated == "bytes"
    assert len(repr(small.events)) < 40_000
    short_values = traced(session, loop, Trace(value_characters=10))
    assert max(len(c.value.text) for e in short_values.events for c in e.changes if c.value) == 10
    with pytest.raises(UsageError, match=r"Trace\.events"):
        Trace(events=0)


def test_inline_comments(session: Session) -> None:
    lines = inline(traced(session, PROGRAM)).splitlines()
    assert lines[0] == "def f(n):  # (0) f=<function f>; (2) n=3"
    assert lines[2] == "    for i in range(n):  # (4) i=0; (6) i=1; …; (11) no change"
    assert lines[4] == "            total += i  # (8) total=1"
    assert lines[5] == "    return total  # (12) no change; (12) __return__=1"
    assert lines[9] == "    del xs"


def test_sequence_of_states(session: Session) -> None:
    lines = sequence(traced(session, "a = 1\nfor i in range(2):\n    a += i\ndel i")).splitlines()
    assert lines[0] == "<line> <1> <state> a : 1 </state>"
    assert lines[4] == "<line> <3> <state> a : 2 <dictsep> i : 1 </state>"
    assert lines[6] == "<line> <4> <state> a : 2 </state>"


def test_blocks_with_their_states(session: Session) -> None:
    record = traced(session, "a = 1\nb = 2\nwhile a < 3:\n    a += 1\n    b *= a\nc = a")
    assert [block.lines for block in blocks(record)] == [(1, 2), (3,), (4, 5), (3,), (4, 5), (3,), (6,)]
    assert blocks(record)[2].before == (("a", "1"), ("b", "2"))
    assert blocks(record)[2].after == (("a", "2"), ("b", "4"))
    text = render_blocks(record, most=4)
    assert text.startswith(
        "[BLOCK-0]\n    # before: nothing\n    a = 1\n    b = 2\n    # after: a=1 b=2\n[BLOCK-1]"
    )
    assert "… 3 blocks …\n[BLOCK-5]" in text


def test_a_record_survives_json(session: Session) -> None:
    record = traced(session, PROGRAM)
    assert records.from_json(TraceRecord, records.to_json(record)) == record


def test_short_values() -> None:
    shown = {
        "[1, (2,), {'a': {3}}]": [1, (2,), {"a": {3}}],
        "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9…": list(range(100)),
        "'xxxxxxxxxxxxxxxxxxxxxxxxxxxx…": "x" * 100,
        "<int of 16610 bits>": 10**5000,
        "{'a', 'b'}": {"b", "a"},
        "[[[[…]]]]": [[[[[1]]]]],
        "<module threading>": threading,
        "<function short>": short,
        "<class Session>": Session,
        "<lock>": threading.Lock(),
        "deque([1, 2])": deque([1, 2]),
        "Counter({'a': 2})": Counter("aa"),
        "range(0, 3)": range(3),
    }
    assert {short(value, 30): value for value in shown.values()} == shown


def test_objects_of_the_program_are_shown_by_their_attributes(session: Session) -> None:
    code = """import collections, dataclasses, enum
@dataclasses.dataclass(slots=True)
class A:
    x: int
class B(list): pass
C = collections.namedtuple('C', 'u v')
D = enum.Enum('D', 'red', module='__main__')
a, b, c, d, e = A(1), B(), C(1, [2]), D.red, type('E', (ValueError,), {})('why')
b.y = a"""
    last = traced(session, code).events[-2:]
    texts = {c.name: c.value.text for event in last for c in event.changes if c.value}
    assert texts == {"a": "A(x=1)", "b": "B(y=A(x=1))", "c": "C(u=1, v=[2])", "d": "D.red", "e": "E('why')"}


HOSTILE = {
    "ends the tracing": "import sys\nsys.settrace(None)\nx = 1",
    "hangs in repr": "class A:\n    def __repr__(self):\n        while True: pass\na = A()\nb = [a]",
    "prints in repr": "class A:\n    def __repr__(self):\n        print('called')\na = A()\nb = {1: a}",
    "raises in repr": "class A:\n    def __repr__(self):\n        raise SystemExit\na = A()",
    "lies about its class": (
        "class M(type):\n    def __hash__(self): raise SystemExit\n"
        "    __name__ = __mro__ = __dict__ = property(lambda self: 1 / 0)\n"
        "class A(metaclass=M):\n    @property\n    def __class__(self): raise SystemExit\n"
        "    def __getattribute__(self, name): raise SystemExit\na = A()"
    ),
    "large": "a = list(range(10**6))\nb = 'x' * 10**7\nc = {i: i for i in range(10**5)}\nd = 7**10**5",
    "contains itself": "a = []\na.append(a)\nb = {}\nb['b'] = b",
    "leaves generators": "def g():\n    while True: yield 1\na = [next(g()) for _ in range(50)]\ndel a",
    "changes frames": "import sys\nsys._getframe().f_trace = None\nx = 1",
    "forks": "import os\nif os.fork() == 0:\n    x = 1\nelse:\n    os.wait()",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_programs_are_traced_all_the_same(session: Session, name: str) -> None:
    begun = time.perf_counter()
    execution = session.run(HOSTILE[name], trace=Trace())
    assert (execution.status, execution.stdout) == ("ok", "")
    assert execution.trace is not None
    assert execution.trace.events
    assert session.run("1 + 1").value == "2"
    assert time.perf_counter() - begun < 5


def test_a_hostile_end_of_tracing_is_told(session: Session) -> None:
    code = """import sys
if hasattr(sys, 'monitoring'):
    for n in range(6):
        if sys.monitoring.get_tool(n): sys.monitoring.free_tool_id(n)
sys.settrace(None)
x = 1"""
    assert traced(session, code).truncated == "the program ended the tracing"


def test_a_stopped_run_keeps_its_trace(session: Session) -> None:
    execution = session.run("n = 0\nwhile True:\n    n += 1", trace=Trace(events=100), timeout_s=0.3)
    assert execution.status == "timeout"
    assert execution.trace is not None
    assert execution.trace.truncated == "events"
    assert execution.trace.steps > 100
    assert session.run("n > 10").value == "True"


def test_a_deep_recursion_ends_as_it_would(session: Session) -> None:
    execution = session.run("def f(n):\n    return f(n + 1)\nf(0)", trace=Trace(events=1000))
    assert execution.error is not None
    assert execution.error.type == "RecursionError"
    assert execution.trace is not None
    assert session.run("1").value == "1"


def test_other_threads_run_untraced(session: Session) -> None:
    code = """import threading
out = []
t = threading.Thread(target=lambda: out.append(1))
t.start()
t.join()
out"""
    execution = session.run(code, trace=Trace())
    assert execution.value == "[1]"
    assert execution.trace is not None
    assert execution.trace.steps == 6


def test_a_forged_trace_is_refused() -> None:
    good = {"cell": 1, "events": [], "frames": [], "lines": [], "missed": [], "branches": [], "steps": 0}
    assert read_trace({**good, "truncated": ""}, "x").truncated == ""
    for forged in (
        good,
        {**good, "truncated": "", "events": [["line"]]},
        {**good, "truncated": "", "steps": -1},
        {**good, "truncated": "", "lines": [[1, 2, "3"]]},
        {**good, "truncated": "", "events": [["other", 0, 1, 1, [], None]]},
    ):
        assert read_trace(forged, "x") == TraceRecord("x", truncated="what the session sent is no trace")


def test_the_program_cannot_answer_for_the_tracer(session: Session) -> None:
    forge = "import os\nb = b'{\"call\": \"trace\"}'\nos.write(3, len(b).to_bytes(4, 'big') + b)"
    execution = session.run(forge, trace=Trace())
    assert execution.status in ("ok", "crashed")
    assert session.run("1").value == "1"


def test_the_examples_of_the_page_print_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(reckon.__file__).parents[2] / "docs" / "tracing.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(python)?\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    names: dict[str, object] = {}
    said = ""
    for language, text in blocks:
        if language:
            exec(compile(text, "docs/tracing.md", "exec"), names)
        said += "".join(re.findall(r"  # (.*\n)", text)) if language else text
    assert capsys.readouterr().out == said
