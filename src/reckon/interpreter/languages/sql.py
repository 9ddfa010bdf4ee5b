"""SQL, by sqlite3, on an empty database in memory; the first error ends it."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class Sql(Language):
    title: str = "SQL"
    aliases: tuple[str, ...] = ("sqlite", "sqlite3")
    suffix: str = ".sql"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            run=("sqlite3", "-batch", "-bail", ":memory:", ".read {source}"),
            version=("sqlite3", "--version"),
            package="sqlite3",
        ),
    )
    out_of_memory: tuple[str, ...] = ("out of memory",)
