"""Pieces add up to the decoded text, and stops end a sample at a whole token."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from reckon.models.decoding.writer import Pieces, Writer
from reckon.models.tokens import FolderTokens
from reckon.models.tokens.spelled import SpelledTokens

TOKENS = SpelledTokens(("<|end|>",), end="<|end|>")


def write(ids, stop=(), max_tokens=10**6, tokens=TOKENS):
    told: list[str] = []
    writer = Writer(tokens, stop, max_tokens, told.append)
    for token in ids:
        if writer.push(token, -0.5):
            break
    return writer.sample(0), "".join(told)


@settings(max_examples=60, deadline=None)
@given(ids=st.lists(st.integers(6, 290), max_size=30))
def test_pieces_of_any_tokens_add_up(blank: Path, ids):
    tokens = FolderTokens(blank)
    pieces = Pieces(tokens.decode)
    said = [pieces.push(token) for token in ids]
    assert "".join(said) + pieces.flush() == tokens.decode(ids)


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=40), stops=st.lists(st.text(min_size=1, max_size=3), max_size=2))
def test_a_sample_ends_at_the_first_token_that_completes_a_stop(text, stops):
    text = text.replace("\ufffd", "?")
    ids = TOKENS.encode_content(text)
    sample, told = write([*ids, 0], tuple(stops))
    assert told == sample.text == TOKENS.decode(sample.ids[: len(sample.ids) - sample.ended])
    assert text.startswith(sample.text)
    assert len(sample.pieces) == len(sample.ids) == len(sample.logprobs) == sample.tokens
    found = [text.index(stop) + len(stop) for stop in stops if stop in text]
    if found:
        assert sample.finish == "stop"
        assert len(sample.text) >= min(found) > len(sample.text) - len(sample.pieces[-1])
    else:
        assert (sample.finish, sample.ended, sample.text) == ("end", True, text)


def test_a_token_inside_a_character_has_no_text():
    ids = TOKENS.encode_content("日本語")
    assert write([*ids, 0])[0].pieces == ("日本", "語", "<|end|>")
    halves = [int.from_bytes(b"\x01" + part) for part in ("é".encode()[:1], "é".encode()[1:])]
    assert write([*halves, 0])[0].pieces == ("", "é", "<|end|>")
    cut, told = write(halves[:1], max_tokens=1)
    assert cut.pieces == ("\ufffd",)
    assert (told, cut.finish) == ("\ufffd", "length")
