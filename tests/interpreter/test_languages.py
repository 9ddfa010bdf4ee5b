"""Programs in other languages: every language of the machine runs, fails and is confined as it should be."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import reckon
from reckon.errors import UsageError
from reckon.interpreter import (
    Interpreter,
    Language,
    Limits,
    languages,
    nursery,
    toolchains,
)

MIB = 1 << 20
MEMORY = 256 * MIB
# Each reads a line and greets it; slow compilers run this one alone.
GREETS = {
    "bash": 'read x; echo "hi $x"',
    "c": '#include <stdio.h>\nint main(){char s[9];scanf("%8s",s);printf("hi %s\\n",s);}',
    "cpp": '#include <iostream>\nint main(){std::string s;std::cin>>s;std::cout<<"hi "<<s<<"\\n";}',
    "csharp": 'using System; class P{static void Main(){Console.WriteLine("hi "+Console.ReadLine());}}',
    "go": 'package main\nimport "fmt"\nfunc main(){var s string; fmt.Scan(&s); fmt.Println("hi", s)}',
    "haskell": 'main = getLine >>= \\x -> putStrLn ("hi " ++ x)',
    "java": "import java.util.*;\npublic class Solution {\n  public static void main(String[] a) {\n"
    '    System.out.println("hi " + new Scanner(System.in).next());\n  }\n}',
    "javascript": 'console.log("hi " + require("fs").readFileSync("/dev/stdin", "utf8").trim())',
    "julia": 'println("hi ", readline())',
    "kotlin": 'fun main(){ println("hi " + readLine()!!) }',
    "lua": 'print("hi " .. io.read("l"))',
    "perl": 'my $x=<STDIN>; chomp $x; print "hi $x\\n";',
    "php": '<?php echo "hi ".trim(fgets(STDIN))."\\n";',
    "r": 'x <- readLines("stdin"); cat("hi ", x, "\\n", sep="")',
    "racket": '#lang racket\n(printf "hi ~a\\n" (read-line))',
    "ruby": 'puts "hi #{gets.strip}"',
    "rust": "use std::io;\nfn main(){let mut s=String::new();io::stdin().read_line(&mut s).unwrap();"
    'print!("hi {s}");}',
    "scala": 'object Foo {\n def main(a: Array[String]) { println("hi " + scala.io.StdIn.readLine()) }\n}',
    "sql": "create table t(a); insert into t values('there'); select 'hi ' || a from t;",
    "swift": 'print("hi " + readLine()!)',
    "typescript": 'const s: string = require("fs").readFileSync(0, "utf8").trim(); console.log("hi " + s)',
}
# On its second line each fails as its language's programs do.
FAILS = {
    "bash": "true\nexit 3 # main.sh",
    "c": "#include <stdlib.h>\nint main(){exit(3);}",
    "javascript": "\nthrow new Error('x')",
    "lua": "\nerror('x')",
    "perl": "\ndie 'x'",
    "php": "<?php\nthrow new Exception('x');",
    "ruby": "\nraise 'x'",
    "rust": 'fn main(){\nlet v:Vec<i32>=vec![]; println!("{}", v[3]); }',
    "sql": "select 1;\nselect * from absent;",
}
TELLS_LINE = {"javascript", "lua", "perl", "php", "ruby", "rust", "sql"}
# What no compiler takes, on its second line.
MALFORMED = {
    "c": "int main(){\nint x = ; }",
    "csharp": "class P{\nint x = ; }",
    "go": "package main\nfunc main(){ x := }",
    "haskell": "main = print 1\nx :: = 3",
    "java": "class A {\n int x = ; }",
    "rust": 'fn main(){\nlet x: i32 = "a"; }',
}
ENDLESS = {
    "bash": "echo first; while true; do :; done",
    "c": '#include <stdio.h>\nint main(){puts("first");fflush(stdout);for(;;);}',
    "javascript": 'console.log("first"); while(true);',
    "perl": '$|=1; print "first\\n"; 1 while 1',
    "ruby": '$stdout.sync=true; puts "first"; loop {}',
}
HUNGRY = {
    "bash": "x=aaaaaaaaaa; while :; do x=$x$x; done",
    "c": "#include <stdlib.h>\n#include <string.h>\nint main(){for(;;){memset(malloc(1<<20),1,1<<20);}}",
    "javascript": "const a=[]; for(;;) a.push(Buffer.alloc(1<<20,1))",
    "java": "class A{public static void main(String[] a){var l=new java.util.ArrayList<long[]>();"
    "for(;;) l.add(new long[1<<20]);}}",
    "perl": 'my @a; push @a, "x" x 1000000 while 1',
    "php": '<?php $a=[]; while(true) $a[]=str_repeat("x",1000000);',
}
FLOOD = {
    "bash": "while true; do echo flood; done",
    "c": '#include <stdio.h>\nint main(){for(;;)puts("flood");}',
    "javascript": 'const fs=require("fs"); for(;;) fs.writeSync(1,"flood\\n")',
    "perl": 'print "flood\\n" while 1',
}
# Each prints what it read of a file outside; {path} is that file.
READS = {
    "bash": "cat {path}",
    "c": '#include <stdio.h>\nint main(){{FILE*f=fopen("{path}","r");if(!f){{perror("fopen");return 1;}}'
    'puts("open");}}',
    "javascript": 'console.log(require("fs").readFileSync("{path}","utf8"))',
    "perl": 'open(my $f, "<", "{path}") or die "$!"; print <$f>',
    "ruby": 'puts File.read("{path}")',
}
CONNECTS = {
    "bash": "exec 3<>/dev/tcp/127.0.0.1/80",
    "javascript": 'require("net").connect(80,"127.0.0.1")',
    "perl": "use Socket; socket(my $s, PF_INET, SOCK_STREAM, 0) or die $!; print 'open'",
    "ruby": "require 'socket'; TCPSocket.new('127.0.0.1', 80)",
}


@pytest.fixture(scope="module")
def interpreter() -> Iterator[Interpreter]:
    limits = Limits(memory_bytes=MEMORY, timeout_s=60, processes=48)
    with Interpreter(limits, preload=(), spares=0) as interpreter:
        yield interpreter


@pytest.fixture(scope="module")
def roomy() -> Iterator[Interpreter]:
    """Kotlin's compiler does not fit into less."""
    with Interpreter(Limits(timeout_s=60), preload=(), spares=0) as interpreter:
        yield interpreter


