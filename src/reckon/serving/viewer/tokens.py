"""The tokens of a trajectory as text, where its model's vocabulary is here, each with its log-probability."""

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from reckon.errors import ReckonError
from reckon.models.tiny import SHIPPED
from reckon.models.tokens import FolderTokens, Tokens
from reckon.values import Trajectory

TOKENS = 20_000  # of one trajectory; the rest is left out, and said to be
_LONGEST = 8  # tokens that one character may be cut into
_LOCAL = re.compile(r"(tiny|hf|vllm):(.+)", re.DOTALL)


def tokens_of(t: Trajectory) -> dict[str, Any]:
    """By segment, [text, log-probability or None] of each token, None where a segment has no ids.

    spelled: whether the texts are known; else a token is its id.
    """
    vocabulary = _vocabulary(t.model)
    left, segments = TOKENS, list[Any]()
    for segment in t.segments:
        if segment.ids is None:
            segments.append(None)
            continue
        ids = segment.ids[:left]
        left -= len(ids)
        pieces = [str(number) for number in ids] if vocabulary is None else _pieces(vocabulary, ids)
        logprobs: Sequence[float | None] = segment.logprobs or [None] * len(ids)
        segments.append([list(pair) for pair in zip(pieces, logprobs, strict=False)])
    return {"spelled": vocabulary is not None, "segments": segments, "cut": left == 0}


def _vocabulary(model: str) -> Tokens | None:
    """Of a model that a folder here holds; None for all others."""
    if model == "tiny":
        return _load(SHIPPED)
    found = _LOCAL.fullmatch(model)
    try:
        folder = Path(found[2]) if found else None
        return _load(folder) if folder and (folder / "tokenizer.json").is_file() else None
    except (ReckonError, OSError, ValueError):
        return None


@lru_cache(maxsize=4)
def _load(folder: Path) -> Tokens:
    return FolderTokens(folder)


def _pieces(vocabulary: Tokens, ids: Sequence[int]) -> list[str]:
    """The text of each token; a character cut into several tokens stands with the last of them.

    Each is decoded after the one before it: some tokenizers drop a space where a text begins.
    """
    pieces, waiting = list[str](), list[int]()
    before: list[int] = []
    for number in ids:
        waiting.append(number)
        try:
            start = vocabulary.decode(before)
            text = vocabulary.decode([*before, *waiting])[len(start) :]
        except (ValueError, OverflowError, KeyError):
            text = f"[{number}]"
        if "\N{REPLACEMENT CHARACTER}" in text and len(waiting) < _LONGEST:
            pieces.append("")
            continue
        pieces.append(text)
        before, waiting = waiting, []
    return pieces
