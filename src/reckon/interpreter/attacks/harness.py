"""Programs that attack the loop that runs them and reports on them."""

from reckon.interpreter.attacks.attack import ANY, CRASHED, SURVIVED, Attack

_OWN = "own process"
_FRAME = "frame check"


def _frame(name: str, data: str) -> Attack:
    return Attack(f"harness.{name}", f"os.write(3, {data}); time.sleep(5)", CRASHED, by=_FRAME)


HARNESS = (
    _frame("frame_of_noise", r"b'\x00\x00\x00\x04noise'"),
    _frame("frame_without_token", r"""b'\0\0\0\x0f{"status":"ok"}'"""),
    _frame("frame_too_long", r"b'\xff\xff\xff\xff'"),
    _frame("frame_that_is_a_list", r"b'\0\0\0\x02[]'"),
    _frame("frame_too_deep", r"b'\0\0\x27\x10' + b'[' * 10000"),
    _frame("frame_of_huge_numbers", r"b'\0\0\x27\x10' + b'9' * 10000"),
    Attack(
        "harness.unfinished_frame",
        r"os.write(3, b'\0\0\xff\xff{')",
        ("crashed", "timeout"),
        by=_FRAME,
        seconds=0.5,
    ),
    Attack("harness.flooded_control", "while True: os.write(3, bytes(65536))", ANY, by=_FRAME, seconds=1.0),
    Attack(
        "harness.stolen_requests",
        """
        import threading
        threading.Thread(target=lambda: os.read(3, 1 << 16), daemon=True).start()
        """,
        ANY,
        by=_OWN,
        seconds=1.0,
    ),
    Attack(
        "harness.verdict_with_the_right_token",
        """
        import json
        frame = sys._getframe()
        token = ""
        while frame:
            for value in list(frame.f_locals.values()):
                if type(value) is dict and "token" in value: token = value["token"]
            frame = frame.f_back
        body = json.dumps({"token": token, "status": "ok", "value": "forged", "error": None}).encode()
        os.write(3, len(body).to_bytes(4, "big") + body)
        time.sleep(5)
        """,
        ANY,
        by=_OWN,
        seconds=1.0,
    ),
    Attack("harness.hard_exit", "os._exit(0)", CRASHED, by=_OWN),
    Attack("harness.killed_by_itself", "os.kill(os.getpid(), 9)", CRASHED, by=_OWN),
    Attack("harness.system_exit", "sys.exit(0)", ("error",), by="language error"),
    Attack(
        "harness.exit_in_a_thread",
        "import threading\ndef f(): raise SystemExit\nt = threading.Thread(target=f); t.start(); t.join()",
        SURVIVED,
        by="language error",
    ),
    Attack(
        "harness.at_exit",
        "import atexit\natexit.register(lambda: time.sleep(60))\natexit.register(print, 'late')",
        SURVIVED,
        by="end of the session",
    ),
    Attack(
        "harness.deleted_object",
        """
        class Trap:
            def __del__(self):
                os.write(3, b"\\0\\0\\0\\x02{}")
                while True: time.sleep(1)
        keep = Trap()
        """,
        ANY,
        by="end of the session",
        seconds=0.5,
    ),
    Attack(
        "harness.builtins",
        "import builtins as b\nb.compile = b.exec = b.len = b.repr = b.str = None",
        ANY,
        by=_OWN,
        seconds=1.0,
    ),
    Attack(
        "harness.json",
        'import json; json.dumps = lambda *a, **k: \'{"status": "ok"}\'',
        ANY,
        by=_OWN,
        seconds=1.0,
    ),
    Attack(
        "harness.json_encoder",
        "import json\njson.JSONEncoder.encode = json.JSONEncoder.iterencode = lambda *a: 'x' * (1 << 22)",
        ANY,
        by=_OWN,
        seconds=1.0,
    ),
    Attack(
        "harness.time", "time.perf_counter = time.monotonic = time.time = lambda: -1e300", SURVIVED, by=_OWN
    ),
    Attack(
        "harness.resource_usage",
        """
        import resource
        class Usage: ru_utime, ru_stime, ru_maxrss = -1e99, float("nan"), -5
        resource.getrusage = lambda *_: Usage
        """,
        ANY,
        by="taken as data",
        seconds=1.0,
    ),
    Attack("harness.process_id", "os.getpid = lambda: 1", ANY, by=_OWN, seconds=1.0),
    Attack(
        "harness.trace_function",
        "def trace(*_):\n    raise KeyboardInterrupt\nsys.settrace(trace); sys.setprofile(trace)",
        ANY,
        by=_OWN,
        seconds=1.0,
    ),
    Attack(
        "harness.frames_of_the_loop",
        """
        frame = sys._getframe()
        while frame.f_back:
            frame = frame.f_back
            for name in list(frame.f_locals): frame.f_locals[name] = None
            ctypes.pythonapi.PyFrame_LocalsToFast(ctypes.py_object(frame), ctypes.c_int(1))
        """,
        ANY,
        by=_OWN,
        seconds=1.0,
    ),
    Attack(
        "harness.objects_of_the_loop",
        """
        import gc, socket
        for thing in gc.get_objects():
            if isinstance(thing, socket.socket) and thing.fileno() > 3:
                escaped(f"a socket that is not ours: {thing}")
            if isinstance(thing, socket.socket): thing.close()
        """,
        CRASHED,
        by=_OWN,
    ),
    Attack(
        "harness.classes_of_the_loop",
        """
        import gc
        for thing in gc.get_objects():
            if isinstance(thing, type) and thing.__module__.startswith("reckon"):
                for name in ("run", "_run", "_execute", "work", "__init__"):
                    try: setattr(thing, name, lambda *a, **k: None)
                    except Exception: pass
        """,
        ANY,
        by=_OWN,
        seconds=1.0,
    ),
    Attack(
        "harness.writes_over_true",
        "ctypes.memset(id(True), 0, 32); ctypes.memset(id(None), 255, 32)",
        ANY,
        by=_OWN,
        seconds=1.0,
    ),
    Attack("harness.segmentation_fault", "ctypes.string_at(0)", CRASHED, by=_OWN),
    Attack(
        "harness.smashed_stack",
        "b = ctypes.create_string_buffer(8); ctypes.memmove(b, b'x' * (1 << 16), 1 << 16)\nlibc.abort()",
        CRASHED,
        by=_OWN,
    ),
    Attack("harness.illegal_instruction", "os.kill(os.getpid(), 4)", CRASHED, by=_OWN),
    Attack("harness.modules_cleared", "sys.modules.clear()", ANY, by=_OWN, seconds=1.0),
    Attack(
        "harness.modules_poisoned",
        "for name in list(sys.modules):\n    if name not in ('sys', 'builtins'): sys.modules[name] = None",
        ANY,
        by=_OWN,
        seconds=1.0,
    ),
    Attack(
        "harness.import_hook",
        """
        class Hook:
            def find_spec(self, *_): raise SystemExit
        sys.meta_path.insert(0, Hook()); sys.path_hooks.insert(0, lambda p: exec("raise SystemExit"))
        """,
        SURVIVED,
        by=_OWN,
    ),
    Attack("harness.recursion_limit", "sys.setrecursionlimit(30)", ANY, by=_OWN, seconds=1.0),
    Attack(
        "harness.reads_stdin",
        "sys.stdin.read() == '' or escaped('input')\nos.read(0, 9) == b'' or escaped('input')",
        SURVIVED,
        by=_OWN,
    ),
    Attack(
        "harness.message_that_raises",
        "class E(Exception):\n    def __str__(self): raise SystemExit\n    __repr__ = __str__\nraise E",
        ANY,
        by="language error",
    ),
    Attack(
        "harness.hostile_metaclass",
        """
        class Meta(type):
            def __getattribute__(cls, name): raise SystemExit(name)
            def __instancecheck__(cls, other): raise SystemExit
        class E(Exception, metaclass=Meta): pass
        raise type.__call__(E)
        """,
        ANY,
        by="language error",
    ),
    Attack(
        "harness.value_that_lies",
        """
        class Str(str):
            def __len__(self): return -5
            def __getitem__(self, key): raise SystemExit
            def encode(self, *_): raise SystemExit
        class V:
            def __repr__(self): return Str("x" * 100)
        V()
        """,
        ANY,
        by="taken as data",
    ),
    Attack(
        "harness.exception_hooks",
        "sys.excepthook = sys.displayhook = sys.unraisablehook = exit\n1/0",
        ("error",),
        by="language error",
    ),
    Attack(
        "harness.audit_hook",
        "sys.addaudithook(lambda *_: exec('raise SystemExit'))",
        ANY,
        by=_OWN,
        seconds=1.0,
    ),
    Attack(
        "harness.second_loop",
        """
        # Parent and child both go back into the loop; only one of them is the session.
        os.fork()
        """,
        SURVIVED,
        by="sweep of strays",
    ),
    Attack(
        "harness.child_that_answers",
        """
        if os.fork() == 0:
            os.write(3, b'\\0\\0\\0\\x0f{"status":"ok"}')
            os._exit(0)
        time.sleep(5)
        """,
        CRASHED,
        by=_FRAME,
    ),
    Attack(
        "harness.landlock_layers_used_up",
        """
        attributes = (ctypes.c_uint64 * 1)(1 << 12)
        for _ in range(20):
            ruleset = call("landlock_create_ruleset", ctypes.addressof(attributes), 8, 0)
            try: call("landlock_restrict_self", ruleset, 0)
            except OSError: break
        """,
        ("ok", "error"),
        by=_OWN,
    ),
    Attack(
        "harness.filter_of_its_own",
        """
        # Every call but exit answers "no such call": the program's own loss.
        program = (0x06).to_bytes(2, "little") + bytes(2) + (0x00050026).to_bytes(4, "little")
        class Filter(ctypes.Structure):
            _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))
        kept = Filter(1, program)
        libc.prctl(22, 2, ctypes.c_void_p(ctypes.addressof(kept)), 0, 0)
        """,
        ANY,
        by=_OWN,
        seconds=1.0,
    ),
    Attack(
        "harness.endless_generator_close",
        """
        def g():
            while True:
                try: yield
                except GeneratorExit: pass
        x = g(); next(x); del x
        """,
        ANY,
        by="language error",
    ),
    Attack(
        "harness.environment_cleared",
        "os.environ.clear(); os.environ['PATH'] = '/nowhere'",
        SURVIVED,
        by=_OWN,
    ),
    Attack("harness.file_mask", "os.umask(0o777)", ANY, by="end of the session"),
    Attack(
        "harness.source_lines",
        "import linecache, tokenize\nlinecache.getlines = linecache.updatecache = lambda *_: 1/0\n1/0",
        ("error",),
        by="language error",
    ),
)
