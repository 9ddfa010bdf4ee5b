"""The viewer over HTTP: static files, JSON, and who may ask.

    Host      must be this machine's: a page elsewhere whose name is made to point here (DNS rebinding) is not
              answered
    POST      wants the token of the printed address, JSON, and no other Origin
    elsewhere (--host) every answer about a run wants the token
    CSP       only this server's own files run; nothing is fetched from anywhere else
No header lets other origins read, and no path of a client's reaches the file system: files are those read at
the start, runs go by id.
"""

import hmac
import ipaddress
import json
import math
import secrets
import socket
import sys
import traceback
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit

from reckon import __version__
from reckon.errors import ReckonError, UsageError
from reckon.serving.viewer.library import Indexing, Library, NotFound
from reckon.serving.viewer.routes import Routes

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_FIELDS = 40
_BODY_BYTES = 64 << 10
_IDLE_S = 60
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Viewer(ThreadingHTTPServer):
    """The server over a library. port 0: any free one. Raises UsageError where it cannot listen there."""

    daemon_threads = True

    def __init__(
        self, library: Library, host: str = "127.0.0.1", port: int = 0, *, seed: int | None = None
    ) -> None:
        self.routes = Routes(library, seed=seed)
        self.token = secrets.token_urlsafe(16)
        self.host = host
        self.is_local = host in _LOOPBACK
        self.files = _static_files()
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            super().__init__((host, port), _Handler)
        except (OSError, OverflowError) as error:
            said = getattr(error, "strerror", None) or error
            raise UsageError(f"cannot listen on --host {host} --port {port}: {said}") from None

    @property
    def address(self) -> str:
        """The page, with the token that votes want."""
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)
        shown = f"[{shown}]" if ":" in shown and not shown.startswith("[") else shown
        return f"http://{shown}:{self.server_address[1]}/?token={self.token}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error; anything else is a fault of ours, and is printed."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    def accepts(self, host: str) -> bool:
        """Whether a Host header names this server; away from loopback an address of digits does as well."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in (_LOOPBACK if self.is_local else (self.host, *_LOOPBACK)):
            return True
        return not self.is_local and _is_address(name)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = f"reckon/{__version__}"
    sys_version = ""
    timeout = _IDLE_S
    wbufsize = (
        -1
    )  # head and body leave in one packet: two would wait 40 ms for the client's word on the first
    disable_nagle_algorithm = True

    @property
    def viewer(self) -> Viewer:
        return cast(Viewer, self.server)

    def do_GET(self) -> None:
        self._answer(self._get)

    def do_HEAD(self) -> None:
        self._answer(self._get)

    def do_POST(self) -> None:
        self._answer(self._post)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing: the terminal belongs to whoever started the viewer."""

    def _answer(self, act: Any) -> None:
        """Do it, and turn what it raises into a status and one line."""
        try:
            if not self.viewer.accepts(self.headers.get("Host", "")):
                raise _Refused(HTTPStatus.FORBIDDEN, "this server answers to its own address only")
            act()
        except _Refused as refused:
            self.close_connection = True  # a body may not have been read
            self._send_json({"error": str(refused)}, refused.status)
        except Indexing as error:
            self._send_json({"waiting": str(error)}, HTTPStatus.ACCEPTED)
        except NotFound as error:
            self._send_json({"error": str(error)}, HTTPStatus.NOT_FOUND)
        except ReckonError as error:
            self._send_json({"error": str(error)}, HTTPStatus.BAD_REQUEST)
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        except Exception:
            traceback.print_exc()
            self._send_json(
                {"error": "a fault of the viewer: its terminal says which"}, HTTPStatus.INTERNAL_SERVER_ERROR
            )

    def _get(self) -> None:
        where, arguments = self._asked()
        if not where.startswith("/api/"):
            return self._send_file(where)
        if not self.viewer.is_local:
            self._check_token(arguments.get("token", ""))
        path = unquote(where.removeprefix("/api/"))
        if (line := self.viewer.routes.raw(path)) is not None:
            saved = {"Content-Disposition": 'attachment; filename="trajectory.json"'}
            return self._send(line, "application/json", more=saved)
        return self._send_json(self.viewer.routes.get(path, arguments))

    def _post(self) -> None:
        where, arguments = self._asked()
        self._check_token(arguments.get("token", ""))
        if self.headers.get("Origin", (own := f"http://{self.headers.get('Host')}")) != own:
            raise _Refused(HTTPStatus.FORBIDDEN, "another origin asks")
        body = self._read_body()
        self._send_json(self.viewer.routes.post(unquote(where.removeprefix("/api/")), body))

    def _asked(self) -> tuple[str, dict[str, str]]:
        """The path and the arguments. Raises UsageError."""
        try:
            asked = urlsplit(self.path)
            return asked.path, dict(parse_qsl(asked.query, max_num_fields=_FIELDS))
        except ValueError as error:
            raise UsageError(f"this address cannot be read: {error}") from None

    def _read_body(self) -> dict[str, Any]:
        if self.headers.get_content_type() != "application/json":
            raise _Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "wanted application/json")
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or int(length[:9]) > _BODY_BYTES:
            raise _Refused(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"wanted a body of at most {_BODY_BYTES} bytes"
            )
        try:
            body = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError) as error:
            raise UsageError(f"the body is no JSON: {error}") from None
        if not isinstance(body, dict):
            raise UsageError("the body: wanted an object")
        return body

    def _check_token(self, given: str) -> None:
        if not hmac.compare_digest(given.encode(), self.viewer.token.encode()):
            raise _Refused(
                HTTPStatus.FORBIDDEN, "open the address that 'reckon view' printed: its token is missing"
            )

    def _send_file(self, path: str) -> None:
        name = "index.html" if path == "/" else path.removeprefix("/")
        if name not in self.viewer.files:
            raise NotFound("there is no such page")
        self._send(self.viewer.files[name], _TYPES[name.rpartition(".")[2]])

    def _send_json(self, value: Any, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(_encoded(value), "application/json", status)

    def _send(
        self,
        content: bytes,
        kind: str,
        status: HTTPStatus = HTTPStatus.OK,
        more: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        told = {"Content-Type": kind, "Content-Length": str(len(content)), "Cache-Control": "no-store"}
        for name, value in (told | HEADERS | (more or {})).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


class _Refused(Exception):
    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


def _static_files() -> dict[str, bytes]:
    """Name to content: what is served, and all that can be."""
    found = files("reckon.serving.viewer").joinpath("static")
    return {
        file.name: file.read_bytes() for file in found.iterdir() if file.name.rpartition(".")[2] in _TYPES
    }


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _encoded(value: Any) -> bytes:
    """ASCII JSON. A record may hold NaN and infinities, which JSON has not: they become null."""
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii")
    except ValueError:
        return json.dumps(_finite(value), separators=(",", ":")).encode("ascii")


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {name: _finite(item) for name, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value
