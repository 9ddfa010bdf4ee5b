"""C#, by mono."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class CSharp(Language):
    title: str = "C#"
    aliases: tuple[str, ...] = ("c#", "cs", "mono")
    suffix: str = ".cs"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            compile=("mcs", "-optimize+", "-out:{binary}.exe", "{source}"),
            run=("mono", "{binary}.exe"),
            version=("mcs", "--version"),
            package="mono-mcs",
            reads=("/etc/mono",),
        ),
    )
    out_of_memory: tuple[str, ...] = ("System.OutOfMemoryException", "Out of memory")
    bounded: bool = False
