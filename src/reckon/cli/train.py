"""Train a model from a recipe; a rerun goes on from the last checkpoint.

example:
  reckon train sft recipes/tiny.py

A recipe is a Python file that says `recipe = Sft(...)`.
"""

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("how", choices=["sft"], help="sft: supervised, on trajectories")
    parser.add_argument("recipe", help="the recipe's file")


def run(arguments: argparse.Namespace) -> int:
    from reckon.training.recipe import load_recipe
    from reckon.training.runner import train_sft

    train_sft(load_recipe(arguments.recipe))
    return 0
