"""Who may ask the viewer, for what, and what its answers let a browser do."""

import json
import socket

import pytest

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("path", ["/", "/app.js", "/style.css", "/api/runs", "/nothing", "/api/run/x"])
def test_every_answer_has_the_policy_and_no_leave_for_other_origins(viewer, path):
    _, headers, _ = viewer.send("GET", path, headers={"Origin": "http://evil.example"})
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert not [name for name in headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "10.0.0.1", "[::1", "", "localhost.evil"],
)
def test_another_host_is_not_answered(viewer, host):
    status, _, body = viewer.send("GET", "/api/runs", headers={"Host": host})
    assert (status, b"first" in body) == (403, False)


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1", "[::1]:5"])
def test_this_machine_by_any_name_is_answered(viewer, host):
    assert viewer.send("GET", "/api/runs", headers={"Host": host})[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../../../etc/passwd",
        "/static/app.js",
        "/%2e%2e/server.py",
        "/server.py",
        "/index.html/..",
        "/api/run/..%2f..%2fetc/rows",
        "/api/run/%2fetc%2fpasswd",
        "/api/curves/..",
        "/api/run/x/rollout/1/record",
        "//etc/passwd",
        "/api/runs/more",
    ],
)
def test_no_path_reaches_the_file_system(viewer, path):
    status, _, body = viewer.send("GET", path)
    assert status == 404
    assert b"root:" not in body


def a_vote(viewer):
    ballot = viewer.get(f"run/{viewer.run('first')}/ballot", one="0", two="1")
    return f"/api/ballot/{ballot['ballot']}/vote"


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("", {}, 403),
        ("?token=guess", {}, 403),
        ("?token=%C3%A9", {}, 403),
        ("?token=TOKEN", {"Origin": "http://evil.example"}, 403),
        ("?token=TOKEN", {"Origin": "null"}, 403),
        ("?token=TOKEN", {"Origin": "http://["}, 403),
        ("?token=TOKEN", {"Content-Type": "text/plain"}, 415),
        ("?token=TOKEN", {"Content-Length": "99999999999999"}, 413),
        ("?token=TOKEN", {"Content-Length": "-1"}, 413),
        ("?token=TOKEN", {}, 200),
    ],
)
def test_a_vote_wants_the_token_json_and_our_own_page(viewer, runs, query, headers, status):
    headers = {"Content-Type": "application/json", **headers}
    path = a_vote(viewer) + query.replace("TOKEN", viewer.token)
    assert viewer.send("POST", path, json.dumps({"vote": "tie"}), headers)[0] == status
    assert (runs / "first" / "votes.jsonl").exists() == (status == 200)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_do_nothing(viewer, method):
    assert viewer.send(method, "/api/runs")[0] == 501


def test_a_listener_for_others_wants_the_token_for_everything(runs, open_viewer):
    viewer = open_viewer(runs, host="0.0.0.0")
    assert viewer.send("GET", "/api/runs")[0] == 403
    assert viewer.send("GET", f"/api/runs?token={viewer.token}")[0] == 200
    assert viewer.send("GET", "/")[0] == 200
    named = {"Host": "evil.example"}
    assert viewer.send("GET", f"/api/runs?token={viewer.token}", headers=named)[0] == 403
    assert viewer.send("GET", f"/api/runs?token={viewer.token}", headers={"Host": "10.1.2.3"})[0] == 200


def test_nonsense_on_the_wire_ends_that_connection_alone(viewer):
    for sent in (
        b"\x00\xff\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET " + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", viewer.port), timeout=10) as raw:
            raw.sendall(sent)
            raw.shutdown(socket.SHUT_WR)
            while raw.recv(65536):
                pass
    assert viewer.send("GET", "/api/runs")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "//[",
        "/api/compare/RUN/" + "9" * 5000 + "/RUN/0",
        "/api/runs?" + "&".join(["a=1"] * 50),
        "/api/run/%ff%00/rows",
    ],
)
def test_an_address_that_cannot_be_read_is_refused(viewer, path, capsys):
    status, _, body = viewer.send("GET", path.replace("RUN", viewer.run("first")))
    assert status in (400, 404)
    assert json.loads(body)["error"]
    assert "Traceback" not in capsys.readouterr().err
