"""Pictures and files of a problem: what is refused, what becomes a file, what a model is shown or told."""

import asyncio
import base64
import io
import struct
import zlib

import pytest

from reckon import parts, records
from reckon.errors import UsageError
from reckon.models.openai import OpenAI
from reckon.models.replay import Replay
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.rollout import Limits, Rollout, Setup, solve
from reckon.tasks.material.painting import Canvas
from reckon.testing import InlineSession, Seeing, open_inline_session
from reckon.values import Display, Execution, File, Image, Problem, Text


def encoded(data):
    return base64.b64encode(data).decode()


def png(width=4, height=3, colour="red"):
    canvas = Canvas(width, height)
    canvas.rectangle(0, 0, width, height, colour)
    return canvas.png()


PNG = png()
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x20\x00\x10" + b"\0" * 20
PICTURE = Image(encoded(PNG), path="data/red.png")
TABLE = File("t.csv", "text/csv", encoded(b"a,b\n1,2\n"))
PROBLEM = Problem("p/0/0", "p", "What colour?", "red", parts=(PICTURE, TABLE))


def shows(*data, model=None, room=10_000, text=""):
    displays = tuple(Display({"image/png": one}) for one in data)
    seeing = model or Seeing(lambda text, pictures: "")
    return parts.shown_of(Execution("ok", text, displays=displays), seeing, room)


def conversation(model, problem=PROBLEM, session=InlineSession, **setup):
    """A rollout that asks, and runs one program that displays a green picture."""

    class Showing(session):
        async def run(self, code, **how):
            done = await super().run(code, **how)
            return Execution(done.status, done.stdout, displays=(Display({"image/png": encoded(GREEN)}),))

    async def open_session():
        return Showing()

    async def go():
        async with Rollout(problem, Setup(model, open_session, **setup)) as rollout:
            await rollout.prompt(problem.question, system="S")
            await rollout.write()
            await rollout.run("print(open('t.csv').read(), len(open('data/red.png', 'rb').read()))")
            await rollout.write()
            return rollout

    return asyncio.run(go())


GREEN = png(colour="green")


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (Image("hmhm"), "no file of type image/png"),
        (Image("h!m="), "is no base64"),
        (Image(encoded(PNG), "image/jpeg"), "no file of type image/jpeg"),
        (Image(encoded(PNG), "image/webp"), "wanted a picture of type"),
        (Image(encoded(PNG), path="../up.png"), "inside the working directory"),
        (Image(encoded(PNG), path="/etc/red.png"), "inside the working directory"),
        (Image(encoded(PNG), path="a/../../b.png"), "inside the working directory"),
        (Image(encoded(PNG), path="a\\b.png"), "inside the working directory"),
        (File("", data="aGk="), "inside the working directory"),
        (File("a\0b", data="aGk="), "inside the working directory"),
        (File("x" * 300, data="aGk="), "inside the working directory"),
        (File("x", data="A" * (12 << 20)), "at most 8388608 bytes"),
        (Image(encoded(PNG[:16] + struct.pack(">II", 9000, 1) + PNG[24:])), "9000 x 1"),
        (Image(encoded(PNG[:16] + struct.pack(">II", 7000, 7000) + PNG[24:])), "make it smaller"),
        (Image(encoded(PNG[:16] + struct.pack(">II", 0, 1) + PNG[24:])), "0 x 1"),
    ],
)
def test_what_is_no_picture_or_leads_out_is_refused_by_name(part, said):
    problem = Problem("p/0/0", "p", "?", parts=(part,))
    with pytest.raises(UsageError, match=r"problem p/0/0: part 1: ") as raised:
        asyncio.run(solve(CodeInterpreter(), problem, Setup(Replay([]))))
    assert said in str(raised.value)


def test_too_many_parts_and_equal_names_are_refused():
    with pytest.raises(UsageError, match=r"here: two parts are called 't\.csv'"):
        parts.check_parts([TABLE, TABLE], "here")
    with pytest.raises(UsageError, match="at most 64 parts, got 65"):
        parts.check_parts([PICTURE] * 65, "here")


def test_pictures_without_a_path_are_numbered_by_their_type():
    jpeg = Image(encoded(JPEG), "image/jpeg")
    given = [Text("see"), Image(encoded(PNG)), TABLE, jpeg, PICTURE]
    assert parts.names_of(given) == ("", "image_1.png", "t.csv", "image_2.jpg", "data/red.png")
    assert parts.size_of(jpeg) == (16, 32)
    parts.check_parts(given, "here")


