"""C++, of 2020 with GNU's additions, optimised."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class Cpp(Language):
    title: str = "C++"
    aliases: tuple[str, ...] = ("c++", "cxx", "cc", "hpp")
    suffix: str = ".cpp"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            compile=("g++", "-O2", "-std=gnu++20", "-o", "{binary}", "{source}"),
            run=("{binary}",),
            version=("g++", "--version"),
            package="g++ libc6-dev",
        ),
        Toolchain(
            compile=("clang++", "-O2", "-std=gnu++20", "-o", "{binary}", "{source}"),
            run=("{binary}",),
            version=("clang++", "--version"),
            package="clang libc6-dev",
        ),
    )
    out_of_memory: tuple[str, ...] = (
        "std::bad_alloc",
        "virtual memory exhausted",
        "out of memory allocating",
    )
