"""The same word problems in several languages: what a language needs to tell them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """code: ISO 639-1, "es". name: in English.

    persons: names that the texts' grammar fits. texts: two tellings by name of schema, the second for
    held-out wordings, worded so that no number from 2 up changes the form of a word. forms, held_out_forms:
    sentences that ask for one number in digits.
    """

    code: str
    name: str
    persons: tuple[str, ...]
    texts: Mapping[str, tuple[str, str]]
    forms: tuple[str, ...]
    held_out_forms: tuple[str, ...]
