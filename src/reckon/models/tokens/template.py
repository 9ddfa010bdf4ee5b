"""How a model marks up the turns of a conversation.

Two forms of one thing: `Turns`, a table of strings that needs nothing installed, and `JinjaTemplate`, the
chat template of a Hugging Face folder, rendered by transformers' own renderer. A folder whose
tokenizer_config.json holds a "turns" table is read as `Turns`; `Turns.chat_template` writes the same as
Jinja, so that such a folder carries both and every other tool reads it unchanged.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from reckon.errors import MissingExtra, UsageError
from reckon.values import Role


class TemplateRefusal(Exception):
    """The template cannot hold this conversation; the caller falls back or reports it."""


class Template(Protocol):
    def markup(self, roles: Sequence[Role], contents: Sequence[str], open_turn: bool) -> str:
        """The whole conversation as text; `open_turn` adds the opening of a new model turn.

        Raises TemplateRefusal for a conversation that the template does not allow.
        """
        ...


@dataclass(frozen=True)
class Turns:
    """begin, then for each turn the (prefix, suffix) of its role around the content."""

    roles: Mapping[Role, tuple[str, str]]
    begin: str = ""

    def __post_init__(self) -> None:
        if "user" not in self.roles or "assistant" not in self.roles:
            raise UsageError(
                f"a table of turns wants at least the roles user and assistant, got {sorted(self.roles)}"
            )

    def markup(self, roles: Sequence[Role], contents: Sequence[str], open_turn: bool) -> str:
        missing = set(roles) - set(self.roles)
        if missing:
            raise TemplateRefusal(f"no turn for the role {sorted(missing)[0]!r}")
        turns = (
            self.roles[role][0] + content + self.roles[role][1]
            for role, content in zip(roles, contents, strict=True)
        )
        return self.begin + "".join(turns) + (self.roles["assistant"][0] if open_turn else "")

    @property
    def chat_template(self) -> str:
        """The same table as a Jinja chat template, for the folder's other readers."""
        branch, turns = "if", ""
        for role, (prefix, suffix) in self.roles.items():
            turns += "{%- " + branch + " message['role'] == " + _literal(role) + " %}"
            turns += "{{- " + _literal(prefix) + " + message['content'] + " + _literal(suffix) + " }}"
            branch = "elif"
        turns += "{%- else %}{{- raise_exception('no turn for this role') }}{%- endif %}"
        begin = "{{- " + _literal(self.begin) + " }}"
        opening = "{{- " + _literal(self.roles["assistant"][0]) + " }}"
        return (
            f"{begin}{{%- for message in messages %}}{turns}{{%- endfor %}}"
            f"{{%- if add_generation_prompt %}}{opening}{{%- endif %}}"
        )

    def to_json(self) -> str:
        return json.dumps({"begin": self.begin, "roles": {k: list(v) for k, v in self.roles.items()}})


@dataclass(frozen=True)
class JinjaTemplate:
    """A Hugging Face chat template; `special` are the named tokens that it may refer to (bos_token, …)."""

    source: str
    special: Mapping[str, str]

    def markup(self, roles: Sequence[Role], contents: Sequence[str], open_turn: bool) -> str:
        try:
            from jinja2.exceptions import TemplateError
            from transformers.utils.chat_template_utils import render_jinja_template
        except ImportError as error:
            raise MissingExtra("a model folder with a Jinja chat template", "local") from error
        turns = [{"role": r, "content": c} for r, c in zip(roles, contents, strict=True)]
        try:
            rendered, _ = render_jinja_template(
                conversations=[turns],
                chat_template=self.source,
                add_generation_prompt=open_turn,
                **self.special,
            )
        except (TemplateError, TypeError, ValueError) as error:
            raise TemplateRefusal(str(error)) from error
        return str(rendered[0])


CHAT = Turns(
    roles={
        "system": ("<|system|>\n", "<|end|>\n"),
        "user": ("<|user|>\n", "<|end|>\n"),
        "assistant": ("<|assistant|>\n", "<|end|>\n"),
        "tool": ("<|tool|>\n", "<|end|>\n"),
    },
    begin="<|begin|>",
)
"""The form of the models that are made here."""

PLAIN = Turns(roles={"user": ("", "\n"), "assistant": ("", "\n")})
"""For a base model, which has no template: turns are lines."""


def load_template(folder: Path) -> Template:
    """The template of a tokenizer folder; `PLAIN` where it has none. Raises UsageError for a broken one."""
    path = folder / "tokenizer_config.json"
    config = json.loads(path.read_text("utf-8")) if path.exists() else {}
    if "turns" in config:
        return _turns(config["turns"], path)
    source = config.get("chat_template")
    if (folder / "chat_template.jinja").exists():
        source = (folder / "chat_template.jinja").read_text("utf-8")
    if isinstance(source, list):  # several named templates: the one called default
        source = next((one["template"] for one in source if one.get("name") == "default"), None)
    return JinjaTemplate(source, _special_tokens(config)) if source else PLAIN


def _turns(table: object, path: Path) -> Turns:
    try:
        if not isinstance(table, dict):
            raise TypeError(type(table).__name__)
        roles = {role: (str(prefix), str(suffix)) for role, (prefix, suffix) in table["roles"].items()}
        return Turns(roles=roles, begin=str(table.get("begin", "")))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f'{path}: "turns" wants {{"begin": text, "roles": {{role: [prefix, suffix]}}}}, got {table!r}'
        ) from error


def _special_tokens(config: Mapping[str, object]) -> dict[str, str]:
    found = {}
    for name, value in config.items():
        text = value.get("content") if isinstance(value, dict) else value
        if name.endswith("_token") and isinstance(text, str):
            found[name] = text
    return found


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
