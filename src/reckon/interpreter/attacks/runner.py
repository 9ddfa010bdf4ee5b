"""Run the attacks, each in a session of its own, and look at the host after each.

A second session lives beside them all: it must answer, with its variables, after every attack.
"""

import contextlib
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from reckon.errors import InfrastructureError, UsageError
from reckon.interpreter.attacks.attack import Attack
from reckon.interpreter.attacks.bait import Bait
from reckon.interpreter.attacks.census import Census, zygotes
from reckon.interpreter.attacks.mechanism import mechanism
from reckon.interpreter.attacks.prelude import prelude
from reckon.interpreter.isolation import Isolation
from reckon.interpreter.limits import MIB, Limits
from reckon.interpreter.synchronous import Interpreter, Session
from reckon.values import Execution

LIMITS = Limits(
    timeout_s=5.0,
    grace_s=0.2,
    memory_bytes=256 * MIB,
    output_bytes=256 << 10,
    processes=32,
    file_bytes=4 * MIB,
    open_files=128,
    disk_bytes=64 * MIB,
    disk_files=4000,
)
# A refusal is the kernel's; these are mistakes in the attack's own text, which must not pass for one.
_MISTAKES = {
    "AttributeError", "ImportError", "IndexError", "KeyError", "ModuleNotFoundError", "NameError",
    "RuntimeError", "SyntaxError", "TypeError", "UnboundLocalError",
}  # fmt: skip
_SLACK_S = 15.0  # for killing, sweeping and removing what an attack made, on a busy machine


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attack.

    contained: it reached nothing.  claimed: a tier in force here says that it would not.
    mechanism: what stopped it; "not run" where nothing would have.  harm: what it reached, in words.
    """

    attack: Attack
    contained: bool
    claimed: bool
    mechanism: str
    status: str = ""
    harm: tuple[str, ...] = ()
    wall_s: float = 0.0

    @property
    def failed(self) -> bool:
        """Something is wrong: a claim that does not hold."""
        return self.claimed and not self.contained


def target() -> Interpreter:
    """An interpreter to attack: small limits, and no session that is not ours to count."""
    return Interpreter(LIMITS, preload=(), spares=0)


def run_attacks(
    interpreter: Interpreter,
    attacks: Sequence[Attack],
    *,
    on_outcome: Callable[[Outcome], None] | None = None,
) -> list[Outcome]:
    """The outcome of each, in order. `interpreter` is open, is used by nobody else and keeps no spares."""
    run = partial(_run_in, on_outcome=on_outcome or (lambda outcome: None))
    with Bait() as bait:
        outcomes = run(interpreter, [attack for attack in attacks if not attack.connected], bait)
        if connected := [attack for attack in attacks if attack.connected]:
            try:
                with _connected_target(bait) as other:
                    outcomes += run(other, connected, bait)
            except UsageError:  # no connections are made here at all
                outcomes += [Outcome(attack, False, False, "not run") for attack in connected]
    return sorted(outcomes, key=lambda outcome: attacks.index(outcome.attack))


def _run_in(
    interpreter: Interpreter, attacks: Sequence[Attack], bait: Bait, on_outcome: Callable[[Outcome], None]
) -> list[Outcome]:
    tiers, outcomes = interpreter.isolation, []
    if attacks:
        with _Host.watched(interpreter, bait) as host:
            for attack in attacks:
                outcomes.append(_run(interpreter, attack, host, tiers))
                on_outcome(outcomes[-1])
    return outcomes


def _connected_target(bait: Bait) -> Interpreter:
    return Interpreter(LIMITS, preload=(), spares=0, network=(f"127.0.0.1:{bait.open_port}",))


def is_claimed(attack: Attack, tiers: Isolation) -> bool:
    return not attack.needs or any(feature in tiers for feature in attack.needs)


def _run(interpreter: Interpreter, attack: Attack, host: "_Host", tiers: Isolation) -> Outcome:
    claimed = is_claimed(attack, tiers)
    if attack.dangerous and not claimed:
        return Outcome(attack, False, False, "not run")
    begun = time.perf_counter()
    harm: list[str] = []
    execution = Execution("infrastructure")
    try:
        with interpreter.session() as session:
            execution = session.run(host.prelude + attack.program, timeout_s=attack.seconds)
    except InfrastructureError as fault:
        harm.append(f"the host lost the session: {fault}")
    wall_s = time.perf_counter() - begun
    harm += _told_by(execution, attack, host.bait)
    harm += host.harmed()
    if wall_s > attack.seconds + LIMITS.grace_s + _SLACK_S:
        harm.append(f"it held the host for {wall_s:.0f} s")
    stopped_by = mechanism(attack, execution, tiers, LIMITS) if not harm else "nothing"
    return Outcome(attack, not harm, claimed, stopped_by, execution.status, tuple(harm), wall_s)


def _told_by(execution: Execution, attack: Attack, bait: Bait) -> list[str]:
    """What the run's own record gives away."""
    said = "\n".join((execution.stdout, execution.stderr, execution.value or "", _error(execution)))
    words = f"{bait.mark} escaped: "
    harm = [line.partition(words)[2] for line in said.splitlines() if words in line]
    if bait.secret in said:
        harm.append("a planted secret was read")
    if execution.error is not None and execution.error.type in _MISTAKES and attack.wants_a_refusal:
        harm.append(f"the attack itself is wrong: {_error(execution)}")
    if execution.status not in attack.expect:
        wanted = " or ".join(attack.expect)
        harm.append(f"ended as {execution.status!r}, wanted {wanted}: {_error(execution) or execution.note}")
    return harm


