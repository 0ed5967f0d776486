"""What a meter export was understood to be and why, for a look before it is used.

Contract: `preview` raises nothing for what a file holds. A question that stops the
reading stands in `problem`; the file's own first rows are there as far as they can
be read, and each answer is one of the `ProfileOptions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from planner.inputs.problem import InputError
from planner.inputs.profiles.columns import find_columns, offered
from planner.inputs.profiles.finish import Reading
from planner.inputs.profiles.options import UNITS, ProfileOptions
from planner.inputs.profiles.raw import RawTable
from planner.inputs.profiles.read import raw_table, understand, understand_table
from planner.inputs.profiles.series import runs
from planner.inputs.report import Action, Note, Report
from planner.model.site import LoadProfile

_ROWS_BEFORE, _ROWS = 4, 8
_COLUMNS, _CELL = 16, 40
_CURVE_POINTS = 700
_POWER_KW = {"W": 1e-3, "kW": 1.0, "MW": 1e3}
_ENERGY_KWH = {"Wh": 1e-3, "kWh": 1.0, "MWh": 1e3}
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some rows of the file; `roles` says what a column is, `data` which row is the first value."""

    rows: tuple[tuple[str, ...], ...] = ()
    numbers: tuple[int, ...] = ()
    roles: Mapping[int, str] = field(default_factory=dict)
    data: int = 0
    columns: int = 0


@dataclass(frozen=True, slots=True)
class UnitReading:
    """What peak (kW) and energy (kWh of the days covered) would be in one unit."""

    unit: str
    peak_kw: float
    energy_kwh: float


@dataclass(frozen=True, slots=True)
class Preview:
    """A meter export as understood so far.

    `curve` holds the highest kW of equal stretches of the series, NaN in gaps,
    `choices` the columns that may be the load by their number from 1.
    """

    file: str
    excerpt: Excerpt = field(default_factory=Excerpt)
    choices: tuple[tuple[str, str], ...] = ()
    sheets: tuple[str, ...] = ()
    profile: LoadProfile | None = None
    unit: str = ""
    ends: bool = False
    days: float = 0.0
    missing: int = 0
    gaps: int = 0
    negative: int = 0
    units: tuple[UnitReading, ...] = ()
    curve: Floats = field(default_factory=lambda: np.zeros(0))
    notes: tuple[Note, ...] = ()
    problem: Note | None = None

    @property
    def questions(self) -> tuple[Note, ...]:
        """What has to be answered before the profile can be used, one of each kind."""
        asked: dict[str, Note] = {}
        for note in (*((self.problem,) if self.problem else ()), *self.notes):
            if note is self.problem or note.action is Action.ASK:
                asked.setdefault(note.code, note)
        return tuple(asked.values())

    @property
    def ready(self) -> bool:
        """Whether the profile can be used as it is."""
        return self.profile is not None and not self.questions


def preview(path: Path, options: ProfileOptions) -> Preview:
    """Read a meter export as far as possible and show what was understood."""
    report = Report(options.accepted)
    raw: RawTable | None = None
    try:
        raw = raw_table(path, options, report)
        if raw is None:
            return _understood(path.name, understand(path, options), options, Preview(path.name))
        seen = Preview(path.name, _excerpt(raw, options), _choices(raw), sheet_names(path))
        return _understood(path.name, understand_table(raw, options, report), options, seen)
    except InputError as error:
        action = Action.ASK if error.question else Action.REJECT
        problem = Note(action, "PRF-STOPPED", error.place, error.reason, error.remedy)
        rows = (_excerpt(raw, options), _choices(raw)) if raw is not None else (Excerpt(), ())
        return Preview(
            path.name, *rows, sheet_names(path), notes=tuple(report.notes), problem=problem
        )


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of a workbook's visible sheets, none for other files."""
    if path.suffix.lower() not in {".xlsx", ".xlsm", ".ods", ".xls"}:
        return ()
    from planner.inputs.workbooks.cells import load
    from planner.inputs.workbooks.foreign import read_foreign

    try:
        found = read_foreign(path)
        if found is not None:
            return tuple(sheet.name for sheet in found if sheet.visible)
        book = load(path)
    except InputError:
        return ()
    try:
        return tuple(s.title for s in book.worksheets if s.sheet_state == "visible")
    finally:
        book.close()


