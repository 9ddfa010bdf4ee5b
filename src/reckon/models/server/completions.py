"""The completions form: the context goes as one prompt, token ids where a tokenizer folder is at hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reckon.models.tokens import FolderTokens, Template, ids_of, insert, text_of_context
from reckon.models.tokens.spelled import SpelledTokens
from reckon.models.tokens.template import PLAIN
from reckon.values import Message, Segment

_TEXT_ONLY = SpelledTokens(("<|end|>",), end="<|end|>")


@dataclass(frozen=True)
class Completions:
    """tokens and template are those of the served model, or None: then turns are plain lines of text."""

    tokens: FolderTokens | None = None
    template: Template = PLAIN

    path = "/completions"
    continues = True

    def render(self, context: Sequence[Segment], messages: Sequence[Message]) -> tuple[Segment, ...]:
        if self.tokens is not None:
            return insert(self.template, self.tokens, context, messages)
        made = insert(self.template, _TEXT_ONLY, context, messages)
        return tuple(replace(segment, ids=None) for segment in made)

    def body(self, context: Sequence[Segment]) -> dict[str, Any]:
        exact = self.tokens is not None and all(segment.ids is not None for segment in context)
        return {"prompt": ids_of(context) if exact else text_of_context(context)}

    def logprobs(self) -> Mapping[str, Any]:
        return {"logprobs": 0}
