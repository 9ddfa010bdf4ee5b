"""One live line of thought: the exact token context and an interpreter session.

The verbs a reasoner speaks: `prompt`, `write`, `run`, `tell`, `ask`, `side`, `fork`, `answer`. Each records
itself, keeps the budget and tells whoever watches; a reasoner does none of that.

    async with Rollout(problem, setup) as rollout:
        await rollout.prompt(problem.question)
        written = await rollout.write()
        if written.code: await rollout.run(written.code)
"""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from reckon import parts
from reckon.budget import Limits as Limits
from reckon.budget import Tokens
from reckon.dialects import R1_CI, Dialect, Span
from reckon.errors import BudgetSpent, InfrastructureError, SessionLost, UsageError
from reckon.interpreter.hooks.ask import asking
from reckon.protocols import Emulate, Model, Reasoner, RunLanguage, Sample, Sampling, Session, Supply
from reckon.segmentation import Written, cut, shortened
from reckon.tools import Tool, bind_tools, check_tools, told
from reckon.values import Answer, Content, Cost, Execution, Kind, Message, Problem, Role, Segment, Trajectory

GO_ON = "Go on."  # for a model that cannot be continued in its own turn
Watch: TypeAlias = Callable[[str, str | Segment], None]
OpenSession: TypeAlias = Callable[[], Awaitable[Session]]


async def _no_session() -> Session:
    raise UsageError("this rollout has no interpreter: give its Setup an open_session")


async def _no_language(code: str, *, language: str, **how: Any) -> Execution:
    raise UsageError(f"this rollout runs Python alone, not {language!r}: give its Setup `run_language`")


async def _no_model(name: str) -> Model:
    raise UsageError(f"this rollout cannot look up a second model ({name!r}): give its Setup `models`")


@dataclass(frozen=True, slots=True)
class Setup:
    """What every rollout of a run shares. `models` finds a second model by its name.

    run_language: runs programs in other languages than Python, as the `run` of an interpreter does.
    tools: functions that programs may call; they run outside the session, see tools.py.
    """

    model: Model
    open_session: OpenSession = _no_session
    dialect: Dialect = R1_CI
    limits: Limits = Limits()
    sampling: Sampling = Sampling()
    models: Callable[[str], Awaitable[Model]] = _no_model
    watch: Watch | None = None
    tools: tuple[Tool, ...] = ()
    run_language: RunLanguage = _no_language

    def __post_init__(self) -> None:
        check_tools(self.tools)


@dataclass(slots=True)
class _Tree:
    """What the rollouts of one problem share: their list, what is used up, what must be closed."""

    rollouts: list[Rollout]
    tokens: Tokens
    started: float = field(default_factory=time.monotonic)
    owned: AsyncExitStack = field(default_factory=AsyncExitStack)
    runs: int = 0


