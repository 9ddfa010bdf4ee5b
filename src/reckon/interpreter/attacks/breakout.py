"""Programs that know how containers are left: their host's sockets, cgroups, devices and helpers."""

from reckon.interpreter.attacks.attack import FAILED, Attack

_FILES = ("landlock files",)
_CALLS = ("seccomp",)

BREAKOUT = (
    Attack(
        "breakout.container_sockets",
        """
        import socket
        def ask(path):
            s = socket.socket(socket.AF_UNIX); s.settimeout(1); s.connect(path)
            s.sendall(b"GET /info HTTP/1.0\\r\\n\\r\\n"); return s.recv(64)
        none_of(*[lambda p=p: ask(p) for p in (
            "/var/run/docker.sock", "/run/containerd/containerd.sock", "/run/podman/podman.sock",
            "/run/crio/crio.sock", "/run/systemd/private", "/run/dbus/system_bus_socket")])
        """,
        FAILED,
        _CALLS,
    ),
    Attack(
        "breakout.release_agent",
        """
        import glob
        agents = ["/sys/fs/cgroup/release_agent", *glob.glob("/sys/fs/cgroup/*/release_agent")]
        none_of(*[lambda a=a: open(a, "r+") for a in agents])
        """,
        FAILED,
        _FILES,
    ),
    Attack(
        "breakout.own_cgroup",
        """
        none_of(*[lambda r=r: os.mkdir(r + "/" + MARK) for r in (
            "/sys/fs/cgroup", "/sys/fs/cgroup/memory", "/sys/fs/cgroup/cpu", "/sys/fs/cgroup/unified")])
        """,
        FAILED,
        _FILES,
    ),
    Attack(
        "breakout.kernel_helpers",
        """
        none_of(*[lambda f=f: open(f, "r+") for f in (
            "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/sys/kernel/uevent_helper",
            "/proc/sys/fs/binfmt_misc/register", "/proc/sys/kernel/hotplug")])
        """,
        FAILED,
        _FILES,
    ),
    Attack(
        "breakout.magic_key", "os.open('/proc/sysrq-trigger', os.O_WRONLY); escaped('opened')", FAILED, _FILES
    ),
    Attack(
        "breakout.memory_devices",
        """
        devices = ("/dev/mem", "/dev/kmem", "/dev/port", "/proc/kcore")
        none_of(*[lambda d=d: os.open(d, os.O_RDONLY) for d in devices])
        """,
        FAILED,
        _FILES,
    ),
    Attack(
        "breakout.disks",
        """
        names = ("sda", "sda1", "vda", "nvme0n1", "xvda", "dm-0", "loop0", "mapper/control", "fuse", "kvm")
        none_of(*[lambda n=n: os.open("/dev/" + n, os.O_RDONLY) for n in names])
        """,
        FAILED,
        _FILES,
    ),
    Attack(
        "breakout.makes_a_disk_device",
        "os.mknod('disk', 0o60666, os.makedev(254, 0)); open('disk', 'rb'); escaped('opened')",
        FAILED,
        by="no capabilities",
    ),
    Attack(
        "breakout.accelerators",
        """
        names = ("nvidia0", "nvidiactl", "dri/renderD128", "kfd")
        none_of(*[lambda n=n: os.open("/dev/" + n, os.O_RDWR) for n in names])
        """,
        FAILED,
        _FILES,
    ),
    Attack(
        "breakout.terminals",
        """
        names = ("tty", "console", "ptmx", "pts/0", "tty1")
        none_of(*[lambda n=n: os.open("/dev/" + n, os.O_RDWR | os.O_NOCTTY) for n in names])
        """,
        FAILED,
        _FILES,
    ),
    Attack("breakout.files_by_handle", "reach('open_by_handle_at', -100, 0, 0)", FAILED, _CALLS),
    Attack(
        "breakout.namespaces_of_the_first_process",
        "fd = os.open('/proc/1/ns/mnt', os.O_RDONLY); reach('setns', fd, 0)",
        FAILED,
        (*_FILES, *_CALLS),
    ),
    Attack("breakout.joins_a_namespace", "reach('setns', os.pidfd_open(HOST), 0x20000)", FAILED, _CALLS),
    Attack(
        "breakout.root_of_the_first_process", "os.listdir('/proc/1/root'); escaped('listed')", FAILED, _FILES
    ),
    Attack(
        "breakout.overwrites_the_runtime",
        "os.open(f'/proc/{ZYGOTE}/exe', os.O_WRONLY); escaped('opened')",
        FAILED,
        _FILES,
    ),
    Attack(
        "breakout.debug_files",
        "none_of(*[lambda d=d: os.listdir('/sys/kernel/' + d) for d in ('debug', 'tracing', 'security')])",
        FAILED,
        _FILES,
    ),
)
