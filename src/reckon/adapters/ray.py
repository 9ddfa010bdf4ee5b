"""Interpreters on the nodes of a Ray cluster, behind the one seam that a rollout wants: `open() -> session`.

    ray.init(address="auto")
    async with RayInterpreters() as interpreters:
        setup = Setup(model, open_session=interpreters.open)

An actor on each node holds an AsyncInterpreter and serves it to this process. Ray says which nodes there are
and starts the actors; programs and outputs go over the interpreter's own wire (interpreter/connection), one
TCP connection to a node, and not through Ray's object store. A session stays on its node with its forks.

A node that dies takes its own sessions along, and no others: SessionLost, a fault of ours, which voids their
rollouts; those are drawn again, and new sessions open on the nodes that stand. Nodes that join are found.
"""

import asyncio
import contextlib
import secrets
import time
import weakref
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from reckon.errors import InfrastructureError, MissingExtra, UsageError
from reckon.interpreter import AsyncInterpreter
from reckon.interpreter.connection.client import RemoteInterpreter
from reckon.interpreter.connection.links import Tcp
from reckon.interpreter.connection.listening import listening

if TYPE_CHECKING:
    from reckon.interpreter.check import Case, Verdict
    from reckon.interpreter.connection.session import RemoteSession
    from reckon.values import Execution

START_S = 120.0  # for an actor: Ray starts a process, the interpreter its zygote
LOOK_S = 15.0  # between two looks for nodes that have joined
_END_S = 10.0
T = TypeVar("T")


class RayInterpreters:
    """Interpreters on every node that has `amount` of `resource` free; `ray.init` was called before.

    make: what each node's actor opens, as in partial(AsyncInterpreter, require="strict"); it is sent there.
    resource, amount: what an actor takes of its node: "CPU", or a resource of yours that marks some nodes.
    Raises MissingExtra without ray, UsageError without a cluster or where a node cannot do what `make` asks.
    """

    def __init__(
        self,
        make: Callable[[], AsyncInterpreter] = AsyncInterpreter,
        *,
        resource: str = "CPU",
        amount: float = 1.0,
    ) -> None:
        if not callable(make):
            raise UsageError(f"make: wanted a function that makes an AsyncInterpreter, got {make!r}")
        if not resource or isinstance(amount, bool) or not amount > 0:
            raise UsageError(f"wanted a resource's name and an amount above 0, got {resource!r}, {amount!r}")
        self._make, self._resource, self._amount = make, resource, amount
        self._hosts: dict[str, _Host] = {}
        self._gone: list[_Host] = []
        self._looking: asyncio.Task[list[BaseException]] | None = None
        self._fault = ""
        self._looked = 0.0
        self._is_open = False

    async def __aenter__(self) -> Self:
        if not _ray().is_initialized():
            raise UsageError("no Ray cluster is connected: call ray.init(address=…) first")
        self._is_open = True
        try:
            faults = await self._look()
            for fault in faults:
                if not isinstance(fault, InfrastructureError):  # it would be so on the other nodes as well
                    raise fault
            if not self._hosts:
                raise UsageError(self._nobody())
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def nodes(self) -> tuple[str, ...]:
        """The ids of the nodes that have an interpreter, as Ray names them."""
        return tuple(sorted(self._hosts))

    @property
    def concurrency(self) -> int:
        """Programs running at once, on all nodes together."""
        return sum(host.interpreter.concurrency for host in self._hosts.values())

    async def open(self) -> "RemoteSession":
        """A new session whose process is up, on the node with the fewest; the caller closes it.

        Raises InfrastructureError where no node has an interpreter.
        """

        async def on(host: _Host) -> "RemoteSession":
            session = await host.interpreter.open()
            host.sessions.add(session)
            return session

        return await self._somewhere(on)

    async def run(
        self, code: str, *, language: str = "python", timeout_s: float | None = None
    ) -> "Execution":
        """Run one program in a session of its own; again elsewhere where its node is lost."""
        return await self._somewhere(
            lambda host: host.interpreter.run(code, language=language, timeout_s=timeout_s)
        )

    async def check(
        self,
        program: str,
        cases: "Iterable[Case]",
        *,
        language: str = "python",
        timeout_s: float | None = None,
    ) -> "Verdict":
        """Whether a program passes its cases; again elsewhere where its node is lost."""
        cases = tuple(cases)
        return await self._somewhere(
            lambda host: host.interpreter.check(program, cases, language=language, timeout_s=timeout_s)
        )

    async def close(self) -> None:
        """End every session, interpreter and actor. Safe to repeat."""
        self._is_open = False
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.gather(self._looking, return_exceptions=True)
        hosts, self._hosts = list(self._hosts.values()), {}
        gone, self._gone = self._gone, []
        await asyncio.gather(*map(_end, hosts), *(host.interpreter.close() for host in gone))

    async def _somewhere(self, do: "Callable[[_Host], Awaitable[T]]") -> T:
        """Do it on the node with the fewest sessions, on another one where that fails by a fault of ours."""
        failed: set[str] = set()
        while True:
            host = await self._least_busy(failed)
            host.asked += 1
            try:
                return await do(host)
            except InfrastructureError:
                await self._drop_if_gone(host)
                if host.node in failed:  # all that stand have failed
                    raise
                failed.add(host.node)
            finally:
                host.asked -= 1

    async def _least_busy(self, failed: set[str]) -> "_Host":
        if not self._is_open:
            raise UsageError("the interpreters are not open: use them as a context manager")
        is_looking = self._looking is not None and not self._looking.done()
        if not is_looking and (not self._hosts or time.monotonic() - self._looked > LOOK_S):
            self._looking = asyncio.create_task(self._look())
        if not self._hosts and self._looking is not None:
            await asyncio.shield(self._looking)
        standing = [host for host in self._hosts.values() if host.node not in failed]
        if not standing and not self._hosts:
            raise InfrastructureError(self._nobody())
        return min(standing or self._hosts.values(), key=lambda host: host.load)

    async def _look(self) -> list[BaseException]:
        """Start an interpreter on each node that has none; why some have none still."""
        self._looked = time.monotonic()
        alive = await asyncio.to_thread(_ray().nodes)
        fit = [
            str(node["NodeID"])
            for node in alive
            if node["Alive"] and node["Resources"].get(self._resource, 0.0) >= self._amount
        ]
        starting = [self._start(node) for node in fit if node not in self._hosts]
        faults = [f for f in await asyncio.gather(*starting, return_exceptions=True) if f is not None]
        self._fault = str(faults[0]) if faults else ""
        return faults

    async def _start(self, node: str) -> None:
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        ray, token = _ray(), secrets.token_hex(32)
        own = {"num_cpus": self._amount} if self._resource == "CPU" else {"num_cpus": 0}
        if self._resource != "CPU":
            own["resources"] = {self._resource: self._amount}  # type: ignore[assignment]
        strategy = NodeAffinitySchedulingStrategy(node, soft=False)
        actor = ray.remote(_Serving).options(scheduling_strategy=strategy, max_concurrency=8, **own).remote()
        try:
            place = await asyncio.wait_for(_answer(actor.start.remote(self._make, token)), START_S)
            interpreter = RemoteInterpreter(Tcp(*place), token=token)
            await interpreter.__aenter__()
        except TimeoutError:
            ray.kill(actor)
            raise InfrastructureError(
                f"node {node}: no interpreter in {START_S:g} s; is {self._amount:g} {self._resource} free?"
            ) from None
        except BaseException:
            ray.kill(actor)
            raise
        self._hosts[node] = _Host(node, actor, interpreter)

    async def _drop_if_gone(self, host: "_Host") -> None:
        if self._hosts.get(host.node) is not host:
            return
        try:
            await host.interpreter.calls()
        except InfrastructureError:
            if self._hosts.get(host.node) is host:
                # Not closed before the end: others may be about to hear from it that it is gone.
                self._gone.append(self._hosts.pop(host.node))
                _ray().kill(host.actor)

    def _nobody(self) -> str:
        return (
            f"no node of the Ray cluster has an interpreter: wanted nodes with {self._amount:g} of"
            f" {self._resource!r} free, and reckon installed on them"
            f"{f'; {self._fault}' if self._fault else ''}"
        )


