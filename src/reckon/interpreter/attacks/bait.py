"""What an attack may reach for: files, a process and listeners, each of which tells when it was touched."""

import contextlib
import hashlib
import os
import resource
import secrets
import shutil
import socket
import sqlite3
import stat
import subprocess
import tempfile
from types import TracebackType
from typing import Self

_HOUSE = (".ssh/id_ed25519", ".aws/credentials", ".bash_history", ".netrc", "Documents/letter.txt")
_OPEN = 0o777


class Bait:
    """with Bait() as bait: … bait.told … bait.touched()

    Everything is open to everyone by its mode: what keeps a program off is the jail alone.
    """

    def __init__(self) -> None:
        self.mark = f"mark{secrets.token_hex(6)}"
        self.secret = f"secret{secrets.token_hex(12)}"
        self.key = secrets.randbelow(1 << 30) + 1
        self._owned = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as undo:
            self.folder = os.path.realpath(tempfile.mkdtemp(prefix="bait-"))
            undo.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self._plant_files()
            self._victim = undo.enter_context(self._start_victim())
            undo.callback(self._victim.kill)
            self._listeners = {}
            for name, listener in self._listen():
                self._listeners[name] = undo.enter_context(listener)
                listener.setblocking(False)
            self._open = undo.enter_context(socket.create_server(("127.0.0.1", 0), backlog=128))
            self._open.setblocking(False)
            self._before = self._victim_state()
            self._file_before = self._file_state()
            self._owned = undo.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._owned.close()

    @property
    def open_port(self) -> int:
        """Of a listener that may be reached."""
        port: int = self._open.getsockname()[1]
        return port

    @property
    def told(self) -> dict[str, object]:
        """The names that every attack may use."""
        return {
            "MARK": self.mark,
            "KEY": self.key,
            "SECRET_HEAD": self.secret[:6].encode() + self.secret[6:12].encode(),
            "HOST": os.getpid(),
            "HOST_NAME": os.uname().nodename,
            "VICTIM": self._victim.pid,
            "CANARY": f"{self.folder}/canary",
            "CANARY_FOLDER": self.folder,
            "CANARY_PROGRAM": f"{self.folder}/program",
            "HOUSE": f"{self.folder}/home",
            "PORT": self._listeners["tcp"].getsockname()[1],
            "OPEN_PORT": self.open_port,
            "UDP_PORT": self._listeners["udp"].getsockname()[1],
            "SOCKET": f"{self.folder}/stream",
            "MAILBOX": f"{self.folder}/mailbox",
            "ABSTRACT": self.mark + "-name",
        }

    def touched(self) -> list[str]:
        """What was reached since the last call, in words; the bait is set again."""
        found = [f"the {name} listener was reached" for name in self._reached()]
        if self._file_state() != self._file_before:
            found.append("the canary's files were changed")
            self._plant_files()
            self._file_before = self._file_state()
        state = self._victim_state()
        if state != self._before:
            found.append(f"the victim process was reached: {self._before} became {state}")
            self._victim.kill()
            self._victim.communicate()
            self._victim = self._owned.enter_context(self._start_victim())
            self._owned.callback(self._victim.kill)
            self._before = self._victim_state()
        return found

    def _plant_files(self) -> None:
        os.chmod(self.folder, _OPEN)
        subprocess.run(["chmod", "-R", "u+rwX", self.folder], check=False)
        for name in os.listdir(self.folder):
            path = os.path.join(self.folder, name)
            if name not in ("stream", "mailbox"):
                shutil.rmtree(path) if os.path.isdir(path) else os.unlink(path)
        self._write("canary", self.secret + "\n", 0o666)
        shutil.copyfile("/bin/true", f"{self.folder}/program")
        os.chmod(f"{self.folder}/program", 0o755)
        for name in _HOUSE:
            self._write(f"home/{name}", f"{name} {self.secret}\n", 0o644)
        cookies = f"{self.folder}/home/.mozilla/cookies.sqlite"
        os.makedirs(os.path.dirname(cookies))
        with contextlib.closing(sqlite3.connect(cookies)) as database, database:
            database.execute("create table cookies (value text)")
            database.execute("insert into cookies values (?)", (self.secret,))
        os.chmod(cookies, 0o644)

    def _write(self, name: str, text: str, mode: int) -> None:
        path = f"{self.folder}/{name}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)

    def _file_state(self) -> dict[str, tuple[object, ...]]:
        """All that a program could change of the bait's files; access times aside."""
        state: dict[str, tuple[object, ...]] = {}
        for above, folders, files in os.walk(self.folder):
            for name in (".", *folders, *files):
                path = os.path.join(above, name)
                it = os.lstat(path)
                body = b""
                if stat.S_ISREG(it.st_mode):
                    with contextlib.suppress(PermissionError), open(path, "rb") as file:
                        body = hashlib.sha256(file.read()).digest()
                marks = tuple(os.listxattr(path, follow_symlinks=False))
                state[path] = (
                    it.st_ino,
                    it.st_mode,
                    it.st_uid,
                    it.st_gid,
                    it.st_nlink,
                    it.st_mtime_ns,
                    body,
                    marks,
                )
        return state

    def _start_victim(self) -> "subprocess.Popen[bytes]":
        """It ends with us, however we end: its input does."""
        environment = {"TOKEN": self.secret}
        return subprocess.Popen(
            ["/bin/cat"], stdin=subprocess.PIPE, env=environment, cwd="/", start_new_session=True
        )

    def _victim_state(self) -> tuple[object, ...]:
        """Alive, not stopped, its limits and priorities as they were."""
        if self._victim.poll() is not None:
            return ("ended", self._victim.returncode)
        pid = self._victim.pid
        with open(f"/proc/{pid}/status", encoding="utf-8") as file:
            pairs = (line.partition(":") for line in file)
            fields = {name: value.strip() for name, _, value in pairs}
        # On a busy machine a signal may be on its way still.
        pending = fields["SigPnd"] + fields["ShdPnd"]
        return (
            "stopped" if fields["State"][0] in "Tt" else "signalled" if int(pending, 16) else "alive",
            resource.prlimit(pid, resource.RLIMIT_NOFILE),
            os.getpriority(os.PRIO_PROCESS, pid),
            os.sched_getscheduler(pid),
            tuple(sorted(os.sched_getaffinity(pid))),
        )

    def _listen(self) -> list[tuple[str, socket.socket]]:
        tcp = socket.create_server(("127.0.0.1", 0))
        udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp.bind(("127.0.0.1", 0))
        made = [("tcp", tcp), ("udp", udp)]
        for name, kind, place in (
            ("unix", socket.SOCK_STREAM, f"{self.folder}/stream"),
            ("unix datagram", socket.SOCK_DGRAM, f"{self.folder}/mailbox"),
            ("abstract", socket.SOCK_STREAM, f"\0{self.mark}-name"),
            ("abstract datagram", socket.SOCK_DGRAM, f"\0{self.mark}-name-mail"),
        ):
            listener = socket.socket(socket.AF_UNIX, kind)
            listener.bind(place)
            if kind == socket.SOCK_STREAM:
                listener.listen()
            if not place.startswith("\0"):
                os.chmod(place, 0o666)
            made.append((name, listener))
        return made

    def _reached(self) -> list[str]:
        reached = []
        with contextlib.suppress(BlockingIOError):
            while True:
                self._open.accept()[0].close()
        for name, listener in self._listeners.items():
            with contextlib.suppress(BlockingIOError):
                if listener.type == socket.SOCK_STREAM:
                    listener.accept()[0].close()
                else:
                    listener.recv(1)
                reached.append(name)
        return reached
