"""Where the toolchains of languages are on this machine, and what a jail must let be read for them.

Looked for on the host's PATH, whose relative entries are passed over, and in the system's directories. A
toolchain may live anywhere, in a home directory too: what is made readable is then its own directory, never
the home. Programs are run here, outside the jail, only to be asked for their version or their root.
"""

import contextlib
import glob
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from reckon.errors import UsageError
from reckon.interpreter import languages
from reckon.interpreter.language import Language, Toolchain

SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
# What compilers and runtimes read, besides what Python sessions may.
COMMON = (
    "/usr/include", "/usr/share", "/usr/libexec", "/usr/lib32", "/usr/libx32",
    "/usr/local/bin", "/usr/local/include", "/usr/local/share", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
    "/proc",  # for what starts the commands alone, see commands.py
)  # fmt: skip
_ASK_S = 20.0
_VERSION = re.compile(r"\d+(?:\.\d+)+\w*")


@dataclass(frozen=True, slots=True)
class Installed:
    """A toolchain that is here. programs: name to absolute path.  reads: directories and files."""

    toolchain: Toolchain
    programs: Mapping[str, str]
    reads: tuple[str, ...]

    @property
    def path(self) -> str:
        """The PATH of what runs with it."""
        own = [os.path.dirname(program) for program in self.programs.values()]
        return ":".join(dict.fromkeys((*own, *SYSTEM_PATH.split(":"))))


@dataclass(frozen=True, slots=True)
class LanguageInfo:
    """A language, and whether it is here: version "" is that it is not.

    program: the absolute path of what runs or compiles it; where it is not here, the names looked for.
    package: the Debian packages that would bring it, "" where there are none.
    """

    name: str
    title: str
    version: str
    program: str
    package: str

    @property
    def here(self) -> bool:
        return bool(self.version)


def locate(language: Language) -> Installed:
    """The first toolchain of the language that is here. Raises UsageError naming what was looked for."""
    for toolchain in language.toolchains:
        with contextlib.suppress(LookupError):
            return _locate(toolchain)
    first = language.toolchains[0]
    names = " or ".join(dict.fromkeys(" and ".join(one.programs) for one in language.toolchains))
    raise UsageError(
        f"language: {language.title} needs {names} on the PATH, which this machine does not have: "
        + (f"on Debian, apt install {first.package}" if first.package else "Debian has no package of it")
    )


def describe(language: Language) -> LanguageInfo:
    """The language as this machine has it; asks the toolchain for its version."""
    try:
        installed = locate(language)
    except UsageError:
        first = language.toolchains[0]
        return LanguageInfo(language.name, language.title, "", ", ".join(first.programs), first.package)
    toolchain = installed.toolchain
    program = installed.programs.get(toolchain.version[0], "")
    version = _version(toolchain, installed.programs) or "unknown"
    return LanguageInfo(language.name, language.title, version, program, toolchain.package)


def python() -> LanguageInfo:
    """The one that is always here."""
    return LanguageInfo("python", "Python", platform.python_version(), sys.executable, "python3")


def readable() -> tuple[str, ...]:
    """What the toolchains that are here read, beyond what Python sessions may: existing paths, each once."""
    found: list[str] = list(COMMON)
    for name in languages.names():
        for toolchain in languages.find(name).toolchains:
            with contextlib.suppress(LookupError):
                found += _locate(toolchain).reads
    paths = dict.fromkeys(map(os.path.realpath, found))
    return tuple(path for path in paths if os.path.exists(path) and ":" not in path)


@cache
def _locate(toolchain: Toolchain) -> Installed:
    """Raises LookupError where it is not here, which is not remembered."""
    root = _ask(toolchain.root, {}).strip() if toolchain.root and _which(toolchain.root[0]) else ""
    root = root if os.path.isdir(root) and not _is_shared(os.path.realpath(root)) else ""
    programs: dict[str, str] = {}
    for name in toolchain.programs:
        program = _in_root(root, name) or _which(name)
        if program is None:
            raise LookupError(name)
        programs[name] = program
    if toolchain.at_least and _numbers(_version(toolchain, programs)) < toolchain.at_least:
        raise LookupError(f"{toolchain.version[0]} of another version")
    reads = [_own_directory(os.path.realpath(program)) for program in programs.values()]
    reads += [root] if root else []
    reads += [path for pattern in toolchain.reads for path in glob.glob(pattern)]
    return Installed(toolchain, programs, tuple(dict.fromkeys(map(os.path.realpath, reads))))


def _which(name: str) -> str | None:
    entries = (*os.environ.get("PATH", "").split(":"), *SYSTEM_PATH.split(":"))
    return shutil.which(name, path=":".join(entry for entry in entries if entry.startswith("/")))


def _in_root(root: str, name: str) -> str | None:
    return shutil.which(name, path=f"{root}/bin") if root else None


def _own_directory(program: str) -> str:
    """The directory that a program's installation fills, by its real path: the one above its `bin`.

    Where other things live there too (a home, say), the one it lies in; where they do there, the file alone.
    """
    directory = os.path.dirname(program)
    above = os.path.dirname(directory) if os.path.basename(directory) == "bin" else directory
    return next((one for one in (above, directory) if not _is_shared(one)), program)


def _is_shared(directory: str) -> bool:
    """Whether more than a toolchain lives there: on the way to the home, or where everybody puts things."""
    home = os.path.realpath(os.path.expanduser("~"))
    many = {"/usr", "/usr/local", "/opt", "/tmp", "/var/tmp", "/home", "/mnt", "/srv", f"{home}/.local"}
    return directory in many or f"{home}/".startswith(f"{directory.rstrip('/')}/")


def _version(toolchain: Toolchain, programs: Mapping[str, str]) -> str:
    found = _VERSION.search(_ask(toolchain.version, programs))
    return found.group() if found else ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in re.findall(r"\d+", version))


def _ask(command: tuple[str, ...], programs: Mapping[str, str]) -> str:
    """What a command prints, "" where it cannot be asked."""
    program = programs.get(command[0]) or _which(command[0])
    if program is None:
        return ""
    try:
        asked = subprocess.run(
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_ASK_S,
            check=False,
            cwd="/",
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout[: 1 << 16].decode("utf-8", "replace") if asked.returncode == 0 else ""
