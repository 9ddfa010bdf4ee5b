"""Programs that attack by what they print and by what they return."""

from reckon.interpreter.attacks.attack import ANY, STOPPED, SURVIVED, Attack

_LIMIT = "output limit"
_DATA = "taken as data"

OUTPUT = (
    Attack("output.endless_print", "while True: print('x' * 1000)", ("output",), by=_LIMIT),
    Attack("output.endless_writes", "while True: os.write(1, b'x' * 65536)", ("output",), by=_LIMIT),
    Attack("output.endless_errors", "while True: os.write(2, b'x' * 65536)", ("output",), by=_LIMIT),
    Attack("output.giant_line", "print('x' * (16 << 20))", ("output",), by=_LIMIT),
    Attack(
        "output.goes_on_after_the_stop",
        """
        while True:
            try: os.write(1, b"x" * 65536)
            except BaseException: pass
        """,
        ("output",),
        by=_LIMIT,
    ),
    Attack(
        "output.from_many_processes",
        """
        for _ in range(6):
            if os.fork() == 0:
                while True: os.write(1, b"x" * 4096)
        time.sleep(20)
        """,
        ("output",),
        by=_LIMIT,
    ),
    Attack("output.invalid_utf8", r"os.write(1, bytes(range(256)) * 16)", SURVIVED, by=_DATA),
    Attack("output.nul_bytes", r"print('\0' * 1000); '\0'", SURVIVED, by=_DATA),
    Attack("output.terminal_escapes", r"print('\x1b]0;x\x07\x1b[2J\x1bc\x1b[6n')", SURVIVED, by=_DATA),
    Attack("output.lone_surrogates", r"print('\ud800'); '\udfff'", SURVIVED, by=_DATA),
    Attack("output.closed_stdout", "sys.stdout.close(); sys.stderr.close()", ANY, by="own process"),
    Attack(
        "output.replaced_stdout", "sys.stdout = sys.stderr = sys.__stdout__ = 7", SURVIVED, by="own process"
    ),
    Attack(
        "output.hostile_stdout",
        """
        class Stream:
            closed = False
            def write(self, text): raise SystemExit
            def flush(self): raise MemoryError
        sys.stdout = sys.stderr = Stream()
        """,
        SURVIVED,
        by="own process",
    ),
    Attack(
        "output.after_the_run",
        """
        import threading
        def later():
            while True:
                time.sleep(0.001)
                os.write(1, b"x" * 65536)
        threading.Thread(target=later, daemon=True).start()
        """,
        ("ok", "output"),
        by=_DATA,
    ),
    Attack(
        "output.endless_repr",
        "class R:\n    def __repr__(self):\n        while True: pass\nR()",
        STOPPED,
        seconds=0.4,
    ),
    Attack("output.giant_value", "'x' * (32 << 20)", SURVIVED, by="value shortened"),
    Attack("output.giant_exception", "raise ValueError('x' * (32 << 20))", ("error",), by="value shortened"),
    Attack(
        "output.deep_value",
        "x = []\nfor _ in range(100000): x = [x]\nx",
        ("error", "crashed"),
        by="language error",
    ),
    Attack(
        "output.endless_chain_of_exceptions",
        """
        error = None
        for _ in range(3000):
            new = ValueError("x"); new.__context__ = error; error = new
        raise error
        """,
        ANY,
        by="language error",
    ),
    Attack(
        "output.circle_of_exceptions",
        """
        a, b = ValueError("a"), ValueError("b")
        a.__context__, b.__context__ = b, a
        raise ExceptionGroup("g", [a, b]) from a
        """,
        ("error",),
        by="language error",
    ),
)
