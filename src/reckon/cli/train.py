"""Train a model from a recipe; a rerun goes on from the last checkpoint.

examples:
  reckon train sft recipes/tiny.py
  reckon train rl recipes/r1_ci_small.py
  reckon train preferences recipes/m_dpo_small.py
  reckon train rl recipes/r1_ci.py --dry-run
  reckon train rl recipes/r1_ci.py --set interpreters=tcp://HOST:PORT
  reckon train rl recipes/r1_ci_small.py --set "objective=Dapo()" --set seed=1 --set out=runs/dapo
  torchrun --nproc-per-node 8 -m -- reckon train rl recipes/r1_ci.py --log tensorboard

A recipe is a Python file that says `recipe = Sft(...)`, `Rl(...)` or `Preferences(...)`.
"""

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "how",
        choices=["sft", "rl", "preferences"],
        help="sft: supervised, on trajectories; rl: by rewards, on rollouts; preferences: on pairs or labels",
    )
    parser.add_argument("recipe", help="the recipe's file")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="another value for a field of the recipe",
    )
    parser.add_argument(
        "--log",
        action="append",
        default=[],
        choices=["tensorboard", "wandb"],
        help="where metrics go besides OUT/metrics.jsonl; may be given twice",
    )
    parser.add_argument(
        "--dry-run",
        action="store_true",
        help="check the recipe, say what it needs, and do one step with a small model of the same make",
    )


def run(arguments: argparse.Namespace) -> int:
    from reckon.training.preference_recipe import Preferences
    from reckon.training.recipe import changed, load_recipe
    from reckon.training.rl import Rl
    from reckon.training.sft import Sft

    kinds: dict[str, type[Sft | Rl | Preferences]] = {"sft": Sft, "rl": Rl, "preferences": Preferences}
    recipe = changed(load_recipe(arguments.recipe, kinds[arguments.how]), arguments.set)
    if arguments.dry_run:
        from reckon.training.dry_run import dry_run

        return dry_run(recipe)
    from reckon.training.processes import Processes
    from reckon.training.runner import train_preferences, train_rl, train_sft

    with Processes() as processes:
        if isinstance(recipe, Rl):
            train_rl(recipe, logs=arguments.log, processes=processes)
        elif isinstance(recipe, Preferences):
            train_preferences(recipe, logs=arguments.log, processes=processes)
        else:
            train_sft(recipe, logs=arguments.log, processes=processes)
    return 0
