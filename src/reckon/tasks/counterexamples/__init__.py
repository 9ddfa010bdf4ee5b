"""Counterexamples: an input on which a program is wrong, or on which two programs differ.

REFUTE (2025, "Can Language Models Falsify?") asks for a test that breaks a wrong submission to a programming
contest, graded by running it and a right one. Ours differ: programs, bugs and descriptions are generated, so
there is no end of them and none stands in training data; the input is plain values and is checked against
bounds before anything runs; only programs of ours run, which end on every such input.
"""
