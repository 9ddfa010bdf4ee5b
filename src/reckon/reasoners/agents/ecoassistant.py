"""EcoAssistant: Using LLM Assistant More Affordably and Accurately, Zhang et al., 2023, arXiv 2310.03046.
Section 3. System: EcoAssistant.

Assistants from the cheapest to the dearest: each converses with the code executor, and only where it does not
satisfy is the next one asked. A query that was answered is stored with the code that answered it, whoever
wrote it, and solved queries that are alike stand as demonstrations before later ones.
Differs from the paper: whether a query is answered is judged by a model, not by the user; retrieval is
lexical; the memory is a file, see material/memory.py, and without `memory` nothing is remembered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.errors import UsageError
from reckon.reasoners.loops.codeact import CodeAct
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.delegating import Work, delegate
from reckon.reasoners.material.memory import Memory
from reckon.reasoners.material.replies import VERDICT_HELP, read_verdict

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROMPT = "{demonstrations}{question}"
DEMONSTRATION = "A question that was answered before:\n{about}\n\nThe program that answered it:\n{text}\n\n"
JUDGE = """Question:
{question}

What an assistant did:
{work}

Its answer: {answer}
Is the question answered, and does the answer follow from what its programs printed? {help}"""


@dataclass(frozen=True)
class EcoAssistant:
    """assistants: names of models, the cheapest first; "" is the own one. inner: the conversation of each.

    memory: a file of solved queries.  shots: demonstrations at most.  judge: the model that judges.
    """

    assistants: tuple[str, ...] = ("",)
    memory: str = ""
    shots: int = 1
    judge: str = ""
    inner: Reasoner = CodeAct()

    def __post_init__(self) -> None:
        require_at_least(self, 0, "shots")
        named = isinstance(self.assistants, tuple) and all(isinstance(one, str) for one in self.assistants)
        if not named or not self.assistants:
            raise UsageError(f"EcoAssistant.assistants: wanted a tuple of names, got {self.assistants!r}")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        memory = Memory(self.memory)
        alike = memory.nearest("query", problem.question, self.shots)
        shown = "".join(DEMONSTRATION.format(about=one.about, text=one.text) for one in alike)
        prompt = PROMPT.format(demonstrations=shown, question=problem.question)
        for assistant in self.assistants:
            work = await delegate(rollout, self.inner, prompt, model=assistant)
            if work.answer is not None and await self._satisfies(problem, rollout, work):
                if work.program:
                    memory.add("query", problem.question, work.program)
                return rollout.answer(work.answer)
            rollout.note("escalated")
        # Nobody satisfied: the dearest that had an answer is the best guess.
        return rollout.answered or rollout.answer(None, "no assistant had an answer")

    async def _satisfies(self, problem: Problem, rollout: Rollout, work: Work) -> bool:
        ask = JUDGE.format(question=problem.question, work=work.text, answer=work.answer, help=VERDICT_HELP)
        # Without a verdict it counts as answered: the next assistant costs more than a doubt.
        return read_verdict(await rollout.ask(ask, model=self.judge)) is not False
