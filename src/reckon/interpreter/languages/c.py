"""C, of 2017 with GNU's additions, optimised."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class C(Language):
    title: str = "C"
    suffix: str = ".c"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            compile=("gcc", "-O2", "-std=gnu17", "-o", "{binary}", "{source}", "-lm"),
            run=("{binary}",),
            version=("gcc", "--version"),
            package="gcc libc6-dev",
        ),
        Toolchain(
            compile=("clang", "-O2", "-std=gnu17", "-o", "{binary}", "{source}", "-lm"),
            run=("{binary}",),
            version=("clang", "--version"),
            package="clang libc6-dev",
        ),
    )
    out_of_memory: tuple[str, ...] = (
        "std::bad_alloc",
        "virtual memory exhausted",
        "out of memory allocating",
    )
