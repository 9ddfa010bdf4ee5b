"""The attacks: contained here, as root and as an ordinary user; and the runner notices one that is not.

RECKON_ALL_ATTACKS=1 runs all of them (a minute) where else a part runs that needs no waiting.
"""

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from reckon.cli import main
from reckon.errors import UsageError
from reckon.interpreter import isolation_report, nursery
from reckon.interpreter.attacks import (
    ATTACKS,
    CATEGORIES,
    Attack,
    Outcome,
    chosen,
    run_attacks,
    tables,
    target,
)
from reckon.interpreter.attacks.attack import ANY, NO_TIER
from reckon.interpreter.attacks.bait import Bait
from reckon.interpreter.attacks.census import Census
from reckon.interpreter.network.allowlist import AllowList

ALL = os.environ.get("RECKON_ALL_ATTACKS") == "1"
QUICK = ("escape", "privilege", "breakout", "theft", "information", "network", "descriptors")
SOME = (
    "cpu.ignores_interrupts", "cpu.busy_processes", "memory.list_growth", "memory.raises_its_limit",
    "disk.large_file", "disk.closed_directories", "processes.daemon", "processes.rabbit",
    "processes.kills_a_victim", "processes.limits_of_a_victim", "output.endless_writes",
    "output.invalid_utf8", "harness.frame_without_token", "harness.verdict_with_the_right_token",
    "harness.hard_exit", "harness.builtins", "harness.second_loop", "kernel.trace_its_parent",
    "kernel.ring_of_calls", "kernel.calls_of_32_bits", "kernel.shared_memory", "reflected.datagram_flood",
)  # fmt: skip
CHOSEN = [a for a in ATTACKS if ALL or a.category in QUICK or a.id in SOME]

AS_USER = """
import json, sys
from reckon.interpreter.attacks import ATTACKS, run_attacks, target
wanted = set(json.loads(sys.stdin.read()))
with target() as interpreter:
    outcomes = run_attacks(interpreter, [attack for attack in ATTACKS if attack.id in wanted])
print(json.dumps([[o.attack.id, *o.harm] for o in outcomes if o.failed] + [len(outcomes)]))
"""


def failures(outcomes: list[Outcome]) -> list[str]:
    return [f"{outcome.attack.id}: {'; '.join(outcome.harm)}" for outcome in outcomes if outcome.failed]


def test_the_attacks_are_well_formed() -> None:
    features = {tier.feature for tier in isolation_report()}
    assert len({attack.id for attack in ATTACKS}) == len(ATTACKS) >= 150
    assert {attack.category for attack in ATTACKS} == set(CATEGORIES)
    for attack in ATTACKS:
        compile(attack.program, attack.id, "exec")
        assert set(attack.expect) <= set(ANY)
        assert attack.expect
        assert attack.needs == NO_TIER or set(attack.needs) <= features, attack.id


def test_a_name_chooses() -> None:
    assert chosen("all") == ATTACKS
    assert {attack.category for attack in chosen("network")} == {"network"}
    assert [attack.id for attack in chosen("network.tcp")] == ["network.tcp"]
    with pytest.raises(UsageError, match="no attack 'netwrk'"):
        chosen("netwrk")


def test_all_that_is_claimed_is_contained() -> None:
    with target() as interpreter:
        outcomes = run_attacks(interpreter, CHOSEN)
    assert failures(outcomes) == []
    assert len(outcomes) == len(CHOSEN)
    assert {o.mechanism for o in outcomes} >= {"seccomp", "landlock", "rlimit", "timeout", "frame check"}


def test_a_fork_bomb_in_bash_is_ended_within_seconds_for_an_ordinary_user(as_user) -> None:
    """Native code outruns a watchdog that samples: the kernel's own limit has to hold it until then."""
    code = (
        "import time; from reckon.interpreter import Interpreter\n"
        "with Interpreter(preload=()) as interpreter, interpreter.session() as session:\n"
        "    bash = ['/bin/bash', '-c', 'b(){ b|b& };b; sleep 9']\n"
        "    bomb = f'import subprocess; subprocess.run({bash})'\n"
        "    begun = time.time(); print(session.run(bomb, timeout_s=5).status, time.time() - begun < 20)\n"
        "    print(session.run('1 + 1').value)\n"
    )
    done = as_user(code)
    status, *others = done.stdout.split()
    assert status in ("denied", "timeout"), done.stdout + done.stderr
    assert others == ["True", "2"]


def test_all_that_is_claimed_is_contained_for_an_ordinary_user(as_user) -> None:
    wanted = json.dumps([attack.id for attack in CHOSEN])
    done = as_user(AS_USER, wanted, timeout=900 if ALL else 300)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [len(CHOSEN)]


