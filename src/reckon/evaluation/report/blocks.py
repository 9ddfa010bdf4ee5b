"""What a report is made of. Its words may come from models and programs: a renderer escapes them all."""

import html
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Heading:
    """level: 1 is the report's title."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Table:
    """The first column is to the left, the others to the right, or left as well where `words`."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: bool = False


@dataclass(frozen=True)
class Figure:
    """svg: an SVG element of ours; about: what it shows, in a sentence."""

    svg: str
    about: str


@dataclass(frozen=True)
class Excerpt:
    """Text shown as it is, line for line; label: whose it is."""

    label: str
    text: str


Block: TypeAlias = Heading | Paragraph | Table | Figure | Excerpt


def escaped(text: str) -> str:
    """The text for HTML and SVG, safe in content and in a quoted attribute."""
    return html.escape(plain(text), quote=True)


def plain(text: str) -> str:
    """The text with its control, direction and lone surrogate characters spelled out.

    What turns the reading direction round could make a page show other words than it holds.
    """
    return "".join(c if _is_plain(c) else f"\\u{ord(c):04x}" for c in text)


def _is_plain(character: str) -> bool:
    code = ord(character)
    if code < 0x20:
        return character in "\n\t"
    return not (
        0x7F <= code < 0xA0
        or 0x200B <= code <= 0x200F
        or 0x2028 <= code <= 0x202E
        or 0x2060 <= code <= 0x206F
        or 0xD800 <= code <= 0xDFFF
        or code in (0x61C, 0xFEFF, 0xFFFE, 0xFFFF)
    )
