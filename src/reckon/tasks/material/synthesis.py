"""Writes small Python programs that end by construction, for questions on what they do.

A program defines helper functions and a function f over whole numbers, lists of them, texts and dictionaries.
Loops are over ranges, texts and lists that the loop does not lengthen, or count down a variable that nothing
else assigns. An index is taken modulo the length of a list that is never empty, and what a loop adds is
reduced by a modulus, so no value grows fast. Every statement has a line of its own.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

LETTERS = "abcde"
_NUMBERS = ("total", "count", "best", "rest", "mark", "low", "high", "gap", "turn", "last")
_LISTS, _TEXTS, _TABLES = ("out", "kept", "queue"), ("text", "word", "code"), ("seen", "tally", "bins")
_EACH, _INDEX, _LETTER = ("x", "y", "z", "w"), ("i", "j", "k", "m"), ("c", "e", "h", "u")
_PARAMETERS = {"number": ("n", "p"), "numbers": ("xs", "ys"), "text": ("s", "r")}
_MODULI = (3, 4, 5, 7, 10, 11)


@dataclass(slots=True)
class Writer:
    """A function under way: its lines, and the names that may be read and assigned at this place.

    counting: in a while loop, whose last line must not be passed over.  numbers: whole numbers that may be
    assigned; steady: those that may only be read (parameters, loop variables); lists never empty;
    held: lists that a loop runs over; built: texts that grow; given: texts that
    are not empty and stay; tables: dictionaries with whether their keys are letters.
    """

    rng: random.Random
    helpers: Sequence[str] = ()
    lines: list[str] = field(default_factory=list)
    depth: int = 1
    loops: int = 0
    counting: bool = False
    numbers: list[str] = field(default_factory=list)
    steady: list[str] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    lists: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    built: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    tables: dict[str, bool] = field(default_factory=dict)

    def write(self, line: str) -> None:
        self.lines.append("    " * self.depth + line)

    def below(self, size: int, also: Callable[[], None] | None = None) -> None:
        """A block of about `size` statements, one step deeper, with what `also` writes at its end."""
        self.depth += 1
        self.block(size)
        if also:
            also()
        self.depth -= 1

    def block(self, size: int) -> None:
        while size > 0:
            size -= self.statement(size)

    def statement(self, room: int) -> int:
        """Writes a statement, with those in it; returns how many there are."""
        ways: list[Callable[[int], int]] = [self.update, self.update]
        ways += [self.store] * (2 if self.lists else 0)
        ways += [self.compose] * (2 if self.built else 0) + [self.tabulate] * (2 if self.tables else 0)
        ways += [self.consult] if self.helpers else []
        if room >= 2 and self.depth < 4:
            ways += [self.branch] * 4 + ([self.loop] * 5 if self.loops < 2 else [])
        return self.rng.choice(ways)(room)

    def atom(self) -> str:
        """A name or a digit; in a loop, a variable is reduced."""
        names = [*self.steady, *self.steady, *self.numbers]
        if not names or self.rng.random() < 0.25:
            return str(self.rng.randint(1, 9))
        name = self.rng.choice(names)
        return f"{name} % {self.rng.choice(_MODULI)}" if self.loops and name in self.numbers else name

    def name(self) -> str:
        return self.rng.choice([*self.steady, *self.numbers] or ["7"])

    def peek(self) -> str:
        chosen = self.rng.choice(self.lists)
        return f"{chosen}[{self.name()} % len({chosen})]"

    def term(self) -> str:
        ways: list[Callable[[], str]] = [
            self.atom,
            self.atom,
            lambda: f"{self.name()} // {self.rng.randint(2, 4)} % 10",
        ]
        if self.lists:
            ways += [self.peek, self.peek, lambda: f"len({self.rng.choice(self.lists)})"]
            ways += [lambda: f"{self.rng.choice(('max', 'min'))}({self.rng.choice(self.lists)}) % 10"]
        if self.letters:
            ways += [lambda: f"ord({self.rng.choice(self.letters)}) - {ord('a') - 1}"] * 2
        numeric = [table for table, lettered in self.tables.items() if not lettered]
        if numeric:
            ways += [lambda: f"{self.rng.choice(numeric)}.get({self.atom()}, 0) % 10"]
        return self.rng.choice(ways)()

    def condition(self) -> str:
        rng, kind = self.rng, self.rng.random()
        if kind < 0.35:
            modulus = rng.choice((2, 2, 3, 3, 4, 5))
            return f"{self.name()} % {modulus} == {rng.randrange(modulus)}"
        if kind < 0.5 and self.letters:
            return (
                f'{rng.choice(self.letters)} {rng.choice(("==", "!=", "<", ">"))} "{rng.choice(LETTERS[:4])}"'
            )
        if kind < 0.6 and self.lists:
            return f"{self.atom()} {rng.choice(('in', 'not in'))} {rng.choice(self.lists)}"
        if kind < 0.68:
            sides = [f"{self.name()} {rng.choice('<>')} {rng.randint(2, 9)}" for _ in range(2)]
            return rng.choice((" and ", " or ")).join(sides)
        return f"{self.term()} {rng.choice(('<', '>', '<=', '>=', '!='))} {self.term()}"

    def update(self, _: int) -> int:
        rng, name = self.rng, self.rng.choice(self.numbers)
        forms = (
            f"{name} += {self.term()}",
            f"{name} += {self.term()}",
            f"{name} -= {self.term()}",
            f"{name} = ({name} * {rng.randint(2, 5)} + {self.term()}) % {rng.choice((13, 17, 23, 50, 97))}",
            f"{name} = {rng.choice(('max', 'min'))}({name}, {self.term()})",
            f"{name} = abs({name} - {rng.randint(3, 20)})",
        )
        self.write(rng.choice(forms))
        return 1

    def store(self, _: int) -> int:
        rng, name = self.rng, self.rng.choice(self.lists)
        if name in self.held or rng.random() < 0.3:
            self.write(f"{name}[{self.name()} % len({name})] = {self.atom()}")
        elif rng.random() < 0.2:
            self.write(f"if len({name}) > {rng.randint(2, 4)}:")
            self.write(f"    {rng.choice(self.numbers)} += {name}.pop({rng.choice(('', '0'))})")
            return 2
        else:
            at = rng.choice(("append(", "append(", "insert(0, "))
            self.write(f"{name}.{at}{self.term()})")
        return 1

    def compose(self, _: int) -> int:
        rng, name = self.rng, self.rng.choice(self.built)
        cut = rng.randint(1, 3)
        forms = [f'{name} += "{rng.choice(LETTERS)}"', f"{name} = {name}[::-1]"]
        forms += [f"{name} = {name}[{cut}:] + {name}[:{cut}]"]
        for letter in self.letters:
            forms += [f"{name} += {letter}", f"{name} = {letter} + {name}", f"{name} += {letter}.upper()"]
        for text in self.given:
            forms += [f"{name} += {text}[{self.name()} % len({text})]"] * 2
        self.write(rng.choice(forms))
        return 1

    def tabulate(self, _: int) -> int:
        name, lettered = self.rng.choice(list(self.tables.items()))
        if lettered:
            key = self.rng.choice(self.letters or [f'"{letter}"' for letter in LETTERS[:3]])
        else:
            key = f"{self.name()} % {self.rng.choice((2, 3, 4))}"
        self.write(f"{name}[{key}] = {name}.get({key}, 0) + {self.term()}")
        return 1

    def consult(self, _: int) -> int:
        sides = ", ".join(self.atom() for _ in range(2))
        self.write(f"{self.rng.choice(self.numbers)} += {self.rng.choice(self.helpers)}({sides})")
        return 1

    def branch(self, room: int) -> int:
        rng = self.rng
        inside = rng.randint(1, min(3, room - 1))
        other = rng.randint(1, 2) if room - inside > 1 and rng.random() < 0.6 else 0
        self.write(f"if {self.condition()}:")
        leave = "break" if self.counting else rng.choice(("break", "continue", "continue"))
        leaving = self.loops and not other and rng.random() < 0.25
        self.below(inside, (lambda: self.write(leave)) if leaving else None)
        if other:
            self.write(f"elif {self.condition()}:" if rng.random() < 0.4 else "else:")
            self.below(other)
        return inside + other + 1

    def loop(self, room: int) -> int:
        """The loop's variable may be read in its body alone: past it, it may never have been assigned."""
        rng, inside = self.rng, self.rng.randint(1, min(5, room - 1))
        steady, letters, held = list(self.steady), list(self.letters), list(self.held)
        texts, free = [*self.given], [name for name in self.lists if name not in self.held]
        ways: list[Callable[[], None]] = [self.counted]
        ways += [lambda: self.over_items(rng.choice(free))] * 3 if free else []
        ways += [lambda: self.over_letters(rng.choice(texts))] * 4 if texts else []
        rng.choice(ways)()
        self.loops += 1
        self.below(inside)
        self.loops -= 1
        self.steady, self.letters, self.held = steady, letters, held
        return inside + 1

    def counted(self) -> None:
        rng, name = self.rng, _INDEX[self.loops]
        lengths = [f"len({chosen})" for chosen in [*self.lists, *self.given]]
        spans = [f"{self.name()} % {rng.randint(4, 6)}", str(rng.randint(2, 5)), *lengths]
        span = rng.choice(spans)
        first = rng.randint(1, 2)
        if span.isdigit() and rng.random() < 0.5:
            span = f"{first}, {first + int(span) * 2}, 2"
        self.write(f"for {name} in range({span}):")
        self.steady.append(name)

    def over_items(self, chosen: str) -> None:
        name = _EACH[self.loops]
        self.write(f"for {name} in {chosen}:")
        self.steady += [name, name]
        self.held.append(chosen)

    def over_letters(self, chosen: str) -> None:
        name = _LETTER[self.loops]
        self.write(f"for {name} in {chosen}:")
        self.letters.append(name)

    def countdown(self, size: int) -> None:
        """A while loop that makes a number smaller each time."""
        rng = self.rng
        self.write(f"left = {self.name()} % 10 + {rng.randint(5, 30)}")
        self.write(f"while left > {rng.randint(1, 3)}:")
        self.steady.append("left")
        self.loops += 1
        step = rng.choice(("left //= 2", "left -= 7", "left -= 5", "left = left * 2 // 3"))
        self.counting = True
        self.depth += 1
        for _ in range(size):
            self.rng.choice((self.update, self.branch))(2)
        self.write(step)
        self.depth -= 1
        self.counting = False
        self.loops -= 1
        self.steady.remove("left")


