"""Look at runs in the browser: rollouts, trees, comparisons, curves, and votes.

examples:
  reckon view                              every run below the folder 'runs'
  reckon view runs/first runs/second       these alone
  reckon view runs --no-open --port 8765   over a tunnel: ssh -L 8765:127.0.0.1:8765 HOST

The page is served to this machine alone, and shows a run while it is going on. Ctrl-C ends it.
"""

import argparse
import os
import sys
import webbrowser

from reckon.errors import UsageError
from reckon.serving.viewer.library import Library
from reckon.serving.viewer.server import Viewer


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="*", help="runs, or folders of runs (default: runs)")
    parser.add_argument("--port", type=int, default=0, help="default: any free one")
    parser.add_argument(
        "--host", default="127.0.0.1", help="where to listen (default: 127.0.0.1, this machine)"
    )
    parser.add_argument("--no-open", action="store_true", help="print the address, open no browser")


def run(arguments: argparse.Namespace) -> int:
    if not 0 <= arguments.port <= 65535:
        raise UsageError(f"--port is between 0 and 65535, got {arguments.port}")
    with Viewer(Library(arguments.runs or ["runs"]), arguments.host, arguments.port) as viewer:
        print(viewer.address, flush=True)
        if not viewer.is_local:
            print(
                f"reckon: --host {arguments.host}: whoever reaches this address and has the token can read"
                " these runs and vote; nothing is encrypted",
                file=sys.stderr,
            )
        if not arguments.no_open and _has_screen():
            webbrowser.open(viewer.address)
        try:
            viewer.serve_forever()
        except KeyboardInterrupt:
            print("reckon: the viewer is closed", file=sys.stderr)
    return 0


def _has_screen() -> bool:
    """Whether a browser would have a window: without one a browser in text could take the terminal."""
    return sys.platform != "linux" or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
