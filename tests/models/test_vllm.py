"""vLLM as a decoder, against a fake with the signatures of its documentation; weights by a real folder."""

import asyncio
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from reckon.errors import BudgetSpent, MissingExtra, ModelUnavailable, UsageError
from reckon.models.tiny import SHIPPED, Tiny
from reckon.protocols import Sampling
from reckon.values import Message

torch = pytest.importorskip("torch", reason="its weights are torch's")

from reckon.models.vllm import Vllm, VllmServer, open_vllm, write_weights  # noqa: E402

SCRIPT = "The answer is <<<42>>> and more"


class FakeEngine:
    """vllm.LLMEngine: one token of each request per step; requests of a seed of 13 break."""

    def __init__(self, tokens):
        self.model_config = SimpleNamespace(max_model_len=400)
        self.ids = tokens.encode_content(SCRIPT)
        self.running, self.aborted = {}, []

    def add_request(self, request_id, prompt, params):
        assert isinstance(prompt["prompt_token_ids"], list)
        self.running[request_id] = (params, [])

    def abort_request(self, request_ids):
        for name in request_ids:
            self.aborted.append(name)
            self.running.pop(name, None)

    def step(self):
        outputs = []
        for name, (params, written) in list(self.running.items()):
            if params.seed == 13:
                raise RuntimeError("CUDA error")
            written.append(self.ids[len(written)])
            logprobs = [{i: SimpleNamespace(logprob=-0.5)} for i in written]
            done = len(written) >= min(params.max_tokens, len(self.ids))
            one = SimpleNamespace(token_ids=list(written), logprobs=logprobs)
            outputs.append(SimpleNamespace(request_id=name, outputs=[one], finished=done))
            if done:
                del self.running[name]
        return outputs


class FakeLLM:
    """vllm.LLM."""

    def __init__(self, model, *, dtype, gpu_memory_utilization, enable_prefix_caching):
        self.llm_engine = FakeEngine(Tiny(model).tokens)
        self.reloaded, self.resets = [], 0

    def collective_rpc(self, method, timeout=None, args=(), kwargs=None):
        from safetensors.torch import load_file

        assert method == "reload_weights"
        self.reloaded.append(load_file(Path(kwargs["weights_path"]) / "model.safetensors"))

    def reset_prefix_cache(self):
        self.resets += 1


@pytest.fixture
def vllm(monkeypatch):
    module = ModuleType("vllm")
    module.LLM, module.SamplingParams = FakeLLM, SimpleNamespace
    monkeypatch.setitem(sys.modules, "vllm", module)
    return Vllm(SHIPPED)


def asked(model, *samplings):
    async def main():
        context = model.render((), [Message("user", "6 * 7?")])
        return await asyncio.gather(
            *(model.sample(context, one) for one in samplings), return_exceptions=True
        )

    return asyncio.run(main())


def test_samples_end_as_those_of_every_engine_do(vllm):
    whole, stopped, short = asked(
        vllm, Sampling(200), Sampling(200, stop=(">>>",)), Sampling(3, temperature=1.0, seed=1)
    )
    assert whole.text == SCRIPT
    assert stopped.text.startswith("The answer is <<<42>>>")
    assert stopped.finish == "stop"
    assert len(stopped.ids) < len(whole.ids)
    assert (short.finish, len(short.ids)) == ("length", 3)
    assert whole.logprobs == (-0.5,) * len(whole.ids)
    assert vllm._engine.aborted  # the one that we stopped before vLLM did
    assert not vllm._engine.running


def test_a_fault_reaches_whoever_waits_and_the_next_sample_runs(vllm):
    broken, _ = asked(vllm, Sampling(9, seed=13), Sampling(9))
    assert isinstance(broken, ModelUnavailable)
    assert asked(vllm, Sampling(200))[0].text == SCRIPT


def test_a_context_that_fills_the_window_is_refused(vllm):
    vllm.context_tokens = 3
    assert isinstance(asked(vllm, Sampling(9))[0], BudgetSpent)


def test_new_weights_go_over_as_a_folder_and_caches_are_dropped(vllm):
    weights = {"model.embed_tokens.weight": torch.ones(4, 2), "lm_head.weight": torch.ones(4, 2)}
    vllm.load(weights.items())
    assert list(vllm._llm.reloaded[0]) == ["model.embed_tokens.weight"]  # tied: written once
    assert vllm._llm.reloaded[0]["model.embed_tokens.weight"].dtype == torch.bfloat16
    assert vllm._llm.resets == 1


def test_what_is_written_is_what_the_shipped_model_is_made_of(tmp_path):
    from safetensors.torch import load_file
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(SHIPPED, dtype=torch.float32)
    write_weights(model.state_dict().items(), tmp_path)
    assert set(load_file(tmp_path / "model.safetensors")) == set(load_file(SHIPPED / "model.safetensors"))


def test_without_vllm_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "vllm", None)
    with pytest.raises(MissingExtra, match=r"reckon\[vllm\]"):
        Vllm(SHIPPED)
    with pytest.raises(UsageError, match="start a server"):
        open_vllm("vllm", SHIPPED, Path(), count=2)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer({"data": [{"id": "policy", "max_model_len": 512}]})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == self.server.missing:
            self.send_error(404)
            return
        order = json.loads(body) if body else {}
        if self.path == "/collective_rpc":
            order["seen"] = (Path(order["kwargs"]["weights_path"]) / "model.safetensors").exists()
        self.server.orders.append((self.path, order))
        self.answer({"results": [None]})

    def answer(self, body):
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        http.orders, http.missing = [], None
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield http
        http.shutdown()
        thread.join()


def test_a_server_is_told_to_read_the_new_weights(server, tmp_path):
    url = f"http://127.0.0.1:{server.server_port}"
    model = VllmServer(url, SHIPPED, tmp_path)
    assert (model.name, model.context_tokens) == ("openai:policy", 512)
    model.load([("w", torch.ones(2, 2))])
    (path, order), (second, _) = server.orders
    assert (path, order["method"], order["seen"], second) == (
        "/collective_rpc", "reload_weights", True, "/reset_prefix_cache",
    )  # fmt: skip
    assert not list(tmp_path.iterdir())
    VllmServer(url, SHIPPED, tmp_path, leader=False).load([("w", torch.ones(2, 2))])
    assert len(server.orders) == 2
    server.missing = "/collective_rpc"
    with pytest.raises(ModelUnavailable, match="VLLM_SERVER_DEV_MODE"):
        model.load([("w", torch.ones(2, 2))])


def test_a_server_that_is_not_there_is_one_clear_error(tmp_path):
    with pytest.raises(ModelUnavailable, match="is vLLM running there"):
        VllmServer("http://127.0.0.1:9", SHIPPED, tmp_path)
