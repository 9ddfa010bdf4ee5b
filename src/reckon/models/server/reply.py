"""What a server answered, gathered from one JSON object or from a stream of events.

Servers differ: `stop_reason` and token ids are vLLM's, `bytes` is chat's, legacy completions list tokens as
plain strings. What is absent stays None.
"""

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Reply:
    """stop_known: the server says which stop string it was (stop_reason, None for the end of the turn)."""

    text: str = ""
    finish_reason: str | None = None
    stop_known: bool = False
    stop_reason: str | None = None
    token_bytes: list[bytes] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)
    tokens_in: int = 0
    tokens_out: int = 0

    def add(self, data: Mapping[str, Any]) -> str:
        """Take a whole response or one event; returns the new text.

        Raises KeyError, TypeError, ValueError or AttributeError for what is no such thing.
        """
        usage = data.get("usage") or {}
        self.tokens_in = usage.get("prompt_tokens") or self.tokens_in
        self.tokens_out = usage.get("completion_tokens") or self.tokens_out
        if not data["choices"]:  # the last event of a stream may carry usage alone
            return ""
        choice = data["choices"][0]
        message = choice.get("delta") or choice.get("message") or {}
        text = str(choice["text"] if choice.get("text") is not None else message.get("content") or "")
        self.text += text
        self.finish_reason = choice.get("finish_reason") or self.finish_reason
        if choice.get("finish_reason") and "stop_reason" in choice:
            self.stop_known = True
            self.stop_reason = choice["stop_reason"] if isinstance(choice["stop_reason"], str) else None
        self.ids += choice.get("token_ids") or ()
        self._add_logprobs(choice.get("logprobs") or {})
        return text

    def pieces(self) -> tuple[str, ...] | None:
        """The text of each token, None unless together they begin with the text."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        pieces = [decoder.decode(token) for token in self.token_bytes]
        if not pieces:
            return None
        pieces[-1] += decoder.decode(b"", final=True)
        return tuple(pieces) if "".join(pieces).startswith(self.text) else None

    def _add_logprobs(self, found: Mapping[str, Any]) -> None:
        for entry in found.get("content") or ():
            raw = entry.get("bytes")
            self.token_bytes.append(bytes(raw) if raw is not None else str(entry["token"]).encode())
            self.logprobs.append(float(entry["logprob"]))
        tokens: Sequence[str] = found.get("tokens") or ()
        self.token_bytes += [token.encode("utf-8", "replace") for token in tokens]
        self.logprobs += [float(one or 0.0) for one in found.get("token_logprobs") or ()]
