"""Train a model from a recipe; a rerun goes on from the last checkpoint.

examples:
  reckon train sft recipes/tiny.py
  reckon train rl recipes/r1_ci_small.py
  reckon train rl recipes/r1_ci_small.py --set "objective=Dapo()" --set seed=1 --set out=runs/dapo

A recipe is a Python file that says `recipe = Sft(...)` or `recipe = Rl(...)`.
"""

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "how", choices=["sft", "rl"], help="sft: supervised, on trajectories; rl: by rewards, on rollouts"
    )
    parser.add_argument("recipe", help="the recipe's file")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help="another value for a field of the recipe",
    )


def run(arguments: argparse.Namespace) -> int:
    from reckon.training.recipe import changed, load_recipe
    from reckon.training.rl import Rl
    from reckon.training.runner import train_rl, train_sft
    from reckon.training.sft import Sft

    if arguments.how == "rl":
        train_rl(changed(load_recipe(arguments.recipe, Rl), arguments.set))
    else:
        train_sft(changed(load_recipe(arguments.recipe, Sft), arguments.set))
    return 0
