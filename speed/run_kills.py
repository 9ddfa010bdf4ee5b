"""A run that is killed at random moments and begun again loses nothing and counts nothing twice.

    python speed/run_kills.py --kills 50

`reckon eval` over a fake server (`runner_overhead.py`), killed with SIGKILL at a random moment and begun
again, until it has been killed so often. After each kill the file is read: what was finished before must be
there still, and once.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from reckon import records


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    fake = [sys.executable, str(Path(__file__).with_name("runner_overhead.py")), "--side", "serve"]
    server = subprocess.Popen(fake, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    with tempfile.TemporaryDirectory() as folder:
        try:
            _check(url, folder, arguments.kills, random.Random(arguments.seed))
        finally:
            server.kill()


def _check(url: str, folder: str, kills: int, rng: random.Random) -> None:
    command = [sys.executable, "-m", "reckon", "eval", "product", "-n", "6000", "--reasoner", "text"]
    command += ["--model", "openai:fake", "--base-url", url, "--concurrency", "64", "--out", folder]
    seen: set[str] = set()
    path, torn = Path(folder) / "trajectories.jsonl", 0
    for _ in range(kills):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _await_growth(path, rng.randrange(150_000), running)
        running.send_signal(signal.SIGKILL)
        running.wait()
        if path.exists():
            torn += not path.read_bytes().endswith(b"\n")
            now = [t.id for t in records.read(path)]
            assert len(now) == len(set(now)), "a rollout is counted twice"
            assert seen <= set(now), "a finished rollout is lost"
            seen = set(now)
    last = [*command, "--stop-seconds", "2"]
    subprocess.run(last, check=True, stdout=subprocess.DEVNULL)
    counts = Counter(t.id for t in records.read(Path(folder) / "trajectories.jsonl"))
    assert set(counts.values()) == {1}
    assert seen <= set(counts)
    assert len(seen) > kills, "hardly anything was finished between the kills: nothing was shown"
    print(f"{kills} kills, {len(seen)} rollouts: none lost, none twice; {torn} half-written lines")


def _await_growth(path: Path, most: int, running: "subprocess.Popen[bytes]") -> None:
    """Until the file has grown by so many bytes: a random moment of the work, not of the start."""
    wanted = (path.stat().st_size if path.exists() else 0) + most
    while not path.exists() or path.stat().st_size < wanted:
        if running.poll() is not None:
            sys.exit("the run ended before it was killed: give it more problems")
        time.sleep(0.002)


if __name__ == "__main__":
    main()
