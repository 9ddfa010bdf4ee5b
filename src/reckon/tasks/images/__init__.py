"""Images: questions on a generated picture, which is a file of the session and is shown to a model that sees.

CodeDance (2025, arXiv:2512.17312) and Thyme (2025, arXiv:2508.11630) ask such questions on photographs and
scanned charts, where the answers were written by people. Ours differ: the pictures are drawn here, so that
every answer is known to the pixel, and a program that reads the file can reach it without seeing.
"""
