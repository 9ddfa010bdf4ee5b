"""Programs that want more memory than they were given."""

from reckon.interpreter.attacks.attack import ANY, FAILED, STOPPED, Attack

_LIMIT = ("resource limits",)
_FULL = ("memory",)

MEMORY = (
    Attack("memory.list_growth", "x = [0]\nwhile True: x += x", _FULL, _LIMIT),
    Attack("memory.many_objects", "x = [bytearray(1 << 20) for _ in range(10**6)]", _FULL, _LIMIT),
    Attack("memory.string_repeat", "'x' * (1 << 44)", _FULL, _LIMIT),
    Attack("memory.huge_array", "import array; array.array('Q', [0]) * (1 << 36)", _FULL, _LIMIT),
    Attack("memory.mmap", "import mmap; m = mmap.mmap(-1, 2 << 30); escaped('mapped')", FAILED, _LIMIT),
    Attack(
        "memory.malloc",
        """
        libc.malloc.restype = ctypes.c_void_p
        if libc.malloc(ctypes.c_size_t(2 << 30)): escaped("malloc gave 2 GiB")
        else: raise MemoryError
        """,
        _FULL,
        _LIMIT,
    ),
    Attack(
        "memory.raises_its_limit",
        """
        import resource
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        escaped("the limit of memory is gone")
        """,
        FAILED,
        _LIMIT,
    ),
    Attack("memory.recursion", "def f(n): return f(n + 1)\nf(0)", ("error",), by="language error"),
    Attack(
        "memory.recursion_without_end",
        "sys.setrecursionlimit(1 << 30)\ndef f(n): return f(n + 1)\nf(0)",
        ("memory", "crashed", "error", "timeout"),
        _LIMIT,
    ),
    Attack(
        "memory.recursion_in_c",
        """
        sys.setrecursionlimit(1 << 30)
        x = []
        for _ in range(10**6): x = [x]
        repr(x)
        """,
        ("crashed", "error", "memory", "timeout"),
        by="own process",
    ),
    Attack(
        "memory.huge_repr",
        """
        class Huge:
            def __repr__(self): return "x" * (1 << 40)
        Huge()
        """,
        _FULL,
        _LIMIT,
    ),
    Attack(
        "memory.generator_leak",
        """
        import gc
        gc.disable()
        kept = []
        def g():
            kept.append(bytearray(1 << 16))
            yield
        while True: next(g())
        """,
        _FULL,
        _LIMIT,
        seconds=15,
    ),
    Attack(
        "memory.compressed_bomb",
        "import zlib; zlib.decompress(zlib.compress(bytes(1 << 26)) * 1, bufsize=1 << 42)",
        ("memory", "error"),
        _LIMIT,
    ),
    Attack(
        "memory.thread_stacks",
        """
        import threading
        threading.stack_size(64 << 20)
        for _ in range(64): threading.Thread(target=time.sleep, args=(5,), daemon=True).start()
        escaped("64 stacks of 64 MiB")
        """,
        ("error", "memory"),
        _LIMIT,
    ),
    Attack(
        "memory.shared_memory",
        """
        from multiprocessing.shared_memory import SharedMemory
        SharedMemory(MARK, create=True, size=1 << 20)
        """,
        FAILED,
        ("landlock files",),
    ),
    Attack("memory.memfd", "os.memfd_create(MARK)", FAILED, ("seccomp",)),
    Attack("memory.locked", "reach('mlockall', 3)", FAILED, _LIMIT),
    Attack(
        "memory.pipes",
        """
        import fcntl
        ends = []
        while True:
            reader, writer = os.pipe2(os.O_NONBLOCK)
            ends += reader, writer
            os.write(writer, bytes(1 << 16))
        """,
        FAILED,
        _LIMIT,
    ),
    Attack(
        "memory.socket_buffers",
        """
        import socket
        pairs = []
        while True:
            pairs.append(socket.socketpair())
            pairs[-1][0].setblocking(False)
            try:
                while True: pairs[-1][0].send(bytes(1 << 16))
            except BlockingIOError: pass
        """,
        FAILED,
        _LIMIT,
    ),
    Attack(
        "memory.out_of_memory_score",
        "open('/proc/self/oom_score_adj', 'w').write('-1000'); escaped('spared by the killer')",
        needs=("landlock files",),
    ),
    Attack(
        "memory.many_processes",
        """
        children = 12
        for _ in range(children):
            if os.fork() == 0:
                held = bytearray(96 << 20)
                held[::4096] = bytes(len(range(0, len(held), 4096)))
                time.sleep(9)
        time.sleep(0.8)
        alive = sum(os.waitpid(-1, os.WNOHANG)[0] == 0 for _ in range(1))
        escaped("12 processes of 96 MiB each") if alive else None
        """,
        ANY,
        ("memory of a session",),
        seconds=4.0,
    ),
    Attack(
        "memory.swallows_the_error",
        """
        kept = []
        while True:
            try: kept.append(bytearray(1 << 20))
            except MemoryError: pass
        """,
        ("timeout", "memory", *STOPPED),
        _LIMIT,
        seconds=0.6,
    ),
)
