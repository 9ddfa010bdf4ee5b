"""Models: context in, tokens out; none of them knows about code.

open_model("tiny")                    the small model that ships with Reckon, or tiny:FOLDER
open_model("openai:NAME", base_url=…) any server that speaks the OpenAI protocol
open_model("hf:PATH_OR_NAME")         a Hugging Face model on this machine
open_model("replay:trajectories.jsonl")
open_model("my_pkg.mod:Class")        yours
"""

import difflib
import importlib
from collections.abc import Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple, cast

from reckon.errors import UsageError

if TYPE_CHECKING:
    from reckon.protocols import Model

__all__ = ["ModelKind", "list_models", "open_model"]


class ModelKind(NamedTuple):
    """A row of `reckon models`; ready: "yes", or what to install."""

    form: str
    what: str
    ready: str = "yes"


def list_models() -> tuple[ModelKind, ...]:
    """Every kind of model that a name can mean."""
    local = find_spec("torch") is not None and find_spec("transformers") is not None
    return (
        ModelKind("tiny", "the small model that ships with Reckon, on numpy"),
        ModelKind("tiny:FOLDER", "a small Llama-architecture folder, on numpy"),
        ModelKind("openai:NAME", "a server that speaks the OpenAI protocol, with --base-url"),
        ModelKind(
            "hf:PATH_OR_NAME",
            "a Hugging Face model on this machine, batched",
            "yes" if local else "pip install 'reckon[local]'",
        ),
        ModelKind("replay:FILE", "recorded trajectories (.jsonl), played back"),
        ModelKind("replay:reference", "the tasks' reference programs, played by 'reckon eval'"),
        ModelKind("simulated:0.6", "no model: a stand-in, right so often, to try methods with 'reckon eval'"),
        ModelKind("MODULE:CLASS", "a class of yours that is a reckon.protocols.Model"),
    )


def open_model(
    name: str, base_url: str | None = None, api_key: str | None = None, **options: object
) -> "Model":
    """The model of that name; `options` go to its constructor.

    Raises UsageError for an unknown name or option, MissingExtra for what is not installed.
    """
    kind, _, rest = name.partition(":")
    opened = _KINDS.get(kind)
    if kind == "openai":
        options |= {k: v for k, v in (("base_url", base_url), ("api_key", api_key)) if v is not None}
    elif base_url is not None or api_key is not None:
        raise UsageError(f"a base URL and a key go with openai:NAME, got the model {name!r}")
    if opened is None:
        opened = _dotted if rest.isidentifier() else _unknown
    try:
        return opened(name, rest, options)
    except TypeError as error:
        if options and "unexpected keyword argument" in str(error):
            raise UsageError(f"the model {name!r} does not take an option: {error}") from error
        raise


def _tiny(name: str, rest: str, options: dict[str, object]) -> "Model":
    from reckon.models.tiny import Tiny

    return Tiny(rest or None, **options)  # type: ignore[arg-type]


def _openai(name: str, rest: str, options: dict[str, object]) -> "Model":
    from reckon.models.openai import OpenAI

    return OpenAI(_wanted(name, rest, "openai:NAME"), **options)  # type: ignore[arg-type]


def _hf(name: str, rest: str, options: dict[str, object]) -> "Model":
    from reckon.models.transformers import Transformers

    return Transformers(_wanted(name, rest, "hf:PATH_OR_NAME"), **options)  # type: ignore[arg-type]


def _replay(name: str, rest: str, options: dict[str, object]) -> "Model":
    from reckon.models.recording import Recording

    if rest == "reference":
        raise UsageError("replay:reference plays the programs of tasks: it goes with 'reckon eval' only")
    return Recording.read(_wanted(name, rest, "replay:FILE"), **options)


def _simulated(name: str, rest: str, options: dict[str, object]) -> "Model":
    raise UsageError(
        f"{name} stands in for a model on the problems of a run: it goes with 'reckon eval' only"
    )


def _dotted(name: str, rest: str, options: dict[str, object]) -> "Model":
    module = name.partition(":")[0]
    try:
        found = getattr(importlib.import_module(module), rest)
    except ModuleNotFoundError as error:
        if error.name is not None and module.startswith(error.name):
            return _unknown(name, rest, options)
        raise
    except AttributeError as error:
        raise UsageError(f"the module {module} has no class {rest}") from error
    return cast("Model", found(**options))


def _unknown(name: str, rest: str, options: dict[str, object]) -> "Model":
    close = difflib.get_close_matches(name.partition(":")[0], _KINDS, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    forms = ", ".join(kind.form for kind in list_models())
    raise UsageError(f"no model is named {name!r}; {hint}There are: {forms}")


def _wanted(name: str, rest: str, form: str) -> str:
    if not rest:
        raise UsageError(f"the model {name!r} wants a name: {form}")
    return rest


_KINDS: dict[str, Callable[[str, str, dict[str, object]], "Model"]] = {
    "tiny": _tiny,
    "openai": _openai,
    "hf": _hf,
    "replay": _replay,
    "simulated": _simulated,
}
