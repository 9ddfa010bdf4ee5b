"""Word problems solved by programs, to put before a question. Problems and programs are our own."""

from dataclasses import dataclass

from reckon.dialects import Dialect


@dataclass(frozen=True, slots=True)
class Exemplar:
    question: str
    program: str


EXEMPLARS = (
    Exemplar(
        "A bakery fills 14 trays with 9 rolls each. 23 rolls burn and 6 are eaten. How many are left?",
        """def solution():
    # 14 trays with 9 rolls each
    baked = 14 * 9
    burnt = 23
    eaten = 6
    # what is neither burnt nor eaten can be sold
    return baked - burnt - eaten

print(solution())""",
    ),
    Exemplar(
        "Ines cycles 36 km at 18 km/h, rests half an hour, and returns at 12 km/h. For how long is she away?",
        """def solution():
    distance_km = 36
    hours_out = distance_km / 18
    hours_of_rest = 0.5
    hours_back = distance_km / 12
    return hours_out + hours_of_rest + hours_back

print(solution())""",
    ),
    Exemplar(
        "Goats and hens in a yard have 26 heads and 74 legs. How many goats are there?",
        """def solution():
    heads, legs = 26, 74
    # every goat has 4 legs, every hen 2: try each number of goats
    for goats in range(heads + 1):
        if 4 * goats + 2 * (heads - goats) == legs:
            return goats

print(solution())""",
    ),
    Exemplar(
        "A meeting was set for 28 February 2023, then put off by 10 days. On which weekday is it?",
        """from datetime import date, timedelta

def solution():
    planned = date(2023, 2, 28)
    held = planned + timedelta(days=10)
    return held.strftime("%A")

print(solution())""",
    ),
)


def shown(count: int, dialect: Dialect) -> str:
    """The first `count` exemplars in the marks of `dialect`, each followed by an empty line."""
    return "".join(f"{one.question}\n\n{dialect.write_code(one.program)}\n" for one in EXEMPLARS[:count])
