"""Prompts of "Steering Large Language Models between Code Execution and Textual Reasoning", Chen et al.,
2024, arXiv 2410.03524, the baselines that differ in their prompts only.
System: CodeSteer study (Code/Text steering); baselines.

All Text is the reasoner `text`, Code Interpreter is `code_interpreter`; its three proposals are
`code_interpreter_plus`, `code_text_sum` and `self_estimate`.
Differs from the paper: the prompts are our own; the answer's marks are asked for in every method, Only
Question included; the result of a program is read by its marks, not by another model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.errors import UsageError
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.results import result, why_no_result

if TYPE_CHECKING:
    from reckon.dialects import Dialect
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

ONE_PROGRAM = "The program must compute the answer and print only the answer. {code_help}"
ASSISTANT = """You are an assistant who solves tasks with words and with programs. Where a program helps to
collect what is needed or to do what is asked, write a whole program that needs no change, one in a reply, and
print what matters: it is run, and you are told its output. Where it fails, mend it and send the whole program
again. Where words do better, use words. Say how you go about it before you begin, and check what you found.
{code_help} {answer_help} Write TERMINATE when all is done."""
METHODS = {
    "only_question": ("", "{question}\n\n{answer_help}"),
    "all_code": ("", "{question}\n\nReply with one program and nothing else. " + ONE_PROGRAM),
    "all_code_cot": ("", "{question}\n\nThink step by step first, then write one program. " + ONE_PROGRAM),
    "autogen_conca": ("", ASSISTANT + "\n\n{question}"),
    "autogen_system": (ASSISTANT, "{question}"),
}


@dataclass(frozen=True)
class Steering:
    """method: only_question, all_code, all_code_cot, autogen_conca or autogen_system.

    turns: replies at most; after the last, its program's output is the answer.
    """

    method: str = "all_code_cot"
    turns: int = 1
    temperature: float | None = None

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise UsageError(f"Steering.method: no {self.method!r}; there are {', '.join(METHODS)}")
        require_at_least(self, 1, "turns")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech = rollout.dialect
        help = {"code_help": speech.code_help, "answer_help": speech.answer_help}
        system, prompt = (form.format(question=problem.question, **help) for form in METHODS[self.method])
        await rollout.prompt(prompt, system=system)
        found, why = None, "no answer was marked"
        for _ in range(self.turns):
            written = await rollout.write(temperature=self.temperature)
            if written.code is None:
                found, why = written.answer or found, written.malformed or why
                break
            execution = await rollout.run(written.code)
            found, why = _read(result(execution), speech) or found, why_no_result(execution)
            rollout.answer(found, "" if found else why)
        return rollout.answer(found, "" if found else why)


def _read(printed: str | None, dialect: Dialect) -> str | None:
    """What is marked as the answer in an output, else the output."""
    marked = [span.body for span in dialect.spans(printed or "") if span.kind == "answer"]
    return marked[-1] if marked else printed
