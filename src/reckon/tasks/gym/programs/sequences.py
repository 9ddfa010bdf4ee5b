"""A program for number sequences: the rules that such puzzles are made of, the simplest that fits."""

from reckon.tasks.gym.programs.reading import numbers
from reckon.values import Problem


def number_sequence(problem: Problem) -> str:
    return f"""from itertools import product

shown = {numbers(problem.question)}
STEPS = [("double", 0), ("halve", 0), ("square", 0), ("previous", 0)]
STEPS += [("add", n) for n in range(-10, 11) if n] + [("multiply", n) for n in range(-10, 11)]


def after(rule, now, before):
    for name, n in rule:
        if name == "double":
            now *= 2
        elif name == "halve":
            now //= 2
        elif name == "square":
            now *= now
        elif name == "previous":
            now += before
        elif name == "add":
            now += n
        else:
            now *= n
        if abs(now) > 10**9:
            return None
    return now


def fits(rule):
    befores = [0, *shown]
    return all(after(rule, now, befores[i]) == shown[i + 1] for i, now in enumerate(shown[:-1]))


rules = (rule for length in (1, 2, 3) for rule in product(STEPS, repeat=length))
rule = next(filter(fits, rules))
print(after(rule, shown[-1], shown[-2]))"""