def test_the_size_of_a_picture_is_what_its_tokens_are_estimated_by():
    # The larger of tiles (85 + 170 each) and patches, worked out by hand.
    sizes = {(4, 3): 255, (512, 512): 19 * 19, (1024, 600): 37 * 22, (60, 1100): 85 + 3 * 170, (5000, 9): 765}
    for (width, height), tokens in sizes.items():
        head = PNG[:16] + struct.pack(">II", width, height) + PNG[24:]
        assert parts.image_tokens(Image(encoded(head))) == tokens
    assert parts.image_tokens(Image("aGk=")) == parts.UNKNOWN_TOKENS


def test_a_model_that_sees_is_shown_the_pictures_at_their_turns():
    turns = []

    def say(text, pictures):
        turns.append(pictures)
        return "Let me see." if len(turns) == 1 else "red"

    rollout = conversation(Seeing(say))
    assert turns == [[PNG], [PNG, GREEN]]
    output = next(segment for segment in rollout.segments if segment.execution is not None)
    assert f"1,2\n {len(PNG)}" in output.text
    assert [part for part in output.parts if isinstance(part, Image)] == [Image(encoded(GREEN))]
    assert "data/red.png (image/png, 4 x 3 pixels), t.csv (text/csv)" in rollout.segments[1].text


def test_a_model_that_does_not_see_is_told_the_names_and_shown_no_picture():
    rollout = conversation(Replay(["Let me see.", "red"]))
    assert "data/red.png (image/png, 4 x 3 pixels), t.csv (text/csv)" in rollout.segments[1].text
    assert not [part for segment in rollout.segments for part in segment.parts]
    assert f"1,2\n {len(PNG)}" in "".join(segment.text for segment in rollout.segments)


def test_only_the_first_message_of_a_context_brings_the_parts_and_one_with_pictures_keeps_to_its_own():
    async def go():
        async with Rollout(PROBLEM, Setup(Seeing(lambda text, pictures: repr(pictures)))) as rollout:
            await rollout.prompt("one")
            await rollout.prompt("two")
            said = await rollout.ask("side")
            own = await rollout.ask((Text("look"), Image(encoded(GREEN))))
            fork = await rollout.fork()
            await fork.prompt("three")
            return rollout, fork, said, own

    rollout, fork, said, own = asyncio.run(go())
    held = [[part for part in s.parts if isinstance(part, Image)] for s in fork.segments]
    assert held == [[PICTURE], [], []]
    assert rollout.segments[1].text.count("t.csv") == 0
    assert said == repr([PNG])
    assert own == repr([GREEN])


def test_a_picture_of_a_message_is_told_of_in_words_where_the_model_does_not_see():
    async def go():
        async with Rollout(Problem("", "p", "?"), Setup(Replay(["x"]))) as rollout:
            await rollout.prompt((Text("look: "), Image(encoded(PNG))))
            with pytest.raises(UsageError, match=r"prompt: part 1: image_1\.png"):
                await rollout.prompt((Image("hm"),))
            return rollout.segments[0]

    asked = asyncio.run(go())
    assert "look: [a picture (image/png, 4 x 3 pixels), which is not shown" in asked.text
    assert asked.parts == ()


def test_a_chat_context_counts_its_pictures():
    model = OpenAI("m", images=True)

    async def go(problem):
        async with Rollout(problem, Setup(model)) as rollout:
            await rollout.prompt("?")
            return rollout

    shown, bare = asyncio.run(go(PROBLEM)), asyncio.run(go(Problem("", "p", "?")))
    named = model.count(shown.segments[0].text) - model.count("?")
    assert shown.tokens - bare.tokens == 255 + named
    assert shown.segments[0].parts[0] == PICTURE


def test_each_rollout_of_a_tree_has_the_files_and_forks_keep_what_became_of_them():
    async def go():
        async with Rollout(PROBLEM, Setup(Replay([]), open_inline_session)) as rollout:
            side, early = await rollout.side(), await rollout.fork()
            await rollout.run("open('t.csv', 'w').write('changed')", show=False)
            late = await rollout.fork()
            return [
                (await one.run("print(open('t.csv').read())", show=False)).stdout.strip()
                for one in (rollout, late, early, side)
            ]

    assert asyncio.run(go()) == ["changed", "changed", "a,b\n1,2", "a,b\n1,2"]


def test_a_session_that_takes_no_files_is_refused():
    class Bare:
        async def run(self, code, **how): ...
        async def close(self): ...

    async def open_session():
        return Bare()

    async def go():
        async with Rollout(PROBLEM, Setup(Replay([]), open_session)) as rollout:
            await rollout.run("1")

    with pytest.raises(UsageError, match="Bare has no `put`"):
        asyncio.run(go())


