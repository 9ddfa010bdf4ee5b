"""What a zygote does before it serves, so that its sessions need not: import, practise, rehearse.

Libraries do much of their work at the first call: sympy loads its parser and fills its caches (20 ms for
one `factor`), scipy imports its parts on demand, matplotlib reads the fonts. A zygote makes these first calls
once, on fixed inputs; its sessions inherit what they left. Random numbers are reseeded when a session starts.
"""

import contextlib
import ctypes
import importlib
import importlib.util
import os
import sys
import time
from collections.abc import Sequence

_THREADS_S = 1.0
_COLLAPSE = 25
_HUGE = 2 << 20

_PRACTICE = {
    "numpy": """
import numpy as np
a = np.random.default_rng(0).random((4, 4)) + 4 * np.eye(4)
np.linalg.solve(a, a), np.linalg.eig(a), np.linalg.inv(a), np.fft.fft(a), np.sort(a), np.unique([1, 2])
np.polyfit([1, 2, 3], [1, 4, 9], 2), a.mean(), a.std(), repr(a), np.median(a), a @ a
""",
    "scipy": """
import scipy.integrate, scipy.linalg, scipy.optimize, scipy.special, scipy.stats
scipy.integrate.quad(lambda t: t * t, 0, 1), scipy.optimize.brentq(lambda t: t - 1, 0, 3)
scipy.optimize.minimize(lambda t: (t[0] - 1) ** 2, [0.0]), scipy.stats.norm.cdf(1.0)
""",
    "sympy": """
import sympy as sp
x, y = sp.symbols("x y")
sp.sympify("x**2 - 1"), sp.factor(x**2 - 1), sp.expand((x + y) ** 3), sp.nsolve(x**2 - 2, x, 1)
sp.simplify(sp.sin(x) ** 2 + sp.cos(x) ** 2), sp.diff(sp.sin(x) * x, x), sp.limit(sp.sin(x) / x, x, 0)
sp.solve(x**2 - 3 * x + 2, x), sp.solve([x + y - 3, x - y - 1], [x, y]), sp.series(sp.exp(x), x, 0, 4)
sp.integrate(x**2 * sp.sin(x), x), sp.integrate(sp.exp(-(x**2)), (x, -sp.oo, sp.oo))
sp.Matrix([[1, 2], [3, 4]]).inv(), sp.Sum(x, (x, 1, 10)).doit(), sp.lambdify(x, x**2), sp.binomial(5, 2)
sp.latex(sp.Rational(1, 3) * x), str(sp.sqrt(8)), sp.N(sp.pi, 20), sp.factorint(360), sp.isprime(97)
""",
    "pandas": """
import io, pandas as pd
f = pd.DataFrame({"a": [1, 2, 2], "b": [1.0, None, 3.0], "c": ["x", "y", "z"]})
repr(f), f._repr_html_(), f.describe(), f.sort_values("b"), f[f.a > 1], f.merge(f, on="a"), f.to_string()
f.groupby("a").sum(numeric_only=True), f.pivot_table(index="a", values="b"), pd.to_datetime(["2020-01-01"])
pd.read_csv(io.StringIO(f.to_csv()))
""",
    "networkx": """
import networkx as nx
g = nx.path_graph(5)
nx.shortest_path(g, 0, 4), nx.degree_centrality(g), list(nx.connected_components(g)), repr(g)
""",
    "matplotlib": """
import io, matplotlib.pyplot as plt
figure, axes = plt.subplots()
axes.plot([1, 2, 3], label="l"), axes.set_title("t"), axes.set_xlabel("$x$"), axes.legend()
figure.savefig(io.BytesIO(), format="png"), plt.close(figure)
""",
}

# The first pages that a program of each library writes to: what every session pays, a spare pays in advance.
_TOUCH = {
    "numpy": "import numpy as np\nnp.linalg.solve(np.eye(2), np.ones(2)), repr(np.arange(3.0))",
    "sympy": (
        "import sympy\nx = sympy.Symbol('x')\n"
        "sympy.factor(x**2 - 4), sympy.solve(x - 2, x), sympy.latex(x + 1), repr(x)"
    ),
    "pandas": "import pandas\nf = pandas.DataFrame({'a': [1, 2]})\nrepr(f), f._repr_html_()",
}


def load(names: Sequence[str]) -> None:
    """Import those of `names` that are installed, and make their first calls."""
    for name in names:
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
    for name, code in _PRACTICE.items():
        if name in sys.modules and name in names:
            # Another version of the library may not know a call; then its sessions start that much colder.
            with contextlib.suppress(Exception):
                exec(compile(code, f"<practice {name}>", "exec"), {})
    _join_threads()


def touch() -> None:
    """In a session that is made before it is wanted: take the page faults of common calls."""
    for name, code in _TOUCH.items():
        if name in sys.modules:
            with contextlib.suppress(Exception):
                exec(compile(code, f"<practice {name}>", "exec"), {})


def collapse() -> None:
    """Move the heap into huge pages: a fork copies one entry where it would copy 512.

    Best effort: a kernel before 6.1 refuses, and so does a range that nothing was written to.
    """
    libc = ctypes.CDLL(None)
    libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    with open("/proc/self/maps") as file:
        spans = [line.split() for line in file]
    for span, rights, *_, name in (fields if len(fields) > 5 else [*fields, ""] for fields in spans):
        first, end = (int(address, 16) for address in span.split("-"))
        if rights == "rw-p" and name in ("", "[heap]"):
            for address in range(-(-first // _HUGE) * _HUGE, end - _HUGE + 1, _HUGE):
                libc.madvise(address, _HUGE, _COLLAPSE)


def _join_threads() -> None:
    """Wait for the threads that a first call has left behind: a fork would lose them in mid-work."""
    end = time.monotonic() + _THREADS_S
    while len(os.listdir("/proc/self/task")) > 1 and time.monotonic() < end:
        time.sleep(0.01)
