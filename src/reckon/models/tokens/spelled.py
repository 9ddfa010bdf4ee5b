"""A tokenizer without a vocabulary: a token's id spells its bytes.

Ids are the same in every process and decode without a table. Tokens are of many lengths, and some end inside
a character, so that whatever cuts text at tokens is tried as a real tokenizer would try it.
"""

import re
from collections.abc import Sequence

_BYTES = 6
_PIECES = re.compile(r" ?\w{1,6}|[^\w\s]{1,3}|\s{1,4}")


class SpelledTokens:
    """special[n] has the id n, and only mark-up holds it; the id of other bytes is 0x01 and those bytes."""

    def __init__(self, special: Sequence[str], end: str) -> None:
        self._special = tuple(special)
        self._cut = re.compile("(" + "|".join(map(re.escape, special)) + ")")
        self.end_ids = frozenset({self._special.index(end)})

    def encode_markup(self, text: str) -> list[int]:
        ids: list[int] = []
        for part in self._cut.split(text):
            ids += [self._special.index(part)] if part in self._special else self.encode_content(part)
        return ids

    def encode_content(self, text: str) -> list[int]:
        ids: list[int] = []
        for piece in _PIECES.findall(text):
            data = piece.encode("utf-8", "surrogatepass")
            ids += [int.from_bytes(b"\x01" + data[n : n + _BYTES]) for n in range(0, len(data), _BYTES)]
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        """Bytes that are no text become replacement characters; lone surrogates come back as they were."""
        data = b"".join(self._bytes(token) for token in ids)
        try:
            return data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return data.decode("utf-8", "replace")

    def _bytes(self, token: int) -> bytes:
        if token < len(self._special):
            return self._special[token].encode()
        return token.to_bytes(_BYTES + 1).lstrip(b"\x00")[1:]
