"""Lists of places as text tables: coordinates in two columns, or shapes as WKT or WKB."""

from __future__ import annotations

import csv
from io import StringIO

from planner.inputs.maps.feature import RawMap, Source
from planner.inputs.maps.places import columns_of, feature
from planner.inputs.maps.text import decode
from planner.inputs.problem import InputError

NAME = "CSV"
EXTENSIONS = (".csv", ".tsv", ".txt")
CONTENTS = ("text",)
_FIELD_MB = 1_000_000


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
    header, rows = _table(text, source.name)
    columns = columns_of(header, source.name)
    stem = source.path.stem
    features = tuple(feature(f"line {n}", cells, header, columns, stem) for n, cells in rows)
    return RawMap(
        file=source.name,
        format=NAME,
        features=features,
        implied="EPSG:4326" if columns.in_degrees else "",
        notes=tuple(notes),
    )


def _table(text: str, file: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Split the text into header and numbered rows; blank lines are passed over."""
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
    return [cell.strip() for cell in rows[0][1]], rows[1:]


def _separator(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t|", key=first.count)
