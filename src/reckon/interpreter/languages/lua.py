"""Lua, by the newest of its interpreters."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class Lua(Language):
    title: str = "Lua"
    aliases: tuple[str, ...] = ()
    suffix: str = ".lua"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(run=("lua5.4", "{source}"), version=("lua5.4", "-v"), package="lua5.4"),
        Toolchain(run=("lua", "{source}"), version=("lua", "-v"), package="lua5.4"),
        Toolchain(run=("luajit", "{source}"), version=("luajit", "-v"), package="luajit"),
    )
    out_of_memory: tuple[str, ...] = ("not enough memory",)
