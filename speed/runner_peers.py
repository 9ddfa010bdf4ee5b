"""The peer's side of the runner's figure: inspect_ai's eval over the same fake server.

    python -m venv /tmp/reckon-peers
    /tmp/reckon-peers/bin/pip install inspect_ai openai
    /tmp/reckon-peers/bin/python speed/runner_peers.py URL PROBLEMS CONCURRENT

Prints one JSON object: seconds, and the process's largest memory in MiB. `speed/runner_overhead.py` calls it.
"""

import json
import os
import resource
import sys
import tempfile
import time


def main() -> None:
    url, problems, concurrent = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    os.environ |= {"FAKE_BASE_URL": url, "FAKE_API_KEY": "none"}
    from inspect_ai import Task, eval
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.scorer import includes
    from inspect_ai.solver import generate

    data = MemoryDataset([Sample(input=f"What is {n} * 3?", target="4") for n in range(problems)])
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        (log,) = eval(
            Task(dataset=data, solver=[generate()], scorer=includes()),
            model="openai-api/fake/fake",
            max_connections=concurrent,
            max_samples=concurrent,
            log_dir=folder,
            display="none",
        )
        spent = time.perf_counter() - begun
    assert log.status == "success", log.error
    print(json.dumps({"seconds": spent, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


if __name__ == "__main__":
    main()
