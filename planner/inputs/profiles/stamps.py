"""Time stamps as meter exports write them.

A stamp is read into naive seconds since 1970 (the clock on the wall) and, where
the text gives one, an offset from UTC in minutes. 24:00 is the next midnight.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from planner.inputs.profiles.raw import Value

DAY_S = 86_400
_YEARS = (1950, 2100)
_EPOCH = date(1970, 1, 1).toordinal()
_TIME = r"(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([ap]\.?m\.?)?"
_OFFSET = r"\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
_YMD = r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"
_AMBIGUOUS = r"(?P<a>\d{1,2})(?P<mark>[-/.])(?P<b>\d{1,2})(?P=mark)(?P<y>\d{4}|\d{2})"
_NAMED = r"(?P<d>\d{1,2})[-. ]+(?P<name>[A-Za-zäÄ]{3,9})\.?[-., ]+(?P<y>\d{4}|\d{2})"
_NAME_FIRST = r"(?P<name>[A-Za-zäÄ]{3,9})\.?[- ]+(?P<d>\d{1,2})(?:,| |-)+(?P<y>\d{4})"
_COMPACT = r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})"
_CLOCK = re.compile(rf"^{_TIME}$", re.IGNORECASE)
_CLOCKED = rf"(?:(?:\s*T|[\s,_]+){_TIME}{_OFFSET})?"
_SHAPES = (
    *(
        re.compile(rf"^(?:[A-Za-z]{{2,10}}[.,]? )?{shape}{_CLOCKED}$", re.IGNORECASE)
        for shape in (_YMD, _AMBIGUOUS, _NAMED, _NAME_FIRST)
    ),
    re.compile(rf"^{_COMPACT}(?:[T ]?(\d{{2}}):?(\d{{2}})(?::?(\d{{2}}))?()?{_OFFSET})?$"),
)
_MONTHS = {
    m: n
    for n, names in enumerate(
        ("jan", "feb", "mar mär mrz", "apr", "may mai", "jun", "jul", "aug", "sep", "oct okt",
         "nov", "dec dez"), 1,
    )
    for m in names.split()
}  # fmt: skip
_CLOCKS = re.compile(r"^(\d{1,2}:\S{2,5})\s*(?:-|–|to|bis)\s*(\d{1,2}:\S{2,5})$")
_RANGE = re.compile(r"^(.{8,40}?)\s+(?:-|–|to|bis)\s+(.{4,40})$")


@dataclass(frozen=True, slots=True)
class Stamp:
    """Seconds on the wall clock; `has_time` is False for a bare date."""

    local_s: int
    offset_min: int | None = None
    has_time: bool = True
    is_24: bool = False


@lru_cache(maxsize=4096)
def _day(year: int, month: int, day: int) -> int | None:
    if year < 100:
        year += 2000 if year < 70 else 1900
    if not _YEARS[0] <= year <= _YEARS[1]:
        return None
    try:
        return (date(year, month, day).toordinal() - _EPOCH) * DAY_S
    except ValueError:
        return None


def clock_s(value: Value) -> int | None:
    """Return seconds after midnight of a time of day, None for anything else."""
    if isinstance(value, datetime):
        return None
    if isinstance(value, time):
        return value.hour * 3600 + value.minute * 60 + value.second
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    match = _CLOCK.match(value.strip()) if isinstance(value, str) else None
    return _seconds(*match.groups()) if match else None


def _seconds(hour: str, minute: str, second: str | None, half: str | None) -> int | None:
    h, m, s = int(hour), int(minute), int(second or 0)
    if half:
        if not 1 <= h <= 12:
            return None
        h = h % 12 + (12 if half[0] in "pP" else 0)
    if h > 24 or m > 59 or s > 59 or (h == 24 and (m or s)):
        return None
    return h * 3600 + m * 60 + s


def clock_range(value: Value) -> tuple[int, int | None] | None:
    """Read "00:15" or "00:15-00:30" as seconds after midnight, the end where there is one."""
    seconds = clock_s(value)
    if seconds is not None:
        return seconds, None
    match = _CLOCKS.match(value.strip()) if isinstance(value, str) else None
    ends = (clock_s(match[1]), clock_s(match[2])) if match else (None, None)
    return (ends[0], ends[1]) if ends[0] is not None and ends[1] is not None else None


def parse(value: Value, dayfirst: bool = True) -> Stamp | None:
    """Read one stamp or date, None for anything else."""
    if isinstance(value, date):  # a datetime is a date too
        return _from_cell(value)
    if not isinstance(value, str):
        return None
    text = value.strip()
    if not 6 <= len(text) <= 40 or not any(map(str.isdigit, text)):
        return None
    for shape in _SHAPES:
        if match := shape.match(text):
            return _stamp(match, dayfirst)
    if text.isascii() and text.isdigit() and len(text) in {10, 13}:
        return Stamp(int(text[:10]), 0)
    return None


def _from_cell(value: date) -> Stamp | None:
    """Read a spreadsheet's own date or time; its fractions of a day are rounded to seconds."""
    if not _YEARS[0] <= value.year <= _YEARS[1]:
        return None
    if not isinstance(value, datetime):
        return Stamp((value.toordinal() - _EPOCH) * DAY_S, has_time=False)
    moment = value.replace(tzinfo=None) + timedelta(microseconds=500_000)
    day = (moment.toordinal() - _EPOCH) * DAY_S
    return Stamp(day + moment.hour * 3600 + moment.minute * 60 + moment.second)