def here(name: str) -> str:
    """The name, where the machine has the language; else the test is skipped, with the reason."""
    try:
        toolchains.locate(languages.find(name))
    except UsageError as missing:
        pytest.skip(str(missing))
    return name


def test_every_language_has_a_program_here() -> None:
    assert set(languages.names()) == set(GREETS)


@pytest.mark.parametrize("name", GREETS)
def test_it_greets(roomy: Interpreter, name: str) -> None:
    run = roomy.run(GREETS[name], language=here(name), stdin="there\n")
    assert (run.status, run.stdout, run.error) == ("ok", "hi there\n", None), run
    assert run.wall_s > 0
    assert run.files == ()


@pytest.mark.parametrize("name", FAILS)
def test_a_failure_is_an_error_with_the_exit_code(interpreter: Interpreter, name: str) -> None:
    run = interpreter.run(FAILS[name], language=here(name))
    assert run.status == "error"
    assert run.error is not None
    assert run.error.type == "NonZeroExit"
    assert run.error.message.startswith("exit code ")
    if name in TELLS_LINE:
        assert run.error.line == 2, run.stderr


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_not_compiled_is_an_error_of_the_compiler(interpreter: Interpreter, name: str) -> None:
    run = interpreter.run(MALFORMED[name], language=here(name))
    assert run.status == "error"
    assert run.error is not None
    assert (run.error.type, run.error.line) == ("CompileError", 2), run.stderr
    assert run.error.message in run.output
    assert run.stdout == ""


@pytest.mark.parametrize("name", ENDLESS)
def test_a_timeout_keeps_what_was_printed(interpreter: Interpreter, name: str) -> None:
    run = interpreter.run(ENDLESS[name], language=here(name), timeout_s=0.4)
    assert (run.status, run.stdout) == ("timeout", "first\n")
    assert 0.4 <= run.wall_s < 5
    assert "timed out after 0.4 s" in run.note


