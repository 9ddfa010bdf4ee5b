"""Programs in other languages, from their text to an `Execution`: put, compile, run, in one session."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reckon.errors import InfrastructureError, UsageError
from reckon.interpreter import exits
from reckon.interpreter.arguments import check_run
from reckon.interpreter.language import BINARY, BUILD, Command, Language
from reckon.interpreter.network.names import ENVIRONMENT
from reckon.interpreter.process import OnOutput
from reckon.interpreter.toolchains import Installed, locate
from reckon.interpreter.workshop import Bench, Seen, Workshop
from reckon.values import Execution

_MOST_BUILT_BYTES = 256 << 20
_NAME_CHARACTERS = 50
_COMPILER_ROOM = 4  # compilers reserve more address space than they use


@dataclass(frozen=True, slots=True)
class Program:
    """A program and what runs it. built: what its compiler made, where that is kept for further runs."""

    workshop: Workshop
    language: Language
    code: str
    installed: Installed
    built: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """The name of its file, in the working directory."""
        return self.name + self.language.suffix

    @property
    def name(self) -> str:
        """The same without its suffix: the program's own word, and as long as a file's name may be."""
        return self.language.name_of(self.code)[:_NAME_CHARACTERS]

    async def run(
        self, timeout_s: float | None = None, stdin: str | None = None, on_output: OnOutput | None = None
    ) -> Execution:
        """Compile it where it is not, and run it. Raises UsageError for a bad argument."""
        self._check(timeout_s, stdin, on_output)
        begun, note = time.perf_counter(), ""
        limits = self.workshop.limits
        async with self.workshop.interpreter.slots, self._bench() as bench:
            await bench.put({self.source: _encoded(self.code), **self.built})
            queued_s = time.perf_counter() - begun
            if not self.built and (failed := await self._compile(bench)) is not None:
                seen, of = failed, exits.of_compiler
            else:
                note = "" if self.built else self._compiled_note(time.perf_counter() - begun - queued_s)
                words = self.installed.toolchain.run
                seen = await self._execute(
                    bench, words, timeout_s or limits.timeout_s, stdin=stdin, on_output=on_output
                )
                of = exits.of_program
            ended = await bench.end()
        if seen.refused:
            if self.installed.toolchain.run[0].startswith("{") and of is exits.of_program:
                return replace(exits.unstartable(seen), queue_s=queued_s)
            raise InfrastructureError(
                f"{self.language.title} could not be started in its jail: {seen.refused}"
            )
        execution = of(seen, ended, self.language, self.source, limits)
        notes = " ".join(filter(None, (note, execution.note, seen.note)))
        return replace(execution, queue_s=queued_s, note=notes)

    async def compiled(self) -> "Program | Execution":
        """The same with what its compiler made; the record of the compiler's run where that failed."""
        if not self.installed.toolchain.compile:
            return self
        async with self.workshop.interpreter.slots, self._bench() as bench:
            await bench.put({self.source: _encoded(self.code)})
            seen = await self._compile(bench)
            if seen is None:
                return replace(self, built=await bench.get(BUILD, _MOST_BUILT_BYTES))
            ended = await bench.end()
        if seen.refused:
            raise InfrastructureError(
                f"{self.language.title} could not be started in its jail: {seen.refused}"
            )
        return exits.of_compiler(seen, ended, self.language, self.source, self.workshop.limits)

    def _bench(self) -> Bench:
        return Bench(self.workshop, self.installed.reads)

    async def _compile(self, bench: Bench) -> Seen | None:
        """None where it went well, or where there is nothing to compile."""
        words = self.installed.toolchain.compile
        if not words:
            return None
        seen = await self._execute(bench, words, self.language.compile_timeout_s)
        if not seen.ok:
            return seen
        await bench.clear()
        return None

    async def _execute(
        self,
        bench: Bench,
        words: Command,
        timeout_s: float,
        *,
        stdin: str | None = None,
        on_output: OnOutput | None = None,
    ) -> Seen:
        limits, installed = self.workshop.limits, self.installed
        marks = {
            "{source}": self.source,
            "{name}": self.name,
            "{binary}": BINARY,
            "{build}": BUILD,
            "{work}": bench.work,
            "{heap_mib}": str(max(8, 3 * limits.all_memory_bytes // 4 >> 20)),
        }
        environment = {"PATH": installed.path, "LANG": "C.UTF-8", "HOME": bench.work, "TMPDIR": bench.work}
        environment |= ENVIRONMENT if self.workshop.interpreter.network is not None else {}
        environment |= {name: _filled(value, marks) for name, value in installed.toolchain.environment}
        compiles = words == installed.toolchain.compile
        bounded = self.language.bounded and not bench.counts_memory
        room = limits.all_memory_bytes * (_COMPILER_ROOM if compiles else 1)
        return await bench.execute(
            tuple(_filled(word, marks) for word in (installed.programs.get(words[0], words[0]), *words[1:])),
            environment,
            timeout_s,
            make=BUILD if compiles else "",
            address_space=room if bounded else None,
            stdin=stdin,
            on_output=on_output,
        )

    def _check(self, timeout_s: float | None, stdin: str | None, on_output: OnOutput | None) -> None:
        most = self.workshop.limits.file_bytes
        check_run(self.code, timeout_s, stdin, on_output, self.workshop.limits)
        if stdin is not None and len(_encoded(stdin)) > most:
            raise UsageError(f"stdin: wanted text of at most {most} bytes (Limits.file_bytes)")

    def _compiled_note(self, wall_s: float) -> str:
        return f"Compiled in {wall_s:.2f} s." if self.installed.toolchain.compile else ""


def program(workshop: Workshop, language: Language, code: str) -> Program:
    """Raises UsageError where the language is not on this machine, or the program is too large."""
    most = workshop.limits.file_bytes
    if not isinstance(code, str) or len(_encoded(code)) > most:
        raise UsageError(f"code: wanted text of at most {most} bytes (Limits.file_bytes)")
    return Program(workshop, language, code, locate(language))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _filled(word: str, marks: Mapping[str, str]) -> str:
    for mark, text in marks.items():
        word = word.replace(mark, text)
    return word
