"""Small pictures as PNG files, drawn pixel for pixel on nothing but the standard library; and reading them.

A picture is drawn from a problem's metadata alone. Its file's name holds a digest of them: two problems that
differ in their pictures only differ in their questions, too.
"""

import base64
import hashlib
import json
import math
import struct
import zlib
from dataclasses import replace
from typing import TypeAlias

from reckon.tasks.material.family import Values
from reckon.values import Image, Problem

Colour: TypeAlias = tuple[int, int, int]

COLOURS: dict[str, Colour] = {
    "red": (214, 39, 40),
    "blue": (31, 119, 180),
    "green": (44, 160, 44),
    "orange": (255, 127, 14),
    "purple": (148, 103, 189),
}
_PALETTE: dict[str, Colour] = {"white": (255, 255, 255), "black": (0, 0, 0), **COLOURS}
_INDEX = {name: number for number, name in enumerate(_PALETTE)}
_CHANNELS = [bytes(rgb[channel] for rgb in _PALETTE.values()).ljust(256, b"\0") for channel in range(3)]
# Rows of 3 bits, top to bottom.
_DIGITS = ("75557", "26227", "71747", "71717", "55711", "74717", "74757", "71111", "75757", "75717")
# How a program reads a file of ours: 8-bit RGB, no row filtered.
READ = """import struct
import zlib
import numpy as np

data, at, packed = open("{file}", "rb").read(), 8, b""
width, height = struct.unpack(">II", data[16:24])
while at < len(data):
    size = int.from_bytes(data[at:at + 4], "big")
    if data[at + 4:at + 8] == b"IDAT":
        packed += data[at + 8:at + 8 + size]
    at += size + 12
rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + 3 * width)
picture = rows[:, 1:].reshape(height, width, 3)
"""


class Canvas:
    """A white picture of `width` x `height` pixels, (0, 0) at its top left; what lies outside is cut off.

    Colours are the names in COLOURS, "white" and "black".
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._rows = [bytearray(width) for _ in range(height)]

    def span(self, y: int, left: int, right: int, colour: str) -> None:
        """Row y from column `left` to before `right`."""
        left, right = max(0, left), min(self.width, right)
        if 0 <= y < self.height and left < right:
            self._rows[y][left:right] = bytes([_INDEX[colour]]) * (right - left)

    def count(self, left: int, top: int, right: int, bottom: int, colour: str) -> int:
        """How many pixels of this part have the colour."""
        return sum(row.count(_INDEX[colour], left, right) for row in self._rows[top:bottom])

    def rectangle(self, left: int, top: int, right: int, bottom: int, colour: str) -> None:
        for y in range(top, bottom):
            self.span(y, left, right, colour)

    def disc(self, x: int, y: int, radius: int, colour: str) -> None:
        for dy in range(-radius, radius + 1):
            half = math.isqrt(radius * radius - dy * dy)
            self.span(y + dy, x - half, x + half + 1, colour)

    def triangle(self, x: int, y: int, radius: int, colour: str) -> None:
        """As high as it is wide, its point up."""
        for dy in range(-radius, radius + 1):
            half = (dy + radius) // 2
            self.span(y + dy, x - half, x + half + 1, colour)

    def number(self, x: int, y: int, value: int, colour: str = "black") -> None:
        """In digits of 6 x 10 pixels, from (x, y) to the right."""
        for place, digit in enumerate(str(value)):
            for row, bits in enumerate(_DIGITS[int(digit)]):
                for column in (c for c in range(3) if int(bits) >> (2 - c) & 1):
                    left, top = x + 8 * place + 2 * column, y + 2 * row
                    self.rectangle(left, top, left + 2, top + 2, colour)

    def png(self) -> bytes:
        head = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        packed = zlib.compress(b"".join(b"\0" + _rgb(row) for row in self._rows), 6)
        chunks = ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(map(_chunk, chunks))


def filed(stem: str, values: Values) -> Values:
    """The values with the name of the picture's file besides."""
    digest = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:10]
    return {**values, "file": f"{stem}-{digest}.png"}


def pictured(problem: Problem, canvas: Canvas) -> Problem:
    """The problem with its picture, under the name that its metadata hold."""
    data = base64.b64encode(canvas.png()).decode("ascii")
    return replace(problem, parts=(Image(data, path=str(problem.metadata["file"])),))


def _rgb(row: bytearray) -> bytes:
    pixels = bytearray(3 * len(row))
    for channel, values in enumerate(_CHANNELS):
        pixels[channel::3] = row.translate(values)
    return bytes(pixels)


def _chunk(kind_and_body: tuple[bytes, bytes]) -> bytes:
    kind, body = kind_and_body
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
