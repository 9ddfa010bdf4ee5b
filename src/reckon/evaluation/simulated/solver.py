"""The simulated solver: it writes right programs as often as it is told, judges, criticises and mends them.

It reads no more than the context, finds the question in it, and knows the programs of that question. All that
it says is drawn: from the seed of the sample and the context, or at temperature 0 from the context alone.

A program is right with p, or with sqrt(p) behind an idea that is sound with sqrt(p): the same in all, unless
ideas are chosen between. A wrong program is mended with r in the same way behind words on what is wrong.
"""

import json
import math
import random
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from reckon.dialects import Dialect, Span
from reckon.evaluation.simulated.programs import Bank, Programs, Written
from reckon.evaluation.simulated.reliability import read_reliability
from reckon.evaluation.simulated.requests import Asked, Want, read
from reckon.evaluation.simulated.words import critique, finds_mistake, ideas, soundness
from reckon.models.replay import Replay
from reckon.protocols import OnText, Sample, Sampling, Task
from reckon.reasoners.material.results import result
from reckon.rollout import OpenSession
from reckon.values import Message, Problem, Segment
from reckon.votes import key, majority

T = TypeVar("T")
CODE, WORDS = "A program computes it.\n", "Worked out in words: "
_LABELLED = re.compile(
    r"^(?:Answer|Its answer|Your answer is|An answer was given):? (.+?)(?:\. Verify.*)?$", re.M
)
_BLOCK = re.compile(r"^(?:Response|Solution|Plan) \d+:$", re.MULTILINE)


class Simulated:
    """name: "simulated" with its reliabilities, as `read_reliability` takes it.

    problems: what it may be asked.  A problem without a reference program is one that it knows nothing of.
    open_session: where wrong programs are tried beforehand; an interpreter of its own if None.
    """

    continues = True

    def __init__(
        self,
        name: str,
        problems: Iterable[tuple[Task, Problem]],
        dialect: Dialect,
        open_session: OpenSession | None = None,
    ) -> None:
        self.name = name
        self.reliability = read_reliability(name)
        self._dialect = dialect
        self._bank = Bank(problems, self.reliability.wrongs, open_session)
        self._form = Replay(())  # of the conversation: its template and tokens
        self.context_tokens = self._form.context_tokens

    def render(self, context: Sequence[Segment], messages: Sequence[Message]) -> tuple[Segment, ...]:
        return self._form.render(context, messages)

    def count(self, text: str) -> int:
        return self._form.count(text)

    def decode(self, ids: Sequence[int]) -> str:
        return self._form.decode(ids)

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        """A sample without log-probabilities: a drawn text has none."""
        asked = read(context, self._dialect)
        seed = sampling.seed if sampling.temperature else ""
        question = self._bank.question_in(asked.text)
        programs = await self._bank.of(question) if question is not None else None
        turn = _Turn(self, self._bank, self._dialect, programs, asked, random.Random(f"{seed}/{asked.text}"))
        text = await turn.say()
        if asked.begun:
            text = turn.going_on(text)
        return replace(await Replay([text]).sample(context, sampling, on_text), logprobs=None)

    async def close(self) -> None:
        await self._bank.close()


