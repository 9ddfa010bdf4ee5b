"""Programs that want a socket, of any family, by any way."""

from reckon.interpreter.attacks.attack import FAILED, REFUSED, Attack

_CALLS = ("seccomp",)
_ANY = ("seccomp", "network namespace")


def _family(name: str, number: int, kind: str = "SOCK_RAW", protocol: int = 0) -> Attack:
    """A bare socket of a family is containment lost: the kernel has loaded its code for us."""
    code = f"""
        import socket
        try: socket.socket({number}, socket.{kind}, {protocol})
        except PermissionError: raise
        except OSError as error: escaped(f"the kernel was asked: {{error}}")
        else: escaped("made")
        """
    return Attack(f"network.{name}", code, FAILED, _CALLS)


NETWORK = (
    Attack(
        "network.tcp",
        "import socket; socket.create_connection(('127.0.0.1', PORT), 1); escaped('connected')",
        REFUSED,
        ("seccomp", "network namespace", "landlock tcp"),
    ),
    Attack(
        "network.tcp_to_the_metadata_service",
        "import socket; socket.create_connection(('169.254.169.254', 80), 1); escaped('connected')",
        FAILED,
        ("seccomp", "network namespace", "landlock tcp"),
    ),
    Attack(
        "network.udp",
        """
        import socket
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", UDP_PORT))
        escaped("sent")
        """,
        FAILED,
        _ANY,
    ),
    Attack(
        "network.listener",
        "import socket; socket.create_server(('127.0.0.1', 0)); escaped('listening')",
        FAILED,
        ("seccomp", "landlock tcp"),
    ),
    Attack(
        "network.names",
        "import socket; socket.getaddrinfo(MARK + '.invalid', 80); escaped('resolved')",
        FAILED,
        _ANY,
    ),
    Attack(
        "network.unix_stream",
        "import socket; socket.socket(socket.AF_UNIX).connect(SOCKET); escaped('connected')",
        REFUSED,
        _CALLS,
    ),
    Attack(
        "network.unix_datagram",
        """
        import socket
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"x", MAILBOX)
        escaped("sent")
        """,
        REFUSED,
        _CALLS,
    ),
    Attack(
        "network.datagram_from_a_pair",
        """
        import socket
        one, two = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        one.sendto(b"x", MAILBOX)
        escaped("sent")
        """,
        REFUSED,
        _CALLS,
    ),
    Attack(
        "network.redirected_pair",
        """
        import socket
        one, two = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        one.connect(MAILBOX); one.send(b"x")
        escaped("sent")
        """,
        REFUSED,
        _CALLS,
    ),
    Attack(
        "network.abstract_stream",
        "import socket; socket.socket(socket.AF_UNIX).connect('\\0' + ABSTRACT); escaped('connected')",
        REFUSED,
        ("seccomp", "landlock scope"),
    ),
    Attack(
        "network.abstract_from_a_pair",
        """
        import socket
        one, two = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        one.sendto(b"x", "\\0" + ABSTRACT + "-mail")
        escaped("sent")
        """,
        REFUSED,
        ("seccomp", "landlock scope"),
    ),
    Attack(
        "network.abstract_name_left",
        """
        import socket
        one, two = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        one.bind("\\0" + MARK)
        escaped("bound")
        """,
        REFUSED,
        _CALLS,
    ),
    Attack(
        "network.pairs_of_other_families",
        """
        import socket
        for family in range(2, 46):
            for kind in (1, 2, 4, 5):
                try: call("socketpair", family, kind, 0, ctypes.addressof((ctypes.c_int * 2)()))
                except PermissionError as error: refusal = error
                except OSError as error: escaped(f"family {family}: the kernel was asked: {error}"); break
                else: escaped(f"family {family}")
        raise refusal
        """,
        REFUSED,
        _CALLS,
    ),
    _family("raw_ip", 2, protocol=1),
    _family("ping", 2, "SOCK_DGRAM", 1),
    _family("ip_version_6", 10, "SOCK_STREAM"),
    _family("packets", 17, protocol=768),
    _family("netlink", 16),
    _family("virtual_machine_sockets", 40, "SOCK_STREAM"),
    _family("kernel_cryptography", 38, "SOCK_SEQPACKET"),
    _family("bluetooth", 31, protocol=1),
    _family("can_bus", 29, protocol=1),
    _family("tipc", 30, "SOCK_SEQPACKET"),
    _family("express_data_path", 44),
    _family("multipath_tcp", 2, "SOCK_STREAM", 262),
    Attack(
        "network.tunnel", "os.open('/dev/net/tun', os.O_RDWR); escaped('opened')", FAILED, ("landlock files",)
    ),
    Attack(
        "network.descriptor_from_the_host",
        "reach('pidfd_getfd', os.pidfd_open(HOST), 0, 0)",
        FAILED,
        _CALLS,
    ),
    Attack(
        "network.connects_its_control_channel",
        """
        import socket
        control = socket.socket(fileno=os.dup(3))
        none_of(lambda: control.connect(SOCKET), lambda: control.bind("\\0" + MARK), lambda: control.listen())
        """,
        FAILED,
        _CALLS,
    ),
)
