"""Your own conversations as training data: JSON lines of {"messages": [{"role", "content"}, …]}.

Each line becomes a trajectory in the student's template: what has the role "assistant" is the model's own and
is learned, all else is context. A message with "weight": 0 is context, too. Other fields of a line are left
unread. Text is tokenised turn by turn, just as a rollout's is, so training sees what inference will.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, get_args

from reckon.data.teacher import Tokenization
from reckon.errors import UsageError
from reckon.models.tokens import insert
from reckon.values import Message, Problem, Role, Segment, Trajectory

ROLES: tuple[Role, ...] = get_args(Role)
_SENTINEL = "QZQ"


@dataclass(frozen=True)
class Chat:
    """path: the file."""

    path: str

    def read(self, student: Tokenization) -> Iterator[Trajectory]:
        """A trajectory of each line. Raises UsageError naming file and line."""
        try:
            file = open(self.path, encoding="utf-8")  # noqa: SIM115 (closed by the with below)
        except OSError as error:
            raise UsageError(f"cannot read {self.path}: {error.strerror}") from None
        with file:
            try:
                for number, line in enumerate(file, start=1):
                    if line.strip():
                        yield _trajectory(line, student, self.path, number)
            except UnicodeDecodeError as error:
                raise UsageError(f"{self.path} is not text: {error}") from None


def _trajectory(line: str, student: Tokenization, path: str, number: int) -> Trajectory:
    where = f"{path}, line {number}"
    try:
        messages = [_message(one, where) for one in _messages(json.loads(line), where)]
    except (ValueError, RecursionError) as error:
        if isinstance(error, UsageError):
            raise
        raise UsageError(f"{where} is no JSON: {error}") from None
    roles = [message.role for message, _ in messages]
    if "assistant" not in roles or roles[0] == "assistant":
        raise UsageError(f"{where}: wanted a message of a user first and one of the assistant, got {roles}")
    if ("assistant", "assistant") in pairwise(roles):
        raise UsageError(f"{where}: two messages of the assistant in a row; join them")
    try:
        segments = _segments(messages, student)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None
    question = next((str(m.content) for m, _ in messages if m.role == "user"), "")
    done = Trajectory(f"{path}#{number}", Problem(f"{path}#{number}", "chat", question), tuple(segments))
    if not any(segment.sampled for segment in segments):
        raise UsageError(f"{where}: every message of the assistant has weight 0; leave the line out")
    done.check(student.tokens.decode)
    return done


def _segments(messages: Sequence[tuple[Message, bool]], student: Tokenization) -> list[Segment]:
    """The conversation up to the last that the assistant says."""
    segments: list[Segment] = []
    waiting: list[Message] = []
    for message, learned in messages:
        if message.role == "assistant":
            segments += insert(student.template, student.tokens, segments, waiting)
            segments += _said(str(message.content), student, learned, len(segments))
            waiting = []
        else:
            waiting.append(message)
    return segments


def _said(text: str, student: Tokenization, learned: bool, number: int) -> list[Segment]:
    """The model's turn and its end; the text is what the ids decode to."""
    tokens, end = student.tokens, _end_id(student)
    ids = tokens.encode_content(text)
    sample = number if learned else None
    return [
        Segment("text" if learned else "prompt", tokens.decode(ids), tuple(ids), sample=sample),
        Segment("end", tokens.decode([end]), (end,), sample=sample),
    ]


def _end_id(student: Tokenization) -> int:
    """The end token that the template writes after a model's turn; else the first that there is."""
    text = student.template.markup(["user", "assistant"], [_SENTINEL, _SENTINEL], False)
    after = text.rpartition(_SENTINEL)[2].lstrip()
    ends = sorted(student.tokens.end_ids)
    return next((i for i in ends if after.startswith(student.tokens.decode([i]))), ends[0])


def _messages(data: Any, where: str) -> list[Any]:
    found = data.get("messages") if isinstance(data, dict) else None
    if not isinstance(found, list) or not found:
        raise UsageError(f'{where}: wanted {{"messages": [{{"role": …, "content": …}}, …]}}')
    return found


def _message(data: Any, where: str) -> tuple[Message, bool]:
    """The message and whether it is learned where the assistant says it."""
    if not isinstance(data, Mapping) or data.get("role") not in ROLES:
        raise UsageError(f"{where}: a message wants a role of {', '.join(ROLES)}, got {data!r:.80}")
    if data.get("tool_calls"):
        raise UsageError(
            f"{where}: tool_calls are not read; write the call into the content as the model would"
        )
    weight = data.get("weight", 1)
    if weight not in (0, 1):
        raise UsageError(f"{where}: a message's weight is 0 or 1, got {weight!r}")
    return Message(data["role"], _content(data.get("content"), where)), weight == 1


def _content(content: Any, where: str) -> str:
    if isinstance(content, list) and all(isinstance(p, dict) and p.get("type") == "text" for p in content):
        content = "".join(str(part.get("text", "")) for part in content)
    if not isinstance(content, str):
        raise UsageError(f"{where}: a message's content is text, got {content!r:.80}")
    return content
