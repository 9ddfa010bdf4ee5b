"""Which stop string ended a text that a server cut before it.

Most servers leave the stop string out and do not say which it was, or whether the model ended its turn by
itself. vLLM says (`stop_reason`). Otherwise: a stop that closes something (`</code>`, a fence, `>>>`) is the
one if that something stands open; a lone stop that closes nothing known is taken to have come; in every other
case the model ended its turn.
"""

import re
from collections.abc import Sequence

from reckon.models.server.reply import Reply

_CLOSING = re.compile(r"</([\w:-]+)>")


def stop_of(reply: Reply, turn: str, stops: Sequence[str]) -> str | None:
    """The stop string that ended `reply`, None for the end of the turn; `turn` is the turn before it."""
    text = turn + reply.text
    if reply.stop_known:
        return reply.stop_reason if reply.stop_reason in stops else None
    standing = [stop for stop in stops if stop and _open(stop, text)]
    if standing:
        return max(standing, key=lambda stop: _opened_at(stop, text))
    lone = [stop for stop in stops if stop]
    return lone[0] if len(lone) == 1 and _opener(lone[0]) is None else None


def cut(text: str, stops: Sequence[str]) -> str | None:
    """`text` up to the end of the first stop string that is complete in it, None if there is none."""
    ends = [text.index(stop) + len(stop) for stop in stops if stop and stop in text]
    return text[: min(ends)] if ends else None


def _opener(stop: str) -> str | None:
    """What a closing stop closes, None for one that closes nothing."""
    if tag := _CLOSING.search(stop):
        return f"<{tag[1]}>"
    if "```" in stop:
        return "```"
    return "<<<" if ">>>" in stop else None


def _open(stop: str, text: str) -> bool:
    opener = _opener(stop)
    if opener is None:
        return False
    if opener == "```":
        return text.count(opener) % 2 == 1
    closer = opener.replace("<", "</", 1) if opener != "<<<" else ">>>"
    return text.count(opener) > text.count(closer)


def _opened_at(stop: str, text: str) -> int:
    return text.rfind(_opener(stop) or stop)
