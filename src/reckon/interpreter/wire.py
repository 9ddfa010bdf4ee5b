"""Frames between host and session: four bytes of length, then JSON. The host trusts no frame it gets."""

import json
import socket
import struct
from collections.abc import Mapping, Sequence

from reckon.values import JSON

_LENGTH = struct.Struct(">I")
HEADER_BYTES = _LENGTH.size
REPLY_BYTES = 8 << 20  # what a run may show, see displays.py, and some more
REQUEST_BYTES = 64 << 20
_DESCRIPTORS = 3
# Made once: `dumps` makes an encoder for each call that wants other separators, `loads` guesses at encodings.
_ENCODE = json.JSONEncoder(separators=(",", ":")).encode
_DECODE = json.JSONDecoder().decode


class Malformed(Exception):
    """What came is no frame of ours."""


def pack(message: Mapping[str, JSON]) -> bytes:
    body = _ENCODE(message).encode()
    return _LENGTH.pack(len(body)) + body


def unpack(buffer: bytearray) -> dict[str, JSON] | None:
    """The one message that `buffer` holds; None while it is incomplete. Raises Malformed.

    A session speaks only when asked, one frame at a time: bytes past the frame are a fault as well.
    """
    if len(buffer) < HEADER_BYTES:
        return None
    (length,) = _LENGTH.unpack_from(buffer)
    if length > REPLY_BYTES or len(buffer) > HEADER_BYTES + length:
        raise Malformed(f"a frame of {length} bytes in a buffer of {len(buffer)}")
    if len(buffer) < HEADER_BYTES + length:
        return None
    try:
        message = _DECODE(buffer[HEADER_BYTES:].decode())
    except (ValueError, RecursionError) as error:
        raise Malformed(str(error)) from None
    if not isinstance(message, dict):
        raise Malformed(f"a frame that is a {type(message).__name__}")
    return message


def receive(channel: socket.socket) -> tuple[dict[str, JSON], Sequence[int]] | None:
    """The next message and its descriptors, waiting for it; None at the end of the channel."""
    first, descriptors, _, _ = socket.recv_fds(channel, HEADER_BYTES, _DESCRIPTORS)
    while first and len(first) < HEADER_BYTES:
        first += channel.recv(HEADER_BYTES - len(first))
    if not first:
        return None
    (length,) = _LENGTH.unpack(first)
    body = bytearray()
    while len(body) < length:
        piece = channel.recv(min(length - len(body), 1 << 20))
        if not piece:
            return None
        body += piece
    message = _DECODE(body.decode())
    return message, descriptors
