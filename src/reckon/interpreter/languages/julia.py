"""Julia, without its start-up file."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class Julia(Language):
    title: str = "Julia"
    aliases: tuple[str, ...] = ("jl",)
    suffix: str = ".jl"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            run=("julia", "--startup-file=no", "--history-file=no", "{source}"),
            version=("julia", "--version"),
            package="",
            root=("julia", "--startup-file=no", "-e", "print(dirname(Sys.BINDIR))"),
            reads=("/etc/julia",),
        ),
    )
    out_of_memory: tuple[str, ...] = ("OutOfMemoryError",)
    bounded: bool = False
