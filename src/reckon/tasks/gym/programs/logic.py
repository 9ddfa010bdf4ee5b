"""Programs for questions that want a conclusion."""

import re

from reckon.tasks.gym.programs.reading import found
from reckon.values import Problem


def acre(problem: Problem) -> str:
    trials = re.findall(r"^(.*) → (on|off)$", problem.question, re.MULTILINE)
    new = found(problem, r"New test case:\n(.*)$")
    return f"""trials = {[(shown.split(", "), light) for shown, light in trials]}
never = {{thing for shown, light in trials if light == "off" for thing in shown}}
groups = [set(shown) - never for shown, light in trials if light == "on"]
surely = {{thing for group in groups if len(group) == 1 for thing in group}}
new = set({new!r}.split(", "))
lit = any(group <= new for group in groups)
print("on" if new & surely or lit else "off" if new <= never else "undetermined")"""


def aiw(problem: Problem) -> str:
    """Her brother has her sisters and her; a friend has her and those she names."""
    women = found(problem, r"(\d+) (?:sisters|female)")
    return f"""women_she_names = {women}
herself = 1
print(women_she_names + herself)"""


def color_cube_rotation(problem: Problem) -> str:
    sides = {side: color for color, side in re.findall(r"- an? (\w+) (\w+) side", problem.question)}
    told = problem.question.split("\n\n", 1)[1].split("What is now")[0]
    turns = re.findall(r"\b(front|right|back|left|bottom)\b", told)
    return f"""cube = {sides}
cycles = {{"front": "top front bottom back", "back": "top back bottom front"}}
cycles |= {{"right": "top right bottom left", "left": "top left bottom right"}}
for side in {turns}:
    before, cycle = dict(cube), cycles[side].split()
    for i, place in enumerate(cycle):
        cube[place] = before[cycle[(i + 1) % 4]]
print(cube[{found(problem, "color of the ([a-z]+) side")!r}])"""


def family_relationships(problem: Problem) -> str:
    story, _, question = problem.question.partition("\n\n")
    one, other = re.search(
        r"(?:What is|How is|What relation is) (\w+) (?:related )?to (\w+)", question
    ).groups()  # type: ignore[union-attr]
    couples = []
    for part in re.split(r"(?<=\.) (?=\w+ is married)", story):
        named = re.match(r"(\w+) is married to (\w+)\.(?: They have .*? called (.*)\.)?", part)
        if named:
            children = re.split(", | and ", named[3]) if named[3] else []
            couples.append((named[1], named[2], children))
    women = [name for name in re.findall(r"\w+", story) if name in _WOMEN.split()]
    return f"""couples = {couples}
women = set({women})  # by their names
parents = {{child: {{a, b}} for a, b, children in couples for child in children}}
spouse = {{x: y for a, b, _ in couples for x, y in ((a, b), (b, a))}}
one, other = {one!r}, {other!r}
up = parents.get(other, set())
grand = {{older for parent in up for older in parents.get(parent, ())}}
if one in up:
    names = "mother father"
elif other in parents.get(one, set()):
    names = "daughter son"
elif spouse.get(one) == other:
    names = "wife husband"
elif one in parents and parents.get(one) == up:
    names = "sister brother"
elif one in grand:
    names = "grandmother grandfather"
else:
    names = "aunt uncle"
print(names.split()[one not in women])"""


_WOMEN = """
    Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Emma Lisa Anna Margaret
    Victoria Charlotte Sophia Isabella Olivia Ava Mia Emily Abigail Amelia Eleanor Grace Alice Lucy
    Chloe Sophie Lily Hannah Zoe Luna Nova Aria Willow Aurora Sage River Winter Sky Rain
"""


def knights_knaves(problem: Problem) -> str:
    honest, liar = re.search(r"Format your answer like: \"\w+ is an? (\w+)/(\w+)", problem.question).groups()  # type: ignore[union-attr]
    text = problem.question.partition("inhabitants: ")[2].partition(" So who is")[0]
    people, _, said = text.partition(". ")
    names = re.findall(r"[A-Z]\w+", people)
    claims = {}
    for sentence in _sentences(said, names):
        quoted = re.search(r'"(.*)"', sentence)
        content = quoted[1] if quoted else sentence.partition(" that ")[2]
        outside = sentence.replace(content, "", 1)
        speaker = next(name for name in names if re.search(rf"\b{name}\b", outside))
        claims[speaker] = _condition(content.strip(" .,"), honest)
    body = "\n".join(f"    {name!r}: lambda told: {claim}," for name, claim in claims.items())
    return f"""from itertools import product

names = {names}
claims = {{
{body}
}}
for truth in product((True, False), repeat=len(names)):
    told = dict(zip(names, truth))
    if all(claims[name](told) == told[name] for name in claims):
        print(", ".join(f"{{name}} is a {{{honest!r} if told[name] else {liar!r}}}" for name in names))
        break"""


