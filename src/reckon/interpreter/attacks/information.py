"""Programs that want to know where they are and who else is here."""

from reckon.interpreter.attacks.attack import FAILED, NO_TIER, SURVIVED, Attack

_FILES = ("landlock files",)

INFORMATION = (
    Attack(
        "information.accounts",
        "none_of(*[lambda f=f: open(f).read() for f in ('/etc/passwd', '/etc/shadow', '/etc/group')])",
        needs=_FILES,
    ),
    Attack("information.processes", "os.listdir('/proc'); escaped('listed')", needs=_FILES),
    Attack(
        "information.command_lines",
        "none_of(*[lambda p=p: open(f'/proc/{p}/cmdline').read() for p in (HOST, ZYGOTE, PEER, 1)])",
        FAILED,
        _FILES,
    ),
    Attack(
        "information.links_of_processes",
        """
        links = [f"/proc/{p}/{n}" for p in (HOST, VICTIM) for n in ("exe", "cwd", "root")]
        none_of(*[lambda l=l: os.readlink(l) for l in links])
        """,
        FAILED,
        _FILES,
    ),
    Attack(
        "information.own_memory_map",
        """
        names = ("maps", "mountinfo", "cgroup", "environ")
        none_of(*[lambda n=n: open(f"/proc/self/{n}").read() for n in names])
        """,
        FAILED,
        _FILES,
    ),
    Attack(
        "information.host_name",
        "if os.uname().nodename == HOST_NAME: escaped('the name of the host')",
        SURVIVED,
        ("host name",),
    ),
    Attack(
        "information.machine",
        """
        none_of(*[lambda f=f: open(f).read() for f in (
            "/etc/machine-id", "/proc/sys/kernel/random/boot_id", "/sys/class/dmi/id/product_uuid",
            "/etc/hostname", "/proc/version", "/proc/cmdline", "/proc/uptime")])
        """,
        FAILED,
        _FILES,
    ),
    Attack(
        "information.kernel_log",
        "none_of(lambda: call('syslog', 3, 0, 0), lambda: open('/dev/kmsg'), lambda: open('/var/log/dmesg'))",
        FAILED,
        ("seccomp",),
    ),
    Attack(
        "information.network",
        """
        import socket
        none_of(lambda: open("/proc/net/tcp").read(), lambda: open("/etc/resolv.conf").read(),
                lambda: open("/etc/hosts").read(), lambda: open("/proc/net/unix").read())
        """,
        FAILED,
        _FILES,
    ),
    Attack(
        "information.interfaces",
        "import socket; socket.if_nameindex(); escaped('listed')",
        FAILED,
        ("seccomp",),
    ),
    Attack(
        "information.memory_of_strangers",
        """
        import gc
        for thing in gc.get_objects():
            if type(thing) in (dict, list, tuple) and PEER_SECRET_SHA in map(sha, texts(thing)):
                escaped("another session's secret is in our memory")
        """,
        SURVIVED,
        by="own process",
    ),
    Attack(
        "information.same_numbers_as_others",
        "import random\nif random.random() == PEER_DRAW: escaped('draws what another session drew')",
        SURVIVED,
        by="own process",
    ),
    Attack(
        "information.freed_memory",
        """
        blocks = [ctypes.create_string_buffer(1 << 16).raw for _ in range(64)]
        libc.malloc.restype = ctypes.c_void_p
        held = [libc.malloc(ctypes.c_size_t(1 << 14)) for _ in range(512)]
        for address in held:
            if SECRET_HEAD in ctypes.string_at(address, 1 << 14): escaped("the host's secret")
        """,
        SURVIVED,
        by="own process",
    ),
    Attack(
        "information.who_is_alive",
        """
        try: os.kill(VICTIM, 0)
        except PermissionError: pass
        escaped("the process exists")
        """,
        SURVIVED,
        NO_TIER,
    ),
    Attack("information.session_of_the_host", "os.getsid(HOST); escaped('known')", FAILED, NO_TIER),
    Attack(
        "information.load_of_neighbours",
        "held = (ctypes.c_char * 256)(); call('sysinfo', ctypes.addressof(held)); escaped('known')",
        FAILED,
        NO_TIER,
    ),
)
