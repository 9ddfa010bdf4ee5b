"""What goes with programs in other languages: names, arguments, toolchains, checks, many at once."""

import asyncio
import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from reckon.errors import SessionLost, UsageError
from reckon.interpreter import (
    AsyncInterpreter,
    Call,
    Interpreter,
    Language,
    Limits,
    Stdio,
    Toolchain,
    language,
    languages,
    toolchains,
)
from reckon.interpreter.languages.java import Java
from reckon.interpreter.languages.rust import Rust
from reckon.interpreter.languages.scala import Scala

IN_C = '#include <stdio.h>\nint main(){char s[9];scanf("%8s",s);printf("hi %s\\n",s);}'
IN_RUST = 'fn main(){println!("hi");}'


@pytest.fixture(scope="module")
def interpreter() -> Iterator[Interpreter]:
    with Interpreter(Limits(timeout_s=60), preload=(), spares=0) as interpreter:
        yield interpreter


def here(name: str) -> str:
    """The name, where the machine has the language; else the test is skipped, with the reason."""
    try:
        toolchains.locate(languages.find(name))
    except UsageError as missing:
        pytest.skip(str(missing))
    return name


def command_lines() -> Iterator[bytes]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                yield (entry / "cmdline").read_bytes()
            except OSError:
                continue


def test_output_comes_while_it_runs(interpreter: Interpreter) -> None:
    here("bash")
    heard: list[tuple[str, str, float]] = []
    interpreter.run(
        "echo one; sleep 0.2; echo two >&2",
        language="bash",
        on_output=lambda stream, text: heard.append((stream, text, time.monotonic())),
    )
    assert [part[:2] for part in heard] == [("stdout", "one\n"), ("stderr", "two\n")]
    assert heard[1][2] - heard[0][2] > 0.1


def test_what_the_listener_raises_ends_the_program(interpreter: Interpreter) -> None:
    here("bash")

    def listen(stream: str, text: str) -> None:
        raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        interpreter.run("echo one; sleep 50", language="bash", on_output=listen)


def test_the_compiler_has_a_clock_of_its_own(interpreter: Interpreter) -> None:
    here("rust")
    run = interpreter.run(IN_RUST, language=Rust(compile_timeout_s=0.02))
    assert (run.status, run.note) == ("timeout", "Not compiled. The compiler timed out after 0.02 s; killed.")
    run = interpreter.run(IN_RUST, language="rs")
    assert run.note.startswith("Compiled in ")


@pytest.mark.parametrize(
    ("given", "name"),
    [("C++", "cpp"), ("js", "javascript"), ("sh", "bash"), ("c#", "csharp"), (" rs ", "rust")],
)
def test_a_fence_names_a_language(given: str, name: str) -> None:
    assert languages.find(given).name == name


@pytest.mark.parametrize("given", ["ruste", "os:system", "Rust(compile_timeout_s=1)", "", "../rust", 3, None])
def test_another_name_is_refused(interpreter: Interpreter, given: str) -> None:
    with pytest.raises(UsageError, match="language: "):
        interpreter.run("x", language=given)


def test_a_language_that_is_not_here_names_what_it_needs(interpreter: Interpreter) -> None:
    absent = replace(
        Rust(), toolchains=(Toolchain(run=("absentc",), version=("absentc",), package="absent-compiler"),)
    )
    with pytest.raises(UsageError, match=r"needs absentc on the PATH.*apt install absent-compiler"):
        interpreter.run("x", language=absent)
    assert not toolchains.describe(absent).here


def test_a_version_that_is_too_old_is_not_here() -> None:
    old = Toolchain(run=("bash",), version=("bash", "--version"), at_least=(99,), package="bash")
    with pytest.raises(UsageError):
        toolchains.locate(replace(Rust(), toolchains=(old,)))


@pytest.mark.parametrize("bad", [{"timeout_s": 0}, {"timeout_s": -1}, {"stdin": 5}])
def test_a_bad_argument_is_refused(interpreter: Interpreter, bad: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=next(iter(bad))):
        interpreter.run("true", language=here("bash"), **bad)


@pytest.mark.parametrize("bad", [0, -1, float("nan"), True, "5"])
def test_a_bad_compile_timeout_is_refused(bad: object) -> None:
    with pytest.raises(UsageError, match="compile_timeout_s"):
        Rust(compile_timeout_s=bad)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine(Language):
    title: str = "Mine"
    suffix: str = ".mine"
    toolchains: tuple[Toolchain, ...]


