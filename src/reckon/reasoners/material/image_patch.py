"""ImagePatch: what a program of ViperGPT (2303.08128, section 3 and its appendix on the API) sees with.

SOURCE runs in the session and needs Pillow there. Its methods that see call functions of the host, which have
a model look: see `eyes`. The API is the paper's; `compute_depth` is left out, as no model here tells depths.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from reckon.parts import picture_of
from reckon.values import Text

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.tools import Tool

FIND = """Find every {name} in the picture, which is {width} pixels wide and {height} high. Reply with a
list of boxes as JSON, [[left, top, right, bottom], ...], in pixels from the top left corner; [] if there is
none."""
MOST_BOXES = 50
_BOX = re.compile(r"\[\s*" + r"\s*,\s*".join([r"(-?\d{1,6}(?:\.\d{1,9})?)"] * 4) + r"\s*\]")

SOURCE = '''import io as _io

class ImagePatch:
    """A picture or a part of one; `x` runs to the right and `y` up, in pixels of the whole picture."""

    def __init__(self, image, left=None, lower=None, right=None, upper=None):
        """image: a file's name or a picture of Pillow; the part of it between these sides, or all of it."""
        from PIL import Image
        if isinstance(image, str):
            image = Image.open(image).convert("RGB")
        self.image = image
        self.left = max(0, int(left or 0))
        self.lower = max(0, int(lower or 0))
        self.right = min(image.width, image.width if right is None else int(right))
        self.upper = min(image.height, image.height if upper is None else int(upper))
        self.width, self.height = self.right - self.left, self.upper - self.lower
        if self.width < 1 or self.height < 1:
            raise ValueError("ImagePatch: nothing of the picture lies between these sides")
        self.cropped_image = image.crop(
            (self.left, image.height - self.upper, self.right, image.height - self.lower)
        )
        self.horizontal_center = (self.left + self.right) / 2
        self.vertical_center = (self.lower + self.upper) / 2

    def find(self, object_name):
        """A list of patches, one around each object of that name."""
        found = []
        for left, top, right, bottom in vision_find(self._repr_png_(), object_name):
            if right - left >= 1 and bottom - top >= 1:
                found.append(self.crop(left, self.height - bottom, right, self.height - top))
        return found

    def exists(self, object_name):
        """Whether such an object is in the patch."""
        return len(self.find(object_name)) > 0

    def verify_property(self, object_name, visual_property):
        """Whether the object has the property."""
        return self._yes(f"Is this {object_name} {visual_property}? Reply with yes or no only.")

    def best_text_match(self, option_list):
        """The option that says best what the patch shows."""
        asked = "Which of these is in the picture? Reply with one of them only: " + "; ".join(option_list)
        reply = self.simple_query(asked).lower()
        return next((one for one in option_list if one.lower() in reply), option_list[0])

    def simple_query(self, question="What is this?"):
        """The answer, in a few words, to a question on the patch that one look answers."""
        return vision_ask(self._repr_png_(), question)

    def crop(self, left, lower, right, upper):
        """The part between these sides, which are counted from the left and lower side of this patch."""
        return ImagePatch(
            self.image, self.left + max(0, left), self.lower + max(0, lower),
            min(self.right, self.left + right), min(self.upper, self.lower + upper),
        )

    def overlaps_with(self, left, lower, right, upper):
        """Whether the patch shares a pixel with this part of the whole picture."""
        return self.left < right and left < self.right and self.lower < upper and lower < self.upper

    def _yes(self, question):
        return self.simple_query(question).strip().lower().startswith("yes")

    def _repr_png_(self):
        file = _io.BytesIO()
        self.cropped_image.save(file, "PNG")
        return file.getvalue()

def best_image_match(list_patches, content):
    """The patch that shows most likely what `content`, a list of words, says; None of an empty list."""
    return next((one for one in list_patches if one._yes(f"Is this {' '.join(content)}? Reply with yes or no "
                                                         "only.")), next(iter(list_patches), None))

def distance(patch_a, patch_b):
    """Pixels between the centres of two patches."""
    return ((patch_a.horizontal_center - patch_b.horizontal_center) ** 2
            + (patch_a.vertical_center - patch_b.vertical_center) ** 2) ** 0.5

def llm_query(question):
    """The answer to a question that needs no picture."""
    return language_ask(question)

def bool_to_yesno(value):
    """"yes" or "no"."""
    return "yes" if value else "no"
'''


def spec() -> str:
    """The signatures and docstrings of what SOURCE defines, for a prompt."""
    tree = ast.parse(SOURCE)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            node.body = [one for one in node.body if _is_public(one)]
        elif isinstance(node, ast.FunctionDef):
            node.body = node.body[:1]
    return "\n".join(ast.unparse(node) for node in tree.body if not isinstance(node, ast.Import))


def eyes(rollout: Rollout, vision: str) -> tuple[Tool, ...]:
    """The functions that the methods call, by a model named `vision`; a tool of the Setup goes first."""

    async def vision_find(png: bytes, name: str) -> list[list[float]]:
        """Boxes (left, top, right, bottom), in pixels from the top left, around each thing of this name."""
        picture, (width, height) = picture_of(png)
        ask = FIND.format(name=str(name)[:200], width=width, height=height)
        return boxes_in(await rollout.ask((picture, Text(ask)), model=vision))

    async def vision_ask(png: bytes, question: str) -> str:
        """The answer to a question on a picture."""
        return (await rollout.ask((picture_of(png)[0], Text(str(question))), model=vision)).strip()

    async def language_ask(question: str) -> str:
        """The answer to a question."""
        return (await rollout.ask((Text(str(question)),))).strip()

    own = {getattr(tool, "__name__", "") for tool in rollout.setup.tools}
    return tuple(tool for tool in (vision_find, vision_ask, language_ask) if tool.__name__ not in own)


def boxes_in(reply: str) -> list[list[float]]:
    """The boxes of four numbers that a reply holds, at most MOST_BOXES."""
    return [[float(side) for side in box.groups()] for box in _BOX.finditer(reply)][:MOST_BOXES]


def _is_public(node: ast.stmt) -> bool:
    return not (isinstance(node, ast.FunctionDef) and node.name.startswith("_") and node.name != "__init__")
