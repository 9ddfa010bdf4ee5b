"""Methods over pictures; the scripted model checks that it is shown the right pictures at the right turn."""

import asyncio
import base64
import re
from dataclasses import replace

import pytest

from reckon import registry
from reckon.errors import UsageError
from reckon.interpreter import AsyncInterpreter
from reckon.models.recording import Recording
from reckon.models.replay import Replay
from reckon.reasoners.images.crop_and_compute import CropAndCompute, mended
from reckon.reasoners.images.explicit_qa import ExplicitQA, read_table
from reckon.reasoners.images.text2vis_actor_critic import Text2VisActorCritic
from reckon.reasoners.images.viper_gpt import ViperGPT
from reckon.reasoners.images.vispath import VisPath
from reckon.reasoners.material.image_patch import boxes_in, spec
from reckon.rollout import Setup, solve
from reckon.tasks.material.painting import Canvas
from reckon.testing import InlineSession, Seeing, open_inline_session
from reckon.values import Display, Image, Problem


def encoded(data):
    return base64.b64encode(data).decode()


def scene():
    """Two red discs and a blue one in a row, on 120 x 60 pixels."""
    canvas = Canvas(120, 60)
    for x, colour in ((20, "red"), (60, "blue"), (100, "red")):
        canvas.disc(x, 20, 10, colour)
    return canvas.png()


SCENE = scene()
PICTURED = Problem("p/0/0", "p", "How many red discs?", "2", parts=(Image(encoded(SCENE), path="scene.png"),))
PLAIN = Problem("p/0/0", "p", "Draw the sums of 40 and 2 and print them.", "42")


def code(text):
    return f"```python\n{text}\n```\n"


class Drawing(InlineSession):
    """A session whose programs display a picture of the colour in their last comment, `# draws red`."""

    async def run(self, code, **how):
        done = await super().run(code, **how)
        found = re.findall("# draws (.*)", code)
        shown = tuple(Display({"image/png": encoded(drawn(colour))}) for colour in found)
        return replace(done, displays=shown)

    async def fork(self):
        return Drawing(dict((await super().fork()).variables))


def drawn(colour):
    canvas = Canvas(8, 8)
    canvas.rectangle(0, 0, 8, 8, colour)
    return canvas.png()


async def open_drawing():
    return Drawing()


def run(reasoner, problem, say, open_session=open_drawing, **setup):
    return asyncio.run(solve(reasoner, problem, Setup(Seeing(say), open_session, **setup)))


def in_a_real_session(reasoner, problem, say):
    """In the interpreter itself: its files, its displays."""

    async def go():
        async with AsyncInterpreter() as interpreter:
            return await solve(reasoner, problem, Setup(Seeing(say), interpreter.open))

    return asyncio.run(go())


@pytest.mark.parametrize("name", registry.names("reasoners"))
def test_every_reasoner_shows_the_picture_of_its_problem(name):
    async def find(_):
        return model

    turns = []

    def say(text, pictures):
        turns.append(pictures)
        if "You guide another model" in text:
            return "<<<Return Answer>>>" if "The model's reply" in text else "<<<Code>>>"
        return "<<<2>>>" if "Results:\n2" in text or "Do not write code" in text else code("print(2)")

    model = Seeing(say)
    setup = Setup(model, open_inline_session, models=find)
    tree = asyncio.run(solve(registry.build("reasoners", name), PICTURED, setup))
    assert tree[0].answer.text == "2"
    assert [SCENE] in turns


# ---- ViperGPT ------------------------------------------------------------------------------------------

COUNT = """def execute_command(image):
    patch = ImagePatch(image)
    discs = patch.find("disc")
    return len([disc for disc in discs if disc.verify_property("disc", "red")])"""


