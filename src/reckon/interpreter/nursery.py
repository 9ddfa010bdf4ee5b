"""The host's side of a zygote: start it, ask it for sessions, notice its death."""

import asyncio
import contextlib
import itertools
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from reckon.errors import InfrastructureError, SessionLost
from reckon.interpreter import cgroups
from reckon.interpreter.homes import Place
from reckon.interpreter.limits import Limits
from reckon.interpreter.network.gate import Gate, check_forkable
from reckon.interpreter.network.names import ENVIRONMENT
from reckon.interpreter.network.network import READS, Network
from reckon.values import JSON

_PACKET = 1 << 16
_START_S = 180.0  # a machine with ten times as much to do as it can has needed more than 60
_END_S = 5.0
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# The packages' own __init__ files are for hosts: the zygote imports its modules from beside them.
_BOOT = """
import sys, types
descriptor, package, base, preload, reads, network = sys.argv[1:]
for name, path in (("reckon", package), ("reckon.interpreter", package + "/interpreter")):
    module = sys.modules[name] = types.ModuleType(name)
    module.__path__ = [path]
sys.argv[:] = [""]
import reckon.interpreter.zygote as zygote
preload, reads = preload.split(",") if preload else [], reads.split(":") if reads else []
zygote.main(int(descriptor), base, preload, reads, network == "network")
"""
_ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "LOGNAME": "user",  # a session's user has no name of its own
    "MPLBACKEND": "Agg",
    # A library with threads of its own cannot be forked.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a process ended: the status that wait(2) gives, CPU seconds, peak resident bytes, and whether the
    kernel has killed in its control group for lack of memory.
    """

    status: int
    cpu_s: float
    peak_memory_bytes: int
    out_of_memory: bool = False


class Nursery:
    """One zygote process. `closed` once it is gone; whatever lived in it is lost then.

    reads: what its sessions may read besides Python and the system's libraries; no path holds a colon.
    network: where its sessions may connect to; None: nowhere.
    opened, living: how many sessions it has made, and how many of them have not ended.
    """

    def __init__(
        self,
        base: str,
        preload: Sequence[str],
        *,
        hash_seed: int | None = None,
        reads: Sequence[str] = (),
        network: Network | None = None,
    ) -> None:
        self._base = base
        self._reads = (*reads, *(READS if network else ()))
        self._network = network
        self._gate: Gate | None = None
        self._hash_seed = hash_seed
        self._preload = tuple(preload)
        self._numbers = itertools.count()
        self._waiting: dict[int, asyncio.Future[tuple[dict[str, JSON], list[int]]]] = {}
        self._loop = asyncio.get_running_loop()
        self._ready: asyncio.Future[dict[str, JSON]] = self._loop.create_future()
        self._moves: dict[int, asyncio.Task[None]] = {}
        self.closed = False
        self.opened = self.living = 0
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._channel.setblocking(False)
        try:
            self._process = self._spawn(theirs)
        except OSError as error:
            self._channel.close()
            raise InfrastructureError(f"the interpreter's process could not start: {error}") from error
        finally:
            theirs.close()
        self._loop.add_reader(self._channel, self._on_packet)

    def _spawn(self, channel: socket.socket) -> "subprocess.Popen[bytes]":
        arguments = [
            str(channel.fileno()),
            _PACKAGE,
            self._base,
            ",".join(self._preload),
            ":".join(self._reads),
            "network" if self._network else "",
        ]
        return subprocess.Popen(
            [sys.executable, "-s", "-P", "-c", _BOOT, *arguments],
            env={
                **_ENVIRONMENT,
                **(ENVIRONMENT if self._network else {}),
                **({} if self._hash_seed is None else {"PYTHONHASHSEED": str(self._hash_seed)}),
                "HOME": self._base,
                "TMPDIR": self._base,
                "MPLCONFIGDIR": self._base,
            },
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=[channel.fileno()],
            start_new_session=True,
        )

    @property
    def is_ready(self) -> bool:
        return self._ready.done() and not self.closed

    @property
    def pid(self) -> int:
        return self._process.pid

    def counts(self, what: Literal["memory", "pids"]) -> bool:
        """Whether control groups limit that, summed over a session."""
        given = self._ready.result().get("cgroups") if self.is_ready else None
        return isinstance(given, list) and what in given

    @property
    def users(self) -> tuple[int, int] | None:
        """The user ids [first, end) to give sessions, None where there are none or it is not up yet."""
        drawn = self._ready.result().get("users") if self.is_ready else None
        return (int(drawn[0]), int(drawn[1])) if isinstance(drawn, list) else None

    async def report(self) -> Mapping[str, JSON]:
        """What confines its sessions, once it is warm. Raises InfrastructureError if it never gets there."""
        try:
            return await asyncio.wait_for(asyncio.shield(self._ready), _START_S)
        except TimeoutError:
            raise InfrastructureError(f"the interpreter's process was not up in {_START_S:g} s") from None

    async def open(
        self, place: Place, limits: Limits, descriptors: Sequence[int], *, early: bool = False
    ) -> tuple[int, int]:
        """(pid, pidfd) of a new session, `early` if nobody waits for it yet. Raises InfrastructureError."""
        values: dict[str, JSON] = asdict(limits)
        request: dict[str, JSON] = {"do": "open", "home": place.path, "user": place.user}
        request |= {"limits": values, "early": early}
        return await self._process_of(request, descriptors)

    async def adopt(self, pid: int, limits: Limits) -> tuple[int, int]:
        """(pid, pidfd) of a session that another one forked. Raises InfrastructureError."""
        values: dict[str, JSON] = asdict(limits)
        return await self._process_of({"do": "adopt", "pid": pid, "limits": values}, ())

    def check_forkable(self, pid: int) -> None:
        """Raise UsageError where a session holds connections."""
        if self._gate is not None:
            check_forkable(pid)

    @property
    def fault(self) -> str:
        """Why the host could not look into a session that wanted to connect; "" where it could."""
        return self._gate.fault if self._gate is not None else ""

    def note_of(self, pid: int) -> str:
        """What of the network that session was refused since it was last asked, "" for nothing."""
        refused = self._network.refused.take(pid) if self._network is not None else ()
        return f"Not on the network allow-list: {', '.join(refused)}." if refused else ""

    async def end(self, pid: int) -> Ended:
        """Kill a session and all it started; how it ended. Raises SessionLost if the zygote died."""
        # A fork that is not moved yet stands in the group of the session it came from, and would end with it.
        if others := [move for moved, move in self._moves.items() if moved != pid]:
            await asyncio.wait(others)  # whoever is cancelled here cancels no move
        reply, _ = await self._ask({"do": "end", "pid": pid}, ())
        self.living -= 1
        status, cpu_s, peak = reply.get("status"), reply.get("cpu_s"), reply.get("peak")
        if not isinstance(status, int) or not isinstance(cpu_s, float) or not isinstance(peak, int):
            raise InfrastructureError(f"ending a session failed: {reply.get('error')}")
        return Ended(status, cpu_s, peak, reply.get("out_of_memory") is True)

    async def clear(self, pid: int) -> None:
        """Kill what a session has started. Raises SessionLost if the zygote died."""
        await self._ask({"do": "clear", "pid": pid}, ())

    async def close(self) -> None:
        """End the zygote, and with it every session it holds."""
        if self.is_ready:
            with contextlib.suppress(SessionLost, TimeoutError):
                await asyncio.wait_for(self._ask({"do": "leave"}, ()), _END_S)
        self._lose()
        await asyncio.gather(*self._moves.values())
        try:
            await asyncio.to_thread(self._process.wait, _END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)
        if self._gate is not None:
            await self._gate.close()
        await asyncio.to_thread(cgroups.sweep, f"{os.path.basename(self._base)}-{self._process.pid}")

    async def _process_of(self, request: dict[str, JSON], descriptors: Sequence[int]) -> tuple[int, int]:
        reply, received = await self._ask(request, descriptors)
        pid = reply.get("pid")
        if not isinstance(pid, int) or len(received) != 1:
            raise InfrastructureError(f"no session could be made: {reply.get('error')}")
        self.opened, self.living = self.opened + 1, self.living + 1
        if places := reply.get("groups"):
            assert isinstance(places, list)
            move = asyncio.create_task(asyncio.to_thread(_move, pid, places))
            self._moves[pid] = move
            move.add_done_callback(lambda _: self._moves.pop(pid, None))
        return pid, received[0]

    async def _ask(
        self, request: dict[str, JSON], descriptors: Sequence[int]
    ) -> tuple[dict[str, JSON], list[int]]:
        if not self.is_ready:  # else nothing is waited for: whoever is cancelled has asked
            await self.report()
        number = next(self._numbers)
        packet = json.dumps({"id": number, **request}).encode()
        while not self.closed:
            try:
                socket.send_fds(self._channel, [packet], descriptors)
                break
            except BlockingIOError:
                await asyncio.sleep(0.001)
            except OSError:
                self._lose()
        if self.closed:
            raise SessionLost("the interpreter's zygote process is gone")
        answer: asyncio.Future[tuple[dict[str, JSON], list[int]]] = self._loop.create_future()
        self._waiting[number] = answer
        try:
            return await answer
        except asyncio.CancelledError:
            # The answer may still bring a descriptor; whoever takes it from the channel closes it then.
            answer.cancel()
            raise

    def _on_packet(self) -> None:
        try:
            packet, descriptors, _, _ = socket.recv_fds(self._channel, _PACKET, 1)
        except BlockingIOError:
            return
        except OSError:
            packet, descriptors = b"", []
        if not packet:
            self._lose()
            return
        message = json.loads(packet)
        if "ready" in message:
            if descriptors and self._network is not None:
                self._gate = self._network.gate(descriptors[0])
            self._ready.set_result(message)
            return
        answer = self._waiting.pop(message["id"], None)
        if answer is not None and not answer.done():
            answer.set_result((message, descriptors))
            return
        for descriptor in descriptors:
            os.close(descriptor)
        if isinstance(message.get("pid"), int):
            # Whoever asked for this session was cancelled meanwhile: nobody else will end it.
            with contextlib.suppress(OSError):
                self._channel.send(json.dumps({"id": -1, "do": "end", "pid": message["pid"]}).encode())

    def _lose(self) -> None:
        if self.closed:
            return
        self.closed = True
        self._loop.remove_reader(self._channel)
        self._channel.close()
        lost = SessionLost("the interpreter's zygote process is gone")
        pending: list[asyncio.Future[Any]] = [self._ready, *self._waiting.values()]
        for answer in pending:
            if not answer.done():
                answer.set_exception(lost)
                # A session whose end nobody awaits any more must not be reported as never retrieved.
                answer.exception()
        self._waiting.clear()
        with contextlib.suppress(ProcessLookupError):
            self._process.poll()


def _move(pid: int, places: Sequence[str]) -> None:
    """Give a fork, until here in its parent's groups, its own. It may have ended meanwhile."""
    with contextlib.suppress(OSError):
        cgroups.move(pid, places)
