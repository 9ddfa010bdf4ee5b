"""JavaScript, by node. A file that says import or export is a module, as node has it from 22.7 on."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class JavaScript(Language):
    title: str = "JavaScript"
    aliases: tuple[str, ...] = ("js", "node", "nodejs", "mjs")
    suffix: str = ".js"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            run=("node", "--max-old-space-size={heap_mib}", "{source}"),
            version=("node", "--version"),
            package="nodejs",
            environment=(("OPENSSL_CONF", "/dev/null"),),  # it ends where it may not read the system's
        ),
    )
    out_of_memory: tuple[str, ...] = ("JavaScript heap out of memory", "Array buffer allocation failed")
    bounded: bool = False
