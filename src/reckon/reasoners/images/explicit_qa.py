"""ExpliCIT-QA: Explainable Code-Based Image Table Question Answering, Hormazábal Lagos et al., 2025.
arXiv 2507.11694, section 3. System: ExpliCIT-QA.

Five steps, each of whose outcomes stays in the record: a model that sees transcribes the picture of a
table, with thoughts, to CSV, which becomes a file of the session; a plan in words is made; a program over
the file is written; it is run, and written again after an error; the answer and the way to it are explained
in words.
Differs from the paper: the table may stand in the question or in files of its own; any Python reads it, not
only pandas; the explanation stands in the record and is not part of the answer.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.results import result, why_no_result

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

TRANSCRIBE = """{question}

Do not answer this yet. Transcribe the table that it is about, from its picture if there is one. First think:
how many columns and rows are there, which cells span several, which are hard to read? Then write the whole
table as CSV, one header line first, between the lines ```csv and ```."""
PLAN = """{question}

The table, in the file {file}, begins:
{head}

Do not write code and do not answer. Plan in numbered steps, in words: which columns and rows are needed,
how cells are to be cleaned (units, commas, signs), and what is computed of them."""
CODE = """{question}

The table is in the file {file}. It begins:
{head}

The plan:
{plan}

Write a program that reads the file, follows the plan and prints only the answer. {code_help}"""
MEND = "That failed. Mend the program, and write all of it again. {code_help}"
EXPLAIN = """The answer is {answer}. Explain in a few sentences, for a reader who does not program, how the
table leads to it: which cells were used and what was done with them."""
FILE, NO_TABLE = "table.csv", "(it could not be transcribed: read it from the question)"
WRITE = "with open({file!r}, 'w', encoding='utf-8') as file:\n    file.write({text!r})"
_FENCED = re.compile(r"```(?:csv)?[ \t]*\n(.{1,100000}?)\n?```", re.DOTALL)


@dataclass(frozen=True)
class ExplicitQA:
    """retries: programs after one that failed. vision: the model that transcribes, "" for the own one."""

    retries: int = 2
    vision: str = ""
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 0, "retries")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        question, help = problem.question, rollout.dialect.code_help
        table = read_table(await rollout.ask(TRANSCRIBE.format(question=question), model=self.vision))
        if table:
            await rollout.run(WRITE.format(file=FILE, text=table), show=False)
        head = "\n".join(table.splitlines()[:6]) or NO_TABLE
        plan = await rollout.ask(PLAN.format(question=question, file=FILE, head=head))
        prompt = CODE.format(question=question, file=FILE, head=head, plan=plan.strip(), code_help=help)
        reason = ""
        for _ in range(self.retries + 1):
            await rollout.prompt(prompt)
            written = await rollout.write(temperature=self.temperature)
            if written.code is None:
                prompt, reason = MEND.format(code_help=help), written.malformed or "no program was written"
                continue
            execution = await rollout.run(written.code)
            if answer := result(execution):
                done = rollout.answer(answer)
                await rollout.prompt(EXPLAIN.format(answer=answer))
                await rollout.write(stop=(), temperature=self.temperature)
                return done
            prompt, reason = MEND.format(code_help=help), why_no_result(execution)
        return rollout.answer(None, reason)


def read_table(reply: str) -> str:
    """The last fenced CSV of a reply that has a header and a row of as many cells; "" if there is none."""
    for text in reversed(_FENCED.findall(reply)):
        rows = list(csv.reader(text.strip().splitlines()))
        if len(rows) > 1 and len(rows[0]) > 1 and len(rows[0]) == len(rows[1]):
            return str(text).strip() + "\n"
    return ""
