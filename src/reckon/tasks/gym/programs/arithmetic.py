"""Programs for questions whose answer is worked out from numbers."""

import calendar
import re

from reckon.tasks.gym.programs.reading import facts, found, numbers
from reckon.values import Problem


def base_conversion(problem: Problem) -> str:
    source, digits, target = re.search(  # type: ignore[union-attr]
        r"base-(\d+) number (\w+) to (?:base-)?(\w+)", _plain_bases(problem.question)
    ).groups()
    return f"""number = int({digits!r}, {source})
digits = ""
while number:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"[number % {target}] + digits
    number //= {target}
print(digits or "0")"""


def _plain_bases(question: str) -> str:
    for word, base in (("binary", 2), ("octal", 8), ("decimal", 10), ("hexadecimal", 16)):
        question = question.replace(f"the {word} number", f"the base-{base} number")
        question = re.sub(rf"to {word}\b", f"to base-{base}", question)
    return question


def basic_arithmetic(problem: Problem) -> str:
    expression = re.sub(r"\d+", r"Fraction(\g<0>)", found(problem, r"([-(\d][-+*/() \d]*\d[ )]*)"))
    return f"from fractions import Fraction\n\nprint({expression})"


def bitwise_arithmetic(problem: Problem) -> str:
    return f"print(hex({found(problem, r'^([-(0].*)$')}))"


def chain_sum(problem: Problem) -> str:
    return f"print({found(problem, r'(-?[0-9][-+ 0-9]*[0-9])')})"


def products(problem: Problem) -> str:
    return f"print({found(problem, r'(-?[0-9][-* 0-9]*[0-9])')})"


def complex_arithmetic(problem: Problem) -> str:
    one, sign, other = re.search(r"(\([^)]*\)) (.) (\([^)]*\))", problem.question).groups()  # type: ignore[union-attr]
    parts = [part for text in (one, other) for part in _parts(text)]
    return f"""from fractions import Fraction

a, b, c, d = map(Fraction, {parts})
operation = {sign!r}
if operation in "+-":
    sign = 1 if operation == "+" else -1
    real, imaginary = a + sign * c, b + sign * d
elif operation == "×":
    real, imaginary = a * c - b * d, a * d + b * c
else:
    size = c * c + d * d
    real, imaginary = (a * c + b * d) / size, (b * c - a * d) / size
print(f"{{float(real)}} {{'-' if imaginary < 0 else '+'}} {{float(abs(imaginary))}}i")"""


def _parts(text: str) -> tuple[str, str]:
    """Real and imaginary part of "(1.0 - 2.0i)", "(10.00)" or "(3.00i)": a part of 0 is left out."""
    terms = re.findall(r"([-+]? ?[\d.]+)(i?)", text)
    real, imaginary = (next((t.replace(" ", "") for t, i in terms if i == unit), "0") for unit in ("", "i"))
    return real, imaginary


def count_bits(problem: Problem) -> str:
    return f"print(bin({numbers(problem.question)[-1]}).count('1'))"


def count_primes(problem: Problem) -> str:
    low, high = numbers(problem.question)[-2:]
    return f"""low, high = {low}, {high}
prime = [False, False] + [True] * (high - 1)
for n in range(2, int(high**0.5) + 1):
    if prime[n]:
        prime[n * n :: n] = [False] * len(prime[n * n :: n])
print(sum(prime[low : high + 1]))"""


def decimal_arithmetic(problem: Problem) -> str:
    expression = re.sub(r"\d+\.\d+", r"Decimal('\g<0>')", found(problem, r"^(.*) = \?"))
    return f"""from decimal import ROUND_HALF_UP, Decimal, getcontext

getcontext().prec, getcontext().rounding = 12, ROUND_HALF_UP
print({expression})"""


def decimal_chain_sum(problem: Problem) -> str:
    expression = found(problem, r"(-?[0-9.]+ [-+][-+ 0-9.]*[0-9])")
    return "from decimal import Decimal\n\nprint(" + re.sub(r"[\d.]+", r"Decimal('\g<0>')", expression) + ")"


def dice(problem: Problem) -> str:
    sizes = [int(size) for size in re.findall(r"1d(\d+)", found(problem, r"these dice: (.*?)\. "))]
    shown = found(problem, r"rolling (\d+) or")
    return f"""from fractions import Fraction

ways = {{0: 1}}
for size in {sizes}:
    after = {{}}
    for total, count in ways.items():
        for face in range(1, size + 1):
            after[total + face] = after.get(total + face, 0) + count
    ways = after
right = sum(count for total, count in ways.items() if total >= {shown})
odds = Fraction(right, sum(ways.values()))
print(f"{{odds.numerator}}/{{odds.denominator}}")"""


