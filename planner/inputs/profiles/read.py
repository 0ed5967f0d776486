"""Reading a load profile: understand the table, ask what it leaves open, make it regular."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from pathlib import Path

import numpy as np

from planner.inputs.archive import unreadable
from planner.inputs.problem import InputError
from planner.inputs.profiles.clocknumbers import spelled_out
from planner.inputs.profiles.columns import (
    Columns,
    find_columns,
    quality_counts,
    unit_from_column,
)
from planner.inputs.profiles.finish import Reading, finish
from planner.inputs.profiles.greenbutton import read_green_button
from planner.inputs.profiles.nem12 import is_nem12, unrolled
from planner.inputs.profiles.numbers import Numbers, read_numbers
from planner.inputs.profiles.options import UNITS, ProfileOptions
from planner.inputs.profiles.raw import RawTable
from planner.inputs.profiles.registers import differenced, looks_like_register
from planner.inputs.profiles.series import Seconds
from planner.inputs.profiles.text import read_text
from planner.inputs.profiles.times import Resolved, read_times, resolve
from planner.inputs.profiles.wide import unfolded
from planner.inputs.report import Action, Report
from planner.model.site import LoadProfile

_BOOKS = {".xlsx", ".xlsm"}


def understand(path: Path, options: ProfileOptions | None = None) -> Reading:
    """Read a meter export as far as possible; open questions stand in the notes."""
    options = options or ProfileOptions()
    report = Report(options.accepted)
    raw = raw_table(path, options, report)
    if raw is None:
        return read_green_button(path, options, report)
    try:
        return understand_table(raw, options, report)
    except InputError as error:
        if not error.question and raw.separator == "" and path.suffix.casefold() in _BOOKS:
            from planner.inputs.profiles.sheet import refuse_uncomputed

            refuse_uncomputed(path)  # formulas without results look like missing values
        raise


def raw_table(path: Path, options: ProfileOptions, report: Report) -> RawTable | None:
    """Read the cells of a table, sheet or list as they stand; None for Green Button XML."""
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        raise unreadable(path, error) from error
    kind = _kind(head)
    if kind == "xml":
        return None
    if kind == "sheet":
        from planner.inputs.profiles.sheet import read_sheet

        return read_sheet(path, options, report)
    if kind == "json":
        from planner.inputs.profiles.records import read_records

        return read_records(path, options, report)
    _refuse_other_kinds(path.name, head)
    return read_text(path, options, report)


def understand_table(raw: RawTable, options: ProfileOptions, report: Report) -> Reading:
    """Find out what the cells of a table mean, as far as possible."""
    return _from_table(_long_table(raw, options, report), options, report)


def _long_table(raw: RawTable, options: ProfileOptions, report: Report) -> RawTable:
    """Bring tables of other shapes to one row per interval."""
    if is_nem12(raw):
        return unrolled(raw, report)
    return spelled_out(unfolded(raw, options, report))


def read_profile(path: Path, options: ProfileOptions | None = None) -> LoadProfile:
    """Read a load profile; the first open question is an `InputError`."""
    reading = understand(path, options)
    questions = [n for n in reading.notes if n.action is Action.ASK]
    if questions:
        # What the values mean comes first; the zone shifts them by an hour or two.
        first = min(questions, key=lambda n: n.code == "PRF-ZONE")
        others = len({n.code for n in questions}) - 1
        if others:
            more = "one more question" if others == 1 else f"{others} more questions"
            first = replace(first, remedy=f"{first.remedy} (then {more})")
        raise first.error(reading.file)
    return reading.profile


def _kind(head: bytes) -> str:
    """Tell text, spreadsheet, XML and JSON apart by their first bytes."""
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start.startswith(b"<") and b"<html" not in start[:600].lower():
        return "xml"
    if start.startswith((b"{", b"[")):
        return "json"
    return "sheet" if head.startswith((b"PK", b"\xd0\xcf\x11\xe0")) else "text"


def _refuse_other_kinds(file: str, head: bytes) -> None:
    """Refuse pictures, databases, pickles and the like by name."""
    from planner.inputs.workbooks.cells import really

    kind = really(head)
    if kind not in {"a text file", "an empty file", "something else"}:
        raise InputError(file, "", f"this is {kind}, not a load profile", "export CSV or XLSX")


def _from_table(raw: RawTable, options: ProfileOptions, report: Report) -> Reading:
    columns = find_columns(raw, options, report)
    times = read_times(raw, columns, options, report)
    numbers = _numbers(raw, columns, times.rows, options, report)
    resolved = _consecutive(resolve_or_start(times, raw, columns, options, report), options, report)
    values = np.array([np.nan if v is None else v for v in numbers.values])[resolved.order]
    unit = _known_unit(options.unit or _read_unit(raw, columns), raw.file)
    flags, estimated = quality_counts(raw, columns)
    if flags:
        listed = ", ".join(f"{n:,} × {flag}" for flag, n in flags.most_common(6))
        report.say(Action.ACCEPT, "PRF-QUALITY", f"quality flags: {listed}")
        if estimated > 0.05 * sum(flags.values()):
            report.say(Action.ACCEPT, "PRF-ESTIMATED", f"{estimated:,} values are estimated")
    if looks_like_register(values) if options.register is None else options.register:
        resolved, values = differenced(resolved, values, options, report)
    return finish(raw.file, resolved, values, unit, options, report)


def resolve_or_start(
    times: object, raw: RawTable, columns: Columns, options: ProfileOptions, report: Report
) -> Resolved:
    """Resolve times; with `start` given, questions about them are moot."""
    if options.start is None:
        return resolve(times, raw, columns, options, report)  # type: ignore[arg-type]
    return resolve(times, raw, columns, options, Report())  # type: ignore[arg-type]


def _consecutive(resolved: Resolved, options: ProfileOptions, report: Report) -> Resolved:
    """Let rows follow each other from the moment the user gives."""
    if options.start is None:
        return resolved
    start = options.start if options.start.tzinfo else options.start.replace(tzinfo=UTC)
    order = np.arange(len(resolved.order))
    utc = int(start.timestamp()) + order * resolved.step_s
    report.say(
        Action.REPAIR, "PRF-START", f"rows follow each other from {start:%Y-%m-%d %H:%M} UTC"
    )
    return replace(resolved, utc=utc, order=order)


def _read_unit(raw: RawTable, columns: Columns) -> str:
    """Return the unit of header or unit column; two different ones are a question."""
    listed = unit_from_column(raw, columns) if columns.unit_column is not None else ""
    if columns.unit and listed and columns.unit != listed:
        raise InputError(
            raw.file, raw.place(columns.first, columns.unit_column or 0),
            f"the header says {columns.unit}, the column of units {listed}",
            "say which with --unit", question=True,
        )  # fmt: skip
    return columns.unit or listed


def _known_unit(unit: str, file: str) -> str:
    if not unit:
        return ""
    for known in UNITS:
        if known.casefold() == unit.casefold():
            return known
    raise InputError(file, "", f"'{unit[:20]}' is no unit", f"use one of {', '.join(UNITS)}")


def _numbers(
    raw: RawTable, columns: Columns, rows: Seconds, options: ProfileOptions, report: Report
) -> Numbers:
    """Read the value column; odd cells are listed and count as missing."""
    cells = [raw.rows[r][columns.value] if columns.value < len(raw.rows[r]) else None for r in rows]
    numbers = read_numbers(cells, options.decimal, raw.separator)
    texts = sum(1 for c in cells if isinstance(c, str) and ("." in c or "," in c))
    if numbers.ambiguous and _is_decimal_comma(raw, columns, numbers.decimal):
        said = "the comma marks decimals, as dates are written with points"
        report.say(Action.ACCEPT, "PRF-DECIMAL", said, "", "change with --decimal .")
    elif numbers.ambiguous and texts > 0.2 * len(cells):
        example = next(c for c in cells if isinstance(c, str) and ("." in c or "," in c))
        raise InputError(
            raw.file, raw.place(int(rows[0]), columns.value),
            f"'{example[:20]}' may have a decimal mark or a thousands mark",
            "say which with --decimal . or --decimal ,", question=True,
        )  # fmt: skip
    _check_widths(raw, columns, rows)
    lines = [
        (raw.place(int(rows[i]), columns.value), f"'{str(cells[i])[:30]}' is no number")
        for i in numbers.bad
    ]
    ragged = _ragged(raw, columns, rows)
    lines += [(raw.place(int(rows[i]), columns.value), said) for i, said in ragged.items()]
    blank = [
        (raw.place(int(rows[i]), columns.value), "the cell is blank")
        for i, c in enumerate(cells) if c is None or (isinstance(c, str) and not c.strip())
    ]  # fmt: skip
    report.several(Action.SKIP, "PRF-BAD-VALUE", lines, "correct the cells")
    report.several(Action.SKIP, "PRF-BLANK", blank, "enter the values")
    if ragged:
        numbers = replace(
            numbers, values=[None if i in ragged else v for i, v in enumerate(numbers.values)]
        )
    for column in columns.also:
        numbers = _added(raw, numbers, column, rows, options)
    if len(lines) + len(blank) == len(cells):
        raise InputError(raw.file, "", "no value can be read", "check the value column")
    return numbers


def _ragged(raw: RawTable, columns: Columns, rows: Seconds) -> dict[int, str]:
    """Return the rows of a text with more filled cells than the columns that the others have."""
    width, found = len(columns.labels), dict[int, str]()
    if not raw.separator:  # in a sheet a remark beside the table moves nothing
        return found
    for index, row in enumerate(rows):
        cells = raw.rows[row]
        if len(cells) > width and any(v not in {None, ""} for v in cells[width:]):
            found[index] = f"the row has {len(cells)} columns, the others {width}"
    return found


def _is_decimal_comma(raw: RawTable, columns: Columns, mark: str) -> bool:
    """Tell a decimal comma from a thousands comma: "1,240" kWh beside 31.12.2024."""
    unit = columns.unit or _read_unit(raw, columns)
    thousandths = unit not in {"", "W", "Wh"}  # nobody measures a thousandth of a watt-hour
    return mark == "," and thousandths and "." in raw.text(columns.first, columns.begin)[:6]


def _added(
    raw: RawTable, numbers: Numbers, column: int, rows: Seconds, options: ProfileOptions
) -> Numbers:
    """Add another column, as the user asked; a value missing in either is missing."""
    cells = [raw.rows[r][column] if column < len(raw.rows[r]) else None for r in rows]
    more = read_numbers(cells, options.decimal, raw.separator).values
    pairs = zip(numbers.values, more, strict=True)
    return replace(numbers, values=[None if a is None or b is None else a + b for a, b in pairs])


def _check_widths(raw: RawTable, columns: Columns, rows: Seconds) -> None:
    """Refuse a comma that separates and marks decimals: rows grow wider than the header."""
    if raw.separator != "," or columns.first == 0:
        return
    header = len(raw.rows[columns.first - 1])
    wide = [int(r) for r in rows if len(raw.rows[r]) > header and any(raw.rows[r][header:])]
    if wide and len(wide) > 0.1 * len(rows):
        raise InputError(
            raw.file, raw.place(wide[0], 0),
            f"the row has {len(raw.rows[wide[0]])} columns, the header {header}; "
            "the comma separates columns and marks decimals",
            "export with semicolons, or with decimal points",
        )  # fmt: skip
