"""What a session tells of its files and variables, as plain data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A regular file of a session: its path inside the working directory and its size."""

    path: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Variable:
    """What a name holds: its type, and its value in short, "" where it could not be told in time."""

    type: str
    value: str
