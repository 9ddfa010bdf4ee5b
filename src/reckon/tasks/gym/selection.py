"""The 84 datasets of reasoning-gym in R1-Code-Interpreter's suite, and the skill that each wants.

Chen et al., 2025, arXiv:2505.21668, section 2 and Table 6: 84 tasks of reasoning-gym, sorted by skill. Their
list was not published. Ours starts from the package's registry of 1 May 2025 and leaves out what `LEFT_OUT`
says.
"""

from collections.abc import Mapping

_KIND: Mapping[str, str] = {
    "math": """
        advanced_geometry base_conversion basic_arithmetic bitwise_arithmetic chain_sum
        complex_arithmetic count_bits count_primes decimal_arithmetic decimal_chain_sum dice
        fraction_simplification gcd gsm_symbolic lcm leg_counting number_sequence polynomial_equations
        polynomial_multiplication power_function prime_factorization products simple_equations
        simple_geometry simple_integration time_intervals calendar_arithmetic modulo_grid
    """,
    "spatial": """
        arc_1d arc_agi rearc binary_matrix color_cube_rotation figlet_font game_of_life
        game_of_life_halting largest_island rectangle_count rotate_matrix rotten_oranges rubiks_cube
        spiral_matrix tsumego
    """,
    "logical": """
        ab acre aiw circuit_logic family_relationships knights_knaves self_reference syllogism
        zebra_puzzles bf
    """,
    "order": """
        course_schedule letter_jumble number_sorting sentence_reordering word_sequence_reversal
        spell_backward
    """,
    "optimization": "binary_alternation maze quantum_lock shortest_path",
    "search": """
        countdown cryptarithm futoshiki graph_color jugs mini_sudoku needle_haystack rush_hour sokoban
        tower_of_hanoi word_ladder
    """,
    "text": """
        caesar_cipher emoji_mystery group_anagrams isomorphic_strings letter_counting number_filtering
        number_format palindrome_generation palindrome_partitioning ransom_note
    """,
}
KINDS: Mapping[str, str] = {name: kind for kind, names in _KIND.items() for name in names.split()}
SELECTED = tuple(sorted(KINDS))

_TWIN = "near-duplicate of a SymBench or BIG-Bench Hard task of the suite"
_LATER = "joined the package after 1 May 2025"
LEFT_OUT: Mapping[str, str] = {
    **dict.fromkeys(
        ("boxnet", "mahjong_puzzle", "manipulate_matrix", "n_queens", "pool_matrix", "puzzle24"), _TWIN
    ),
    **dict.fromkeys(
        ("string_insertion", "string_manipulation", "string_splitting", "string_synthesis"), _TWIN
    ),
    **dict.fromkeys(("sudoku", "word_sorting"), _TWIN),
    **dict.fromkeys(("coin_flip", "kakurasu", "path_star", "survo"), _LATER),
    "codeio": "executes the programs of a data file in this process; some items hang on the hash seed",
    "composite": "a mixture of the others; makes nothing without a configuration",
    "intermediate_integration": "items hang on the hash seed; some golds are the unevaluated integral",
    "knight_swap": "items hang on the hash seed",
    "list_functions": "some items come from the global generator: no seed gives them again",
    "propositional_logic": "a premise copied back is right, and so is anything after contradictory premises",
}
