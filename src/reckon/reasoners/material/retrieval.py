"""Lexical retrieval: Okapi BM25 over words and the parts of identifiers (Robertson & Zaragoza, 2009).

score(q, d) = sum over t in q of idf(t) tf (k1 + 1) / (tf + k1 (1 - b + b |d| / mean |d|)),
idf(t) = ln(1 + (N - n + 0.5) / (n + 0.5)): tf counts t in d, n the texts, of N, that hold it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

K1, B = 1.5, 0.75
_WORD = re.compile(r"[^\W_]+")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def words(text: str) -> list[str]:
    """Lower-case words; `sortedByKey` and `sorted_by_key` give sorted, by, key as well."""
    found: list[str] = []
    for word in _WORD.findall(text):
        parts = _PART.findall(word)
        found += [word.lower(), *(part.lower() for part in parts if len(parts) > 1)]
    return found


class Index:
    """Of the texts that it is made from."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._counts = [Counter(words(text)) for text in texts]
        self._lengths = [sum(counts.values()) for counts in self._counts]
        self._mean = sum(self._lengths) / max(1, len(texts)) or 1.0
        self._spread = Counter(word for counts in self._counts for word in counts)

    def search(self, query: str, k: int) -> list[int]:
        """At most `k` positions of texts that share a word with the query, the best first."""
        asked = set(words(query))
        scores = [self._score(asked, n) for n in range(len(self._counts))]
        order = sorted(range(len(scores)), key=lambda n: -scores[n])
        return [n for n in order[: max(0, k)] if scores[n] > 0]

    def _score(self, asked: set[str], n: int) -> float:
        norm = K1 * (1 - B + B * self._lengths[n] / self._mean)
        total, counts = len(self._counts), self._counts[n]
        score = 0.0
        for word in sorted(asked & counts.keys()):
            idf = math.log(1 + (total - self._spread[word] + 0.5) / (self._spread[word] + 0.5))
            score += idf * counts[word] * (K1 + 1) / (counts[word] + norm)
        return score
