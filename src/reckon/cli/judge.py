"""Let a model judge a run's answers, and measure how far it can be believed; resumes when run again.

examples:
  reckon judge runs/first --mode pairwise --model openai:gpt-4o                 each pair, both ways round
  reckon judge runs/first --mode pointwise --reasoner code_interpreter          a judge that may run programs
  reckon judge runs/first --mode pairwise --baseline text                       each method against one
  reckon judge runs/first --mode listwise --show answer -n 50                   sees the final answers alone

Verdicts go to RUN/judgements.jsonl, and 'reckon report' shows them. The judge's own rollouts are an ordinary
run, by default in RUN/judges.
"""

import argparse
from pathlib import Path

from rich.console import Console

from reckon import registry
from reckon.cli.eval import add_spending, finish, read_allowance
from reckon.errors import UsageError
from reckon.evaluation.exporting import roots
from reckon.evaluation.judges.cases import SHOW, Docket, Mode, chosen
from reckon.evaluation.judges.judgement import JUDGEMENTS, judged, keep
from reckon.evaluation.judges.listwise import Listwise
from reckon.evaluation.judges.pairwise import Pairwise
from reckon.evaluation.judges.pointwise import Pointwise
from reckon.evaluation.judges.safety import Safety
from reckon.evaluation.judges.tables import judges_of
from reckon.evaluation.report.console import print_blocks
from reckon.evaluation.run import Job, Run, plays_programs
from reckon.evaluation.safety import safety_of
from reckon.evaluation.summary import methods
from reckon.flags import add_flags, read_flags
from reckon.workbench import Options

MODES: dict[str, Mode] = {mode.name: mode for mode in (Pointwise(), Pairwise(), Listwise(), Safety())}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run_folder", metavar="RUN", help="the run to judge")
    parser.add_argument("--mode", choices=tuple(MODES), default="pairwise", help="default: pairwise")
    parser.add_argument(
        "--reasoner", default="text", help="how the judge thinks (default: text, no programs)"
    )
    parser.add_argument(
        "--show",
        choices=SHOW,
        default="outputs",
        help="the final answer, all that was written, or that with what programs printed (default: outputs)",
    )
    parser.add_argument("--baseline", default="", help="pairs with this method of the run only; rated 1000")
    parser.add_argument("-n", type=int, default=0, help="problems (default: 0, all)")
    parser.add_argument("--seed", type=int, default=1, help="of orders and of sampling (default: 1)")
    parser.add_argument("--concurrency", type=int, default=8, help="cases at once (default: 8)")
    parser.add_argument("--out", default="", help="folder of the judge's rollouts (default: RUN/judges/…)")
    add_spending(parser)
    add_flags(parser, Options)


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    options = read_flags(Options, arguments)
    if plays_programs(options.model):
        raise UsageError(f"--model {options.model}: a stand-in cannot judge; name a model")
    folder, mode = arguments.run_folder, MODES[arguments.mode]
    docket = Docket(folder, mode, arguments.show, arguments.n, arguments.seed, arguments.baseline)
    reasoner = registry.build("reasoners", arguments.reasoner)
    cases = docket.problems()
    name = options.model.replace("/", "_").replace(":", "_")
    wanted = Run(
        tasks=(docket.name,),
        reasoners=(arguments.reasoner,),
        models=(options.model,),
        out=arguments.out or str(Path(folder) / "judges" / f"{mode.name}-{name}-{arguments.seed}"),
        seed=arguments.seed,
        concurrency=arguments.concurrency,
        settings=options.settings,
        allowance=read_allowance(arguments),
    )
    done = finish(
        wanted, options, console, [Job(docket, case, reasoner, options.model, wanted.seed) for case in cases]
    )
    if done is None:
        return 130
    verdicts = []
    for one in done:
        if not one.void:
            text = one.answer.text if one.answer and one.answer.text else ""
            shown = one.problem.metadata["trajectories"]
            assert isinstance(shown, list | tuple)
            verdicts.append(judged(one, mode.read(text, len(shown))))
    fresh = keep(folder, verdicts)
    base = chosen(arguments.baseline, list(methods(roots(folder)))) if arguments.baseline else None
    print_blocks((*judges_of(folder, base), *safety_of(folder)), console)
    if void := len(done) - len(verdicts):
        console.print(f"{void} not counted: faults of ours; the same command asks them again")
    console.print(f"{fresh} new verdicts in {folder}/{JUDGEMENTS}; rollouts: {wanted.out}", markup=False)
    return 0
