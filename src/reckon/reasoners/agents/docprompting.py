"""DocPrompting: Generating Code by Retrieving the Docs, Zhou et al., 2022, arXiv 2207.05987, section 2.
System: DocPrompting.

Retrieve the k passages of the documentation that are nearest to what is asked, put them before the question,
and let the inner reasoner write its code with them at hand.
Differs from the paper: retrieval is BM25 (its sparse variant), not a trained dense retriever; passages are
concatenated. Without `docs` it is the inner reasoner.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.passages import Library, read_documents

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROMPT = "Documentation that may help:\n\n{passages}\n\n{question}"


@dataclass(frozen=True)
class DocPrompting:
    """docs: a folder of .md, .rst and .txt files. k: passages shown."""

    docs: str = ""
    k: int = 5
    inner: Reasoner = CodeInterpreter()
    _library: Library = field(init=False, repr=False, compare=False, default=Library())

    def __post_init__(self) -> None:
        require_at_least(self, 1, "k")
        if self.docs:
            library = Library(read_documents(self.docs, "DocPrompting.docs"))
            object.__setattr__(self, "_library", library)

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        near = self._library.nearest(problem.question, self.k)
        if not near:
            return await self.inner.solve(problem, rollout)
        rollout.note("retrieved")
        shown = "\n\n".join(f"{one.name}\n{one.text}" for one in near)
        told = PROMPT.format(passages=shown, question=problem.question)
        return await self.inner.solve(replace(problem, question=told), rollout)
