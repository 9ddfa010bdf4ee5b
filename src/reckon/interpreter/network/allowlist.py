"""Which places programs may reach: `HOST:PORT`, `ADDRESS:PORT` and `NETWORK/LENGTH:PORT`, over TCP.

A name opens the public addresses that the host finds for it. Loopback, private, link-local and all other
special addresses are open only where an entry names them by number: a name may be made to point at them (DNS
rebinding), and 0.0.0.0/0 is the public internet, not the metadata service of a cloud.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from reckon.errors import UsageError

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
_ENTRY = re.compile(r"(?:\[(?P<six>[^\[\]]+)\]|(?P<host>[^\[\]:]+)):(?P<port>\d{1,5})")
_NAME = re.compile(
    r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
_MOST = 256
# IANA's registries of special-purpose addresses, with multicast, and the ways of writing IPv4 as IPv6.
_SPECIAL = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
        "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4", "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48",
        "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7",
        "fe80::/10", "fec0::/10", "ff00::/8",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AllowList:
    """entries: as they were asked for.  networks, names: what they mean, each with its ports."""

    entries: tuple[str, ...]
    networks: tuple[tuple[_Network, int], ...]
    names: tuple[tuple[str, int], ...]

    @staticmethod
    def of(entries: Iterable[str]) -> "AllowList | None":
        """None where nothing is asked for. Raises UsageError for what is no place."""
        if isinstance(entries, str) or not isinstance(entries, Iterable):
            raise UsageError(f"network: wanted places such as ('api.example.org:443',), got {entries!r:.80}")
        wanted = tuple(entries)
        if len(wanted) > _MOST:
            raise UsageError(f"network: wanted at most {_MOST} places, got {len(wanted)}")
        networks, names = list[tuple[_Network, int]](), list[tuple[str, int]]()
        for entry in wanted:
            place, port = _read(entry)
            networks.append((place, port)) if not isinstance(place, str) else names.append((place, port))
        return AllowList(wanted, tuple(networks), tuple(names)) if wanted else None

    def permits(self, address: Address, port: int) -> bool:
        """Whether an entry names this address by number."""
        return any(
            port == allowed
            and address in network
            and (not is_special(address) or _is_within_special(network))
            for network, allowed in self.networks
        )

    def ports_of(self, name: str) -> tuple[int, ...]:
        """Those that are open at a name; none where it is not on the list."""
        return tuple(port for known, port in self.names if known == name)


def plain(address: Address) -> Address:
    """An IPv4 address that is written as IPv6 (::ffff:10.0.0.1), as itself."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_special(address: Address) -> bool:
    """Whether it lies outside the public internet, or may stand for one that does."""
    return any(address in network for network in _SPECIAL)


def _is_within_special(network: _Network) -> bool:
    return any(
        network.version == special.version and network.subnet_of(special)  # type: ignore[arg-type]
        for special in _SPECIAL
    )


def _read(entry: str) -> tuple[_Network | str, int]:
    found = _ENTRY.fullmatch(entry) if isinstance(entry, str) else None
    if found is None or not 0 < int(found["port"]) < 1 << 16:
        forms = "'api.example.org:443', '10.1.0.0/16:8080' or '[2001:db8::1]:443'"
        raise UsageError(f"network: wanted a place with its port, such as {forms}, got {entry!r:.80}")
    text, port = (found["six"] or found["host"]).lower().removesuffix("."), int(found["port"])
    if "*" in text:
        raise UsageError(
            f"network: {entry!r:.80}: a connection names an address and not a host, so a wildcard cannot be "
            "enforced: name each host"
        )
    if text == "localhost" or text.endswith(".localhost"):
        raise UsageError(f"network: {entry!r:.80}: this machine is named by its address: '127.0.0.1:{port}'")
    if found["six"] is None and _NAME.fullmatch(text):
        return text, port
    try:
        network = ipaddress.ip_network(text)
    except ValueError as error:
        raise UsageError(
            f"network: {entry!r:.80}: wanted a host's name, an address or a network: {error}"
        ) from None
    if (network.version == 6) != (found["six"] is not None):
        raise UsageError(f"network: {entry!r:.80}: wanted an IPv6 address, and no other, in brackets")
    if network.version == 6 and network.subnet_of(ipaddress.IPv6Network("::ffff:0:0/96")):
        raise UsageError(f"network: {entry!r:.80}: wanted the IPv4 address itself")
    return network, port