def _stamp(match: re.Match[str], dayfirst: bool) -> Stamp | None:
    parts = match.groupdict()
    year = int(parts["y"])
    if "a" in parts:
        first = dayfirst or parts["mark"] == "."
        day, month = (parts["a"], parts["b"]) if first else (parts["b"], parts["a"])
    elif "name" in parts:
        number = _MONTHS.get(parts["name"][:3].casefold())
        if number is None:
            return None
        day, month = parts["d"], str(number)
    else:
        day, month = parts["d"], parts["m"]
    midnight = _day(year, int(month), int(day))
    if midnight is None:
        return None
    hour, minute, second, half, offset = match.groups()[-5:]
    if hour is None:
        return Stamp(midnight, has_time=False)
    seconds = _seconds(hour, minute, second, half)
    if seconds is None:
        return None
    return Stamp(midnight + seconds, _offset(offset), is_24=seconds == DAY_S)


def _offset(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.startswith(("+", "-")):
        return 0
    minutes = int(text[1:3]) * 60 + (int(text[-2:]) if len(text) > 3 else 0)
    return -minutes if text[0] == "-" else minutes


def parse_range(value: Value, dayfirst: bool = True) -> tuple[Stamp, Stamp] | None:
    """Read "from - to" in one cell."""
    match = _RANGE.match(value.strip()) if isinstance(value, str) else None
    if not match:
        return None
    begin, end = parse(match.group(1), dayfirst), parse(match.group(2), dayfirst)
    if begin and end is None and (seconds := clock_s(match.group(2))) is not None:
        midnight = begin.local_s - begin.local_s % DAY_S
        day = DAY_S if seconds <= begin.local_s % DAY_S else 0
        end = Stamp(midnight + day + seconds, begin.offset_min)
    return (begin, end) if begin and end else None


def slashed(values: Sequence[Value]) -> bool:
    """Tell whether stamps put day and month in an order that has to be found out."""
    texts = (v.strip() for v in values[:50] if isinstance(v, str))
    begins = (m[1] if (m := _RANGE.match(text)) else text for text in texts)
    return any((m := _SHAPES[1].match(text)) and m["mark"] != "." for text in begins)


def order_fits(
    values: Sequence[Value], read: Callable[[Value, bool], Stamp | None]
) -> tuple[bool, bool]:
    """Tell whether all stamps can be read day first, and month first."""
    day_ok = month_ok = True
    for value in values:
        if value in {None, ""}:
            continue
        day_ok = day_ok and read(value, True) is not None
        month_ok = month_ok and read(value, False) is not None
        if not (day_ok or month_ok):
            break
    return day_ok, month_ok
