"""Programs that look for a person's data. What they would find is planted: a home folder with false keys."""

from reckon.interpreter.attacks.attack import FAILED, SURVIVED, Attack

_FILES = ("landlock files",)


def _read(name: str) -> str:
    return f"show(open(HOUSE + {name!r}).read())"


THEFT = (
    Attack("theft.secure_shell_key", _read("/.ssh/id_ed25519"), needs=_FILES),
    Attack("theft.cloud_credentials", _read("/.aws/credentials"), needs=_FILES),
    Attack("theft.shell_history", _read("/.bash_history"), needs=_FILES),
    Attack("theft.stored_passwords", _read("/.netrc"), needs=_FILES),
    Attack(
        "theft.browser_cookies",
        """
        import sqlite3
        path = f"file:{HOUSE}/.mozilla/cookies.sqlite?immutable=1"
        show(str(sqlite3.connect(path, uri=True).execute("select * from cookies").fetchall()))
        """,
        FAILED,
        _FILES,
    ),
    Attack(
        "theft.everything_at_home",
        """
        found = [open(os.path.join(d, f), errors="replace").read() for d, _, fs in os.walk(HOUSE) for f in fs]
        for text in found: show(text)
        """,
        ("ok", "denied"),
        _FILES,
    ),
    Attack(
        "theft.search_by_another_program",
        """
        import subprocess
        found = subprocess.run(["grep", "-rs", ".", HOUSE], capture_output=True, text=True)
        show(found.stdout)
        if found.returncode: raise PermissionError(13, "nothing")
        """,
        needs=_FILES,
    ),
    Attack(
        "theft.real_homes",
        """
        import glob
        none_of(*[lambda d=d: os.listdir(d) for d in ("/root", "/home", "/srv", "/mnt")])
        """,
        FAILED,
        _FILES,
    ),
    Attack(
        "theft.tokens_in_the_environment",
        """
        words = ("TOKEN", "SECRET", "PASSWORD", "CREDENTIAL", "API_KEY")
        found = [name for name in os.environ if any(word in name.upper() for word in words)]
        if found: escaped(str(found))
        show(str(dict(os.environ)))
        """,
        SURVIVED,
        by="clean environment",
    ),
    Attack(
        "theft.environment_of_the_host",
        """
        none_of(*[lambda p=p: open(f"/proc/{p}/environ").read() for p in (HOST, ZYGOTE, VICTIM, PEER, 1)])
        """,
        FAILED,
        _FILES,
    ),
    Attack(
        "theft.clipboard_and_screen",
        """
        folders = ("/tmp/.X11-unix", "/run/user", "/dev/input", "/dev/snd")
        none_of(*[lambda f=f: os.listdir(f) for f in folders])
        """,
        FAILED,
        _FILES,
    ),
    Attack(
        "theft.agent",
        """
        import glob, socket
        def ask(): s = socket.socket(socket.AF_UNIX); s.connect(SOCKET); s.sendall(MARK.encode()); return s
        none_of(ask)
        """,
        FAILED,
        ("seccomp",),
    ),
)
