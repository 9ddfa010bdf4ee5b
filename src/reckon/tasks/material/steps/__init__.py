"""Functions of a few lines, each with its description and its bugs, and programs that chain them.

A step takes and gives values of a kind (kinds.py). What code generation asks for, what counterexamples refute
and what repairs mend are chains of them (chains.py).
"""
