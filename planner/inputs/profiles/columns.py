"""What the columns of a table mean: times, values, units, quality flags."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from planner.inputs.problem import InputError
from planner.inputs.profiles import stamps
from planner.inputs.profiles.layouts import Layout, recognise
from planner.inputs.profiles.numbers import is_number
from planner.inputs.profiles.options import ProfileOptions
from planner.inputs.profiles.raw import RawTable, Value
from planner.inputs.profiles.values import (
    BY_NAME,
    EXPORT,
    REACTIVE,
    REGISTER,
    UNIT_WORD,
    load_columns,
    stated_unit,
)
from planner.inputs.report import Action, Report

_SAMPLE = 400
_TIMES = ("S", "D", "R")
_MOST_HEADER_ROWS = 6
_BEGIN = (
    r"\bbegin|beginn|start|\bfrom\b|\bvon\b|\bab\b|\bvan\b|d[ée]but|inizio|\bdesde\b|inicio|"
    r"początek|\bod\b"
)
_END = (
    r"\bende?\b|_end\b|ending|\bbis\b|\buntil\b|\bto\b|\btot\b|eind|\bfin\b|\bfine\b|"
    r"\bhasta\b|koniec|\bdo\b|ablesezeit|reading.?time|read.?at"
)
_FLAG = r"qualit|calid|stat|estado|[ée]tat|flag|messwert|type|tipo|art\b|val|real|estim|kwalit"
_ESTIMATED = {"est", "e", "estimated", "s", "substituted", "ers", "ersatzwert", "v", "geschätzt"}


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the data start and which column is what; None for what is not there."""

    first: int
    labels: tuple[str, ...]
    begin: int
    end: int | None
    clock: int | None
    clock_end: int | None
    is_range: bool
    value: int
    unit: str
    unit_column: int | None
    quality: int | None
    register: int | None
    layout: Layout | None
    reactive: int | None = None
    also: tuple[int, ...] = ()


def find_columns(raw: RawTable, options: ProfileOptions, report: Report) -> Columns:
    """Find out what the columns mean, asking where two answers are possible."""
    kinds = [[_kind(v) for v in row] for row in raw.rows[:_SAMPLE]]
    first = _first_row(raw, kinds)
    width = Counter(len(row) for row in raw.rows[first : first + _SAMPLE]).most_common(1)[0][0]
    labels = _labels(raw, first, width)
    body = kinds[first:]
    begin, end, clock, clock_end, is_range = _time_columns(raw.file, body, labels, width)
    layout = recognise(" ".join(labels))
    if layout:
        report.say(Action.ACCEPT, "PRF-LAYOUT", f"known layout: {layout.name} ({layout.why})")
    times = {c for c in (begin, end, clock, clock_end) if c is not None}
    unit_column = _column_of_units(raw, first, labels, times)
    register = _labelled(REGISTER, labels, _numeric(body, width) - times)
    loads = load_columns(raw, first, labels, _numeric(body, width) - times, options, layout)
    value = loads[0]
    if not options.column and re.search(EXPORT, labels[value], re.IGNORECASE):
        ask_about_export(f"the column '{labels[value][:40]}'", report)
    return Columns(
        first, labels, begin, end, clock, clock_end, is_range, value,
        unit=stated_unit(raw, first, labels[value], layout),
        unit_column=unit_column,
        quality=_quality(raw, first, labels, width, {*times, value, unit_column}),
        register=register if register != value else None,
        layout=layout,
        reactive=_labelled(REACTIVE, labels, _numeric(body, width) - times - {value}),
        also=loads[1:],
    )  # fmt: skip


def ask_about_export(what: str, report: Report) -> None:
    """Ask whether what a site feeds into the network is to count as its load."""
    report.say(
        Action.ASK, "PRF-EXPORT", f"{what} seems to hold what the site feeds into the network", "",
        "export the consumption instead, or confirm it is the load with --accept PRF-EXPORT",
    )  # fmt: skip


def offered(raw: RawTable) -> tuple[int, tuple[tuple[int, str], ...]]:
    """Return the first row of data and the columns of numbers that may hold the load."""
    kinds = [[_kind(v) for v in row] for row in raw.rows[:_SAMPLE]]
    first = _first_row(raw, kinds)
    width = max(len(row) for row in raw.rows[first : first + _SAMPLE])
    labels = _labels(raw, first, width)
    return first, tuple((c, labels[c]) for c in sorted(_numeric(kinds[first:], width)))