def viper(turns):
    """Says the program; finds the discs as a detector would; tells each crop's colour by its pixels."""
    pytest.importorskip("PIL")
    import io

    from PIL import Image as Pillow

    def say(text, pictures):
        if "Write a function `execute_command(image)`" in text:
            return code(COUNT)
        seen = Pillow.open(io.BytesIO(pictures[-1])).convert("RGB")
        turns.append((seen.size, seen.getpixel((seen.width // 2, seen.height // 2))))
        if "Find every disc" in text:
            assert "120 pixels wide and 60 high" in text
            return "[[10, 10, 31, 31], [50, 10, 71, 31], [90, 10, 111, 31]]"
        return "yes" if turns[-1][1] == (214, 39, 40) else "no"

    return say


def test_vipers_program_sees_by_the_host_and_only_what_it_cropped():
    turns = []
    tree = run(ViperGPT(), PICTURED, viper(turns), open_inline_session)
    assert tree[0].answer.text == "2"
    assert [size for size, _ in turns] == [(120, 60), (21, 21), (21, 21), (21, 21)]
    assert [pixel for _, pixel in turns[1:]] == [(214, 39, 40), (31, 119, 180), (214, 39, 40)]
    assert [t.relation for t in tree] == ["root", "side", "side", "side", "side"]
    assert "def find(self, object_name)" in tree[0].text
    assert "vision_find" not in tree[0].text.partition("```")[0]


def test_viper_in_the_interpreter_itself():
    assert in_a_real_session(ViperGPT(), PICTURED, viper([]))[0].answer.text == "2"


def test_vipers_tools_of_the_setup_go_first():
    def vision_find(png: bytes, name: str) -> list:
        return [[10, 10, 31, 31]] if name == "disc" else []

    turns = []
    tree = run(ViperGPT(), PICTURED, viper(turns), open_inline_session, tools=(vision_find,))
    assert tree[0].answer.text == "1"
    assert len(turns) == 1


def test_vipers_second_model_looks():
    named = []

    async def find(name):
        named.append(name)
        return Seeing(viper([]))

    tree = run(ViperGPT(vision="eye"), PICTURED, viper([]), open_inline_session, models=find)
    assert tree[0].answer.text == "2"
    assert set(named) == {"eye"}


def test_coordinates_of_a_patch_run_up_and_crops_are_within_it():
    pytest.importorskip("PIL")
    program = """def execute_command(image):
    whole = ImagePatch(image)
    low = whole.crop(0, 0, 40, 30)
    inner = low.crop(10, 20, 99, 99)
    return (low.upper, low.cropped_image.size, inner.left, inner.lower, inner.right, inner.upper,
            inner.overlaps_with(39, 0, 50, 60), inner.overlaps_with(40, 0, 50, 60), distance(low, inner))"""
    tree = run(ViperGPT(), PICTURED, lambda text, pictures: code(program), open_inline_session)
    assert tree[0].answer.text == "(30, (40, 30), 10, 20, 40, 30, True, False, 11.180339887498949)"


def test_a_hostile_program_cannot_have_nonsense_looked_at():
    program = "for png in (b'', 'x', b'\\x89PNG'):\n    try:\n        vision_ask(png, '?')\n"
    program += "    except RuntimeError as error:\n        print('refused', 'PNG' in str(error))"
    tree = run(ViperGPT(), PICTURED, lambda text, pictures: code(program), open_inline_session)
    assert tree[0].answer.text == "refused True\nrefused True\nrefused True"
    assert len(tree) == 1


def test_boxes_are_read_from_any_reply():
    assert boxes_in("Here: [[1, 2.5, 30, 40],[5,6,7,8]] and [1, 2]") == [[1, 2.5, 30, 40], [5, 6, 7, 8]]
    assert boxes_in("none") == []
    assert len(boxes_in("[1,2,3,4]" * 1000)) == 50
    assert "def _yes" not in spec()
    assert "def llm_query(question)" in spec()


# ---- crop and compute ----------------------------------------------------------------------------------

CROP = """from PIL import Image
picture = Image.open("/mnt/data/scene.png")
display(picture.crop((50, 10, 70, 30)).resize((40, 40), Image.NEAREST))"""


def test_a_crop_comes_back_as_a_picture_of_the_next_turn():
    pytest.importorskip("PIL")
    import io

    from PIL import Image as Pillow

    turns = []

    def say(text, pictures):
        turns.append(pictures)
        return "I zoom in.\n" + code(CROP) if len(turns) == 1 else "<<<blue>>>"

    tree = in_a_real_session(CropAndCompute(), PICTURED, say)
    assert tree[0].answer.text == "blue"
    assert turns[0] == [SCENE]
    assert turns[1][0] == SCENE
    crop = Pillow.open(io.BytesIO(turns[1][1]))
    assert crop.size == (40, 40)
    assert crop.convert("RGB").getpixel((20, 20)) == (31, 119, 180)


def test_slips_of_paths_are_mended():
    assert mended("open('/mnt/data/a.png')", ["a.png"]) == "open('a.png')"
    assert mended('open("a.png"), "x/ba.png"', ["a.png"]) == 'open("a.png"), "x/ba.png"'
    assert mended("load(image_path)", ["1.png", "b.png"]) == "image_path = '1.png'\nload(image_path)"
    assert mended("image_path = 'z'\nload(image_path)", ["1.png"]) == "image_path = 'z'\nload(image_path)"
    assert mended("f('/a/1.png')", ["1.png"]) == "f('1.png')"
    assert mended("load(image_path)", []) == "load(image_path)"


def test_a_model_without_eyes_goes_on_by_what_is_printed():
    model = Replay([code("print(open('scene.png', 'rb').read(4))"), "<<<2>>>"])
    tree = asyncio.run(solve(CropAndCompute(), PICTURED, Setup(model, open_inline_session)))
    assert tree[0].answer.text == "2"
    assert "scene.png (image/png, 120 x 60 pixels)" in tree[0].text
    assert "b'\\x89PNG'" in tree[0].text


def test_a_record_with_pictures_is_played_back():
    said = iter([code("print(2)  # draws green"), "<<<2>>>"])
    tree = run(CropAndCompute(), PICTURED, lambda text, pictures: next(said))
    recording = Recording(tree)
    again = asyncio.run(solve(CropAndCompute(), PICTURED, Setup(recording, open_drawing)))
    assert again[0].text == tree[0].text
    assert again[0].ids == tree[0].ids
    shown = [part for segment in again[0].segments for part in segment.parts if isinstance(part, Image)]
    assert [base64.b64decode(part.data) for part in shown] == [SCENE, drawn("green")]


# ---- VisPath -------------------------------------------------------------------------------------------

PLANS = "1. Bars, from zero.\n2. A line.\n3. A table of numbers."


def vispath(asked, final):
    colours = {"Bars": "red", "A line": "blue", "A table": "green"}

    def say(text, pictures):
        if "numbered list of 3 plans" in text:
            return PLANS
        if "Follow this plan" in text:
            plan = next(name for name in colours if f"plan:\n{name}" in text)
            return code("1 / 0" if plan == "A table" else f"print(4{len(plan)})  # draws {colours[plan]}")
        if "Write no program" in text:
            asked.append((text, pictures))
            return f"Feedback {len(asked)}: " + ("good." if pictures else "it draws nothing.")
        assert "Write one program that keeps" in text
        asked.append((text, pictures))
        return final

    return say


def test_vispath_looks_at_each_figure_and_merges_what_was_said():
    asked = []
    tree = run(VisPath(), PLAIN, vispath(asked, code("print(42)")))
    assert tree[0].answer.text == "42"
    reviews, (merge, _) = asked[:3], asked[3]
    assert [pictures for _, pictures in reviews] == [[drawn("red")], [drawn("blue")], []]
    assert "ZeroDivisionError" in reviews[2][0]
    assert "It drew no figure" in reviews[2][0]
    for n in (1, 2, 3):
        assert f"Feedback {n}: " in merge
    assert "print(44)  # draws red" in merge


def test_vispath_falls_back_to_a_path_where_the_merged_script_fails():
    assert run(VisPath(), PLAIN, vispath([], code("1 / 0")))[0].answer.text == "44"
    assert run(VisPath(), PLAIN, vispath([], "No."))[0].answer.text == "44"


# ---- Text2Vis ------------------------------------------------------------------------------------------


def actor(critiques, verdicts):
    def say(text, pictures):
        if "Judge both" in text:
            critiques.append((text, pictures))
            return f"The labels overlap ({len(critiques)}). Verdict: {verdicts[len(critiques) - 1]}"
        colour = ("red", "blue", "green")[text.count("A critic who saw")]
        return code(f"print({40 + text.count('A critic who saw')})  # draws {colour}")

    return say


def test_the_critic_sees_the_chart_of_each_round_until_it_is_content():
    critiques = []
    tree = run(Text2VisActorCritic(rounds=5), PLAIN, actor(critiques, ["no", "no", "yes"]))
    assert [pictures for _, pictures in critiques] == [[drawn("red")], [drawn("blue")], [drawn("green")]]
    assert "it gave:\n41" in critiques[1][0]
    assert tree[0].answer.text == "42"
    assert "The labels overlap (2)" in tree[0].text


def test_rounds_bound_the_critiques_and_the_last_program_counts():
    critiques = []
    assert run(Text2VisActorCritic(rounds=1), PLAIN, actor(critiques, ["no"]))[0].answer.text == "41"
    assert len(critiques) == 1


def test_an_actor_without_a_program_is_told_and_asked_again():
    replies = iter(["Hm.", code("print(42)"), "Verdict: yes"])
    tree = run(Text2VisActorCritic(), PLAIN, lambda text, pictures: next(replies))
    assert tree[0].answer.text == "42"
    assert "That holds no program." in tree[0].text


# ---- ExpliCIT-QA ---------------------------------------------------------------------------------------

CSV = "The table has two columns.\n```csv\nname,price\nbread,1.50\nmilk,2.25\n```"
SUM = 'import csv\nprint(sum(float(row["price"]) for row in csv.DictReader(open("table.csv"))))'


def test_explicit_transcribes_plans_codes_mends_and_explains():
    steps = []

    def say(text, pictures):
        if "Transcribe the table" in text:
            steps.append(("transcribe", pictures))
            return CSV
        if "Do not write code and do not answer" in text:
            steps.append(("plan", pictures))
            assert "milk,2.25" in text
            return "1. Add the prices."
        if "Explain in a few sentences" in text:
            steps.append(("explain", pictures))
            return "Both prices were added."
        steps.append(("mend" if "That failed" in text else "code", pictures))
        assert "1. Add the prices." in text
        return code(SUM if "That failed" in text else SUM.replace("price", "cost"))

    tree = run(ExplicitQA(), PICTURED, say, open_inline_session)
    assert [step for step, _ in steps] == ["transcribe", "plan", "code", "mend", "explain"]
    assert all(pictures == [SCENE] for _, pictures in steps)
    assert tree[0].answer.text == "3.75"
    assert "KeyError" in tree[0].text
    assert "Both prices were added." in tree[0].text


def test_explicit_gives_up_after_its_retries_and_says_why():
    tree = run(ExplicitQA(retries=1), PLAIN, lambda text, pictures: code("1 / 0"), open_inline_session)
    assert tree[0].answer.text is None
    assert "ended with error" in tree[0].answer.reason
    assert len(tree[0].executions) == 2


def test_tables_are_read_only_where_rows_fit_the_header():
    assert read_table(CSV) == "name,price\nbread,1.50\nmilk,2.25\n"
    assert read_table("```\na,b\n1,2\n```\nbetter:\n```csv\nx,y\n3,4\n```") == "x,y\n3,4\n"
    for reply in (
        "a,b\n1,2",
        "```csv\na,b\n```",
        "```csv\na,b\n1,2,3\n```",
        code("print(1)"),
        "```csv\n" * 2000,
    ):
        assert read_table(reply) == ""


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: CropAndCompute(max_calls=0), "CropAndCompute.max_calls"),
        (lambda: VisPath(k=0), "VisPath.k"),
        (lambda: Text2VisActorCritic(rounds=-1), "Text2VisActorCritic.rounds"),
        (lambda: ExplicitQA(retries=-1), "ExplicitQA.retries"),
    ],
)
def test_a_field_that_makes_no_sense_is_refused(make, said):
    with pytest.raises(UsageError, match=said):
        make()
