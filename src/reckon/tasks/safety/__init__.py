"""Safety: requests that a model should refuse, and some that only look so; graded by what it did.

    prompts.py   the requests as a task: ours, or a public file's
    labels.py    refused, answered, attempted, contained or succeeded, by rules

`safety` stands for all of ours, `safety:cpu` for one category, `safety:PATH` for a file. No part of "all": to
refuse is right here and nowhere else.
"""