@pytest.fixture
def weaken(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Make zygotes that say they are confined and are not."""

    def patch(statement: str) -> None:
        boot = nursery._BOOT.replace("\nzygote.main(", f"\n{statement}\nzygote.main(")
        assert boot != nursery._BOOT
        monkeypatch.setattr(nursery, "_BOOT", boot)

    return patch


def _harm_of(*ids: str) -> dict[str, str]:
    attacks = [attack for attack in ATTACKS if attack.id in ids]
    with target() as interpreter:
        outcomes = run_attacks(interpreter, attacks)
    assert all(outcome.failed for outcome in outcomes), outcomes
    return {outcome.attack.id: "; ".join(outcome.harm) for outcome in outcomes}


def test_the_runner_notices_that_landlock_is_off(weaken) -> None:
    weaken("zygote.landlock.restrict = lambda trees: None")
    harm = _harm_of(
        "escape.reads", "escape.writes", "escape.makes_a_file", "escape.soft_link",
        "escape.another_program_reads", "escape.executes_by_the_loader", "theft.everything_at_home",
        "theft.browser_cookies", "information.processes",
    )  # fmt: skip
    assert "a planted secret was read" in harm["escape.reads"]
    assert "a planted secret was read" in harm["theft.everything_at_home"]
    if os.geteuid() == 0:  # a user's view of the files outside is read-only as well
        assert "the canary's files were changed" in harm["escape.writes"]


def test_the_runner_notices_that_seccomp_is_off(weaken) -> None:
    weaken("zygote.seccomp.restrict = lambda: None")
    harm = _harm_of(
        "network.unix_stream", "network.datagram_from_a_pair", "kernel.keyring_read", "kernel.personality"
    )  # fmt: skip
    assert "the unix listener was reached" in harm["network.unix_stream"]
    assert "the unix datagram listener was reached" in harm["network.datagram_from_a_pair"]


def test_the_runner_notices_that_the_list_allows_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AllowList, "permits", lambda self, address, port: True)
    harm = _harm_of(
        "network.connected_elsewhere", "network.connected_in_other_words",
        "network.connected_while_it_is_checked",
    )  # fmt: skip
    assert all("the tcp listener was reached" in what for what in harm.values())


def test_the_runner_notices_data_that_opens_a_connection(weaken) -> None:
    weaken("zygote.seccomp._SEND = {}")
    harm = _harm_of("network.connected_by_its_first_data")
    assert "the tcp listener was reached" in harm["network.connected_by_its_first_data"]


def test_the_runner_notices_that_limits_are_off(weaken) -> None:
    weaken("zygote.rlimits.restrict = lambda *a, **k: None")
    _harm_of("memory.mmap", "memory.raises_its_limit", "disk.large_file", "disk.sparse_file")


def test_the_runner_notices_a_wrong_end_and_a_wrong_attack() -> None:
    wrong = (
        Attack("cpu.ends_well", "1 + 1", ("timeout",)),
        Attack("escape.says_so", "escaped('out')", ("ok",)),
        Attack("escape.misspelt", "opne(CANARY)", ("denied", "error")),
    )
    with target() as interpreter:
        outcomes = run_attacks(interpreter, wrong)
    assert [outcome.failed for outcome in outcomes] == [True] * 3
    assert outcomes[1].harm == ("out",)
    assert "the attack itself is wrong" in outcomes[2].harm[0]


def test_the_bait_tells_when_it_is_touched() -> None:
    with Bait() as bait:
        told = bait.told
        assert bait.touched() == []
        Path(str(told["CANARY"])).write_text("x")
        assert bait.touched() == ["the canary's files were changed"]
        os.kill(int(str(told["VICTIM"])), signal.SIGSTOP)
        assert re.search("became .'(stopped|signalled)'", bait.touched()[0])
        assert bait.told["VICTIM"] != told["VICTIM"]
        socket.create_connection(("127.0.0.1", int(str(told["PORT"])))).close()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"x", str(told["MAILBOX"]))
        assert bait.touched() == ["the tcp listener was reached", "the unix datagram listener was reached"]
        assert bait.touched() == []


def test_the_census_finds_what_is_left(tmp_path: Path) -> None:
    mark, base = "mark0123456789", str(tmp_path)
    census = Census.take(base, mark, 77)
    planted = Path("/tmp", mark)
    with (
        subprocess.Popen(["sleep", "30"], cwd=base) as stray,
        socket.socket(socket.AF_UNIX) as listener,
    ):
        try:
            listener.bind(f"\0{mark}")
            planted.touch()
            (tmp_path / "home" / "work").mkdir(parents=True)
            (tmp_path / "home" / "work" / "file").touch()
            found = "\n".join(census.left_over())
        finally:
            stray.kill()
            planted.unlink(missing_ok=True)
    for words in (
        f"process {stray.pid} was left",
        str(planted),
        "folder was left: home",
        f"@{mark}",
        "descriptor",
    ):
        assert words in found


def test_doctor_attacks(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--attack", "privilege"]) == 0
    out = capsys.readouterr().out
    assert re.search(r"privilege +16 +16", out)
    assert main(["doctor", "--attack", "nothing"]) == 2


def test_doctor_fails_loudly(weaken, capsys: pytest.CaptureFixture[str]) -> None:
    weaken("zygote.landlock.restrict = lambda trees: None")
    assert main(["doctor", "--attack", "escape.reads"]) == 1
    out = capsys.readouterr().out
    assert "GOT THROUGH" in out
    assert "escape.reads: a planted secret was read" in out


def test_the_tables_of_the_documentation_are_counted() -> None:
    text = (Path(__file__).parents[2] / "docs" / "security.md").read_text()
    assert tables.by_place(ATTACKS) in text
    assert tables.unclaimed(ATTACKS) in text
    known = set().union(*tables.PLACES.values())
    assert known == {tier.feature for tier in isolation_report()}