@pytest.mark.parametrize("name", HUNGRY)
def test_memory_is_limited(interpreter: Interpreter, name: str) -> None:
    run = interpreter.run(HUNGRY[name], language=here(name))
    assert run.status == "memory", run
    assert run.peak_memory_bytes <= 1.2 * MEMORY


@pytest.mark.parametrize("name", FLOOD)
def test_output_is_limited(interpreter: Interpreter, name: str) -> None:
    run = interpreter.run(FLOOD[name], language=here(name))
    assert (run.status, run.truncated) == ("output", True)
    assert len(run.stdout) == Limits().output_bytes


@pytest.mark.parametrize("name", READS)
def test_files_outside_cannot_be_read(interpreter: Interpreter, name: str, tmp_path: Path) -> None:
    secret = Path("/var/tmp", f"reckon-{tmp_path.name}-{os.getpid()}")
    secret.write_text("open secret")
    secret.chmod(0o644)
    try:
        run = interpreter.run(READS[name].format(path=secret), language=here(name))
    finally:
        secret.unlink()
    assert run.status == "denied", run
    assert "open" not in run.stdout


@pytest.mark.parametrize("name", CONNECTS)
def test_there_is_no_network(interpreter: Interpreter, name: str) -> None:
    run = interpreter.run(CONNECTS[name], language=here(name))
    assert run.status == "denied", run
    assert run.stdout == ""


# language, program, how it may end
ATTACKS = {
    "reads by include": ("c", "#include </etc/shadow>\nint main(){}", ("denied", "error")),
    "includes without end": ("c", '#include "/dev/zero"\nint main(){}', ("memory", "timeout", "error")),
    "includes itself": ("c", '#include "main.c"\n', ("error",)),
    "reads when compiled": (
        "rust",
        'fn main(){print!("{}", include_str!("/etc/shadow"))}',
        ("denied", "error"),
    ),
    "a macro without end": (
        "rust",
        "macro_rules! m{($($t:tt)*)=>{m!($($t)* $($t)*);}} fn main(){m!(a b);}",
        ("memory", "timeout", "error"),
    ),
    "nested templates": (
        "cpp",
        "template<int n> struct F{static const int v=F<n-1>::v+F<n-2>::v;}; int main(){return F<100000>::v;}",
        ("error", "memory", "timeout"),
    ),
    "a library for a program": ("rust", '#![crate_type="lib"]\npub fn f(){}', ("error",)),
    "its parent's end": ("bash", "kill -9 $PPID; sleep 0.1; exit 4", ("error", "denied", "crashed")),
    "many forks": ("bash", "for i in $(seq 300); do sleep 9 & done; wait", ("timeout", "denied", "error")),
    "a shell in a database": ("sql", ".shell cat /etc/shadow\n.read /etc/shadow", ("error", "denied")),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_ends_as_it_should(interpreter: Interpreter, attack: str) -> None:
    name, code, ends = ATTACKS[attack]
    chosen: Language | str = here(name)
    if name in ("rust", "cpp", "c"):
        chosen = replace(languages.find(name), compile_timeout_s=3)
    begun = time.monotonic()
    run = interpreter.run(code, language=chosen, timeout_s=2)
    assert run.status in ends, run
    assert "root:" not in run.output
    assert time.monotonic() - begun < 20
    assert interpreter.run("echo on", language="bash").stdout == "on\n"


def test_nothing_is_left_behind(interpreter: Interpreter) -> None:
    here("bash")
    mark = f"31{os.getpid()}"
    run = interpreter.run(f"(setsid sleep {mark} &); sleep {mark} & echo made > out.txt", language="bash")
    assert (run.status, run.files) == ("ok", ("out.txt",))
    assert f"sleep\0{mark}".encode() not in b"".join(command_lines())


def command_lines() -> Iterator[bytes]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                yield (entry / "cmdline").read_bytes()
            except OSError:
                continue


def test_nothing_of_the_host_reaches_it(interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch) -> None:
    here("perl")
    monkeypatch.setenv("SECRET", "token")
    code = 'print join(" ", sort keys %ENV), "\\n"; for (3..64) { print "$_ " if open(my $f, "<&=", $_) }'
    names, descriptors = interpreter.run(code, language="perl").stdout.split("\n")
    assert names.split() == ["HOME", "LANG", "PATH", "TMPDIR"]
    assert descriptors.strip() in ("", "3")  # perl's own, of its source


def test_a_signal_is_a_crash(interpreter: Interpreter) -> None:
    here("bash")
    run = interpreter.run("kill -SEGV $$", language="bash")
    assert (run.status, run.note) == ("crashed", "The program was ended by SIGSEGV.")


def test_printed_words_do_not_change_a_good_end(interpreter: Interpreter) -> None:
    here("bash")
    run = interpreter.run("echo Permission denied: out of memory >&2; exit 0", language="bash")
    assert run.status == "ok"


WITHOUT_GROUPS = "zygote.cgroups.Groups.make = lambda name: zygote.cgroups.Groups({}, False)\nzygote.main("


def test_memory_is_limited_where_there_are_no_control_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nursery, "_BOOT", nursery._BOOT.replace("zygote.main(", WITHOUT_GROUPS))
    with Interpreter(Limits(memory_bytes=MEMORY), preload=(), spares=0) as interpreter:
        for name in ("bash", "c", "javascript"):
            try:
                toolchains.locate(languages.find(name))
            except UsageError:
                continue
            assert interpreter.run(HUNGRY[name], language=name).status == "memory", name


