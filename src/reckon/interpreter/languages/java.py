"""Java: one file, whose public class names it. What runs is that class, or the last one before a `main`."""

import re
from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain

_TOP = re.compile(
    r"^(?:(public)\s+)?(?:(?:final|abstract|sealed|strictfp)\s+)*(?:class|record|enum)\s+(\w+)", re.M
)
_MAIN = re.compile(r"\bstatic\s+(?:final\s+)?void\s+main\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Java(Language):
    title: str = "Java"
    suffix: str = ".java"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            compile=(
                "javac", "-J-Xmx{heap_mib}m", "-J-XX:+UseSerialGC", "-J-XX:-UsePerfData",
                "-J-XX:TieredStopAtLevel=1", "-encoding", "utf-8", "-d", "{build}", "{source}",
            ),
            run=(
                "java", "-Xmx{heap_mib}m", "-XX:+UseSerialGC", "-XX:-UsePerfData",
                "-cp", "{build}", "{name}",
            ),
            version=("javac", "-version"),
            package="default-jdk-headless",
            reads=("/etc/java-*",),
        ),
    )  # fmt: skip
    compile_timeout_s: float = 60.0
    out_of_memory: tuple[str, ...] = (
        "java.lang.OutOfMemoryError",
        "insufficient memory for the Java Runtime",
    )
    bounded: bool = False

    def name_of(self, code: str) -> str:
        """Of the public class, or of the last that begins before `main`; at the beginning of a line."""
        main = _MAIN.search(code)
        found = [(top[1], top[2]) for top in _TOP.finditer(code)]
        before = [top[2] for top in _TOP.finditer(code, 0, main.start() if main else len(code))]
        return next((name for public, name in found if public), before[-1] if before else "Main")
