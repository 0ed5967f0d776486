"""Tables in sheets: a header row somewhere, then one record per row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from planner.inputs.problem import InputError
from planner.inputs.workbooks.cells import Cell, Sheet, normal, unit_in


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table with the names people give it."""

    key: str
    label: str
    unit: str = ""
    required: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One row below the header: cells by column key, units given in the header."""

    cells: Mapping[str, Cell]
    units: Mapping[str, str]
    extras: tuple[tuple[str, str], ...]


def read_records(sheet: Sheet, columns: Sequence[Column], file: str) -> Iterator[Record]:
    """Yield the records of the first table whose header has all required columns."""
    known = {normal(n): c for c in columns for n in (c.label, *c.aliases)}
    header: dict[int, Cell] = {}
    header_row = 0
    best: set[str] = set()
    for row in sheet.rows():
        found = {known[normal(c.text)].key for c in row if normal(c.text) in known}
        best = max(best, found, key=len)
        if found and all(c.key in found for c in columns if c.required):
            header, header_row = {c.column: c for c in row}, row[0].row
            break
    if not header:
        missing = ", ".join(f"'{c.label}'" for c in columns if c.required and c.key not in best)
        raise InputError(
            file, f"sheet {sheet.name}", f"there is no column {missing}",
            "start from the template that ampyard new --templates DIR writes",
        )  # fmt: skip
    keys = {at: known[normal(c.text)].key for at, c in header.items() if normal(c.text) in known}
    units = {keys[at]: unit_in(header[at].text) or _bare_unit(header[at].text) for at in keys}
    for row in sheet.rows():
        if row[0].row <= header_row:
            continue
        at_row = row[0].row
        cells = {key: sheet.at(at_row, at) for at, key in keys.items()}
        for column in columns:
            cells.setdefault(column.key, Cell(sheet.name, at_row, 1, None))
        extras = tuple(
            (header[c.column].text, c.text)
            for c in row
            if c.column in header and c.column not in keys
        )
        yield Record(cells, units, extras)


def _bare_unit(label: str) -> str:
    """Return a label that is nothing but a unit, such as "kWh/100 km" or "miles"."""
    text = label.strip()
    bare = re.fullmatch(
        r"[km]?wh ?/ ?(100 ?)?(km|mi(les?)?)|(km|mi(les?)?)( ?/ ?k?wh)?", text, re.I
    )
    return text if bare else ""
