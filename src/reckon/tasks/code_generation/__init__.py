"""Code generation: a function from its description, judged by hidden tests.

The shapes are those of HumanEval (Chen et al., 2021, arXiv:2107.03374), MBPP (Austin et al., 2021,
arXiv:2108.07732) and of repair as in NExT (Ni et al., 2024, arXiv:2404.14662), on which LETI, CodeTree,
AgentCoder and others work. Ours differ: the problems are generated, chains of described functions over
texts, words, lists, numbers, grids, intervals, dictionaries, small parsers and simulations, so that
difficulty is a number and none stands in training data; results are compared outside of the program's
process.
"""
