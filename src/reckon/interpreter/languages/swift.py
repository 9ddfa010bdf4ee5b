"""Swift, optimised."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class Swift(Language):
    title: str = "Swift"
    aliases: tuple[str, ...] = ()
    suffix: str = ".swift"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            compile=("swiftc", "-O", "-module-cache-path", "{build}/modules", "-o", "{binary}", "{source}"),
            run=("{binary}",),
            version=("swiftc", "--version"),
            package="swiftlang",
        ),
    )
    compile_timeout_s: float = 90.0
    bounded: bool = False