def _understood(file: str, reading: Reading, options: ProfileOptions, seen: Preview) -> Preview:
    profile = reading.profile
    gaps = np.isnan(profile.kw)
    said = [n.message for n in reading.notes if n.code == "PRF-STAMPS"]
    return Preview(
        file, seen.excerpt, seen.choices, seen.sheets, profile, reading.unit_read,
        ends=options.stamps == "end" or any("interval ends" in text for text in said),
        days=len(profile.kw) * timedelta(minutes=profile.interval_min) / timedelta(days=1),
        missing=int(gaps.sum()),
        gaps=len(runs(gaps)),
        negative=int((profile.kw < 0).sum()),
        units=_units(profile, reading.unit_read),
        curve=_curve(profile.kw),
        notes=reading.notes,
    )  # fmt: skip


def _units(profile: LoadProfile, unit: str) -> tuple[UnitReading, ...]:
    """Return peak and energy for each unit the numbers of the file could be in."""
    hours = profile.interval_min / 60
    per_value = {**_POWER_KW, **{u: kwh / hours for u, kwh in _ENERGY_KWH.items()}}
    peak, total = float(np.nanmax(profile.kw)), float(np.nansum(profile.kw)) * hours
    now = per_value[unit] if unit else 1.0
    return tuple(
        UnitReading(u, peak / now * per_value[u], total / now * per_value[u]) for u in UNITS
    )


def _curve(kw: Floats) -> Floats:
    """Return the highest value of each of at most 700 equal stretches."""
    stretch = -(-len(kw) // _CURVE_POINTS)
    padded = np.full(-(-len(kw) // stretch) * stretch, np.nan)
    padded[: len(kw)] = kw
    rows = padded.reshape(-1, stretch)
    held = ~np.isnan(rows).all(axis=1)
    tops = np.full(len(rows), np.nan)
    tops[held] = np.nanmax(rows[held], axis=1)
    return tops


def _choices(raw: RawTable) -> tuple[tuple[str, str], ...]:
    """Return the columns a user may choose as the load: answer and name."""
    try:
        _, columns = offered(raw)
    except InputError:
        return ()
    named = [(str(c + 1), label[:_CELL] or f"Column {c + 1}") for c, label in columns]
    if len(named) in {2, 3}:
        both = "+".join(number for number, _ in named)
        named.append((both, f"Sum of {' + '.join(name for _, name in named)}"))
    return tuple(named)


def _excerpt(raw: RawTable, options: ProfileOptions) -> Excerpt:
    """Return the rows around the first value, with what each column was taken for."""
    roles: dict[int, str] = {}
    first = 0
    try:
        first, _ = offered(raw)
        columns = find_columns(raw, options, Report(options.accepted))
    except InputError:
        columns = None
    if columns is not None:
        first = columns.first
        for role, at in (
            ("quality", columns.quality), ("reactive", columns.reactive),
            ("register", columns.register), ("unit", columns.unit_column),
            ("end", columns.clock_end), ("time", columns.clock), ("end", columns.end),
            ("time", columns.begin), *(("value", c) for c in columns.also),
            ("value", columns.value),
        ):  # fmt: skip
            if at is not None:
                roles[at] = role
    begin = max(0, first - _ROWS_BEFORE)
    shown = range(begin, min(len(raw.rows), begin + _ROWS))
    width = max((len(raw.rows[r]) for r in shown), default=0)
    cells = tuple(tuple(raw.text(r, c)[:_CELL] for c in range(min(width, _COLUMNS))) for r in shown)
    return Excerpt(cells, tuple(raw.numbers[r] for r in shown), roles, first - begin, width)
