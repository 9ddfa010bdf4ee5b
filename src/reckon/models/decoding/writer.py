"""One row's text as it grows: tokens into pieces, and the two ways in which it ends by itself.

A token that completes no character has the piece "": its bytes wait for the token that completes them. The
pieces, concatenated, are the text that decoding all ids at once gives.
"""

from collections.abc import Callable, Sequence

from reckon.models.tokens.tokenizer import Tokens
from reckon.protocols import Finish, OnText, Sample

_PARTIAL = "\ufffd"


class Pieces:
    """Incremental decoding. Only a window back to the last complete character is decoded again."""

    def __init__(self, decode: Callable[[Sequence[int]], str]) -> None:
        self._decode = decode
        self._ids: list[int] = []
        self._begin = 0  # of the window, one token before the first that is not yet told
        self._told = 0

    def push(self, token: int) -> str:
        """The text that this token completes; "" if it ends inside a character."""
        self._ids.append(token)
        known, text = self._window()
        if text.endswith(_PARTIAL) or len(text) <= len(known):
            return ""
        self._begin, self._told = self._told, len(self._ids)
        return text[len(known) :]

    def flush(self) -> str:
        """What still waits: the replacement characters of a text cut inside a character."""
        known, text = self._window()
        self._begin = self._told = len(self._ids)
        return text[len(known) :]

    def _window(self) -> tuple[str, str]:
        return self._decode(self._ids[self._begin : self._told]), self._decode(self._ids[self._begin :])


class Writer:
    """Gathers one sample and says when it is finished."""

    def __init__(
        self, tokens: Tokens, stop: Sequence[str], max_tokens: int, on_text: OnText | None = None
    ) -> None:
        self._tokens = tokens
        self._stop = tuple(one for one in stop if one)
        self._reach = max((len(one) for one in self._stop), default=1) - 1
        self._max_tokens = max_tokens
        self._on_text = on_text
        self._decoding = Pieces(tokens.decode)
        self._tail = ""
        self.ids: list[int] = []
        self.logprobs: list[float] = []
        self.pieces: list[str] = []
        self.finish: Finish | None = None

    def push(self, token: int, logprob: float) -> bool:
        """Take a sampled token; True when the sample is finished."""
        self.ids.append(token)
        self.logprobs.append(logprob)
        if token in self._tokens.end_ids:
            self._settle()
            self.pieces.append(self._tokens.decode([token]))
            self.finish = "end"
        else:
            piece = self._decoding.push(token)
            self.pieces.append(piece)
            self._tell(piece)
            if self._stopped(piece):
                self.finish = "stop"
            elif len(self.ids) >= self._max_tokens:
                self._settle()
                self.finish = "length"
        return self.finish is not None

    def sample(self, tokens_in: int) -> Sample:
        return Sample(
            pieces=tuple(self.pieces),
            finish=self.finish or "length",
            ids=tuple(self.ids),
            logprobs=tuple(self.logprobs),
            ended=self.finish == "end",
            tokens=len(self.ids),
            tokens_in=tokens_in,
        )

    def _stopped(self, piece: str) -> bool:
        text = self._tail + piece
        self._tail = text[-self._reach :] if self._reach else ""
        return any(one in text for one in self._stop)

    def _settle(self) -> None:
        """Bytes that no later token completes belong to the last token written."""
        waiting = self._decoding.flush() if self.pieces else ""
        if waiting:
            self.pieces[-1] += waiting
            self._tell(waiting)

    def _tell(self, text: str) -> None:
        if text and self._on_text is not None:
            self._on_text(text)
