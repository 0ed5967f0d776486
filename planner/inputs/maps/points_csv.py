"""Lists of places as text tables: coordinates in two columns, or shapes as WKT or WKB."""

from __future__ import annotations

import contextlib
import csv
from io import StringIO
from itertools import islice

from planner.inputs.maps.feature import RawMap, Source
from planner.inputs.maps.places import columns_of, declared_system, feature
from planner.inputs.maps.text import decode
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note

NAME = "CSV"
EXTENSIONS = (".csv", ".tsv", ".txt")
CONTENTS = ("text",)
_FIELD_MB = 1_000_000
_HEADER_ROWS = 10
_MARKS = ",;\t|"


def read(source: Source) -> RawMap:
    """Read a text table with one place per line."""
    content = source.path.read_bytes()
    text, notes = decode(content, source.name, source.options.encoding)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(
            source.name, f"line {line}", "there is a NUL byte, so this is no text table",
            "export the table as CSV again",
        )  # fmt: skip
    header, rows, above = _table(text, source.name)
    if above:
        said = "the lines above are no part of the table and were left out"
        notes.append(Note(Action.ACCEPT, "MAP-HEADER", f"line {above}", said))
    columns = columns_of(header, source.name)
    at = header.index(columns.shape) if columns.shape else len(header)
    system = declared_system([cells[at] for _, cells in rows if at < len(cells)])
    stem = source.path.stem
    features = tuple(feature(f"line {n}", cells, header, columns, stem) for n, cells in rows)
    return RawMap(
        file=source.name,
        format=NAME,
        features=features,
        crs=system,
        implied="EPSG:4326" if columns.in_degrees else "",
        notes=tuple(notes),
    )


def _table(text: str, file: str) -> tuple[list[str], list[tuple[int, list[str]]], int]:
    """Split the text into header and numbered rows, and the line of a header below others."""
    text = text.removeprefix("\ufeff")
    start = 1
    separator = _separator(text)
    if text.lower().startswith("sep="):
        separator, text, start = text[4:5], text.partition("\n")[2], 2
    csv.field_size_limit(_FIELD_MB)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num + start - 1, cells))
    except csv.Error:
        raise InputError(
            file, f"line {reader.line_num + start}",
            "a cell is longer than a million characters or the quoting is broken",
            "export the table again",
        ) from None  # fmt: skip
    if not rows:
        raise InputError(file, "", "the table has no rows", "export it again")
    first = _header(rows)
    line, header = rows[first]
    return [cell.strip() for cell in header], rows[first + 1 :], line if first else 0


def _header(rows: list[tuple[int, list[str]]]) -> int:
    """Return which row names the columns: the first that has some with coordinates."""
    for position, (_, cells) in enumerate(rows[:_HEADER_ROWS]):
        with contextlib.suppress(InputError):
            columns_of([cell.strip() for cell in cells], "")
            return position
    return 0


def _separator(text: str) -> str:
    """Return the mark that parts coordinate columns in a header, else the usual one."""
    lines = [line for line in islice(StringIO(text), 50) if line.strip()][:_HEADER_ROWS]
    for line in lines:
        for mark in _MARKS:
            with contextlib.suppress(InputError):
                columns_of([cell.strip(' "\r\n') for cell in line.split(mark)], "")
                return mark
    return max(_MARKS, key=lines[0].count) if lines else ","
