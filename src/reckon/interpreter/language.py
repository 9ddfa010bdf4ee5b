"""What a programming language is to the interpreter: how its programs are named, compiled and run.

A language is data. One file of `languages/` holds one: a frozen dataclass that fills in these fields. Its
commands run inside the jail that Python sessions run in; see workshop.py (the host's half), commands.py (what
starts them inside) and toolchains.py (where they are found).
"""

from dataclasses import dataclass
from typing import TypeAlias

from reckon.errors import UsageError

Command: TypeAlias = tuple[str, ...]

BUILD = ".build"
BINARY = f"./{BUILD}/main"


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolchain:
    """One way to compile and run a program.

    run, compile: commands; compile is () where there is nothing to compile. A command's first word is a
        program that is looked for on the machine, or "{binary}", the file that `compile` makes. Words, and
        the environment's values, may hold {source}, {binary}, {build} (a directory for what the compiler
        makes), {work} (the working directory), {name} (the source's, without its suffix) and {heap_mib}
        (three quarters of the memory limit).
    needs: further programs that these start.  version: a command that prints it.
    at_least: the least version that will do.
    package: the Debian packages that bring it, "" where there are none.
    root: a command that prints the directory where the toolchain lives, where what is on the PATH is a
        launcher; programs are taken from its `bin` then.
    reads: paths, which may hold *, that it reads outside of /usr.  environment: (name, value) pairs.
    """

    run: Command
    compile: Command = ()
    needs: tuple[str, ...] = ()
    version: Command
    at_least: tuple[int, ...] = ()
    package: str
    root: Command = ()
    reads: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()

    @property
    def programs(self) -> tuple[str, ...]:
        """The names that must be found on the machine."""
        named = (*(words[0] for words in (self.run, self.compile) if words), *self.needs)
        return tuple(dict.fromkeys(name for name in named if not name.startswith("{")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """title: as it is written.  aliases: other names of it, those of markdown's fences among them.
    suffix: of its source files.  toolchains: the ways to run it, the best first.
    compile_timeout_s: wall clock of the compiler.
    out_of_memory: what its programs write to stderr when they end for lack of memory.
    bounded: whether its programs bear a limit of their address space. It is set where no control group limits
        memory; runtimes that reserve much more than they use (node, Java) are then left to the watchdog.
    """

    title: str
    aliases: tuple[str, ...] = ()
    suffix: str
    toolchains: tuple[Toolchain, ...]
    compile_timeout_s: float = 30.0
    out_of_memory: tuple[str, ...] = ()
    bounded: bool = True

    def __post_init__(self) -> None:
        timeout_s = self.compile_timeout_s
        if isinstance(timeout_s, bool) or not isinstance(timeout_s, int | float) or not timeout_s > 0:
            raise UsageError(
                f"{type(self).__name__}.compile_timeout_s: wanted a positive number of seconds, "
                f"got {timeout_s!r}"
            )
        if not self.toolchains or not all(isinstance(one, Toolchain) for one in self.toolchains):
            raise UsageError(f"{type(self).__name__}.toolchains: wanted at least one Toolchain")

    @property
    def name(self) -> str:
        """As in `Interpreter.run(code, language=name)`."""
        return type(self).__name__.lower()

    def name_of(self, code: str) -> str:
        """What the source file of a program is to be called, without its suffix."""
        return "main"