@dataclass(eq=False, slots=True)
class _Host:
    """One node's interpreter, as it is seen from here.  asked: sessions and programs that are being begun."""

    node: str
    actor: Any
    interpreter: RemoteInterpreter
    asked: int = 0
    sessions: "weakref.WeakSet[RemoteSession]" = field(default_factory=weakref.WeakSet)

    @property
    def load(self) -> float:
        """Sessions opened from here, forks not counted, for each program that may run at once."""
        standing = sum(not session.closed for session in self.sessions)
        return (standing + self.asked) / self.interpreter.concurrency


class _Serving:
    """The actor: an interpreter that listens on its node until the actor ends."""

    def __init__(self) -> None:
        self._owned = contextlib.AsyncExitStack()

    async def start(self, make: Callable[[], AsyncInterpreter], token: str) -> tuple[str, int]:
        """Where it listens: the node's address and a port that the system chose."""
        host = _ray().util.get_node_ip_address()
        interpreter = await self._owned.enter_async_context(make())
        place = await self._owned.enter_async_context(listening(interpreter, Tcp(host, 0), token=token))
        assert isinstance(place, Tcp)
        return place.host, place.port

    async def stop(self) -> None:
        await self._owned.aclose()


async def _end(host: _Host) -> None:
    """Whatever is left of a host; its node may be gone."""
    with contextlib.suppress(InfrastructureError):
        await host.interpreter.close()
    with contextlib.suppress(InfrastructureError, TimeoutError):
        await asyncio.wait_for(_answer(host.actor.stop.remote()), _END_S)
    _ray().kill(host.actor)


async def _answer(reference: Any) -> Any:
    """What an actor answered. Raises what it raised on purpose, InfrastructureError for what befell it."""
    from ray.exceptions import RayError, RayTaskError

    try:
        return await asyncio.wrap_future(reference.future())
    except RayTaskError as error:
        if isinstance(error.cause, UsageError):
            raise error.cause from None
        raise InfrastructureError(f"an interpreter on a Ray node failed: {error.cause!r}") from None
    except RayError as error:
        raise InfrastructureError(f"a Ray node was lost: {str(error).splitlines()[0]}") from None


def _ray() -> Any:
    try:
        import ray
    except ImportError:
        raise MissingExtra("interpreters on Ray nodes", "ray") from None
    return ray
