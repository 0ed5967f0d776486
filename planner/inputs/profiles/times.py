"""The time of every row: which order of day and month, which zone, begin or end."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

import numpy as np

from planner.inputs.problem import InputError
from planner.inputs.profiles import clock
from planner.inputs.profiles.columns import Columns, convention
from planner.inputs.profiles.options import ZONES, ProfileOptions
from planner.inputs.profiles.raw import RawTable, Value
from planner.inputs.profiles.series import Seconds, usual_step_s
from planner.inputs.profiles.stamps import (
    DAY_S,
    Stamp,
    clock_range,
    clock_s,
    order_fits,
    parse,
    parse_range,
    slashed,
)
from planner.inputs.report import Action, Report

_GERMAN = re.compile(r"datum|zeit|verbrauch|leistung|wert|beginn|ende|z(?:ä|ae)hler", re.IGNORECASE)
_TOTAL = re.compile(r"total|summe|sum\b|gesamt|count|mean|average|mittel", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Times:
    """Wall-clock seconds of the rows that have a time; `rows` index into the table."""

    rows: Seconds
    local: Seconds
    ends: Seconds | None
    offsets: Seconds | None
    has_24: bool


def read_times(raw: RawTable, columns: Columns, options: ProfileOptions, report: Report) -> Times:
    """Read the time of every row; rows without one are listed."""
    dayfirst = _dayfirst(raw, columns, options, report)
    rows: list[int] = []
    found: list[tuple[Stamp, Stamp | None]] = []
    bad: list[tuple[str, str]] = []
    for index in range(columns.first, len(raw.rows)):
        stamps = _row(raw.rows[index], columns, dayfirst)
        if stamps:
            rows.append(index)
            found.append(stamps)
        elif any(v not in {None, ""} for v in raw.rows[index]):
            text = " ".join(str(v) for v in raw.rows[index] if v not in {None, ""})
            if _TOTAL.search(text) or not raw.text(index, columns.begin):
                report.say(
                    Action.ACCEPT, "PRF-TOTALS", f"left out as no interval: '{text[:60]}'",
                    raw.place(index, columns.begin),
                )  # fmt: skip
            else:
                shown = raw.text(index, columns.begin)[:40]
                bad.append((raw.place(index, columns.begin), f"'{shown}' is no time"))
    report.several(Action.SKIP, "PRF-BAD-TIME", bad, "correct the cells")
    if len(rows) < 2:
        raise _too_short(raw.file, len(rows))
    return _arrays(rows, found)


def _too_short(file: str, count: int) -> InputError:
    number = "one value" if count == 1 else f"{count} values"
    return InputError(
        file, "", f"there is only {number}",
        "export at least one whole day, such as 96 quarter-hours or 48 half-hours",
    )  # fmt: skip


def _arrays(rows: list[int], found: list[tuple[Stamp, Stamp | None]]) -> Times:
    offsets = [begin.offset_min for begin, _ in found]
    ends = [end.local_s for _, end in found if end is not None]
    given = [o for o in offsets if o is not None]
    return Times(
        np.array(rows, dtype=np.int64),
        np.array([begin.local_s for begin, _ in found], dtype=np.int64),
        np.array(ends, dtype=np.int64) if len(ends) == len(found) else None,
        np.array(given, dtype=np.int64) if len(given) == len(offsets) else None,
        any(begin.is_24 for begin, _ in found),
    )


def _row(
    row: Sequence[Value], columns: Columns, dayfirst: bool
) -> tuple[Stamp, Stamp | None] | None:
    """Read begin and, where there is one, end of a row."""

    def cell(column: int | None) -> Value:
        return row[column] if column is not None and column < len(row) else None

    if columns.is_range:
        return parse_range(cell(columns.begin), dayfirst)
    begin = parse(cell(columns.begin), dayfirst)
    if begin is None:
        return None
    if columns.clock is None:
        end = parse(cell(columns.end), dayfirst) if columns.end is not None else None
        return begin, end
    clocks = clock_range(cell(columns.clock))
    if clocks is None:
        return None
    seconds, last = clocks
    midnight = begin.local_s - begin.local_s % DAY_S
    if columns.clock_end is not None:
        last = clock_s(cell(columns.clock_end))
    end = None
    if last is not None:
        end = Stamp(midnight + last + (DAY_S if last <= seconds else 0), begin.offset_min)
    return Stamp(midnight + seconds, begin.offset_min, is_24=seconds == DAY_S), end


def _dayfirst(raw: RawTable, columns: Columns, options: ProfileOptions, report: Report) -> bool:
    """Find out whether 03/04 is 3 April; where both fit, the one with even steps counts."""
    if options.dayfirst is not None:
        return options.dayfirst
    cells = raw.column(columns.begin, columns.first)
    if not slashed(cells):
        return True
    reader = _range_begin if columns.is_range else parse
    whole = [c for c in cells if reader(c, True) or reader(c, False)]
    day_ok, month_ok = order_fits(whole, reader)
    if day_ok != month_ok:
        return day_ok
    odd = {order: _odd_steps(raw, columns, order) for order in (True, False)}
    if day_ok and odd[True] != odd[False] and min(odd.values()) < 0.1:
        fits = odd[True] < odd[False]
        first = "day" if fits else "month"
        report.say(Action.ACCEPT, "PRF-DAYFIRST", f"dates are {first} first; only so they follow")
        return fits
    first = raw.text(columns.first, columns.begin)[:20]
    raise InputError(
        raw.file, raw.place(columns.first, columns.begin),
        f"'{first}' and all other dates could be day first or month first",
        "say which with --dayfirst yes or --dayfirst no", question=True,
    )  # fmt: skip


def _range_begin(value: Value, dayfirst: bool = True) -> Stamp | None:
    pair = parse_range(value, dayfirst)
    return pair[0] if pair else None


def _odd_steps(raw: RawTable, columns: Columns, dayfirst: bool) -> float:
    """Share of steps between rows that differ from the usual one if dates are read in one order."""
    local = [
        s[0].local_s for row in raw.rows[columns.first :] if (s := _row(row, columns, dayfirst))
    ]
    if len(local) < 3:
        return 1.0
    moments = np.array(local)
    return float((np.abs(np.diff(moments)) != usual_step_s(moments)).mean())


@dataclass(frozen=True, slots=True)
class Resolved:
    """Interval starts in UTC, the order the rows take, zone and how to show a moment."""

    utc: Seconds
    order: Seconds
    step_s: int
    zone: str
    show: Callable[[int], str]


def resolve(
    times: Times, raw: RawTable, columns: Columns, options: ProfileOptions, report: Report
) -> Resolved:
    """Bring all times to UTC interval starts in ascending order."""
    order = np.arange(len(times.local))
    if times.local[0] > times.local[-1] and np.mean(np.diff(times.local) <= 0) > 0.9:
        order = order[::-1]
        report.say(Action.REPAIR, "PRF-ORDER", "rows run from newest to oldest; sorted")
    local = times.local[order]
    step_s = _step(times, order)
    ends = times.ends is None and _stamps_are_ends(times, local, step_s, columns, options, report)
    if times.offsets is not None:
        utc = local - times.offsets[order] * 60
        name = _zone_for_offsets(times.offsets[order], utc, options, columns)
    else:
        utc, name = _local_to_utc(local, raw, columns, options, report, ends=ends)
    if ends:
        utc = utc - step_s
    show = partial(local_text, clock.zone(name, raw.file))
    if np.any(np.diff(utc) < 0):
        if _year_jumps(utc, step_s):
            _ask_jump(utc, raw, times, order, report)
        else:
            report.say(Action.REPAIR, "PRF-ORDER", "rows were out of order; sorted")
        by_time = np.argsort(utc, kind="stable")
        utc, order = utc[by_time], order[by_time]
    return Resolved(utc, order, step_s, name, show)


def local_text(info: ZoneInfo, utc_s: int) -> str:
    return datetime.fromtimestamp(utc_s, UTC).astimezone(info).strftime("%Y-%m-%d %H:%M")


def _step(times: Times, order: Seconds) -> int:
    """Return the interval in seconds, from begin and end where both are given."""
    moments = times.local if times.offsets is None else times.local - times.offsets * 60
    usual = usual_step_s(moments[order])
    if times.ends is not None:
        lengths = times.ends - times.local
        values, counts = np.unique(lengths[lengths > 0], return_counts=True)
        # Some exports end each interval a minute early: 00:00 to 00:14.
        if len(values) and not 0 < usual - int(values[counts.argmax()]) <= 60:
            return int(values[counts.argmax()])
    return usual


def _stamps_are_ends(
    times: Times, local: Seconds, step_s: int, columns: Columns, options: ProfileOptions,
    report: Report,
) -> bool:  # fmt: skip
    """Decide whether a single stamp is the end of its interval, and say why."""
    if options.stamps:
        return options.stamps == "end"
    said = convention(columns)
    if said == "end":
        label = columns.labels[columns.begin][:40]
        why = columns.layout.why if columns.layout else f"the column is called '{label}'"
        report.say(Action.ACCEPT, "PRF-STAMPS", f"stamps are interval ends: {why}")
        return True
    if said == "start":
        return False
    starts_late = local[0] % DAY_S == step_s and local[-1] % DAY_S == 0
    if times.has_24 or starts_late:
        why = "24:00 occurs" if times.has_24 else "the first is one interval after midnight"
        report.say(Action.ACCEPT, "PRF-STAMPS", f"stamps are interval ends: {why}")
        return True
    report.say(
        Action.ACCEPT, "PRF-STAMPS", "stamps are taken as interval starts",
        remedy="change with --stamps end",
    )  # fmt: skip
    return False


def _zone_for_offsets(
    offsets: Seconds, utc: Seconds, options: ProfileOptions, columns: Columns
) -> str:
    """Return the zone in which times with offsets are shown."""
    if options.zone:
        return options.zone
    wanted = ZONES.get(options.region or "", "")
    if not offsets.any():
        return wanted or "UTC"
    german = "Europe/Vienna" if _GERMAN.search(" ".join(columns.labels)) else ""
    probe = np.linspace(0, len(utc) - 1, min(len(utc), 60)).astype(int)
    for name in filter(None, (wanted, german, "Europe/London", "Europe/Berlin")):
        info = ZoneInfo(name)
        if all(clock.offset_s(info, int(utc[i])) == int(offsets[i]) * 60 for i in probe):
            return name
    hours, rest = divmod(int(offsets[0]), 60)
    return f"Etc/GMT{-hours:+d}" if not rest and -12 <= hours <= 14 else "UTC"


def _local_to_utc(
    local: Seconds, raw: RawTable, columns: Columns, options: ProfileOptions, report: Report,
    *, ends: bool,
) -> tuple[Seconds, str]:  # fmt: skip
    """Convert times without offset by the zone given, stated or assumed."""
    label = columns.labels[columns.begin]
    name = options.zone or ("UTC" if re.search(r"utc|gmt", label, re.IGNORECASE) else "")
    assumed = not name
    if assumed:
        german = _GERMAN.search(" ".join(columns.labels)) and not options.region
        name = ZONES.get(options.region or "", "Europe/Berlin" if german else "Europe/London")
    made = clock.to_utc(local, clock.zone(name, raw.file), ends=ends)
    if assumed:
        name, made = _other_zone(local, name, made, ends=ends)
        report.say(
            Action.ACCEPT, "PRF-ZONE", f"no time zone is given; taken as local time in {name}",
            "", "change with --zone",
        )  # fmt: skip
    if len(made.missing_hour) or len(made.single_hour):
        rows = made.missing_hour if len(made.missing_hour) else made.single_hour
        wrong = "does not exist" if len(made.missing_hour) else "should occur twice"
        moment = datetime.fromtimestamp(int(local[rows[0]]), UTC).strftime("%Y-%m-%d %H:%M")
        report.say(
            Action.ASK, "PRF-ZONE",
            f"{moment} {wrong} in {name}, so the times are UTC or standard time all year", "",
            "say which with --zone UTC, or --zone Etc/GMT-1 for Central European standard time",
        )  # fmt: skip
        return local.copy(), "UTC"
    if made.doubled:
        report.say(
            Action.ACCEPT, "PRF-SUMMER-TIME",
            f"the hour that occurs twice in autumn was kept twice ({made.doubled} values)",
        )  # fmt: skip
    return made.utc, name


def _other_zone(
    local: Seconds, name: str, made: clock.Conversion, *, ends: bool
) -> tuple[str, clock.Conversion]:
    """Try other zones where the assumed one leaves traces of another summer time."""
    if not len(made.missing_hour) and not len(made.single_hour):
        return name, made
    for other in ("Europe/London", "Europe/Berlin", "America/New_York", "Australia/Sydney"):
        tried = clock.to_utc(local, ZoneInfo(other), ends=ends)
        if tried.confirmed and not len(tried.missing_hour) and not len(tried.single_hour):
            return other, tried
    return name, made


def _year_jumps(utc: Seconds, step_s: int) -> bool:
    """Tell sorted-out blocks from a wrong year: the latter leaves a hole as large as the data."""
    return bool(np.ptp(utc) > 1.5 * len(utc) * step_s)


def _ask_jump(utc: Seconds, raw: RawTable, times: Times, order: Seconds, report: Report) -> None:
    at = int(np.flatnonzero(np.diff(utc) < 0)[0]) + 1
    days = (int(utc[at]) - int(utc[at - 1])) / DAY_S
    row = int(times.rows[order[at]])
    report.say(
        Action.ASK, "PRF-JUMP", f"the time jumps by {days:,.0f} days", raw.place(row, 0),
        "correct the year, or give the first time with --start if rows follow each other",
    )  # fmt: skip
