"""What tracing, profiling and asking cost, and that a run without them costs what it did: docs/tracing.md.

python speed/tracing_cost.py
"""

import statistics
import time
from collections.abc import Callable

from reckon.interpreter import Interpreter, Trace

LOOP = "total = 0\nfor i in range(20_000):\n    total += i * i % 7"
LINES = 40_002


def median_s(verb: Callable[[], object], times: int) -> float:
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        verb()
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent)


def main() -> None:
    with Interpreter(preload=()) as interpreter, interpreter.session() as session:
        session.run("x = 1")
        plain = median_s(lambda: session.run("x"), 2000)
        traced = median_s(lambda: session.run("x", trace=Trace()), 500)
        profiled = median_s(lambda: session.run("x", profile=True), 100)
        print(f"trivial warm run            {plain * 1e6:8.0f} µs")
        print(f"  traced                    {traced * 1e6:8.0f} µs")
        print(f"  profiled                  {profiled * 1e6:8.0f} µs")
        loop = median_s(lambda: session.run(LOOP), 20)
        print(f"loop of {LINES} lines       {loop * 1e3:8.2f} ms")
        for name, trace in (("10,000 events", Trace()), ("1 event", Trace(events=1))):
            traced = median_s(lambda trace=trace: session.run(LOOP, trace=trace), 5)
            print(
                f"  traced, {name:<17} {traced * 1e3:8.2f} ms, {(traced - loop) / LINES * 1e6:.2f} µs a line"
            )
        profiled = median_s(lambda: session.run(LOOP, profile=True), 5)
        print(f"  profiled                  {profiled * 1e3:8.2f} ms, {profiled / loop:.0f} times")
        asked = median_s(lambda: session.run("for _ in range(100): f()", ask=lambda question: 1), 10)
        print(f"a question and its answer   {(asked - plain) / 100 * 1e6:8.0f} µs")

        async def answer(question: object) -> int:
            return 1

        asked = median_s(lambda: session.run("for _ in range(100): f()", ask=answer), 10)
        print(f"  of an async function      {(asked - plain) / 100 * 1e6:8.0f} µs")
        session.bind("tool", lambda x: x)
        called = median_s(lambda: session.run("for _ in range(100): tool(1)"), 10)
        print(f"a call of a bound function  {(called - plain) / 100 * 1e6:8.0f} µs")


if __name__ == "__main__":
    main()