def broken(data):
    """Files that begin as a picture and that a server would refuse."""
    at = data.index(b"IDAT")
    flipped = data[: at + 6] + bytes([data[at + 6] ^ 255]) + data[at + 7 :]
    yield from (data[:-12], data[:-1], data[: at + 8], flipped, data + b"tail", b"GIF89a", b"")
    short = zlib.compress(b"\0" * 5)
    chunk = struct.pack(">I", len(short)) + b"IDAT" + short + struct.pack(">I", zlib.crc32(b"IDAT" + short))
    yield data[: at - 4] + chunk + data[-12:]
    long = zlib.compress(b"\0" * 50_000_000)
    chunk = struct.pack(">I", len(long)) + b"IDAT" + long + struct.pack(">I", zlib.crc32(b"IDAT" + long))
    yield data[: at - 4] + chunk + data[-12:]


def test_displays_that_are_no_whole_picture_are_left_out_and_told_of():
    for number, data in enumerate(broken(PNG)):
        output, pictures = shows(encoded(data), encoded(PNG), text="hello")
        assert [base64.b64decode(one.data) for one in pictures] == [PNG], number
        assert output.startswith("hello\n[a displayed picture was not shown: "), number
    assert shows("no base64!")[1] == ()


def test_displays_are_bounded_in_number_and_by_the_room():
    output, pictures = shows(*[encoded(PNG)] * 10)
    assert len(pictures) == parts.MOST_SHOWN
    assert output.count("a run shows at most 8") == 2
    output, pictures = shows(encoded(PNG), encoded(PNG), room=300)
    assert len(pictures) == 1
    assert "it takes 255 tokens, and there is room for 45" in output
    assert shows(encoded(PNG), model=Replay([]), text="x") == ("x", ())


def test_a_context_without_room_for_a_picture_goes_on_without_it():
    said = []
    seeing = Seeing(lambda text, pictures: said.append((text, len(pictures))) or "x")
    conversation(seeing, limits=Limits(tokens=300))
    assert said[-1][1] == 1
    assert "[a displayed picture was not shown: it takes 255 tokens" in said[-1][0]


def test_programs_give_pictures_as_bytes_or_are_told_why_not():
    assert parts.picture_of(PNG)[1] == (4, 3)
    for given in ("text", b"", PNG[:-3], b"\x89PNG"):
        with pytest.raises(ValueError, match="PNG"):
            parts.picture_of(given)


def test_parts_survive_a_record():
    kept = records.from_json(Problem, records.to_json(PROBLEM))
    assert kept == PROBLEM


def test_files_of_this_machine_become_parts_by_their_own_names(tmp_path):
    (tmp_path / "red.png").write_bytes(PNG)
    (tmp_path / "t.csv").write_bytes(b"a,b\n")
    assert parts.read_part(tmp_path / "red.png") == Image(encoded(PNG), path="red.png")
    assert parts.read_part(str(tmp_path / "t.csv")) == File("t.csv", "text/csv", encoded(b"a,b\n"))


def test_files_that_cannot_be_parts_are_refused_by_their_path(tmp_path):
    (tmp_path / "bad.png").write_bytes(b"no picture")
    (tmp_path / "large.bin").write_bytes(b"\0" * (parts.MOST_BYTES + 1))
    (tmp_path / "full.bin").write_bytes(b"\0" * parts.MOST_BYTES)
    for name, said in (
        ("bad.png", "no file of type"),
        ("large.bin", "at most"),
        ("none.png", "No such file"),
    ):
        with pytest.raises(UsageError, match=said) as raised:
            parts.read_part(tmp_path / name)
        assert name in str(raised.value)
    with pytest.raises(UsageError, match="directory"):
        parts.read_part(tmp_path)
    parts.read_part(tmp_path / "full.bin")


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_files_as_other_programs_write_them_are_taken(mode):
    pillow = pytest.importorskip("PIL.Image")
    picture, kinds = pillow.new("RGB", (33, 7), "red"), {"PNG": {}, "GIF": {}, "JPEG": {"progressive": True}}
    for kind, how in kinds.items():
        file = io.BytesIO()
        profile = {"icc_profile": b"x" * 100_000} if kind == "JPEG" else {}
        picture.convert("RGB" if kind == "JPEG" else mode).save(file, kind, **how, **profile)
        given = Image(encoded(file.getvalue()), f"image/{kind.lower()}")
        parts.check_parts([given], "here")
        assert parts.size_of(given) == (33, 7)
        if kind == "PNG":
            assert parts.picture_of(file.getvalue()) == (given, (33, 7))
