"""What an attack is: a hostile program, and what it means that it was contained."""

import textwrap
from dataclasses import dataclass

# The first three as in CIRCLE (2025), the next five as in CyberSecEval 2 (arXiv 2404.13161) and RedCode-Exec
# (2411.07781); the rest is ours.
CATEGORIES = {
    "cpu": "processor time",
    "memory": "memory",
    "disk": "disk space and what is left on it",
    "escape": "files outside the session",
    "privilege": "more rights than it was given",
    "reflected": "attacks on others from here",
    "breakout": "out of a container by its host's interfaces",
    "theft": "a person's data",
    "processes": "processes, threads and signals",
    "descriptors": "descriptors",
    "output": "what is printed and shown",
    "harness": "the loop that runs it and reports on it",
    "information": "what it may learn",
    "network": "sockets of every family",
    "kernel": "the kernel's larger doors",
}

REFUSED = ("denied",)
FAILED = ("denied", "error")
STOPPED = ("timeout",)
CRASHED = ("crashed",)
SURVIVED = ("ok",)
ANY = ("ok", "error", "timeout", "memory", "output", "denied", "crashed")
NO_TIER = ("no tier",)


@dataclass(frozen=True, slots=True)
class Attack:
    """id: "category.what".  code: the program; it calls `escaped(what)` where it got out (see prelude.py).
    expect: the statuses of a contained run.
    needs: features (see isolation.py), one of which in force means containment is claimed; none: always.
    by: what contains it where the status does not tell.
    seconds: its timeout.
    dangerous: it would reach beyond the bait where nothing stops it, so it runs only where that is claimed.
    connected: it runs where programs may connect to one place, OPEN_PORT of this machine.
    """

    id: str
    code: str
    expect: tuple[str, ...] = REFUSED
    needs: tuple[str, ...] = ()
    by: str = ""
    seconds: float = 3.0
    dangerous: bool = False
    connected: bool = False

    @property
    def category(self) -> str:
        return self.id.partition(".")[0]

    @property
    def wants_a_refusal(self) -> bool:
        return "denied" in self.expect and "ok" not in self.expect

    @property
    def program(self) -> str:
        return textwrap.dedent(self.code).strip() + "\n"
