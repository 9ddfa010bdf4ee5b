"""Code-Guided Reasoning for Small Language Models: Evaluating Executable MCQA Scaffolds, Biswas et al., 2026.
arXiv 2605.18827, sections 3 and 4. System: CGR (Code-Guided Reasoning).

A generator writes, for one multiple-choice question, a Python scaffold that asks a small solver model through
`solver(prompt)` and reads its replies with `extract_choice(text)`; it must not hold the answer itself. The
scaffold runs in the session, the solver outside of it; what it prints is the assisted answer. With `channels`
the record has the direct answers of solver and generator as well, and the notes whether they are the same.
Differs from the paper: a scaffold that hard-codes is written again while `tries` are left.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.results import result, why_no_result
from reckon.tools import told
from reckon.votes import key

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.tools import Tool
    from reckon.values import Answer, Problem

PROMPT = """{question}

Write a program that guides a small model to the answer: it divides the question, asks the model step by step,
compares what it says, and prints only the answer (an option's letter). It must not hold the answer itself.
{tools}{code_help}"""
HELPERS = '''def extract_choice(text, options="ABCDE"):
    """The last letter of the options that stands alone in a text; None without one."""
    import re
    found = re.findall(rf"\\b([{options}])\\b", str(text))
    return found[-1] if found else None
'''
HARD_CODED = (
    "That program holds the answer itself: it {why}. Write it again, so that the small model is asked."
)
FAILED = "The program did not run to a result:\n{output}\nWrite the whole program again."
DIRECT = "{question}\n\nDo not write code. {answer_help}"


@dataclass(frozen=True)
class Cgr:
    """solver, generator: models, "" for the own one. calls: of the solver, at most. tries: scaffolds."""

    solver: str = ""
    generator: str = ""
    calls: int = 20
    tries: int = 3
    channels: bool = False
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "calls", "tries")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        writer = await rollout.side(model=self.generator) if self.generator else rollout
        solver, help = self._solver(rollout), rollout.dialect.code_help
        rollout.bind(solver)
        await rollout.run(HELPERS, show=False)
        tools = told((solver,)).rstrip() + "\n" + HELPERS.split("    import")[0]
        await writer.prompt(PROMPT.format(question=problem.question, tools=tools, code_help=help))
        answer = rollout.answer(None, "no program was written")
        for _ in range(self.tries):
            written = await writer.write(temperature=self.temperature)
            if written.code is None:
                await writer.tell(written.malformed or "That holds no program.")
                continue
            execution = await rollout.run(written.code, show=False)
            found = result(execution)
            answer = rollout.answer(found or answer.text, why_no_result(execution))
            held = found is not None and hard_codes(written.code, found)
            if found is not None and not held:
                break
            rollout.note("hard_coded" if held else "failed")
            await writer.tell(HARD_CODED if held else FAILED.format(output=execution.output[-1000:]))
        if self.channels:
            await self._record_channels(problem, rollout, answer)
        return rollout.answer(answer.text, "" if answer.text else answer.reason)

    def _solver(self, rollout: Rollout) -> Tool:
        left = self.calls

        async def solver(prompt: str) -> str:
            """Ask the small model; its reply as text. It sees this prompt and nothing else."""
            nonlocal left
            left -= 1
            if left < 0:
                raise RuntimeError(f"the solver answers {self.calls} prompts")
            return await rollout.ask(str(prompt), model=self.solver)

        return solver

    async def _record_channels(self, problem: Problem, rollout: Rollout, answer: Answer) -> None:
        for name, model in (("direct", self.solver), ("generator", self.generator)):
            side, help = await rollout.side(model=model), rollout.dialect.answer_help
            await side.prompt(DIRECT.format(question=problem.question, answer_help=help))
            found = side.answer((await side.write(stop=[side.dialect.answers[0].close])).answer).text
            same = key(found or "") == key(answer.text or "")
            rollout.note(f"{name}_{'same' if same else 'other'}")


def hard_codes(program: str, found: str) -> bool:
    """Whether a scaffold holds what it printed and never names the solver."""
    nodes = list(ast.walk(ast.parse(program)))
    texts = {str(node.value).strip() for node in nodes if isinstance(node, ast.Constant)}
    return found.strip() in texts and "solver" not in {getattr(node, "id", "") for node in nodes}
