"""Any server that speaks the OpenAI protocol: OpenAI, vLLM, llama.cpp, `transformers serve`, …

What a server cannot do is found out once: a parameter that it refuses by name is left out from then on, with
a warning. Log-probabilities and token ids are given where the server gives them.
"""

import difflib
import os
import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from reckon.errors import BudgetSpent, ModelUnavailable, UsageError
from reckon.models.server.chat import Chat
from reckon.models.server.client import Client, Refused
from reckon.models.server.completions import Completions
from reckon.models.server.reply import Reply
from reckon.models.server.stops import cut, stop_of
from reckon.protocols import Finish, OnText, Sample, Sampling
from reckon.values import JSON, Message, Segment

_OPENAI = "https://api.openai.com/v1"
_CONTEXT = re.compile(
    r"context[ _](length|window|size)|maximum context|too many tokens|prompt is too long", re.I
)
_KEPT = frozenset({"model", "messages", "prompt", "stream", "max_completion_tokens"})


@dataclass(frozen=True)
class OpenAI:
    """A model on a server, by the name that the server knows.

    base_url: up to and with "/v1"; default OPENAI_BASE_URL, then OpenAI's own.
    api_key: default RECKON_API_KEY, then OPENAI_API_KEY; none is sent if there is none.
    api: "chat", or "completions" for base models and for exact contexts.
    prefix: chat only; the server can go on inside the model's turn (vLLM).
    tokenizer: completions only; the served model's Hugging Face folder, which makes contexts token-exact.
    images: chat only; the model takes pictures. Without it, it is told the names of a problem's files.
    logprobs, token_ids: ask for them (token ids: vLLM). extra: added to every request body.
    context_tokens: servers do not say it; 32768 unless told.
    """

    model: str
    base_url: str = ""
    api_key: str | None = field(default=None, repr=False)
    api: Literal["chat", "completions"] = "chat"
    prefix: bool = False
    tokenizer: str | None = None
    images: bool = False
    logprobs: bool = False
    token_ids: bool = False
    context_tokens: int = 32768
    max_concurrency: int = 256
    retries: int = 6
    timeout_s: float = 600.0
    extra: Mapping[str, JSON] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        url = self.base_url or os.environ.get("OPENAI_BASE_URL", "") or _OPENAI
        if not re.match(r"https?://", url):
            raise UsageError(f"--base-url wants http://… or https://…, got {url!r}")
        if self.api not in ("chat", "completions"):
            raise UsageError(f"api wants 'chat' or 'completions', got {self.api!r}")
        if self.api == "chat" and self.tokenizer:
            raise UsageError("a tokenizer goes with api='completions'; a chat server keeps its own")
        if self.api == "completions" and self.images:
            raise UsageError("images go with api='chat'; the completions form takes text only")
        object.__setattr__(self, "base_url", url.rstrip("/"))

    @property
    def name(self) -> str:
        return f"openai:{self.model}"

    @property
    def continues(self) -> bool:
        return self._form.continues

    @property
    def sees_images(self) -> bool:
        return self.images

    def render(self, context: Sequence[Segment], messages: Sequence[Message]) -> tuple[Segment, ...]:
        return self._form.render(context, messages)

    def count(self, text: str) -> int:
        """Exact with a tokenizer; else one token for two bytes, which is more than texts and code take."""
        tokens = self._form.tokens if isinstance(self._form, Completions) else None
        return len(tokens.encode_content(text)) if tokens else -(-len(text.encode("utf-8", "replace")) // 2)

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        """Raises UsageError for a wrong key or name, BudgetSpent for a context that is too long,
        ModelUnavailable when the retries are used up."""
        shown = _Shown(on_text, sampling.stop) if on_text is not None else None
        while True:
            body = self._body(context, sampling, stream=shown is not None)
            try:
                reply = await self._client.post(self._form.path, body, shown)
                break
            except Refused as refused:
                await self._adapt(refused, body)
        sample = _sample(reply, _turn(context), sampling, self._form)
        if shown is not None:
            shown.rest(sample.text)
        return sample

    async def close(self) -> None:
        await self._client.close()

    @cached_property
    def _form(self) -> Chat | Completions:
        if self.api == "chat":
            return Chat(self.prefix)
        if self.tokenizer is None:
            return Completions()
        from reckon.models.tokens.template import load_template
        from reckon.models.tokens.tokenizer import FolderTokens

        folder = Path(self.tokenizer)
        return Completions(FolderTokens(folder), load_template(folder))

    @cached_property
    def _client(self) -> Client:
        key = self.api_key or os.environ.get("RECKON_API_KEY") or os.environ.get("OPENAI_API_KEY")
        return Client(self.base_url, key, self.retries, self.timeout_s, self.max_concurrency)

    def _body(self, context: Sequence[Segment], sampling: Sampling, stream: bool) -> dict[str, Any]:
        body: dict[str, Any] = {"model": self.model, **self._form.body(context)}
        limit = "max_completion_tokens" if "max_tokens" in self._refused else "max_tokens"
        body |= {limit: sampling.max_tokens, "temperature": sampling.temperature}
        body |= {"top_p": sampling.top_p} if sampling.top_p < 1 else {}
        body |= {"stop": list(sampling.stop)} if sampling.stop else {}
        body |= {"seed": sampling.seed} if sampling.seed is not None else {}
        body |= {"stream": True, "stream_options": {"include_usage": True}} if stream else {}
        body |= self._form.logprobs() if self.logprobs or self.token_ids else {}
        body |= {"return_token_ids": True} if self.token_ids else {}
        body |= {"include_stop_str_in_output": True} if self.token_ids and sampling.stop else {}
        body |= self.extra
        return {name: value for name, value in body.items() if name not in self._refused}

    async def _adapt(self, refused: Refused, body: Mapping[str, Any]) -> None:
        """Leave out the parameter that the server will not take; else say what is wrong."""
        where = f"the model server {self.base_url}"
        if refused.status in (401, 403):
            raise UsageError(
                f"{where} refuses the key: set RECKON_API_KEY (or OPENAI_API_KEY) in the environment"
            )
        if refused.code == "insufficient_quota":
            raise UsageError(f"{where} says that the account's quota is used up: {refused}")
        if refused.code == "context_length_exceeded" or _CONTEXT.search(str(refused)):
            raise BudgetSpent(f"the context is too long for {self.model}: {refused}")
        if refused.status == 404 or "model_not_found" in refused.code:
            raise UsageError(await self._not_found(where))
        name = _named(refused, body) if refused.status in (400, 422) else None
        if name is None:
            kind = UsageError if refused.status < 500 else ModelUnavailable
            raise kind(f"{where} refuses the request ({refused.status}): {refused}")
        self._refused.add(name)
        warnings.warn(f"{where} refuses {name!r}: left out from now on", stacklevel=3)

    async def _not_found(self, where: str) -> str:
        names = await self._client.models()
        if not names or self.model in names:
            return f"{where} knows no {self._form.path} for {self.model!r}; a base URL usually ends in /v1"
        close = difflib.get_close_matches(self.model, names, n=1)
        hint = f"did you mean {close[0]}? " if close else ""
        more = f" and {len(names) - 20} more" if len(names) > 20 else ""
        return f"{where} has no model {self.model!r}; {hint}It has: {', '.join(names[:20])}{more}"


class _Shown:
    """Passes streamed text on, up to the first stop string and not beyond."""

    def __init__(self, on_text: OnText, stops: Sequence[str]) -> None:
        self._on_text = on_text
        self._stops = stops
        self._text = ""
        self._told = 0

    def __call__(self, text: str) -> None:
        self._text += text
        self.rest(cut(self._text, self._stops) or self._text)

    def rest(self, text: str) -> None:
        """Tell what is not yet told of `text`."""
        if len(text) > self._told:
            self._on_text(text[self._told :])
            self._told = len(text)


def _sample(reply: Reply, turn: str, sampling: Sampling, form: Chat | Completions) -> Sample:
    """Per token where the server's tokens spell the text, else in one piece."""
    finish, text = _finished(reply, turn, sampling)
    pieces, ended = _pieces(reply, text, finish, form)
    if not pieces or len(reply.logprobs) < len(pieces):
        tokens = reply.tokens_out or len(reply.ids) or -(-len(text) // 4)
        return Sample((text,), finish, tokens=tokens, tokens_in=reply.tokens_in)
    count = len(pieces)
    return Sample(
        pieces,
        finish,
        ids=tuple(reply.ids[:count]) if len(reply.ids) >= count else None,
        logprobs=tuple(reply.logprobs[:count]),
        ended=ended,
        tokens=count,
        tokens_in=reply.tokens_in,
    )


def _pieces(
    reply: Reply, text: str, finish: Finish, form: Chat | Completions
) -> tuple[tuple[str, ...], bool]:
    """(the tokens that spell `text`, whether the last is the end of the turn); () if none do."""
    pieces = reply.pieces() or ()
    if finish != "end" or not pieces:
        spelled = "".join(pieces).startswith(text)
        return (pieces[: _covering(pieces, text)] if spelled else ()), False
    tokens = form.tokens if isinstance(form, Completions) else None
    if tokens is not None and len(reply.ids) == len(pieces) and reply.ids[-1] in tokens.end_ids:
        pieces = (*pieces[:-1], tokens.decode(reply.ids[-1:]))  # servers give it as "" or as it is
        return (pieces if "".join(pieces[:-1]) == text else ()), True
    if "".join(pieces) == text:
        return pieces, False
    return (pieces if "".join(pieces[:-1]) == text else ()), True


def _finished(reply: Reply, turn: str, sampling: Sampling) -> tuple[Finish, str]:
    """How it ended, and the text with the stop string that the server left out."""
    whole = cut(reply.text, sampling.stop)
    if whole is not None:
        return "stop", whole
    if reply.finish_reason == "length":
        return "length", reply.text
    stop = stop_of(reply, turn, sampling.stop) if reply.finish_reason == "stop" else None
    return ("end", reply.text) if stop is None else ("stop", reply.text + stop)


def _covering(pieces: Sequence[str], text: str) -> int:
    """How many tokens it takes to cover `text`; the last may run past it."""
    length = 0
    for number, piece in enumerate(pieces):
        if length >= len(text):
            return number
        length += len(piece)
    return len(pieces)


def _turn(context: Sequence[Segment]) -> str:
    """What the model's running turn holds already."""
    turn: list[str] = []
    for segment in reversed(context):
        if segment.role != "assistant" or segment.kind == "end":
            break
        turn.append(segment.text)
    return "".join(reversed(turn))


def _named(refused: Refused, body: Mapping[str, Any]) -> str | None:
    """The optional parameter of the request that a refusal names."""
    optional = [name for name in body if name not in _KEPT]
    if refused.parameter in optional:
        return refused.parameter
    return next((name for name in optional if re.search(rf"\b{name}\b", str(refused))), None)