def _sentences(text: str, names: list[str]) -> list[str]:
    """Cut before each opening: a quotation, or the words that lead one in."""
    who = "|".join(names)
    verbs = "said|told|stated|remarked|was|expressed|asserted|commented|noted"
    led_in = rf"(?:According to|In a statement by|In|As) (?:{who})|(?:{who}) (?:{verbs})"
    return re.split(rf'(?<=[.]|[."]) (?={led_in}|"[^"]+"? (?:-|(?:{who}))|"[^"]*," |"[^"]*" -)', text)


def _condition(text: str, honest: str) -> str:
    """The claim as Python over `told`, name: whether the person tells the truth."""
    text = text.strip()
    if text.startswith("(") and _closes(text) == len(text) - 1:
        return _condition(text[1:-1], honest)
    for word, sign in ((" if and only if ", "=="), (" or ", "or"), (" and ", "and")):
        parts = _apart(text, word)
        if len(parts) > 1 and not text.startswith("if "):
            return "(" + f" {sign} ".join(_condition(part, honest) for part in parts) + ")"
    if text.startswith("if "):
        when, then = _apart(text[3:], " then ")[0], _apart(text[3:], " then ")[-1]
        return f"(not {_condition(when, honest)} or {_condition(then, honest)})"
    if text.startswith("it is not the case that "):
        return f"(not {_condition(text[24:], honest)})"
    name, _, role = text.partition(" is a")
    return f"told[{name!r}]" if role.split()[-1] == honest else f"(not told[{name!r}])"


def _closes(text: str) -> int:
    depth = 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return place
    return -1


def _apart(text: str, word: str) -> list[str]:
    """The parts between this word where it stands in no bracket."""
    parts, depth, begin = [], 0, 0
    for place, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0 and text.startswith(word, place):
            parts.append(text[begin:place])
            begin = place + len(word)
    return [*parts, text[begin:]]


def self_reference(problem: Problem) -> str:
    conditions = [
        _claim(text) for text in re.findall(r"Statement \d+: '(.*)'$", problem.question, re.MULTILINE)
    ]
    body = "\n".join(f"    lambda s, t, f: {condition}," for condition in conditions)
    return f"""from itertools import product

prime = {{2, 3, 5, 7}}
composite = {{4, 6}}
claims = [
{body}
]
count = 0
for s in product((False, True), repeat=7):
    t = sum(s)
    count += all(claim(s, t, 7 - t) == said for claim, said in zip(claims, s))
print(count)"""


def _claim(text: str) -> str:
    counted = "t" if "are true" in text or "true statements" in text else "f"
    if match := re.match(r"(At least|At most|Exactly) (\d+)", text):
        sign = {"At least": ">=", "At most": "<="}.get(match[1], "==")
        return f"{counted} {sign} {match[2]}"
    if match := re.match(r"Either Statement (\d) or Statement (\d)", text):
        return f"s[{int(match[1]) - 1}] != s[{int(match[2]) - 1}]"
    kind = "prime" if "prime" in text else "composite"
    return f"{counted} in {kind}"


def syllogism(problem: Problem) -> str:
    one, two = re.findall(r"^[12]\. (.*)$", problem.question, re.MULTILINE)
    conclusion = found(problem, r"follow that:\n(.*)\?$")
    return f"""import re
from itertools import combinations

texts = {[one, two, conclusion]}
forms = [re.fullmatch("(All|No|Some) (.*) are (not )?(.*)", text).groups() for text in texts]
terms = sorted({{term for _, a, _, b in forms for term in (a, b)}})
kinds = [frozenset(kind) for n in range(len(terms) + 1) for kind in combinations(terms, n)]


def holds(form, world):
    quantifier, a, negated, b = form
    inside = [b in kind for kind in world if a in kind]
    if quantifier == "Some":
        return any(is_b != bool(negated) for is_b in inside)
    return all(is_b == (quantifier == "All") for is_b in inside)


valid = True
for number in range(2 ** len(kinds)):
    world = [kind for i, kind in enumerate(kinds) if number >> i & 1]
    inhabited = all(any(term in kind for kind in world) for term in terms)
    if inhabited and holds(forms[0], world) and holds(forms[1], world):
        valid = valid and holds(forms[2], world)
print("Yes" if valid else "No")"""
