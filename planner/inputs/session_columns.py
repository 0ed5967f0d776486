"""Which columns of a session table hold arrival, departure and energy.

Operators write moments in one column or as date and time apart, the end as a
moment or as a duration, and energy as such or as two meter readings. A column counts
only where its cells are of that kind, so "Start card" is no arrival.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from planner.inputs import session_names as names
from planner.inputs.problem import InputError
from planner.inputs.profiles.numbers import is_number
from planner.inputs.profiles.raw import RawTable, Value
from planner.inputs.session_cells import moment, number, stay_h, time_of_day_s, without_unit

HEADER_ROWS = 20
_SAMPLE = 200
_MOMENT, _DATE, _CLOCK = range(3)


@dataclass(frozen=True, slots=True)
class Columns:
    """First data row and places of columns; -1 where there is none.

    `departure` or `duration` is there; `*_time` are times of day beside a bare date.
    With `one_date` both are of the same column of dates. Energy is the reading of a
    meter at the end where `energy_before` is that at the begin. `charging` tells that
    only the time under charge is known, not the stay.
    """

    first: int
    arrival: int
    departure: int
    duration: int
    energy: int
    energy_before: int = -1
    arrival_time: int = -1
    departure_time: int = -1
    zone: int = -1
    one_date: bool = False
    charging: bool = False

    @property
    def end(self) -> int:
        """Column from which the end of a stay follows."""
        return self.departure if self.departure >= 0 else self.duration


def find_columns(raw: RawTable) -> Columns:
    """Find the header among the first rows."""
    for row in range(min(HEADER_ROWS, len(raw.rows))):
        labels = labels_of(raw, row)
        if (found := _columns(raw, labels, row + 1)) is None:
            continue
        if (dated := _one_date(raw, found, labels)) is not None:
            return dated
        return replace(
            found,
            arrival_time=_clock_beside(raw, found, found.arrival, labels),
            departure_time=_clock_beside(raw, found, found.departure, labels),
        )
    raise _missing(raw)


def holds_sessions(rows: Sequence[Sequence[Value]]) -> bool:
    """Tell whether rows hold a table with arrival, departure and energy."""
    raw = RawTable("", rows[: HEADER_ROWS + _SAMPLE], (), lambda _r, _c: "")
    return any(
        _columns(raw, labels_of(raw, row), row + 1) is not None
        for row in range(min(HEADER_ROWS, len(raw.rows)))
    )


def labels_of(raw: RawTable, row: int) -> list[str]:
    """Return the labels of a row as words."""
    return [names.words(raw.text(row, c)) for c in range(len(raw.rows[row]))]


def _columns(raw: RawTable, labels: list[str], first: int) -> Columns | None:
    arrival = _best(raw, labels, first, names.ARRIVAL, _time_kind)
    departure = _best(raw, labels, first, names.DEPARTURE, _time_kind)
    duration = _best(raw, labels, first, names.DURATION, _stay_kind)
    energy, before = _energy(raw, labels, first)
    if arrival < 0 or max(departure, duration) < 0 or energy < 0:
        return None
    charging = departure < 0 and re.search(names.CHARGING, labels[duration]) is not None
    zone = next((c for c, t in enumerate(labels) if re.search(names.ZONE, t)
                 and any("/" in str(v) for v in raw.column(c, first)[:_SAMPLE])), -1)  # fmt: skip
    return Columns(
        first, arrival, departure, duration, energy, before, zone=zone, charging=charging
    )


def _best(
    raw: RawTable,
    labels: list[str],
    first: int,
    known: tuple[str, ...],
    kind: Callable[[list[Value]], int | None],
) -> int:
    """Return the column with the most telling name among those with fitting cells."""
    found = []
    for column, label in enumerate(labels):
        if (place := names.rank(known, label)) is not None:
            is_a = kind(_cells(raw, column, first))
            if is_a is not None:
                found.append((place, is_a, column))
    return min(found)[2] if found else -1


def _energy(raw: RawTable, labels: list[str], first: int) -> tuple[int, int]:
    """Return the column of energy, or those of a meter at the end and at the begin."""

    def numbers(column: int) -> bool:
        cells = [without_unit(v)[0] for v in _cells(raw, column, first)]
        return not cells or 2 * sum(map(is_number, cells)) >= len(cells)

    found = [
        (place, column)
        for column, label in enumerate(labels)
        if (place := names.energy_rank(label)) is not None and numbers(column)
    ]
    if found:
        return min(found)[1], -1
    ends = [
        next((c for c, t in enumerate(labels) if re.search(name, t) and numbers(c)), -1)
        for name in (names.METER_END, names.METER_BEGIN)
    ]
    return (ends[0], ends[1]) if min(ends) >= 0 else (-1, -1)


def _cells(raw: RawTable, column: int, first: int) -> list[Value]:
    """Return a sample of the filled cells of a column."""
    return [v for v in raw.column(column, first)[:_SAMPLE] if v not in {None, ""}]


def _time_kind(cells: list[Value]) -> int | None:
    """Tell moments, bare dates and times of day apart; None for anything else."""
    if not cells:
        return _MOMENT
    read = [moment(v) or moment(v, dayfirst=False) for v in cells]
    known = [s for s in read if s is not None]
    if 2 * len(known) >= len(cells):
        return _MOMENT if any(s.has_time and s.local_s % 86_400 for s in known) else _DATE
    clocks = sum(time_of_day_s(v) is not None for v in cells)
    return _CLOCK if 2 * clocks >= len(cells) else None


def _stay_kind(cells: list[Value]) -> int | None:
    known = sum(stay_h(v) is not None or number(v) is not None for v in cells)
    return 0 if 2 * known >= len(cells) else None


def _one_date(raw: RawTable, columns: Columns, labels: list[str]) -> Columns | None:
    """Find the column of dates where arrival (and departure) are times of day alone."""
    clocks = [c for c in (columns.arrival, columns.departure) if c >= 0]
    if any(_time_kind(_cells(raw, c, columns.first)) != _CLOCK for c in clocks):
        return None
    day = next(
        (c for c, t in enumerate(labels) if re.search(names.DAY, t) and c not in clocks
         and _time_kind(_cells(raw, c, columns.first)) in {_DATE, _MOMENT}), -1
    )  # fmt: skip
    if day < 0:
        return None
    ends = columns.departure >= 0
    return replace(
        columns, arrival=day, arrival_time=columns.arrival,
        departure=day if ends else -1, departure_time=columns.departure, one_date=ends,
    )  # fmt: skip


def _clock_beside(raw: RawTable, columns: Columns, column: int, labels: list[str]) -> int:
    """Return the column of times beside a column of bare dates; refuse where there is none."""
    if column < 0:
        return -1
    cells = raw.column(column, columns.first)
    if any((s := moment(v)) is not None and s.local_s % 86_400 for v in cells):
        return -1
    known = [s for v in cells if (s := moment(v)) is not None]
    if not known:
        return -1
    for place, label in enumerate(labels):
        if place != column and names.stem(label) == names.stem(labels[column]):
            clocks = _cells(raw, place, columns.first)
            if clocks and all(time_of_day_s(v) is not None for v in clocks):
                return place
    if any(s.has_time for s in known):
        return -1  # a sheet gives bare dates as midnights; these are moments at midnight
    raise InputError(
        raw.file, raw.place(columns.first, column),
        f"'{raw.text(columns.first - 1, column)}' holds dates without a time of day",
        "export date and time, together or in a column named after it with 'time'",
    )  # fmt: skip


def _missing(raw: RawTable) -> InputError:
    """Say which of the three kinds of columns the likeliest header lacks."""
    remedy = (
        "export one row per session and name the columns 'arrival', 'departure' (or "
        "'duration (h)') and 'delivered energy (kWh)'"
    )
    best: tuple[int, int, list[str]] = (-1, 0, [])
    for row in range(min(HEADER_ROWS, len(raw.rows))):
        labels = labels_of(raw, row)
        lacking = _lacking(raw, labels, row + 1)
        if sum(map(bool, labels)) > 1 and 3 - len(lacking) > best[0]:
            best = 3 - len(lacking), row, lacking
    if best[0] < 0:
        return InputError(
            raw.file, "first rows", "there is no header with arrival, departure and energy", remedy
        )
    _, row, lacking = best
    labels = labels_of(raw, row)
    if len(lacking) > 1 and re.search(names.AGGREGATE, labels[0]):
        return InputError(
            raw.file, "first rows", f"the rows are sums or shares by '{raw.text(row, 0)[:40]}', "
            "not single sessions", f"{remedy}, or choose an archetype",
        )  # fmt: skip
    if best[0] == 0:
        reason = "there is no header with arrival, departure and energy"
    else:
        reason = f"no column holds {' and '.join(lacking)}"
        shown = [raw.text(row, c)[:24] for c in range(len(labels)) if labels[c]]
        reason += f" (found: {', '.join(shown[:8])}{', …' if len(shown) > 8 else ''})"
    if any(re.search(names.REQUESTED, t) and "energy" in t for t in labels):
        reason += "; requested energy is no measure of what was charged"
    return InputError(raw.file, "first rows", reason, remedy)


def _lacking(raw: RawTable, labels: list[str], first: int) -> list[str]:
    lacking = []
    if _best(raw, labels, first, names.ARRIVAL, _time_kind) < 0:
        lacking.append("arrival")
    ends = (
        _best(raw, labels, first, names.DEPARTURE, _time_kind),
        _best(raw, labels, first, names.DURATION, _stay_kind),
    )
    if max(ends) < 0:
        lacking.append("departure or duration")
    if _energy(raw, labels, first)[0] < 0:
        lacking.append("energy")
    return lacking
