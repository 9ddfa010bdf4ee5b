"""Rust of 2021, optimised, with overflow checks as cargo's debug builds have them; no crates but std."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class Rust(Language):
    title: str = "Rust"
    aliases: tuple[str, ...] = ("rs",)
    suffix: str = ".rs"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            compile=(
                "rustc",
                "--edition=2021",
                "-Copt-level=2",
                "-Coverflow-checks=on",
                "--color=never",
                "-o",
                "{binary}",
                "{source}",
            ),
            run=("{binary}",),
            needs=("cc",),
            version=("rustc", "--version"),
            package="rustc",
            root=("rustc", "--print", "sysroot"),
        ),
    )  # fmt: skip
    compile_timeout_s: float = 60.0
    out_of_memory: tuple[str, ...] = ("memory allocation of",)
