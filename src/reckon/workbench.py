"""Everything opened together: a model by name, the interpreter, a dialect, limits.

from reckon import solve
print(solve("What is 4821 * 377?").answer.text)
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from reckon.dialects import find_dialect
from reckon.errors import UsageError
from reckon.protocols import Model, Sampling
from reckon.rollout import Limits, Setup, Watch
from reckon.tools import load_tool


def _help(text: str, default: Any, **more: str) -> Any:
    return field(default=default, metadata={"help": text, **more})


@dataclass(frozen=True)
class Options:
    """How to open a model and its interpreter; the flags of every command that runs a model."""

    model: str = _help("tiny, openai:NAME, hf:PATH_OR_NAME or my_pkg.mine:Model", "tiny")
    base_url: str = _help("address of an OpenAI-compatible server, e.g. http://127.0.0.1:8000/v1", "")
    images: tuple[str, ...] = _help(
        "a model (openai:NAME) that takes pictures; may be given several times", (), value="MODEL"
    )
    dialect: str = _help("how code and answers are marked: r1_ci, retool or hermes", "r1_ci")
    temperature: float = _help("sampling temperature; 0 is greedy", 0.0)
    top_p: float = _help("nucleus sampling: keep the likeliest tokens up to this mass", 1.0)
    max_tokens: int = _help("most tokens in one stretch of writing", 1024)
    budget: int = _help("most tokens written for one problem", 16_384)
    runs: int = _help("most programs run for one problem", 64)
    seconds: float = _help("most seconds for one problem", 600.0)
    timeout: float = _help("seconds that one program may run", 10.0)
    network: tuple[str, ...] = _help(
        "a place that programs may connect to; may be given several times", (), value="HOST:PORT"
    )
    tools: tuple[str, ...] = _help(
        "a function that programs may call, run out here; may be given several times",
        (),
        value="MODULE:FUNCTION",
    )
    requests_per_minute: float = _help("ask each model no more often; 0 is no limit", 0.0)
    tokens_per_minute: float = _help("the same in tokens, read and written", 0.0)
    cache: str = _help(
        "keep the models' answers in this file ('on': a file of the user's) and reuse them", ""
    )

    def __post_init__(self) -> None:
        find_dialect(self.dialect)
        if wrong := next((name for name in self.images if not name.startswith("openai:")), None):
            raise UsageError(f"--images: wanted openai:NAME, got {wrong!r}; no other kind takes pictures")
        if self.temperature < 0 or not 0 < self.top_p <= 1 or self.max_tokens < 1:
            raise UsageError(
                "wanted --temperature >= 0, 0 < --top-p <= 1 and --max-tokens >= 1, got"
                f" {self.temperature}, {self.top_p}, {self.max_tokens}"
            )
        for name in ("budget", "runs", "seconds", "timeout"):
            if not getattr(self, name) > 0:
                raise UsageError(f"--{name}: wanted a number above 0, got {getattr(self, name)}")

    @property
    def limits(self) -> Limits:
        """Of each problem."""
        return Limits(tokens=self.budget, runs=self.runs, seconds=self.seconds, timeout_s=self.timeout)

    @property
    def settings(self) -> str:
        """What must be equal for two runs to be one."""
        return (
            f"{self.dialect} temperature={self.temperature} top_p={self.top_p}"
            f" max_tokens={self.max_tokens} budget={self.budget} timeout={self.timeout}"
            + (f" runs={self.runs}" if self.runs != Options.runs else "")
            + (f" seconds={self.seconds}" if self.seconds != Options.seconds else "")
            + (f" network={','.join(sorted(self.network))}" if self.network else "")
            + (f" tools={','.join(self.tools)}" if self.tools else "")
            + (f" images={','.join(sorted(self.images))}" if self.images else "")
        )


@asynccontextmanager
async def open_setup(
    options: Options, watch: Watch | None = None, *, given: Mapping[str, Model] = MappingProxyType({})
) -> AsyncIterator[Setup]:
    """The Setup of these options; model and interpreter are closed at the end.

    given: models that are open already, by the names that mean them.
    """
    from reckon.interpreter import AsyncInterpreter
    from reckon.models import open_model

    async with AsyncExitStack() as owned:
        opened: dict[str, Model] = dict(given)

        async def find(name: str) -> Model:
            if name not in opened:
                elsewhere = name != options.model and not name.startswith("openai:")
                how: dict[str, Any] = {"images": True} if name in options.images else {}
                model = open_model(name, None if elsewhere else options.base_url or None, **how)
                opened[name] = _wrapped(model, options)
                owned.push_async_callback(opened[name].close)
            return opened[name]

        model = await find(options.model)
        interpreter = await owned.enter_async_context(AsyncInterpreter(network=options.network))
        yield Setup(
            model=model,
            open_session=interpreter.open,
            run_language=interpreter.run,
            dialect=find_dialect(options.dialect),
            limits=options.limits,
            sampling=Sampling(
                max_tokens=options.max_tokens, temperature=options.temperature, top_p=options.top_p
            ),
            models=find,
            watch=watch,
            tools=tuple(load_tool(path) for path in options.tools),
        )


def _wrapped(model: Model, options: Options) -> Model:
    """The model behind the limits and the cache that the options ask for."""
    from reckon.models.cached import Cached
    from reckon.models.limited import Limited

    if options.requests_per_minute or options.tokens_per_minute:
        model = Limited(model, requests=options.requests_per_minute, tokens=options.tokens_per_minute)
    if options.cache:
        path = None if options.cache == "on" else options.cache
        model = Cached(model, path, version=options.base_url)
    return model
