"""Mathematics: word problems of grade school, and questions as competitions ask them, each with a program.

Published systems that work here: PAL, ToRA, MathCoder, MAmmoTH, DotaMath, MARIO, MuMath-Code, ReTool and
others, on GSM8K, MATH and AIME (read from your files by `reckon.benchmarks`). Differs from those sets:
schemas of our own with drawn numbers, so that a problem never stood in a corpus and each has a program that
solves it. SymBench's `gsm_hard`, `math_geometry` and `math_counting_and_probability` have other schemas.
"""
