"""Programs that would use this machine to attack others: scans, floods, mail, guesses at passwords."""

from reckon.interpreter.attacks.attack import FAILED, Attack

_NET = ("seccomp", "network namespace")

REFLECTED = (
    Attack(
        "reflected.port_scan",
        """
        import socket
        none_of(*[lambda p=p: socket.create_connection(("127.0.0.1", p), 0.2) for p in (PORT, 22, 80, 443)])
        """,
        FAILED,
        _NET,
    ),
    Attack(
        "reflected.datagram_flood",
        """
        import socket
        def flood():
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            for _ in range(100): s.sendto(b"x" * 1000, ("127.0.0.1", UDP_PORT))
        none_of(flood)
        """,
        FAILED,
        _NET,
    ),
    Attack(
        "reflected.connection_flood",
        """
        import concurrent.futures, socket
        def one(_): return socket.create_connection(("127.0.0.1", PORT), 0.2)
        with concurrent.futures.ThreadPoolExecutor(2) as pool: list(pool.map(one, range(32)))
        escaped("connected")
        """,
        FAILED,
        _NET,
    ),
    Attack(
        "reflected.half_open_flood",
        "import socket\nnone_of(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP))",
        FAILED,
        _NET,
    ),
    Attack(
        "reflected.mail",
        """
        import smtplib
        none_of(lambda: smtplib.SMTP("127.0.0.1", PORT, timeout=0.3))
        """,
        FAILED,
        _NET,
    ),
    Attack(
        "reflected.web_request",
        "import urllib.request\nurllib.request.urlopen(f'http://127.0.0.1:{PORT}/{MARK}', timeout=0.3)",
        FAILED,
        _NET,
    ),
    Attack(
        "reflected.request_by_other_programs",
        """
        import subprocess
        url = f"http://127.0.0.1:{PORT}/"
        none_of(*[
            lambda c=c: subprocess.run(c, check=True, stdout=-3, stderr=-3, timeout=2)
            for c in (["curl", "-m", "1", url], ["wget", "-T", "1", "-t", "1", url],
                      ["bash", "-c", f"echo > /dev/tcp/127.0.0.1/{PORT}"])
        ])
        """,
        FAILED,
        _NET,
    ),
    Attack(
        "reflected.guesses_passwords",
        """
        import subprocess
        def guess(word):
            return subprocess.run(["su", "root", "-c", "true"], input=word, text=True, check=True, timeout=1,
                                  stdout=-3, stderr=-3)
        none_of(*[lambda w=w: guess(w) for w in ("", "root", "toor")])
        """,
        FAILED,
        ("no new privileges",),
    ),
    Attack(
        "reflected.work_for_others",
        """
        import hashlib, itertools
        best = b"\\xff"
        for n in itertools.count():
            best = min(best, hashlib.sha256(str(n).encode()).digest())
        """,
        ("timeout",),
        seconds=0.4,
    ),
)
