"""The viewer's answers: tables, records, comparisons, curves and votes, asked over HTTP."""

import base64
import json
import struct
import time

import pytest

from reckon import records
from reckon.cli import main
from reckon.values import Answer, Display, Execution, Segment


def test_the_runs_and_what_they_say(viewer):
    runs = {run["name"]: run for run in viewer.get("runs")}
    assert set(runs) == {"first", "second", "training"}
    assert runs["first"]["kind"] == "evaluation"
    assert [m["title"] for m in runs["first"]["methods"]] == ["Text", "Code", "Tree", "Tokens", "Plot"]
    assert runs["training"]["steps"] == 40
    assert runs["training"]["last"]["accuracy"] == pytest.approx(39 / 40)


def test_methods_have_intervals_and_void_rollouts_count_apart(viewer):
    text, code, *_ = viewer.get(f"run/{viewer.run('first')}")["methods"]
    assert (text["right"], text["problems"], text["void"]) == (0.5, 6, 1)
    assert 0.1 < text["low"] < 0.5 < text["high"] < 0.9
    assert (code["right"], code["errors"]) == (1.0, pytest.approx(1 / 3))


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"filter": "wrong"}, [1, 5, 9]),
        ({"filter": "void"}, [13]),
        ({"filter": "error"}, [6, 12]),
        ({"filter": "timeout"}, [19]),
        ({"filter": "forked"}, [14]),
        ({"filter": "disagreement"}, [1, 2, 5, 6, 9, 10]),
        ({"method": "1", "task": "product"}, [2, 6, 10]),
        ({"text": "work 21"}, [5, 6]),
        ({"text": "out 3 %"}, []),
        ({"inside": "def double(n)", "filter": "error"}, [6, 12]),
        ({"inside": "timed out"}, [19]),
        ({"inside": "7#1.1.1"}, [14]),
        ({"inside": "nowhere <%_"}, []),
        ({"method": "1", "sort": "-tokens_out"}, [12, 10, 8, 6, 4, 2]),
        ({"filter": "right", "method": "0", "sort": "number"}, [3, 7, 11]),
    ],
)
def test_rollouts_are_filtered_and_sorted(viewer, asked, numbers):
    found = viewer.get(f"run/{viewer.run('first')}/rows", **asked)
    assert [row["number"] for row in found["rows"]] == numbers
    assert found["total"] == len(numbers)


@pytest.mark.parametrize("text", ["' OR 1=1 --", '"; DROP TABLE trajectories; --', "%", "_", "\\", "\ud800"])
def test_a_search_is_text_whatever_it_holds(viewer, text):
    run = viewer.run("first")
    path = f"/api/run/{run}/rows?text=" + "".join(f"%{b:02x}" for b in text.encode("utf-8", "surrogatepass"))
    status, _, body = viewer.send("GET", path)
    assert (status, json.loads(body)["total"]) == (200, 0)
    assert viewer.get(f"run/{run}/rows")["total"] == 16


@pytest.mark.parametrize(
    "asked", [{"sort": "number; --"}, {"filter": "1"}, {"method": "9"}, {"method": "-1"}, {"page": "x"}]
)
def test_what_is_no_column_filter_or_page_is_refused(viewer, asked):
    (name,) = asked
    query = f"{name}={asked[name].replace(' ', '+').replace(';', '%3b')}"
    status, _, body = viewer.send("GET", f"/api/run/{viewer.run('first')}/rows?{query}")
    assert status == 400
    assert name in json.loads(body)["error"]


def test_many_rollouts_come_in_pages(tmp_path, make, open_viewer):
    make.run(tmp_path / "many", [make.rollout(n) for n in range(250)])
    viewer = open_viewer(tmp_path)
    run = viewer.run("many")
    last = viewer.get(f"run/{run}/rows", page="2", sort="-number")
    assert (last["total"], len(last["rows"]), last["rows"][-1]["number"]) == (250, 50, 1)
    assert viewer.get(f"run/{run}/rows", page="9")["rows"] == []


def test_a_rollout_has_its_program_its_run_and_its_neighbours(viewer, make):
    run = viewer.run("first")
    t = viewer.get(f"run/{run}/rollout/2", method="1")
    assert (t["before"], t["after"]) == (None, 4)
    code, output = t["segments"][1], t["segments"][2]
    assert code["code"]["program"].strip() == make.code
    assert code["code"]["marks"][0] == "```python\n"
    assert (output["run"]["status"], output["run"]["stdout"]["text"]) == ("ok", "42\n")
    assert output["run"]["wall_s"] == 0.25
    assert [one["number"] for one in t["tries"]] == [1, 2]
    assert viewer.send("GET", f"/api/run/{run}/rollout/999")[0] == 404


def test_a_tree_names_who_left_whom_and_where(viewer):
    family = viewer.get(f"run/{viewer.run('first')}/rollout/16")["family"]
    assert [(one["relation"], one["parent"], one["shared"]) for one in family] == [
        ("root", None, 0),
        ("fork", "product/1/7#1", 1),
        ("fork", "product/1/7#1.1", 2),
        ("side", "product/1/7#1", 0),
    ]


