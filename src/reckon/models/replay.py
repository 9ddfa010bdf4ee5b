"""A model that says what it is told: a list of texts, or a function of the context.

It has a tokenizer, a chat form and log-probabilities of its own, so that everything behind a token model can
be tried without one. To play back recorded trajectories, token for token, see `recording.py`.
"""

import threading
from collections.abc import Callable, Sequence
from typing import TypeAlias

from reckon.errors import UsageError
from reckon.models.decoding.writer import Writer
from reckon.models.tokens.insertion import ids_of, insert, text_of_context
from reckon.models.tokens.spelled import SpelledTokens
from reckon.models.tokens.template import CHAT
from reckon.protocols import OnText, Sample, Sampling
from reckon.values import Message, Segment

Script: TypeAlias = Sequence[str] | Callable[[str], str]
SPECIAL = ("<|end|>", "<|begin|>", "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>")


class ReplayExhausted(UsageError):
    """The model is asked for more samples than its script or recording has."""


class Replay:
    """script: the texts of the samples in the order of the calls; or a function from the text of the context
    to the text of the sample, which serves forked and concurrent rollouts whatever their order.

    A text is cut where `Sampling` says (a stop string, max_tokens), and what is beyond the cut is dropped; a
    text that is not cut ends the model's turn. The log-probability of a token depends on its id alone.
    Raises ReplayExhausted when the list is used up.
    """

    def __init__(
        self, script: Script, *, name: str = "replay", context_tokens: int = 1 << 20, continues: bool = True
    ) -> None:
        if isinstance(script, str):
            raise UsageError("a script is a list of texts or a function, got one text: put it in a list")
        self.name = name
        self.context_tokens = context_tokens
        self.continues = continues
        self.tokens = SpelledTokens(SPECIAL, end="<|end|>")
        self._script = script
        self._next = 0
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"Replay({self.name!r})"

    def render(self, context: Sequence[Segment], messages: Sequence[Message]) -> tuple[Segment, ...]:
        return insert(CHAT, self.tokens, context, messages)

    def count(self, text: str) -> int:
        return len(self.tokens.encode_content(text))

    def decode(self, ids: Sequence[int]) -> str:
        return self.tokens.decode(ids)

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        ids = ids_of(context)
        text = self._said(text_of_context(context))
        writer = Writer(self.tokens, sampling.stop, sampling.max_tokens, on_text)
        for token in [*self.tokens.encode_content(text), *self.tokens.end_ids]:
            if writer.push(token, logprob_of(token)):
                break
        return writer.sample(len(ids))

    async def close(self) -> None:
        pass

    def _said(self, context: str) -> str:
        if callable(self._script):
            return self._script(context)
        with self._lock:
            number, self._next = self._next, self._next + 1
        if number >= len(self._script):
            raise ReplayExhausted(
                f"the script has {len(self._script)} texts and is asked for number {number + 1}"
            )
        return self._script[number]


def logprob_of(token: int) -> float:
    """In (-1, 0], the same for the same token everywhere."""
    return -(token * 2654435761 % 1000) / 1000
