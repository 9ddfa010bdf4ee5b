"""R, without its profiles and without what a former run had saved."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class R(Language):
    title: str = "R"
    aliases: tuple[str, ...] = ("rscript", "rlang")
    suffix: str = ".R"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            run=("Rscript", "--vanilla", "{source}"),
            version=("Rscript", "--version"),
            package="r-base-core",
            reads=("/etc/R",),
        ),
    )
    out_of_memory: tuple[str, ...] = ("cannot allocate vector of size", "cannot allocate memory")
