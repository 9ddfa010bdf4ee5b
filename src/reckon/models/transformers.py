"""A Hugging Face model on this machine: continuous batching, caches kept across the turns of a rollout.

torch and transformers are imported when a model is opened, not before.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reckon.errors import MissingExtra, UsageError
from reckon.models.decoding.guided import sample_guided
from reckon.models.tokens import FolderTokens, ids_of, insert
from reckon.models.tokens.template import load_template
from reckon.protocols import OnText, Sample, Sampling
from reckon.values import Message, Segment

if TYPE_CHECKING:
    from torch import Tensor

_TOKENIZER_FILES = ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja", "*config.json"]


class Transformers:
    """path: a folder in the Hugging Face layout, or a name on the hub.

    device: "auto" takes CUDA, then Apple's, then the CPU. dtype: "auto" takes the checkpoint's own, and
    float32 on a CPU. max_rows: samples computed at once. cache_tokens: how many tokens' keys and values are
    kept for later turns and forks; the memory taken is (rows in use and kept) times the longest of them.
    model: one that is loaded already, as a trainer's policy is, to be used as it stands.
    Log-probabilities are at temperature 1 (`decoding/choice.py`).

    Raises MissingExtra without torch and transformers; UsageError for a name that cannot be loaded or a model
    whose memory is not keys and values of every token.
    """

    continues = True

    def __init__(
        self,
        path: str,
        *,
        device: str = "auto",
        dtype: str = "auto",
        max_rows: int = 32,
        cache_tokens: int = 262_144,
        model: Any = None,
    ) -> None:
        try:
            import torch
            import transformers  # noqa: F401
        except ImportError as error:
            raise MissingExtra(f"the model hf:{path}", "local") from error
        from reckon.models.decoding.loop import DecodeLoop
        from reckon.models.decoding.torch_engine import TorchEngine

        folder = folder_of(path)
        self.name = f"hf:{path}"
        self.tokens = FolderTokens(folder)
        self._template = load_template(folder)
        where = _device(torch) if device == "auto" else device
        kind = "float32" if dtype == "auto" and where == "cpu" else dtype
        self.engine = TorchEngine(_load(folder, kind).to(where).eval() if model is None else model)
        self.context_tokens = _context_tokens(self.engine.model.config, self.name)
        self._loop: DecodeLoop[int] = DecodeLoop(
            self.engine,
            self.tokens,
            context_tokens=self.context_tokens,
            max_rows=max_rows,
            cache_tokens=cache_tokens,
        )

    def __repr__(self) -> str:
        return f"Transformers({self.name!r})"

    def render(self, context: Sequence[Segment], messages: Sequence[Message]) -> tuple[Segment, ...]:
        return insert(self._template, self.tokens, context, messages)

    def count(self, text: str) -> int:
        return len(self.tokens.encode_content(text))

    def decode(self, ids: Sequence[int]) -> str:
        return self.tokens.decode(ids)

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        """Raises BudgetSpent where the context fills the model's window, ModelUnavailable when the device
        fails (out of memory)."""
        return await self._loop.sample(ids_of(context), sampling, on_text)

    async def sample_guided(
        self, context: Sequence[Segment], guide: Sequence[Segment], gamma: float, sampling: Sampling
    ) -> Sample:
        """Go on after `context` under the guidance of another that ends alike; see decoding/guided.py."""
        contexts = ids_of(context), ids_of(guide)
        return await sample_guided(self._loop, self.tokens, contexts, gamma, sampling)

    def load(self, weights: "Iterable[tuple[str, Tensor]]") -> None:
        """Take new weights by their names, as training does. Raises UsageError while samples run."""
        self._loop.forget()
        held = self.engine.model.state_dict()
        for name, tensor in weights:
            held[name].copy_(tensor)

    def forget(self) -> None:
        """Drop all caches: for whoever has changed the weights. Raises UsageError while samples run."""
        self._loop.forget()

    async def close(self) -> None:
        pass  # the worker thread ends by itself when there is no work


def _device(torch: Any) -> str:
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def folder_of(path: str) -> Path:
    """The folder itself, or the hub's snapshot of that name."""
    if Path(path).is_dir():
        return Path(path)
    if path.startswith(("/", ".", "~")):
        raise UsageError(f"no folder {path}: hf: wants a folder of a model or a name on the hub")
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(path, allow_patterns=[*_TOKENIZER_FILES, "*.safetensors*"]))
    except (OSError, ValueError) as error:  # the hub's own errors are OSErrors and ValueErrors
        reason = str(error).strip().splitlines()[0]
        raise UsageError(f"{path} is no folder here, and the hub does not give it: {reason}") from error


def _load(folder: Path, dtype: str) -> Any:
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()  # it would draw over the caller's own
    try:
        return AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, attn_implementation="sdpa")
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise UsageError(f"{folder} cannot be loaded as a causal model: {reason}") from error
    finally:
        if shown:
            logging.enable_progress_bar()


def _context_tokens(config: Any, name: str) -> int:
    """A layer with a sliding window sees all of a context that is no longer than its window."""
    config = config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    other = kinds - {"full_attention", "sliding_attention"}
    if other:
        raise UsageError(
            f"{name} has layers of the kind {min(other)}; only attention over all tokens is done"
        )
    tokens = int(config.max_position_embeddings)
    window = getattr(config, "sliding_window", None)
    slides = "sliding_attention" in kinds or (window and not getattr(config, "layer_types", None))
    return min(tokens, int(window)) if slides and window else tokens
