"""A rollout in the terminal as it happens: text as it comes, code highlighted line by line, output apart."""

import re

from rich.console import Console
from rich.syntax import Syntax
from rich.text import Text

from reckon.dialects import Dialect
from reckon.values import Problem, Segment, Trajectory

CODE_THEME = "ansi_dark"
MARKUP = re.compile(r"<\|\w+\|>")


class Terminal:
    """A `Watch`: call it with what rollouts report. Forks are told apart by their number."""

    def __init__(self, console: Console, dialect: Dialect) -> None:
        self._console = console
        self._opens = tuple(mark.open.strip() for mark in dialect.codes)
        self._closes = tuple(mark.close for mark in dialect.codes)
        self._line = ""
        self._printed = 0
        self._in_code = False
        self._who = ""

    def question(self, problem: Problem) -> None:
        self._console.print()
        self._console.print(Text(problem.question, style="bold"))

    def __call__(self, who: str, event: str | Segment) -> None:
        if who != self._who and isinstance(event, str):
            if "." in who.rpartition("#")[2]:
                self._console.print(Text(f"[{who.rpartition('#')[2]}]", style="dim"))
            self._who = who
        if isinstance(event, str):
            self._stream(event)
        elif event.kind == "output":
            self._break()
            shown = event.execution.output if event.execution else MARKUP.sub("", event.text)
            for line in shown.strip().split("\n"):
                self._console.print(Text(f"  │ {line}", style="cyan"))
        elif event.kind == "end":
            self._break()

    def verdict(self, trajectory: Trajectory) -> None:
        """Right, wrong or ungraded, with the gold answer where it was missed."""
        self._break()
        if trajectory.void:
            self._console.print(Text(f"✗ void: {trajectory.void}", style="red"))
            return
        answer = trajectory.answer.text if trajectory.answer else None
        if answer is None:
            reason = trajectory.answer.reason if trajectory.answer else "no answer"
            self._console.print(Text(f"✗ no answer: {reason}", style="red"))
        elif trajectory.grade is None:
            self._console.print(Text(f"→ {answer}", style="bold"))
        elif trajectory.grade.right:
            self._console.print(Text(f"✓ {answer}", style="green"))
        else:
            self._console.print(Text(f"✗ {answer}   (right is {trajectory.problem.answer})", style="red"))

    def _stream(self, text: str) -> None:
        for piece in text.splitlines(keepends=True):
            self._line += piece
            if piece.endswith("\n"):
                self._finish_line()
            elif not self._in_code and not self._may_open(self._line):
                self._print(self._line[self._printed :])
                self._printed = len(self._line)

    def _finish_line(self) -> None:
        line, rest = self._line.rstrip("\n"), self._line[self._printed :].rstrip("\n")
        if self._in_code and not line.startswith(self._closes):
            self._console.print(Text("  "), Syntax(line, "python", theme=CODE_THEME), sep="", end="")
            if not line:
                self._console.print()
        elif self._in_code or line.startswith(self._opens):
            self._in_code = not self._in_code
            self._console.print(Text(f"{rest}", style="dim"))
        else:
            self._print(rest + "\n")
        self._line, self._printed = "", 0

    def _break(self) -> None:
        """End an unfinished line."""
        if self._line:
            self._finish_line()
        self._in_code = False

    def _may_open(self, line: str) -> bool:
        return any(line.startswith(mark) or mark.startswith(line) for mark in self._opens)

    def _print(self, text: str) -> None:
        self._console.print(Text(text), end="")
