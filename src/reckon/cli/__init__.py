"""The command `reckon`.

A file here is a command: its docstring is the help, `configure` adds its flags, `run` does it and returns the
exit status.
"""

import argparse
import sys
from importlib import import_module
from pkgutil import iter_modules

from reckon.errors import ReckonError

EXAMPLES = """examples:
  reckon demo                                     watch the small model that ships with Reckon
  reckon solve "What is 4821 * 377?"              ask it something it knows
  reckon solve "..." --model openai:gpt-4o        ask a real one
  reckon eval product letter_count -n 50          measure it, with intervals
  reckon COMMAND --help                           the flags of a command, with an example
"""


def main(argv: list[str] | None = None) -> int:
    """Run a command; 0 done, 1 done with a bad result, 2 asked for wrongly, 130 interrupted."""
    parser = argparse.ArgumentParser(
        prog="reckon",
        description="The workbench for language models that reason with code.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for name in sorted(module.name for module in iter_modules(__path__)):
        module = import_module(f"{__name__}.{name}")
        summary, _, rest = (module.__doc__ or "").partition("\n")
        command = commands.add_parser(
            name,
            help=summary.rstrip("."),
            description=summary,
            epilog=rest.strip(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        module.configure(command)
        command.set_defaults(run=module.run)
    arguments = parser.parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except ReckonError as error:
        print(f"reckon: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("reckon: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:  # a full disk, a folder that may not be written
        where = f"{error.filename}: " if error.filename else ""
        print(f"reckon: {where}{error.strerror or error}", file=sys.stderr)
        return 2