class Rollout:
    """See the module. Closing the root (`async with`) closes every fork and every session."""

    def __init__(self, problem: Problem, setup: Setup, *, seed: int = 0) -> None:
        self.problem = problem
        self.setup = setup
        self.seed = seed
        self.id = f"{problem.id}#{seed}"
        self.segments: tuple[Segment, ...] = ()
        self.cost = Cost()
        self.notes: dict[str, int] = {}
        self.answered: Answer | None = None
        self._parent: Rollout | None = None
        self._shared = 0
        self._relation: Literal["root", "fork", "side"] = "root"
        self._children = 0
        self._session: Session | None = None
        self._tools: tuple[Tool, ...] = ()
        self._tree = _Tree([self], Tokens(setup.limits.tokens))

    async def __aenter__(self) -> Rollout:
        parts.check_parts(self.problem.parts, f"problem {self.problem.id or self.problem.task}")
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._tree.owned.aclose()

    @property
    def dialect(self) -> Dialect:
        return self.setup.dialect

    @property
    def tokens(self) -> int:
        """Tokens in the context; estimated where the model gives no ids."""
        return parts.weigh(self.setup.model, self.segments)

    @property
    def room(self) -> int:
        """Tokens that can still be written: by the model's context and by the budget."""
        return min(self.setup.model.context_tokens - self.tokens, self._tree.tokens.left)

    @property
    def runs_left(self) -> int:
        """Programs that can still be run, by all rollouts of the problem together."""
        return self.setup.limits.runs - self._tree.runs

    def fits(self, reserve: int) -> bool:
        """Whether another program can be written and run, and `reserve` tokens be left for the answer."""
        return self.runs_left > 0 and self.room > 2 * reserve

    @property
    def tools_help(self) -> str:
        """What a prompt says of the tools of the setup; "" without any."""
        return told(self.setup.tools)

    # ---- verbs -------------------------------------------------------------------------------------

    async def prompt(self, content: Content, *, system: str = "", role: Role = "user") -> None:
        """Add a message; role "assistant" goes on in the model's own turn.

        The first one of a user brings the problem's parts, see parts.py. Raises UsageError for no picture.
        """
        messages = [Message("system", system)] if system else []
        said = Message(role, content)
        shown = parts.as_shown(said, self.segments, parts=self.problem.parts, model=self.setup.model)
        self._insert([*messages, shown], "prompt")

    async def write(
        self,
        *,
        stop: Sequence[str] | None = None,
        also: Sequence[str] = (),
        prefix: str = "",
        reserve: int = 0,
        max_tokens: int | None = None,
        temperature: float | None = None,
    ) -> Written:
        """Let the model write until a stop (the dialect's by default), its end, or the budget.

        also: stops besides those.  prefix: what it is made to begin with, where the model can be made to.
        reserve: tokens of the room to leave unwritten. Raises BudgetSpent when there is no room.
        """
        self._check_time()
        if self.segments and self.segments[-1].sampled and not self.setup.model.continues:
            self._insert([Message("user", GO_ON)], "prompt")
        lead = prefix if prefix and self.setup.model.continues else ""
        if lead:
            self._insert([Message("assistant", lead)], "prompt")
        own = self.setup.sampling
        wanted = min(max_tokens or own.max_tokens, self.setup.model.context_tokens - self.tokens - reserve)
        async with self._tree.tokens.lend(wanted, reserve) as room:
            if room <= 0:
                raise BudgetSpent(f"no room to write: {self.room} tokens are left, {reserve} are reserved")
            self._check_time()  # it may have waited for its turn
            sampling = own.with_(
                max_tokens=room,
                temperature=temperature,
                stop=(*(self.dialect.stops if stop is None else stop), *also),
                seed=self._draw_seed(),
            )
            started = time.monotonic()
            sample = await self._sample(sampling, lead if stop is None else None)
            spans = self.dialect.spans(lead + sample.text)
            self._record_sample(sample, spans, len(lead), time.monotonic() - started)
        return Written(lead + sample.text, sample.finish, spans)

    async def run(self, code: str, *, show: bool = True, timeout_s: float | None = None,
                  reserve: int = 0, emulate: Emulate | None = None, supply: Supply | None = None,
                  stdin: str | None = None, language: str = "python") -> Execution:  # fmt: skip
        """Run a program in this rollout's session and, with `show`, put its output into the context.

        reserve: tokens of room that the output must leave.  emulate: says what a statement that raised would
        have done; it must not run programs here.  supply: the same for the values of undefined names.
        stdin: what the program reads there.  language: another than Python has a session of its own for each
        program, without the problem's files.  Raises BudgetSpent, SessionLost for a fault of ours.
        """
        elsewhere = language != "python"
        if elsewhere and (emulate or supply):
            raise UsageError(f"emulate and supply are of Python alone, not of {language}")
        self._check_time()
        if self._tree.runs >= self.setup.limits.runs:
            raise BudgetSpent(f"{self._tree.runs} programs were run, which is the limit")
        self._tree.runs += 1
        how: dict[str, Any] = {"ask": asking(emulate, supply)} if emulate or supply else {}
        how |= {} if stdin is None else {"stdin": stdin}
        how |= {"language": language} if elsewhere else {}
        run: Any = self.setup.run_language if elsewhere else (await self._open_session()).run
        execution: Execution = await run(code, timeout_s=timeout_s or self.setup.limits.timeout_s, **how)
        if execution.status == "infrastructure":
            raise SessionLost(execution.note or "the interpreter failed")
        if elsewhere or stdin is not None:
            execution = replace(execution, language=language if elsewhere else "", stdin=stdin)
        self.cost += Cost(
            runs=1, errors=not execution.ok, execute_s=execution.wall_s, queue_s=execution.queue_s
        )
        if show:
            output, pictures = parts.shown_of(execution, self.setup.model, (self.room - reserve) // 2)
            shown = self._cut(output or "(no output)", reserve + parts.tokens_of(pictures))
            self._insert([self._in_output_turn(shown, pictures)], "output", execution)
        else:
            self._add(Segment("output", "", (), execution=execution))
        return execution

    def bind(self, *tools: Tool) -> None:
        """Let programs of this rollout, and of forks from now on, call these as well, in no time limit."""
        check_tools(tools)
        self._tools += tools
        if self._session is not None:
            bind_tools(self._session, tools)

    async def tell(self, text: str, *, note: str = "") -> None:
        """Tell the model something where outputs stand; `note` counts it in the record."""
        if note:
            self.note(note)
        self._insert([self._in_output_turn(text)], "output")

    async def ask(self, question: Content, *, system: str = "", model: str = "", **how: Any) -> str:
        """Ask a side question in a fresh context; the reply's text. `how` goes to `write`."""
        side = await self.side(model=model)
        await side.prompt(question, system=system)
        return (await side.write(**{"stop": (), **how})).text

    async def side(self, *, model: str = "") -> Rollout:
        """A rollout with an empty context and a session of its own, by another model if one is named."""
        setup = replace(self.setup, model=await self.setup.models(model)) if model else self.setup
        return self._child("side", setup)

    async def fork(self, keep: int | None = None) -> Rollout:
        """A second rollout that goes on from here: the context by reference, the live session by fork.

        keep: how many segments of the context it has; nothing may have run since, unless it begins anew (0).
        """
        shared = self.segments[:keep]
        if shared and any(segment.execution for segment in self.segments[len(shared) :]):
            raise UsageError(f"a fork cannot keep {keep} segments: a program ran after them")
        child = self._child("fork", self.setup)
        child.segments, child._shared, child._tools = shared, len(shared), self._tools
        if self._session is not None and (shared or not self.segments):
            child._session = await self._session.fork()
            self._tree.owned.push_async_callback(child._session.close)
        return child

    def answer(self, text: str | None, reason: str = "") -> Answer:
        """Fix this rollout's answer."""
        self.answered = Answer(text, reason)
        return self.answered

    def note(self, name: str) -> None:
        """Count something for the record, e.g. "malformed"."""
        self.notes[name] = self.notes.get(name, 0) + 1

    # ---- the record --------------------------------------------------------------------------------

    def trajectories(self, reasoner: str = "", void: str = "") -> tuple[Trajectory, ...]:
        """The records of the whole tree, this root's first."""
        return tuple(
            Trajectory(
                id=r.id,
                problem=r.problem,
                segments=r.segments,
                answer=r.answered,
                model=r.setup.model.name,
                reasoner=reasoner,
                parent=r._parent.id if r._parent else None,
                shared=r._shared,
                relation=r._relation,
                seed=r.seed,
                cost=r.cost,
                tree=sum((one.cost for one in self._tree.rollouts), Cost()) if r is self else Cost(),
                notes=dict(r.notes),
                void=void,
            )
            for r in self._tree.rollouts
        )

    def _child(self, relation: Literal["fork", "side"], setup: Setup) -> Rollout:
        child = Rollout(self.problem, setup, seed=self.seed)
        self._children += 1
        child.id = f"{self.id}.{self._children}"
        child._parent, child._relation, child._tree = self, relation, self._tree
        self._tree.rollouts.append(child)
        return child

    def _add(self, *segments: Segment) -> None:
        self.segments += segments
        if self.setup.watch:
            for segment in segments:
                self.setup.watch(self.id, segment)

    def _insert(self, messages: Sequence[Message], kind: Kind, execution: Execution | None = None) -> None:
        rendered = self.setup.model.render(self.segments, messages)
        needed = parts.weigh(self.setup.model, rendered)
        left = self.setup.model.context_tokens - self.tokens
        if needed >= left:
            raise BudgetSpent(f"the context is full: {needed} tokens to insert, room for {left}")
        last = len(rendered) - 1
        self._add(*(replace(s, kind=kind, execution=execution if n == last else None)
                    for n, s in enumerate(rendered)))  # fmt: skip

    def _in_output_turn(self, output: str, pictures: parts.Pictures = ()) -> Message:
        if pictures:
            return parts.in_turn(self.dialect.show(output), pictures)
        begins_line = not self.segments or self.segments[-1].text.endswith("\n")
        in_place = self.dialect.output_role == "assistant" and self.setup.model.continues
        lead = "\n" if in_place and not begins_line else ""
        return Message(self.dialect.output_role, lead + self.dialect.show(output))

    async def _sample(self, sampling: Sampling, lead: str | None) -> Sample:
        """One sample; a stop string inside a code block does not end it (`lead` None: it does)."""
        model, watch = self.setup.model, self._watch_text()
        sample = await model.sample(self.segments, sampling, watch)
        while (
            lead is not None
            and model.continues
            and sample.finish == "stop"
            and self.dialect.is_in_code(lead + sample.text)
            and (left := sampling.max_tokens - sample.tokens) > 0
        ):
            so_far = Segment("text", sample.text, sample.ids, sample.logprobs, sample=-1)
            going_on = replace(sampling, max_tokens=left, seed=self._draw_seed(sample.tokens))
            sample = sample.joined(await model.sample((*self.segments, so_far), going_on, watch))
        return sample

    def _record_sample(self, sample: Sample, spans: Sequence[Span], lead: int, wall_s: float) -> None:
        tokens = len(sample.ids) if sample.ids is not None else sample.tokens
        self._tree.tokens.used += tokens
        self.cost += Cost(samples=1, tokens_in=sample.tokens_in, tokens_out=tokens, generate_s=wall_s)
        shifted = [replace(s, start=max(0, s.start - lead), end=s.end - lead) for s in spans if s.end > lead]
        number = sum(1 for n in {s.sample for s in self.segments} if n is not None)
        self._add(*cut(sample, shifted, number))

    async def _open_session(self) -> Session:
        if self._session is None:
            session = await self.setup.open_session()
            self._tree.owned.push_async_callback(session.close)
            bind_tools(session, self.setup.tools, self.setup.limits.tool_s)
            bind_tools(session, self._tools)
            await parts.put_parts(session, self.problem.parts)
            self._session = session
        return self._session

    def _watch_text(self) -> Callable[[str], None] | None:
        watch = self.setup.watch
        return (lambda text: watch(self.id, text)) if watch else None

    def _draw_seed(self, written: int = 0) -> int:
        """Of the next sample, or of its rest once so many of its tokens are written."""
        rest = f"/{written}" if written else ""
        return random.Random(f"{self.seed}/{self.id}/{self.cost.samples}{rest}").getrandbits(31)

    def _check_time(self) -> None:
        if time.monotonic() - self._tree.started > self.setup.limits.seconds:
            raise BudgetSpent(f"{self.setup.limits.seconds:g} s have passed, which is the limit")

    def _cut(self, output: str, reserve: int) -> str:
        """So short that `reserve` tokens and the marks still fit after it."""
        limit = max(16, min(self.setup.limits.show_tokens, self.room - reserve - 32))
        return shortened(output, limit, self.setup.model.count)


async def solve(
    reasoner: Reasoner, problem: Problem, setup: Setup, *, seed: int = 0
) -> tuple[Trajectory, ...]:
    """Let `reasoner` solve `problem`; the records of the tree, the root's (which has the answer) first.

    A spent budget ends with whatever was answered; a fault of ours gives void records, never a wrong answer.
    """
    void = ""
    async with Rollout(problem, setup, seed=seed) as rollout:
        try:
            answer = await reasoner.solve(problem, rollout)
            rollout.answer(answer.text, answer.reason)
        except BudgetSpent as spent:
            rollout.note("budget_spent")
            if rollout.answered is None or rollout.answered.text is None:
                rollout.answer(None, str(spent))
        except InfrastructureError as fault:
            void = f"{type(fault).__name__}: {fault}"
        return rollout.trajectories(repr(reasoner), void)
