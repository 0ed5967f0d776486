"""Tables with one row per day and one column per interval, turned into long ones."""

from __future__ import annotations

from collections.abc import Sequence

from planner.inputs.profiles import stamps
from planner.inputs.profiles.numbers import is_number
from planner.inputs.profiles.raw import RawTable, Value
from planner.inputs.report import Action, Report

_FEWEST = 23


def unfolded(raw: RawTable, report: Report) -> RawTable:
    """Return a long table if a header row holds the times of day, else the same table."""
    header = next((i for i, row in enumerate(raw.rows[:30]) if len(_clocks(row)) >= _FEWEST), None)
    if header is None:
        return raw
    clocks = _clocks(raw.rows[header])
    body = range(header + 1, len(raw.rows))
    date_column = next((c for c in range(min(clocks)) if body and _is_date(raw, body[0], c)), None)
    if date_column is None:
        return raw
    unit = " ".join(raw.text(i, 0) for i in range(header + 1))[:200]
    rows: list[tuple[Value, ...]] = [("date", "time", f"value {unit}")]
    origin: list[tuple[int, int]] = [(header, 0)]
    for at in body:
        if not _is_date(raw, at, date_column):
            continue
        for column, seconds in clocks.items():
            value = raw.rows[at][column] if column < len(raw.rows[at]) else None
            if value in {None, ""} and not is_number(value):
                continue  # a spring day has fewer intervals; real gaps show on the grid
            text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
            rows.append((raw.rows[at][date_column], text, value))
            origin.append((at, column))
    report.say(Action.ACCEPT, "PRF-WIDE", f"one row per day with {len(clocks)} columns of times")
    return RawTable(
        raw.file, rows, [raw.numbers[r] for r, _ in origin],
        lambda r, _c: raw.place(*origin[r]), raw.separator,
    )  # fmt: skip


def _clocks(row: Sequence[Value]) -> dict[int, int]:
    return {c: s for c, v in enumerate(row) if (s := _clock(v)) is not None}


def _clock(value: Value) -> int | None:
    """Return the time of a header cell; "00:00-00:15" counts by its beginning."""
    if isinstance(value, str):
        value = value.replace("–", "-").split("-")[0].strip()
        if ":" not in value:
            return None
    return stamps.clock_s(value)


def _is_date(raw: RawTable, row: int, column: int) -> bool:
    cells = raw.rows[row]
    value = cells[column] if column < len(cells) else None
    stamp = stamps.parse(value) or stamps.parse(value, dayfirst=False)
    return stamp is not None and stamp.local_s % stamps.DAY_S == 0
