"""The OpenAI client against a real HTTP server that behaves, and misbehaves, as servers do."""

import asyncio
import threading
import time
import warnings
from pathlib import Path

import pytest

from reckon.errors import BudgetSpent, ModelUnavailable, UsageError
from reckon.models.openai import OpenAI
from reckon.models.server import client
from reckon.models.server.reply import Reply
from reckon.models.server.stops import stop_of
from reckon.protocols import Sampling
from reckon.values import Image, Message, Segment, Text

ASK = (Segment("prompt", "How many?", role="user"),)
KEY = "sk-very-secret"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    """Back-off without the seconds; keys of whoever runs the tests stay out."""
    monkeypatch.setattr(client.Client, "first_wait_s", 0.001)
    monkeypatch.setattr(client, "_LONGEST_WAIT_S", 0.05)
    for name in ("RECKON_API_KEY", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)


def chat(text, finish="stop", **choice) -> dict:
    return {
        "choices": [{"message": {"content": text}, "finish_reason": finish, **choice}],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3},
    }


def events(*texts, finish="stop", **choice) -> list:
    deltas = [{"choices": [{"delta": {"content": text}, "finish_reason": None}]} for text in texts]
    last = {"choices": [{"delta": {}, "finish_reason": finish, **choice}]}
    usage = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 3}}
    return [*deltas, last, usage, "[DONE]"]


def refusal(status, message, headers=None, **error) -> tuple:
    return status, {"error": {"message": message, **error}}, headers or {}


def ask(model, context=ASK, on_text=None, **sampling):
    async def once():
        try:
            return await model.sample(context, Sampling(**sampling), on_text)
        finally:
            await model.close()

    return asyncio.run(once())


def opened(server, **options) -> OpenAI:
    return OpenAI("small", base_url=server.url, api_key=KEY, **options)


def test_a_plain_answer(server):
    server.replies = [chat("42")]
    sample = ask(opened(server), max_tokens=50, temperature=0.5, seed=3, stop=("END",))
    assert (sample.text, sample.pieces, sample.ids) == ("42END", ("42END",), None)
    assert (sample.tokens_in, sample.tokens) == (7, 3)
    body = server.asked[0]
    assert body["messages"] == [{"role": "user", "content": "How many?"}]
    assert (body["max_tokens"], body["temperature"], body["seed"], body["stop"]) == (50, 0.5, 3, ["END"])
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"


def test_a_stream_is_told_piece_by_piece(server):
    server.replies = [events("<code>", "print(1)", "\n")]
    told: list[str] = []
    sample = ask(opened(server), on_text=told.append, stop=("</code>",))
    assert told == ["<code>", "print(1)", "\n", "</code>"]
    assert (sample.text, sample.finish) == ("<code>print(1)\n</code>", "stop")
    assert (sample.tokens_in, sample.tokens) == (7, 3)


def test_a_stop_that_the_server_does_not_honour_is_cut_here(server):
    server.replies = [events("a\nEN", "D and more"), chat("b END and more", "length")]
    told: list[str] = []
    sample = ask(opened(server), on_text=told.append, stop=("END",))
    assert ("".join(told), sample.text, sample.finish) == ("a\nEND", "a\nEND", "stop")
    assert ask(opened(server), stop=("END",)).text == "b END"


def test_the_end_and_the_length_are_told_apart(server):
    server.replies = [chat("done"), chat("cut", "length"), chat("<code>x", stop_reason="</code>")]
    model = opened(server)
    assert ask(model, stop=("</code>", "</x>")).finish == "end"
    assert ask(model, stop=("</code>",)).finish == "length"
    assert ask(model, stop=("</code>", "</x>")).text == "<code>x</code>"


@pytest.mark.parametrize(
    ("turn", "text", "stops", "want"),
    [
        ("", "<code>1", ("</code>", "</answer>"), "</code>"),
        ("<code>1</code>", "fine", ("</code>",), None),
        ("", "<code>1</code><answer>2", ("</code>", "</answer>"), "</answer>"),
        ("", "```python\n1\n", ("```\n", "</answer>"), "```\n"),
        ("```\n1\n```\n", "so it is 1", ("```\n",), None),
        ("", "<<<42", (">>>",), ">>>"),
        ("", "Thought: x\n", ("Observation:",), "Observation:"),
        ("", "text", ("a:", "b:"), None),
        ("", "text", (), None),
    ],
)
def test_the_stop_that_was_left_out_is_inferred(turn, text, stops, want):
    assert stop_of(Reply(text=text), turn, stops) == want


def test_what_the_server_says_of_the_stop_wins():
    assert stop_of(Reply(text="<code>1", stop_known=True), "", ("</code>",)) is None
    assert stop_of(Reply(text="1", stop_known=True, stop_reason="b:"), "", ("a:", "b:")) == "b:"


