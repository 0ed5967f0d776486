"""What the preview of a load profile shows: facts with their reasons, choices, readings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from planner.inputs.profiles.options import DUPLICATES, FILLS, UNITS, ProfileOptions
from planner.inputs.report import Action
from ui.present.text import count, number

if TYPE_CHECKING:
    from planner.inputs.profiles.preview import Preview

ROLE_WORDS = {
    "time": "Time", "end": "Interval end", "value": "Value", "unit": "Unit",
    "quality": "Quality flag", "register": "Register", "reactive": "Reactive",
}  # fmt: skip
ENCODINGS = ("utf-8", "cp1252", "utf-16")
_LONG_GAP_DAYS = 364.5
_FILL_WORDS = dict(zip(FILLS, ("Straight line", "Same weekday", "Zero"), strict=True))
_DUPLICATE_WORDS = dict(zip(DUPLICATES, ("The first", "The last", "Mean", "Sum"), strict=True))


@dataclass(frozen=True, slots=True)
class Choice:
    """A control: `key` is the answer it gives, `options` are (answer, words)."""

    key: str
    name: str
    group: str
    found: str
    options: tuple[tuple[str, str], ...]
    editable: bool = False


def choices(seen: Preview, zones: tuple[str, ...] = ()) -> tuple[Choice, ...]:
    """Return every control with what was found out."""
    profile = seen.profile
    asked = {q.code for q in seen.questions}
    zone = profile.zone if profile and "PRF-ZONE" not in asked else "Not known yet"
    marks = "Interval end" if seen.ends else "Interval start"
    column = next((ROLE_WORDS["value"] for r in seen.excerpt.roles.values() if r == "value"), "")
    return (
        Choice("column", "Value column", "Values", _column_name(seen) if column else "Not found",
               seen.choices),
        Choice("unit", "Unit", "Values", seen.unit or "Not given", _same(UNITS)),
        Choice("register", "Meter readings", "Values", "As found",
               (("yes", "Yes, take differences"), ("no", "No"))),
        Choice("decimal", "Decimal mark", "Values", "As found",
               ((",", "Comma"), (".", "Point"))),
        Choice("stamps", "Times mark", "Times",
               marks if profile else "Not known yet",
               (("start", "Interval start"), ("end", "Interval end"))),
        Choice("zone", "Time zone", "Times", zone,
               _same(zones), editable=True),
        Choice("dayfirst", "Dates", "Times", "As found",
               (("yes", "Day first"), ("no", "Month first"))),
        Choice("fill", "Gaps", "Repairs", "Ask", tuple(_FILL_WORDS.items())),
        Choice("duplicates", "Repeated times", "Repairs", "Ask", tuple(_DUPLICATE_WORDS.items())),
        Choice("negative", "Negative values", "Repairs", "Ask",
               (("keep", "Export, keep"), ("zero", "Error, set to zero"))),
        Choice("resample", "Changing interval", "Repairs", "Ask",
               (("yes", "Spread over the finer"),)),
        Choice("separator", "Separator", "File", "As found",
               ((";", "Semicolon"), (",", "Comma"), ("tab", "Tab"), ("|", "Bar"))),
        Choice("sheet", "Sheet", "File", "As found", _same(seen.sheets)),
        Choice("encoding", "Encoding", "File", "As found", _same(ENCODINGS)),
    )  # fmt: skip


def _same(words: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((word, word) for word in words)


def _column_name(seen: Preview) -> str:
    at = next((c for c, role in seen.excerpt.roles.items() if role == "value"), None)
    names = dict(seen.choices)
    return names.get(str(at + 1), f"column {at + 1}") if at is not None else "not found"


def with_answer(options: ProfileOptions, key: str, answer: str | None) -> ProfileOptions:
    """Return the options with one answer changed; None means to find it out again."""
    changed: Any = answer
    if key in {"dayfirst", "register"}:
        changed = None if answer is None else answer == "yes"
    elif key == "resample":
        changed = answer == "yes"
    elif key == "separator" and answer == "tab":
        changed = "\t"
    return replace(options, **{key: changed})


def answered(options: ProfileOptions, key: str) -> str | None:
    """Return the answer that options hold for a control."""
    held = getattr(options, key)
    if key in {"dayfirst", "register"}:
        return None if held is None else "yes" if held else "no"
    if key == "resample":
        return "yes" if held else None
    return "tab" if held == "\t" else held


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that was understood, and why."""

    name: str
    value: str
    why: str = ""