def test_a_language_of_somebody_elses_runs_from_where_it_is(
    interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    here("bash")
    home = Path("/var/tmp", f"reckon-mine-{os.getpid()}")
    (home / "bin").mkdir(parents=True)
    (home / "word").write_text("from its own directory")
    (home / "bin" / "mine").write_text(f'#!/bin/bash\ncat {home}/word "$1"\n')
    (home / "bin" / "mine").chmod(0o755)
    monkeypatch.setenv("PATH", f"{home}/bin:relative:{os.environ['PATH']}")
    mine = Mine(toolchains=(Toolchain(run=("mine", "{source}"), version=("mine",), package="mine"),))
    try:
        run = interpreter.run(" and its source", language=mine)
    finally:
        subprocess.run(["rm", "-r", str(home)], check=True)
    assert run.stdout == "from its own directory and its source", run


@pytest.mark.parametrize(
    ("program", "read"),
    [
        ("/home/me/node", "/home/me/node"),
        ("/home/me/bin/node", "/home/me/bin"),
        ("/home/me/.local/bin/node", "/home/me/.local/bin"),
        ("/home/me/.nvm/v20/bin/node", "/home/me/.nvm/v20"),
        ("/opt/node/bin/node", "/opt/node"),
        ("/opt/bin/node", "/opt/bin"),
        ("/tmp/node", "/tmp/node"),
        ("/usr/lib/go-1.19/bin/go", "/usr/lib/go-1.19"),
        ("/usr/bin/perl", "/usr/bin"),
        ("/bin/sh", "/bin"),
        ("/init", "/init"),
    ],
)
def test_a_home_is_never_made_readable(program: str, read: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    assert toolchains._own_directory(program) == read


def test_one_process_is_enough() -> None:
    with Interpreter(Limits(processes=1), preload=(), spares=0) as interpreter:
        assert interpreter.run("echo on", language=here("bash")).stdout == "on\n"


def test_the_name_of_a_class_may_be_long(interpreter: Interpreter) -> None:
    run = interpreter.run(f"public class {'é' * 300} {{}}", language=here("java"))
    assert run.error is not None
    assert run.error.type == "CompileError"


def test_python_is_a_language_too(interpreter: Interpreter) -> None:
    assert interpreter.run("print(input())\n1 + 1", language="py", stdin="a").stdout == "a\n"


def test_the_machine_tells_what_it_has(interpreter: Interpreter) -> None:
    told = {one.name: one for one in interpreter.languages()}
    assert told["python"].here
    assert set(told) == {"python", *languages.names()}
    for name in languages.names():
        try:
            toolchains.locate(languages.find(name))
        except UsageError:
            assert not told[name].here
        else:
            assert told[name].version[0].isdigit()
            assert os.path.isabs(told[name].program)


def test_many_at_once(interpreter: Interpreter) -> None:
    here("bash")
    runs = interpreter.map((f"echo $(({n} * {n}))" for n in range(12)), language="bash")
    assert [run.stdout for run in runs] == [f"{n * n}\n" for n in range(12)]


def test_a_check_compiles_once_and_compares_outside(interpreter: Interpreter) -> None:
    here("c")
    cases = [Stdio("a", "hi a"), Stdio("b", "hi c"), Stdio("c", "hi c")]
    verdict = interpreter.check(IN_C, cases, language="c")
    assert [result.status for result in verdict.results] == ["passed", "failed", "passed"]
    broken = interpreter.check("int main({", cases, language="c")
    assert {result.status for result in broken.results} == {"error"}
    assert "CompileError" in broken.results[0].reason
    with pytest.raises(UsageError, match="Stdio alone"):
        interpreter.check(IN_C, [Call("main")], language="c")


def test_cases_of_a_check_do_not_meet(interpreter: Interpreter) -> None:
    here("bash")
    cases = [Stdio("", "none"), Stdio("", "none")]
    assert interpreter.check(
        "cat left 2>/dev/null || echo none; echo some > left", cases, language="bash"
    ).passed


def test_cancelling_ends_it() -> None:
    here("bash")
    mark = f"32{os.getpid()}"

    async def cancelled() -> None:
        async with AsyncInterpreter(preload=(), spares=0) as interpreter:
            first = asyncio.create_task(interpreter.run(f"sleep {mark}", language="bash"))
            await asyncio.sleep(0.5)
            first.cancel()
            with pytest.raises(asyncio.CancelledError):
                await first
            assert f"sleep\0{mark}".encode() not in b"".join(command_lines())
            second = asyncio.create_task(interpreter.run("sleep 50", language="bash"))
            await asyncio.sleep(0.2)
        with pytest.raises(SessionLost):
            await second

    asyncio.run(cancelled())


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("public class Foo { public static void main(String[] a) {} }", "Foo"),
        (
            "class Node {}\nclass Run {\n  static class In {}\n  public static void main(String[] a) {} }",
            "Run",
        ),
        ("class B { static void main() {} }\npublic final class A {}", "A"),
        ("import java.util.*;", "Main"),
    ],
)
def test_the_class_of_a_java_program(code: str, name: str) -> None:
    assert Java().name_of(code) == name


def test_the_object_of_a_scala_program() -> None:
    assert Scala().name_of("object A\nobject B extends App {}") == "B"
    assert Scala().name_of("class C\nobject D {\n  def main(a: Array[String]) = 1\n}\nobject E") == "D"


def test_marks_are_those_that_the_docstring_names() -> None:
    """No command holds a mark that nothing fills in."""
    known = {"source", "binary", "build", "name", "heap_mib", "work"}
    for name in languages.names():
        for toolchain in languages.find(name).toolchains:
            words = [*toolchain.run, *toolchain.compile, *(value for _, value in toolchain.environment)]
            for word in words:
                left = word
                for mark in known:
                    left = left.replace("{" + mark + "}", "")
                assert "{" not in left, (name, word)
                assert language.BUILD not in left or name == "go"
