"""Text of models, programs and files is hostile: a run in which every text attacks does nothing here."""

import json
import time

import pytest

from reckon import records
from reckon.values import (
    Answer,
    Display,
    Execution,
    File,
    Grade,
    Image,
    Problem,
    ProgramError,
    Segment,
    ToolCall,
    Trajectory,
)

ATTACK = (
    "</script></pre></style><script>window.pwned=1</script><img src=x onerror=window.pwned=2>"
    "<svg onload=window.pwned=3><a href='javascript:window.pwned=4'>here</a>"
    "<iframe srcdoc='<script>parent.pwned=5</script>'></iframe><style>*{display:none}</style>"
    "<base href='//evil.example'><meta http-equiv=refresh"
    " content='0;url=http://evil.example'>\"' onmouseover=window.pwned=6 x='${window.pwned=7}{{pwned=8}}"
    "\x1b[31m\x1b]8;;http://evil.example\x07\x00\x7f\u202egnp.exe\u2066\u200b\ufeff"
)
SVG = "<svg xmlns='http://www.w3.org/2000/svg' onload='window.pwned=9'><script>window.pwned=9</script></svg>"


def attacked(n, method):
    run = Execution(
        "error",
        ATTACK,
        ATTACK,
        ATTACK,
        ProgramError(ATTACK, ATTACK, 1, ATTACK),
        (
            Display({"text/html": ATTACK, "image/svg+xml": SVG, ATTACK: ATTACK, "text/plain": ATTACK}),
            Display({"image/png": SVG, "image/jpeg": f'x" onerror="window.pwned=10" {ATTACK}'}),
        ),
        (ATTACK,),
        note=ATTACK,
        calls=(ToolCall(ATTACK, ATTACK, 0.1, ATTACK),),
    )
    parts = (Image(ATTACK, "image/png"), Image(SVG, "image/svg+xml"), File(ATTACK, ATTACK))
    return Trajectory(
        id=f"{ATTACK}#{n}",
        problem=Problem(f"{ATTACK}{n}", ATTACK, ATTACK, ATTACK, 0.5, {ATTACK: ATTACK}, parts),
        segments=(
            Segment("prompt", ATTACK, role="user", parts=parts),
            Segment("text", ATTACK, (1, 2), (-0.1, -9.0), sample=0),
            Segment("code", f"```python\n'''{ATTACK}'''\nx = 1 # {ATTACK}\n```\n", sample=0),
            Segment("output", ATTACK, execution=run),
            Segment("answer", f"<<<{ATTACK}>>>", sample=1),
        ),
        answer=Answer(ATTACK, ATTACK),
        grade=Grade(float(n % 2), ATTACK),
        model=f"{ATTACK}{method}",
        reasoner=f"{ATTACK}{method}",
        notes={ATTACK: 1},
    )


def forks(root):
    """A fork that names itself as its parent, and a void side question that names its child."""
    loop = {"id": f"{root.id}.1", "parent": f"{root.id}.1", "relation": "fork", "shared": 2}
    yield records.from_json(Trajectory, {**records.to_json(root), **loop})
    side = {"id": f"{root.id}.2", "parent": f"{root.id}.2", "relation": "side", "void": ATTACK}
    yield records.from_json(Trajectory, {**records.to_json(root), **side})


