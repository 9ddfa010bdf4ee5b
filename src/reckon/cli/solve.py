"""Let a model solve one question and watch it do so.

examples:
  reckon solve "What is 4821 * 377?"
  reckon solve "How many primes are below 10000?" --model openai:gpt-4o
  reckon solve "..." --model openai:my-model --base-url http://127.0.0.1:8000/v1
  reckon solve "..." --reasoner "SelfConsistency(inner=CodeInterpreter(temperature=0.7), n=5)"
  reckon solve "Which month is highest?" --file chart.png --model openai:gpt-4o --images openai:gpt-4o
  reckon solve "..." --model openai:gpt-4o --network api.example.org:443      programs may connect there alone

A key for an OpenAI-compatible server is read from RECKON_API_KEY or OPENAI_API_KEY.
"""

import argparse
import asyncio

from rich.console import Console
from rich.text import Text

from reckon import records, registry
from reckon.dialects import find_dialect
from reckon.errors import InfrastructureError
from reckon.flags import add_flags, read_flags
from reckon.parts import read_part
from reckon.rollout import solve
from reckon.terminal import Terminal
from reckon.values import Problem, Trajectory
from reckon.workbench import Options, open_setup

OUTSIDE = (
    "This question is outside what the small model 'tiny' was trained on ({families} families of"
    " generated problems): take its answer as a guess. For a real model:\n"
    '  reckon solve "..." --model openai:NAME [--base-url URL]     or     --model hf:PATH_OR_NAME'
)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", help="the question, in quotes")
    parser.add_argument(
        "--reasoner", default="code_interpreter", help="how to reason: see 'reckon reasoners'"
    )
    parser.add_argument(
        "--file", action="append", default=[], help="a file, or a picture, of the question; several times"
    )
    parser.add_argument("--out", default="", help="append the trajectories to this .jsonl file")
    add_flags(parser, Options)


def run(arguments: argparse.Namespace) -> int:
    options, console = read_flags(Options, arguments), Console(highlight=False)
    parts = tuple(read_part(path) for path in arguments.file)
    problem = Problem("question", "question", arguments.question, parts=parts)
    reasoner = registry.build("reasoners", arguments.reasoner)
    terminal = Terminal(console, find_dialect(options.dialect))

    async def go() -> tuple[Trajectory, ...]:
        async with open_setup(options, terminal) as setup:
            return await solve(reasoner, problem, setup)

    trajectories = asyncio.run(go())
    if trajectories[0].void:
        raise InfrastructureError(trajectories[0].void.partition(": ")[2])
    terminal.verdict(trajectories[0])
    if arguments.out:
        with records.Writer(arguments.out) as writer:
            writer.append(*trajectories)
    if options.model == "tiny":
        _warn_outside(arguments.question, console)
    answer = trajectories[0].answer
    return 0 if answer and answer.text is not None else 1


def _warn_outside(question: str, console: Console) -> None:
    from reckon.models.scope import shipped_scope

    scope = shipped_scope()
    if not scope.covers(question):
        console.print(Text(OUTSIDE.format(families=len(scope.families)), style="yellow"))
