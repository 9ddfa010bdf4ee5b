"""What the benchmarks share: reading files row by row, posing problems, running programs against tests."""
