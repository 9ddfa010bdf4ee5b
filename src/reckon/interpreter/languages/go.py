"""Go: one file, the standard library. Go 1.20 and later compile what they import of it anew each time."""

from dataclasses import dataclass

from reckon.interpreter.language import Language, Toolchain


@dataclass(frozen=True, slots=True, kw_only=True)
class Go(Language):
    title: str = "Go"
    aliases: tuple[str, ...] = ("golang",)
    suffix: str = ".go"
    toolchains: tuple[Toolchain, ...] = (
        Toolchain(
            compile=("go", "build", "-o", "{binary}", "{source}"),
            run=("{binary}",),
            version=("go", "version"),
            package="golang-go",
            root=("go", "env", "GOROOT"),
            environment=(
                ("GOCACHE", "{work}/.build/cache"),
                ("GOPATH", "{work}/.build/path"),
                ("GOENV", "off"),
                ("GOFLAGS", "-p=2"),
                ("GOPROXY", "off"),
                ("GOTOOLCHAIN", "local"),
                ("GO111MODULE", "off"),
                ("CGO_ENABLED", "0"),
                ("GOTELEMETRY", "off"),
            ),
        ),
    )  # fmt: skip
    compile_timeout_s: float = 90.0
    out_of_memory: tuple[str, ...] = ("runtime: out of memory", "cannot allocate memory")
    bounded: bool = False
