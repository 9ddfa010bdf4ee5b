"""Keeps numpy's products on one core while a small model computes.

OpenBLAS splits a product over all cores and its threads spin while they wait. For matrices of a small model
that gains nothing, and beside busy interpreters it costs a factor of ten. numpy has no switch for it, so
the library that numpy's wheel brings is asked directly; where it is another one, nothing is done.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np


@contextmanager
def single_thread() -> Iterator[None]:
    library = _openblas()
    if library is None:
        yield
        return
    before = library.scipy_openblas_get_num_threads64_()
    library.scipy_openblas_set_num_threads64_(1)
    try:
        yield
    finally:
        library.scipy_openblas_set_num_threads64_(before)


@cache
def _openblas() -> ctypes.CDLL | None:
    folder = Path(np.__file__).parent.parent / "numpy.libs"
    for path in sorted(folder.glob("libscipy_openblas64_*.so*")):
        try:
            library = ctypes.CDLL(str(path))
        except OSError:
            continue
        if hasattr(library, "scipy_openblas_set_num_threads64_"):
            return library
    return None