AS_USER = """
import json, sys
from reckon.interpreter import Interpreter, Limits
programs, ends = json.loads(sys.stdin.read()), []
with Interpreter(Limits(memory_bytes=256 << 20, processes=48), preload=(), spares=0) as interpreter:
    for name, code in programs:
        try:
            ends.append(interpreter.run(code, language=name, stdin="there", timeout_s=5).status)
        except ValueError:
            ends.append("absent")
print(json.dumps(ends))
"""
OF_A_USER = (
    ("bash", GREETS["bash"].replace("read x;", "read x || true;"), "ok"),
    ("c", GREETS["c"], "ok"),
    ("perl", GREETS["perl"], "ok"),
    ("javascript", GREETS["javascript"], "ok"),
    ("java", GREETS["java"], "ok"),
    ("c", HUNGRY["c"], "memory"),
    ("bash", "cat /etc/hostname", "denied"),
    ("perl", CONNECTS["perl"], "denied"),
    ("bash", "kill -9 $PPID; exit 4", "denied"),
    ("bash", "for i in $(seq 600); do sleep 9 & done; wait", "denied"),
)


def test_an_ordinary_user_runs_them_too() -> None:
    if os.geteuid() != 0:
        pytest.skip("the tests run as an ordinary user already")
    source = str(Path(reckon.__file__).parent.parent)
    user = 54322
    how = {"user": user, "group": user, "extra_groups": [], "cwd": "/", "text": True, "capture_output": True}
    how["env"] = {"PATH": "/usr/bin:/bin", "PYTHONPATH": source, "PYTHONDONTWRITEBYTECODE": "1"}
    check = "import sys, reckon.interpreter; assert sys.version_info >= (3, 11)"
    pythons = [p for p in (sys.executable, "/usr/bin/python3") if runs([p, "-c", check], how)]
    if not pythons:
        pytest.skip("no Python of 3.11 or later that an ordinary user may run together with this package")
    programs = json.dumps([row[:2] for row in OF_A_USER])
    done = subprocess.run([pythons[0], "-c", AS_USER], input=programs, timeout=60, **how)
    assert done.returncode == 0, done.stderr
    ends = json.loads(done.stdout)
    wrong = [
        (name, code, end)
        for (name, code, wanted), end in zip(OF_A_USER, ends, strict=True)
        if end not in (wanted, "absent")
    ]
    assert wrong == []


def runs(command: list[str], how: dict[str, object]) -> bool:
    try:
        return subprocess.run(command, **how).returncode == 0
    except OSError:
        return False
