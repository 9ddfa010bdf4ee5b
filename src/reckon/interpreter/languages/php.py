"""PHP, by its command line; errors are written to stderr."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class Php(Language):
    title: str = "PHP"
    aliases: tuple[str, ...] = ()
    suffix: str = ".php"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            run=(
                "php",
                "-d",
                "display_errors=stderr",
                "-d",
                "log_errors=0",
                "-d",
                "html_errors=0",
                "-d",
                "memory_limit={heap_mib}M",
                "{source}",
            ),
            version=("php", "--version"),
            package="php-cli",
            reads=("/etc/php",),
        ),
    )  # fmt: skip
    out_of_memory: tuple[str, ...] = ("Allowed memory size of", "Out of memory (allocated")
