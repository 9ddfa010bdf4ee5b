"""What confines the sessions on this machine, tier by tier, found out by a zygote and not by guessing."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from reckon.values import JSON


@dataclass(frozen=True, slots=True)
class Tier:
    """One kernel feature: whether it is in force, what it stops, and what to do where it is not."""

    feature: str
    in_force: bool
    stops: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Isolation:
    tiers: tuple[Tier, ...]

    def __contains__(self, feature: object) -> bool:
        """Whether the named feature is in force."""
        return any(tier.in_force for tier in self.tiers if tier.feature == feature)


def isolation_of(report: Mapping[str, JSON]) -> Isolation:
    """From a zygote's report of itself."""
    abi, namespaces = report.get("landlock"), report.get("namespaces")
    abi = abi if isinstance(abi, int) else 0
    given = namespaces if isinstance(namespaces, list) else []
    own_user = report.get("users") is not None
    newer, rooted = "a newer kernel", "run as root in a user namespace or container that has free user ids"
    landlock = "a kernel of 6.2 or later with landlock in its lsm= list"
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
            Tier("process limit", own_user, "fork bombs before the timeout", rooted),
            Tier(
                "network namespace", "network" in given, "every network, whatever the protocol", "run as root"
            ),
            Tier("mount namespace", "mount" in given, "sight of closed home directories", "run as root"),
            Tier("ipc namespace", "ipc" in given, "System V shared memory of the host", "run as root"),
        )
    )


def isolation_report() -> list[Tier]:
    """Start a zygote, ask it, end it: for `reckon doctor`. Raises InfrastructureError."""
    from reckon.interpreter.interpreter import AsyncInterpreter

    async def ask() -> Isolation:
        async with AsyncInterpreter(preload=()) as interpreter:
            return await interpreter.isolation()

    return list(asyncio.run(ask()).tiers)
