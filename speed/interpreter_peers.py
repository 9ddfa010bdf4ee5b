"""The peers' side of the interpreter's figures: run by the Python of an environment that holds them.

    python -m venv /tmp/reckon-peers
    /tmp/reckon-peers/bin/pip install ipykernel jupyter_client cloudpickle smolagents pydantic-monty numpy
    /tmp/reckon-peers/bin/python speed/interpreter_peers.py ipykernel

Prints one JSON object: figure to seconds, or {"missing": why}. `speed/interpreter_latency.py` calls it.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable

LOOP = "x = 0\nfor i in range(100_000):\n    x += i * i\nx"


def p50(verb: Callable[[], object], times: int, warm: int = 5) -> float:
    spent = []
    for n in range(times + warm):
        begun = time.perf_counter()
        verb()
        if n >= warm:
            spent.append(time.perf_counter() - begun)
    return statistics.median(spent)


def ipykernel() -> dict[str, float]:
    """A warm run of a trivial snippet in a live kernel."""
    from jupyter_client.manager import KernelManager

    begun = time.perf_counter()
    manager = KernelManager()
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        client.execute_interactive("1 + 1", output_hook=lambda message: None)
        first = time.perf_counter() - begun

        def run(code: str) -> None:
            client.execute_interactive(code, output_hook=lambda message: None)

        return {"start": first, "trivial": p50(lambda: run("1 + 1"), 200), "loop": p50(lambda: run(LOOP), 10)}
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def smolagents() -> dict[str, float]:
    from smolagents import LocalPythonExecutor

    executor = LocalPythonExecutor(additional_authorized_imports=[])
    executor.send_tools({})
    return {"trivial": p50(lambda: executor("1 + 1"), 200), "loop": p50(lambda: executor(LOOP), 5, 1)}


def monty() -> dict[str, float]:
    from pydantic_monty import Monty

    with Monty() as pool:

        def open_run_close() -> None:
            with pool.checkout() as fresh:
                fresh.feed_run("1 + 1")

        opened = p50(open_run_close, 100)
        with pool.checkout() as session:
            return {
                "open": opened,
                "trivial": p50(lambda: session.feed_run("1 + 1"), 200),
                "loop": p50(lambda: session.feed_run(LOOP), 10),
            }


def cloudpickle() -> dict[str, float]:
    """Save and load the state that the fork figure copies: a 100 MB array."""
    import cloudpickle as pickle
    import numpy as np

    state = {"a": np.ones(100_000_000 // 8)}
    return {"state": p50(lambda: pickle.loads(pickle.dumps(state)), 5, 1)}


if __name__ == "__main__":
    try:
        print(json.dumps(globals()[sys.argv[1]]()))
    except ImportError as error:
        print(json.dumps({"missing": str(error)}))
