"""Ruby, by MRI."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruby(Language):
    title: str = "Ruby"
    aliases: tuple[str, ...] = ("rb",)
    suffix: str = ".rb"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(run=("ruby", "{source}"), version=("ruby", "--version"), package="ruby"),
    )
    out_of_memory: tuple[str, ...] = ("(NoMemoryError)", "[FATAL] failed to allocate memory")
