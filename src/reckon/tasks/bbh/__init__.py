"""BIG-Bench Hard's algorithmic tasks as generators, rewritten from their descriptions.

Suzgun et al., "Challenging BIG-Bench Tasks and Whether Chain-of-Thought Can Solve Them", 2022,
arXiv:2210.09261. The published questions are read from the user's copy: `bbh:NAME` (big_bench_hard.py).
"""
