"""Programs for questions about words, letters and lists."""

import re

from reckon.tasks.gym.programs.reading import facts, found
from reckon.values import Problem


def ab(problem: Problem) -> str:
    shown = found(problem, r"following program:\n\n(.*?)$")
    return f"""tokens = {shown!r}.split()
place = 0
while place + 1 < len(tokens):
    one, other = tokens[place], tokens[place + 1]
    if one[-1] == "#" == other[0]:
        tokens[place : place + 2] = [] if one[0] == other[-1] else [other, one]
        place = max(place - 1, 0)
    else:
        place += 1
print(*tokens)"""


def caesar_cipher(problem: Problem) -> str:
    """English tells the right one of 26: its letters are weighed by how often they come."""
    text = found(problem, r": ([A-Z .]+?)(?:\. Provide|\n|$)")
    return f"""text = {text!r}
OFTEN = [127, 91, 82, 75, 70, 67, 63, 61, 60, 43, 40, 28, 28, 24, 24, 22, 20, 20, 19, 15, 10, 8, 2, 2, 1, 1]
WEIGHTS = dict(zip("ETAOINSHRDLCUMWFGYPBVKJXQZ", OFTEN))


def shifted(by):
    return "".join(chr((ord(c) - 65 - by) % 26 + 65) if c.isalpha() else c for c in text)


def likely(candidate):
    score = 1
    for c in candidate:
        score *= WEIGHTS.get(c, 40)
    return score


print(max(map(shifted, range(26)), key=likely))"""


def emoji_mystery(problem: Problem) -> str:
    secret = re.search("[\ufe00-\ufe0f\U000e0100-\U000e01ef]+", problem.question)[0]  # type: ignore[index]
    codes = [ord(c) for c in secret]
    return f"""codes = {codes}
octets = [c - 0xFE00 if c < 0xFE10 else c - 0xE0100 + 16 for c in codes]
print(bytes(octets).decode("utf-8"))"""


def group_anagrams(problem: Problem) -> str:
    shown = found(problem, r"into anagrams:\n(\[.*\])")
    return f"""import json

groups = {{}}
for word in {shown}:
    groups.setdefault("".join(sorted(word)), []).append(word)
print(json.dumps(list(groups.values())))"""


def isomorphic_strings(problem: Problem) -> str:
    one, other = problem.question.rsplit("\n", 2)[-2 if problem.question.endswith("\n") else -1].split()
    return f"""one, other = {one!r}, {other!r}
pairs = set(zip(one, other))
print(len(one) == len(other) and len(pairs) == len(set(one)) == len(set(other)))"""


def ransom_note(problem: Problem) -> str:
    note, magazine = found(problem, r"Ransom note: (\w+)"), found(problem, r"Magazine: (\w+)")
    return f"""from collections import Counter

print(not Counter({note!r}) - Counter({magazine!r}))"""


def letter_counting(problem: Problem) -> str:
    letter, text = found(problem, r'letter "(.)"'), found(problem, r'text: "(.*)"\?')
    return f"print({text!r}.lower().count({letter!r}))"


def number_filtering(problem: Problem) -> str:
    keep, than = found(problem, r"^(Keep|Remove)"), found(problem, r"(larger|smaller) than")
    sign = ">" if (keep == "Keep") == (than == "larger") else "<"
    equal = "=" if keep == "Remove" else ""
    shown = found(problem, r"(\[.*?\])")
    also = found(problem, r"than (-?[\d.]+) in")
    return f"""numbers = {shown}
print([number for number in numbers if float(number) {sign}{equal} {also}])"""


def number_sorting(problem: Problem) -> str:
    listed = [text.strip() for text in found(problem, r"order: (.*?)$").split(",")]
    descending = "descending" in problem.question.split(":")[0]
    return f"print(sorted({listed}, key=float, reverse={descending}))"


def number_format(problem: Problem) -> str:
    wanted = "max" if found(problem, r"pick the (largest|smallest) number of") == "largest" else "min"
    candidates = found(problem, r"candidates: (.*)").split()
    return f"""candidates = {candidates}
print({wanted}(float(text.replace(",", "")) for text in candidates))"""


def palindrome_generation(problem: Problem) -> str:
    return f"""from collections import Counter

counts = Counter({facts(problem)["letters"]})
half = "".join(letter * (count // 2) for letter, count in counts.items())
print(half + "".join(letter for letter, count in counts.items() if count % 2) + half[::-1])"""


def palindrome_partitioning(problem: Problem) -> str:
    text = found(problem, r"into palindromes: (\w+)")
    return f"""import json


def partitions(text):
    if not text:
        return [[]]
    heads = [text[:end] for end in range(1, len(text) + 1) if text[:end] == text[:end][::-1]]
    return [[head, *rest] for head in heads for rest in partitions(text[len(head) :])]


print(json.dumps(partitions({text!r})))"""


def spell_backward(problem: Problem) -> str:
    shown = found(problem, r": ([^:\n]*)$")
    return f"print({shown!r}[::-1])"


def word_sequence_reversal(problem: Problem) -> str:
    return f"""words = {found(problem, r"list of words: (.*)$")!r}.split(", ")
print(", ".join(reversed(words)))"""


def needle_haystack(problem: Problem) -> str:
    text, _, _ = problem.question.rpartition("\n")
    return f"""text = {text!r}
wanted = {found(problem, r"Who (.*)[?]")!r}
for sentence in text.split(". "):
    name, _, rest = sentence.strip(" .").partition(" ")
    if rest == wanted:
        print(name)"""


def bf(problem: Problem) -> str:
    shown = found(problem, r"^([-+<>.,\[\]]+)$")
    return f"""code = {shown!r}
pairs, stack = {{}}, []
for place, c in enumerate(code):
    if c == "[":
        stack.append(place)
    elif c == "]":
        pairs[place] = stack.pop()
        pairs[pairs[place]] = place
cells, at, place, out = [0] * 1000, 0, 0, ""
while place < len(code):
    c = code[place]
    at += (c == ">") - (c == "<")
    cells[at] = (cells[at] + (c == "+") - (c == "-")) % 256
    if c == ".":
        out += chr(cells[at])
    if c == "[" and not cells[at] or c == "]" and cells[at]:
        place = pairs[place]
    place += 1
print(out)"""


def binary_alternation(problem: Problem) -> str:
    return f"""text = {found(problem, r"alternating: ([01]+)")!r}
ones, zeros = text.count("1"), text.count("0")
ways = []
for first in "01":
    if (first == "1" and ones - zeros in (0, 1)) or (first == "0" and zeros - ones in (0, 1)):
        pattern = (first + "10"[int(first)]) * len(text)
        ways.append(sum(a != b for a, b in zip(text, pattern)) // 2)
print(min(ways, default=-1))"""
