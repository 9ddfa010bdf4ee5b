"""Scala, by scalac and scala. What runs is the object that extends App, or the last one before a `main`."""

import re
from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain

_OBJECT = re.compile(r"^(?:case\s+)?object\s+(\w+)", re.M)
_MAIN = re.compile(r"^object\s+\w+\s+extends\s+App\b|\bdef\s+main\b", re.M)
_JAVA = "-Xmx{heap_mib}m -XX:+UseSerialGC -XX:-UsePerfData"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scala(Language):
    title: str = "Scala"
    aliases: tuple[str, ...] = ("sc",)
    suffix: str = ".scala"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            compile=("scalac", "-nowarn", "-d", "{build}", "{source}"),
            run=("scala", "-cp", "{build}", "{name}"),
            needs=("java",),
            version=("scalac", "-version"),
            package="scala",
            reads=("/etc/java-*",),
            environment=(("JAVA_OPTS", _JAVA),),
        ),
    )
    compile_timeout_s: float = 90.0
    out_of_memory: tuple[str, ...] = ("java.lang.OutOfMemoryError",)
    bounded: bool = False

    def name_of(self, code: str) -> str:
        """Of the object that is run, which begins at the beginning of a line."""
        main = _MAIN.search(code)
        before = [top[1] for top in _OBJECT.finditer(code, 0, main.end() if main else len(code))]
        return before[-1] if before else "Main"
