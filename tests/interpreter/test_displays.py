"""What a run shows besides text: streams as they come, rich forms, figures, changed files."""

import base64
import threading
from collections.abc import Iterator

import pytest

from reckon.interpreter import Interpreter, Limits, Session, Variable, reading
from reckon.values import Execution

pytest.importorskip("matplotlib", reason="figures need the extra 'science'")
pytest.importorskip("pandas", reason="tables need the extra 'science'")

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def interpreter() -> Iterator[Interpreter]:
    with Interpreter(
        Limits(timeout_s=60, output_bytes=1 << 16),
        preload=("numpy", "pandas", "matplotlib", "matplotlib.pyplot"),
    ) as opened:
        opened.warm()
        yield opened


@pytest.fixture(scope="module")
def plotting(interpreter: Interpreter) -> Iterator[Session]:
    with interpreter.session() as opened:
        opened.run("import matplotlib.pyplot as plt")
        yield opened


@pytest.fixture
def session(interpreter: Interpreter) -> Iterator[Session]:
    with interpreter.session() as opened:
        yield opened


def figures(execution: Execution) -> list[bytes]:
    found = [shown.data["image/png"] for shown in execution.displays if "image/png" in shown.data]
    return [base64.b64decode(data)[:8] for data in found]


def test_output_comes_while_the_program_runs(session: Session) -> None:
    heard: list[tuple[str, str]] = []
    go_on = threading.Event()

    def hear(stream: str, text: str) -> None:
        heard.append((stream, text))
        if text == "first\n":
            session_put.start()

    def put() -> None:
        session.put("go", b"")
        go_on.set()

    session_put = threading.Thread(target=put)
    execution = session.run(
        "import os, sys\nprint('first')\nwhile not os.path.exists('go'): pass\n"
        "print('second', file=sys.stderr); os.write(1, 'é'.encode()[:1]); os.write(1, 'é'.encode()[1:])",
        on_output=hear,
    )
    session_put.join()
    assert go_on.is_set()
    assert heard[:2] == [("stdout", "first\n"), ("stderr", "second\n")] or heard[0] == ("stdout", "first\n")
    for stream, text in (("stdout", "first\né"), ("stderr", "second\n")):
        assert "".join(piece for name, piece in heard if name == stream) == text
    assert (execution.stdout, execution.stderr) == ("first\né", "second\n")
    assert session.run("print('unheard')").stdout == "unheard\n"
    assert all("unheard" not in text for _, text in heard)


def test_what_a_listener_raises_stops_the_program_and_is_raised(session: Session) -> None:
    def hear(stream: str, text: str) -> None:
        raise LookupError("no")

    session.run("x = 1")
    with pytest.raises(LookupError, match="no"):
        session.run("print(1, flush=True)\nwhile True: pass", on_output=hear)
    assert session.run("x").value == "1"


def test_a_listener_hears_no_more_than_the_limit(session: Session) -> None:
    heard: list[str] = []
    session.run("while True: print('flood')", on_output=lambda stream, text: heard.append(text))
    assert sum(map(len, heard)) == 1 << 16


def test_standard_input_is_what_was_given_once(session: Session) -> None:
    assert session.run("input(), input()", stdin="é\nb").value == "('é', 'b')"
    error = session.run("input()").error
    assert error is not None
    assert error.type == "EOFError"
    assert session.run("import sys; sys.stdin.read(), open(0).read()", stdin="x").value == "('x', '')"
    assert session.run("import subprocess as s; s.run('cat', capture_output=1).stdout", stdin="c").value


def test_open_figures_are_shown_and_closed_without_a_word(plotting: Session) -> None:
    execution = plotting.run("plt.plot([1, 2]); plt.figure(); plt.title('two')")
    assert figures(execution) == [PNG, PNG]
    assert execution.displays[0].data["text/plain"] == "<Figure size 640x480 with 1 Axes>"
    assert plotting.run("plt.get_fignums()").value == "[]"
    assert plotting.run("1").displays == ()


def test_show_shows_then_and_there(plotting: Session) -> None:
    execution = plotting.run("plt.plot([1]); plt.show(); n = plt.get_fignums(); plt.plot([2]); plt.show()\nn")
    assert (execution.value, execution.stderr, figures(execution)) == ("[]", "", [PNG, PNG])


def test_a_figure_is_shown_once_however_it_is_shown(plotting: Session) -> None:
    assert figures(plotting.run("fig, ax = plt.subplots(); fig")) == [PNG]
    assert figures(plotting.run("fig, ax = plt.subplots(); display(fig)")) == [PNG]
    assert figures(plotting.run("from matplotlib.figure import Figure; Figure()")) == [PNG]


def test_a_failing_program_still_shows_its_figures(plotting: Session) -> None:
    execution = plotting.run("plt.plot([1]); 1/0")
    assert (execution.status, figures(execution)) == ("error", [PNG])


def test_a_figure_that_cannot_be_drawn_is_the_programs_error(plotting: Session) -> None:
    execution = plotting.run(r"plt.title('$\\frac{$')")
    assert execution.status == "error"
    assert plotting.run("plt.get_fignums()").value == "[]"


def test_pyplot_imported_late_shows_as_well() -> None:
    with Interpreter(Limits(timeout_s=60), preload=()) as interpreter:
        execution = interpreter.run("import matplotlib.pyplot as plt\nplt.plot([1])\nplt.show()")
        assert (execution.status, execution.stderr, figures(execution)) == ("ok", "", [PNG])


