"""The imports that official scorers put before a program: those of a contest take them for granted."""

# The order is LiveCodeBench's: `from builtins import *` gives back what the others hide, as open and pow.
_STARRED = (
    "string re datetime collections heapq bisect copy math random statistics itertools functools operator io"
    " sys json builtins typing"
)
_MODULES = (
    "string re datetime collections heapq bisect copy math random statistics itertools functools operator io"
    " sys json"
)
LIVECODEBENCH = "\n".join(
    [
        *(f"from {name} import *" for name in _STARRED.split()),
        *(f"import {name}" for name in _MODULES.split()),
        "sys.setrecursionlimit(50000)",
    ]
)
APPS = "\n".join(
    [
        "import collections, fractions, heapq, itertools, math, random, sys, time",
        "from collections import ChainMap, Counter, OrderedDict, defaultdict, deque",
        "from functools import lru_cache",
        "from heapq import *",
        "from itertools import accumulate, combinations, permutations, product",
        "from math import ceil, cos, exp, fabs, floor, gcd, log, log2, sin, sqrt, tan",
        "from typing import List, Tuple",
        "try:\n    import numpy as np\nexcept ImportError:\n    pass",
    ]
)


def before(prelude: str, program: str) -> str:
    """The program after the imports; one that asks for a __future__ stays as it is: that must be first."""
    return program if "from __future__" in program else f"{prelude}\n{program}\n"
