"""A small Llama on numpy: the checkpoint that ships with Reckon, or any folder of the same architecture.

Needs nothing beyond the base install. Rows of concurrent samples are batched, and what a rollout's earlier
turns computed is kept (`decoding/loop.py`).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from reckon.errors import UsageError
from reckon.models.decoding.choice import Floats
from reckon.models.decoding.guided import sample_guided
from reckon.models.decoding.llama import KeyValues, Llama
from reckon.models.decoding.loop import DecodeLoop
from reckon.models.tokens import FolderTokens, ids_of, insert
from reckon.models.tokens.template import load_template
from reckon.protocols import OnText, Sample, Sampling
from reckon.values import Message, Segment

SHIPPED = Path(__file__).parent / "checkpoints" / "tiny"


class Tiny:
    """A `Model` from a Hugging Face folder (config.json, model.safetensors, tokenizer.json).

    max_rows: samples computed at once; further ones wait. cache_tokens: how many tokens' keys and values are
    kept for later turns and forks. Log-probabilities are at temperature 1 (`decoding/choice.py`).
    Raises UsageError for a folder that is missing or not of the Llama architecture.
    """

    continues = True

    def __init__(
        self, path: str | Path | None = None, *, max_rows: int = 16, cache_tokens: int = 65536
    ) -> None:
        folder = SHIPPED if path is None else Path(path)
        if not (folder / "config.json").exists():
            raise UsageError(f"no model in {folder}: wanted config.json, model.safetensors, tokenizer.json")
        self.name = "tiny" if path is None else f"tiny:{path}"
        self.tokens = FolderTokens(folder)
        self.engine = Llama(folder)
        self._template = load_template(folder)
        self._loop: DecodeLoop[KeyValues] = DecodeLoop(
            self.engine,
            self.tokens,
            context_tokens=self.context_tokens,
            max_rows=max_rows,
            cache_tokens=cache_tokens,
        )

    def __repr__(self) -> str:
        return f"Tiny({self.name!r})"

    @property
    def context_tokens(self) -> int:
        return self.engine.shape.context_tokens

    def render(self, context: Sequence[Segment], messages: Sequence[Message]) -> tuple[Segment, ...]:
        return insert(self._template, self.tokens, context, messages)

    def count(self, text: str) -> int:
        return len(self.tokens.encode_content(text))

    def decode(self, ids: Sequence[int]) -> str:
        return self.tokens.decode(ids)

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        """Raises BudgetSpent where the context fills the model's window."""
        return await self._loop.sample(ids_of(context), sampling, on_text)

    async def sample_guided(
        self, context: Sequence[Segment], guide: Sequence[Segment], gamma: float, sampling: Sampling
    ) -> Sample:
        """Go on after `context` under the guidance of another that ends alike; see decoding/guided.py."""
        contexts = ids_of(context), ids_of(guide)
        return await sample_guided(self._loop, self.tokens, contexts, gamma, sampling)

    def load(self, weights: Mapping[str, Floats]) -> None:
        """Take new weights between two samples, as training does. Raises UsageError while samples run."""
        self._loop.forget()
        self.engine.load(weights)

    async def close(self) -> None:
        pass  # the worker thread ends by itself when there is no work
