"""Text into token ids and back, exactly: the tokenizer, the chat template, and what is inserted of both."""

from reckon.models.tokens.insertion import ids_of, insert, text_of_context
from reckon.models.tokens.template import Template, Turns
from reckon.models.tokens.tokenizer import FolderTokens, Tokens

__all__ = ["FolderTokens", "Template", "Tokens", "Turns", "ids_of", "insert", "text_of_context"]
