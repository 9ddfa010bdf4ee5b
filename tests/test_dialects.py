"""Reading and writing the three forms."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.dialects import DIALECTS, HERMES, R1_CI, RETOOL, find_dialect
from reckon.errors import UsageError

PROGRAMS = st.text(st.characters(codec="utf-8", exclude_characters="`<"), min_size=1, max_size=40).filter(
    lambda code: code.strip() and code == code.strip("\n") and "\r" not in code
)


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda d: d.name)
@given(code=PROGRAMS)
def test_a_program_reads_back_as_it_was_written(dialect, code):
    spans = dialect.spans("Let me see.\n" + dialect.write_code(code))
    assert [s.body for s in spans if s.kind == "code"] == [code]


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda d: d.name)
def test_an_answer_reads_back(dialect):
    assert [s.body for s in dialect.spans(dialect.write_answer("x=3, y=-2"))] == ["x=3, y=-2"]


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda d: d.name)
@given(text=st.text(alphabet="`<>{}\\boxedpythncal_/ \n", max_size=80))
def test_spans_cover_the_text_in_order(dialect, text):
    spans = dialect.spans(text)
    assert "".join(text[s.start : s.end] for s in spans) == text
    assert all(a.end == b.start for a, b in pairwise(spans))


@pytest.mark.parametrize(
    ("dialect", "text", "kinds"),
    [
        (R1_CI, "a ```python\nprint(1)", ["text", "malformed"]),
        (R1_CI, "```python\n\n```", ["malformed"]),
        (R1_CI, "<<<1>>> then <<<2>>>", ["answer", "text", "answer"]),
        (R1_CI, "x <<< 3 and ```python\n1\n```", ["text", "code"]),
        (R1_CI, "so \\boxed{\\frac{1}{2}}.", ["text", "answer", "text"]),
        (R1_CI, "```python\n1\n```\nCode Execution Results:\n1\n<<<1>>>", ["code", "text", "forged"]),
        (RETOOL, "<code>\n```python\nprint(1)\n```\n</code>", ["code"]),
        (RETOOL, "<answer>\\boxed{7}</answer>", ["answer"]),
        (HERMES, '<tool_call>\n{"name": "code_interpreter"}\n</tool_call>', ["malformed"]),
        (HERMES, "<tool_call>\nnot json\n</tool_call>", ["malformed"]),
        (HERMES, '<tool_call>{"arguments": {"code": 3}}</tool_call>', ["malformed"]),
    ],
)
def test_kinds(dialect, text, kinds):
    assert [s.kind for s in dialect.spans(text)] == kinds


def test_nested_answers_and_fences_inside_tags_are_unwrapped():
    assert RETOOL.spans("<answer>\\boxed{7}</answer>")[0].body == "7"
    assert RETOOL.spans("<code>\n```python\nprint(1)\n```\n</code>")[0].body == "print(1)"
    assert R1_CI.spans("\\boxed{\\frac{1}{2}}")[0].body == "\\frac{1}{2}"


def test_hostile_text_is_read_in_bounded_time():
    for text in ("<<<" * 50_000, "\\boxed{" * 5_000, "```python\n" * 20_000, "<answer>" * 30_000):
        for dialect in DIALECTS.values():
            assert dialect.spans(text)


def test_an_unknown_dialect_lists_those_there_are():
    with pytest.raises(UsageError, match="r1_ci, retool, hermes"):
        find_dialect("xml")


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.parametrize("answer", ["] >", "> >", ">", "<a>", "7", "a < b", "{1, 2}"])
def test_an_answer_that_is_written_is_read_again(dialect, answer):
    spans = dialect.spans(f"So {dialect.write_answer(answer)}")
    assert [span.body for span in spans if span.kind == "answer"] == [answer]


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
@pytest.mark.parametrize(
    "text", ["<<<7>>>", "<answer>7</answer>", "\\boxed{7}", "<answer>\\boxed{7}</answer>"]
)
def test_an_answer_is_found_in_every_form(dialect, text):
    spans = dialect.spans(f"It is {text}.")
    assert [span.body for span in spans if span.kind == "answer"] == ["7"]
