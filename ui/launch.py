"""The program's entry: the command line without Qt, or the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path


def wants_window(arguments: Sequence[str]) -> bool:
    """Tell whether the arguments open the window: none, or project files alone."""
    return all(Path(a).suffix.lower() == ".ampyard" for a in arguments)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command, or open the window on the project named."""
    import multiprocessing

    multiprocessing.freeze_support()
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not wants_window(arguments):
        from planner.cli import main as run_command

        return run_command(arguments)
    from ui.app import run

    return run(Path(arguments[0]) if arguments else None)


if __name__ == "__main__":
    raise SystemExit(main())
