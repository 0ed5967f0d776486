"""JSON from portals and their interfaces: lists of readings, turned into a table."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from planner.inputs.archive import unreadable
from planner.inputs.problem import InputError
from planner.inputs.profiles.counted import counted
from planner.inputs.profiles.options import ProfileOptions
from planner.inputs.profiles.raw import RawTable, Value
from planner.inputs.profiles.text import MAX_BYTES, decode
from planner.inputs.report import Action, Report

_FEWEST = 2
_DEEPEST = 6
_EPOCH_S = (5e8, 4.2e9)
_AGAIN = "export the interval data as CSV or XLSX"


def read_records(path: Path, options: ProfileOptions, report: Report) -> RawTable:
    """Read the longest list of readings in a JSON document."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(path.name, "", "the file is larger than 200 MB", _AGAIN)
        content = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    document = parsed(decode(content, path.name, options.encoding, report), path.name)
    refuse_code(document, path.name)
    place, header, rows = _longest(document, path.name)
    report.say(Action.ACCEPT, "PRF-LAYOUT", f"JSON, {len(rows):,} readings in {place}")
    above = [(key, text) for key, text in _about(document) if "unit" in key.casefold()]
    table: list[Sequence[Value]] = [*above, *([[""]] if above else []), header]
    first = len(table)
    return RawTable(
        path.name, [*table, *_stamped(rows)], [0] * first + list(range(1, len(rows) + 1)),
        lambda r, _c: f"reading {r - first + 1}" if r >= first else "",
    )  # fmt: skip


def parsed(text: str, file: str) -> Any:
    """Return a JSON document, or the list of records of JSON Lines."""

    def refuse(name: str) -> Any:
        raise InputError(file, "", f"a value is {name}, which is no number", _AGAIN)

    try:
        return json.loads(text, parse_constant=refuse)
    except InputError:
        raise
    except json.JSONDecodeError as broken:
        if lines := _lines(text, refuse):
            return lines
        raise InputError(
            file, f"line {broken.lineno}, column {broken.colno}",
            f"the file is damaged or cut off here ({broken.msg.lower()})", "export it again",
        ) from None  # fmt: skip
    except (RecursionError, ValueError):
        raise InputError(
            file, "", "the content is nested too deep or a number is too long", _AGAIN
        ) from None


def _lines(text: str, refuse: Callable[[str], Any]) -> list[Any]:
    """Read one record per line ("JSON Lines"); nothing if any line is no whole record."""
    try:
        found = [json.loads(t, parse_constant=refuse) for t in text.splitlines() if t.strip()]
    except (RecursionError, ValueError):
        return []
    return found if all(isinstance(record, dict) for record in found) else []


def refuse_code(document: Any, file: str) -> None:
    """Refuse documents that name program code, as saved networks do."""
    waiting = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if {"_module", "_class"} & node.keys():
                raise InputError(
                    file, "", "the file names program code (_module), which is never run",
                    "export the interval data as CSV or XLSX",
                )  # fmt: skip
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node[:1_000])


def _longest(document: Any, file: str) -> tuple[str, list[str], list[Sequence[Value]]]:
    """Find the longest list of records, of pairs, or the longest lists side by side."""
    best: tuple[str, list[str], list[Sequence[Value]]] = ("", [], [])
    waiting: list[tuple[str, Any, int]] = [("the document", document, 0)]
    while waiting:
        place, node, depth = waiting.pop(0)
        if isinstance(node, list):
            header, rows = table_of(node)
            if len(rows) > len(best[2]):
                best = place, header, rows
        elif isinstance(node, dict) and depth < _DEEPEST:
            header, rows = counted(node) or _side_by_side(node)
            if len(rows) > len(best[2]):
                best = place, header, rows
            waiting.extend((f"'{key[:40]}'", value, depth + 1) for key, value in node.items())
        if isinstance(node, list) and depth < _DEEPEST and len(node) <= 50:
            waiting.extend((place, value, depth + 1) for value in node)
    if len(best[2]) < _FEWEST:
        raise InputError(file, "", "this JSON holds no list of readings", _AGAIN)
    return best


def table_of(items: list[Any]) -> tuple[list[str], list[Sequence[Value]]]:
    """Turn a list of records or of short lists into header and rows."""
    if all(isinstance(item, dict) for item in items):
        flat = [_flat(item) for item in items]
        header = list(dict.fromkeys(key for record in flat for key in record))
        return header, [[record.get(key) for key in header] for record in flat]
    if all(isinstance(item, list) and 2 <= len(item) <= 20 for item in items):
        if any(isinstance(v, (dict, list)) for item in items for v in item):
            return [], []
        return ["time", *([""] * (len(items[0]) - 1))], [list(item) for item in items]
    return [], []


def _flat(record: Mapping[str, Any], before: str = "", depth: int = 0) -> dict[str, Value]:
    """Return a record with nested keys joined by a dot."""
    found: dict[str, Value] = {}
    for key, value in record.items():
        name = f"{before}{key}"
        if isinstance(value, dict) and depth < _DEEPEST:
            found |= _flat(value, f"{name}.", depth + 1)
        elif not isinstance(value, (dict, list)):
            found[name] = value
    return found


def _side_by_side(node: Mapping[str, Any]) -> tuple[list[str], list[Sequence[Value]]]:
    """Turn equally long lists of plain values under several keys into rows."""
    lists = {
        key: value
        for key, value in node.items()
        if isinstance(value, list) and value and not isinstance(value[0], (dict, list))
    }
    if len(lists) < 2 or len({len(v) for v in lists.values()}) != 1:
        return [], []
    if any(isinstance(v, (dict, list)) for values in lists.values() for v in values):
        return [], []
    return list(lists), [list(row) for row in zip(*lists.values(), strict=True)]


def _about(document: Any, depth: int = 0) -> list[tuple[str, str]]:
    """Return the plain texts around the readings, such as the unit."""
    if not isinstance(document, dict) or depth >= _DEEPEST:
        return []
    found = [(str(k), str(v)) for k, v in document.items() if isinstance(v, str) and len(v) < 40]
    for value in document.values():
        found += _about(value, depth + 1)
    return found


def _stamped(rows: list[Sequence[Value]]) -> list[Sequence[Value]]:
    """Write columns of seconds or milliseconds since 1970 as text, which is read as a time."""
    width = max(len(row) for row in rows)
    epochs = set()
    for column in range(width):
        values = [row[column] for row in rows if column < len(row)]
        for per_second in (1, 1_000):
            low, high = (bound * per_second for bound in _EPOCH_S)
            if all(
                isinstance(v, (int, float)) and not isinstance(v, bool) and low <= v <= high
                for v in values
            ) and len(set(values)) > 1 and _even(values):  # fmt: skip
                epochs.add(column)
    if not epochs:
        return rows
    return [
        [str(int(v)) if c in epochs and isinstance(v, (int, float)) else v
         for c, v in enumerate(row)]
        for row in rows
    ]  # fmt: skip


def _even(values: Sequence[Any]) -> bool:
    """Tell times from large readings: their steps are whole minutes."""
    per_minute = 60_000 if values[0] > _EPOCH_S[1] else 60
    return all((b - a) % per_minute == 0 for a, b in pairwise(values))
