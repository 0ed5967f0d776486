"""What a file is for, by its name and its first lines."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from planner.inputs.archive import unreadable
from planner.inputs.problem import InputError
from planner.inputs.session_kind import HEAD_BYTES, are_sessions, is_session_file
from planner.inputs.workbooks.foreign import is_ods, read_foreign

KINDS = (
    "map", "underlay", "profile", "supply", "demand", "sessions", "project", "table", "text",
)  # fmt: skip
PROFILE_UNITS = ("W", "kW", "MW", "Wh", "kWh", "MWh")
DRAWING_UNITS = ("mm", "cm", "dm", "m", "km", "in", "ft", "yd", "mi", "us-ft")
_PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".pdf")
_PLACES = re.compile(
    r"\b(lat|latitude|breitengrad|lon|lng|long|longitude|längengrad|easting|northing|wkt|wkb|"
    r"geom|geometry|the_geom)\b",
    re.IGNORECASE,
)
_TIMES = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{2,4}|\b\d{1,2}:\d{2}\b|\b1\d{9}\b")
_COMPACT_TIMES = re.compile(
    r"\b(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:\d{4})?\b|\b1\d{9}000\b"
)


def kind_of(path: Path) -> str:
    """Return the kind of a file; what no reader knows is an `InputError`."""
    if path.is_dir():
        return "project"
    ending = path.suffix.casefold()
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        raise unreadable(path, error) from error
    if ending == ".ampyard" or b"application/x-ampyard+zip" in head[:200]:
        return "project"
    if ending in {".xlsx", ".xlsm", ".xls", ".ods"}:
        return _kind_of_workbook(path, head)
    if is_session_file(path, head):
        return "sessions"
    if ending in {".csv", ".txt", ".tsv"}:
        return _kind_of_text(head)
    if ending in {".json", ".jsonl", ".ndjson"}:
        return _kind_of_json(head)
    if ending in {".npy", ".npz", ".p", ".pkl", ".pickle"}:
        raise InputError(
            path.name, "", "files of this kind can run programs and are never opened",
            "export the data as CSV, XLSX or GeoJSON",
        )  # fmt: skip
    by_ending = dict.fromkeys(_PICTURES, "underlay") | {".py": "text"}
    if ending == ".xml" and b"<osm" not in head[:2_000]:
        return "profile"
    return by_ending.get(ending, "map")


def _kind_of_workbook(path: Path, head: bytes) -> str:
    """Tell our templates, lists of places and load profiles apart by their sheets."""
    if not head.startswith(b"PK") or is_ods(head):
        return _kind_of_foreign(path)
    from planner.inputs.workbooks.cells import load
    from planner.inputs.workbooks.rota import HEADER_ROWS
    from planner.inputs.workbooks.rota_rows import is_header

    book = load(path)
    try:
        seen: list[list[tuple[Any, ...]]] = [
            [row for row in sheet.iter_rows(max_row=60, max_col=60, values_only=True) if any(row)]
            for sheet in book.worksheets
            if sheet.sheet_state == "visible"
        ]
        kind = _kind_of_sheets(book.sheetnames, seen[0][:10] if seen else ())
        if kind in {"profile", "map"}:
            if any(is_header(map(str, row)) for rows in seen for row in rows[:HEADER_ROWS]):
                return "demand"
            if any(map(are_sessions, seen)):
                return "sessions"
        return kind
    except Exception as error:  # damaged sheets surface while rows are read
        raise InputError(
            path.name, "", "the workbook is damaged", "open it in Excel and save it again"
        ) from error
    finally:
        book.close()


def _kind_of_foreign(path: Path) -> str:
    try:
        sheets = read_foreign(path)
    except InputError:
        sheets = None
    if not sheets:
        return "profile"  # its reader says what the file really is
    return _kind_of_sheets([s.name for s in sheets], sheets[0].rows[:10])


def _kind_of_sheets(titles: Iterable[str], first: Iterable[Iterable[object]]) -> str:
    """Tell a workbook by the names of its sheets and the first rows of the first one."""
    names = {title.strip().casefold() for title in titles}
    if {"supply", "boards"} & names:
        return "supply"
    if {"drivers", "rota"} & names:
        return "demand"
    for row in first:
        if sum(1 for v in row if isinstance(v, str) and _PLACES.search(v)) >= 2:
            return "map"
    return "profile"


def _kind_of_json(head: bytes) -> str:
    """Tell GeoJSON and lists of readings apart."""
    text = head.replace(b"\0", b"").decode("utf-8", "replace")
    if re.search(r'"(coordinates|features|geometry|_module|_class)"\s*:', text):
        return "map"
    return "profile" if _TIMES.search(text) or re.search(r"\b1\d{9}(\d{3})?\b", text) else "map"


def _kind_of_text(head: bytes) -> str:
    """Tell lists of places, load profiles and plain tables apart."""
    text = head.replace(b"\0", b"").decode("utf-8", "replace")
    lines = text.splitlines()
    if lines and len(_PLACES.findall(lines[0].replace("_", " "))) >= 1 and not _TIMES.search(text):
        return "map"
    if lines and lines[0].upper().startswith("100,NEM12"):
        return "profile"
    timed = any(_TIMES.search(line) or _COMPACT_TIMES.search(line) for line in lines)
    return "profile" if timed or len(lines) < 2 else "table"
