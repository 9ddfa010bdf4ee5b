"""Games for two against an opponent whose rule is stated: the answer is the list of one's own moves.

PuzzlePlex (Long et al., 2025, arXiv:2510.06475) works here: a model plays move by move, or writes a program
that plays, against strategies of its own. Differs from it: four games of ours; the opponent's rule is part of
the question, so that a whole line of play can be planned, searched and judged in one answer.
"""
