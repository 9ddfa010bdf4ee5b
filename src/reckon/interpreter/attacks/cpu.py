"""Programs that want the processor for themselves."""

from reckon.interpreter.attacks.attack import ANY, CRASHED, STOPPED, SURVIVED, Attack

_SHORT = 0.4

CPU = (
    Attack("cpu.endless_loop", "while True: pass", STOPPED, seconds=_SHORT),
    Attack("cpu.sleeps", "time.sleep(60)", STOPPED, seconds=_SHORT),
    Attack(
        "cpu.ignores_interrupts",
        """
        import signal
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while True: pass
        """,
        STOPPED,
        seconds=_SHORT,
    ),
    Attack(
        "cpu.swallows_interrupts",
        """
        while True:
            try:
                while True: pass
            except BaseException:
                pass
        """,
        STOPPED,
        seconds=_SHORT,
    ),
    Attack(
        "cpu.blocks_signals",
        """
        import signal
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        while True: pass
        """,
        STOPPED,
        seconds=_SHORT,
    ),
    Attack(
        "cpu.regular_expression",
        "import re; re.match(r'(a+)+$', 'a' * 64 + 'b')",
        STOPPED,
        seconds=_SHORT,
    ),
    Attack("cpu.big_integer", "n = 9 ** 9 ** 9", ("timeout", "memory"), seconds=_SHORT),
    Attack(
        "cpu.spins_in_c",
        "import collections, itertools; collections.deque(itertools.repeat(0), maxlen=0)",
        STOPPED,
        seconds=_SHORT,
    ),
    Attack(
        "cpu.hash_collisions",
        "{n * (2**61 - 1) for n in range(10**6)}",
        STOPPED,
        seconds=_SHORT,
    ),
    Attack(
        "cpu.busy_threads",
        """
        import threading
        def spin():
            while True: pass
        threads = [threading.Thread(target=spin) for _ in range(2)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        """,
        STOPPED,
        seconds=_SHORT,
    ),
    Attack(
        "cpu.busy_processes",
        """
        for _ in range(8):
            if os.fork() == 0:
                while True: pass
        os.wait()
        """,
        STOPPED,
        seconds=_SHORT,
    ),
    Attack(
        "cpu.busy_after_the_run",
        """
        import threading
        def spin():
            while True: pass
        threading.Thread(target=spin, daemon=True).start()
        """,
        SURVIVED,
        by="end of the session",
    ),
    Attack(
        "cpu.alarm_storm",
        """
        import signal
        signal.signal(signal.SIGALRM, lambda *_: None)
        signal.setitimer(signal.ITIMER_REAL, 1e-5, 1e-5)
        while True: pass
        """,
        STOPPED,
        seconds=_SHORT,
    ),
    Attack(
        "cpu.stops_itself",
        "import signal; os.kill(os.getpid(), signal.SIGSTOP)",
        STOPPED,
        seconds=_SHORT,
    ),
    Attack(
        "cpu.real_time_priority",
        "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))",
        by="no capabilities",
    ),
    Attack("cpu.higher_priority", "os.setpriority(os.PRIO_PROCESS, 0, -20)", by="no capabilities"),
    Attack(
        "cpu.endless_compilation",
        "compile('(' * 150 + 'lambda: ' * 90 + '0' + ')' * 150 + ';' + '1;' * 10**6, 'x', 'exec')",
        ANY,
        seconds=_SHORT,
    ),
    Attack(
        "cpu.interrupted_repr",
        """
        class Endless:
            def __repr__(self):
                while True:
                    try: time.sleep(1)
                    except KeyboardInterrupt: pass
        Endless()
        """,
        STOPPED,
        seconds=_SHORT,
    ),
    Attack(
        "cpu.endless_traps",
        """
        import signal
        def again(*_):
            os.kill(os.getpid(), signal.SIGUSR1)
        signal.signal(signal.SIGUSR1, again)
        again()
        """,
        ("timeout", "error", *CRASHED),
        seconds=_SHORT,
    ),
)
