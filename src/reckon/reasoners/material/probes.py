"""Statements that print variables, put after the blocks of a program in another language than Python.

Where they may stand and what is assigned is read off the lines, with no parser: a place that is in doubt is
left out, and a program that does not compile with them is followed without.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reckon.reasoners.material.code_blocks import blocks_of, jumps


@dataclass(frozen=True, slots=True)
class Probe:
    """How a language prints a variable to stderr, as a line `@BLOCK NAME value`.

    prelude: what the program needs for it, put before it.  top: whether statements may stand in no function.
    """

    show: str
    prelude: str = ""
    top: bool = False


_CPP = """#include <iostream>
#include <iterator>
#include <type_traits>
template <class T> void reckon_show(const T& v) {
  if constexpr (requires { std::cerr << v; } && !std::is_array_v<T> && !std::is_pointer_v<T>) std::cerr << v;
  else if constexpr (requires { std::begin(v); })
    for (const auto& one : v) { reckon_show(one); std::cerr << ' '; }
  else if constexpr (requires { v.first; v.second; }) {
    reckon_show(v.first); std::cerr << ' '; reckon_show(v.second);
  } else std::cerr << '?';
}
"""
_SCRIPT = """function reckonShow(v) {
  const text = JSON.stringify(v, (k, x) => x instanceof Map || x instanceof Set ? [...x] :
    typeof x === "bigint" ? String(x) : x);
  return text === undefined ? "null" : text;
}
"""
_JAVA = 'java.util.Arrays.deepToString(new Object[]{NAME}).replaceAll("^.|.$|\\\\n", "")'
_SHOW = 'console.error("@BLOCK NAME " + reckonShow(NAME));'
PROBES: Mapping[str, Probe] = {
    "cpp": Probe('std::cerr << "@BLOCK NAME "; reckon_show(NAME); std::cerr << std::endl;', _CPP),
    "java": Probe(f'System.err.println("@BLOCK NAME " + {_JAVA});'),
    "javascript": Probe(_SHOW, _SCRIPT, top=True),
    "typescript": Probe(_SHOW, _SCRIPT, top=True),
}
LONGEST_LINE = 300  # characters; nothing is read off a longer one: bounds the work on hostile text
_ALIASES = {"js": "javascript", "node": "javascript", "ts": "typescript", "c++": "cpp", "cxx": "cpp"}

_QUOTED = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`|//.*")
_SET = re.compile(r"(?<![\w.>])(\w+)(?:\[[^\]=]*\])*\s*(?:<<|>>>?|[-+*/%&|^?]{1,2})?=(?![=>])")
_COUNTED = re.compile(r"(?<![\w.])(\w+)(?:\[[^\]]*\])*(?:\+\+|--)|(?:\+\+|--)(\w+)")
_EACH = re.compile(r"\bfor\s*\(\s*[\w<>\[\],.:&*\s]*?[\s&*(](\w+)\s*(?::(?!:)|\bof\b)")
_READ = re.compile(r">>\s*(\w+)(?![\w\[(])")
_CHANGED = re.compile(r"^(\w+)(?:(?:\.|->)\w+\(|\[)")
_DECLARED = re.compile(r"^(?!return\b|throw\b)[\w:<>\[\],&*\s]*[\w>\]&*]\s+[&*]*(\w+)\s*(?:\(.*\)|\{.*\})?;")
_TYPE = re.compile(r"\b(?:class|interface|enum|struct|namespace|record|union)\s+\w+")
_HANGING = re.compile(r"^(?:\}\s*)?(?:if|else|for|while)\b")


def probe_of(language: str) -> Probe | None:
    name = language.strip().lower()
    return PROBES.get(_ALIASES.get(name, name))


def probed(program: str, probe: Probe) -> str:
    """The program with the variables that each block sets printed after it."""
    lines = program.splitlines()
    bare = [_QUOTED.sub("0", line).strip() if len(line) <= LONGEST_LINE else "" for line in lines]
    known = {name for line in bare for name in (*_set(line), *_DECLARED.findall(line))}
    inside = list(_inside(bare))
    for block in blocks_of(program):
        place = next((n - 1 for n in reversed(block.lines) if not jumps(bare[n - 1])), None)
        if place is None or not (inside[place] or probe.top) or _hangs(bare, place):
            continue
        names = [n for line in block.lines if line <= place + 1 for n in _given(bare[line - 1], known)]
        if names and bare[place].endswith("{" if block.branches else ";"):
            show = probe.show.replace("BLOCK", str(block.number))
            lines[place] += " " + " ".join(show.replace("NAME", name) for name in dict.fromkeys(names))
    return probe.prelude + "\n".join(lines)


def _set(line: str) -> list[str]:
    """The names that a line sets."""
    found = [*_SET.findall(line), *("".join(pair) for pair in _COUNTED.findall(line)), *_EACH.findall(line)]
    return found + (_READ.findall(line) if "cin" in line else [])


def _given(line: str, known: set[str]) -> list[str]:
    """Those, and the known one that a call of its own may have changed."""
    return _set(line) + [name for name in _CHANGED.findall(line) if name in known]


def _inside(lines: Sequence[str]) -> Iterator[bool]:
    """For each line, whether what is put after it stands in the body of a function."""
    scopes: list[bool] = []
    for line in lines:
        for mark in re.findall(r"[{}]", line):
            if mark == "{":
                scopes.append(_TYPE.search(line) is None)
            elif scopes:
                scopes.pop()
        yield bool(scopes) and scopes[-1]


def _hangs(lines: Sequence[str], place: int) -> bool:
    """Whether the line is all of a branch without braces, or an `else` comes after it."""
    before = next((one for one in reversed(lines[:place]) if one), "")
    after = next((one for one in lines[place + 1 :] if one), "")
    return after.startswith("else") or bool(_HANGING.match(before) and before[-1] not in "{;")
