"""NEM12, the meter data format of the Australian market, as a long table.

Records: 100 header, 200 a register with its unit and interval, 300 a day of
values, 400 quality by interval, 500 comments, 900 end. Times are Australian
Eastern Standard Time all year (UTC+10); registers whose suffix begins with E are
consumption, with B generation (AEMO Meter Data File Format Specification).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from planner.inputs.problem import InputError
from planner.inputs.profiles.numbers import read_numbers
from planner.inputs.profiles.raw import RawTable, Value
from planner.inputs.report import Action, Report


def is_nem12(raw: RawTable) -> bool:
    """Tell whether a table begins with the header record of NEM12."""
    return bool(raw.rows) and raw.text(0, 0) == "100" and raw.text(0, 1).upper() == "NEM12"


def unrolled(raw: RawTable, report: Report) -> RawTable:
    """Return one row per interval of the consumption registers, summed where several."""
    sums: dict[datetime, float] = {}
    flags: dict[datetime, str] = {}
    origin: dict[datetime, int] = {}
    registers: set[str] = set()
    units: set[str] = set()
    suffix, minutes = "", 0
    for index, row in enumerate(raw.rows):
        kind = raw.text(index, 0)
        if kind == "200":
            suffix, minutes = raw.text(index, 4), _minutes(raw, index)
            if suffix[:1].upper() == "E":
                registers.add(f"{raw.text(index, 1)} {suffix}")
                units.add(raw.text(index, 7))
        elif kind == "300" and suffix[:1].upper() == "E":
            _day(raw, index, row, minutes, sums, flags)
            for moment in sums:
                origin.setdefault(moment, index)
    if not sums or len(units) != 1:
        reason = "there is no consumption register" if not sums else "registers differ in unit"
        raise InputError(raw.file, "", reason, "export one consumption register (E1)")
    listed = ", ".join(sorted(registers))
    report.say(Action.ACCEPT, "PRF-LAYOUT", f"NEM12, sum of the consumption registers {listed}")
    moments = sorted(sums)
    header: tuple[Value, ...] = ("interval start", f"consumption {units.pop()}", "quality flag")
    rows: list[Sequence[Value]] = [header]
    rows += [(m.isoformat(), sums[m], flags[m]) for m in moments]
    places = [0, *(origin[m] for m in moments)]
    return RawTable(
        raw.file, rows, [raw.numbers[p] for p in places], lambda r, _c: raw.place(places[r], 0), ","
    )


def _minutes(raw: RawTable, index: int) -> int:
    text = raw.text(index, 8)
    if text not in {"1", "5", "10", "15", "30", "60"}:
        raise InputError(
            raw.file, raw.place(index, 8), f"the interval is '{text[:10]}'",
            "export intervals of 5, 15 or 30 minutes",
        )  # fmt: skip
    return int(text)


def _day(
    raw: RawTable, index: int, row: Sequence[Value], minutes: int,
    sums: dict[datetime, float], flags: dict[datetime, str],
) -> None:  # fmt: skip
    """Add the values of one day."""
    count = 24 * 60 // minutes
    try:
        midnight = datetime.strptime(raw.text(index, 1), "%Y%m%d").replace(tzinfo=UTC)
    except ValueError:
        raise InputError(
            raw.file, raw.place(index, 1), f"'{raw.text(index, 1)[:20]}' is no date",
            "export it again",
        ) from None  # fmt: skip
    values = read_numbers(row[2 : 2 + count], ".", ",").values
    if len(values) < count or any(v is None for v in values):
        raise InputError(
            raw.file, raw.place(index, 2), f"the day has not {count} values", "export it again"
        )
    quality = raw.text(index, 2 + count)[:1]
    for number, value in enumerate(values):
        moment = midnight - timedelta(hours=10) + timedelta(minutes=minutes * number)
        sums[moment] = sums.get(moment, 0.0) + (value or 0.0)
        flags[moment] = quality
