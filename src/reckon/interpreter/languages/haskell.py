"""Haskell, by GHC, optimised; the packages that come with it."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class Haskell(Language):
    title: str = "Haskell"
    aliases: tuple[str, ...] = ("hs", "ghc")
    suffix: str = ".hs"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            compile=("ghc", "-O1", "-v0", "-outputdir", "{build}", "-o", "{binary}", "{source}"),
            run=("{binary}",),
            version=("ghc", "--version"),
            package="ghc",
            reads=("/var/lib/ghc",),
        ),
    )
    compile_timeout_s: float = 60.0
    out_of_memory: tuple[str, ...] = ("heap overflow", "heap exhausted", "out of memory")
    bounded: bool = False
