"""What is inserted into a context to add messages to it: the exact text and ids, mark-up included.

Nothing that stands in the context is ever rendered again. The template is asked for a dummy conversation
whose contents are sentinels; what it writes around the sentinels is the mark-up, and the real contents are
put in their places, encoded as plain text. For a later turn the dummy begins with a user's and a model's
turn, and all up to the end of the model's sentinel is left out: what remains closes the model's turn and goes
on. So a template that edits earlier turns (strips thinking, adds dates) cannot touch what was sampled.

A sentinel stands between form feeds: where they are gone from the rendering, the template trims contents;
where they are escaped, it writes contents as JSON; the real contents are treated alike.
"""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from reckon.errors import UsageError
from reckon.models.tokens.template import Template, TemplateRefusal
from reckon.models.tokens.tokenizer import Tokens
from reckon.values import Message, Role, Segment, text_of

_SENTINEL = re.compile(r"(\f|\\f)?QZQ(\d+)QZQ(\f|\\f)?")
_DUMMY: tuple[Role, Role] = ("user", "assistant")


def insert(
    template: Template, tokens: Tokens, context: Sequence[Segment], messages: Sequence[Message]
) -> tuple[Segment, ...]:
    """The segments that add `messages` to `context`; one per message, and one more to reopen an ended turn.

    Raises UsageError for a conversation that the template refuses in every form.
    """
    out: list[Segment] = []
    for continues, group in groupby(messages, lambda message: message.role == "assistant"):
        turn = list(group)
        here = [*context, *out]
        if not continues:
            out += _turn_segments(template, tokens, here, turn)
            continue
        if _ended(here) or not here:
            out += _turn_segments(template, tokens, here, [])
        out += [_segment(tokens, [(False, text_of(m.content))], m) for m in turn]
    return tuple(out)


def ids_of(context: Sequence[Segment]) -> list[int]:
    """All ids of a context. Raises UsageError where a segment has none."""
    ids: list[int] = []
    for number, segment in enumerate(context):
        if segment.ids is None:
            raise UsageError(f"a token model wants ids in every segment; number {number} has none")
        ids.extend(segment.ids)
    return ids


def text_of_context(context: Sequence[Segment]) -> str:
    return "".join(segment.text for segment in context)


def _turn_segments(
    template: Template, tokens: Tokens, context: Sequence[Segment], messages: Sequence[Message]
) -> list[Segment]:
    marked = _marked_up(template, [m.role for m in messages], later=bool(context))
    if _ended(context):
        marked = _without_end(marked, tokens)
    pieces = list(_pieces(marked, messages))
    order = [number for number, _, _ in pieces if number is not None]
    if order != list(range(len(messages))) or not messages:  # the template moved one: they share a segment
        whole = [(markup, text) for _, markup, text in pieces]
        last = messages[-1] if messages else Message("assistant", "")
        return [_segment(tokens, whole, last)] if whole else []
    return _one_per_message(tokens, pieces, messages)


def _one_per_message(
    tokens: Tokens, pieces: Sequence[tuple[int | None, bool, str]], messages: Sequence[Message]
) -> list[Segment]:
    """Mark-up goes with the content after it; what follows the last content goes with the last message."""
    groups: list[list[tuple[bool, str]]] = [[] for _ in messages]
    at = 0
    for number, markup, text in pieces:
        groups[min(at, len(messages) - 1)].append((markup, text))
        at += number is not None
    return [_segment(tokens, group, message) for group, message in zip(groups, messages, strict=True)]


def _segment(tokens: Tokens, pieces: Sequence[tuple[bool, str]], message: Message) -> Segment:
    ids: list[int] = []
    for markup, text in pieces:
        ids += tokens.encode_markup(text) if markup else tokens.encode_content(text)
    parts = () if isinstance(message.content, str) else message.content
    # The text is read back from the ids: what a normalizing tokenizer changed is recorded as it stands.
    return Segment("prompt", tokens.decode(ids), tuple(ids), role=message.role, parts=parts)


def _pieces(marked: str, messages: Sequence[Message]) -> Iterator[tuple[int | None, bool, str]]:
    """(message number or None, is mark-up, text) in order."""
    end = 0
    for match in _SENTINEL.finditer(marked):
        if match.start() > end:
            yield None, True, marked[end : match.start()]
        number = int(match[2])
        yield number, False, _treated(text_of(messages[number].content), match)
        end = match.end()
    if end < len(marked):
        yield None, True, marked[end:]


def _treated(content: str, match: re.Match[str]) -> str:
    """The content with what the template does to contents: trims either side, escapes as JSON."""
    left, _, right = match.groups()
    content = content if left else content.lstrip()
    content = content if right else content.rstrip()
    return json.dumps(content, ensure_ascii=False)[1:-1] if left == "\\f" else content


def _marked_up(template: Template, roles: Sequence[Role], later: bool) -> str:
    """The mark-up with sentinels 0, 1, … for the messages; after the model's dummy turn if `later`."""
    refusal = ""
    for attempt_roles, contents in _attempts(roles):
        before = _DUMMY if later else ()
        dummies = [_sentinel(9000 + n) for n, _ in enumerate(before)]
        try:
            text = template.markup([*before, *attempt_roles], [*dummies, *contents], True)
        except TemplateRefusal as error:
            refusal = refusal or str(error)
            continue
        text = _after_dummy(text) if later else text
        if {int(match[2]) for match in _SENTINEL.finditer(text)} == set(range(len(roles))):
            return text
        refusal = refusal or "it leaves a message out"
    raise UsageError(f"the chat template cannot hold turns of {', '.join(roles) or 'no role'}: {refusal}")


def _attempts(roles: Sequence[Role]) -> Iterator[tuple[list[Role], list[str]]]:
    """As they are; then tools as users; then system as user and neighbours of one role merged."""
    contents = [_sentinel(n) for n, _ in enumerate(roles)]
    yield list(roles), contents
    yield ["user" if role == "tool" else role for role in roles], contents
    if roles:
        yield ["user"], ["\n\n".join(contents)]


def _sentinel(number: int) -> str:
    return f"\fQZQ{number}QZQ\f"


def _after_dummy(text: str) -> str:
    last = None
    for match in _SENTINEL.finditer(text):
        last = match if int(match[2]) == 9001 else last
    if last is None:
        raise UsageError("the chat template leaves the model's turn out, so nothing can follow it")
    return text[last.end() :]


def _ended(context: Sequence[Segment]) -> bool:
    """Whether the model has closed its turn by itself."""
    last = next((segment for segment in reversed(context) if segment.text or segment.ids), None)
    return last is not None and last.kind == "end"


def _without_end(marked: str, tokens: Tokens) -> str:
    """The mark-up without the end-of-turn token that already stands in the context."""
    for number in tokens.end_ids:
        if (text := tokens.decode([number])) and marked.startswith(text):
            return marked[len(text) :]
    return marked
