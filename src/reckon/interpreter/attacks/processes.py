"""Programs that multiply, stay behind, or reach for other processes."""

from reckon.interpreter.attacks.attack import ANY, CRASHED, FAILED, REFUSED, SURVIVED, Attack

_SCOPE = ("landlock scope", "own user")
_SWEEP = "sweep of strays"

PROCESSES = (
    Attack(
        "processes.fork_bomb",
        """
        made = 0
        while made < 2000:
            try: made += os.fork() > 0
            except OSError: pass
        escaped("2000 forks of each process")
        """,
        ANY,
        ("process limit",),
        seconds=0.5,
        dangerous=True,
    ),
    Attack(
        "processes.small_fork_bomb",
        """
        for _ in range(7):
            try: os.fork()
            except OSError: pass
        time.sleep(30)
        """,
        ANY,
        by=_SWEEP,
        seconds=0.5,
    ),
    Attack(
        "processes.thread_bomb",
        """
        import threading
        for _ in range(1000): threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
        escaped("a thousand threads")
        """,
        ("error", "memory"),
        ("resource limits",),
    ),
    Attack(
        "processes.daemon",
        """
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                for fd in range(256):
                    try: os.close(fd)
                    except OSError: pass
                while True: time.sleep(60)
            os._exit(0)
        os.wait()
        """,
        SURVIVED,
        by=_SWEEP,
    ),
    Attack(
        "processes.daemon_of_another_program",
        "import subprocess; subprocess.Popen(['setsid', 'sleep', '300'], start_new_session=True)",
        SURVIVED,
        by=_SWEEP,
    ),
    Attack(
        "processes.holds_the_output_open",
        "import subprocess; subprocess.Popen(['sleep', '300']); print('done')",
        SURVIVED,
        by=_SWEEP,
    ),
    Attack(
        "processes.left_by_a_killed_run",
        """
        for _ in range(4):
            if os.fork() == 0:
                os.setsid(); time.sleep(300)
        os.kill(os.getpid(), 9)
        """,
        CRASHED,
        by=_SWEEP,
    ),
    Attack(
        "processes.each_in_a_session_of_its_own",
        """
        def hop(n):
            if n and os.fork() == 0:
                os.setsid(); hop(n - 1); time.sleep(300)
        hop(12)
        """,
        ANY,
        by=_SWEEP,
        seconds=1.0,
    ),
    Attack(
        "processes.rabbit",
        """
        if os.fork() == 0:
            os.setsid()
            end = time.monotonic() + 20
            while time.monotonic() < end:
                try:
                    if os.fork(): os._exit(0)
                except OSError: pass
            os._exit(0)
        """,
        SURVIVED,
        by=_SWEEP,
    ),
    Attack(
        "processes.zombies",
        """
        for _ in range(500):
            try:
                if os.fork() == 0: os._exit(0)
            except OSError: break
        """,
        ANY,
        by=_SWEEP,
    ),
    Attack(
        "processes.ignores_every_signal",
        """
        import signal
        if os.fork() == 0:
            for number in signal.valid_signals():
                try: signal.signal(number, signal.SIG_IGN)
                except OSError: pass
            while True: time.sleep(60)
        """,
        SURVIVED,
        by=_SWEEP,
    ),
    Attack(
        "processes.own_subreaper",
        """
        libc.prctl(36, 1, 0, 0, 0)
        if os.fork() == 0:
            if os.fork() == 0: time.sleep(300)
            os._exit(0)
        os.wait()
        """,
        SURVIVED,
        by=_SWEEP,
    ),
    Attack(
        "processes.outlives_its_parent",
        """
        libc.prctl(1, 0, 0, 0, 0)
        if os.fork() == 0:
            libc.prctl(1, 0, 0, 0, 0); os.setsid(); time.sleep(300)
        os._exit(0)
        """,
        CRASHED,
        by=_SWEEP,
    ),
    Attack(
        "processes.becomes_another_program",
        "os.execv('/bin/sleep', ['sleep', '300'])",
        ("timeout", "crashed"),
        by="timeout",
        seconds=0.5,
    ),
    Attack(
        "processes.more_than_its_limit",
        """
        import resource
        resource.setrlimit(resource.RLIMIT_NPROC, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        escaped("any number of processes")
        """,
        FAILED,
        ("own user",),
    ),
    Attack("processes.kills_everyone", "os.kill(-1, 9)", REFUSED, ("seccomp",), dangerous=True),
    Attack("processes.kills_its_group", "os.killpg(0, 9)", CRASHED, by="own process"),
    Attack("processes.kills_its_parent", "os.kill(os.getppid(), 9)", REFUSED, _SCOPE, dangerous=True),
    Attack("processes.kills_the_host", "os.kill(HOST, 9)", REFUSED, _SCOPE, dangerous=True),
    Attack("processes.kills_a_victim", "os.kill(VICTIM, 9); escaped('killed')", REFUSED, _SCOPE),
    Attack("processes.stops_a_victim", "os.kill(VICTIM, 19); escaped('stopped')", REFUSED, _SCOPE),
    Attack("processes.kills_another_session", "os.kill(PEER, 9); escaped('killed')", REFUSED, _SCOPE),
    Attack(
        "processes.signals_by_descriptor",
        "import signal; signal.pidfd_send_signal(os.pidfd_open(VICTIM), 15); escaped('signalled')",
        REFUSED,
        _SCOPE,
    ),
    Attack(
        "processes.queues_a_signal",
        "libc.sigqueue(VICTIM, 10, 0) == 0 and escaped('queued'); fail()",
        REFUSED,
        _SCOPE,
    ),
    Attack(
        "processes.signals_a_thread", "call('tgkill', VICTIM, VICTIM, 10); escaped('sent')", REFUSED, _SCOPE
    ),
    Attack(
        "processes.signal_of_a_file",
        """
        import fcntl
        reader, writer = os.pipe()
        fcntl.fcntl(reader, fcntl.F_SETOWN, VICTIM)
        fcntl.fcntl(reader, 10, 9)  # F_SETSIG
        fcntl.fcntl(reader, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
        os.write(writer, b"x")
        """,
        ("ok", "denied"),
        _SCOPE,
    ),
    Attack(
        "processes.limits_of_a_victim",
        "import resource; resource.prlimit(VICTIM, resource.RLIMIT_NOFILE, (0, 0)); escaped('limited')",
        REFUSED,
        ("own user", "seccomp"),
    ),
    Attack(
        "processes.priority_of_a_victim",
        "os.setpriority(os.PRIO_PROCESS, VICTIM, 19); escaped('slowed')",
        REFUSED,
        ("own user", "seccomp"),
    ),
    Attack(
        "processes.processors_of_a_victim",
        "os.sched_setaffinity(VICTIM, {0}); escaped('moved')",
        REFUSED,
        ("own user", "seccomp"),
    ),
    Attack(
        "processes.scheduling_of_a_victim",
        "os.sched_setscheduler(VICTIM, os.SCHED_IDLE, os.sched_param(0)); escaped('starved')",
        REFUSED,
        ("own user", "seccomp"),
    ),
    Attack(
        "processes.disk_priority_of_a_victim",
        "call('ioprio_set', 1, VICTIM, 3 << 13); escaped('starved')",
        REFUSED,
        ("own user", "seccomp"),
    ),
)