class _Turn:
    """One thing said: what was asked, and the draws for it."""

    def __init__(
        self, model: Simulated, bank: Bank, dialect: Dialect, programs: Programs | None, asked: Asked,
        rng: random.Random,
    ) -> None:  # fmt: skip
        self.odds, self.bank, self.dialect = model.reliability, bank, dialect
        self.asked, self.rng, self._programs = asked, rng, programs

    async def say(self) -> str:
        if self.asked.want == "emulate":
            return "{}" if self._drawn(self.odds.repair) else "I cannot tell."
        if self._programs is None:
            return "I know nothing of this question."
        return await _SAYS[self.asked.want](self)

    def going_on(self, text: str) -> str:
        """What is left of the turn: of the same text, else of the program that was begun."""
        every = [text, *(self._code(one.program) for one in self.programs.all)] if self._programs else [text]
        found = next((one for one in every if one.startswith(self.asked.begun)), "")
        return found.removeprefix(self.asked.begun)

    @property
    def programs(self) -> Programs:
        assert self._programs is not None
        return self._programs

    # ---- writing -----------------------------------------------------------------------------------

    async def program(self) -> str:
        """A program; or, where the last one printed something, the answer."""
        shown = self.asked.shown
        if shown is not None and (printed := result(shown)):
            return self.dialect.write_answer(printed)
        if shown is not None and shown.ok and self.programs.is_answer:
            return self.dialect.write_answer(self._last_program(self.asked.text) or "")
        return self._code(self._next_program().program)

    async def text(self) -> str:
        """An answer without a program; where one stands in the prompt, the one that it leads to."""
        p = self.odds.at(self.odds.text, self.programs.problem.difficulty)
        shown = self._last_program(self.asked.new)
        target = next((one.answer for one in self.programs.all if one.program == shown), None)
        right = target or self.programs.right.answer or ""
        wrong = [one.answer for one in self.programs.wrong if one.answer and one.answer != right]
        found = (
            right if self._drawn(_followed(p, soundness(self.asked.text))) else self._pick(wrong or [right])
        )
        return WORDS + self.dialect.write_answer(found)

    async def answer(self) -> str:
        """The last thing that was printed, else an answer in text."""
        printed = result(self.asked.ran) if self.asked.ran else None
        return self.dialect.write_answer(printed) if printed else await self.text()

    async def finish(self) -> str:
        said = await self.answer()
        return said.partition(self.dialect.answers[0].open)[2]

    async def next_step(self) -> str:
        done = self.asked.ran is not None and result(self.asked.ran)
        return await self.answer() if done else await self.prose()

    async def read(self) -> str:
        """The printed results, where they are judged right; else the program again."""
        printed = result(self.asked.ran) if self.asked.ran else None
        fits = printed and self._judged(
            await self.bank.grade(self.programs.problem, printed.splitlines()[-1])
        )
        return self.dialect.write_answer(printed or "") if fits else self._code(self._next_program().program)

    async def repeat(self) -> str:
        """Its own answer again where it judges it right, else one by the other way."""
        spans = [span.body for span in self._spans(self.asked.text) if span.kind == "answer"]
        if spans and self._judged(await self._right(self.asked.text)):
            return self.dialect.write_answer(spans[-1])
        in_text = "Do not write code" in self.asked.new
        return await self.text() if in_text else self._code(self._next_program().program)

    # ---- words -------------------------------------------------------------------------------------

    async def prose(self) -> str:
        return ideas(self.rng, 1, self._idea_odds)[0]

    async def critique(self) -> str:
        if "thought anew" in self.asked.new:
            return await self.prose()
        return critique(self.rng, math.sqrt(self.odds.repair))

    async def items(self) -> str:
        found = ideas(self.rng, self.asked.wanted_count, self._idea_odds)
        return "\n".join(f"{n}. {idea}" for n, idea in enumerate(found, 1))

    async def scored_items(self) -> str:
        found = ideas(self.rng, self.asked.wanted_count, self._idea_odds)
        scored = [(idea, self._score(self._judged(soundness(idea)))) for idea in found]
        return "\n".join(f"{n}. {idea} Score: {score}" for n, (idea, score) in enumerate(scored, 1))

    async def steps(self) -> str:
        """The next steps of a plan; one of two steps is complete."""
        path = self.asked.new.rpartition("Plan so far:")[2]
        return "1. the plan is complete" if re.search(r"^2\. ", path, re.M) else await self.items()

    async def skills(self) -> str:
        """A plan of one step that whoever carries it out can do without the question."""
        return f"1. code: {' '.join(self.programs.problem.question.split())}\n2. finish: give the answer"

    async def observed(self) -> str:
        """The answer, where the step before came to one; else the plan again."""
        came = re.findall(r"^(.+)\n\(what came of", self.asked.new, re.M)
        known = came and came[-1] != "(no result)"
        return self.dialect.write_answer(came[-1]) if known else await self.skills()

    async def request(self) -> str:
        """All of the problem, in words, handed to another."""
        return f"Request: {self.programs.problem.question}"

    async def subtask(self) -> str:
        return f"Subtask: {self.programs.problem.question}"

    async def distil(self) -> str:
        """Nothing where nothing was found: what is said here is what `told` reads."""
        answers = [span.body for span in self._spans(self.asked.new) if span.kind == "answer"]
        return f"Fact: what came of it is {answers[-1]}" if answers else "Nothing came of it."

    async def told(self) -> str:
        """What another found, as the answer; else the same handed out again."""
        said = self.asked.new.rpartition(self.dialect.output.open)[2]
        came = re.search(r"\A(.+?)\n(?:Fact: |\(the result of)", said, re.DOTALL)
        if came and came[1] != "(no result)":
            return self.dialect.write_answer(came[1])
        return await self.request() if "(the result of" in said else await self.subtask()

    async def summary(self) -> str:
        return "A program is written, and the answer is what it printed."

    async def calls(self) -> str:
        return "I have none."

    async def estimate(self) -> str:
        level = self.programs.problem.difficulty
        code, text = (round(10 * self.odds.at(p, level)) for p in (self.odds.right, self.odds.text))
        return f"Coding: {code}\nText: {text}"

    # ---- judgements --------------------------------------------------------------------------------

    async def score(self) -> str:
        return f"Score: {self._score(self._judged(await self._subject()))}"

    async def verdict(self) -> str:
        if self._judged(await self._subject()):
            return "It does what was asked.\nVerdict: yes"
        return f"{await self.critique()}\nVerdict: no"

    async def critic(self) -> str:
        """Of a program in a search: any is worth going on from."""
        return f"{await self.critique()}\n{await self.score()}\nVerdict: yes"

    async def choice(self) -> str:
        blocks = _BLOCK.split(self.asked.new)[1:]
        right = [n for n, block in enumerate(blocks, 1) if await self._right(block)]
        wrong = [n for n in range(1, len(blocks) + 1) if n not in right]
        wanted, others = (right, wrong) if self._drawn(self.odds.judge) else (wrong, right)
        return f"Choice: {self._pick(wanted or others or [1])}"

    async def consistent(self) -> str:
        answers = [(_LABELLED.findall(block) or [""])[-1] for block in _BLOCK.split(self.asked.new)[1:]]
        most = key(majority(answers) or "")
        same = [n for n, answer in enumerate(answers, 1) if key(answer) == most]
        others = [n for n in range(1, len(answers) + 1) if n not in same]
        chosen = same if self._drawn(self.odds.judge) else others
        return f"Choice: {self._pick(chosen or same or [1])}"

    async def sum(self) -> str:
        """Of the answers of two solutions, the one that is judged right."""
        given = [one for one in re.findall(r"^Its answer: (.+)$", self.asked.new, re.M) if one != "none"]
        right = [one for one in given if await self.bank.grade(self.programs.problem, one)]
        wrong = [one for one in given if one not in right]
        wanted, others = (right, wrong) if self._drawn(self.odds.judge) else (wrong, right)
        kept = wanted or others
        return self.dialect.write_answer(self._pick(kept)) if kept else await self.text()

    async def verify(self) -> str:
        """A program that prints the verdict, then the verdict. What it prints is drawn, not computed."""
        if self.asked.shown is not None:
            return self.dialect.write_answer(result(self.asked.shown) or "Uncertain")
        said = self._judged(await self._right(self.asked.standing))
        return self._code(f"# a simulated verification\nprint({said})")

    async def check(self) -> str:
        said = "Correct" if self._judged(await self._right(self.asked.standing)) else "A demand is not met"
        return self._code(f"# a simulated check\nprint({said!r})")

    async def tests(self) -> str:
        """A condition that only right answers meet, or one that every answer does."""
        if self.programs.is_answer:
            return "I have none."
        strict = self._drawn(self.odds.judge)
        return (
            f"assert answer.strip() == {self.programs.right.answer!r}" if strict else "assert answer.strip()"
        )

    async def guide(self) -> str:
        if "The model's reply" not in self.asked.new:
            return "<<<Code>>>"
        checked = re.search(r"^Self-answer checker: (.+)$", self.asked.new, re.M)
        stands = checked[1] == "Correct" if checked else self._judged(await self._right(self.asked.new))
        return "<<<Return Answer>>>" if stands else "<<<Code>>>"

    # ---- draws -------------------------------------------------------------------------------------

    def _drawn(self, p: float) -> bool:
        return self.rng.random() < p

    def _pick(self, several: Sequence[T]) -> T:
        return several[self.rng.randrange(len(several))]

    def _judged(self, truth: bool | None) -> bool:
        """The truth with the judge's reliability; a coin where there is nothing to judge."""
        if truth is None:
            return self._drawn(0.5)
        return truth if self._drawn(self.odds.judge) else not truth

    def _score(self, good: bool) -> int:
        return self.rng.randint(7, 10) if good else self.rng.randint(0, 3)

    @property
    def _idea_odds(self) -> float:
        return math.sqrt(self.odds.at(self.odds.right, self.programs.problem.difficulty))

    def _next_program(self) -> Written:
        """A first program, or the last one that stands in the context mended."""
        text, own = self.asked.text, self.programs
        end, last = self._last(text) or (0, None)
        if last is None:
            p = _followed(self.odds.at(self.odds.right, own.problem.difficulty), soundness(text))
        elif last == own.right:
            p = self.odds.judge
        else:
            p = _followed(self.odds.repair, finds_mistake(text[end:]))
        if self._drawn(p):
            return own.right
        kinds = own.visible if own.visible and self._drawn(self.odds.visible) else own.wrong
        return self._pick([one for one in kinds if one != last] or kinds)

    def _code(self, program: str) -> str:
        return CODE + self.dialect.write_code(program)

    # ---- reading -----------------------------------------------------------------------------------

    def _last_program(self, text: str) -> str | None:
        """The known program that ends last in a text: the longest, where one stands in another."""
        found = self._last(text)
        return None if found is None else found[1].program

    def _last(self, text: str) -> tuple[int, Written] | None:
        """Where it ends, and it."""
        found: list[tuple[int, int, Written]] = []
        for one in self.programs.all:
            for form in {
                one.program,
                json.dumps(one.program)[1:-1] if self.dialect.code_path else one.program,
            }:
                if form in text:
                    found.append((text.rfind(form) + len(form), len(form), one))
        last = max(found, key=lambda each: each[:2], default=None)
        return None if last is None else (last[0], last[2])

    def _spans(self, text: str) -> list[Span]:
        """Of a context: the outputs in it are real, and what is said of answers is none."""
        for said in (self.dialect.answer_help, self.dialect.output.open.strip()):
            text = text.replace(said, "")
        return list(self.dialect.spans(text))

    async def _subject(self) -> bool | None:
        """Whether what is to be judged is right: it stands in the prompt, else in what came before."""
        right = await self._right(self.asked.new)
        return await self._right(self.asked.text) if right is None else right

    async def _right(self, text: str) -> bool | None:
        """Of a text its answer, else its program, else its ideas; None where there is none."""
        text = text.replace(self.programs.problem.question, "")
        given = [s.body for s in self._spans(text) if s.kind == "answer"] or _LABELLED.findall(text)
        if given:
            return await self.bank.grade(self.programs.problem, given[-1])
        if program := self._last_program(text):
            return program == self.programs.right.program
        return soundness(text)


def _followed(p: float, good: bool | None) -> float:
    """The odds of a program behind an idea that is sound, one that is not, or none."""
    return p if good is None else math.sqrt(p) if good else 0.0


_SAYS: dict[Want, Callable[[_Turn], Awaitable[str]]] = {
    want: getattr(_Turn, want) for want in (
        "finish", "guide", "consistent", "choice", "critic", "estimate", "tests", "calls", "scored_items",
        "score", "verdict", "verify", "check", "summary", "sum", "next_step", "read", "steps", "items",
        "repeat", "skills", "observed", "request", "subtask", "distil", "told", "answer", "prose", "text",
        "critique", "program",
    )
}  # fmt: skip
