"""Judges: models that say which answers of a run are good, and how far they can be believed.

    cases.py      what a judge is asked: a run's answers as problems with a gold verdict
    pointwise.py, pairwise.py, listwise.py, safety.py    the ways of asking, a file each
    judgement.py  verdicts and people's votes, kept beside the run
    agreement.py  verdicts against gold: accuracy, kappa, position
    rating.py     Bradley-Terry ratings from comparisons
    tables.py     all that as a report's blocks

A judge is a reasoner with a model in an ordinary run: it resumes, has a budget, leaves trajectories, and may
run programs where its reasoner does.
"""
