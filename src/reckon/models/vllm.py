"""vLLM as the decoder of a training run, in this process or as a server, and how new weights get into it.

Weights go over as a folder in the Hugging Face layout, which vLLM's own `reload_weights` reads; the cache of
prefixes is dropped with them. What it samples is finished by our own rules (`decoding/writer.py`), so a
sample is the same from every engine. Log-probabilities are those before temperature, vLLM's default.

Not run against vLLM here, which wants a GPU: its calls are tested on a fake with the signatures that its
documentation gives.
"""

import tempfile
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reckon.errors import BudgetSpent, MissingExtra, ModelUnavailable, UsageError
from reckon.models.decoding.loop import Tell
from reckon.models.decoding.writer import Writer
from reckon.models.openai import OpenAI
from reckon.models.tokens import FolderTokens, ids_of, insert
from reckon.models.tokens.template import load_template
from reckon.protocols import Model, OnText, Sample, Sampling
from reckon.values import Message, Segment

if TYPE_CHECKING:
    from torch import Tensor

RELOAD_S = 600.0


@dataclass
class _Row:
    ids: list[int]
    sampling: Sampling
    writer: Writer
    tell: Tell
    read: int = 0  # of its tokens, as vLLM gives all of them at every step
    cancelled: bool = False


class Vllm:
    """An engine in this process. memory: the share of the GPU that it may take.

    Raises MissingExtra without vllm.
    """

    continues = True

    def __init__(self, folder: Path, *, memory: float = 0.45) -> None:
        try:
            from vllm import LLM, SamplingParams
        except ImportError:
            raise MissingExtra("the decoder vllm", "vllm") from None
        self.name = f"vllm:{folder}"
        self.tokens = FolderTokens(folder)
        self._template = load_template(folder)
        self._params: Any = SamplingParams
        self._llm: Any = LLM(
            model=str(folder), dtype="bfloat16", gpu_memory_utilization=memory, enable_prefix_caching=True
        )
        self._engine: Any = self._llm.llm_engine
        self.context_tokens = int(self._engine.model_config.max_model_len)
        self._lock = threading.Lock()
        self._waiting: deque[_Row] = deque()
        self._thread: threading.Thread | None = None
        self._count = 0

    def render(self, context: Sequence[Segment], messages: Sequence[Message]) -> tuple[Segment, ...]:
        return insert(self._template, self.tokens, context, messages)

    def count(self, text: str) -> int:
        return len(self.tokens.encode_content(text))

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        """Raises BudgetSpent where the context fills the model's window, ModelUnavailable when vLLM fails."""
        ids = ids_of(context)
        room = self.context_tokens - len(ids)
        if room < 1:
            raise BudgetSpent(f"the context has {len(ids)} tokens, the model holds {self.context_tokens}")
        tell = Tell(on_text)
        writer = Writer(self.tokens, sampling.stop, min(sampling.max_tokens, room), tell.text)
        row = _Row(ids, sampling, writer, tell)
        with self._lock:
            self._waiting.append(row)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="reckon-vllm")
                self._thread.start()
        try:
            return await tell.future
        finally:
            row.cancelled = True

    def load(self, weights: "Iterable[tuple[str, Tensor]]") -> None:
        """Take new weights between two samples. Raises UsageError while samples run."""
        with self._lock:
            if self._thread is not None:
                raise UsageError("weights can be changed only while no sample runs")
        with tempfile.TemporaryDirectory() as folder:
            write_weights(weights, Path(folder))
            self._llm.collective_rpc("reload_weights", kwargs={"weights_path": folder})
        self._llm.reset_prefix_cache()

    async def close(self) -> None:
        pass  # the worker thread ends by itself when there is no work

    def _work(self) -> None:
        """Steps as long as there are rows; the engine belongs to this thread meanwhile."""
        rows: dict[str, _Row] = {}
        while True:
            with self._lock:
                fresh = list(self._waiting)
                self._waiting.clear()
                if not fresh and not rows:
                    self._thread = None
                    return
            try:
                self._join(fresh, rows)
                self._drop(rows)
                if rows:
                    self._read(self._engine.step(), rows)
            except Exception as error:  # whatever it is, those who wait must hear of it
                for row in {id(row): row for row in (*fresh, *rows.values())}.values():
                    row.tell.error(ModelUnavailable(f"vLLM failed: {type(error).__name__}: {error}"))
                self._engine.abort_request(list(rows))
                rows.clear()

    def _join(self, fresh: Sequence[_Row], rows: dict[str, _Row]) -> None:
        for row in fresh:
            self._count += 1
            rows[str(self._count)] = row
            params = self._params(
                max_tokens=min(row.sampling.max_tokens, self.context_tokens - len(row.ids)),
                temperature=row.sampling.temperature,
                top_p=row.sampling.top_p,
                stop=list(row.sampling.stop),
                seed=row.sampling.seed,
                logprobs=0,  # of the sampled token alone
                include_stop_str_in_output=True,
                skip_special_tokens=False,
            )
            self._engine.add_request(str(self._count), {"prompt_token_ids": row.ids}, params)

    def _drop(self, rows: dict[str, _Row]) -> None:
        gone = [name for name, row in rows.items() if row.cancelled]
        if gone:
            self._engine.abort_request(gone)
        for name in gone:
            del rows[name]

    def _read(self, outputs: Iterable[Any], rows: dict[str, _Row]) -> None:
        for output in outputs:
            row = rows.get(output.request_id)
            if row is None:
                continue
            written, done = output.outputs[0], bool(output.finished)
            for at in range(row.read, len(written.token_ids)):
                token = int(written.token_ids[at])
                if row.writer.push(token, float(written.logprobs[at][token].logprob)):
                    done = True
                    break
            row.read = len(written.token_ids)
            if done:
                if not output.finished:
                    self._engine.abort_request([output.request_id])
                row.tell.result(row.writer.sample(len(row.ids)))
                del rows[output.request_id]


