"""``ampyard calc``: its arguments and what it prints."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any

from planner.inputs.problem import InputError


class _Help(argparse.Action):
    """Print usage and all topics; they are only loaded when someone asks."""

    def __call__(self, parser: argparse.ArgumentParser, *_args: object, **_kw: object) -> None:
        from planner.calc import describe

        print(f"{parser.format_help()}\ntopics:\n{describe()}")
        parser.exit()


def add_calc(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = add("calc", help="one engineering sum with its trace", add_help=False)
    parser.add_argument("topic", help="such as ampacity or cable; see --help for all")
    parser.add_argument(
        "--json", metavar="'{…}'", help="inputs as one JSON object; - reads standard input"
    )
    parser.add_argument("-h", "--help", action=_Help, nargs=0, help="show topics and their keys")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the result of one sum as a JSON document; 1 where it finds an error."""
    from planner.calc import calc

    result = calc(options.topic, _inputs(options.json))
    json.dump(result, sys.stdout, ensure_ascii=False, indent=1, allow_nan=False)
    print()
    findings: Any = result.get("findings", ())
    return int(any(f["severity"] == "error" for f in findings))


def _inputs(text: str | None) -> dict[str, object]:
    """Read the inputs; anything but one JSON object is refused."""
    if text == "-":
        text = sys.stdin.read()
    try:
        values = json.loads(text or "{}")
    except json.JSONDecodeError as problem:
        raise InputError(
            "calc", f"column {problem.colno}", f"the inputs are no JSON: {problem.msg}",
            'write them as \'{"size_mm2": 95}\'',
        ) from None  # fmt: skip
    except (ValueError, RecursionError) as problem:
        raise InputError(
            "calc", "", "the inputs are no JSON that can be read", "write plain numbers and words"
        ) from problem
    if not isinstance(values, dict):
        raise InputError("calc", "", "the inputs are no JSON object", "write them as {…}")
    return values
