"""Cold-start data by a built-in teacher: problems of our tasks, solved with the real interpreter.

After the data synthesis of R1-Code-Interpreter (Chen et al., 2025, arXiv 2505.21668): keep what is right, mix
prompts that want text with prompts that want code, over-weight turns that repair. Differs from the paper: the
teacher plays reference programs instead of a larger model.
"""

import asyncio
import math
import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, get_args

from reckon import registry
from reckon.data.teacher import WRONG, Style, Teacher, Tokenization, script
from reckon.errors import UsageError
from reckon.protocols import Reasoner
from reckon.rollout import OpenSession, Setup, solve
from reckon.tasks import draw, find_all
from reckon.values import Trajectory

REASONERS = {"text": "text", "program": "pal"}
AT_ONCE = 32
REFUSALS = 500


@dataclass(frozen=True)
class ColdStart:
    """What to synthesise.

    tasks: names, as on the command line. problems: how many trajectories to keep.
    styles: the share of each style, "guess" and "wrong" being wrong ones. chat: the share of code
        trajectories written as a chat model would, each program its own turn.
    """

    problems: int
    tasks: tuple[str, ...] = ("elementary",)
    seed: int = 0
    styles: Mapping[Style, float] = field(
        default_factory=lambda: {
            "code": 0.45,
            "text": 0.15,
            "program": 0.2,
            "repair": 0.12,
            "forgot_print": 0.08,
        }
    )
    chat: float = 0.15

    def __post_init__(self) -> None:
        if type(self.problems) is not int or self.problems < 1:
            raise UsageError(f"ColdStart wants problems, a whole number above 0, got {self.problems!r}")
        if not isinstance(self.chat, int | float) or not 0.0 <= self.chat <= 1.0:
            raise UsageError(f"ColdStart wants chat, a share from 0 to 1, got {self.chat!r}")
        if isinstance(self.tasks, str) or not all(isinstance(name, str) for name in self.tasks):
            raise UsageError(f'ColdStart wants tasks as in ("product",), got {self.tasks!r}')
        known = get_args(Style)
        shares = [self.styles[name] for name in self.styles if name in known]
        numbers = all(isinstance(share, int | float) and 0.0 <= share < math.inf for share in shares)
        if len(shares) < len(self.styles) or not numbers or not sum(shares):
            raise UsageError(
                f"ColdStart wants styles, shares of {', '.join(known)}, not all 0; got {self.styles}"
            )

    async def generate(self, student: Tokenization, open_session: OpenSession) -> AsyncIterator[Trajectory]:
        """Token-exact trajectories, right but for the wrong styles, in a fixed order.

        Raises UsageError when hundreds in a row are not what their style says.
        """
        tasks = find_all(self.tasks)
        numbers = count()
        kept = refused = 0
        while kept < self.problems:
            batch = [next(numbers) for _ in range(AT_ONCE)]
            done = await asyncio.gather(*(self._one(tasks, n, student, open_session) for n in batch))
            for trajectory in done:
                refused = 0 if trajectory is not None else refused + 1
                if trajectory is not None and kept < self.problems:
                    kept += 1
                    yield trajectory
            if refused >= REFUSALS:
                raise UsageError(f"the last {refused} trajectories were all wrong: see 'reckon doctor'")

    async def _one(
        self, tasks: list[Any], number: int, student: Tokenization, open_session: OpenSession
    ) -> Trajectory | None:
        rng = random.Random(f"cold start/{self.seed}/{number}")
        task = tasks[number % len(tasks)]
        problem = draw(task, self.seed, number // len(tasks))
        style = rng.choices(list(self.styles), list(self.styles.values()))[0]
        program, plan = task.program(problem), rng.choice(task.plans)
        turns = script(problem, program, plan, style, student.dialect, rng)
        if style == "guess":
            turns = [student.dialect.write_answer(draw(task, self.seed + 1, number).answer or "")]
        chat = style not in REASONERS and rng.random() < self.chat
        setup = Setup(Teacher(turns, student, continues=not chat), open_session, student.dialect)
        reasoner: Reasoner = registry.build("reasoners", REASONERS.get(style, "code_interpreter"))
        trajectory = (await solve(reasoner, problem, setup))[0]
        answer = trajectory.answer.text if trajectory.answer else None
        wanted = style not in WRONG
        if trajectory.void or answer is None:
            return None
        grade = task.grade(problem, answer)
        if grade.right != wanted:
            return None
        # The teacher knows the answer; what its program printed must say so too.
        if trajectory.executions and trajectory.executions[-1].output.strip() != answer.strip():
            return None
        trajectory.check(student.tokens.decode)
        return replace(trajectory, grade=grade)
