"""Racket; a program begins with its `#lang` line."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class Racket(Language):
    title: str = "Racket"
    aliases: tuple[str, ...] = ("rkt",)
    suffix: str = ".rkt"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            run=("racket", "{source}"),
            version=("racket", "--version"),
            package="racket",
            reads=("/etc/racket",),
        ),
    )
    out_of_memory: tuple[str, ...] = ("out of memory",)
    bounded: bool = False
