"""Programs that may connect to one place, OPEN_PORT, and want another; of the category "network"."""

from reckon.interpreter.attacks.attack import FAILED, REFUSED, Attack

_LIST = ("network allow-list",)


def _attack(name: str, code: str, expect: tuple[str, ...] = REFUSED, by: str = "") -> Attack:
    return Attack(f"network.connected_{name}", code, expect, _LIST, by, connected=True)


CONNECTED = (
    _attack(
        "elsewhere",
        """
        import socket
        socket.create_connection(("127.0.0.1", OPEN_PORT), 1).close()
        none_of(*(lambda a=a: socket.create_connection((a, PORT), 1) for a in ("127.0.0.1", "127.1.2.3")))
        """,
    ),
    _attack(
        "to_the_metadata_service",
        """
        import socket
        addresses = "169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254"
        none_of(*(lambda a=a: socket.create_connection((a, 80), 1) for a in addresses))
        """,
    ),
    _attack(
        "in_other_words",
        """
        import socket
        addresses = "::ffff:127.0.0.1", "::1", "::", "0.0.0.0", "::127.0.0.1", "64:ff9b::7f00:1"
        none_of(*(lambda a=a: socket.create_connection((a, PORT), 1) for a in addresses))
        """,
    ),
    _attack(
        "while_it_is_checked",
        """
        import socket, threading
        sys.setswitchinterval(1e-5)
        head = (2).to_bytes(2, sys.byteorder) + OPEN_PORT.to_bytes(2, "big")
        raw = ctypes.create_string_buffer(head + bytes([127, 0, 0, 1]) + bytes(8))
        def flip():
            for n in range(10**9):
                raw[2:4] = (OPEN_PORT, PORT)[n % 2].to_bytes(2, "big")
        threading.Thread(target=flip, daemon=True).start()
        for n in range(100):
            with socket.socket() as one:
                if libc.connect(one.fileno(), raw, 16) == 0 and one.getpeername()[1] == PORT:
                    escaped("connected")
        raise PermissionError(errno.EACCES, "every time")
        """,
        ("denied", "timeout"),
        by="allow-list",
    ),
    _attack(
        "swaps_the_socket",
        """
        import socket, threading
        place = (1).to_bytes(2, sys.byteorder) + SOCKET.encode() + bytes(1)
        held, other = socket.socket().detach(), socket.socketpair()[0].detach()
        number = os.dup(held)
        def swap():
            for n in range(10**9):
                os.dup2((held, other)[n % 2], number)
        threading.Thread(target=swap, daemon=True).start()
        for n in range(100):
            if libc.connect(number, place, len(place)) == 0:
                escaped("connected")
        raise PermissionError(errno.EACCES, "every time")
        """,
        ("denied", "timeout"),
        by="allow-list",
    ),
    _attack(
        "by_its_first_data",
        """
        import socket, struct
        place = ("127.0.0.1", PORT)
        head = (2).to_bytes(2, sys.byteorder) + PORT.to_bytes(2, "big")
        raw = ctypes.create_string_buffer(head + bytes([127, 0, 0, 1]) + bytes(8))
        message = ctypes.create_string_buffer(struct.pack("8Q", ctypes.addressof(raw), 16, *[0] * 6))
        def several(): call("sendmmsg", socket.socket().fileno(), ctypes.addressof(message), 1, 0x20000000)
        none_of(
            lambda: socket.socket().sendto(b"x", 0x20000000, place),
            lambda: socket.socket().sendmsg([b"x"], [], 0x20000000, place),
            several,
        )
        """,
    ),
    _attack(
        "once_it_is_connected",
        """
        import socket
        one, place = socket.create_connection(("127.0.0.1", OPEN_PORT), 1), ("127.0.0.1", PORT)
        libc.connect(one.fileno(), bytes(16), 16)
        none_of(lambda: one.connect(place), lambda: one.sendto(b"x", 0x20000000, place))
        if one.getpeername()[1] == PORT: escaped("connected")
        """,
        FAILED,
    ),
    _attack(
        "datagrams",
        """
        import socket
        def send(family, address):
            socket.socket(family, socket.SOCK_DGRAM).sendto(b"x", (address, UDP_PORT))
        none_of(lambda: send(2, "127.0.0.1"), lambda: send(10, "::ffff:127.0.0.1"))
        """,
    ),
    _attack(
        "listener",
        """
        import socket
        one = socket.socket()
        none_of(lambda: one.bind(("127.0.0.1", 0)), one.listen, lambda: socket.create_server(("", 0)))
        """,
    ),
    _attack(
        "routes_of_its_own",
        """
        import socket
        one = socket.socket()
        route = bytes([131, 7, 4, 127, 0, 0, 1, 0])
        none_of(
            lambda: one.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, route),
            lambda: one.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo"),
            lambda: one.setsockopt(socket.IPPROTO_TCP, 30, 1),
            lambda: one.setsockopt(socket.IPPROTO_TCP, 31, b"tls"),
            lambda: one.setsockopt(socket.SOL_SOCKET, 26, bytes(16)),
        )
        """,
    ),
    _attack(
        "interfaces_of_the_host",
        """
        import fcntl, socket
        one = socket.socket()
        asked = 0x8912, 0x8915, 0x8927, 0x8933
        none_of(*(lambda n=n: fcntl.ioctl(one, n, b"lo" + bytes(38)) for n in asked))
        """,
    ),
    _attack(
        "other_families",
        """
        import socket
        def make(*kind): socket.socket(*kind)
        kinds = (1, 1), (2, 3, 1), (2, 1, 262), (2, 1, 132), (10, 2), (16, 3), (17, 3), (38, 5), (40, 1)
        none_of(
            *(lambda kind=kind: make(*kind) for kind in kinds),
            lambda: socket.socketpair()[0].connect(SOCKET),
            lambda: socket.socketpair()[0].connect("\\0" + ABSTRACT),
        )
        """,
    ),
    _attack(
        "answers_itself",
        """
        import fcntl, struct
        program = ctypes.create_string_buffer(struct.pack("=HBBI", 6, 0, 0, 0x7FC00000))
        header = struct.pack("HxxxxxxQ", 1, ctypes.addressof(program))
        block = ctypes.create_string_buffer(header)
        none_of(
            lambda: call("seccomp", 1, 8, ctypes.addressof(block)),
            *(lambda n=n: fcntl.ioctl(n, 0xC0502100, bytearray(80)) for n in range(64)),
        )
        """,
    ),
    _attack(
        "looks_next_door",
        """
        none_of(
            lambda: open(f"/proc/{PEER}/mem", "rb").read(1),
            lambda: os.listdir(f"/proc/{PEER}/fd"),
            lambda: call("pidfd_getfd", os.pidfd_open(PEER), 3, 0),
            lambda: call("process_vm_readv", PEER, 0, 0, 0, 0, 0),
        )
        """,
    ),
    _attack(
        "flood",
        """
        import socket, threading
        def knock():
            for n in range(200):
                with socket.socket() as one:
                    if one.connect_ex(("127.0.0.1", PORT)) == 0: escaped("connected")
        threads = [threading.Thread(target=knock) for _ in range(4)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        raise PermissionError(errno.EACCES, "every time")
        """,
        ("denied", "timeout"),
        by="allow-list",
    ),
)
