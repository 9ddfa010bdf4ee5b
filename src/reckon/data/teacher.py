"""A built-in teacher: plays the reference programs of the tasks as if a model wrote them.

It speaks the Model protocol with a student's tokenizer and template, so that its trajectories are the
student's, token for token. Its styles: answer at once; think, code, answer; code only; code that fails on a
slip and is repaired; code that forgets to print; and two that are wrong, for a student that is to have
something to unlearn: an answer that was guessed, a program with another operator. `noisy_teacher` draws them
as it is asked.
"""

import ast
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from reckon.dialects import Dialect
from reckon.errors import UsageError
from reckon.models.decoding.writer import Pieces
from reckon.models.tokens import Template, Tokens, insert
from reckon.protocols import Finish, OnText, Sample, Sampling
from reckon.values import Message, Problem, Segment

Style: TypeAlias = Literal["text", "code", "program", "repair", "forgot_print", "guess", "wrong"]
WRONG: frozenset[Style] = frozenset(("guess", "wrong"))
PRINTED = None  # a turn that answers with what the last program printed

REPAIRS = {
    "import": "The import is missing. I add it.",
    "name": "A name is wrong. I mend it.",
    "parenthesis": "A parenthesis is missing. I close it.",
}
PRINT_IT = "Nothing was printed. I print the result."


@dataclass(frozen=True)
class Tokenization:
    """How a student reads: its template, its tokens, the dialect it is taught."""

    template: Template
    tokens: Tokens
    dialect: Dialect


class Teacher:
    """Says the turns of `script` one after another, whatever it is shown.

    continues: False writes as a chat model whose turns end after each program.
    """

    name = "teacher"

    def __init__(
        self,
        script: Sequence[str | None],
        student: Tokenization,
        *,
        continues: bool = True,
        context_tokens: int = 4096,
    ) -> None:
        self.continues = continues
        self.context_tokens = context_tokens
        self._script = list(script)
        self._student = student

    def render(self, context: Sequence[Segment], messages: Sequence[Message]) -> tuple[Segment, ...]:
        if not self.continues:
            messages = [
                Message("user", m.content) if m.role in ("assistant", "tool") else m for m in messages
            ]
        return insert(self._student.template, self._student.tokens, context, messages)

    def count(self, text: str) -> int:
        return len(self._student.tokens.encode_content(text))

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        if not self._script:
            raise UsageError("the teacher has nothing left to say")
        turn, tokens = self._script.pop(0), self._student.tokens
        text = self._student.dialect.write_answer(_printed(context)) if turn is PRINTED else turn
        ids = tokens.encode_content(text)
        decoding = Pieces(tokens.decode)
        pieces = [decoding.push(i) for i in ids]
        if "".join(pieces) != text:
            raise UsageError(f"the student's tokenizer does not give back {text!r:.200}")
        ended = not self._script or not self.continues
        if ended:
            end = min(tokens.end_ids)
            ids, pieces = [*ids, end], [*pieces, tokens.decode([end])]
        finish: Finish = "end" if ended else "stop"
        return Sample(tuple(pieces), finish, tuple(ids), ended=ended, tokens=len(ids))

    async def close(self) -> None:
        pass


def _printed(context: Sequence[Segment]) -> str:
    runs = [segment.execution for segment in context if segment.execution is not None]
    return runs[-1].output.strip() if runs else ""


def script(
    problem: Problem, program: str, plan: str, style: Style, dialect: Dialect, rng: random.Random
) -> list[str | None]:
    """The turns of a solution in this style. A style that a program does not allow becomes "code".

    A "guess" is not made here: it needs another problem's answer.
    """
    if style == "wrong" and (mistaken := _with_another_operator(program, rng)):
        return [f"{plan}\n{dialect.write_code(mistaken)}", PRINTED]
    answer = dialect.write_answer(problem.answer or "")
    first = f"{plan}\n{dialect.write_code(program)}"
    if style == "text":
        return [answer]
    if style == "program":
        return [dialect.write_code(program)]
    if style == "repair" and (slips := _slips(program)):
        kind, broken = rng.choice(slips)
        mended = f"{REPAIRS[kind]}\n{dialect.write_code(program)}"
        return [f"{plan}\n{dialect.write_code(broken)}", mended, answer]
    if style == "forgot_print" and (silent := _without_print(program)):
        shown = f"{PRINT_IT}\n{dialect.write_code('print(result)')}"
        return [f"{plan}\n{dialect.write_code(silent)}", shown, answer]
    return [first, answer]


_OPERATORS = {"+": "-", "-": "+", "*": "+", "//": "*", "%": "//", "**": "*", "&": "|", "|": "&"}


def _with_another_operator(program: str, rng: random.Random) -> str:
    """The program with one operator exchanged, or else a whole number off by one; "" if it has neither."""
    found = list(re.finditer(r" (\*\*|//|[-+*%&|]) ", program))
    if found:
        at = rng.choice(found)
        return program[: at.start(1)] + _OPERATORS[at[1]] + program[at.end(1) :]
    numbers = list(re.finditer(r"(?<![\w.])[0-9]+(?![\w.])", program))
    if not numbers:
        return ""
    at = rng.choice(numbers)
    return program[: at.start()] + str(int(at[0]) + 1) + program[at.end() :]


def _without_print(program: str) -> str:
    """The program with its last print(x) made into result = x; "" where it does not print one thing."""
    *before, last = program.split("\n")
    match ast.parse(last.strip() or "0").body[0] if not last.startswith(" ") else None:
        case ast.Expr(ast.Call(ast.Name("print"), [argument], [])) if not isinstance(argument, ast.Starred):
            return "\n".join([*before, f"result = {ast.unparse(argument)}"])
    return ""


def _slips(program: str) -> list[tuple[str, str]]:
    """(kind of repair, broken program) for each slip that this program allows."""
    lines = program.split("\n")
    slips = []
    if lines[0].startswith(("from ", "import ")):
        slips.append(("import", "\n".join(lines[1:])))
    name = next((line.split(" = ")[0] for line in lines if " = " in line), "")
    if name.isidentifier() and len(name) > 2 and name in lines[-1]:
        slips.append(("name", "\n".join([*lines[:-1], lines[-1].replace(name, name[:-1])])))
    if lines[-1].endswith(")"):
        slips.append(("parenthesis", "\n".join([*lines[:-1], lines[-1][:-1]])))
    return slips
