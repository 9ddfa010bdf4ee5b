"""A tokenizer as Reckon needs it: two ways in, one way out.

Mark-up is encoded with special tokens recognised; content with none, so that nobody who writes a content (a
user, a program's output) can end a turn or open one. The added tokens that mark control are special here even
where the folder forgot to say so.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from tokenizers import Tokenizer

from reckon.errors import UsageError


class Tokens(Protocol):
    """end_ids: the tokens with which a model ends its turn."""

    @property
    def end_ids(self) -> frozenset[int]: ...

    def encode_markup(self, text: str) -> list[int]: ...
    def encode_content(self, text: str) -> list[int]: ...
    def decode(self, ids: Sequence[int]) -> str: ...


class FolderTokens:
    """The tokenizer of a folder in the Hugging Face layout (tokenizer.json and its configs).

    Raises UsageError for a folder without a readable tokenizer.json or without an end-of-turn token.
    """

    def __init__(self, folder: Path) -> None:
        source = _read_json(folder / "tokenizer.json")
        configs = [
            _read_json(folder / name) if (folder / name).exists() else {}
            for name in ("tokenizer_config.json", "generation_config.json", "config.json")
        ]
        self._markup = Tokenizer.from_str(json.dumps(source))
        self.end_ids = self._find_end_ids(configs, folder)
        self._content = self._plain_tokenizer(source)
        self._special = {
            i: t.content for i, t in self._content.get_added_tokens_decoder().items() if t.special
        }

    def encode_markup(self, text: str) -> list[int]:
        return list(self._markup.encode(text, add_special_tokens=False).ids)

    def encode_content(self, text: str) -> list[int]:
        """Ids of `text` as plain text; never a special token. A lone surrogate becomes "?"."""
        text = text.encode("utf-8", "replace").decode("utf-8")
        ids = list(self._content.encode(text, add_special_tokens=False).ids)
        spelled = (self._special[i] for i in ids if i in self._special)
        forged = next((token for token in spelled if token in text), "")
        if len(forged) < 2:
            return ids
        # A vocabulary without merges (word level, unigram) can still spell a special token in one piece.
        return [i for part in _split_inside(text, forged) for i in self.encode_content(part)]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of `ids`, special tokens included."""
        return str(self._markup.decode(list(ids), skip_special_tokens=False))

    def _find_end_ids(self, configs: Sequence[Mapping[str, object]], folder: Path) -> frozenset[int]:
        found: set[int] = set()
        for config in configs:
            value = config.get("eos_token_id")
            found.update(i for i in (value if isinstance(value, list) else [value]) if isinstance(i, int))
        token = configs[0].get("eos_token")
        text = token.get("content") if isinstance(token, dict) else token
        if isinstance(text, str) and (number := self._markup.token_to_id(text)) is not None:
            found.add(number)
        if not found:
            raise UsageError(f"{folder}: no end-of-turn token; tokenizer_config.json wants an eos_token")
        return frozenset(found)

    def _plain_tokenizer(self, source: Mapping[str, object]) -> Tokenizer:
        added = source.get("added_tokens")
        for token in added if isinstance(added, list) else []:
            token["special"] = token["special"] or token["id"] in self.end_ids
        tokenizer = Tokenizer.from_str(json.dumps(source))
        tokenizer.encode_special_tokens = True
        return tokenizer


def _split_inside(text: str, token: str) -> list[str]:
    """`text` cut after the first letter of every `token`, so that no part spells it."""
    first, *rest = text.split(token)
    parts = [first]
    for part in rest:
        parts[-1] += token[:1]
        parts.append(token[1:] + part)
    return parts


def _read_json(path: Path) -> dict[str, object]:
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read {path}: {error}") from error
    if not isinstance(value, dict):
        raise UsageError(f"{path} wants a JSON object")
    return value
