"""Bash; its start-up files are not read."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class Bash(Language):
    title: str = "Bash"
    aliases: tuple[str, ...] = ("sh", "shell")
    suffix: str = ".sh"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            run=("bash", "--noprofile", "--norc", "{source}"), version=("bash", "--version"), package="bash"
        ),
    )
    out_of_memory: tuple[str, ...] = ("xrealloc: cannot allocate", "xmalloc: cannot allocate")
