"""A folder of runs made by hand, a viewer over it, and a way to ask it."""

import json
import os
import shutil
import threading
from contextlib import closing
from http.client import HTTPConnection
from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from reckon import records
from reckon.models.tiny import SHIPPED
from reckon.models.tokens import FolderTokens
from reckon.serving.viewer.library import Library
from reckon.serving.viewer.server import Viewer
from reckon.values import Answer, Cost, Display, Execution, Grade, Problem, ProgramError, Segment, Trajectory

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
CODE = 'def double(n):\n    """Twice."""\n    return 2 * n  # the sum\nprint(double(21))'


def rollout(n, method="Text()", right=True, **changes):
    """The try of a method at problem n: code methods run a program, of which every third fails."""
    gold, spoken = str(n * 7), f"<<<{n * 7 if right else 1}>>>"
    problem = Problem(
        f"product/1/{n}", "product" if n % 2 else "weekday", f"Work out {n} * 7.", gold, n / 100
    )
    segments = [Segment("prompt", f"{problem.question} End with <<<answer>>>.", role="user")]
    failed = n % 3 == 0
    if method.startswith("Code"):
        error = ProgramError("ValueError", "too large", 2, "Traceback\nValueError: too large")
        ran = Execution("error", error=error) if failed else Execution("ok", "42\n", wall_s=0.25)
        segments += [
            Segment("code", f"```python\n{CODE}\n```\n", sample=0),
            Segment("output", "```output\n42\n```\n", execution=ran),
        ]
    segments.append(Segment("answer", spoken, sample=0))
    runs = int(method.startswith("Code"))
    fields = {
        "id": f"{problem.id}#1",
        "problem": problem,
        "segments": tuple(segments),
        "answer": Answer(gold if right else "1"),
        "grade": Grade(float(right), "equal" if right else "differs from the gold answer"),
        "model": "tiny",
        "reasoner": method,
        "seed": 1,
        "tree": Cost(1, 30, 10 + n, runs, runs * failed, 0.5, 0.25),
    }
    return Trajectory(**(fields | changes))


def forked(n):
    """A root with two forks, one below the other, and a side question."""
    root = rollout(n, "Tree()")
    first = rollout(n, "Tree()", id=f"{root.id}.1", parent=root.id, relation="fork", shared=1)
    second = rollout(n, "Tree()", False, id=f"{root.id}.1.1", parent=first.id, relation="fork", shared=2)
    side = rollout(n, "Tree()", id=f"{root.id}.2", parent=root.id, relation="side")
    return root, first, second, side


def spoken_by_tiny(n):
    """A try with the tokens and log-probabilities of the shipped model."""
    tokens = FolderTokens(SHIPPED)
    ids = tuple(tokens.encode_content("the answer is <<<7>>>"))
    said = Segment("answer", tokens.decode(ids), ids, tuple(-0.5 * k for k in range(len(ids))), sample=0)
    asked = tuple(tokens.encode_content("What?"))
    return rollout(n, "Tokens()", segments=(Segment("prompt", "What?", asked, role="user"), said))


def write_run(folder, trajectories, **said):
    with closing(records.Writer(folder / "trajectories.jsonl")) as writer:
        writer.append(*trajectories)
    described = {"begun": "2026-01-01T00:00:00+00:00", "tasks": ["product"], "models": ["tiny"], **said}
    (folder / "run.json").write_text(json.dumps(described))


@pytest.fixture
def make():
    """What tests make runs of."""
    return SimpleNamespace(rollout=rollout, forked=forked, run=write_run, png=PNG, code=CODE)


@pytest.fixture
def runs(tmp_path):
    """first: two methods that disagree, a void rollout, a tree, tokens.  second.  training: curves."""
    top = tmp_path / "runs"
    every = [t for n in range(1, 7) for t in (rollout(n, right=n % 2 == 0), rollout(n, "Code(max=1)"))]
    every += [rollout(90, void="SessionLost: gone", grade=None), *forked(7), spoken_by_tiny(8)]
    shown = Execution("ok", "", displays=(Display({"text/plain": "a chart", "image/png": PNG}),))
    picture = Segment("output", "", execution=shown)
    late = Execution("timeout", "so far", note="timed out")
    every += [rollout(9, "Plot()", segments=(picture, Segment("output", "", execution=late)))]
    write_run(top / "first", every)
    write_run(top / "second", [rollout(n, "Code(max=1)", right=n != 2) for n in range(1, 7)])
    (top / "training").mkdir()
    rows = [{"step": n, "accuracy": n / 40, "loss": 1 / (n + 1), "odd": n % 2} for n in range(40)]
    (top / "training" / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return top


class Asking:
    """Requests to a viewer, as any client may send them."""

    def __init__(self, viewer):
        self.viewer = viewer
        self.port = viewer.server_address[1]
        self.token = parse_qs(urlsplit(viewer.address).query)["token"][0]

    def send(self, method, path, body=None, headers=None):
        """(status, headers, body)"""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            return response.status, response.headers, response.read()

    def get(self, path, **wanted):
        """The JSON of an /api/ path that must succeed."""
        status, _, body = self.send("GET", f"/api/{path}?{urlencode(wanted)}")
        assert status == 200, body
        return json.loads(body)

    def post(self, path, body, **headers):
        """(status, JSON) with the token and JSON's type."""
        kind = {"Content-Type": "application/json", **headers}
        status, _, said = self.send("POST", f"/api/{path}?token={self.token}", json.dumps(body), kind)
        return status, json.loads(said)

    def run(self, name):
        return next(run["id"] for run in self.get("runs") if run["name"] == name)


@pytest.fixture
def open_viewer():
    """Open viewers over folders; closed at the end."""
    opened = []

    def open_over(*tops, **how):
        viewer = Viewer(Library([str(top) for top in tops]), seed=1, **how)
        thread = threading.Thread(target=viewer.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        opened.append((viewer, thread))
        return Asking(viewer)

    yield open_over
    for viewer, thread in opened:
        viewer.shutdown()
        viewer.server_close()
        thread.join()


@pytest.fixture
def viewer(runs, open_viewer):
    return open_viewer(runs)


@pytest.fixture(scope="module")
def browser():
    """A headless Chromium: of RECKON_CHROMIUM, of the system, or playwright's own."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("RECKON_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with playwright.sync_playwright() as driver:
        try:
            opened = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except playwright.Error as error:
            pytest.skip(f"no Chromium here: {str(error).splitlines()[0]}")
        yield opened
        opened.close()


@pytest.fixture
def page(browser):
    """A fresh page that remembers what it asked for, and what its console and scripts complained of."""
    context = browser.new_context(viewport={"width": 1200, "height": 800}, color_scheme="light")
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.asked, page.faults = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("dialog", lambda dialog: (page.faults.append(dialog.message), dialog.dismiss()))
    yield page
    context.close()
