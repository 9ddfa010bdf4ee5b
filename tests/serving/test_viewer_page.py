"""The viewer in a real browser: clicked through, searched, compared, judged, by mouse and by keys."""

import re
from contextlib import contextmanager

import pytest

from reckon import records


@contextmanager
def quiet(page):
    """Nothing is asked of another origin, and neither a script nor the policy complains."""
    yield
    origin = re.match(r"http://[^/]+/", page.url)[0]
    assert [url for url in page.asked if not url.startswith((origin, "data:"))] == []
    assert page.faults == []


def numbers(page):
    return [int(cell) for cell in page.locator("table.rows .row td:first-child").all_inner_texts()]


def await_total(page, total):
    page.wait_for_selector(f"[data-total='{total}']")


@pytest.fixture
def first(page, viewer):
    """The page of the run `first`, reached by a click."""
    page.goto(viewer.viewer.address)
    page.click("a:text-is('first')")
    await_total(page, 16)
    return page


def test_filters_search_sort_and_the_way_back(first):
    page = first
    with quiet(page):
        assert "50.0 %" in page.inner_text("table.methods")
        page.select_option("select[aria-label=show]", "wrong")
        await_total(page, 3)
        assert numbers(page) == [1, 5, 9]
        page.select_option("select[aria-label=show]", "")
        page.fill("input[type=search]", "work 21")
        await_total(page, 2)
        page.fill("input[type=search]", "")
        await_total(page, 16)
        page.fill("input[aria-label^='a phrase']", "def double(n)")
        await_total(page, 6)
        page.fill("input[aria-label^='a phrase']", "")
        await_total(page, 16)
        page.select_option("select[aria-label=method]", label="Code")
        await_total(page, 6)
        page.click("button.sort:text('tokens')")
        page.click("button.sort:text('tokens')")
        page.wait_for_selector("th[aria-sort=descending]")
        assert numbers(page) == [12, 10, 8, 6, 4, 2]
        page.click("table.rows .row >> nth=1")
        page.wait_for_selector(".transcript")
        page.go_back()
        await_total(page, 6)
        assert numbers(page) == [12, 10, 8, 6, 4, 2]
        page.reload()  # a deep link
        await_total(page, 6)
        assert numbers(page) == [12, 10, 8, 6, 4, 2]


def test_keys_alone(first):
    page, press = first, first.keyboard.press
    with quiet(page):
        press("w")
        await_total(page, 3)
        press("w")
        await_total(page, 16)
        press("x")
        await_total(page, 6)
        for key in "jjjk":
            press(key)
        assert page.inner_text(".row.here td:first-child") == "2"
        press("Enter")
        page.wait_for_selector(".transcript")
        press("]")
        page.wait_for_selector("#crumbs :text-is('5')")
        press("[")
        page.wait_for_selector("#crumbs :text-is('2')")
        press("?")
        assert "previous, next rollout" in page.inner_text("dialog")
        press("Escape")
        page.wait_for_selector("dialog", state="detached")
        press("Escape")
        await_total(page, 6)
        press("/")
        page.keyboard.type("dgw")
        press("Escape")
        assert page.evaluate("document.activeElement.tagName") == "BODY"
        await_total(page, 0)
        press("g")
        page.wait_for_selector("text=training run")


def test_a_rollout_its_code_its_picture_its_tokens_and_its_tree(first):
    page = first
    with quiet(page):
        page.click(".row:has-text('Code') a >> nth=0")
        assert page.inner_text(".py-keyword >> nth=0") == "def"
        assert page.inner_text(".is-code .py-comment") == "# the sum"
        assert "250 ms" in page.inner_text(".is-output")
        page.go_back()
        page.click(".row:has-text('Plot') a")
        assert page.locator("img.display").evaluate("img => img.decode().then(() => img.naturalWidth)") == 1
        assert "timed out" in page.inner_text(".transcript")
        page.go_back()
        page.click(".row:has-text('Tokens') a")
        page.wait_for_selector(".transcript")
        page.keyboard.press("t")
        page.wait_for_selector(".token.likely-1")
        assert "log-probability -0.500, 60.7 %" in page.get_attribute(".is-answer .token >> nth=1", "title")
        page.go_back()
        page.click(".row:has-text('Tree') a")
        assert "1 branch" in page.inner_text(".branch >> nth=0")
        page.click(".tree a:text-is('fork 1.1.1')")
        page.wait_for_selector("#crumbs :text-is('16')")
        assert page.locator(".segment.shared").count() == 2
        assert "here it left its parent" in page.inner_text(".transcript")