@pytest.fixture
def hostile(tmp_path, make, open_viewer):
    top = tmp_path / "runs"
    folder = top / "<img src=x onerror=window.pwned=11>"
    one, two = attacked(1, "a"), attacked(1, "b")
    said = {name: [ATTACK] for name in ("begun", "tasks", "models", "settings", "seed")}
    make.run(folder, [one, *forks(one), two, attacked(2, "a"), attacked(2, "b")], **said)
    named = [[one.reasoner, one.model], [two.reasoner, two.model]]
    vote = {"problem": ATTACK, "vote": "tie", "methods": named, "who": ATTACK, "reason": ATTACK}
    (folder / "votes.jsonl").write_text(json.dumps(vote) + "\n")
    (top / "t").mkdir()
    rows = [{"step": n, ATTACK: n, "accuracy": n} for n in range(3)]
    (top / "t" / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (top / "t" / "recipe.txt").write_text(ATTACK)
    return open_viewer(top)


def unharmed(page):
    """Nothing ran, nothing was built of the text, nothing was asked for, and the text is there to be read."""
    assert page.evaluate("window.pwned") is None
    built = (
        "main script, main style, iframe, base, meta[http-equiv], main a[href^=javascript i], main [onerror]"
    )
    assert page.locator(f"{built}, main [onload], main [onmouseover], main img, main object").count() == 0
    own = page.url.split("/", 3)[2]
    assert [url for url in page.asked if url.split("/", 3)[2] != own] == []
    assert page.faults == []
    text = page.inner_text("main")
    assert "onerror=window.pwned=2" in text
    assert not set(text) & set("\x1b\x00\x07\x7f\u202e\u2066\u200b\ufeff")


def test_nothing_in_a_run_does_anything_in_the_page(page, hostile):
    page.goto(hostile.viewer.address)
    run = next(run["id"] for run in hostile.get("runs") if run["kind"] == "evaluation")
    curves = next(run["id"] for run in hostile.get("runs") if run["kind"] == "training")
    shown = [
        ("", ".row"),
        (f"run/{run}", ".votes"),
        (f"run/{run}/1", ".tree"),
        (f"run/{run}/2", ".transcript"),
        (f"run/{run}/3", ".transcript"),
        (f"compare/{run}/0/{run}/1?show=all", "table.compared"),
        (f"pair/{run}/1/{run}/4", ".pair"),
        (f"vote/{run}?one=0&two=1", ".ballot"),
        (f"curves/{curves}", ".panel"),
        (f"run/{run}?text=%3Cimg%20src=x%20onerror=window.pwned=2%3E", "table.rows"),
    ]
    for address, sign in shown:
        page.evaluate("address => { location.hash = '#/' + address }", address)
        page.wait_for_selector(sign)
        for summary in page.locator("summary").all():
            summary.click()
        unharmed(page)
    page.evaluate(f"location.hash = '#/run/{run}/1'")
    page.wait_for_selector(".tree")
    page.keyboard.press("t")
    page.wait_for_selector(".tokens")
    unharmed(page)
    assert "text/html" in page.inner_text("main") or "image/svg+xml" in page.inner_text("main")


def test_an_address_is_text_too(page, hostile):
    page.goto(hostile.viewer.address)
    page.wait_for_selector(".row")
    for address in (
        "run/<img src=x onerror=window.pwned=1>",
        "javascript:window.pwned=1",
        "run/../../x",
        "constructor",
    ):
        page.evaluate("address => { location.hash = '#/' + address }", address)
        page.wait_for_selector(".fault")
        assert page.evaluate("window.pwned") is None
        page.faults.clear()  # the browser says that a run is not found


def test_the_policy_stops_what_a_mistake_of_ours_would_let_through(page, hostile):
    page.goto(hostile.viewer.address)
    page.wait_for_selector(".row")
    page.evaluate(
        """() => {
            const picture = "<img src='data:image/png;base64,' onerror='window.pwned=1'>";
            document.querySelector("main").innerHTML = picture;
            const script = document.createElement("script");
            script.textContent = "window.pwned = 2";
            document.body.append(script);
        }"""
    )
    page.wait_for_timeout(300)
    assert page.evaluate("window.pwned") is None
    assert any("Content Security Policy" in fault for fault in page.faults)
    refused = page.evaluate("fetch('http://127.0.0.1:1/').then(() => false, () => true)")
    assert refused


def test_huge_texts_do_not_stall_the_page(page, tmp_path, make, open_viewer):
    big = "<b>" + "a\u0301\u202e" * 3_000_000
    run = Execution("output", big, displays=(Display({"text/html": "<b>" * 200_000}),))
    code = Segment("code", "```python\n" + "'''\"" * 2_000_000 + "\n```", sample=0)
    many = tuple(Segment("text", "(" * 2000, sample=n) for n in range(300))
    t = make.rollout(
        1, segments=(code, Segment("output", big, execution=run), *many), answer=Answer(big[:100_000])
    )
    make.run(tmp_path / "big", [t])
    viewer = open_viewer(tmp_path)
    page.goto(viewer.viewer.address)
    page.click("a:text-is('big')")
    page.wait_for_selector("table.rows .row")
    began = time.monotonic()
    page.click("table.rows .row a")
    page.wait_for_selector(".transcript")
    assert "cut here: it has 9,000,003 characters" in page.inner_text(".is-output")
    assert time.monotonic() - began < 15
