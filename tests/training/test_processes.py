"""One process, two, and two that hold half of the weights each come to the same; so does a killed one."""

import json
import multiprocessing
import os
import socket
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs the extra 'train'")
pytest.importorskip("accelerate", reason="training in several processes needs the extra 'train'")
pytest.importorskip("peft", reason="adapters need the extra 'train'")
pytest.importorskip("torch.distributed.fsdp")

FORK = multiprocessing.get_context("fork")  # what is imported here need not be imported there


def train(count, how, folder):
    """What came of it; None for a process that was killed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    processes = [FORK.Process(target=one_of, args=(rank, count, port, how, folder)) for rank in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=120)
        process.kill()
    codes = [process.exitcode for process in processes]
    if codes == [-9] and "kill" in how:
        return None
    assert codes == [0] * count
    return json.loads((folder / "report.json").read_text())


def one_of(rank, count, port, how, folder):
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(count)}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    from several import main

    main(how.split(), Path(folder))


@pytest.fixture(autouse=True, scope="module")
def beside():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(Path(__file__).parent)
        import several  # noqa: F401

        yield


def assert_same(one, other, tolerance=2e-5):
    after = {step["step"]: step for step in one["steps"]}
    assert other["steps"]
    for step in other["steps"]:
        assert step == pytest.approx(after[step["step"]], rel=tolerance, abs=tolerance)
    for what in ("sums", "norms"):
        assert other[what] == pytest.approx(one[what], rel=tolerance, abs=5 * tolerance)


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """What one process comes to, by how it trains."""
    found = {}

    def of(how):
        if how not in found:
            found[how] = train(1, how, tmp_path_factory.mktemp("alone"))
        return found[how]

    return of


@pytest.mark.parametrize("how", ["sft", "rl", "rl ppo", "rl lora", "preferences", "preferences kto lora"])
@pytest.mark.parametrize("shards", ["", " shards"])
def test_two_processes_come_to_what_one_comes_to(how, shards, alone, tmp_path):
    pair = train(2, how + shards, tmp_path)
    assert pair["count"] == 2
    losses = [step["loss"] for step in pair["steps"]]
    assert len(set(losses)) == len(losses) == 4
    assert_same(alone(how), pair)


@pytest.mark.parametrize("how", ["sft", "rl ppo", "rl lora recompute"])
def test_a_killed_run_goes_on_to_the_same_losses(how, alone, tmp_path):
    assert train(1, f"{how} kill", tmp_path) is None
    rest = train(1, how, tmp_path)
    assert [step["step"] for step in rest["steps"]] == [3, 4]
    assert_same(alone(how), rest, tolerance=0)


@pytest.mark.parametrize("shards", ["", " shards"])
def test_two_processes_go_on_from_what_one_has_written(shards, alone, tmp_path):
    assert train(1, f"rl{shards} kill", tmp_path) is None
    rest = train(2, f"rl{shards}", tmp_path)
    assert [step["step"] for step in rest["steps"]] == [3, 4]
    assert_same(alone("rl"), rest)
