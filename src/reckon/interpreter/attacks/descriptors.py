"""Programs that play with descriptors, their own and those they should not have."""

from reckon.interpreter.attacks.attack import ANY, CRASHED, FAILED, SURVIVED, Attack

DESCRIPTORS = (
    Attack(
        "descriptors.exhaustion",
        "kept = []\nwhile True: kept.append(os.open('/dev/null', os.O_RDONLY))",
        FAILED,
        ("resource limits",),
    ),
    Attack(
        "descriptors.raises_its_limit",
        """
        import resource
        resource.setrlimit(resource.RLIMIT_NOFILE, (1 << 20, 1 << 20))
        escaped("a million descriptors")
        """,
        FAILED,
        ("resource limits",),
    ),
    Attack("descriptors.closes_all", "os.closerange(0, 65536)", CRASHED, by="own process"),
    Attack("descriptors.closes_control", "os.close(3)", CRASHED, by="own process"),
    Attack("descriptors.closes_streams", "os.close(0); os.close(1); os.close(2)", SURVIVED, by="own process"),
    Attack("descriptors.null_in_place_of_control", "os.dup2(0, 3)", ANY, by="own process", seconds=0.5),
    Attack(
        "descriptors.stream_in_place_of_control",
        "os.dup2(1, 3)",
        ANY,
        by="timeout",
        seconds=0.5,
    ),
    Attack(
        "descriptors.sends_descriptors_to_the_host",
        """
        import socket
        control = socket.socket(fileno=os.dup(3))
        control.setblocking(False)
        for _ in range(50):
            try: socket.send_fds(control, [b"x"], [os.open("/dev/zero", os.O_RDONLY)] * 60)
            except OSError: break
        """,
        ANY,
        by="frame check",
        seconds=1.0,
    ),
    Attack(
        "descriptors.inherited_files",
        """
        import fcntl, stat
        for fd in range(3, 256):
            try: mode = os.fstat(fd).st_mode
            except OSError: continue
            if fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_PATH: continue
            if fd > 5: escaped(f"descriptor {fd} of type {stat.S_IFMT(mode):o}")
        """,
        SURVIVED,
        by="own process",
    ),
    Attack(
        "descriptors.walks_up_from_inherited_ones",
        """
        def walk(fd):
            return os.open("../" * 9 + CANARY.lstrip("/"), os.O_RDONLY, dir_fd=fd)
        none_of(*[lambda fd=fd: walk(fd) for fd in range(6, 64)])
        """,
        FAILED,
        ("landlock files",),
    ),
    Attack(
        "descriptors.blocking_mode_of_the_streams",
        """
        os.set_blocking(1, False); os.set_blocking(2, False); os.set_blocking(3, False)
        print("x" * 10000)
        """,
        ANY,
        by="own process",
    ),
    Attack(
        "descriptors.locks_shared_files",
        "import fcntl; fcntl.flock(os.open(CANARY, os.O_RDONLY), fcntl.LOCK_EX)",
        FAILED,
        ("landlock files",),
    ),
)
