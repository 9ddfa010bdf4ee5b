"""The chat form: the context goes as messages, and the server keeps the mark-up to itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from reckon.values import Image, Message, Role, Segment, Text, text_of


@dataclass(frozen=True)
class Chat:
    """prefix: the server lets the model go on inside its own turn (vLLM's continue_final_message)."""

    prefix: bool

    path = "/chat/completions"

    @property
    def continues(self) -> bool:
        return self.prefix

    def render(self, context: Sequence[Segment], messages: Sequence[Message]) -> tuple[Segment, ...]:
        return tuple(
            Segment(
                "prompt",
                text_of(message.content),
                role=self._role(message.role),
                parts=() if isinstance(message.content, str) else message.content,
            )
            for message in messages
        )

    def body(self, context: Sequence[Segment]) -> dict[str, Any]:
        messages = [
            {"role": role, "content": _content(list(group))}
            for role, group in groupby(_said(context), key=lambda segment: segment.role)
        ]
        if self.prefix and messages and messages[-1]["role"] == "assistant":
            return {"messages": messages, "continue_final_message": True, "add_generation_prompt": False}
        return {"messages": messages}

    def logprobs(self) -> Mapping[str, Any]:
        return {"logprobs": True}

    def _role(self, role: Role) -> Role:
        """Tool messages want the id of a call that was never made as one; a user's turn says it as well."""
        return "user" if role == "tool" or (role == "assistant" and not self.prefix) else role


def _said(context: Sequence[Segment]) -> list[Segment]:
    return [segment for segment in context if segment.kind != "end" and (segment.text or segment.parts)]


def _content(segments: Sequence[Segment]) -> str | list[dict[str, Any]]:
    """Text, joined as it stands within a model's turn and by blank lines between messages; else parts."""
    assistant = segments[0].role == "assistant"
    if not any(isinstance(part, Image) for segment in segments for part in segment.parts):
        return ("" if assistant else "\n\n").join(segment.text for segment in segments)
    content: list[dict[str, Any]] = []
    for segment in segments:
        for part in segment.parts or (Text(segment.text),):
            if isinstance(part, Text):
                content.append({"type": "text", "text": part.text})
            elif isinstance(part, Image):
                url = f"data:{part.mime};base64,{part.data}"
                content.append({"type": "image_url", "image_url": {"url": url}})
    return content
