"""Network: what an interpreter that was asked for connections owns, from its opening to its end."""

from collections.abc import Iterable, Mapping

from reckon.errors import UsageError
from reckon.interpreter.network.allowlist import AllowList
from reckon.interpreter.network.gate import Gate
from reckon.interpreter.network.names import Names
from reckon.interpreter.network.refused import Refused
from reckon.values import JSON

# Certificates of authorities and the configuration of OpenSSL, for programs that want TLS; no private keys.
READS = (
    "/etc/ssl/certs", "/etc/ssl/cert.pem", "/etc/ssl/openssl.cnf", "/usr/share/ca-certificates",
    "/etc/pki/tls/certs", "/etc/pki/ca-trust/extracted",
)  # fmt: skip
_NEEDED = "it takes Linux 5.14 or later with seccomp, on x86-64 or aarch64, and no other listener above us"
PROOF_S = 20.0
# The name server of a session is its host: connecting there goes all the way of a connection.
PROOF = "import socket\nsocket.create_connection(('127.0.0.1', 53), 10).close()"


class Network:
    """allowed: what was asked for.  names: what the names in it stand for.  refused: what was not allowed."""

    def __init__(self, allowed: AllowList) -> None:
        self.allowed = allowed
        self.refused = Refused()
        self.names = Names(allowed, self.refused)

    @staticmethod
    def of(entries: Iterable[str]) -> "Network | None":
        """None where no place is asked for. Raises UsageError for what is no place."""
        allowed = AllowList.of(entries)
        return None if allowed is None else Network(allowed)

    def gate(self, listener: int) -> Gate:
        """The gate of a zygote whose filter has this listener; its owner closes it."""
        return Gate(listener, self.allowed, self.names, self.refused)

    @staticmethod
    def check(report: Mapping[str, JSON]) -> None:
        """Raise UsageError where a zygote's sessions cannot have their connections checked."""
        told = report.get("network")
        if told is not True:
            raise UsageError(f"network: this kernel cannot have connections checked: {told}; {_NEEDED}")
        if report.get("users") is None and not report.get("landlock"):
            raise UsageError(f"network: without users of their own, sessions need Landlock for it; {_NEEDED}")

    @staticmethod
    def fault_of(fault: str, output: str) -> UsageError:
        """What to raise where a session's first connection did not come about."""
        if fault:
            return UsageError(
                f"network: the host may not look where its sessions want to connect to ({fault}): as root it "
                "needs CAP_SYS_PTRACE (docker run --cap-add SYS_PTRACE), as an ordinary user a "
                "kernel.yama.ptrace_scope of 0 or 1 and a container that lets it call pidfd_getfd"
            )
        return UsageError(f"network: a connection could not be made: {output.strip()[-400:]}; {_NEEDED}")