def test_tokens_have_their_texts_and_logprobs(viewer):
    run = viewer.run("first")
    tokens = viewer.get(f"run/{run}/rollout/18/tokens")
    prompt, said = tokens["segments"]
    assert tokens["spelled"]
    assert "".join(text for text, _ in said) == "the answer is <<<7>>>"
    assert [logprob for _, logprob in said[:3]] == [0.0, -0.5, -1.0]
    assert {logprob for _, logprob in prompt} == {None}
    assert viewer.get(f"run/{run}/rollout/1/tokens")["segments"] == [None, None]


def test_only_bytes_of_a_picture_are_a_picture(tmp_path, make, open_viewer):
    forms = {
        "image/png": make.png,
        "image/jpeg": make.png,
        "image/svg+xml": "<svg onload='x()'/>",
        "text/html": "<script>x()</script>",
    }
    wrong = {"image/png": "PHN2Zz4=", "image/jpeg": "not base64 \" onerror='x()'"}
    content = base64.b64decode(make.png)
    wide = content[:16] + struct.pack(">II", 60_000, 60_000) + content[24:]
    huge = {"image/png": base64.b64encode(wide).decode()}
    shown = Execution("ok", displays=(Display(forms), Display(wrong), Display(huge)))
    t = make.rollout(1, segments=(Segment("output", "", execution=shown),))
    make.run(tmp_path / "a", [t])
    viewer = open_viewer(tmp_path)
    displays = viewer.get(f"run/{viewer.run('a')}/rollout/1")["segments"][0]["run"]["displays"]
    assert [d["mime"] for d in displays if "picture" in d] == ["image/png"]
    assert sum("text" in d for d in displays) == 6


def test_a_very_long_text_is_cut_and_kept_whole_in_the_record(tmp_path, make, open_viewer):
    t = make.rollout(1, segments=(Segment("text", "x" * 10_000_000, sample=0),))
    make.run(tmp_path / "a", [t])
    viewer = open_viewer(tmp_path)
    run = viewer.run("a")
    text = viewer.get(f"run/{run}/rollout/1")["segments"][0]["text"]
    assert (len(text["text"]), text["characters"], text["cut"]) == (100_000, 10_000_000, True)
    status, headers, body = viewer.send("GET", f"/api/run/{run}/rollout/1/record")
    assert (status, headers["Content-Disposition"].split(";")[0]) == (200, "attachment")
    assert records.load(body.decode()) == t


def test_two_runs_on_the_same_problems(viewer):
    first, second = viewer.run("first"), viewer.run("second")
    found = viewer.get(f"compare/{first}/0/{second}/0")
    assert (found["problems"], found["gained"], found["lost"]) == (6, 3, 1)
    assert "noise" in found["verdict"]
    assert [row["problem"] for row in found["rows"]] == [f"product/1/{n}" for n in (1, 2, 3, 5)]
    lost = viewer.get(f"compare/{first}/0/{second}/0", show="lost")["rows"]
    assert [(row["first"]["answer"], row["second"]["answer"]) for row in lost] == [("14", "1")]


def test_curves_follow_their_file(viewer, runs):
    run = viewer.run("training")
    with open(runs / "training" / "metrics.jsonl", "a") as file:
        file.write('{"step": 40, "accuracy": 1.0, "loss": NaN}\n{"step": 41, "accu')
    told = viewer.get(f"curves/{run}")
    assert told["curves"]["accuracy"][-1] == [40.0, 1.0]
    assert told["curves"]["loss"][-1] == [39.0, 1 / 40]


def test_a_growing_run_is_followed(viewer, runs, make):
    run = viewer.run("first")
    before = viewer.get(f"run/{run}")
    with records.Writer(runs / "first" / "trajectories.jsonl") as writer:
        writer.append(make.rollout(50))
    deadline = time.monotonic() + 10
    while (now := viewer.get(f"run/{run}"))["version"] == before["version"] and time.monotonic() < deadline:
        time.sleep(0.1)
    assert now["rollouts"] == before["rollouts"] + 1
    assert now["live"]
    assert viewer.get(f"run/{run}/rows", text="350")["total"] == 1


def test_a_run_that_is_not_one_is_named_and_others_stay(viewer, runs, make):
    (runs / "broken").mkdir()
    (runs / "broken" / "trajectories.jsonl").write_text('{"id": 1}\n')
    (runs / "begun").mkdir()
    (runs / "begun" / "run.json").write_text("{nonsense")
    told = {run["name"]: run for run in viewer.get("runs")}
    assert "is no trajectory" in told["broken"]["fault"]
    assert (told["begun"]["rollouts"], told["begun"]["said"]) == (0, {})
    assert told["second"]["rollouts"] == 6
    (runs / "broken" / "trajectories.jsonl").write_text(records.dump(make.rollout(1)) + "\n")
    mended = next(run for run in viewer.get("runs") if run["name"] == "broken")
    assert mended["rollouts"] == 1


