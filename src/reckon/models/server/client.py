"""The connection to a server: concurrency, retries, and what a refusal means.

Retried, with exponential backoff and jitter or as Retry-After says: 408, 409, 429, 5xx, connection faults and
time-outs, answers that are no answer. A reply whose text was already shown is not retried: the text cannot
be taken back. httpx is imported when the first request is made. The key appears in no message and no repr.
"""

import asyncio
import json
import random
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from reckon.errors import ModelUnavailable, UsageError
from reckon.models.server.reply import Reply
from reckon.protocols import OnText

if TYPE_CHECKING:
    import httpx

_RETRIED = frozenset({408, 409, 429})
_LONGEST_WAIT_S = 60.0
# httpx looks through a pool's connections at each request: with hundreds, that is most of a request's cost.
_POOL = 8


class Refused(Exception):
    """The server said no in a way that asking again does not mend."""

    def __init__(self, status: int, message: str, code: str = "", parameter: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.parameter = parameter


@dataclass
class _Pool:
    """Connections, and how many requests are on them."""

    http: "httpx.AsyncClient"
    busy: int = 0


class _Again(Exception):
    """A fault that may pass; `wait_s` if the server says when."""

    def __init__(self, reason: str, wait_s: float | None = None) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


@dataclass
class Client:
    """One server. A client may be used from several event loops, one after the other."""

    base_url: str
    key: str | None = field(repr=False)
    retries: int
    timeout_s: float
    max_concurrency: int
    first_wait_s: float = 0.5

    def __post_init__(self) -> None:
        self.key = (self.key or "").strip() or None
        if self.key and not (self.key.isascii() and self.key.isprintable()):
            raise UsageError("the API key holds a character that no key has; copy it again")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pools: list[_Pool] = []
        self._ssl: ssl.SSLContext | None = None  # takes 20 ms to make
        self._slots = asyncio.Semaphore(self.max_concurrency)
        self._reached = False

    async def post(self, path: str, body: Mapping[str, Any], on_text: OnText | None) -> Reply:
        """Raises Refused, or ModelUnavailable when the retries are used up."""

        async def once() -> Reply:
            return await self._post(path, body, on_text)

        return await self._retried(once)

    async def models(self) -> list[str]:
        """The names that the server has, [] where it does not say."""
        import httpx

        try:
            async with self._lent() as http:
                response = await http.get("/models")
            return sorted(str(one["id"]) for one in response.json()["data"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return []

    async def close(self) -> None:
        if self._loop is asyncio.get_running_loop():
            for pool in self._pools:
                await pool.http.aclose()
        self._pools = []

    @asynccontextmanager
    async def _lent(self) -> "AsyncIterator[httpx.AsyncClient]":
        """Connections with room for one more request."""
        self._connect()
        pool = next((one for one in self._pools if one.busy < _POOL), None)
        if pool is None:
            pool = _Pool(self._opened())
            self._pools.append(pool)
        pool.busy += 1
        try:
            yield pool.http
        finally:
            pool.busy -= 1

    def _connect(self) -> None:
        """Connections belong to the event loop that opened them: a new loop gets new ones."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._pools = [_Pool(self._opened())]
            self._slots = asyncio.Semaphore(self.max_concurrency)
            self._loop = loop

    def _opened(self) -> "httpx.AsyncClient":
        import httpx

        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        limits = httpx.Limits(max_connections=None)
        timeout = httpx.Timeout(self.timeout_s, connect=min(10.0, self.timeout_s), pool=None)
        self._ssl = self._ssl or httpx.create_ssl_context()
        try:
            return httpx.AsyncClient(
                base_url=self.base_url, headers=headers, timeout=timeout, limits=limits, verify=self._ssl
            )
        except httpx.InvalidURL as error:
            raise UsageError(f"--base-url {self.base_url!r} is no URL: {error}") from error

    async def _retried(self, once: Callable[[], Awaitable[Reply]]) -> Reply:
        self._connect()
        attempt = 0
        while True:
            try:
                async with self._slots:
                    return await once()
            except _Again as again:
                # A server that never answered is likelier absent than busy: one more try is enough.
                if attempt >= (self.retries if self._reached else min(self.retries, 1)):
                    raise ModelUnavailable(
                        self._hidden(f"the model server {self.base_url} {again}")
                    ) from again
                wait_s = self.first_wait_s * 2**attempt * random.uniform(0.5, 1.0)
                wait_s = again.wait_s if again.wait_s is not None else wait_s
                await asyncio.sleep(min(wait_s, _LONGEST_WAIT_S))
                attempt += 1

    async def _post(self, path: str, body: Mapping[str, Any], on_text: OnText | None) -> Reply:
        import httpx

        reply = Reply()
        try:
            async with self._lent() as http, http.stream("POST", path, json=body) as response:
                self._reached = True
                if response.status_code != 200:
                    self._refuse(response, await response.aread())
                if body.get("stream"):
                    await _read_events(response, reply, on_text)
                else:
                    reply.add(json.loads(await response.aread()))
        except httpx.TimeoutException as error:
            raise self._fault(f"did not answer within {self.timeout_s:g} s", reply, on_text) from error
        except httpx.ConnectError as error:
            raise self._fault(f"cannot be reached ({error}); is it running?", reply, on_text) from error
        except httpx.TransportError as error:
            raise self._fault(f"broke off ({error or type(error).__name__})", reply, on_text) from error
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            raise self._fault(f"answers nonsense ({error})", reply, on_text) from error
        if reply.finish_reason is None:
            raise self._fault("broke off in the middle of its answer", reply, on_text)
        return reply

    def _fault(self, reason: str, reply: Reply, on_text: OnText | None) -> Exception:
        if on_text is not None and reply.text:
            return ModelUnavailable(
                self._hidden(f"the model server {self.base_url} {reason}, its text half shown")
            )
        return _Again(reason)

    def _refuse(self, response: "httpx.Response", raw: bytes) -> None:
        status, refused = response.status_code, _refusal(response.status_code, raw)
        lasting = refused.code == "insufficient_quota"  # a 429 that waiting does not mend
        if not lasting and (status in _RETRIED or status >= 500):
            wait_s = _retry_after(response.headers.get("retry-after"))
            raise _Again(f"answers {status}: {self._hidden(str(refused))}", wait_s)
        raise Refused(status, self._hidden(str(refused)), refused.code, refused.parameter)

    def _hidden(self, text: str) -> str:
        return text.replace(self.key, "***") if self.key else text


async def _read_events(response: "httpx.Response", reply: Reply, on_text: OnText | None) -> None:
    async for line in response.aiter_lines():
        if not line.startswith("data:"):
            continue
        data = line[5:].strip()
        if data == "[DONE]":
            return
        event = json.loads(data)
        if "error" in event:
            raise ValueError(str(event["error"]))
        text = reply.add(event)
        if text and on_text is not None:
            on_text(text)


def _refusal(status: int, raw: bytes) -> Refused:
    """The server's own words, from the few shapes in which servers say them."""
    text = raw.decode("utf-8", "replace").strip()
    try:
        data = json.loads(text)
    except ValueError:
        return Refused(status, " ".join(text.split())[:200] or "no reason given")
    error = data.get("error", data) if isinstance(data, dict) else data
    if not isinstance(error, dict):
        return Refused(status, str(error)[:400])
    message = error.get("message") or error.get("detail") or error
    return Refused(status, str(message)[:400], str(error.get("code") or ""), str(error.get("param") or ""))


def _retry_after(value: str | None) -> float | None:
    """Seconds, from either form of the header."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None
