"""Efficiency: a correct slow program; the answer is a faster one with the same results.

The published systems work on programs that people wrote: ECCO (Waghjale et al., 2024, arXiv:2407.14044),
Afterburner with Venus (2025), PerfCodeGen (2024) and ACECode (2024). Ours differ: the slow programs are
generated and no submission of anybody's is a measure. What has to be better is the algorithm: the inputs are
so large that the given program takes several times the limit and a good one about a tenth of it, so that
neither a busy machine nor a change of constants decides. Hidden inputs are drawn from the problem's seed; the
results are compared and the time is taken outside of the program's process.
"""
