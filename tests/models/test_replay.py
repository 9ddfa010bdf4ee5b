"""A scripted model says its script, and a recording comes back token for token."""

import asyncio
from dataclasses import replace

import pytest

from reckon import records
from reckon.errors import UsageError
from reckon.models.recording import Recording
from reckon.models.replay import Replay, ReplayExhausted
from reckon.protocols import Sampling
from reckon.values import Answer, Message, Problem, Segment, Trajectory

CODE = "I compute.\n```python\nprint(6 * 7)\n```\nnever seen"


def sample(model, context, **sampling):
    return asyncio.run(model.sample(context, Sampling(**sampling)))


def test_a_script_is_said_in_order_and_cut_at_stops():
    model = Replay([CODE, "It is 42."])
    context = model.render((), [Message("user", "6 * 7?")])
    first = sample(model, context, stop=("```\n",))
    assert first.finish == "stop"
    assert first.text == CODE.removesuffix("never seen")
    second = sample(model, context)
    assert (second.text, second.finish, second.pieces[-1]) == ("It is 42.", "end", "<|end|>")
    with pytest.raises(ReplayExhausted, match=r"2 texts .* number 3"):
        sample(model, context)


def test_a_function_sees_the_context():
    model = Replay(lambda text: "again" if "42" in text else "42")
    context = [*model.render((), [Message("user", "Q")])]
    first = sample(model, context)
    context.append(Segment("text", first.text, first.ids[:-1], first.logprobs[:-1], sample=0))
    assert (first.text, sample(model, context).text) == ("42", "again")


def test_its_ids_are_the_same_everywhere():
    one, other = Replay(["x"]), Replay(["y"])
    text = "héllo 🎉🎉 日本語 \ud800 <|end|>"
    assert one.tokens.encode_content(text) == other.tokens.encode_content(text)
    assert one.decode(one.tokens.encode_content(text)) == text
    assert min(one.tokens.encode_content(text)) >= 256


def test_one_text_is_no_script():
    with pytest.raises(UsageError, match="list"):
        Replay("text")


def recorded() -> tuple[list[Trajectory], Replay]:
    """A parent with two samples and an output between them, and a fork that left before the second."""
    model = Replay([CODE, "It is 42.", "It is 43."])
    context = list(model.render((), [Message("user", "6 * 7?")]))
    first = sample(model, context, stop=("```\n",))
    cut = len(first.ids) // 2
    text = "".join(first.pieces[:cut])
    context.append(Segment("text", text, first.ids[:cut], first.logprobs[:cut], sample=0))
    text = "".join(first.pieces[cut:])
    context.append(Segment("code", text, first.ids[cut:], first.logprobs[cut:], sample=0))
    (output,) = model.render(context, [Message("assistant", "```output\n42\n```\n")])
    context.append(replace(output, kind="output"))
    out = []
    for shared in (0, len(context)):
        last = sample(model, context)
        end = Segment("end", "<|end|>", last.ids[-1:], last.logprobs[-1:], sample=1)
        said = Segment("answer", last.text, last.ids[:-1], last.logprobs[:-1], sample=1)
        problem = Problem("p", "arithmetic", "6 * 7?")
        segments = (*context, said, end)
        out.append(
            Trajectory(f"t{shared}", problem, segments, Answer(last.text), shared=shared, model="replay")
        )
    return out, model


def test_a_recording_comes_back_token_for_token(tmp_path):
    trajectories, _ = recorded()
    path = tmp_path / "trajectories.jsonl"
    path.write_text("".join(records.dump(one) + "\n" for one in trajectories))
    model = Recording.read(path)
    for want in trajectories:
        context = list(model.render((), [Message("user", "6 * 7?")]))
        assert context[0].ids == want.segments[0].ids
        first = sample(model, context, stop=("```\n",))
        assert first.finish == "stop"
        assert first.ids == want.segments[1].ids + want.segments[2].ids
        assert first.logprobs == want.segments[1].logprobs + want.segments[2].logprobs
        cut = len(want.segments[1].ids)
        assert "".join(first.pieces[:cut]) == want.segments[1].text
        context += want.segments[1:3]
        (output,) = model.render(context, [Message("assistant", "```output\n42\n```\n")])
        assert (output.text, output.ids) == (want.segments[3].text, want.segments[3].ids)
        last = sample(model, [*context, output])
        assert (last.text, last.ended, last.finish) == (want.answer.text, True, "end")
        assert last.ids == want.segments[4].ids + want.segments[5].ids
    with pytest.raises(ReplayExhausted, match="nothing is recorded"):
        sample(model, [*context, Segment("text", "other", (300,), sample=0)])


def test_a_missing_recording_is_named(tmp_path):
    with pytest.raises(UsageError, match="no recording"):
        Recording.read(tmp_path / "absent.jsonl")
