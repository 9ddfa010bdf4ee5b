"""Steps on texts and on lists of words."""

from reckon.tasks.material.steps.step import Bug, Step

STEPS = (
    Step(
        "shorten_runs",
        ("text",),
        "text",
        2,
        "the text in which every stretch of $k or more neighbouring equal characters, taken as long as it "
        "goes, is replaced by that character and the number of times it stands there",
        """
def shorten_runs(text):
    out = ""
    i = 0
    while i < len(text):
        j = i
        while j < len(text) and text[j] == text[i]:
            j += 1
        out += text[i] + str(j - i) if j - i >= $k else text[i:j]
        i = j
    return out
""",
        (
            Bug("boundary", ">= $k", "> $k"),
            Bug("several digits", "str(j - i)", "str(j - i)[-1]"),
            Bug("wrong count", "str(j - i)", "str(j - i - 1)"),
        ),
        {"k": range(2, 5)},
    ),
    Step(
        "shift_letters",
        ("text",),
        "text",
        1,
        "the text with each of the letters a to z replaced by the one $k places further in the alphabet, "
        "where a follows z; all other characters stay",
        """
def shift_letters(text):
    out = ""
    for c in text:
        if "a" <= c <= "z":
            out += chr((ord(c) - 97 + $k) % 26 + 97)
        else:
            out += c
    return out
""",
        (
            Bug("boundary", '"a" <= c <= "z"', '"a" <= c < "z"'),
            Bug("wrap-around forgotten", "(ord(c) - 97 + $k) % 26 + 97", "min(ord(c) + $k, 122)"),
            Bug("rest lost", "        else:\n            out += c\n", ""),
        ),
        {"k": range(1, 26)},
    ),
    Step(
        "bracket_depth",
        ("brackets",),
        "whole",
        2,
        "how many pairs of round brackets lie around the most deeply nested place, times $k; -1 if the "
        "brackets are not balanced, that is, if a bracket closes that was not opened or one stays open",
        """
def bracket_depth(text):
    depth = deepest = 0
    for c in text:
        if c == "(":
            depth += 1
            deepest = max(deepest, depth)
        elif c == ")":
            depth -= 1
            if depth < 0:
                return -1
    return deepest * $k if depth == 0 else -1
""",
        (
            Bug("missing check", "            if depth < 0:\n                return -1\n", ""),
            Bug("missing check", "deepest * $k if depth == 0 else -1", "deepest * $k"),
            Bug("wrong quantity", "deepest = max(deepest, depth)", "deepest += 1"),
        ),
        {"k": range(1, 5)},
    ),
    Step(
        "split_at_marks",
        ("text",),
        "words",
        1,
        "the list of the pieces of the text between spaces and hyphens that have at least $k characters, in "
        "their order",
        """
def split_at_marks(text):
    pieces = []
    piece = ""
    for c in text + " ":
        if c in " -":
            if len(piece) >= $k:
                pieces.append(piece)
            piece = ""
        else:
            piece += c
    return pieces
""",
        (
            Bug("last item skipped", 'text + " "', "text"),
            Bug("boundary", ">= $k", "> $k"),
            Bug("state not reset", '            piece = ""\n', '                piece = ""\n'),
        ),
        {"k": range(1, 4)},
    ),
    Step(
        "order_words",
        ("words",),
        "words",
        1,
        "the words that have at most $k letters, longer ones before shorter ones, those of equal length in "
        "alphabetical order; a word that comes more than once stays as often",
        """
def order_words(words):
    short = [word for word in words if len(word) <= $k]
    return sorted(short, key=lambda word: (-len(word), word))
""",
        (
            Bug(
                "ties",
                "sorted(short, key=lambda word: (-len(word), word))",
                "sorted(short, key=lambda word: (len(word), word), reverse=True)",
            ),
            Bug("ties", "(-len(word), word)", "-len(word)"),
            Bug("duplicates", "sorted(short,", "sorted(set(short),"),
            Bug("boundary", "<= $k", "< $k"),
        ),
        {"k": range(2, 5)},
    ),
    Step(
        "count_words",
        ("words",),
        "table",
        1,
        "a dictionary from each word that stands at least $k times in the list to the number of times",
        """
def count_words(words):
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return {word: count for word, count in counts.items() if count >= $k}
""",
        (
            Bug("boundary", ">= $k", "> $k"),
            Bug("wrong start", "counts.get(word, 0)", "counts.get(word, 1)"),
        ),
        {"k": range(1, 4)},
    ),
    Step(
        "common_start",
        ("words",),
        "text",
        2,
        "the longest text of at most $k letters with which all the words begin; an empty text for an empty "
        "list",
        """
def common_start(words):
    if not words:
        return ""
    start = words[0][:$k]
    for word in words[1:]:
        while not word.startswith(start):
            start = start[:-1]
    return start
""",
        (
            Bug("items left out", "words[1:]", "words[-1:]"),
            Bug("limit forgotten", "words[0][:$k]", "words[0]"),
            Bug("wrong test", "not word.startswith(start)", "start not in word"),
        ),
        {"k": range(1, 4)},
    ),
    Step(
        "name_groups",
        ("words",),
        "words",
        3,
        "one word for each group of words that are made of the same letters, each letter as often: the "
        "word of "
        "the group that comes first in the alphabet; only groups of at least $k list items count, equal "
        "words "
        "as several items; the result is in the order in which the groups first turn up in the list",
        """
def name_groups(words):
    groups = {}
    for word in words:
        groups.setdefault("".join(sorted(word)), []).append(word)
    return [min(group) for group in groups.values() if len(group) >= $k]
""",
        (
            Bug("wrong key", '"".join(sorted(word))', '"".join(sorted(set(word)))'),
            Bug("first for least", "min(group)", "group[0]"),
            Bug("duplicates", "len(group) >= $k", "len(set(group)) >= $k"),
            Bug("boundary", ">= $k", "> $k"),
        ),
        {"k": range(2, 4)},
    ),
    Step(
        "value_of",
        ("formula",),
        "whole",
        3,
        "the value of the formula, where * binds before + and -, and + and - are done from left to right; a "
        "number above $most counts as $most",
        """
def value_of(formula):
    total, product, sign, digits = 0, 1, 1, ""
    for c in formula + "+":
        if c.isdigit():
            digits += c
            continue
        product *= min(int(digits), $most)
        digits = ""
        if c != "*":
            total += sign * product
            product = 1
            sign = -1 if c == "-" else 1
    return total
""",
        (
            Bug("last item skipped", 'formula + "+"', "formula"),
            Bug("state not reset", "            product = 1\n", ""),
            Bug("state not carried", 'sign = -1 if c == "-" else 1', 'sign = -sign if c == "-" else sign'),
            Bug(
                "limit in the wrong place",
                "product *= min(int(digits), $most)",
                "product = min(product * int(digits), $most)",
            ),
        ),
        {"most": range(9, 31)},
    ),
    Step(
        "spell_out",
        ("ranges",),
        "ints",
        2,
        "the list of numbers that the text stands for, part by part: a single number is itself, a-b is all "
        "numbers from a to b, both with it, counting down if b is smaller than a, and of such a part only "
        "the "
        "first $k numbers",
        """
def spell_out(ranges):
    out = []
    for part in ranges.split(","):
        first, _, last = part.partition("-")
        a, b = int(first), int(last or first)
        step = 1 if a <= b else -1
        out += list(range(a, b + step, step))[:$k]
    return out
""",
        (
            Bug("end excluded", "range(a, b + step, step)", "range(a, b, step)"),
            Bug("one direction", "1 if a <= b else -1", "1"),
            Bug("end of a falling range", "b + step, step", "b + 1, step"),
        ),
        {"k": range(4, 13)},
    ),
    Step(
        "drive",
        ("moves",),
        "ints",
        3,
        "where a robot ends, as the list [x, y]: it starts at [0, 0] and looks towards growing y; L turns "
        "it a "
        "quarter to the left and R a quarter to the right, growing x being right of growing y; F moves it "
        "one "
        "field ahead, or not at all if x or y would become less than 0 or more than $side",
        """
def drive(moves):
    x = y = 0
    dx, dy = 0, 1
    for move in moves:
        if move == "L":
            dx, dy = -dy, dx
        elif move == "R":
            dx, dy = dy, -dx
        elif 0 <= x + dx <= $side and 0 <= y + dy <= $side:
            x, y = x + dx, y + dy
    return [x, y]
""",
        (
            Bug("boundary", "x + dx <= $side", "x + dx < $side"),
            Bug("missing check", "0 <= x + dx <= $side", "x + dx <= $side"),
            Bug(
                "order of statements",
                "            dx, dy = -dy, dx\n",
                "            dx = -dy\n            dy = dx\n",
            ),
        ),
        {"side": range(1, 6)},
    ),
)
