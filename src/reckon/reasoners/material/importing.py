"""A folder's Python modules, importable in a session that cannot see the folder: their sources travel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from reckon.errors import UsageError
from reckon.reasoners.material.passages import module_of

if TYPE_CHECKING:
    from reckon.rollout import Rollout

MOST_BYTES = 8 << 20
_IMPORTER = """def _reckon_importer(sources, packages):
    import importlib.abc, importlib.util, sys
    class Importer(importlib.abc.MetaPathFinder, importlib.abc.Loader):
        def find_spec(self, name, path=None, target=None):
            if name in sources:
                return importlib.util.spec_from_loader(name, self, is_package=name in packages)
        def exec_module(self, module):
            name = module.__name__
            exec(compile(sources[name], name.replace(".", "/") + ".py", "exec"), module.__dict__)
    sys.meta_path.insert(0, Importer())
_reckon_importer({sources!r}, {packages!r})"""


async def make_importable(rollout: Rollout, files: Mapping[str, str]) -> None:
    """Let the rollout's programs, and its forks', import these files (path inside the folder to text).

    Raises UsageError for more than MOST_BYTES of source, or a session that refuses it.
    """
    sources = {module_of(path): text for path, text in files.items()}
    size = sum(map(len, sources.values()))
    if size > MOST_BYTES:
        raise UsageError(f"the folder holds {size} bytes of code, of {MOST_BYTES} at most: name a part of it")
    packages = {name.rpartition(".")[0] for name in sources} - {""}
    packages |= {module_of(path) for path in files if path.endswith("__init__.py")}
    # A folder without __init__.py is a package that holds nothing itself.
    sources |= dict.fromkeys(packages - sources.keys(), "")
    loaded = await rollout.run(_IMPORTER.format(sources=sources, packages=packages), show=False)
    if not loaded.ok:
        raise UsageError(f"the folder cannot be made importable: {loaded.output[-500:]}")
