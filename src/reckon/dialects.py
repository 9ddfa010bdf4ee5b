"""How code, output and answer are marked in the text: data, not code paths.

The marks that only the runtime may write cannot be forged: `show` breaks every mark that a program printed,
and a model that writes the output mark itself is stopped there (`Span.kind == "forged"`).

Sources: R1-Code-Interpreter (2505.21668), ReTool (2504.11536), the hermes tool call of Qwen's chat template.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from reckon.errors import UsageError
from reckon.values import Role

LONGEST_NESTED = 2_000  # characters that a nested mark may hold: bounds the work on hostile text
_FENCED = re.compile(r"^```(\S+)[ \t]*\n(.*?)^[ \t]*```", re.DOTALL | re.MULTILINE)
_UNCLOSED = "a code block without its closing"
SpanKind: TypeAlias = Literal["text", "code", "answer", "malformed", "forged"]


@dataclass(frozen=True, slots=True)
class Mark:
    """An opening and a closing string; `nested` when the body may hold balanced braces, as \\boxed{} does."""

    open: str
    close: str
    nested: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """text[start:end] is of this kind; body is what the marks hold; why says what is malformed."""

    kind: SpanKind
    start: int
    end: int
    body: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way to mark up reasoning with code.

    codes, answers: the marks accepted; the first is the one that is taught. Answers are the same in all.
    stops: strings at which a model hands over to the runtime.
    code_path: where the code stands in a body that is JSON; () for plain code.
    output_role: whose turn an output stands in.
    """

    name: str
    codes: tuple[Mark, ...]
    output: Mark
    answers: tuple[Mark, ...]
    stops: tuple[str, ...]
    code_help: str
    answer_help: str
    code_path: tuple[str, ...] = ()
    output_role: Role = "assistant"

    def spans(self, text: str) -> tuple[Span, ...]:
        """Cut `text` into spans that cover it, in order."""
        out: list[Span] = []
        at = 0
        for span in self._marked(text):
            if span.start > at:
                out.append(Span("text", at, span.start, text[at : span.start]))
            out.append(span)
            at = span.end
        if at < len(text):
            out.append(Span("text", at, len(text), text[at:]))
        return tuple(out)

    def is_in_code(self, text: str) -> bool:
        """Whether `text` ends in a code block that is not closed: a stop string in it is the program's."""
        return any(span.why.startswith(_UNCLOSED) for span in self.spans(text)[-1:])

    def show(self, output: str) -> str:
        """An output as it is put into the context, with every mark that it holds broken by a space."""
        return f"{self.output.open}{self._quote(output)}{self.output.close}"

    def write_code(self, code: str) -> str:
        """A program as a model would write it."""
        mark = self.codes[0]
        body: object = code
        for key in reversed(self.code_path):
            body = {key: body}
        if isinstance(body, dict):
            body = json.dumps({"name": "code_interpreter", **body})
        return f"{mark.open}{body}\n{mark.close}\n"

    def write_answer(self, answer: str) -> str:
        """An answer as a model would write it; one that ends as the closing mark begins is kept off it."""
        mark = self.answers[0]
        apart = " " if answer.endswith(mark.close[0]) else ""
        return f"{mark.open}{answer}{apart}{mark.close}"

    def _marked(self, text: str) -> Iterator[Span]:
        kinds: tuple[tuple[SpanKind, tuple[Mark, ...]], ...] = (
            ("code", self.codes),
            ("answer", self.answers),
            ("forged", (Mark(self.output.open.strip(), ""),)),
        )
        # Where each mark opens next. Looked up again only once passed: the work stays linear in the text.
        ahead = {(kind, mark): text.find(mark.open) for kind, marks in kinds for mark in marks}
        at = 0
        while True:
            for (kind, mark), start in ahead.items():
                if 0 <= start < at:
                    ahead[kind, mark] = text.find(mark.open, at)
            found = [
                (start, -len(mark.open), kind, mark) for (kind, mark), start in ahead.items() if start >= 0
            ]
            if not found:
                return
            start, _, kind, mark = min(found, key=lambda f: f[:2])
            body_at = start + len(mark.open)
            if kind == "forged":
                yield Span(kind, start, len(text), text[body_at:], "an output that no program printed")
                return
            close = _closing(text, body_at, mark)
            if close >= 0:
                at = close + len(mark.close)
                yield self._read(kind, start, at, text[body_at:close])
            elif kind == "code":
                why = f"{_UNCLOSED} {mark.close}"
                yield Span("malformed", start, len(text), text[body_at:], why)
                return
            else:
                at = body_at
                if not mark.nested:
                    ahead[kind, mark] = -1

    def _read(self, kind: SpanKind, start: int, end: int, body: str) -> Span:
        if kind == "answer":
            return Span("answer", start, end, self._inner_answer(body.strip()))
        if not self.code_path:
            code: object = _dedent_fence(body)
        else:
            try:
                code = json.loads(body)
                for key in self.code_path:
                    code = code[key]  # type: ignore[index]
            except (ValueError, KeyError, TypeError) as error:
                why = (
                    f"the call is not JSON with {'.'.join(self.code_path)} ({type(error).__name__}: {error})"
                )
                return Span("malformed", start, end, body, why)
        if not isinstance(code, str) or not code.strip():
            return Span("malformed", start, end, body, "a call without code")
        return Span("code", start, end, code)

    def _inner_answer(self, body: str) -> str:
        """<answer>\\boxed{7}</answer> holds 7."""
        for mark in self.answers:
            if body.startswith(mark.open) and _closing(body, len(mark.open), mark) == len(body) - len(
                mark.close
            ):
                return body[len(mark.open) : len(body) - len(mark.close)].strip()
        return body

    def _quote(self, output: str) -> str:
        reserved = {
            m.strip() for mark in (*self.codes, *self.answers, self.output) for m in (mark.open, mark.close)
        }
        for mark_text in sorted(reserved - {"", "}"}, key=len, reverse=True):
            output = output.replace(mark_text, f"{mark_text[0]} {mark_text[1:]}")
        return output


