"""The reference programs of the tasks, played as if a model had written them: `--model replay:reference`.

A run of it measures everything but a model: that each program reaches the gold answer through the reasoner,
the dialect, the interpreter and the grader.
"""

from collections.abc import Iterable, Sequence

from reckon.dialects import Dialect
from reckon.models.replay import Replay
from reckon.models.tokens.insertion import text_of_context
from reckon.protocols import OnText, Sample, Sampling, Task
from reckon.tasks import reference_program
from reckon.values import Message, Problem, Segment

NAME = "replay:reference"


class Reference:
    """Writes the program of the problem whose question it is shown, and answers with what that printed."""

    name = NAME
    continues = True

    def __init__(self, problems: Iterable[tuple[Task, Problem]], dialect: Dialect) -> None:
        self._dialect = dialect
        written = ((p.question, reference_program(task, p)) for task, p in problems)
        self._programs = {question: program for question, program in written if program}
        self._form = Replay(())  # of the conversation: its template and tokens
        self.context_tokens = self._form.context_tokens

    def render(self, context: Sequence[Segment], messages: Sequence[Message]) -> tuple[Segment, ...]:
        return self._form.render(context, messages)

    def count(self, text: str) -> int:
        return self._form.count(text)

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        written = context[-1].text if context and context[-1].sampled else ""
        text = self._next_text(context).removeprefix(written)
        return await Replay([text]).sample(context, sampling, on_text)

    async def close(self) -> None:
        pass

    def _next_text(self, context: Sequence[Segment]) -> str:
        runs = [segment.execution for segment in context if segment.execution is not None]
        if runs:
            return self._dialect.write_answer(runs[-1].stdout.strip())
        text = text_of_context(context)
        asked = max((question for question in self._programs if question in text), key=len, default="")
        return self._dialect.write_code(self._programs.get(asked, "print('no program for this question')"))
