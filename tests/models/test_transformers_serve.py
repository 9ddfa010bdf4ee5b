"""Against a real server that is not ours: `transformers serve` with the checkpoint that ships."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

from reckon.cli import main
from reckon.errors import UsageError
from reckon.models import open_model
from reckon.models.tiny import SHIPPED
from reckon.protocols import Sampling
from reckon.values import Message

NEEDED = ("torch", "transformers", "fastapi", "uvicorn", "openai", "accelerate")
MISSING = [name for name in NEEDED if find_spec(name) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"`transformers serve` needs {', '.join(MISSING)}")

SERVE = "import sys; sys.argv[0] = 'transformers'; from transformers.cli.transformers import main; main()"


@pytest.fixture(scope="module")
def url(tmp_path_factory) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("serve") / "log"
    command = [sys.executable, "-c", SERVE, "serve", str(SHIPPED), "--port", str(port), "--device", "cpu"]
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out) as process:
        try:
            _wait_until_up(f"http://127.0.0.1:{port}/health", process, log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()


def _wait_until_up(health: str, process: subprocess.Popen, log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            pytest.fail(f"the server ended: {log.read_text()[-2000:]}")
        try:
            if httpx.get(health, timeout=1).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    pytest.fail(f"the server did not come up: {log.read_text()[-2000:]}")


def test_it_answers_and_streams(url: str):
    model = open_model(f"openai:{SHIPPED}", base_url=url)
    context = model.render((), [Message("user", "How many letters?")])
    told: list[str] = []

    async def both():
        plain = await model.sample(context, Sampling(max_tokens=8))
        streamed = await model.sample(context, Sampling(max_tokens=8), told.append)
        await model.close()
        return plain, streamed

    plain, streamed = asyncio.run(both())
    assert "".join(told) == streamed.text == plain.text
    assert plain.finish in ("length", "end")
    assert 1 <= plain.tokens <= 8


def test_without_logprobs_there_are_none(url: str):
    model = open_model(f"openai:{SHIPPED}", base_url=url, logprobs=True)
    context = model.render((), [Message("user", "How many letters?")])
    assert asyncio.run(model.sample(context, Sampling(max_tokens=4))).logprobs is None


def test_completions_go_on_from_text(url: str):
    model = open_model(f"openai:{SHIPPED}", base_url=url, api="completions")
    context = model.render((), [Message("user", "1 + 1?"), Message("assistant", "It is ")])
    assert asyncio.run(model.sample(context, Sampling(max_tokens=4))).tokens >= 1


def test_a_name_that_it_has_not_is_an_error_of_use(url: str):
    model = open_model("openai:/no/such/model", base_url=url, retries=0)
    context = model.render((), [Message("user", "Q")])
    with pytest.raises(UsageError):
        asyncio.run(model.sample(context, Sampling(max_tokens=4)))


def test_reckon_solve_works_against_it(url: str, capsys):
    question = "What is 48213 * 7719?"
    assert main(["solve", question, "--model", f"openai:{SHIPPED}", "--base-url", url]) == 0
    out = capsys.readouterr().out
    assert "print(48213 * 7719)" in out
    assert f"→ {48213 * 7719}" in out