class VllmServer:
    """A server of vLLM's that was started with VLLM_SERVER_DEV_MODE=1 and reads the same disk.

    url: up to its port.  exchange: where weights are put for it.  leader: whether this process does that.
    Raises ModelUnavailable where it does not answer.
    """

    continues = True

    def __init__(self, url: str, folder: Path, exchange: Path, *, leader: bool = True) -> None:
        self._url, self._exchange, self._leader = url.rstrip("/"), exchange, leader
        served = self._call("GET", "/v1/models").json()["data"][0]
        self._model = OpenAI(
            str(served["id"]),
            base_url=f"{self._url}/v1",
            api="completions",
            tokenizer=str(folder),
            logprobs=True,
            token_ids=True,
            context_tokens=int(served.get("max_model_len") or 32768),
        )

    @property
    def name(self) -> str:
        return self._model.name

    @property
    def context_tokens(self) -> int:
        return self._model.context_tokens

    def render(self, context: Sequence[Segment], messages: Sequence[Message]) -> tuple[Segment, ...]:
        return self._model.render(context, messages)

    def count(self, text: str) -> int:
        return self._model.count(text)

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        return await self._model.sample(context, sampling, on_text)

    def load(self, weights: "Iterable[tuple[str, Tensor]]") -> None:
        """Take new weights between two samples; every process that trains calls it, as the weights may be
        sharded, and the leader alone writes."""
        if not self._leader:
            for _ in weights:
                pass
            return
        with tempfile.TemporaryDirectory(dir=self._exchange) as folder:
            write_weights(weights, Path(folder))
            order = {"method": "reload_weights", "kwargs": {"weights_path": str(Path(folder).resolve())}}
            self._call("POST", "/collective_rpc", order)
        self._call("POST", "/reset_prefix_cache")

    async def close(self) -> None:
        await self._model.close()

    def _call(self, verb: str, path: str, body: object = None) -> Any:
        import httpx

        try:
            answer = httpx.request(verb, self._url + path, json=body, timeout=RELOAD_S)
            answer.raise_for_status()
        except httpx.HTTPStatusError as error:
            hint = "; start it with VLLM_SERVER_DEV_MODE=1" if error.response.status_code == 404 else ""
            raise ModelUnavailable(f"{self._url}{path}: HTTP {error.response.status_code}{hint}") from error
        except httpx.HTTPError as error:
            raise ModelUnavailable(f"{self._url}{path}: {error}; is vLLM running there?") from error
        return answer


def open_vllm(kind: str, folder: Path, exchange: Path, *, rank: int = 0, count: int = 1) -> Model:
    """kind: "vllm", or a server's URL.  rank, count: of the processes that train.

    Raises UsageError for an engine inside each of several processes: those share a server.
    """
    if kind != "vllm":
        return VllmServer(kind, folder, exchange, leader=rank == 0)
    if count > 1:
        raise UsageError("decoder vllm is for one process; for several start a server and give its URL")
    return Vllm(folder)


def write_weights(weights: "Iterable[tuple[str, Tensor]]", folder: Path) -> None:
    """A model.safetensors in bfloat16; one matrix for embedding and head is written once."""
    import torch
    from safetensors.torch import save_file

    held = {name: tensor.to("cpu", torch.bfloat16).contiguous() for name, tensor in weights}
    head, embedding = held.get("lm_head.weight"), held.get("model.embed_tokens.weight")
    if head is not None and embedding is not None and torch.equal(head, embedding):
        del held["lm_head.weight"]
    save_file(held, folder / "model.safetensors", metadata={"format": "pt"})
