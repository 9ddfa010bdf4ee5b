"""Arithmetic in the ten languages of MGSM, as in the Multilingual PoT study (2024, arXiv:2402.10691).

MGSM is Shi et al., 2022, arXiv:2210.03057: 250 problems of GSM8K in translation. Differs from it: six schemas
of our own with drawn numbers, told in two ways in each language; the instruction is in the language too.
"""

import random
from dataclasses import dataclass, replace
from typing import ClassVar, cast

from reckon.errors import UsageError
from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material import asian_texts, european_texts, schemas
from reckon.tasks.material.family import Values, pose
from reckon.tasks.material.languages import Language
from reckon.tasks.material.schemas import Given, Schema, sized
from reckon.values import Grade, Problem

LANGUAGES = {language.code: language for language in (*european_texts.LANGUAGES, *asian_texts.LANGUAGES)}


@dataclass(frozen=True, slots=True)
class MultilingualArithmetic:
    """A word problem. language: bn, de, es, fr, ja, ru, sw, te, th or zh; "" for all of them."""

    held_out: bool = False
    language: str = ""

    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "{story} {form}",
        "{story}\n\n{form}",
        "{form}\n\n{story}",
        "{form} {story}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = ("{retold} {reform}", "{reform}\n{retold}")
    plans: ClassVar[tuple[str, ...]] = (
        "I read the numbers off the text and calculate in Python.",
        "Whatever the language, the quantities become a few lines of Python.",
        "Let me name the quantities and compute the answer step by step.",
    )

    def __post_init__(self) -> None:
        if self.language and self.language not in LANGUAGES:
            known = ", ".join(sorted(LANGUAGES))
            raise UsageError(f"language: wanted one of {known}, or '' for all, got {self.language!r}")

    @property
    def name(self) -> str:
        return "_".join(filter(None, ("multilingual_arithmetic", self.language)))

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, self._draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return schemas.program(SCHEMAS, problem)

    def _draw(self, rng: random.Random, difficulty: float) -> tuple[Values, str]:
        """No answer is one of the numbers given: a word boundary would not show it in every script."""
        language = LANGUAGES[self.language or rng.choice(sorted(LANGUAGES))]
        draw = schemas.drawing(_told(language), language.persons)
        while True:
            values, answer = draw(rng, difficulty)
            if int(answer) not in cast(Given, values["given"]).values():
                break
        form, reform = rng.choice(language.forms), rng.choice(language.held_out_forms)
        return {**values, "language": language.code, "form": form, "reform": reform}, answer


def _told(language: Language) -> list[Schema]:
    return [replace(schema, texts=language.texts[schema.name]) for schema in SCHEMAS]


def _change(rng: random.Random, difficulty: float) -> Given:
    a, b = (sized(rng, difficulty, 9, 400) for _ in range(2))
    p, q = (sized(rng, difficulty, 12, 300) for _ in range(2))
    cost = a * p + b * q
    return {"a": a, "p": p, "b": b, "q": q, "t": cost + sized(rng, difficulty, 60, 5000)}


def _savings(rng: random.Random, difficulty: float) -> Given:
    a, s, w = (sized(rng, difficulty, easy, hard) for easy, hard in ((90, 9000), (20, 900), (9, 90)))
    return {"a": a, "s": s, "w": w, "c": rng.randint(2, a + s * w - 2)}


def _journey(rng: random.Random, difficulty: float) -> Given:
    v, w = (sized(rng, difficulty, 60, 300, low=20) for _ in range(2))
    h, g = (sized(rng, difficulty, 6, 60) for _ in range(2))
    return {"d": v * h + w * g + sized(rng, difficulty, 90, 900), "v": v, "h": h, "w": w, "g": g}


def _apples(rng: random.Random, difficulty: float) -> Given:
    """Boxes that hold what the families get and what is rotten."""
    f, each = sized(rng, difficulty, 8, 90), sized(rng, difficulty, 20, 300, low=3)
    k = sized(rng, difficulty, 12, 90, low=5)
    b = -(-(f * each + 2) // k)
    given = {"b": b, "k": k, "r": b * k - f * each, "f": f}
    return given if b > 1 else _apples(rng, difficulty)


def _girls(rng: random.Random, difficulty: float) -> Given:
    k, p = rng.randint(2, 9), 5 * rng.randint(5, 16)
    return {"n": 20 * k * sized(rng, difficulty, 60, 200), "p": p, "k": k}


def _theatre(rng: random.Random, difficulty: float) -> Given:
    n, a = sized(rng, difficulty, 7, 60, low=4), sized(rng, difficulty, 20, 90, low=8)
    return {"n": n, "a": a, "d": sized(rng, difficulty, 4, 12), "p": sized(rng, difficulty, 9, 90)}


_SPANISH = LANGUAGES["es"].texts
# Told in Spanish, until `_told` gives them the texts of another language.
SCHEMAS = (
    Schema(
        "change",
        _SPANISH["change"],
        _change,
        lambda g: str(g["t"] - g["a"] * g["p"] - g["b"] * g["q"]),
        "cost = a * p + b * q\nprint(t - cost)",
    ),
    Schema(
        "savings",
        _SPANISH["savings"],
        _savings,
        lambda g: str(g["a"] + g["s"] * g["w"] - g["c"]),
        "saved = a + s * w\nprint(saved - c)",
    ),
    Schema(
        "journey",
        _SPANISH["journey"],
        _journey,
        lambda g: str(g["d"] - g["v"] * g["h"] - g["w"] * g["g"]),
        "first = v * h\nsecond = w * g\nprint(d - first - second)",
    ),
    Schema(
        "apples",
        _SPANISH["apples"],
        _apples,
        lambda g: str((g["b"] * g["k"] - g["r"]) // g["f"]),
        "apples = b * k\napples -= r\nprint(apples // f)",
    ),
    Schema(
        "girls",
        _SPANISH["girls"],
        _girls,
        lambda g: str(g["n"] * g["p"] // 100 // g["k"]),
        "girls = n * p // 100\nprint(girls // k)",
    ),
    Schema(
        "theatre",
        _SPANISH["theatre"],
        _theatre,
        lambda g: str((g["n"] * g["a"] + g["d"] * g["n"] * (g["n"] - 1) // 2) * g["p"]),
        "seats = 0\nrow = a\nfor number in range(n):\n    seats += row\n    row += d\nprint(seats * p)",
    ),
)
