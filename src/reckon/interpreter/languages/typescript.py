"""TypeScript: types are stripped by node from 22.6 on, or by esbuild, or checked by tsc.

The first of these that is found. Only tsc refuses a program for its types, and it needs those of node
(@types/node, beside it) for programs that use any of node's modules.
"""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain

_NODE = ("node", "--enable-source-maps", "--max-old-space-size={heap_mib}", "{build}/{name}.js")
_TARGET = ("--target", "es2021", "--module", "commonjs", "--inlineSourceMap")
_ENVIRONMENT = (("OPENSSL_CONF", "/dev/null"),)  # node ends where it may not read the system's


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeScript(Language):
    title: str = "TypeScript"
    aliases: tuple[str, ...] = ("ts", "mts")
    suffix: str = ".ts"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            run=(
                "node", "--experimental-strip-types", "--no-warnings",
                "--max-old-space-size={heap_mib}", "{source}",
            ),
            version=("node", "--version"),
            at_least=(22, 6),
            package="esbuild nodejs",
            environment=_ENVIRONMENT,
        ),
        Toolchain(
            compile=(
                "esbuild", "{source}", "--platform=node", "--format=cjs", "--sourcemap=inline",
                "--log-level=warning", "--outfile={build}/{name}.js",
            ),
            run=_NODE,
            version=("esbuild", "--version"),
            package="esbuild nodejs",
            environment=_ENVIRONMENT,
        ),
        Toolchain(
            compile=("tsc", *_TARGET, "--outDir", "{build}", "{source}"),
            run=_NODE,
            version=("tsc", "--version"),
            package="node-typescript nodejs",
            environment=_ENVIRONMENT,
        ),
    )  # fmt: skip
    out_of_memory: tuple[str, ...] = ("JavaScript heap out of memory", "Array buffer allocation failed")
    bounded: bool = False
