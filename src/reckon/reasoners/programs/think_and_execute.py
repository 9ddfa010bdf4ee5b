"""Language Models as Compilers: Simulating Pseudocode Execution Improves Algorithmic Reasoning in Language
Models, Chae et al., 2024, arXiv 2404.02575. System: Think-and-Execute.

Think, once per task: an instructor analyses what the task's instances have in common and writes pseudocode
for all of them, with prints of the intermediate results. Execute, per instance: the model simulates the
pseudocode, print by print, to the answer. No interpreter runs.
Differs from the paper: without human-written pseudocode of other tasks as examples; the prompts are our own.
One instance of the class thinks once per task, from the first problem it is given of it and `instances`; to
pin the pseudocode, give it as `pseudocode`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

ANALYSE = """Here are instances of one task:

{instances}

What logic solves every instance of this task, not only these? Analyse it: what is given, what is asked, which
steps lead there, which cases differ. Do not solve any of them."""
PSEUDOCODE = """Write that logic as pseudocode in the style of Python: one function for the whole task, with
the instance as its input. Put a print after each step that shows its intermediate result, and print the final
answer last. Functions that need judgement may be called without being defined."""
EXECUTE = """{question}

This pseudocode solves every instance of the task:
{pseudocode}
Simulate it on the question above, and write what each of its prints shows, in order. Do not write code.
{answer_help}"""


@dataclass(frozen=True)
class ThinkAndExecute:
    """instructor: the name of the model that thinks, "" for the same one.

    instances: questions of the task to think about besides the first problem's.
    pseudocode: of the task; "" has it thought out.
    """

    instructor: str = ""
    instances: tuple[str, ...] = ()
    pseudocode: str = ""
    temperature: float | None = None
    _thought: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        pseudocode = self.pseudocode or await self._think(problem, rollout)
        speech = rollout.dialect
        help = {"pseudocode": pseudocode, "answer_help": speech.answer_help}
        await rollout.prompt(EXECUTE.format(question=problem.question, **help))
        simulated = await rollout.write(stop=[speech.answers[0].close], temperature=self.temperature)
        return rollout.answer(simulated.answer, "" if simulated.answer else "no answer was marked")

    async def _think(self, problem: Problem, rollout: Rollout) -> str:
        """The pseudocode of the problem's task; kept for the next problem of the task."""
        if problem.task not in self._thought:
            rollout.note("thought")
            instructor = await rollout.side(model=self.instructor)
            shown = "\n\n".join(f"Instance:\n{one}" for one in (problem.question, *self.instances))
            await instructor.prompt(ANALYSE.format(instances=shown))
            await instructor.write(stop=(), temperature=self.temperature)
            await instructor.prompt(PSEUDOCODE)
            thought = (await instructor.write(stop=(), temperature=self.temperature)).text
            # Problems that began at the same time have thought too: all but the first let theirs go.
            self._thought.setdefault(problem.task, thought)
        return self._thought[problem.task]
