"""Light Puzzles of SymBench (Chen et al., 2025, arXiv:2502.04350, Execution), after LogicGame
(arXiv:2408.15778).

Differs from it: grids of up to 7 x 7, six buttons and fourteen presses.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from reckon.tasks.graders.grids import grade_cells
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

SAYS = (
    "Answer with all {cells} digits of the final grid, 1 for on and 0 for off, row by row from the top and "
    "from left to right within a row, in one line and separated by commas."
)


@dataclass(frozen=True, slots=True)
class LightPuzzles:
    """A grid of lights after some buttons were pressed, each of which flips certain lights."""

    held_out: bool = False

    name: ClassVar[str] = "light_puzzles"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "A square panel has {n} rows of {n} lights. 1 is a light that is on, 0 one that is off:\n{grid}\n\n"
        "Pressing a button flips every light on its list: on becomes off, off becomes on. Lights are given "
        "as (row, column), both counted from 1, row 1 at the top and column 1 at the left.\n{buttons}\n\nThe "
        "buttons are pressed in this order: {pressed}. What does the panel look like afterwards? " + SAYS,
        "There are lights on a grid of {n} by {n} (0 off, 1 on):\n{grid}\n\nSome buttons switch groups of "
        "them. A button's lights, written (row, column) with counting from 1 at the top left, each change "
        "their state when it is pressed.\n{buttons}\n\nSequence of presses: {pressed}. Work out the state "
        "after the last press. " + SAYS,
        "Simulate this switchboard. Its {n} x {n} lights start as\n{grid}\nwhere 1 means lit and 0 means "
        "dark. Each button toggles the lights listed for it; (2, 3) would be the light in the second row "
        "from the top and the third column from the left.\n{buttons}\n\nSomeone presses {pressed}, in that "
        "order. Find the final state. " + SAYS,
        "Every button below inverts the lights it is wired to, given as (row, column) pairs that start with "
        "(1, 1) in the upper left corner.\n{buttons}\n\nAt first the {n} x {n} lights are\n{grid}\nwith 1 "
        "for lit and 0 for unlit. Which lights are on after the presses {pressed}? " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Starting grid of lamps, {n} x {n}, 1 = on, 0 = off:\n{grid}\n\nWiring, as (row, column) counted "
        "from 1, from the top and from the left; a press changes each of the button's lamps into its "
        "opposite:\n{buttons}\n\nPresses, first to last: {pressed}. Determine the lamps at the end. " + SAYS,
        "Follow the presses {pressed} on a {n} x {n} board of lights. The board begins as\n{grid}\n(1 is on, "
        "0 is off). A press reverses the listed lights, where (row, column) counts from the top left light "
        "(1, 1).\n{buttons}\n\n" + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will simulate the presses on the grid and print the result.",
        "Each press toggles some cells, so a loop with xor does it.",
        "Let me store the lights of each button and apply every press.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_cells(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        wiring = cast(Mapping[str, Sequence[Sequence[int]]], given["wiring"])
        buttons = {name: [tuple(light) for light in lights] for name, lights in wiring.items()}
        return (
            f"rows = {str(given['grid']).split()}\nbuttons = {buttons}\npresses = {given['presses']!r}\n"
            "lights = [[int(digit) for digit in row] for row in rows]\n"
            "for button in presses:\n"
            "    for row, column in buttons[button]:\n"
            "        lights[row - 1][column - 1] ^= 1\n"
            'print(", ".join(str(light) for row in lights for light in row))'
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    n = scaled(difficulty, 3, 7)
    lights = {(row, column): rng.randint(0, 1) for row in range(1, n + 1) for column in range(1, n + 1)}
    names = "ABCDEF"[: scaled(difficulty, 2, 6)]
    wiring = {name: sorted(rng.sample(sorted(lights), rng.randint(2, n * n // 3 + 1))) for name in names}
    presses = "".join(rng.choices(names, k=scaled(difficulty, 2, 14)))
    flips = {light: sum(presses.count(name) for name in names if light in wiring[name]) for light in lights}
    values: dict[str, JSON] = {
        "n": n,
        "cells": n * n,
        "grid": "\n".join("".join(str(lights[r, c]) for c in range(1, n + 1)) for r in range(1, n + 1)),
        "wiring": {name: [list(light) for light in wired] for name, wired in wiring.items()},
        "buttons": "\n".join(
            f"Button {name}: {', '.join(f'({row}, {column})' for row, column in wired)}"
            for name, wired in wiring.items()
        ),
        "presses": presses,
        "pressed": ", ".join(presses),
    }
    return values, ", ".join(str((state + flips[light]) % 2) for light, state in lights.items())