def _error(execution: Execution) -> str:
    return "" if execution.error is None else f"{execution.error.type}: {execution.error.message}"


class _Host:
    """All that must be as it was: the bait, the census, this process, the session next door."""

    def __init__(self, interpreter: Interpreter, bait: Bait, peer: Session) -> None:
        self.bait = bait
        self._interpreter = interpreter
        self._peer = peer
        self._word = f"peer{os.urandom(8).hex()}"
        setup = (
            f"import os, random\nword = {self._word!r}\nopen('secret', 'w').write({bait.secret!r})\n"
            "draw = random.random()\n(os.getpid(), os.getcwd(), draw)"
        )
        pid, folder, draw = eval(peer.run(setup).value or "(0, '', 0)", {})
        self._base = os.path.dirname(os.path.dirname(folder))
        self._told: dict[str, object] = {
            "PEER": pid,
            "PEER_FOLDER": folder,
            "PEER_DRAW": draw,
            "PEER_SECRET_SHA": hashlib.sha256(self._word.encode()).hexdigest(),
            "BASE": self._base,
            "ZYGOTE": (zygotes(self._base) or [0])[0],
        }
        interpreter.run("1")
        self._census = self._count()
        self._self = self._own_state()
        self._drift = time.time() - time.monotonic()

    @staticmethod
    @contextlib.contextmanager
    def watched(interpreter: Interpreter, bait: Bait) -> Iterator["_Host"]:
        with interpreter.session() as peer:
            yield _Host(interpreter, bait, peer)

    @property
    def prelude(self) -> str:
        return prelude({**self.bait.told, **self._told})

    def harmed(self) -> list[str]:
        """What is not as it was before the attack; it is taken for given before the next."""
        harm = [*self.bait.touched(), *self._neighbours(), *self._census.left_over()]
        state = self._own_state()
        if state != self._self:
            harm.append(f"the host's own process changed: {self._self} became {state}")
        drift = time.time() - time.monotonic()
        if abs(drift - self._drift) > 1.0:
            harm.append(f"the clock moved by {drift - self._drift:.1f} s")
        if harm:
            self._census, self._self, self._drift = self._count(), state, drift
        return harm

    def _neighbours(self) -> list[str]:
        """The session next door keeps its variables and files, and a new one works."""
        harm = []
        try:
            seen = self._peer.run("sorted(os.listdir('.')), word, open('secret').read()", timeout_s=15)
            if seen.value != repr((["secret"], self._word, self.bait.secret)):
                harm.append(f"another session was harmed: {seen.status} {seen.value} {seen.note}")
                self._peer.run(f"word = {self._word!r}")
            fresh = self._interpreter.run("6 * 7", timeout_s=15)
            if fresh.value != "42":
                harm.append(f"a new session does not work: {fresh.status} {fresh.output}")
        except InfrastructureError as fault:
            harm.append(f"sessions were lost: {fault}")
        return harm

    def _count(self) -> Census:
        return Census.take(self._base, self.bait.mark, self.bait.key)

    @staticmethod
    def _own_state() -> tuple[object, ...]:
        threads = [t.name for t in threading.enumerate() if not t.name.startswith("asyncio")]
        with open("/proc/self/limits", "rb") as file:
            limits = hashlib.sha256(file.read()).hexdigest()[:8]
        return (
            len(threads),
            limits,
            os.getpriority(os.PRIO_PROCESS, 0),
            tuple(sorted(os.sched_getaffinity(0))),
            os.uname().nodename,
            os.getcwd(),
        )
