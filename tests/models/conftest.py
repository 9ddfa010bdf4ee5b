"""What the tests of models share: an untrained checkpoint on disk, and a small server with a script."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from reckon.models.decoding.blank import write_blank

TEXTS = [
    "print(1 + 2)\n",
    "the answer is 42",
    "Hello there, how many letters?",
    "```python\nprint(3)\n```\n",
] * 4


@pytest.fixture(scope="session")
def blank(tmp_path_factory) -> Path:
    return write_blank(tmp_path_factory.mktemp("blank"), texts=TEXTS, seed=1)


class Quiet(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what some tests are about."""


class FakeServer:
    """Answers each POST with the next of `replies`, the last one for ever; keeps what was asked.

    A reply is a dict (JSON, status 200), a list of dicts (a stream of events), (status, dict, headers), bytes
    (sent as they are), or None (the connection is dropped).
    """

    def __init__(self) -> None:
        self.replies: list = []
        self.asked: list[dict] = []
        self.headers: list[dict] = []
        self.models = ["small", "large"]
        self.most_at_once = self._at_once = 0
        self.hold: threading.Event | None = None
        self._lock = threading.Lock()
        self._server = Quiet(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def take(self, body: dict, headers: dict) -> object:
        with self._lock:
            self.asked.append(body)
            self.headers.append(headers)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if self.hold is not None:
            self.hold.wait(2)
        with self._lock:
            self._at_once -= 1
        return reply

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                self._json(200, {"data": [{"id": name} for name in fake.models]}, {})

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                reply = fake.take(body, dict(self.headers))
                if reply is None:
                    self.close_connection = True
                elif isinstance(reply, dict):
                    self._json(200, reply, {})
                elif isinstance(reply, tuple):
                    self._json(*reply)
                elif isinstance(reply, list):
                    self._events(reply)
                else:
                    self._raw(200, reply, {})

            def _json(self, status: int, data: dict, headers: dict) -> None:
                self._raw(status, json.dumps(data).encode(), headers)

            def _raw(self, status: int, data: bytes, headers: dict) -> None:
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(data))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(data)

            def _events(self, events: list) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                for event in events:
                    line = event if isinstance(event, str) else json.dumps(event)
                    self.wfile.write(f"data: {line}\n\n".encode())

        return Handler


@pytest.fixture
def server() -> Iterator[FakeServer]:
    fake = FakeServer()
    yield fake
    fake.close()
