"""Charging sessions from an operator's table: arrival, departure, energy.

Contract: `read_sessions` gives a `SessionTable` or raises `InputError`. Nothing
is dropped or changed without a count in the notes. Delivered energy is read
where a table has both, because requested energy is unreliable.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from planner.demand.visits import visits_of_sessions
from planner.inputs.archive import unreadable
from planner.inputs.problem import InputError
from planner.inputs.profiles.options import ProfileOptions
from planner.inputs.profiles.raw import RawTable
from planner.inputs.profiles.stamps import Stamp
from planner.inputs.profiles.text import MAX_BYTES, decode, split
from planner.inputs.report import Action, Note, Report
from planner.inputs.session_columns import find_columns, holds_sessions
from planner.inputs.session_doubts import repeated, say_doubts
from planner.inputs.session_energy import MOST_KWH, energies_kwh
from planner.inputs.session_moments import all_utc, moments
from planner.model.demand import RECORDED, DemandInput, Sessions

SHORTEST_MIN, LONGEST_H, LEAST_KWH = 3.0, 72.0, 0.2
PLUG_SIZES_KW = (3.7, 7.4, 11.0, 22.0, 50.0, 75.0, 100.0, 150.0, 350.0)
ABOVE_PLUG_PCT = 0.5
"""Energy in sessions faster than the plug, from which the table holds several kinds."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """Answers to what a table leaves open; None means "find out, or ask".

    `plug_kw` is the rating of the outlets the sessions were recorded at; `zone` the
    place of the site where moments are given in UTC.
    """

    plug_kw: float | None = None
    dayfirst: bool | None = None
    encoding: str | None = None
    separator: str | None = None
    decimal: str | None = None
    sheet: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class SessionTable:
    """What a table of sessions says.

    `monday` is minute 0; `dropped` counts rows left out by reason;
    `above_plug_pct` is the share of energy in sessions whose mean power exceeds
    `plug_kw` (those get the next size that carries them).
    """

    file: str
    sessions: Sessions
    monday: date
    plug_kw: float
    above_plug_pct: float
    dropped: tuple[tuple[str, int], ...]
    notes: tuple[Note, ...]


def read_sessions(path: Path, options: SessionOptions | None = None) -> SessionTable:
    """Read a CSV, JSON (both also gzipped) or XLSX table of charging sessions."""
    options = options or SessionOptions()
    report = Report()
    raw = _raw(path, options, report)
    columns = find_columns(raw)
    head = columns.first - 1
    report.say(
        Action.ACCEPT, "SES-COLUMNS",
        f"arrival from '{raw.text(head, columns.arrival)}', departure from "
        f"'{raw.text(head, columns.end)}', energy from '{raw.text(head, columns.energy)}'",
    )  # fmt: skip
    begin, end, zone = moments(raw, columns, options.dayfirst, options.zone)
    if zone:
        report.say(Action.ACCEPT, "SES-ZONE", f"times are on the clock of {zone}")
    elif all_utc(begin):
        report.say(
            Action.ACCEPT, "SES-UTC", "times are in UTC and taken as the local clock",
            remedy="name the time zone with --zone",
        )  # fmt: skip
    say_doubts(raw, columns, begin, end, report)
    kwh = energies_kwh(raw, columns, options.decimal, report)
    rows = _Rows(begin, end, kwh, repeated(raw, columns))
    return _table(raw.file, rows, options, report)


def recorded_demand(table: SessionTable) -> DemandInput:
    """Return recorded sessions as a group of drivers whose days are drawn anew."""
    day = (table.sessions.arrive_min // 1440).astype(np.int64)
    per_day = np.bincount(day)
    busiest = max(float(per_day[w::7].mean()) for w in range(min(7, len(per_day))))
    return DemandInput(RECORDED, round(busiest, 1), 0.0, visits_of_sessions(table.sessions))


def _raw(path: Path, options: SessionOptions, report: Report) -> RawTable:
    """Read a workbook, a text table or JSON, the latter two also gzipped."""
    ending = path.suffix.casefold()
    if ending in {".xlsx", ".xlsm", ".ods", ".xls"}:
        from planner.inputs.profiles.sheet import read_sheet

        return read_sheet(path, ProfileOptions(sheet=options.sheet), report, holds_sessions)
    if ending in {".yaml", ".yml"}:
        raise InputError(
            path.name, "", "this is a file of settings, not a table of sessions",
            "choose the archetype it describes, or export sessions as CSV, XLSX or JSON",
        )  # fmt: skip
    text = decode(_content(path), path.name, options.encoding, report)
    if text.lstrip("\ufeff \t\r\n")[:1] in {"{", "["}:
        from planner.inputs.session_json import read_json_sessions

        return read_json_sessions(text, path.name, report)
    return split(text, path.name, options.separator, report)


def _content(path: Path) -> bytes:
    try:
        if path.suffix.casefold() == ".gz":
            with gzip.open(path) as stream:
                content = stream.read(MAX_BYTES + 1)
        else:
            with path.open("rb") as plain:
                content = plain.read(MAX_BYTES + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise unreadable(path, OSError(str(error))) from error
    except OSError as error:
        raise unreadable(path, error) from error
    if len(content) > MAX_BYTES:
        raise InputError(
            path.name, "", f"the unpacked table is larger than {MAX_BYTES // 10**6} MB",
            "export a shorter period",
        )  # fmt: skip
    return content


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """What was read of each row; `again` marks those that repeat an earlier one."""

    begin: list[Stamp | None]
    end: list[Stamp | None]
    kwh: Floats
    again: npt.NDArray[np.bool_]


def _table(file: str, rows: _Rows, options: SessionOptions, report: Report) -> SessionTable:
    kwh = rows.kwh
    local = np.array([s.local_s / 60 if s else np.nan for s in rows.begin])
    stay = np.array([_stay_min(a, b) for a, b in zip(rows.begin, rows.end, strict=True)])
    reasons = {
        "that repeat an earlier row": rows.again,
        "without a time or an energy": np.isnan(local) | np.isnan(stay) | np.isnan(kwh),
        "that end before they begin": stay < 0,
        f"with a stay under {SHORTEST_MIN:g} min": stay < SHORTEST_MIN,
        f"with a stay over {LONGEST_H:g} h": stay > 60 * LONGEST_H,
        f"with less than {LEAST_KWH:g} kWh": kwh < LEAST_KWH,
        f"with more than {MOST_KWH:,.0f} kWh": kwh > MOST_KWH,
    }
    keep = np.ones(len(kwh), bool)
    dropped = []
    for reason, mask in reasons.items():
        count = int((mask & keep).sum())
        keep &= ~mask
        if count:
            dropped.append((reason, count))
            report.say(Action.SKIP, "SES-DROPPED", f"{count:,} of {len(kwh):,} rows {reason}")
    if not keep.any():
        raise InputError(
            file, "", "no row is a usable session",
            "check the columns arrival, departure and energy",
        )  # fmt: skip
    order = np.argsort(local[keep], kind="stable")
    local, stay, kwh = local[keep][order], stay[keep][order], kwh[keep][order]
    day0 = int(local[0] // 1440)
    monday = day0 - (day0 + 3) % 7  # day 0 was a Thursday
    plug, above, power = _plug(kwh, stay, options.plug_kw, report)
    arrive = local - 1440.0 * monday
    sessions = Sessions(
        arrive_min=arrive,
        depart_min=arrive + stay,
        energy_kwh=kwh,
        ac_kw=np.where(power <= 22.0, power, 0.0),
        dc_kw=np.where(power > 22.0, power, 0.0),
        group=np.zeros(len(kwh), np.int64),
        groups=("imported",),
        horizon_days=-(-int(arrive.max() // 1440 + 1) // 7) * 7,
    )
    start = date.fromordinal(monday + date(1970, 1, 1).toordinal())
    return SessionTable(file, sessions, start, plug, above, tuple(dropped), tuple(report.notes))


def _stay_min(begin: Stamp | None, end: Stamp | None) -> float:
    """Return the true length of a stay; offsets from UTC see to summer time."""
    if begin is None or end is None:
        return float("nan")
    seconds = end.local_s - begin.local_s
    if begin.offset_min is not None and end.offset_min is not None:
        seconds -= 60 * (end.offset_min - begin.offset_min)
    return seconds / 60


def _plug(
    kwh: Floats, stay_min: Floats, plug_kw: float | None, report: Report
) -> tuple[float, float, Floats]:
    """Return the plug size, the share of energy above it and the power of each session.

    Without a rating, the smallest usual size is taken above which sessions hold at
    most half a per cent of the energy; faster sessions get the size that carries them.
    """
    mean_kw = 60 * kwh / stay_min
    sizes = np.array(PLUG_SIZES_KW)
    shares = [100 * float(kwh[mean_kw > s].sum() / kwh.sum()) for s in sizes]
    if plug_kw is None:
        plug_kw = next(
            (float(s) for s, p in zip(sizes, shares, strict=True) if p <= ABOVE_PLUG_PCT), 350.0
        )
        report.say(
            Action.ACCEPT, "SES-PLUG",
            f"outlets are taken as {plug_kw:g} kW, the smallest usual size that suffices",
            remedy="name the rating with --plug-kw",
        )  # fmt: skip
    above = 100 * float(kwh[mean_kw > plug_kw].sum() / kwh.sum())
    over = int((mean_kw > plug_kw).sum())
    if over:
        report.say(
            Action.ACCEPT, "SES-ENERGY",
            f"{over:,} of {len(kwh):,} sessions hold more energy than {plug_kw:g} kW give in "
            "their stay; they keep a higher power",
        )  # fmt: skip
    if above > ABOVE_PLUG_PCT:
        report.say(
            Action.ACCEPT, "SES-FASTER",
            f"{above:.1f} % of the energy is in sessions whose mean power exceeds {plug_kw:g} kW; "
            "they keep a higher power, so the site has more than one kind of outlet",
        )  # fmt: skip
    bigger = sizes[np.minimum(np.searchsorted(sizes, mean_kw), len(sizes) - 1)]
    power = np.where(mean_kw > plug_kw, np.maximum(bigger, mean_kw), plug_kw)
    return plug_kw, above, power
