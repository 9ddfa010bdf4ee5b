"""What a program reads from its standard input: a file without a name, or nothing."""

import io
import os
import sys
import tempfile


def feed(text: str | None, directory: str) -> None:
    """Put `text` on descriptor 0 and on `sys.stdin`; None puts /dev/null back. Raises OSError.

    directory: where the file is to be stored, nameless.
    """
    if text is None:
        source = os.open("/dev/null", os.O_RDONLY | os.O_CLOEXEC)
    else:
        with tempfile.TemporaryFile(dir=directory) as file:
            file.write(text.encode("utf-8", "replace"))
            file.seek(0)
            source = os.dup(file.fileno())
    if source == 0:  # the program had closed it, as `open(0)` does
        os.set_inheritable(0, True)
    else:
        os.dup2(source, 0)
        os.close(source)
    raw = io.FileIO(0, "r", closefd=False)
    sys.stdin = io.TextIOWrapper(io.BufferedReader(raw), encoding="utf-8", errors="replace")
