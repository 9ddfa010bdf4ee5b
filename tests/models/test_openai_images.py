"""A rollout with a server that takes pictures: what is sent to it, turn for turn."""

import asyncio
import base64

import pytest

from reckon.errors import UsageError
from reckon.models.cached import Cached
from reckon.models.limited import Limited
from reckon.models.openai import OpenAI
from reckon.parts import sees
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.rollout import Setup, solve
from reckon.tasks.material.painting import Canvas
from reckon.testing import InlineSession
from reckon.values import Display, Execution, Image, Problem
from reckon.workbench import Options, open_setup

PNG, CROP = (base64.b64encode(Canvas(side, 4).png()).decode() for side in (8, 2))
PROBLEM = Problem("p/0/0", "p", "What is it?", parts=(Image(PNG, path="it.png"),))


class Cropping(InlineSession):
    async def run(self, code, **how):
        await super().run(code, **how)
        return Execution("ok", "cropped\n", displays=(Display({"image/png": CROP}),))


async def open_session():
    return Cropping()


def reply(text):
    return {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}


def sent(server, **options):
    """The messages of the two requests of a rollout that crops and answers."""
    server.replies = [reply("I crop.\n```python\nx = 1\n```\n"), reply("<<<a cat>>>")]
    model = OpenAI("m", server.url, **options)

    async def go():
        done = await solve(CodeInterpreter(), PROBLEM, Setup(model, open_session))
        await model.close()
        return done

    assert asyncio.run(go())[0].answer.text == "a cat"
    return [asked["messages"] for asked in server.asked]


def url(data):
    return {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}


def test_a_server_that_takes_pictures_is_sent_them_at_their_turns(server):
    first, second = sent(server, images=True)
    assert first[0]["content"][0] == url(PNG)
    assert first[0]["content"][1]["text"].startswith("What is it?")
    assert "it.png (image/png, 8 x 4 pixels)" in first[0]["content"][-1]["text"]
    assert second[0] == first[0]
    assert [message["role"] for message in second] == ["user", "assistant", "user"]
    assert "cropped" in second[2]["content"][0]["text"]
    assert second[2]["content"][1:] == [url(CROP)]


def test_a_prefix_server_gets_pictures_in_a_turn_of_the_user(server):
    _, second = sent(server, images=True, prefix=True)
    assert [message["role"] for message in second] == ["user", "assistant", "user"]
    assert second[2]["content"][1:] == [url(CROP)]


def test_a_server_of_text_is_sent_names_only(server):
    for messages in sent(server):
        assert all(isinstance(message["content"], str) for message in messages)
        assert "it.png (image/png, 8 x 4 pixels)" in messages[0]["content"]


def test_images_go_with_the_chat_form_only():
    with pytest.raises(UsageError, match="images go with api='chat'"):
        OpenAI("m", "http://x/v1", api="completions", images=True)


def test_wrappers_see_what_their_model_sees(tmp_path):
    for images in (False, True):
        inner = OpenAI("m", "http://x/v1", images=images)
        assert sees(inner) is sees(Limited(inner)) is sees(Cached(inner, tmp_path / "c.sqlite")) is images


def test_the_options_of_a_run_say_which_models_see():
    async def go(**options):
        where = {"model": "openai:m", "base_url": "http://127.0.0.1:9/v1"}
        async with open_setup(Options(**where, **options)) as setup:
            return sees(setup.model), sees(await setup.models("openai:eye"))

    assert asyncio.run(go()) == (False, False)
    assert asyncio.run(go(images=("openai:eye",))) == (False, True)
    assert "images=openai:eye" in Options(images=("openai:eye",)).settings
    with pytest.raises(UsageError, match="--images: wanted openai:NAME, got 'eye'"):
        Options(images=("eye",))
