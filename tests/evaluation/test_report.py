"""A report says what the run says, stands alone, and nothing that a model wrote can do anything in it."""

import asyncio
import html.parser
import json
import re
import shlex
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest

from reckon import records
from reckon.cli import main
from reckon.evaluation.intervals import mean
from reckon.evaluation.report.svg import Series, curves, intervals
from reckon.evaluation.run import Run, evaluate
from reckon.models.replay import Replay
from reckon.rollout import Setup
from reckon.tasks import draw, find
from reckon.testing import open_inline_session

GOLD = {p.question: p.answer for p in (draw(find("product"), 1, i) for i in range(6))}
HOSTILE = (
    "</pre><script>alert(1)</script><img src=x onerror=alert(1)> \u202eevil\u202c ````` \x1b[2J \ud800"
    " [a](javascript:alert(1)) | ` http://elsewhere.example/"
)


def answers(context):
    gold = next(answer for question, answer in GOLD.items() if question in context)
    return f"<<<{gold}>>>" if "Do not write code" in context else f"{HOSTILE} <<<{HOSTILE}>>>"


@pytest.fixture
def a_run(tmp_path):
    run = Run(("product",), ("text", "code_interpreter"), ("replay",), str(tmp_path / "one"), n=6, seed=1)
    model = Replay(answers, name="<b onclick=alert(1)>m</b>")
    asyncio.run(evaluate(run, Setup(model, open_inline_session)))
    return tmp_path / "one"


class Page(html.parser.HTMLParser):
    """The tags and the words of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.words += data


def written(run, *more):
    assert main(["report", str(run), *more]) == 0
    return (run / "report.html").read_text("utf-8"), (run / "report.md").read_text("utf-8")


def test_nothing_of_a_models_text_is_mark_up(a_run):
    page = Page(written(a_run)[0])
    assert not {"script", "img", "iframe", "link", "object", "a", "form", "b"} & {tag for tag, _ in page.tags}
    names = {name for _, attributes in page.tags for name in attributes}
    assert not {name for name in names if name.startswith("on") or name in ("src", "href", "style")}
    assert "<script>alert(1)</script>" in page.words
    assert "\u202e" not in page.words
    assert "\x1b" not in page.words
    policy = next(a for t, a in page.tags if t == "meta" and "http-equiv" in a)
    assert policy["content"].startswith("default-src 'none'")


def test_markdown_keeps_excerpts_inside_their_fences(a_run):
    text = written(a_run)[1]
    fence, inside, outside = "", [], []
    for line in text.splitlines():
        mark = re.match("(`{3,})(text)?$", line)
        if mark and (not fence or mark[1] == fence):
            fence = "" if fence else mark[1]
        else:
            (inside if fence else outside).append(line)
    assert not fence
    assert any("<script>" in line for line in inside)
    assert not any(re.search(r"<[a-z]|(?<!\\)\]\(javascript", line) for line in outside)
    figures = re.findall(r"\]\((report-figures/[^)]*)\)", text)
    assert len(figures) == 3
    for figure in figures:
        assert ElementTree.parse(a_run / figure).getroot().tag.endswith("svg")


def test_its_numbers_are_the_runs(a_run):
    words = Page(written(a_run)[0]).words
    assert "100.0% (61.0% to 100.0%)" in words
    assert "-100.0%" in words
    assert "worse" in words
    assert f"{next(iter(GOLD.values()))}" in words


def test_the_command_makes_the_run_again(a_run, monkeypatch):
    text = written(a_run)[1]
    words = shlex.split(next(line for line in text.splitlines() if line.startswith("reckon eval")))
    for flag, value in {"-n": "6", "--seed": "1", "--samples": "1", "--out": str(a_run)}.items():
        assert words[words.index(flag) + 1] == value
    assert [words[n + 1] for n, w in enumerate(words) if w == "--reasoner"] == ["text", "code_interpreter"]


def test_faults_and_failures_are_counted_apart(a_run):
    path = a_run / "trajectories.jsonl"
    first, *rest = records.read(path)
    path.unlink()
    with records.Writer(path) as writer:
        writer.append(replace(first, void="SessionLost: gone"), *rest)
    words = Page(written(a_run)[0]).words
    assert "12, of which 1 void" in words
    assert "failures" in words.lower()


def test_one_question_under_two_ids_is_not_compared(a_run, tmp_path):
    other = tmp_path / "two"
    run = Run(("product",), ("text",), ("replay",), str(other), n=6, seed=1, difficulty=1.0)
    asyncio.run(evaluate(run, Setup(Replay(lambda _: "<<<1>>>"), open_inline_session)))
    out = tmp_path / "both.md"
    assert main(["report", str(a_run), str(other), "--out", str(out)]) == 0
    assert "no problem in common" in out.read_text("utf-8")


def test_prices_and_mistakes(a_run, tmp_path, capsys):
    prices = tmp_path / "prices.json"
    prices.write_text(json.dumps({"other": [1, 2]}))
    assert "no price" in written(a_run, "--prices", str(prices))[0]
    assert main(["report", str(tmp_path / "none")]) == 2
    assert main(["report", str(a_run), "--out", "r.pdf"]) == 2
    assert "--out r.pdf" in capsys.readouterr().err


def test_figures_are_well_formed_whatever_the_names():
    name = "<script>&\"' \x00 \ud800" * 9
    none, some = mean([]), mean([1.0, 0.0])
    ElementTree.fromstring(curves([Series(name, ((0.0, some), (1.0, none)))], name, "y"))
    ElementTree.fromstring(curves([], "x", "y"))
    ElementTree.fromstring(intervals([(name, some), ("b", none)], name))
