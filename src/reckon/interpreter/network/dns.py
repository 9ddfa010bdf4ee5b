"""The few forms of a DNS message (RFC 1035) that a resolver inside needs: one question, addresses for it."""

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from reckon.interpreter.network.allowlist import Address

_HEADER = struct.Struct(">HHHHHH")
_QUESTION, _RECORD = struct.Struct(">HH"), struct.Struct(">HHHIH")
_ANSWERED, _NO_SUCH_NAME, _FAILED = 0x8180, 3, 2
_INTERNET, _AT_THE_QUESTION = 1, 0xC00C
_KINDS = {1: 4, 28: 6}  # A, AAAA
_TTL_S = 30
_LABEL, _NAME = re.compile(r"[a-z0-9_-]{1,63}"), 255


@dataclass(frozen=True, slots=True)
class Question:
    """name: in lower case, without the last dot.  version: of the addresses asked for; 0: something else."""

    number: int
    name: str
    version: int
    raw: bytes


def question_of(message: bytes) -> Question:
    """Raises ValueError for what is no plain question."""
    try:
        number, _, questions, *_ = _HEADER.unpack_from(message)
        place, labels = _HEADER.size, []
        while length := message[place]:
            label = message[place + 1 : place + 1 + length].decode("ascii").lower()
            if len(label) < length or not _LABEL.fullmatch(label):
                raise ValueError("a name that is not written out, or not one of a host")
            labels.append(label)
            place += 1 + length
        kind, of = _QUESTION.unpack_from(message, place + 1)
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise ValueError(str(error)) from None
    end = place + 1 + _QUESTION.size
    if questions != 1 or end - _HEADER.size > _NAME + _QUESTION.size or of != _INTERNET:
        raise ValueError("more than one question about the internet")
    return Question(number, ".".join(labels), _KINDS.get(kind, 0), message[_HEADER.size : end])


def answer_to(question: Question, addresses: Sequence[Address] | None) -> bytes:
    """addresses: of the name, of either version; None where there is no such name."""
    told = [address for address in addresses or () if address.version == question.version]
    flags = _ANSWERED | (_NO_SUCH_NAME if addresses is None else 0)
    kind = {4: 1, 6: 28}.get(question.version, 0)
    records = [
        _RECORD.pack(_AT_THE_QUESTION, kind, _INTERNET, _TTL_S, len(address.packed)) + address.packed
        for address in told
    ]
    return b"".join((_HEADER.pack(question.number, flags, 1, len(told), 0, 0), question.raw, *records))


def failure_of(question: Question) -> bytes:
    """The name may exist, and could not be looked up."""
    return _HEADER.pack(question.number, _ANSWERED | _FAILED, 1, 0, 0, 0) + question.raw
