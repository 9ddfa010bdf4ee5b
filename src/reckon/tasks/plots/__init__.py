"""Plots: a chart from a table, judged by the objects of the figure.

VisPath (2025), Text2Vis (2025), PyBench (2024) and EvaLLM (2024) ask for charts and let a model that sees
the picture judge them, or people. Ours differ: each chart is specified to the last label, so that the axes,
lines, bars, points, legends and texts that the program's figure holds can be compared with what they have
to be; how the picture looks besides is free.
"""