def fraction_simplification(problem: Problem) -> str:
    above, below = numbers(problem.question)[:2]
    return f"""from math import gcd

above, below = {above}, {below}
print(f"{{above // gcd(above, below)}}/{{below // gcd(above, below)}}")"""


def gcd(problem: Problem) -> str:
    return f"import math\n\nprint(math.gcd(*{numbers(problem.question.partition(':')[2])}))"


def lcm(problem: Problem) -> str:
    return f"import math\n\nprint(math.lcm(*{numbers(problem.question.partition(':')[2])}))"


def power_function(problem: Problem) -> str:
    base, exponent = re.search(r"Compute (-?[\d.]+)\^(-?\d+)\.", problem.question).groups()  # type: ignore[union-attr]
    return f'print(f"{{({base}) ** ({exponent}):.2e}}")'


def prime_factorization(problem: Problem) -> str:
    return f"""number, factor, factors = {numbers(problem.question)[0]}, 2, []
while factor * factor <= number:
    while number % factor == 0:
        factors.append(factor)
        number //= factor
    factor += 1
if number > 1:
    factors.append(number)
print(" × ".join(map(str, factors)))"""


def simple_equations(problem: Problem) -> str:
    left, right, variable = (
        found(problem, rf": {part}$") for part in (r"(.*) = .*", r".* = (.*)", r".*?([a-z]).* = .*")
    )
    return f"""from fractions import Fraction


def difference({variable}):
    return ({left}) - ({right})


start = difference(Fraction(0))
print(-start / (difference(Fraction(1)) - start))"""


def simple_geometry(problem: Problem) -> str:
    angles = re.findall(r"(\d+)\.0°", problem.question)
    return f"""angles = {[int(angle) for angle in angles]}
print((len(angles) + 1 - 2) * 180 - sum(angles))"""


def advanced_geometry(problem: Problem) -> str:
    points = re.findall(r"\((-?\d+), (-?\d+)\)", problem.question)[:3]
    (ax, ay), (bx, by), (cx, cy) = ((int(x), int(y)) for x, y in points)
    head = "from math import acos, degrees, hypot\n\n"
    head += f"(ax, ay), (bx, by), (cx, cy) = ({ax}, {ay}), ({bx}, {by}), ({cx}, {cy})\n"
    if "orthocenter" in problem.question:
        return (
            head
            + """# (H - A) . (C - B) = 0 and (H - B) . (C - A) = 0
p, q, e = cx - bx, cy - by, ax * (cx - bx) + ay * (cy - by)
r, s, f = cx - ax, cy - ay, bx * (cx - ax) + by * (cy - ay)
det = p * s - q * r
print(f"({(e * s - q * f) / det:.3f}, {(p * f - e * r) / det:.3f})")"""
        )
    if "incircle" in problem.question:
        return (
            head
            + """sides = hypot(ax - bx, ay - by), hypot(bx - cx, by - cy), hypot(cx - ax, cy - ay)
area = abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2
print(f"{2 * area / sum(sides):.3f}")"""
        )
    return (
        head
        + """u, v = (ax - bx, ay - by), (cx - bx, cy - by)
cosine = (u[0] * v[0] + u[1] * v[1]) / (hypot(*u) * hypot(*v))
print(f"{degrees(acos(cosine)):.2f}°")"""
    )


def polynomial_equations(problem: Problem) -> str:
    left = found(problem, r"^(?:[^\n]*: )?([^:\n]*) = 0$")
    variable = re.findall("[a-z]", left)[0]
    return f"""from sympy import Poly, real_roots, symbols

{variable} = symbols({variable!r})
roots = {{round(float(root), 4) for root in real_roots(Poly({left}, {variable}))}}
print(", ".join(str(root) for root in sorted(roots)))"""


def polynomial_multiplication(problem: Problem) -> str:
    expression = found(problem, r"\A[^:]*: (.*)$")
    variable = (re.findall(r"[xyz]", expression) or ["x"])[0]
    return f"""from sympy import expand, symbols

{variable} = symbols({variable!r})
print(expand({expression}))"""


def simple_integration(problem: Problem) -> str:
    expression = facts(problem)["integrand"]
    variable = (re.findall(r"[a-zA-Z]", expression) or ["x"])[0]
    return f"""from sympy import Rational, integrate, symbols, sympify

{variable} = symbols({variable!r})
print(integrate(sympify({expression!r}), {variable}), "+ C")"""


