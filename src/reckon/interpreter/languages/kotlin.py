"""Kotlin, compiled to a jar with its runtime."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class Kotlin(Language):
    title: str = "Kotlin"
    aliases: tuple[str, ...] = ("kt",)
    suffix: str = ".kt"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            compile=("kotlinc", "-nowarn", "-include-runtime", "-d", "{build}/main.jar", "{source}"),
            run=(
                "java",
                "-Xmx{heap_mib}m",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-jar",
                "{build}/main.jar",
            ),
            version=("kotlinc", "-version"),
            package="kotlin",
            reads=("/etc/java-*",),
            environment=(("JAVA_OPTS", "-Xmx{heap_mib}m -XX:+UseSerialGC -XX:-UsePerfData"),),
        ),
    )
    compile_timeout_s: float = 120.0
    out_of_memory: tuple[str, ...] = ("java.lang.OutOfMemoryError",)
    bounded: bool = False