def test_two_runs_side_by_side(page, viewer):
    page.goto(viewer.viewer.address)
    with quiet(page):
        for name in ("first", "second"):
            page.check(f".row:has(a:text-is('{name}')) input")
        page.click("text=compare two")
        page.wait_for_selector("table.compared")
        assert "3 gained" in page.inner_text(".summary") or "1 gained" in page.inner_text(".summary")
        assert page.locator("table.compared .row").count() == 4
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        page.wait_for_selector(".pair .side >> nth=1")
        here = page.url
        page.keyboard.press("]")
        page.wait_for_url(lambda url: url != here)
        assert page.locator(".pair .transcript").count() == 2


def test_votes_by_key_reach_the_file(first, runs):
    page = first
    with quiet(page):
        page.click("text=judge by hand")
        page.wait_for_selector("text=6 left")
        assert not re.search(r"\b(Text|Code)\b", page.inner_text(".pair"))
        page.keyboard.press("s")
        page.wait_for_selector("text=6 left")
        page.keyboard.press("1")
        page.wait_for_selector("text=5 left")
        assert "saved: first" in page.inner_text(".last")
        page.keyboard.press("Escape")
        page.wait_for_selector("text=1 vote")
    assert len((runs / "first" / "votes.jsonl").read_text().splitlines()) == 1


def test_without_the_token_a_vote_says_what_to_do(page, viewer):
    page.goto(viewer.viewer.address.split("?")[0])
    page.click("a:text-is('first')")
    page.click("text=judge by hand")
    page.wait_for_selector(".ballot")
    page.keyboard.press("1")
    page.wait_for_selector("text=open the address that")


def test_curves_dark_and_light(page, viewer):
    page.goto(viewer.viewer.address)
    with quiet(page):
        page.click("a:text-is('training')")
        page.wait_for_selector(".panel")
        assert set(page.locator("figcaption strong").all_inner_texts()) == {"right", "loss", "odd"}
        page.hover("svg.chart >> nth=0")
        assert page.inner_text(".reading >> nth=0").startswith("step ")

        def ground():
            return page.evaluate("getComputedStyle(document.body).backgroundColor")

        assert ground() == "rgb(255, 255, 255)"
        page.emulate_media(color_scheme="dark")
        dark = ground()
        assert dark != "rgb(255, 255, 255)"
        page.click("#theme")
        page.click("#theme")
        assert (page.inner_text("#theme"), ground()) == ("light", "rgb(255, 255, 255)")
        page.reload()
        page.wait_for_selector(".panel")
        assert ground() == "rgb(255, 255, 255)"


def test_a_growing_run_grows_on_the_page(first, runs, make):
    page = first
    page.keyboard.press("j")
    with records.Writer(runs / "first" / "trajectories.jsonl") as writer:
        writer.append(make.rollout(50, "Later()"))
    await_total(page, 17)
    assert page.inner_text(".row.here td:first-child") == "1"
    page.select_option("select[aria-label=method]", label="Later")
    await_total(page, 1)
    page.select_option("select[aria-label=method]", "")
    await_total(page, 17)
    assert page.inner_text("#live") == "live"


def test_long_names_on_a_small_screen_stay_inside_it(page, tmp_path, make, open_viewer):
    long = make.rollout(1, reasoner="M" * 5000, answer=None, seed=10**12)
    make.run(tmp_path / ("long" * 20), [long, make.rollout(2, "x" * 300)], settings="s" * 10_000)
    viewer = open_viewer(tmp_path)
    page.set_viewport_size({"width": 600, "height": 500})
    page.goto(viewer.viewer.address)
    for step in (".row a", "table.rows .row a", ".transcript"):
        page.wait_for_selector(step)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, step
        if step != ".transcript":
            page.click(step)