def facts(seen: Preview) -> tuple[Fact, ...]:
    """Return what the series is: interval, period, gaps, repeats, negatives, energy."""
    profile = seen.profile
    if profile is None:
        return ()
    start, end = profile.start, profile.start + timedelta(days=seen.days)
    whole = seen.days >= _LONG_GAP_DAYS
    filled = f", {count(profile.filled, 'value')} filled in" if profile.filled else ""
    gaps = f"{count(seen.gaps, 'gap')}, {count(seen.missing, 'value')}" if seen.missing else "None"
    repeats = next((n.message for n in seen.notes if n.code == "PRF-DUPLICATE"), "None")
    made = (
        Fact("Interval", f"{profile.interval_min} min", f"{len(profile.kw):,} values"),
        Fact("Covers", f"{seen.days:,.4g} days",
             f"{_moment(start, profile.zone)} to {_moment(end, profile.zone)}"),
        Fact("Gaps", f"{gaps}{filled}"),
        Fact("Repeated times", repeats),
        Fact("Negative values", f"{seen.negative:,}" if seen.negative else "None"),
    )  # fmt: skip
    if not seen.unit:
        return made
    energy = sum(r.energy_kwh for r in seen.units if r.unit == seen.unit)
    peak = next(r.peak_kw for r in seen.units if r.unit == seen.unit)
    name = "Energy of the year" if whole else f"Energy of {seen.days:,.4g} days"
    return (
        *made, Fact("Peak", f"{number(peak, 1)} kW"), Fact(name, f"{number(energy)} kWh"),
    )  # fmt: skip


def _moment(at: Any, zone: str) -> str:
    try:
        info = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        return f"{at.astimezone(UTC):%d %b %Y %H:%M} UTC"
    return f"{at.astimezone(info):%d %b %Y %H:%M}"


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One reading of the numbers: unit, peak, energy, and what speaks against it."""

    unit: str
    peak: str
    energy: str
    against: str
    chosen: bool


def unit_rows(seen: Preview, agreed_kva: float | None) -> tuple[UnitRow, ...]:
    """Return what peak and energy would be in each unit, against the agreed capacity."""
    return tuple(
        UnitRow(
            f"{r.unit} per {seen.profile.interval_min} min"
            if seen.profile and r.unit.endswith("h") else r.unit,
            _scaled(r.peak_kw, "kW", "MW", "W"), _scaled(r.energy_kwh, "kWh", "MWh", "Wh"),
            f"above {number(agreed_kva)} kVA"
            if agreed_kva and r.peak_kw > agreed_kva else "",
            r.unit == seen.unit,
        )
        for r in seen.units
    )  # fmt: skip


def _scaled(value: float, unit: str, larger: str, smaller: str) -> str:
    size = abs(value)
    if size >= 10_000:
        return f"{number(value / 1000, 0 if size >= 1e6 else 1)} {larger}"
    if 0 < size < 0.1:
        return f"{number(value * 1000, 1)} {smaller}"
    return f"{number(value, 1)} {unit}"


def take_words(seen: Preview) -> str:
    """Name the primary button by its result."""
    if seen.profile is None or not seen.ready:
        return "Use this load profile"
    return f"Use {count(len(seen.profile.kw), 'value')}"


def refused(seen: Preview) -> bool:
    """Whether the file cannot be used whatever is answered."""
    return seen.problem is not None and seen.problem.action is Action.REJECT
