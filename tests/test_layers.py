"""The layering that `reckon/__init__.py` draws, and the promise that importing Reckon is cheap."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import reckon

ROOT = Path(reckon.__file__).parent
LAYERS = [
    {"errors", "traces"},
    {"budget", "values"},
    {"protocols", "dialects", "votes", "records", "registry", "flags", "tables", "traces"},
    {"around_model", "parts", "segmentation", "tools"},
    {"interpreter", "models", "tasks", "reasoners"},
    {"rollout", "testing", "terminal"},
    {"data", "benchmarks"},
    {"training", "evaluation"},
    {"adapters"},
    {"workbench"},
    {"notebook"},
    {"serving"},
    {"cli"},
]
HEAVY = {"torch", "transformers", "vllm"}


def imports(path):
    """(module, lineno, inside a function or TYPE_CHECKING) of each import of a file."""
    tree = ast.parse(path.read_text())
    lazy = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        or (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
        for inner in ast.walk(node)
        if inner is not node
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in lazy) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"reckon.{a.name}" for a in node.names] if node.module == "reckon" else [node.module]
            yield from ((name, id(node) in lazy) for name in names)


def level(room):
    return next((n for n, layer in enumerate(LAYERS) if room in layer), None)


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_left_only(path):
    room = path.relative_to(ROOT).parts[0].removesuffix(".py")
    if room in ("__init__", "__main__"):
        return
    own = level(room)
    assert own is not None, f"{room} is in no layer"
    for name, lazy in imports(path):
        # A file called torch_*, or an objective, is one that others import only when they use it.
        used = path.name.startswith("torch_") or path.parent.name in ("objectives", "preferences")
        if not lazy and name.split(".")[0] in HEAVY and not used:
            pytest.fail(f"{path} imports {name} when it is imported itself")
        if not name.startswith("reckon."):
            continue
        assert lazy or used or ".torch_" not in name, f"{path} imports {name} when it is imported itself"
        other = name.split(".")[1]
        if other == room or (lazy and room in ("protocols", "reasoners")):
            continue
        if lazy and (room, other) == ("tasks", "interpreter"):
            continue  # answers that are programs are judged in it
        theirs = level(other)
        assert theirs is None or theirs < own, f"{path} imports {name}"


def test_importing_reckon_is_fast_and_light():
    code = (
        "import sys, time; t = time.perf_counter(); import reckon; s = time.perf_counter() - t\n"
        "assert not {'numpy', 'torch', 'rich', 'httpx', 'tokenizers'} & set(sys.modules), 'heavy'\n"
        "print(s)"
    )
    best = min(
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for _ in range(3)
    )
    assert best < 0.3


def test_the_public_names_are_these():
    assert set(reckon.__all__) <= set(dir(reckon)) | set(reckon.__all__)
    for name in reckon.__all__:
        assert getattr(reckon, name) is not None
