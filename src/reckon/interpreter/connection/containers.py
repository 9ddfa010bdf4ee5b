"""An interpreter in a container: docker or podman starts a server in it, whose streams are the wire.

    Interpreter.connect("container:python:3.11-slim")
    Interpreter.connect(Container("my/science", command="podman", memory_bytes=8 << 30))

Any image with Python 3.11 or later will do: this package is mounted into it, read-only. The container has no
network, no capabilities, a read-only root and the limits below; inside, sessions are confined as they are
anywhere, by what the kernel gives there, see `Isolation`. It lives as long as the connection does.
"""

import asyncio
import contextlib
import json
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from reckon.errors import UsageError
from reckon.interpreter.connection.lines import Lines
from reckon.interpreter.connection.links import Command
from reckon.interpreter.isolation import Tier
from reckon.interpreter.limits import SCIENCE, Limits

_PACKAGE = Path(__file__).resolve().parents[2]
_INSIDE = "/opt/reckon"
_NOBODY = "65534:65534"
_REMOVE_S = 20.0
_PULL_S = 900.0  # an image that is not here is fetched first
# Said before anything of ours is imported, which an older Python could not even read.
_START = """
import sys
if sys.version_info < (3, 11):
    sys.exit("the image's Python is %d.%d, and 3.11 or later is wanted" % sys.version_info[:2])
sys.path.insert(0, sys.argv.pop(1))
from reckon.interpreter.connection.__main__ import main
sys.exit(main())
"""
_TIER = Tier("container", True, "sight of the host's files, processes and network; the sum over all sessions")


@dataclass(frozen=True, slots=True)
class Container:
    """image: with Python 3.11 or later in it, under the name `python`.  command: "docker", "podman", a path.
    memory_bytes, cpus, processes: of the container, all its sessions together.  disk_bytes: of its temporary
        files, which lie in that memory.  user: who the server is inside; with "0:0" and capabilities in
        `options`, sessions can have users of their own.
    limits, preload, concurrency, seed: of the interpreter inside.  options: further words for `run`.
    """

    image: str
    command: str = "docker"
    memory_bytes: int = 4 << 30
    disk_bytes: int = 1 << 30
    cpus: float | None = None
    processes: int = 1_024
    user: str = _NOBODY
    python: str = "python3"
    limits: Limits | None = None
    preload: tuple[str, ...] = SCIENCE
    concurrency: int | None = None
    seed: int | None = None
    options: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("image", "command", "python", "user"):
            value = getattr(self, name)
            if not isinstance(value, str) or not value or value.startswith("-"):
                raise UsageError(f"Container.{name}: wanted a name, got {value!r}")
        for name in ("memory_bytes", "disk_bytes", "processes"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise UsageError(f"Container.{name}: wanted a whole number of at least 1, got {value!r}")
        cpus = self.cpus
        if cpus is not None and (isinstance(cpus, bool) or not isinstance(cpus, int | float) or not cpus > 0):
            raise UsageError(f"Container.cpus: wanted a positive number or None, got {cpus!r}")
        if isinstance(self.options, str) or not all(isinstance(word, str) for word in self.options):
            raise UsageError(f"Container.options: wanted words of a command, got {self.options!r}")

    @property
    def name(self) -> str:
        return f"container:{self.image} ({self.command})"

    @property
    def tiers(self) -> tuple[Tier, ...]:
        return (_TIER,)

    @property
    def greeting_s(self) -> float:
        return _PULL_S

    def arguments(self, name: str) -> tuple[str, ...]:
        """The command that starts a container of that name, and the server in it."""
        # Programs may build and run what they built: the engines mount these not executable by default.
        mount = f"/tmp:rw,exec,nosuid,nodev,mode=1777,size={self.disk_bytes}"
        cpus = () if self.cpus is None else ("--cpus", f"{self.cpus:g}")
        return (
            self.command, "run", "--rm", "--interactive", "--name", name,
            "--network", "none", "--read-only", "--tmpfs", mount,
            "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--user", self.user,
            "--pids-limit", str(self.processes), "--memory", str(self.memory_bytes), *cpus,
            "--volume", f"{_PACKAGE}:{_INSIDE}/reckon:ro",
            "--env", "HOME=/tmp", "--workdir", "/tmp",
            "--entrypoint", self.python, *self.options, self.image,
            "-I", "-B", "-c", _START, _INSIDE, "--stdio", *self._settings(),
        )  # fmt: skip

    async def open(self) -> Lines:
        """A new container. Raises UsageError where the engine's command is not installed."""
        if shutil.which(self.command) is None:
            raise UsageError(
                f"container: no command {self.command!r} is installed here; install Docker or Podman, and "
                "say which: Container(image, command='podman')"
            )
        name = f"reckon-{secrets.token_hex(6)}"
        lines = await Command(self.arguments(name)).open()
        return lines.and_then(lambda words: self._ended(name, words))

    async def _ended(self, name: str, words: str) -> str:
        """See that nothing is left of the container; what the engine said, with a word on what it means."""
        await asyncio.to_thread(_remove, self.command, name)
        for sign, meaning in _SIGNS:
            if sign in words.lower():
                return f"{meaning}: {words}"
        return words

    def _settings(self) -> Sequence[str]:
        words = ["--preload", ",".join(self.preload)]
        if self.limits is not None:
            words += ["--limits", json.dumps(asdict(self.limits))]
        for flag, value in (("--concurrency", self.concurrency), ("--seed", self.seed)):
            words += [] if value is None else [flag, str(value)]
        return words


_SIGNS = (
    ("cannot connect to the docker daemon", "Docker is installed, but its engine is not running"),
    ("is the docker daemon running", "Docker is installed, but its engine is not running"),
    ("cannot connect to podman", "Podman is installed, but its engine is not running"),
    ("permission denied while trying to connect", "Docker's engine does not let this user in"),
    ("executable file not found", "the image has no such Python"),
    ("no such image", "the image is not here"),
    ("pull access denied", "the image is not here, and cannot be had"),
    ("manifest unknown", "there is no such image"),
)


def _remove(command: str, name: str) -> None:
    """Of a container that ended by itself nothing is left, and this finds nothing."""
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        subprocess.run([command, "rm", "--force", name], capture_output=True, timeout=_REMOVE_S, check=False)