def _closing(text: str, at: int, mark: Mark) -> int:
    """Where the body that begins at `at` closes; -1 if it does not."""
    if not mark.nested:
        return text.find(mark.close, at)
    depth = 0
    for i in range(at, min(len(text), at + LONGEST_NESTED)):
        if text[i] == "{":
            depth += 1
        elif text[i] == "}":
            if depth == 0:
                return i
            depth -= 1
    return -1


def _dedent_fence(body: str) -> str:
    """ReTool writes a python fence inside <code>; the fence is not code."""
    code = body.strip("\n")
    if code.startswith("```") and code.endswith("```") and "\n" in code:
        code = code[code.index("\n") + 1 : -3]
    return code.strip("\n")


_ANGLES, _TAGS, _BOXED = (
    Mark("<<<", ">>>"), Mark("<answer>", "</answer>"), Mark("\\boxed{", "}", nested=True)
)  # fmt: skip

R1_CI = Dialect(
    name="r1_ci",
    codes=(Mark("```python\n", "```"), Mark("```py\n", "```"), Mark("```Python\n", "```")),
    output=Mark("Code Execution Results:\n", "\n"),
    answers=(_ANGLES, _BOXED, _TAGS),
    stops=("```\n", "Code Execution Results:", ">>>"),
    code_help="You may write ```python blocks: each is run, you see its output, its variables stay.",
    answer_help="End with <<<answer>>>.",
)

RETOOL = Dialect(
    name="retool",
    codes=(Mark("<code>\n", "</code>"), Mark("<code>", "</code>")),
    output=Mark("<interpreter>\n", "\n</interpreter>\n"),
    answers=(_TAGS, _BOXED, _ANGLES),
    stops=("</code>", "<interpreter>", "</answer>"),
    code_help=(
        "You may write Python between <code> and </code>: it is run, you see its output between"
        " <interpreter> and </interpreter>, its variables stay."
    ),
    answer_help="End with <answer>\\boxed{your answer}</answer>.",
)

HERMES = Dialect(
    name="hermes",
    codes=(Mark("<tool_call>\n", "</tool_call>"), Mark("<tool_call>", "</tool_call>")),
    output=Mark("<tool_response>\n", "\n</tool_response>"),
    answers=(_TAGS, _BOXED, _ANGLES),
    stops=("</tool_call>", "<tool_response>", "</answer>"),
    code_help=(
        "You may run Python by writing <tool_call>\n"
        '{"name": "code_interpreter", "arguments": {"code": "print(1 + 1)"}}\n'
        "</tool_call>: it is run, you see its output, its variables stay."
    ),
    answer_help="End with <answer>answer</answer>.",
    code_path=("arguments", "code"),
    output_role="tool",
)

DIALECTS = {dialect.name: dialect for dialect in (R1_CI, RETOOL, HERMES)}


def fences(text: str) -> list[tuple[str, str]]:
    """(label, body) of each fenced block that has a label."""
    return _FENCED.findall(text)


def find_dialect(name: str) -> Dialect:
    """The dialect of that name. Raises UsageError that lists them."""
    if name not in DIALECTS:
        raise UsageError(f"no dialect {name!r}; there are {', '.join(DIALECTS)}")
    return DIALECTS[name]
