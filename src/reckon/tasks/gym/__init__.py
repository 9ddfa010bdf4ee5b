"""What the task `ReasoningGym` needs of its own: which datasets, how hard, how graded, how solved.

selection   the 84 of the published suite, the skill each wants, and why the others are left out
levels      difficulty in [0, 1] as the package's parameters
items       an item of a dataset, the same in every process
answers     graders of datasets with one right answer
boards      graders of datasets with one right board or list
plans       graders of datasets with many right answers, by simulation
golds       a right answer for the items that come without one
programs    reference programs
"""
