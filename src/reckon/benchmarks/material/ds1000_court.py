"""DS-1000's tests in one session, the solution that they test in another.

The tests run the solution by exec(code, env). In their session `exec` is ours: it gives up the run with the
code and the pickled env; the host runs the code in the solution's session, pickles the `result` there, and
starts the tests again with what it has so far, random numbers from the same seed. What comes from the
solution's session is unpickled among arrays, frames, sparse matrices and plain values alone: a result that
wants any other class or function is none.
"""

import base64
import json
from secrets import token_hex

from reckon.errors import UsageError
from reckon.interpreter import AsyncInterpreter
from reckon.tasks.graders.programs import all_passed, why
from reckon.values import Grade

MOST_RUNS = 20
_COURT = r"""
class _Pause(BaseException):
    pass

def _court():
    import base64, json, pickle
    functions = {
        ("numpy._core.multiarray", "_reconstruct"), ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "scalar"), ("numpy.core.multiarray", "scalar"),
        ("numpy._core.numeric", "_frombuffer"), ("numpy.core.numeric", "_frombuffer"),
        ("numpy.ma.core", "_mareconstruct"), ("pandas", "NA"),
        ("pandas.core.indexes.base", "_new_Index"), ("pandas._libs.internals", "_unpickle_block"),
        ("pandas.core.indexes.datetimes", "_new_DatetimeIndex"),
        ("pandas.core.indexes.period", "_new_PeriodIndex"),
        ("pandas.core.indexes.interval", "_new_IntervalIndex"),
        ("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked"),
        ("pandas._libs.tslibs.nattype", "_nat_unpickle"),
        ("pandas._libs.tslibs.timestamps", "_unpickle_timestamp"),
        ("pandas._libs.tslibs.timedeltas", "_timedelta_unpickle"),
        ("pyarrow.lib", "_restore_array"), ("pyarrow.lib", "py_buffer"), ("pyarrow.lib", "type_for_alias"),
    }
    classes = {
        "builtins": {"bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list",
                     "object", "range", "set", "slice", "str", "tuple"},
        "collections": {"Counter", "OrderedDict", "defaultdict", "deque"},
        "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
        "decimal": {"Decimal"}, "fractions": {"Fraction"},
        "numpy": {"dtype", "matrix", "ndarray"}, "numpy.ma": {"MaskedArray"},
    }
    prefixes = ("pandas", "pandas.arrays", "pandas.core.", "pandas._libs.", "scipy.sparse._", "numpy.dtypes")

    class Data(pickle.Unpickler):
        def find_class(self, module, name):
            if (module, name) in functions:
                return super().find_class(module, name)
            known = name in classes.get(module, ()) or module in prefixes
            if "." not in name and (known or module.startswith(tuple(p for p in prefixes if p[-1] in "._"))):
                found = super().find_class(module, name)
                if isinstance(found, type) and not found.__module__.startswith("pandas.io"):
                    return found
            raise pickle.UnpicklingError(f"{module}.{name} is no data")

    def judge(context, solution, results, path):
        told = verdict(context, solution, results)
        with open(path, "w") as file:
            json.dump(told, file)

    def verdict(context, solution, results):
        left, asked = list(results), []
        def run(code, env=None):
            if not left:
                asked.append([code, base64.b64encode(pickle.dumps(dict(env or {}))).decode()])
                raise _Pause
            with open(left.pop(0), "rb") as file:
                env["result"] = Data(file).load()
        import random
        random.seed(0)
        if "numpy" in context:
            import numpy
            numpy.random.seed(0)
        names = {"__name__": "__main__", "exec": run}
        try:
            exec(compile(context, "<context>", "exec"), names)
            names["test_execution"](solution)
            if "test_string" in names:
                names["test_string"](solution)
        except BaseException as error:
            if not asked:
                return {"failed": f"{type(error).__name__}: {error}"[:300]}
        return {"asked": asked[0]} if asked else {"passed": True}
    return judge

_judge = _court()
"""
_RUN = """
def _run(code, given, path):
    import pickle
    with open(given, "rb") as file:
        env = pickle.load(file)
    exec(compile(code, "<solution>", "exec"), env)
    packed = pickle.dumps(env["result"])
    with open(path, "wb") as file:
        file.write(packed)
"""


async def apart(interpreter: AsyncInterpreter, context: str, solution: str, *, timeout_s: float) -> Grade:
    """1 if the tests of the context pass; what of the solution cannot cross as data counts as a failure."""
    results: list[str] = []
    async with interpreter.session() as court:
        # The names of libraries in the context let the session start where they are loaded.
        await court.run(f"{_COURT}\n{_libraries(context)}", timeout_s=timeout_s)
        for _ in range(MOST_RUNS):
            told = f"told-{token_hex(8)}"
            call = f"_judge({context!r}, {solution!r}, {results!r}, {told!r})"
            run = await court.run(call, timeout_s=timeout_s)
            if not run.ok:
                return Grade(0.0, f"the tests gave no verdict: {why(run)}"[:300])
            found = json.loads(await court.get(told))
            if "asked" not in found:
                return all_passed(max(1, len(results))) if "passed" in found else Grade(0.0, found["failed"])
            code, packed = found["asked"]
            result = await _solved(interpreter, code, base64.b64decode(packed), timeout_s=timeout_s)
            if isinstance(result, Grade):
                return result
            results.append(f"result-{token_hex(8)}")
            await court.put(results[-1], result)
    return Grade(0.0, f"the tests run the solution more than {MOST_RUNS} times")


async def _solved(
    interpreter: AsyncInterpreter, code: str, given: bytes, *, timeout_s: float
) -> bytes | Grade:
    """The pickled result of one run of the solution, in a session of its own."""
    path = f"result-{token_hex(8)}"
    async with interpreter.session() as session:
        await session.run(f"{_RUN}\n{_libraries(code)}", timeout_s=timeout_s)
        await session.put("given", given)
        run = await session.run(f"_run({code!r}, 'given', {path!r})", timeout_s=timeout_s)
        try:
            return await session.get(path) if run.ok else Grade(0.0, why(run))
        except UsageError:
            return Grade(0.0, "the solution left no result")


def _libraries(code: str) -> str:
    return "# " + " ".join(name for name in ("pandas", "numpy", "scipy", "sympy") if name in code)
