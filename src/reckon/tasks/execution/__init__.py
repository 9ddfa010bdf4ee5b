"""Reasoning about what a program does: outputs, inputs, paths, coverage, steps and errors.

CRUXEval (2401.03065) asks for outputs and inputs, CodeMind (2402.09664) for outputs, CodeI/O (2502.07316)
trains on both; REval (2403.16437) and CodeExecutor (2305.05383) ask for paths and coverage, SX-Bench
(2508.05193) for the number of steps, CodeFlow (2408.02816) for the place of an error. Their programs are
written by language models or taken from repositories, and are questioned once. Ours are synthesised from a
seed, so that none can be remembered, there are as many as wanted, and the difficulty sets how many lines
run; they read less naturally for it.
"""
