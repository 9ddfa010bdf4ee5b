"""CodeNav: Beyond tool-use to using real-world codebases with LLM agents, Gupta et al., 2024.
arXiv 2406.12276, section 3. System: CodeNav.

The agent is given no list of tools but a codebase that it can search and import. Each turn is one action: a
search over the blocks of code, which shows those nearest that were not shown before, or a program in a
session where the codebase is importable; until it answers.
Differs from the paper: retrieval is BM25; the importable sources travel into the session, so that what they
read beside themselves, such as data files, is not there. Without `code` there is nothing to search.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.importing import make_importable
from reckon.reasoners.material.passages import Library, read_code, read_files

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROMPT = """{question}

{library}{code_help} {answer_help}"""
LIBRARY = """A codebase with the modules {modules} is importable. You have not seen it. To look into it, write
<search>words that its code would hold, such as names</search>
and stop: the functions and classes that fit best are shown. Search before you write what may be there.
"""
NOTHING = "Nothing new fits that."
AGAIN = "That is neither a search nor a program nor an answer. {answer_help}"
LAST = "No more programs can be run. {answer_help}"
_SEARCH = re.compile(r"<search>((?:(?!<search>).)*)</search>\s*\Z", re.DOTALL)
NAMED = 20  # modules that the prompt names


@dataclass(frozen=True)
class CodeNav:
    """code: a folder of Python files. shown: blocks of a search. actions: at most."""

    code: str = ""
    shown: int = 3
    actions: int = 12
    temperature: float | None = None
    _library: Library = field(init=False, repr=False, compare=False, default=Library())

    def __post_init__(self) -> None:
        require_at_least(self, 1, "shown", "actions")
        if self.code:
            blocks = [one for one in read_code(self.code, "CodeNav.code") if one.kind != "module"]
            object.__setattr__(self, "_library", Library(blocks))

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech, seen = rollout.dialect, set[str]()
        help = {"code_help": speech.code_help, "answer_help": speech.answer_help}
        library = await self._told(rollout)
        await rollout.prompt(PROMPT.format(question=problem.question, library=library, **help))
        for _ in range(self.actions):
            if not rollout.runs_left:
                break
            written = await rollout.write(also=("</search>",), temperature=self.temperature)
            if written.answer is not None:
                return rollout.answer(written.answer)
            query = _SEARCH.search(written.text)
            if written.code is not None:
                await rollout.run(written.code)
            elif query is not None:
                await rollout.tell(self._search(query[1], seen), note="searched")
            else:
                why = written.malformed or AGAIN.format(answer_help=speech.answer_help)
                await rollout.tell(why, note="slipped")
        await rollout.tell(LAST.format(answer_help=speech.answer_help))
        written = await rollout.write(prefix=speech.answers[0].open, temperature=self.temperature)
        return rollout.answer(written.answer, "" if written.answer else "no answer was marked")

    async def _told(self, rollout: Rollout) -> str:
        if not self.code:
            return ""
        await make_importable(rollout, read_files(self.code, (".py",), "CodeNav.code"))
        modules = sorted({one.name.split(".")[0] for one in self._library.passages})
        return LIBRARY.format(modules=", ".join(modules[:NAMED]))

    def _search(self, query: str, seen: set[str]) -> str:
        """The nearest blocks that were not shown yet in full, and the names of the next ones."""
        near = self._library.nearest(query, len(self._library.passages))
        found = [one for one in near if one.name not in seen]
        new, rest = found[: self.shown], found[self.shown : 3 * self.shown]
        seen.update(one.name for one in new)
        passages = "\n\n".join(f"# {one.name}\n{one.text}" for one in new)
        names = ", ".join(one.name for one in rest)
        return (passages + (f"\n\nAlso: {names}" if names else "")) or NOTHING
