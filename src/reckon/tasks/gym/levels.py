"""Difficulty in [0, 1] as a configuration of a reasoning-gym dataset.

Stojanovski et al., 2025, arXiv:2505.24760, section 3: every dataset has parameters that make it harder.

Differs from the package's curricula: these have three to thirty-six levels of very unlike size, whose last
ones are questions of 10,000 cells or items that take minutes to make. Here each parameter goes in a line, by
powers or by steps from an easy end to a hard one, the ends lying within the levels of the curriculum where it
has them, so that a question stays under 6,000 characters and an item under a few milliseconds.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias, cast

from reckon.errors import UsageError
from reckon.values import JSON

Scale: TypeAlias = Callable[[float], JSON]


def configuration(dataset: str, difficulty: float) -> dict[str, JSON]:
    """The dataset's parameters at this difficulty; the package's own where there is nothing to move.

    Tenths: a dataset is built anew for each configuration. Raises UsageError for a difficulty outside [0, 1].
    """
    if not 0.0 <= difficulty <= 1.0:
        raise UsageError(f"difficulty must be in [0, 1], got {difficulty}")
    difficulty = round(difficulty * 10) / 10
    return {field: scale(difficulty) for field, scale in LEVELS.get(dataset, {}).items()}


def _line(easy: float, hard: float) -> Scale:
    """Whole numbers between whole ends, else two decimals."""
    if isinstance(easy, int) and isinstance(hard, int):
        return lambda difficulty: easy + round(difficulty * (hard - easy))
    return lambda difficulty: round(easy + difficulty * (hard - easy), 2)


def _power(easy: int, hard: int) -> Scale:
    """Whole numbers at even ratios, cut to two digits: the last bit of a power differs between machines."""
    sign = -1 if easy < 0 else 1
    return lambda difficulty: sign * int(float(f"{abs(easy) * (hard / easy) ** difficulty:.1e}"))


def _steps(*values: object) -> Scale:
    return lambda difficulty: cast(JSON, values[min(int(difficulty * len(values)), len(values) - 1)])


def _range(name: str, easy: tuple[float, float], hard: tuple[float, float]) -> dict[str, Scale]:
    """The fields min_NAME and max_NAME."""
    return {f"min_{name}": _line(easy[0], hard[0]), f"max_{name}": _line(easy[1], hard[1])}


def _powers(name: str, easy: tuple[int, int], hard: tuple[int, int]) -> dict[str, Scale]:
    return {f"min_{name}": _power(easy[0], hard[0]), f"max_{name}": _power(easy[1], hard[1])}


def _only(place: int, places: int = 7) -> list[float]:
    return [float(i == place) for i in range(places)]


_ONE_OF_SEVEN = _steps(*(_only(place) for place in range(7)))

LEVELS: Mapping[str, Mapping[str, Scale]] = {
    "ab": {"length": _line(8, 50)},
    "advanced_geometry": {"min_coord": _power(-10, -500), "max_coord": _power(10, 500)},
    "aiw": {
        "task_type_weights": _steps([1.0, 0.0, 0.0], [0.7, 0.15, 0.15], [0.4, 0.3, 0.3], [0.1, 0.45, 0.45]),
        "max_entities": _line(12, 30),
    },
    "arc_1d": _range("size", (14, 16), (24, 30)),
    "arc_agi": {
        "rotations_weights": _steps([0.3, 0.2, 0.3, 0.2], [0.15, 0.3, 0.25, 0.3], [0.0, 0.4, 0.2, 0.4]),
        "mirrors_weights": _steps([0.3, 0.3, 0.2, 0.1, 0.1], [0.2] * 5, [0.05, 0.05, 0.1, 0.4, 0.4]),
    },
    "base_conversion": {**_range("base", (2, 8), (7, 36)), **_powers("value", (50, 1000), (10**7, 10**9))},
    "basic_arithmetic": {**_range("terms", (2, 3), (5, 7)), **_range("digits", (1, 2), (2, 3))},
    "bf": {"difficulty": _steps(1, 2)},
    "binary_alternation": _range("n", (9, 14), (100, 150)),
    "binary_matrix": {**_range("n", (4, 5), (12, 16)), "p_zero": _line(0.4, 0.1)},
    "bitwise_arithmetic": {"difficulty": _line(1, 7)},
    "caesar_cipher": _range("words", (4, 16), (12, 30)),
    "calendar_arithmetic": {
        "tasks": _steps(
            ["weekday_of_date", "is_leap_year", "weekday_offset"],
            ["weekday_of_date", "is_leap_year", "weekday_offset", "count_days"],
            ["weekday_offset", "count_days", "count_business_days"],
            ["count_days", "count_business_days", "recurring_event_day"],
        ),
        "offset_upper_bound": _power(30, 5000),
        "leap_year_range": _power(200, 2000),
    },
    "chain_sum": {**_range("terms", (2, 4), (9, 13)), **_range("digits", (2, 2), (6, 8))},
    "circuit_logic": {**_range("terms", (2, 3), (5, 7)), **_range("inputs", (2, 3), (4, 5))},
    "color_cube_rotation": _range("rotations", (1, 2), (7, 10)),
    "complex_arithmetic": {
        "min_real": _power(-10, -(10**6)),
        "max_real": _power(10, 10**6),
        "min_imag": _power(-10, -(10**6)),
        "max_imag": _power(10, 10**6),
        "operations_weights": _steps([0.5, 0.5, 0.0, 0.0], [0.4, 0.4, 0.2, 0.0], [0.0, 0.0, 0.8, 0.2]),
    },
    "count_bits": _powers("n", (200, 10_000), (10**11, 10**13)),
    "count_primes": {"max_n": _power(300, 20_000)},
    "countdown": {**_range("numbers", (3, 3), (5, 6)), **_range("value", (1, 30), (1, 100))},
    "course_schedule": {
        **_range("num_courses", (4, 6), (22, 28)),
        **_range("num_prerequisites", (1, 2), (2, 3)),
        **_range("cycle_length", (3, 3), (5, 7)),
    },
    "cryptarithm": _range("words", (2, 2), (2, 4)),
    "decimal_arithmetic": {
        **_range("num_decimal_places", (1, 1), (4, 6)),
        **_range("terms", (2, 2), (6, 9)),
    },
    "decimal_chain_sum": {
        **_range("terms", (2, 3), (8, 11)),
        **_range("digits", (1, 1), (4, 6)),
        **_range("decimal_places", (1, 2), (4, 6)),
    },
    "dice": {"num_dice": _line(3, 9), "max_dice_size": _line(20, 34)},
    "emoji_mystery": _range("words_in_sentence", (5, 15), (20, 35)),
    "family_relationships": _range("family_size", (3, 4), (9, 11)),
    "figlet_font": _range("word_len", (3, 4), (7, 9)),
    "fraction_simplification": {
        **_powers("value", (5, 60), (2000, 40_000)),
        **_powers("factor", (3, 20), (200, 2000)),
    },
    "futoshiki": {**_range("board_size", (4, 4), (6, 6)), **_range("difficulty", (0, 0), (1, 2))},
    "game_of_life": {
        "grid_size_x": _line(5, 12),
        "grid_size_y": _line(5, 12),
        "filled_cells": _line(7, 55),  # the weights that its configuration has besides change nothing
        "simulation_steps": _line(1, 6),
    },
    "game_of_life_halting": {
        "grid_size_x": _line(13, 20),
        "grid_size_y": _line(13, 20),
        "difficulty": _steps(1, 2),
        "num_oscillators": _line(3, 7),
        "max_simulation_steps": _line(5, 40),
    },
    "gcd": {**_range("numbers", (2, 2), (2, 3)), **_powers("value", (20, 200), (10**5, 10**7))},
    "graph_color": {
        **_range("num_vertices", (5, 6), (18, 24)),
        "num_colors": _steps(4, 3),
        "edge_probability": _line(0.4, 0.2),
    },
    "group_anagrams": {
        **_range("anagram_groups", (2, 3), (10, 14)),
        **_range("words_per_group", (2, 2), (2, 5)),
    },
    "isomorphic_strings": _range("string_length", (4, 8), (60, 100)),
    "jugs": {"num_jugs": _steps(3, 4), "difficulty": _line(4, 9)},
    "knights_knaves": {
        "n_people": _steps(2, 3, 4, 5, 6),
        "depth_constraint": _steps(2, 2, 3),
        "width_constraint": _steps(2, 2, 3),
    },
    "largest_island": {
        **_range("rows", (4, 5), (14, 18)),
        **_range("cols", (4, 5), (14, 18)),
        **_range("num_islands", (2, 3), (6, 10)),
        **_range("island_size", (2, 5), (8, 16)),
    },
    "lcm": {**_range("numbers", (2, 2), (3, 4)), **_powers("value", (10, 90), (200, 3000))},
    "leg_counting": {**_range("animals", (2, 3), (10, 14)), **_range("instances", (1, 9), (20, 200))},
    "letter_counting": _range("words", (5, 8), (50, 80)),
    "letter_jumble": {
        **_range("words", (3, 4), (15, 20)),
        **_range("corruption_level", (0.1, 0.2), (0.7, 0.9)),
    },
    "maze": {**_range("grid_size", (5, 6), (14, 18)), **_range("dist", (3, 6), (12, 30))},
    "mini_sudoku": _range("empty", (4, 5), (11, 12)),
    "modulo_grid": {"size_x": _line(14, 20), "size_y": _line(14, 20), "max_holes": _line(1, 12)},
    "needle_haystack": _range("num_statements", (6, 12), (80, 130)),
    "number_filtering": {**_range("numbers", (4, 6), (35, 60)), **_range("decimals", (0, 1), (2, 5))},
    "number_format": {
        **_range("num_candidates", (2, 3), (12, 20)),
        **_powers("n", (1000, 100_000), (10**6, 10**9)),
        "max_delta": _steps(1000.0, 100.0, 10.0, 1.0, 0.1),
    },
    "number_sequence": {**_range("terms", (6, 7), (6, 9)), "max_complexity": _line(1, 2)},
    "number_sorting": {
        **_range("numbers", (4, 5), (35, 60)),
        **_range("decimals", (0, 1), (1, 3)),
        "min_value": _power(-100, -10_000),
        "max_value": _power(100, 10_000),
    },
    "palindrome_generation": _range("length", (5, 7), (40, 60)),
    "palindrome_partitioning": {
        **_range("string_len", (4, 5), (9, 11)),
        **_range("substring_palindrome_len", (1, 3), (2, 4)),
    },
    "polynomial_equations": {**_range("degree", (1, 1), (2, 4)), **_range("terms", (2, 3), (4, 6))},
    "polynomial_multiplication": {
        **_range("terms", (2, 2), (3, 4)),
        **_range("value", (1, 9), (1, 100)),
        **_range("degree", (0, 1), (1, 4)),
        **_range("polynomials", (2, 2), (2, 3)),
    },
    "power_function": {**_range("exponent", (1, 2), (6, 10)), "min_base": _line(-100.0, -1000.0)},
    "prime_factorization": _powers("value", (50, 2000), (10**6, 10**7)),
    "products": {**_range("terms", (2, 2), (2, 4)), **_range("digits", (2, 2), (5, 6))},
    "propositional_logic": {
        **_range("vars", (2, 2), (4, 6)),
        **_range("statements", (2, 3), (4, 6)),
        **_range("complexity", (1, 1), (2, 3)),
    },
    "quantum_lock": {"difficulty": _line(2, 8)},
    "ransom_note": {
        **_range("note_length", (3, 6), (60, 90)),
        **_range("magazine_length", (10, 16), (200, 300)),
    },
    "rearc": {"pso_difficulty_weights": _ONE_OF_SEVEN, "rng_difficulty_weights": _ONE_OF_SEVEN},
    "rectangle_count": {"max_rectangles": _line(3, 20), "width": _line(20, 55), "height": _line(20, 55)},
    "rotate_matrix": {**_range("n", (3, 4), (12, 16)), **_range("rotations", (1, 2), (6, 15))},
    "rotten_oranges": {**_range("n", (3, 4), (14, 20)), "p_rotten": _line(0.15, 0.03)},
    "rubiks_cube": _range("scramble_steps", (4, 5), (6, 6)),
    "rush_hour": _range("moves", (2, 8), (9, 16)),
    "self_reference": {"difficulty": _line(1, 8)},
    "sentence_reordering": _range("words_in_sentence", (3, 5), (15, 22)),
    "shortest_path": {
        **_range("rows", (4, 5), (14, 18)),
        **_range("cols", (4, 5), (14, 18)),
        "p_blocked": _line(0.3, 0.27),
    },
    "simple_equations": {
        **_range("terms", (2, 2), (5, 8)),
        **_powers("value", (1, 30), (1000, 100_000)),
        "operators_weights": _steps([0.4, 0.4, 0.2], [0.35, 0.35, 0.3], [0.2, 0.2, 0.6]),
    },
    "simple_geometry": _range("sides", (3, 4), (12, 20)),
    "simple_integration": {**_range("terms", (2, 2), (5, 7)), **_range("bounds", (1, 9), (10, 60))},
    "sokoban": {
        **_range("w", (6, 7), (6, 8)),
        **_range("h", (6, 7), (6, 8)),
        **_range("boxes", (1, 2), (2, 3)),
        "max_depth": _line(20, 60),
    },
    "spell_backward": _range("word_len", (3, 5), (9, 10)),
    "spiral_matrix": _range("n", (3, 4), (12, 15)),
    "syllogism": {
        "invalid_ratio": _steps(0.6),
        "allow_no": _steps(False, True, True, True),
        "allow_some": _steps(False, False, True, True),
        "allow_some_not": _steps(False, False, False, True),
    },
    "time_intervals": {
        "max_time_difference_seconds": _power(600, 86_400),
        "max_date_difference_days": _power(20, 100_000),
    },
    "tower_of_hanoi": {**_range("disks", (2, 4), (6, 7)), **_range("pegs", (3, 9), (3, 9))},
    "tsumego": {**_range("board_size", (7, 8), (11, 13)), "max_stones": _line(8, 25)},
    "word_ladder": _range("word_length", (3, 3), (4, 5)),
    "word_sequence_reversal": _range("words", (4, 6), (35, 60)),
    "zebra_puzzles": {"num_people": _steps(2, 3, 4, 5), "num_characteristics": _steps(2, 3, 3, 4, 4)},
}
