"""What a reasoner's prompt asks for, read from the words that reasoners share.

`WANTS` is the one place that knows prompts: (what is wanted, words of which one stands in the prompt), the
first that fits. A prompt that fits none asks for a program where the dialect's help for code stands in it or
one was asked for before, else for an answer in text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from reckon.dialects import Dialect
from reckon.reasoners.material.replies import CHOICE_HELP, SCORE_HELP, VERDICT_HELP
from reckon.values import Execution, Segment

Want: TypeAlias = Literal[
    "finish", "guide", "consistent", "choice", "critic", "estimate", "emulate", "tests", "calls",
    "scored_items", "score", "verdict", "verify", "check", "summary", "sum", "next_step", "read", "steps",
    "items", "repeat", "skills", "observed", "request", "subtask", "distil", "told", "answer", "prose",
    "text", "critique", "program",
]  # fmt: skip

WANTS: tuple[tuple[Want, tuple[str, ...]], ...] = (
    ("consistent", ("what most of them say",)),
    ("choice", (CHOICE_HELP,)),
    ("critic", ("worth going on from",)),
    ("estimate", ("Coding: <score>",)),
    ("emulate", ("one Python dict of literals",)),
    ("tests", ("assertions that",)),
    ("calls", ("calls of the function asked for",)),
    ("scored_items", ("End each line with `Score: n`",)),
    ("score", (SCORE_HELP,)),
    ("verdict", (VERDICT_HELP,)),
    ("verify", ("state of the verification",)),
    ("check", ("that tests this answer",)),
    ("summary", ("Summarise the solution",)),
    ("sum", ("Two solutions were made",)),
    ("next_step", ("Plan the next step only",)),
    ("read", ("If they fit, give the answer",)),
    ("repeat", ("repeat your answer",)),
    ("steps", ("write: the plan is complete",)),
    ("skills", ("begins with the skill that it needs",)),
    ("observed", ("Write the whole plan anew",)),
    ("request", ("Request: what is to be computed",)),
    ("subtask", ("Subtask: what an expert is to find out",)),
    ("distil", ("Distil it for others",)),
    ("told", ("(the result of your request)", "\nFact: what came of it", "(no result)")),
    ("items", ("numbered list",)),
    ("answer", ("No more programs can be run", "No steps are left", "from their results")),
    ("critique", ("[BLOCK-n]", "at which block", "how to repair it", "line by line", "thought anew")),
    ("text", ("Do not write code", "without code. End with")),
)
# Where no help for code stands beside them.
_PROSE = (
    "no code yet", "without code", "Do not answer yet", "Do not solve", "in words", "as pseudocode",
    "in a few sentences",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What is asked at the end of a context.

    text: all of the context.  new: what was put there since the model last wrote.  standing: the last prompt.
    shown: the run whose output is new and that no prompt follows.  ran: the last run that was shown at all.
    begun: what the model has written of its turn already.
    """

    want: Want
    text: str
    new: str
    standing: str
    shown: Execution | None
    ran: Execution | None
    begun: str

    @property
    def wanted_count(self) -> int:
        """How many things a list is to have."""
        found = re.search(r"(?:Give|Name|Recall) (\d+) different", self.new)
        return int(found[1]) if found else 3


def read(context: Sequence[Segment], dialect: Dialect) -> Asked:
    """What the context asks of the model that is to go on writing after it."""
    last = next((n for n in reversed(range(len(context))) if context[n].sampled), -1)
    begun = context[last].text if last == len(context) - 1 and context and context[-1].kind != "end" else ""
    if begun:  # it goes on in its own turn: what was asked stands before that
        first = last
        while first > 0 and context[first - 1].sampled:
            first -= 1
        begun = "".join(segment.text for segment in context[first:])
        context = context[:first]
        last = next((n for n in reversed(range(first)) if context[n].sampled), -1)
    fresh = [segment for segment in context[last + 1 :] if segment.kind != "end"]
    prompts = [segment for segment in context if _is_prompt(segment)]
    after = max((n for n, segment in enumerate(fresh) if _is_prompt(segment)), default=-1)
    shown = [s.execution for s in fresh[after + 1 :] if s.execution is not None and s.text]
    ran = [s.execution for s in context if s.execution is not None and s.text]
    new = "".join(segment.text for segment in fresh)
    standing = prompts[-1].text if prompts else ""
    text = "".join(segment.text for segment in context)
    want = _want(text, new, standing, bool(shown), dialect)
    return Asked(want, text, new, standing, shown[-1] if shown else None, ran[-1] if ran else None, begun)


def _is_prompt(segment: Segment) -> bool:
    """What a model is made to begin with is no prompt."""
    return segment.kind == "prompt" and segment.role != "assistant"


def _want(text: str, new: str, standing: str, shown: bool, dialect: Dialect) -> Want:
    if text.rstrip().endswith(dialect.answers[0].open.strip()):
        return "finish"
    if "You guide another model" in text:
        return "guide"
    asked = standing if shown else new
    for want, words in WANTS:
        if any(word in asked for word in words):
            return want
    if dialect.code_help in asked or shown:
        return "program"
    if any(word in asked for word in _PROSE):
        return "prose"
    if dialect.code_help in text or re.search(r"\bprogram\b", asked):
        return "program"
    return "text" if dialect.answer_help in asked else "prose"
