"""Perl 5."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class Perl(Language):
    title: str = "Perl"
    aliases: tuple[str, ...] = ("pl", "perl5")
    suffix: str = ".pl"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            run=("perl", "{source}"), version=("perl", "--version"), package="perl", reads=("/etc/perl",)
        ),
    )
    out_of_memory: tuple[str, ...] = ("Out of memory!", "Out of memory in perl")