def time_intervals(problem: Problem) -> str:
    """A start, an end and the form of the answer, cut out of the question."""
    start, end = re.search(  # type: ignore[union-attr]
        r"\b(?:between|from|at) (.*?) (?:and|to)(?: ended at| completed at| arrived at)? (.*?)[?.] ",
        problem.question + " ",
    ).groups()
    form = re.search(r"(?:in|as) (D days.*|HH.*?)\.?$", problem.question)[1]  # type: ignore[index]
    return f"""import re
from datetime import datetime, timedelta

FORMS = ["%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%Y-%m-%d", "%B %d, %Y", "%m/%d/%Y", "%a %b %d %Y", "%d %B %Y"]
FORMS += ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%B %d, %Y at %H:%M"]
FORMS += ["%a %b %d %Y %H:%M:%S", "%d %B %Y, %H:%M"]
FORMS += [form + " %z" for form in FORMS]


def moment(text):
    text = re.sub(r"^\\w+day, | \\(\\w+day\\)", "", text)
    for form in FORMS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            pass


form = {form!r}
took = moment({end!r}) - moment({start!r})
hours, rest = divmod(took.seconds if "D" in form else took.total_seconds(), 3600)
minutes, seconds = divmod(rest, 60)
clock = f"{{int(hours):02}}:{{int(minutes):02}}"
if "mmm" in form:
    clock += f":{{seconds:06.3f}}"
elif "SS" in form:
    clock += f":{{int(seconds):02}}"
days = f"{{took.days}} days" if "D" in form else ""
print(", ".join(part for part in (days, clock if "HH" in form else "") if part))"""


def calendar_arithmetic(problem: Problem) -> str:
    question = problem.question
    if "leap year" in question:
        year = found(problem, r"(\d+)")
        return f"year = {year}\nprint('Yes' if year % 4 == 0 and (year % 100 or year % 400 == 0) else 'No')"
    names = list(calendar.month_name)[1:]
    head = "from datetime import date, timedelta\n\n"
    if which := re.search(r"(first|second|third|fourth|last) (\w+day)", question):
        month, year = re.search(rf"({'|'.join(names)}) (\d+)", question).groups()  # type: ignore[union-attr]
        place = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}[which[1]]
        return (
            head
            + f"""start = date({year}, {names.index(month) + 1}, 1)
days = [start + timedelta(i) for i in range(31)]
days = [day.day for day in days if day.month == start.month and day.strftime("%A") == {which[2]!r}]
print(days[{place}] if {place} < len(days) else -1)"""
        )
    dates = re.findall(rf"({'|'.join(names)}) (\d+)", question)
    days = [
        f"date({re.findall('[0-9], ([0-9]{4})', question)[-1]}, {names.index(month) + 1}, {day})"
        for month, day in dates
    ]
    if slashes := re.search(r"(\d\d)/(\d\d)/(\d{4})", question):
        days = [f"date({slashes[3]}, {int(slashes[1])}, {int(slashes[2])})"]
    if len(days) == 1:
        offset = re.search(r"(\d+)[- ]days?", question)
        back = "-" if re.search("ago|before|backward", question) else ""
        later = f" + timedelta({back}{offset[1]})" if offset else ""
        return head + f'print(({days[0]}{later}).strftime("%A"))'
    wanted = re.search(r"(?:How many|occurrences of|times does) (\w+day)", question)
    right = "day.weekday() < 5" if wanted is None else f'day.strftime("%A") == {wanted[1]!r}'
    return (
        head
        + f"""start, end = {days[0]}, {days[1]}
days = [start + timedelta(i) for i in range((end - start).days + 1)]
print(sum({right} for day in days))"""
    )


_LEGS = {
    0: "snake|sea slug|jellyfish|flatworm|leech",
    2: "chicken|bird|human|duck",
    5: "starfish",
    6: "insect|ant|butterfly|beetle|bee|wasp|grasshopper|cricket|cockroach|praying mantis|firefly",
    8: "spider|scorpion",
    10: "crab|lobster|shrimp",
    14: "woodlouse",
}


def leg_counting(problem: Problem) -> str:
    """The animals with four legs need no line."""
    animals = re.findall(r"(\d+) ([a-z ]+?)s?(?=,|\?)", problem.question.partition("if you have")[2])
    known = {name: legs for legs, group in _LEGS.items() for name in group.split("|")}
    legs = {name: known[name] for _, name in animals if name in known}
    return f"""legs = {legs}
animals = {[(int(count), name) for count, name in animals]}
print(sum(count * legs.get(name, 4) for count, name in animals))"""
