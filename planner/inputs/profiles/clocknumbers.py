"""Times of day written as plain numbers beside a date: hour 1 to 24, or 0015."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from planner.inputs.profiles import stamps
from planner.inputs.profiles.raw import RawTable, Value

_HOUR = re.compile(r"\b(hora|hour|stunde|heure|uur|ora|hr|time|zeit|uhrzeit|tijd)\b", re.I)
_SAMPLE = 400


def spelled_out(raw: RawTable) -> RawTable:
    """Return the table with such a column written as 01:00 or 00:15, else the same table."""
    for header in range(min(20, len(raw.rows) - 2)):
        for column, cell in enumerate(raw.rows[header]):
            if not isinstance(cell, str) or not _HOUR.search(cell.replace("_", " ")):
                continue
            body = raw.rows[header + 1 :]
            numbers = [_whole(row, column) for row in body[:_SAMPLE]]
            known = [n for n in numbers if n is not None]
            if len(known) < 0.9 * len(numbers) or not _has_date(body[:_SAMPLE], column):
                continue
            shift = _kind(known)
            if shift is None:
                continue
            rows = [*raw.rows[: header + 1], *(_spelled(row, column, shift) for row in body)]
            return replace(raw, rows=rows)
    return raw


def _whole(row: Sequence[Value], column: int) -> int | None:
    value = row[column] if column < len(row) else None
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return int(value) if float(value).is_integer() else None
    text = value.strip() if isinstance(value, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


def _kind(known: list[int]) -> int | None:
    """Return 60 for hours, 1 for hours and minutes as one number, None for neither."""
    if max(known) <= 24 and len(set(known)) >= 20:
        return 60
    if max(known) <= 2400 and len(set(known)) >= 20 and all(n % 100 < 60 for n in known):
        return 1
    return None


def _has_date(body: Sequence[Sequence[Value]], but: int) -> bool:
    """Tell whether another column holds bare dates; a sheet gives them as midnights."""
    return any(
        all(_is_date(row[column]) for row in body if column < len(row) and row[column])
        for column in range(len(body[0]))
        if column != but and _is_date(body[0][column])
    )


def _is_date(value: Value) -> bool:
    stamp = stamps.parse(value) or stamps.parse(value, False)
    return stamp is not None and stamp.local_s % stamps.DAY_S == 0


def _spelled(row: Sequence[Value], column: int, shift: int) -> Sequence[Value]:
    number = _whole(row, column)
    if number is None:
        return row
    hour, minute = (number, 0) if shift == 60 else divmod(number, 100)
    return (*row[:column], f"{hour:02d}:{minute:02d}", *row[column + 1 :])