def test_a_vote_hides_the_methods_and_is_kept(viewer, runs):
    run = viewer.run("first")
    seen = set()
    for _ in range(6):
        ballot = viewer.get(f"run/{run}/ballot", one="0", two="1", who="ada")
        shown = json.dumps([ballot["sides"], ballot["problem"]])
        assert not any(word in shown for word in ("Text()", "Code(", "tiny", '"gold"', "End with"))
        seen.add(ballot["problem"]["id"])
        body = {"vote": "first", "who": "ada", "reason": "shorter\u2028"}
        status, told = viewer.post(f"ballot/{ballot['ballot']}/vote", body)
        assert status == 200
        assert {name for name, _ in told["methods"]} == {"Text()", "Code(max=1)"}
        assert viewer.post(f"ballot/{ballot['ballot']}/vote", body)[0] == 404
    assert len(seen) == 6
    assert viewer.get(f"run/{run}/ballot", one="0", two="1", who="ada") is None
    assert viewer.get(f"run/{run}/ballot", one="0", two="1", who="bob")["left"] == 6
    lines = [json.loads(line) for line in (runs / "first" / "votes.jsonl").read_text().splitlines()]
    assert {line["problem"] for line in lines} == seen
    assert {line["methods"][0][0] for line in lines} == {"Text()", "Code(max=1)"}
    tally = viewer.get(f"run/{run}/votes")
    assert tally["votes"] == tally["pairs"][0]["one"] + tally["pairs"][0]["two"] == 6


def test_a_torn_vote_does_not_spoil_the_next(viewer, runs):
    run, file = viewer.run("first"), runs / "first" / "votes.jsonl"
    unfit = [{"vote": "first"}, [], {"problem": [], "vote": "tie"}, {"vote": "tie", "methods": [["a", 1], 2]}]
    file.write_text("".join(json.dumps(line) + "\n" for line in unfit) + '{"time": "20')
    ballot = viewer.get(f"run/{run}/ballot", one="0", two="1")
    assert viewer.post(f"ballot/{ballot['ballot']}/vote", {"vote": "tie"})[0] == 200
    assert viewer.get(f"run/{run}/votes")["votes"] == 1
    assert viewer.get(f"run/{run}/votes")["pairs"] == [{"methods": [0, 1], "one": 0, "two": 0, "tie": 1}]


def test_a_vote_that_cannot_be_written_leaves_the_ballot_open(viewer, runs):
    (runs / "first" / "votes.jsonl").mkdir()
    ballot = viewer.get(f"run/{viewer.run('first')}/ballot", one="0", two="1")
    path = f"ballot/{ballot['ballot']}/vote"
    status, said = viewer.post(path, {"vote": "tie"})
    assert status == 400
    assert "votes.jsonl" in said["error"]
    (runs / "first" / "votes.jsonl").rmdir()
    assert viewer.post(path, {"vote": "tie"})[0] == 200


@pytest.mark.parametrize(
    "body", [{"vote": "third"}, {"vote": 1}, {"vote": "tie", "reason": "x" * 10_001}, [], 1]
)
def test_a_vote_that_is_none_is_refused(viewer, runs, body):
    ballot = viewer.get(f"run/{viewer.run('first')}/ballot", one="0", two="1")
    assert viewer.post(f"ballot/{ballot['ballot']}/vote", body)[0] == 400
    assert not (runs / "first" / "votes.jsonl").exists()


def test_the_programs_of_a_ballot_are_run_again(tmp_path, make, open_viewer):
    ran = Execution("ok", "4\n")
    said = Segment("code", "```python\nprint(2 + 2)\n```\n", sample=0)
    coded = (
        said,
        Segment("output", "4", execution=ran),
        said,
        Segment("output", "5", execution=Execution("ok", "5\n")),
    )
    pair = [make.rollout(1), make.rollout(1, "Code()", segments=coded, answer=Answer("4"))]
    make.run(tmp_path / "a", pair)
    viewer = open_viewer(tmp_path)
    ballot = viewer.get(f"run/{viewer.run('a')}/ballot", one="0", two="1")
    status, sides = viewer.post(f"ballot/{ballot['ballot']}/run", {})
    assert status == 200
    (again,) = [side for side in sides if side]
    assert [run["now"]["stdout"]["text"] for run in again] == ["4\n", "4\n"]
    assert [run["differs"] for run in again] == [[], ["stdout"]]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["no-such-folder"], "no-such-folder"),
        ([".", "--port", "70000"], "--port"),
        ([".", "--host", "203.0.113.7"], "--host 203.0.113.7"),
    ],
)
def test_the_command_refuses_what_cannot_be(flags, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["view", *flags, "--no-open"]) == 2
    assert said in capsys.readouterr().err
