"""Programs that want to fill the disk, or to leave something on it."""

from reckon.interpreter.attacks.attack import ANY, CRASHED, FAILED, SURVIVED, Attack

_LIMIT = ("resource limits",)
_FILES = ("landlock files",)
_REMOVED = "end of the session"

DISK = (
    Attack(
        "disk.large_file",
        "with open('large', 'wb') as f:\n    while True: f.write(bytes(1 << 20))",
        ("error",),
        _LIMIT,
    ),
    Attack("disk.sparse_file", "f = open('s', 'w'); os.truncate(f.fileno(), 1 << 40)", ("error",), _LIMIT),
    Attack(
        "disk.preallocated_file",
        "os.posix_fallocate(os.open('p', os.O_CREAT | os.O_RDWR), 0, 1 << 40)",
        ("error",),
        _LIMIT,
    ),
    Attack(
        "disk.raises_its_limit",
        """
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        escaped("files may be of any size")
        """,
        FAILED,
        _LIMIT,
    ),
    Attack(
        "disk.many_large_files",
        """
        for n in range(40):
            with open(f"f{n}", "wb") as f: f.write(bytes(4 << 20))
        time.sleep(2)
        escaped("160 MiB in 40 files")
        """,
        ANY,
        ("size of the directory",),
    ),
    Attack(
        "disk.many_small_files",
        """
        for n in range(8000): open(f"f{n}", "w").close()
        time.sleep(2)
        escaped("8000 files")
        """,
        ANY,
        ("size of the directory",),
    ),
    Attack(
        "disk.deep_directories",
        "for n in range(1500):\n    os.mkdir('d' * 100); os.chdir('d' * 100)",
        ANY,
        by=_REMOVED,
    ),
    Attack(
        "disk.closed_directories",
        """
        for n in range(8):
            os.makedirs(f"d{n}/e/f")
            open(f"d{n}/e/x", "w").close()
            os.chmod(f"d{n}/e", 0)
            os.chmod(f"d{n}", 0)
        os.chmod(".", 0)
        """,
        ANY,
        by=_REMOVED,
    ),
    Attack(
        "disk.odd_names",
        r"""
        for name in (b"-rf", b"*", b"$(x)", b"a\nb", b"\xff\xfe", b" ", b"\x1b[2J", b"x" * 255, b"~", b"--"):
            os.mkdir(name)
            open(name + b"/" + name, "w").close()
        """,
        SURVIVED,
        by=_REMOVED,
    ),
    Attack(
        "disk.link_loops",
        """
        os.symlink("b", "a"); os.symlink("a", "b"); os.symlink(".", "here"); os.symlink("/", "root")
        os.symlink(CANARY_FOLDER, "canary")
        """,
        SURVIVED,
        by=_REMOVED,
    ),
    Attack(
        "disk.links_farm",
        """
        open("x", "w").close()
        for n in range(2000): os.link("x", f"l{n}")
        """,
        ANY,
        by=_REMOVED,
    ),
    Attack("disk.pipes_and_devices", "os.mkfifo('p')\nos.mknod('d', 0o60666, 0x801)", by="no capabilities"),
    Attack(
        "disk.temporary_folders",
        "none_of(*[lambda d=d: open(f'{d}/{MARK}', 'w') for d in ('/tmp', '/var/tmp', '/dev/shm', '/run')])",
        needs=_FILES,
    ),
    Attack("disk.core_dump", "libc.abort()", CRASHED, _LIMIT),
    Attack(
        "disk.extended_attributes",
        """
        open("x", "w").close()
        for n in range(64): os.setxattr("x", f"user.{n}", bytes(3000))
        """,
        ANY,
        by=_REMOVED,
    ),
    Attack(
        "disk.cannot_be_removed",
        """
        import fcntl
        open("x", "w").close()
        fcntl.ioctl(open("x"), 0x40086602, (0x10).to_bytes(8, "little"))  # FS_IMMUTABLE_FL
        escaped("an immutable file")
        """,
        FAILED,
        by="no capabilities",
    ),
    Attack(
        "disk.open_and_deleted",
        """
        kept = []
        for n in range(20):
            kept.append(open("x", "wb")); kept[-1].write(bytes(1 << 20)); os.unlink("x")
        """,
        ANY,
        by=_REMOVED,
    ),
    Attack(
        "disk.own_directory_gone",
        "here = os.getcwd(); os.rename(here, here + 'x') if 0 else os.rmdir(here)",
        ANY,
        by=_REMOVED,
    ),
)
