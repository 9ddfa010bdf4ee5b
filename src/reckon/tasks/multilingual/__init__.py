"""Multilingual: the same arithmetic asked in ten languages.

The Multilingual PoT study (2024, arXiv:2402.10691) works here, on MGSM: PAL and its kin with questions that
are not English. Differs from it: problems of our own with drawn numbers, no translations of GSM8K; languages
differ in nothing but the wording; each problem has a reference program.
"""
