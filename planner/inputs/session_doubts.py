"""What a reader of sessions should be told before trusting them; nothing is changed here."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from planner.inputs.profiles.raw import RawTable
from planner.inputs.profiles.stamps import Stamp
from planner.inputs.report import Action, Report
from planner.inputs.session_columns import Columns, labels_of

_OUTLET = re.compile(
    r"^(station|outlet|connector|evse|charge ?point|charger|cp ?id|space|socket|port|cdr location "
    r"(evse|connector)|lades[äa]ule|ladepunkt|anschluss|borne|point de charge|laadpa|lader)"
)
_NO_OUTLET = re.compile(r"\b(type|standard|format|power|model|kw|charging|start|end|time)\b")
_YEAR_00 = re.compile(r"^\s*00\d\d-\d")


def say_doubts(
    raw: RawTable,
    columns: Columns,
    begin: list[Stamp | None],
    end: list[Stamp | None],
    report: Report,
) -> None:
    """Note years without century, ends without a date and cars at one outlet at once."""
    if any(
        isinstance(v, str) and _YEAR_00.match(v) for v in raw.column(columns.arrival, columns.first)
    ):
        report.say(Action.ACCEPT, "SES-YEAR", "years such as 0014 are read as 2014")
    if columns.one_date:
        report.say(
            Action.ACCEPT, "SES-DATE",
            f"both times are of the day in '{raw.text(columns.first - 1, columns.arrival)}'; "
            "an end before its start is taken as on the next day",
        )  # fmt: skip
    if columns.charging:
        report.say(
            Action.ACCEPT, "SES-CHARGING",
            f"'{raw.text(columns.first - 1, columns.duration)}' is taken as the stay; cars may "
            "have stayed plugged in for longer",
            remedy="export the time of unplugging",
        )  # fmt: skip
    outlets = _outlet_columns(raw, columns)
    if not outlets:
        return
    both = _overlaps(_texts(raw, outlets, columns.first), begin, end)
    if both:
        shown = " and ".join(f"'{raw.text(columns.first - 1, c)}'" for c in outlets)
        report.say(
            Action.ACCEPT, "SES-OVERLAP",
            f"{both:,} of {len(begin):,} sessions begin before the one before at the same "
            f"{shown} ends; each is kept as a car of its own",
            remedy="check whether that names outlets or posts with several",
        )  # fmt: skip


def repeated(raw: RawTable, columns: Columns) -> npt.NDArray[np.bool_]:
    """Mark rows that say the same as one before: times, energy and outlet, or every cell.

    Where no column names outlets, two cars could agree in times and energy.
    """
    outlets = _outlet_columns(raw, columns)
    told = {
        columns.arrival, columns.arrival_time, columns.end, columns.departure_time,
        columns.energy, columns.energy_before, *outlets,
    } - {-1}  # fmt: skip
    width = max((len(row) for row in raw.rows[columns.first :]), default=0)
    rows = _texts(raw, sorted(told) if outlets else range(width), columns.first)
    seen: set[tuple[str, ...]] = set()
    again = np.zeros(len(rows), bool)
    for at, row in enumerate(rows):
        again[at] = row in seen
        seen.add(row)
    return again


def _texts(raw: RawTable, columns: Iterable[int], first: int) -> list[tuple[str, ...]]:
    return list(zip(*(map(str, raw.column(c, first)) for c in columns), strict=True))


def _outlet_columns(raw: RawTable, columns: Columns) -> list[int]:
    """Return the columns that together name an outlet: post, connector, port number."""
    labels = labels_of(raw, columns.first - 1)
    return [c for c, t in enumerate(labels) if _OUTLET.search(t) and not _NO_OUTLET.search(t)]


def _overlaps(
    outlets: list[tuple[str, ...]], begin: list[Stamp | None], end: list[Stamp | None]
) -> int:
    """Count the sessions that begin while another is at the same outlet."""
    spans = sorted(
        (outlet, a.local_s, b.local_s)
        for outlet, a, b in zip(outlets, begin, end, strict=True)
        if a is not None and b is not None and b.local_s > a.local_s
    )
    count, until = 0, float("-inf")
    at: tuple[str, ...] = ()
    for outlet, a, b in spans:
        if outlet != at:
            at, until = outlet, float("-inf")
        count += a < until
        until = max(until, b)
    return count