@pytest.mark.parametrize(
    "fault",
    [
        refusal(429, "slow down", {"Retry-After": "0.01"}),
        refusal(503, "busy", {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
        refusal(500, "oops"),
        None,
        b"<html>garbage",
        b"[]",
        {"choices": [{"message": {"content": "half"}, "finish_reason": None}]},
    ],
    ids=["429", "503", "500", "dropped", "garbage", "list", "unfinished"],
)
def test_what_may_pass_is_tried_again(server, fault):
    server.replies = [fault, fault, chat("42")]
    # The dropped connections come first, when the server was never reached: once again is what it gets.
    server.replies = [fault, chat("42")] if fault is None else server.replies
    assert ask(opened(server)).text == "42"


def test_retries_end(server):
    server.replies = [refusal(503, f"busy with {KEY}")]
    with pytest.raises(ModelUnavailable, match=r"answers 503: busy") as caught:
        ask(opened(server, retries=2))
    assert len(server.asked) == 3
    assert KEY not in str(caught.value)


def test_text_that_was_shown_is_not_shown_twice(server):
    server.replies = [events("half")[:1], chat("42")]
    with pytest.raises(ModelUnavailable, match="half shown"):
        ask(opened(server), on_text=lambda text: None)
    assert len(server.asked) == 1


def test_a_wrong_key_names_the_variable_and_not_the_key(server):
    server.replies = [refusal(401, f"Incorrect API key provided: {KEY}")]
    model = opened(server)
    with pytest.raises(UsageError, match=r"RECKON_API_KEY.*OPENAI_API_KEY") as caught:
        ask(model)
    assert KEY not in f"{caught.value} {model!r} {model._client!r}"
    with pytest.raises(UsageError, match="character") as caught:
        ask(OpenAI("small", base_url=server.url, api_key="sk-\nbad"))
    assert "bad" not in str(caught.value)


def test_a_key_comes_from_the_environment(server, monkeypatch):
    server.replies = [chat("42")]
    monkeypatch.setenv("OPENAI_API_KEY", "second")
    ask(OpenAI("small", base_url=server.url))
    monkeypatch.setenv("RECKON_API_KEY", "first")
    ask(OpenAI("small", base_url=server.url))
    assert [one["Authorization"] for one in server.headers] == ["Bearer second", "Bearer first"]


def test_a_wrong_name_lists_those_that_are_there(server):
    server.replies = [refusal(404, "The model does not exist", code="model_not_found")]
    with pytest.raises(UsageError, match=r"did you mean small\? It has: large, small"):
        ask(OpenAI("smal", base_url=server.url))
    server.models = []
    with pytest.raises(UsageError, match="usually ends in /v1"):
        ask(OpenAI("smal", base_url=server.url))


def test_a_dead_server_is_named_soon():
    begin = time.monotonic()
    with pytest.raises(ModelUnavailable, match=r"http://127\.0\.0\.1:9/v1 cannot be reached"):
        ask(OpenAI("small", base_url="http://127.0.0.1:9/v1"))
    assert time.monotonic() - begin < 5


def test_a_server_that_hangs_is_given_up(server):
    server.replies, server.hold = [chat("42")], threading.Event()
    with pytest.raises(ModelUnavailable, match=r"did not answer within 0\.1 s"):
        ask(opened(server, timeout_s=0.1, retries=0))
    server.hold.set()


def test_a_context_that_is_too_long_ends_the_rollout(server):
    said = "This model's maximum context length is 10 tokens, you asked for 20 (18 in max_tokens)"
    server.replies = [refusal(400, said)]
    with pytest.raises(BudgetSpent, match="too long for small"):
        ask(opened(server))


def test_refused_parameters_are_left_out_and_remembered(server):
    server.replies = [
        refusal(400, "Unsupported parameter: use 'max_completion_tokens' instead", param="max_tokens"),
        refusal(400, "Unsupported value: 'temperature' does not support 0", param="temperature"),
        (422, {"detail": "Unsupported fields in the request: {'seed'}"}, {}),
        chat("42"),
    ]
    model = opened(server)
    with pytest.warns(UserWarning, match="left out from now on") as warned:
        assert ask(model, max_tokens=9, seed=1).text == "42"
    assert len(warned) == 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ask(model, max_tokens=9, seed=1)
    body = server.asked[-1]
    assert body["max_completion_tokens"] == 9
    assert not {"max_tokens", "temperature", "seed"} & set(body)


def test_what_can_never_work_is_told_in_the_server_s_words(server):
    server.replies = [refusal(400, "messages must not be empty")]
    with pytest.raises(UsageError, match=r"\(400\): messages must not be empty"):
        ask(opened(server))
    server.replies = [refusal(429, "You exceeded your quota", code="insufficient_quota")]
    with pytest.raises(UsageError, match="quota"):
        ask(opened(server))
    assert len(server.asked) == 2


def test_logprobs_give_pieces(server):
    content = [{"token": "\\xc3", "bytes": [0xC3], "logprob": -1.0}]
    content += [{"token": "x", "bytes": [0xA9], "logprob": -0.5}, {"token": "t", "logprob": -0.25}]
    server.replies = [chat("ét", logprobs={"content": content}), chat("other", logprobs={"content": content})]
    sample = ask(opened(server, logprobs=True))
    assert (sample.pieces, sample.logprobs, sample.ids) == (("", "é", "t"), (-1.0, -0.5, -0.25), None)
    assert server.asked[0]["logprobs"] is True
    assert ask(opened(server, logprobs=True)).logprobs is None


def test_no_more_at_once_than_allowed(server):
    server.replies, server.hold = [chat("42")], threading.Event()
    model = opened(server, max_concurrency=3)

    async def many():
        jobs = [asyncio.create_task(model.sample(ASK, Sampling())) for _ in range(9)]
        for _ in range(200):
            if server.most_at_once >= 3:
                break
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)  # more would come now
        server.hold.set()
        await asyncio.gather(*jobs)
        await model.close()

    asyncio.run(many())
    assert server.most_at_once == 3


def test_chat_turns_are_put_together_from_the_context(server):
    server.replies = [chat("42")]
    model = opened(server)
    assert not model.continues
    image = (Text("look"), Image("aGk="))
    context = [*model.render((), [Message("system", "S"), Message("user", image)])]
    context += [Segment("text", "I run ", sample=0), Segment("code", "print(1)", sample=0)]
    context += model.render(context, [Message("tool", "1"), Message("assistant", "go on")])
    ask(model, context)
    url = {"type": "image_url", "image_url": {"url": "data:image/png;base64,aGk="}}
    assert server.asked[0]["messages"] == [
        {"role": "system", "content": "S"},
        {"role": "user", "content": [{"type": "text", "text": "look"}, url]},
        {"role": "assistant", "content": "I run print(1)"},
        {"role": "user", "content": "1\n\ngo on"},
    ]


def test_a_prefix_is_gone_on_from(server):
    server.replies = [chat("42")]
    model = opened(server, prefix=True)
    assert model.continues
    ask(model, [*ASK, *model.render(ASK, [Message("assistant", "The answer is ")])])
    body = server.asked[0]
    assert body["messages"][-1] == {"role": "assistant", "content": "The answer is "}
    assert (body["continue_final_message"], body["add_generation_prompt"]) == (True, False)


def test_completions_without_a_tokenizer_are_text(server):
    logprobs = {"tokens": ["4", "2"], "token_logprobs": [None, -0.5]}
    server.replies = [{"choices": [{"text": "42", "finish_reason": "stop", "logprobs": logprobs}]}]
    model = opened(server, api="completions", logprobs=True)
    context = model.render((), [Message("user", "6 * 7?"), Message("assistant", "It is ")])
    assert [segment.ids for segment in context] == [None, None]
    sample = ask(model, context)
    assert server.asked[0]["prompt"] == "6 * 7?\nIt is "
    assert (sample.pieces, sample.logprobs) == (("4", "2"), (0.0, -0.5))


def test_completions_with_a_tokenizer_are_token_exact(server, blank: Path):
    model = opened(server, api="completions", tokenizer=str(blank), token_ids=True)
    context = model.render((), [Message("user", "6 * 7?")])
    ids = model._form.tokens.encode_content("It is 42")
    pieces = [model._form.tokens.decode([one]) for one in ids]
    logprobs = {"tokens": [*pieces, ""], "token_logprobs": [-0.5] * (len(ids) + 1)}
    choice = {"text": "It is 42", "finish_reason": "stop", "stop_reason": None, "token_ids": [*ids, 1]}
    server.replies = [{"choices": [{**choice, "logprobs": logprobs}]}]
    sample = ask(model, context, stop=("END",))
    assert server.asked[0]["prompt"] == [i for segment in context for i in segment.ids]
    assert server.asked[0]["return_token_ids"] is True
    assert (sample.ids, sample.ended, sample.finish) == ((*ids, 1), True, "end")
    assert (sample.text, sample.pieces[-1]) == ("It is 42", "<|end|>")
    assert model.count("It is 42") == len(ids)


def test_a_client_serves_one_event_loop_after_another(server):
    server.replies = [chat("42")]
    model = opened(server)
    for _ in range(2):
        assert asyncio.run(model.sample(ASK, Sampling())).text == "42"


def test_wrong_options_are_refused():
    with pytest.raises(UsageError, match="'completions'"):
        OpenAI("m", api="words")
    with pytest.raises(UsageError, match="api='completions'"):
        OpenAI("m", tokenizer="folder")