def synthesise(rng: random.Random, size: int, parameters: Sequence[str]) -> str:
    """The text of a program: up to two helpers, and f of about `size` statements.

    parameters: the kinds of f's parameters, each "number", "numbers" (a list) or "text", none empty.
    """
    helpers = ["g", "h"][: min(size // 6, 2)]
    names = [_PARAMETERS[kind][parameters[:at].count(kind)] for at, kind in enumerate(parameters)]
    writer = Writer(rng, helpers, [f"def f({', '.join(names)}):"])
    for kind, name in zip(parameters, names, strict=True):
        {"number": writer.steady, "numbers": writer.lists, "text": writer.given}[kind].append(name)
    _begin(writer, size)
    writer.block(size // 2)
    if rng.random() < 0.5:
        writer.countdown(rng.randint(1, 1 + size // 6))
    writer.loop(max(2, size - size // 2))
    _end(writer)
    body = "\n".join(writer.lines)
    called = [helper for helper in helpers if f"{helper}(" in body]
    return "\n\n".join([*("\n".join(_helper(rng, helper)) for helper in called), body])


def _helper(rng: random.Random, name: str) -> list[str]:
    """Two numbers in, one out, with a branch or a loop."""
    writer = Writer(rng, (), [f"def {name}(a, b):"], numbers=["d"], steady=["a", "b"])
    writer.write(f"d = {rng.choice(('a', 'b', 'a + b', 'a - b', '1'))}")
    if rng.random() < 0.5:
        writer.write(f"if {writer.condition()}:")
        writer.write(f"    return {rng.choice(('a', 'b', 'd'))} % {rng.randint(5, 9)}")
    else:
        writer.counted()
        writer.loops = 1
        writer.below(rng.randint(1, 2))
        writer.loops = 0
    writer.write(f"return d % {rng.choice((7, 10, 13))}")
    return writer.lines


def _begin(writer: Writer, size: int) -> None:
    rng = writer.rng
    writer.numbers += rng.sample(_NUMBERS, 1 if size < 5 else 2 + (size > 10))
    for name in writer.numbers:
        writer.write(f"{name} = {rng.choice((0, 0, 1, rng.randint(2, 9)))}")
    if writer.given or rng.random() < 0.3:
        name = rng.choice(_TEXTS)
        writer.write(f'{name} = ""')
        writer.built.append(name)
    if size > 5 and rng.random() < 0.6:
        name = rng.choice(_TABLES)
        writer.write(f"{name} = {{}}")
        writer.tables[name] = bool(writer.given) and rng.random() < 0.6
    if size > 4 and rng.random() < (0.4 if writer.lists else 0.7):
        name = rng.choice(_LISTS)
        writer.write(f"{name} = [{rng.randint(0, 9)}, {rng.randint(0, 9)}]")
        writer.lists.append(name)


def _end(writer: Writer) -> None:
    """Returns what may have changed: one value of a short program, up to three of a long one."""
    text = "\n".join(writer.lines)
    changed = [*writer.numbers, *writer.built, *writer.tables]
    changed += [name for name in writer.lists if f"{name}." in text or f"{name}[" in text]
    chosen = sorted(writer.rng.sample(changed, min(len(changed), 1 + len(writer.lines) // 10)))
    writer.write(f"return {chosen[0]}" if len(chosen) == 1 else f"return [{', '.join(chosen)}]")
