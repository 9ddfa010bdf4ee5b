"""What the simulated solver says in words: ideas, and words on what is wrong. Some lead right, some do not.

Which they are can be read off them, so that a program that follows an idea goes its way, wherever the
reasoner carries it.
"""

import random
import re

SOUND = (
    "Compute it directly from the definition.",
    "Translate each condition of the question into one line, in order.",
    "Enumerate every possibility and keep those that meet all conditions.",
    "Solve for the unknown with exact whole numbers.",
    "Use the standard library's own function for it.",
    "Simulate the process step by step and read off the end.",
    "Reduce it to a smaller case and build up from there.",
    "Sort first, then go through the items once.",
)
UNSOUND = (
    "Guess the pattern from the first case.",
    "Estimate it in floating point and round.",
    "Leave out the boundary cases to keep it short.",
    "Read the numbers from right to left.",
    "Assume that every item occurs once.",
    "Take the answer of a similar question.",
    "Stop at the first result that looks plausible.",
    "Swap the roles of the two inputs.",
)
FINDS = "The mistake is in the step that computes the result, not in how it is shown."
MISSES = "Only the form of the output is off."
_ANY = re.compile("|".join(map(re.escape, (FINDS, MISSES))))


def ideas(rng: random.Random, count: int, p: float) -> list[str]:
    """Different ideas, each sound with probability `p`."""
    sound, unsound = rng.sample(SOUND, len(SOUND)), rng.sample(UNSOUND, len(UNSOUND))
    return [(sound if rng.random() < p else unsound).pop() for _ in range(min(count, len(SOUND)))]


def soundness(text: str) -> bool | None:
    """Whether all ideas in a text are sound; None where there is none."""
    if any(idea in text for idea in UNSOUND):
        return False
    return True if any(idea in text for idea in SOUND) else None


def critique(rng: random.Random, p: float) -> str:
    """Words on a wrong program; they find the mistake with probability `p`."""
    return FINDS if rng.random() < p else MISSES


def finds_mistake(text: str) -> bool | None:
    """Whether the last critique in a text finds the mistake; None where there is none."""
    found = _ANY.findall(text)
    return found[-1] == FINDS if found else None
