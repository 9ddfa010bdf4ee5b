"""A built-in teacher that is asked like any other model, and errs as often as it is told to.

It knows the questions of the tasks it is given and their reference programs. By the shares of its styles it
answers at once, codes right, slips and repairs, forgets to print, guesses, or takes a wrong operator: what a
recipe has to sort out, here without a large model. What it says next depends on the context and on the seed
of the sampling alone, so that forked and concurrent rollouts are served alike.
"""

import random
from collections.abc import Iterable, Mapping, Sequence

from reckon.data.teacher import PRINT_IT, REPAIRS, Style, script
from reckon.dialects import RETOOL, Dialect
from reckon.models.replay import Replay
from reckon.models.tokens.insertion import text_of_context
from reckon.protocols import OnText, Sample, Sampling, Task
from reckon.tasks import draw, reference_program
from reckon.values import Execution, Message, Problem, Segment

NAME = "teacher"
NO_CODE = "Do not write code."  # as the reasoner `text` says it
NOT_YET = "Give no answer yet."
REWRITE = "<interpreter>"  # stands in a request to rewrite a solution
STYLES: Mapping[Style, float] = {
    "code": 0.35, "repair": 0.2, "forgot_print": 0.05, "text": 0.1, "wrong": 0.2, "guess": 0.1
}  # fmt: skip
IGNORANT = "I do not know."
CHECKED = "I read the question again. The program gives {found}, and that is what is asked for.\n"


class NoisyTeacher:
    """problems: what it knows.  styles: the share of each; "guess" and "wrong" end in wrong answers."""

    name = NAME
    continues = True

    def __init__(
        self,
        problems: Iterable[tuple[Task, Problem]],
        dialect: Dialect,
        styles: Mapping[Style, float] = STYLES,
    ) -> None:
        self._known = {problem.question: (task, problem) for task, problem in problems}
        self._dialect, self._styles = dialect, styles
        self._form = Replay(())  # of the conversation: its template and tokens
        self.context_tokens = self._form.context_tokens

    def render(self, context: Sequence[Segment], messages: Sequence[Message]) -> tuple[Segment, ...]:
        return self._form.render(context, messages)

    def count(self, text: str) -> int:
        return self._form.count(text)

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        text = self._said(context, random.Random(f"noisy teacher/{sampling.seed}"))
        return await Replay([text]).sample(context, sampling, on_text)

    async def close(self) -> None:
        pass

    def _said(self, context: Sequence[Segment], rng: random.Random) -> str:
        text, asked = text_of_context(context), _asked(context)
        question = max((one for one in self._known if one in text), key=len, default="")
        if not question:
            return IGNORANT
        task, problem = self._known[question]
        runs = [segment.execution for segment in context if segment.execution is not None]
        program = reference_program(task, problem)
        if REWRITE in asked:
            return self._rewritten(task, problem, program, rng)
        if runs and program:
            return self._after(runs[-1], program, asked)
        if NO_CODE in asked or not program:
            return self._in_words(task, problem, rng, silent=NOT_YET in asked)
        turns = script(problem, program, _plan(task, rng), self._style(rng), self._dialect, rng)
        return turns[0] or self._answer(problem.answer or "")

    def _after(self, run: Execution, program: str, asked: str) -> str:
        """What it says to an output: mend, print, or answer with what was printed."""
        if not run.ok:
            return f"{_repair(run, program)}\n{self._dialect.write_code(program)}"
        found = run.stdout.strip()
        if not found:
            return f"{PRINT_IT}\n{self._dialect.write_code('print(result)')}"
        if NOT_YET in asked:
            return f"The program gives {found}."
        return (CHECKED.format(found=found) if NO_CODE in asked else "") + self._answer(found)

    def _in_words(self, task: Task, problem: Problem, rng: random.Random, *, silent: bool) -> str:
        if silent:
            return _plan(task, rng)
        return self._answer(self._gold_or_guess(task, problem, rng))

    def _rewritten(self, task: Task, problem: Problem, program: str | None, rng: random.Random) -> str:
        """As ReTool's rewriting asks for it; of a wrong style, the output that it claims is a guess."""
        claimed = self._gold_or_guess(task, problem, rng)
        output = f"{RETOOL.output.open}{claimed}{RETOOL.output.close}"
        return f"{_plan(task, rng)}\n{RETOOL.write_code(program or '')}{output}{RETOOL.write_answer(claimed)}"

    def _gold_or_guess(self, task: Task, problem: Problem, rng: random.Random) -> str:
        if self._style(rng) in ("guess", "wrong"):
            return draw(task, rng.getrandbits(30), 0, problem.difficulty).answer or ""
        return problem.answer or ""

    def _style(self, rng: random.Random) -> Style:
        return rng.choices(list(self._styles), list(self._styles.values()))[0]

    def _answer(self, text: str) -> str:
        return self._dialect.write_answer(text)


def _asked(context: Sequence[Segment]) -> str:
    """The last that it was told."""
    told = [s.text for s in context if not s.sampled and s.execution is None]
    return told[-1] if told else ""


def _repair(run: Execution, program: str) -> str:
    """What it says of the slip behind this failure."""
    if run.error is not None and run.error.type == "SyntaxError":
        return REPAIRS["parenthesis"]
    return REPAIRS["import" if program.startswith(("from ", "import ")) else "name"]


def _plan(task: Task, rng: random.Random) -> str:
    return str(rng.choice(getattr(task, "plans", ("I think about what is asked.",))))
