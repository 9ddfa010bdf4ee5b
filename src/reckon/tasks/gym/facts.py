"""What a question shows, as data: kept with the problem, for the graders that play an answer and the
programs."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from reckon.values import JSON


def facts(dataset: str, entry: Mapping[str, Any]) -> dict[str, JSON]:
    """The facts of an item of the package; {} for a dataset that needs none."""
    return FACTS[dataset](str(entry["question"]), entry["metadata"]) if dataset in FACTS else {}


def _board(question: str, metadata: Mapping[str, Any]) -> dict[str, JSON]:
    return {"board": question.partition("Board:\n")[2].strip().split("\n")}


def _sokoban(question: str, metadata: Mapping[str, Any]) -> dict[str, JSON]:
    return {"board": ["".join(line.split()) for line in metadata["gamestr"].strip().split("\n")]}


def _buttons(question: str, metadata: Mapping[str, Any]) -> dict[str, JSON]:
    return {
        "number": metadata["initial_value"],
        "light": metadata["initial_state"],
        "target": metadata["target_value"],
        "buttons": metadata["buttons"],
    }


def _graph(question: str, metadata: Mapping[str, Any]) -> dict[str, JSON]:
    puzzle = metadata["puzzle"]
    edges = [list(edge) for edge in puzzle["edges"]]
    return {"vertices": puzzle["vertices"], "edges": edges, "colors": puzzle["color_options"]}


def _hanoi(question: str, metadata: Mapping[str, Any]) -> dict[str, JSON]:
    names = {"disks": "num_disks", "pegs": "num_pegs", "start": "start_peg", "target": "target_peg"}
    return {name: metadata[key] for name, key in names.items()}


def _ladder(question: str, metadata: Mapping[str, Any]) -> dict[str, JSON]:
    return {"start": metadata["start_word"], "end": metadata["end_word"]}


def _letters(question: str, metadata: Mapping[str, Any]) -> dict[str, JSON]:
    return {"letters": metadata["letters"]}


def _words(question: str, metadata: Mapping[str, Any]) -> dict[str, JSON]:
    return {"words": metadata["words_letters"], "total": metadata["result_letters"]}


def _jugs(question: str, metadata: Mapping[str, Any]) -> dict[str, JSON]:
    puzzle = metadata["puzzle"]
    return {"capacities": puzzle["jug_capacities"], "target": puzzle["target"]}


def _net(question: str, metadata: Mapping[str, Any]) -> dict[str, JSON]:
    """The scramble is not shown, but where it leads is: the drawing is kept for the program."""
    drawing = re.findall(r"^(?: +[WOGRBY])+ *$|^(?: [WOGRBY] )+ *$", question, re.MULTILINE)
    return {"scramble": metadata["scramble_moves"], "net": [line.split() for line in drawing]}


def _keep(*names: str) -> Callable[[str, Mapping[str, Any]], dict[str, JSON]]:
    return lambda question, metadata: {name: metadata[name] for name in names}


FACTS: Mapping[str, Callable[[str, Mapping[str, Any]], dict[str, JSON]]] = {
    "countdown": _keep("numbers", "target"),
    "cryptarithm": _words,
    "graph_color": _graph,
    "jugs": _jugs,
    "palindrome_generation": _letters,
    "quantum_lock": _buttons,
    "rubiks_cube": _net,
    "rush_hour": _board,
    "shortest_path": lambda question, metadata: {"grid": ["".join(row) for row in metadata["matrix"]]},
    "simple_integration": _keep("integrand"),
    "sokoban": _sokoban,
    "tower_of_hanoi": _hanoi,
    "tsumego": lambda question, metadata: {"board": ["".join(row) for row in metadata["board"]]},
    "word_ladder": _ladder,
}
