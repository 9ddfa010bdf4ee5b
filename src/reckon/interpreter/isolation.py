"""What confines the sessions on this machine, tier by tier, found out by a zygote and not by guessing."""

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

from reckon.errors import UsageError
from reckon.values import JSON

Level: TypeAlias = Literal["none", "standard", "strict"]
_STANDARD = (("landlock files",), ("seccomp",), ("no new privileges",))
_STRICT = (*_STANDARD, ("seccomp", "network namespace"), ("own user", "mount namespace", "container"))


@dataclass(frozen=True, slots=True)
class Tier:
    """One kernel feature: whether it is in force, what it stops, and what to do where it is not."""

    feature: str
    in_force: bool
    stops: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Isolation:
    """network: the places that programs may connect to; none as a rule."""

    tiers: tuple[Tier, ...]
    network: tuple[str, ...] = ()

    def __contains__(self, feature: object) -> bool:
        """Whether the named feature is in force."""
        return any(tier.in_force for tier in self.tiers if tier.feature == feature)

    @property
    def level(self) -> Level:
        """standard: files by Landlock, system calls by seccomp, no privileges to gain.
        strict: also no network but what is asked for, and a user or a mount namespace apart from the host's.
        none: anything less.
        """
        return "none" if self.missing("standard") else "standard" if self.missing("strict") else "strict"

    def missing(self, level: Level) -> tuple[Tier, ...]:
        """What keeps this machine from `level`, each with its remedy."""
        wanted = {"none": (), "standard": _STANDARD, "strict": _STRICT}[level]
        first = [features[0] for features in wanted if not any(feature in self for feature in features)]
        known = {tier.feature: tier for tier in self.tiers}
        return tuple(known.get(name, Tier(name, False, "")) for name in first)


def check_level(level: Level) -> None:
    """Raise UsageError for what is no level."""
    if level not in get_args(Level):
        raise UsageError(f"require: wanted one of {', '.join(get_args(Level))}, got {level!r}")


def check_platform() -> None:
    """Raise UsageError where no program can be run, saying how to have it run elsewhere."""
    if sys.platform != "linux":
        raise UsageError(
            f"programs are confined by the Linux kernel, and this is {sys.platform}: have them run "
            "elsewhere, by Interpreter.connect('container:python:3.11-slim') with Docker or Podman, or by "
            "Interpreter.connect('tcp://HOST:PORT') with a server on Linux; see docs/interpreter.md"
        )


def require(level: Level, report: Mapping[str, JSON]) -> None:
    """Raise UsageError where a zygote's report falls short of `level`."""
    if missing := isolation_of(report).missing(level):
        told = "; ".join(f"{tier.feature} ({tier.remedy})" for tier in missing)
        raise UsageError(f"require: this machine cannot confine programs as {level!r} wants: it lacks {told}")


def isolation_of(report: Mapping[str, JSON], network: tuple[str, ...] = ()) -> Isolation:
    """From a zygote's report of itself. network: what its sessions may connect to."""
    abi, namespaces = report.get("landlock"), report.get("namespaces")
    abi = abi if isinstance(abi, int) else 0
    given = namespaces if isinstance(namespaces, list) else []
    own_user, groups = report.get("users") is not None, report.get("cgroups")
    summed = groups if isinstance(groups, list) else []
    sampled = "control groups that we may make; without them a watchdog samples the sum"
    newer, rooted = "a newer kernel", "run as root in a user namespace or container that has free user ids"
    landlock = "a kernel of 6.2 or later with landlock in its lsm= list"
    outside = "run as root, or a kernel of 5.12 or later that gives ordinary users namespaces"
    filters = "a kernel with CONFIG_SECCOMP_FILTER, on x86-64 or aarch64"
    return Isolation(
        (
            Tier("landlock files", abi >= 3, "reading and writing outside the session's directory", landlock),
            Tier("landlock tcp", abi >= 4, "TCP connections and listeners", f"{newer}: 6.7 or later"),
            Tier("landlock scope", abi >= 6, "signals to processes outside", f"{newer}: 6.12 or later"),
            Tier(
                "seccomp", report.get("seccomp") is True, "sockets, ptrace, mounts, bpf, io_uring, …", filters
            ),
            Tier("no new privileges", True, "setuid programs gaining anything"),
            Tier("resource limits", True, "memory, file size and descriptors of one process"),
            Tier("own user", own_user, "one session touching another's processes and files", rooted),
            Tier("process limit", own_user or "pids" in summed, "fork bombs before the timeout", rooted),
            Tier("memory of a session", "memory" in summed, "what its processes hold together", sampled),
            Tier(
                "size of the directory", True, "filling the disk with many files, sampled while a run lasts"
            ),
            Tier("network namespace", "network" in given, "every network, whatever the protocol", outside),
            Tier("mount namespace", "mount" in given, "sight of closed home directories", outside),
            Tier(
                "read-only view",
                "read-only" in given or own_user,
                "changes of mode, owner and times",
                outside,
            ),
            Tier("host name", "uts" in given, "sight of the host's name", outside),
            Tier("ipc namespace", "ipc" in given, "System V shared memory of the host", outside),
            Tier(
                "network allow-list",
                report.get("network") is True,
                "connections elsewhere, where some are asked for",
                "ask for some: Interpreter(network=…); without, no connection is made at all",
            ),
        ),
        network,
    )


def isolation_report() -> list[Tier]:
    """Start a zygote, ask it, end it: for `reckon doctor`. Raises InfrastructureError.

    The allow-list of connections is tried by an interpreter that asks for one.
    """
    from reckon.interpreter.interpreter import AsyncInterpreter

    async def ask(network: tuple[str, ...]) -> Isolation:
        async with AsyncInterpreter(preload=(), spares=0, network=network) as interpreter:
            return await interpreter.isolation()

    try:
        return list(asyncio.run(ask(("127.0.0.1:9",))).tiers)
    except UsageError as error:
        tiers, why = asyncio.run(ask(())).tiers, str(error)
        return [replace(t, remedy=why) if t.feature == "network allow-list" else t for t in tiers]
