"""Days of the week and times of day as people write them; None where they are none."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from planner.inputs.profiles.raw import Value
from planner.inputs.profiles.stamps import clock_s

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHORT_DE = ("mo", "di", "mi", "do", "fr", "sa", "so")
_LONG_DE = ("mont", "dien", "mitt", "donn", "frei", "sams", "sonn")
_GROUPS = {
    "daily": range(7), "all": range(7), "all days": range(7), "every day": range(7),
    "täglich": range(7), "weekday": range(5), "weekdays": range(5), "working days": range(5),
    "werktags": range(5), "m-f": range(5), "weekend": range(5, 7), "weekends": range(5, 7),
    "wochenende": range(5, 7),
}  # fmt: skip
_EXCEPT = re.compile(r"\s*\b(?:except|excluding|without|but not|außer|ohne)\b\s*")
_TO = re.compile(r"\s*(?:-|–|\bto\b|\bbis\b|\bthrough\b)\s*")
_AND = re.compile(r"\s*(?:[,;/&+]|\band\b|\bund\b)\s*|\s+")


def days_of(value: Value) -> list[int] | None:
    """Read days of the week, Monday 0: "Mon-Fri", "1, 3", "daily except Sunday", a date.

    Blank means every working day.
    """
    if isinstance(value, (date, datetime)):
        return [value.weekday()]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = f"{value:g}"
    text = str(value or "").strip().casefold()
    if not text:
        return list(range(5))
    wanted, *unwanted = _EXCEPT.split(text)
    kept, left_out = _listed(wanted), [_listed(part) for part in unwanted]
    if kept is None or None in left_out:
        return None
    gone = {day for part in left_out for day in part or ()}
    return sorted(kept - gone) or None


def minute_of_day(value: Value) -> int | None:
    """Read a time of day: 07:30, 7.30 am, 0730, 7, a sheet's time; 24:00 is midnight."""
    if isinstance(value, datetime):
        value = value.time()
    if isinstance(value, (bool, date)):
        return None
    if isinstance(value, (int, float)):
        if not 0 <= value <= 2400:
            return None
        if value < 1:
            return round(value * 1440) % 1440  # a spreadsheet's fraction of a day
        value = f"{int(value):04d}" if value == int(value) and value >= 100 else f"{value:g}"
    if isinstance(value, str):
        # "0730", "7", "7 am" and "7 h" become "07:30", "7:00", "7:00am" and "7:00".
        value = re.sub(r"^(\d{2})(\d{2})$", r"\1:\2", value.strip())
        value = re.sub(
            r"^(\d{1,2}) ?(?:h|uhr)?( ?[ap]\.?m\.?)?$", r"\1:00\2", value, flags=re.IGNORECASE
        )
    if not isinstance(value, (str, time)):
        return None
    seconds = clock_s(value)
    return seconds // 60 % 1440 if seconds is not None and seconds <= 86_400 else None


def _listed(text: str) -> set[int] | None:
    """Read days that stand beside each other."""
    text = text.strip()
    if text in _GROUPS:
        return set(_GROUPS[text])
    if re.fullmatch(r"[1-7]{2,7}", text) and list(text) == sorted(set(text)):
        return {int(figure) - 1 for figure in text}
    found: set[int] = set()
    for part in filter(None, _AND.split(_TO.sub("-", text))):
        ends = [_day(name) for name in part.split("-")]
        known = [end for end in ends if end is not None]
        if len(known) < len(ends) or len(ends) > 2:
            return None
        found |= {(known[0] + n) % 7 for n in range((known[-1] - known[0]) % 7 + 1)}
    return found or None


def _day(name: str) -> int | None:
    name = name.strip(" .")
    if re.fullmatch(r"[1-7]", name):
        return int(name) - 1
    for names, letters in ((DAYS, 3), (_LONG_DE, 4)):
        if name[:letters] in names:
            return names.index(name[:letters])
    return _SHORT_DE.index(name) if name in _SHORT_DE else None
