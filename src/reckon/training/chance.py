"""Chance that depends on names alone: the same draw in any order, in any process, after any resume."""

import hashlib


def chance(seed: int, name: str) -> float:
    """A number in [0, 1), evenly spread over names and seeds."""
    digest = hashlib.sha256(f"{seed}/{name}".encode()).digest()
    return int.from_bytes(digest[:6], "big") / 2**48
