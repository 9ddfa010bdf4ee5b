"""Inserted text is exact: mark-up from the template, content as plain text, nothing rendered twice."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reckon.errors import UsageError
from reckon.models.tokens import FolderTokens, Turns, ids_of, insert
from reckon.models.tokens.insertion import text_of_context
from reckon.models.tokens.spelled import SpelledTokens
from reckon.models.tokens.template import CHAT, PLAIN, JinjaTemplate, load_template
from reckon.values import Image, Message, Segment, Text

SPECIAL = ("<|begin|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>")
TOKENS = SpelledTokens(SPECIAL, end="<|end|>")

CHATML = (
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
LLAMA3 = (
    "{{ bos_token }}{% for m in messages %}{{ '<|start_header_id|>' + m.role + '<|end_header_id|>\n\n'"
    " + m.content | trim + '<|eot_id|>' }}{% endfor %}{% if add_generation_prompt %}"
    "{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
)
STRIPS_THINKING = (
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\n' }}"
    "{% if m.role == 'assistant' and not loop.last %}{{ m.content.split('</think>')[-1] }}"
    "{% else %}{{ m.content }}{% endif %}{{ '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n<think>\n' }}{% endif %}"
)
GEMMA = (
    "{{ bos_token }}{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles must alternate') }}{% endif %}"
    "{{ '<start_of_turn>' + ('model' if m.role == 'assistant' else m.role) + '\n' + m.content | trim"
    " + '<end_of_turn>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}"
)
JSON_TOOL = (
    "{% for m in messages %}{% if m.role == 'tool' %}{{ '[tool]{\"output\": ' + m.content | tojson + '}' }}"
    "{% else %}{{ '[' + m.role + ']' + m.content }}{% endif %}{{ '</s>' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '[assistant]' }}{% endif %}"
)


def text_after(template, messages, context=(), tokens=TOKENS) -> str:
    return text_of_context(insert(template, tokens, context, messages))


def sampled(text: str, kind="text") -> Segment:
    return Segment(kind, text, tuple(TOKENS.encode_markup(text)), sample=0)


def test_first_turn_is_the_template_with_an_open_turn():
    said = text_after(CHAT, [Message("system", "Be brief."), Message("user", "Hi")])
    assert said == "<|begin|><|system|>\nBe brief.<|end|>\n<|user|>\nHi<|end|>\n<|assistant|>\n"


def test_later_turn_closes_the_models_turn_once():
    first = insert(CHAT, TOKENS, (), [Message("user", "Hi")])
    tail = "\n<|user|>\nMore<|end|>\n<|assistant|>\n"
    more = [Message("user", "More")]
    assert text_after(CHAT, more, [*first, sampled("yes")]) == "<|end|>" + tail
    ended = [*first, sampled("yes"), sampled("<|end|>", "end")]
    assert text_after(CHAT, more, ended) == tail


def test_assistant_continues_in_place_and_reopens_an_ended_turn():
    first = insert(CHAT, TOKENS, (), [Message("user", "Hi")])
    go_on = [Message("assistant", "<output>3</output>")]
    assert text_after(CHAT, go_on, first) == "<output>3</output>"
    ended = [*first, sampled("<|end|>", "end")]
    assert text_after(CHAT, go_on, ended) == "\n<|assistant|>\n<output>3</output>"
    assert text_after(CHAT, [Message("user", "Q"), *go_on]).endswith("<|assistant|>\n<output>3</output>")


def test_one_segment_per_message_with_its_role_and_parts():
    image = (Text("see"), Image("aGk="))
    made = insert(CHAT, TOKENS, (), [Message("system", "S"), Message("user", image)])
    assert [s.role for s in made] == ["system", "user"]
    assert made[1].parts == image
    assert "see" in made[1].text


def test_special_tokens_in_content_stay_text(blank: Path):
    tokens = FolderTokens(blank)
    evil = "".join(SPECIAL)
    made = insert(load_template(blank), tokens, (), [Message("user", evil)])
    specials = [i for i in ids_of(made) if i < len(SPECIAL)]
    assert specials == [0, 3, 1, 4]  # begin, user, end, assistant: the mark-up's own
    assert evil in made[0].text


def test_a_vocabulary_that_spells_a_special_token_in_one_piece_is_cut(tmp_path: Path):
    vocabulary = {"[UNK]": 0, "</s>": 1, "<": 2, "/s>": 3, "a": 4}
    source = {
        "version": "1.0",
        "added_tokens": [],
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": "[UNK]"},
    }
    added = {"id": 1, "content": "</s>", "single_word": False, "lstrip": False, "rstrip": False}
    source["added_tokens"] = [{**added, "normalized": False, "special": False}]
    (tmp_path / "tokenizer.json").write_text(json.dumps(source))
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"eos_token": {"content": "</s>"}}))
    tokens = FolderTokens(tmp_path)
    assert tokens.encode_markup("</s>") == [1]
    assert tokens.encode_content("</s>") == [2, 3]


@settings(max_examples=60, deadline=None)
@given(
    contents=st.lists(st.text(max_size=20) | st.sampled_from(SPECIAL), min_size=1, max_size=4),
    roles=st.lists(st.sampled_from(["user", "tool", "assistant", "system"]), min_size=4, max_size=4),
    ended=st.booleans(),
)
def test_insertions_are_exact(blank: Path, contents, roles, ended):
    for tokens, template in ((TOKENS, CHAT), (FolderTokens(blank), load_template(blank))):
        messages = [Message(role, text) for role, text in zip(roles, contents, strict=False)]
        end = Segment("end", "<|end|>", tuple(tokens.end_ids), sample=0)
        context = [*insert(template, tokens, (), [Message("user", "Q")]), *([end] if ended else [])]
        for segment in insert(template, tokens, context, messages):
            assert tokens.decode(segment.ids) == segment.text
        made = insert(template, tokens, context, messages)
        text, at = text_of_context(made), 0
        for message in messages:
            content = message.content.encode("utf-8", "replace").decode()
            at = text.index(content, at) + len(content)
        control = [i for s in made for i in s.ids if tokens.decode([i]) in SPECIAL]
        plain = tokens.encode_content("".join(SPECIAL))
        assert not set(control) & set(plain)
        turns = sum(m.role != "assistant" for m in messages)
        assert len(control) <= 4 * turns + 2


def test_turns_equal_their_jinja_in_transformers(blank: Path):
    transformers = pytest.importorskip("transformers", reason="the extra 'local' is not installed")
    theirs = transformers.AutoTokenizer.from_pretrained(blank)
    tokens, template = FolderTokens(blank), load_template(blank)
    assert isinstance(template, Turns)
    talk = [
        ("system", "Be brief.\n"),
        ("user", " Hi é\n\n"),
        ("assistant", "yes"),
        ("tool", "3"),
        ("user", ""),
    ]
    for length in range(1, len(talk) + 1):
        messages = [{"role": role, "content": text} for role, text in talk[:length]]
        want = theirs.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        assert template.markup(*zip(*talk[:length], strict=True), open_turn=True) == want
    messages = [{"role": role, "content": text} for role, text in talk[:2]]
    made = insert(template, tokens, (), [Message(role, text) for role, text in talk[:2]])
    assert text_of_context(made) == theirs.apply_chat_template(
        messages, tokenize=False, add_generation_prompt=True
    )
    assert tokens.decode(ids_of(made)) == text_of_context(made)
    jinja = JinjaTemplate(template.chat_template, {})
    assert text_after(jinja, [Message("user", "x")]) == text_after(template, [Message("user", "x")])


class TestJinja:
    """Templates as they are met on the hub, shortened."""

    @pytest.fixture(autouse=True)
    def _needs_transformers(self):
        pytest.importorskip("transformers", reason="the extra 'local' is not installed")

    def test_contents_are_trimmed_where_the_template_trims(self):
        template = JinjaTemplate(LLAMA3, {"bos_token": "<|begin_of_text|>"})
        said = text_after(template, [Message("user", "  hi \n")])
        assert said.startswith("<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nhi<|eot_id|>")
        assert (
            text_after(JinjaTemplate(CHATML, {}), [Message("user", " hi \n")]).count("\n hi \n<|im_end|>")
            == 1
        )

    def test_a_template_that_strips_thinking_changes_nothing_sampled(self):
        tokens = SpelledTokens(("<|im_start|>", "<|im_end|>"), end="<|im_end|>")
        template = JinjaTemplate(STRIPS_THINKING, {})
        context = [
            *insert(template, tokens, (), [Message("user", "Q")]),
            Segment("text", "hm</think>3", tuple(tokens.encode_content("hm</think>3")), sample=0),
        ]
        said = text_after(template, [Message("user", "sure?")], context, tokens)
        assert said == "<|im_end|>\n<|im_start|>user\nsure?<|im_end|>\n<|im_start|>assistant\n<think>\n"

    def test_what_the_template_refuses_is_folded(self):
        template = JinjaTemplate(GEMMA, {"bos_token": "<bos>"})
        said = text_after(template, [Message("system", "S"), Message("user", "Q")])
        assert said == "<bos><start_of_turn>user\nS\n\nQ<end_of_turn>\n<start_of_turn>model\n"
        context = [*insert(template, TOKENS, (), [Message("user", "Q")]), sampled("a")]
        said = text_after(template, [Message("tool", "3")], context)
        assert said == "<end_of_turn>\n<start_of_turn>user\n3<end_of_turn>\n<start_of_turn>model\n"

    def test_a_tool_turn_that_is_json_escapes_its_content(self):
        context = [*insert(JinjaTemplate(JSON_TOOL, {}), TOKENS, (), [Message("user", "Q")]), sampled("a")]
        said = text_after(JinjaTemplate(JSON_TOOL, {}), [Message("tool", 'say "é"\n')], context)
        assert said == '</s>[tool]{"output": "say \\"é\\"\\n"}</s>[assistant]'

    def test_a_template_that_takes_nothing_is_named(self):
        template = JinjaTemplate("{{ raise_exception('closed today') }}", {})
        with pytest.raises(UsageError, match="closed today"):
            text_after(template, [Message("user", "Q")])

    def test_a_folder_s_jinja_file_wins(self, blank: Path, tmp_path: Path):
        for name in ("tokenizer.json", "tokenizer_config.json"):
            (tmp_path / name).write_bytes((blank / name).read_bytes())
        config = json.loads((tmp_path / "tokenizer_config.json").read_text())
        del config["turns"]
        (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
        assert isinstance(load_template(tmp_path), JinjaTemplate)
        (tmp_path / "chat_template.jinja").write_text(CHATML)
        assert load_template(tmp_path).markup(["user"], ["x"], False) == "<|im_start|>user\nx<|im_end|>\n"


def test_a_base_model_gets_lines(tmp_path: Path):
    assert load_template(tmp_path) is PLAIN
    assert text_after(PLAIN, [Message("system", "S"), Message("user", "Q")]) == "S\n\nQ\n"


def test_broken_folders_are_named(tmp_path: Path):
    with pytest.raises(UsageError, match=r"tokenizer\.json"):
        FolderTokens(tmp_path)
    (tmp_path / "tokenizer_config.json").write_text('{"turns": {"roles": {"user": ["a"]}}}')
    with pytest.raises(UsageError, match="turns"):
        load_template(tmp_path)
    with pytest.raises(UsageError, match="user and assistant"):
        Turns(roles={})


def test_a_context_without_ids_is_refused():
    with pytest.raises(UsageError, match="number 1"):
        ids_of([Segment("prompt", "a", (1,)), Segment("text", "b")])