def _kind(value: Value) -> str:
    """Classify a cell: S stamp, D date, T time of day, R range, N number, X text, blank."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return ""
    if isinstance(value, datetime):
        return "S"
    if isinstance(value, date):
        return "D"
    if isinstance(value, time):
        return "T"
    if isinstance(value, str):
        if ":" in value and stamps.clock_range(value) is not None:
            return "T"
        stamp = stamps.parse(value) or stamps.parse(value, dayfirst=False)
        if stamp:
            return "S" if stamp.has_time else "D"
        if stamps.parse_range(value):
            return "R"
    return "N" if is_number(value) else "X"


def _first_row(raw: RawTable, kinds: list[list[str]]) -> int:
    """Return the first row of data: a time where most rows have one, beside numbers."""
    width = max((len(row) for row in kinds), default=0)
    with_time = [sum(1 for r in kinds if c < len(r) and r[c] in _TIMES) for c in range(width)]
    if not any(with_time):
        what = (
            "there are numbers but no times"
            if any("N" in r for r in kinds)
            else ("no row holds a time and a number")
        )
        raise InputError(
            raw.file, "", what, "export the interval data with a column of times and one of values"
        )
    column = with_time.index(max(with_time))
    timed = [i for i, r in enumerate(kinds) if column < len(r) and r[column] in _TIMES]
    first = next((i for i in timed if "N" in kinds[i]), None)
    if first is None:
        raise InputError(
            raw.file, raw.place(timed[0], 0), "there are times but no numbers",
            "export the interval data with a column of values",
        )  # fmt: skip
    while first - 1 in timed:  # values missing at the very beginning
        first -= 1
    return first


def _labels(raw: RawTable, first: int, width: int) -> tuple[str, ...]:
    """Join the header rows above the data, the nearest one first."""
    rows: list[int] = []
    for index in range(first - 1, -1, -1):
        if not any(raw.text(index, c) for c in range(width)) or len(rows) == _MOST_HEADER_ROWS:
            break
        rows.append(index)
    return tuple(
        " ".join(dict.fromkeys(t for r in rows if (t := raw.text(r, c)))) for c in range(width)
    )


def _share(body: list[list[str]], column: int, wanted: str) -> float:
    """Share of the non-blank rows whose cell in `column` is one of the wanted kinds."""
    rows = [r for r in body if any(r)]
    hits = sum(1 for r in rows if column < len(r) and r[column] and r[column] in wanted)
    return hits / max(len(rows), 1)


def _numeric(body: list[list[str]], width: int) -> set[int]:
    return {c for c in range(width) if _share(body, c, "N") > 0.5}


def _time_columns(
    file: str, body: list[list[str]], labels: Sequence[str], width: int
) -> tuple[int, int | None, int | None, int | None, bool]:
    """Return begin, end, clock, clock of the end, and whether begin holds a range."""
    of_kind = {k: [c for c in range(width) if _share(body, c, k) > 0.8] for k in "SDTR"}
    mixed = [c for c in range(width) if _share(body, c, "SD") > 0.8]
    if of_kind["R"]:
        return of_kind["R"][0], None, None, None, True
    clocks = of_kind["T"]
    dates = of_kind["D"] or (mixed if clocks else [])
    if clocks and dates and not [c for c in of_kind["S"] if c not in dates]:
        clock_end = clocks[1] if len(clocks) > 1 else None
        return dates[0], None, clocks[0], clock_end, False
    found = of_kind["S"] or mixed
    if not found:
        raise InputError(
            file, "", "no column holds a time in every row", "export it with time stamps"
        )
    begin = next((c for c in found if re.search(_BEGIN, labels[c], re.IGNORECASE)), found[0])
    end = next((c for c in found if c != begin and re.search(_END, labels[c], re.IGNORECASE)), None)
    return begin, end, None, None, False


def _labelled(pattern: str, labels: Sequence[str], columns: set[int]) -> int | None:
    found = (c for c in sorted(columns) if re.search(pattern, labels[c], re.IGNORECASE))
    return next(found, None)


def _column_of_units(
    raw: RawTable, first: int, labels: Sequence[str], times: set[int]
) -> int | None:
    """Return the column whose every cell is a unit; a status "W" is none."""
    for column in set(range(len(labels))) - times:
        if re.search(_FLAG, labels[column], re.IGNORECASE):
            continue
        texts = [str(v).strip() for v in raw.column(column, first)[:_SAMPLE] if v]
        if not texts or any(t.casefold() not in BY_NAME for t in texts):
            continue
        # "W" is also a flag for a true value: the column must be called a unit then.
        if {t.casefold() for t in texts} != {"w"} or UNIT_WORD.search(labels[column]):
            return column
    return None


def unit_from_column(raw: RawTable, columns: Columns) -> str:
    """Return the unit that a column of units gives for all rows, blank for none."""
    assert columns.unit_column is not None
    cells = raw.column(columns.unit_column, columns.first)
    found = {str(v).strip().casefold() for v in cells if v}
    if len(found) > 1:
        raise InputError(
            raw.file, "", f"several units in one column: {', '.join(sorted(found)[:5])}",
            "export one unit only",
        )  # fmt: skip
    return BY_NAME.get(found.pop(), "") if found else ""


def _quality(
    raw: RawTable, first: int, labels: Sequence[str], width: int, but: Collection[int | None]
) -> int | None:
    """Return the column of quality flags: few short words, or labelled so."""
    for column in range(width):
        if column in but:
            continue
        texts = {str(v).strip() for v in raw.column(column, first)[:2000] if v not in {None, ""}}
        if not texts or len(texts) > 8 or any(len(t) > 20 or is_number(t) for t in texts):
            continue
        if re.search(_FLAG, labels[column], re.IGNORECASE):
            return column
    return None


def quality_counts(raw: RawTable, columns: Columns) -> tuple[Counter[str], int]:
    """Count quality flags, and how many of them mean estimated."""
    if columns.quality is None:
        return Counter(), 0
    flags = Counter(str(v).strip() for v in raw.column(columns.quality, columns.first) if v)
    return flags, sum(n for flag, n in flags.items() if flag.casefold() in _ESTIMATED)


def convention(columns: Columns) -> str:
    """Return "start" or "end" if header or layout say what a single stamp means."""
    if columns.layout and columns.layout.stamps:
        return columns.layout.stamps
    label = columns.labels[columns.begin]
    if re.search(_END, label, re.IGNORECASE) and not re.search(_BEGIN, label, re.IGNORECASE):
        return "end"
    return "start" if re.search(_BEGIN, label, re.IGNORECASE) else ""
