"""StateAct: State Tracking and Reasoning for Acting and Planning with Large Language Models, 2024.
Rozanov & Rei, arXiv 2410.02810, section 3. System: StateAct.

A chain of states: every turn repeats the goal, says in full what state things are in, thinks, and acts, so
that a long run neither forgets what it is for nor where it is.
Differs from the paper: an action is a program in one session instead of a command of a game; the example is
our own. The goal is put at the beginning of the model's turn, on servers that continue one; a turn without a
state is noted and told. `track` may leave out "goal", "state" or "thought", as in the paper's ablations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.errors import UsageError
from reckon.reasoners.material.candidates import require_at_least

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

LINES = {
    "goal": "Goal: the task, in one sentence",
    "state": "State: what is known, which variables hold what, what is still open",
    "thought": "Thought: what follows from that, and what to do next",
}
EXAMPLE = {
    "goal": "Goal: find how many of the orders are late",
    "state": "State: orders.csv is read into `orders` (120 rows); which column holds the date is open",
    "thought": "Thought: the columns tell, so I print them first",
}
PROMPT = """{question}

Each of your turns begins with these lines:
{lines}
and then acts: a program, or the answer. For example:
{example}
{action}
{code_help} {answer_help}"""
NO_STATE = "Begin with the state: which variables hold what, and what is still open."
NO_ACTION = "That holds neither a program nor an answer. {answer_help}"
LAST = "No more programs can be run. {answer_help}"


@dataclass(frozen=True)
class StateAct:
    """max_calls: programs at most. track: lines of a turn. patience: turns that come to nothing, at most.

    reserve: tokens kept for the final answer.
    """

    max_calls: int = 10
    track: tuple[str, ...] = ("goal", "state", "thought")
    patience: int = 3
    reserve: int = 128
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "max_calls", "patience")
        require_at_least(self, 0, "reserve")
        if isinstance(self.track, str) or not set(self.track) <= set(LINES):
            raise UsageError(f"StateAct.track: wanted some of {', '.join(LINES)}, got {self.track!r}")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech = rollout.dialect
        told = {
            "lines": "\n".join(LINES[name] for name in LINES if name in self.track),
            "example": "\n".join(EXAMPLE[name] for name in LINES if name in self.track),
            "action": speech.write_code("print(orders.columns)"),
        }
        help = {"code_help": speech.code_help, "answer_help": speech.answer_help}
        await rollout.prompt(PROMPT.format(question=problem.question, **told, **help))
        calls = slips = 0
        while calls < self.max_calls and slips < self.patience and rollout.fits(self.reserve):
            written = await rollout.write(
                prefix=self._opening(problem), reserve=self.reserve, temperature=self.temperature
            )
            if written.answer is not None:
                return rollout.answer(written.answer)
            if written.code is not None:
                calls += 1
                await rollout.run(written.code, reserve=self.reserve)
                if "state" in self.track and "state:" not in written.text.lower():
                    await rollout.tell(NO_STATE, note="no_state")
            else:
                slips += 1
                why = written.malformed or NO_ACTION.format(answer_help=speech.answer_help)
                await rollout.tell(why, note="slipped")
        await rollout.tell(LAST.format(answer_help=speech.answer_help))
        written = await rollout.write(prefix=speech.answers[0].open, temperature=self.temperature)
        return rollout.answer(written.answer, "" if written.answer else "no answer was marked")

    def _opening(self, problem: Problem) -> str:
        """What every turn begins with: the goal, word for word, and the next line's name."""
        goal = f"Goal: {' '.join(problem.question.split())[:300]}\n" if "goal" in self.track else ""
        return goal + ("State:" if "state" in self.track else "")