def test_a_data_frame_has_its_table(session: Session) -> None:
    execution = session.run("import pandas as pd\npd.DataFrame({'a': [1, 2]})")
    assert execution.value == "   a\n0  1\n1  2"
    assert "<table" in execution.displays[0].data["text/html"]


def test_rich_forms_by_their_names(session: Session) -> None:
    execution = session.run(
        "class Rich:\n"
        "    def __repr__(self): return 'rich'\n"
        "    def _repr_html_(self): return '<b>'\n"
        "    def _repr_png_(self): return b'png'\n"
        "    def _repr_svg_(self): return '<svg/>'\n"
        "    def _repr_latex_(self): return '$x$'\n"
        "    def _repr_markdown_(self): return None\n"
        "    def _repr_jpeg_(self): raise ValueError\n"
        "    def _repr_mimebundle_(self): return {'text/x': 'y', 'application/json': {'a': 1}}, {}\n"
        "Rich()"
    )
    assert execution.value == "rich"
    assert [dict(shown.data) for shown in execution.displays] == [
        {
            "text/html": "<b>",
            "image/png": base64.b64encode(b"png").decode(),
            "image/svg+xml": "<svg/>",
            "text/latex": "$x$",
            "text/x": "y",
            "application/json": '{"a": 1}',
        }
    ]


def test_display_shows_in_order_and_in_the_output(session: Session) -> None:
    execution = session.run("display(1, 'two')\nimport pandas as pd\ndisplay(pd.DataFrame({'a': [1]}))\n3")
    assert [shown.data["text/plain"] for shown in execution.displays] == ["1", "'two'", "   a\n0  1"]
    assert "text/html" in execution.displays[2].data
    assert execution.value == "3"
    assert execution.output == "1\n'two'\n   a\n0  1\n3"


@pytest.mark.parametrize(
    "code",
    [
        "class M:\n    def __getattr__(self, name): return lambda *a: 'no'\nM()",
        "from unittest.mock import Mock\nMock()",
        "class C:\n    def _repr_html_(self): return '<b>'\nC",
        "class T:\n    _repr_html_ = 'text'\nT()",
        "class E:\n    def _repr_mimebundle_(self): return 7\nE()",
        "class B:\n    def _repr_mimebundle_(self): return {'no mime': 'x', 5: 'y', 'image/png': '!'}\nB()",
    ],
)
def test_what_has_no_true_rich_form_has_none(session: Session, code: str) -> None:
    execution = session.run(code)
    assert (execution.status, execution.displays) == ("ok", ())


def test_what_is_shown_is_bounded(session: Session) -> None:
    big = "class Big:\n    def _repr_html_(self): return 'x' * n\n"
    execution = session.run(big + "n = 3 << 20\ndisplay(Big()); n = 2 << 20; display(Big())\ndisplay(1)")
    sizes = [sum(map(len, shown.data.values())) for shown in execution.displays]
    assert sizes[0] > 3 << 20
    assert "left out" in execution.displays[1].data["text/plain"]
    assert execution.displays[2].data["text/plain"] == "1"
    many = session.run("for n in range(1000): display(n)").displays
    assert len(many) < 100
    assert session.run("1").ok


def test_a_rich_form_that_never_ends_times_out_and_the_session_goes_on(session: Session) -> None:
    session.run("class R:\n    def _repr_html_(self):\n        while True: pass\nkept = 1")
    assert session.run("R()", timeout_s=0.1).status == "timeout"
    assert session.run("kept").value == "1"


def test_files_made_and_changed_are_named(session: Session) -> None:
    execution = session.run(
        "import os\nos.makedirs('d/e'); open('d/e/f', 'w').close(); open('a', 'w').close()"
    )
    assert execution.files == ("a", "d/e/f")
    assert session.run("open('a').read()").files == ()
    assert session.run("open('a', 'w').write('longer')").files == ("a",)
    session.put("given", b"x")
    assert session.run("open('given').read(); os.remove('a')").files == ()
    assert session.run("open('given', 'a').write('y')").files == ("given",)
    with session.fork() as fork:
        assert fork.run("1").files == ()
        assert fork.run("os.rename('given', 'd/moved')").files == ("d/moved",)
    assert session.run("open('d/e/late', 'w').write('x'); os._exit(1)").files == ()
    assert session.run("1").files == ()
    assert session.run("open('new', 'w').close()").files == ("new",)


def test_a_directory_full_of_files_is_bounded(session: Session) -> None:
    execution = session.run("for n in range(3000): open(f'{n}', 'w').close()")
    assert 0 < len(execution.files) <= 1000


def test_what_a_session_makes_up_is_left_out() -> None:
    junk = [7, None, "text", [], {"no mime": "x", "text/html": 7, "image/png": "!"}, {"text/plain": "\udc80"}]
    assert [dict(shown.data) for shown in reading._displays(junk)] == [{"text/plain": "?"}]
    assert reading._displays("text") == reading._displays(None) == reading._displays({"a": 1}) == ()
    assert reading._names(["a", 7, None, "\udc80"]) == ("a", "?")
    told = reading.variables_of({"variables": {"a": ["int", 5], "b": 7, "c": ["x"], "d": "xy"}})
    assert told == {"a": Variable("int", "5")}
