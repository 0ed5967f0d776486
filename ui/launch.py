"""The program's entry: the command line without Qt, or the window."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path


def wants_window(arguments: Sequence[str]) -> bool:
    """Tell whether the arguments open the window: none, or project files alone."""
    return all(Path(a).suffix.lower() == ".ampyard" for a in arguments)


def has_display() -> bool:
    """Tell whether a window can be shown."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def demo_sample(arguments: Sequence[str]) -> str:
    """Return the sample that a plain 'demo' shows in the window, empty for the command."""
    if not arguments or arguments[0] != "demo" or not has_display():
        return ""
    names = arguments[1:] or ["hotel"]
    return names[0] if len(names) == 1 and not names[0].startswith("-") else ""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command, or open the window on the project named."""
    import multiprocessing

    multiprocessing.freeze_support()
    arguments = list(sys.argv[1:] if argv is None else argv)
    sample = demo_sample(arguments)
    if not sample and not wants_window(arguments):
        from planner.cli import main as run_command

        return run_command(arguments)
    from ui.app import run

    return run(Path(arguments[0]) if arguments and not sample else None, sample)


if __name__ == "__main__":
    raise SystemExit(main())
