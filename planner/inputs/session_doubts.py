"""What a reader of sessions should be told before trusting them; nothing is changed here."""

from __future__ import annotations

import re

from planner.inputs.profiles.raw import RawTable
from planner.inputs.profiles.stamps import Stamp
from planner.inputs.report import Action, Report
from planner.inputs.session_columns import Columns

_OUTLET = re.compile(
    r"^(station|outlet|connector|evse|charge ?point|charger|cp ?id|space|socket|port"
    r"|lades[äa]ule|ladepunkt|anschluss|borne|point de charge)"
)
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
    column = _outlet_column(raw, columns)
    if column < 0:
        return
    both = _overlaps([str(v) for v in raw.column(column, columns.first)], begin, end)
    if both:
        report.say(
            Action.ACCEPT, "SES-OVERLAP",
            f"{both:,} of {len(begin):,} sessions begin before the one before at the same "
            f"'{raw.text(columns.first - 1, column)}' ends; each is kept as a car of its own",
            remedy="check whether that column names outlets or posts with several",
        )  # fmt: skip


def _outlet_column(raw: RawTable, columns: Columns) -> int:
    """Return the column that names outlets; with several (post and connector) it is open."""
    head = columns.first - 1
    named = [
        c
        for c in range(len(raw.rows[head]))
        if _OUTLET.search(re.sub(r"[_\s]+", " ", raw.text(head, c)).strip().casefold())
    ]
    return named[0] if len(named) == 1 else -1


def _overlaps(outlets: list[str], begin: list[Stamp | None], end: list[Stamp | None]) -> int:
    """Count the sessions that begin while another is at the same outlet."""
    spans = sorted(
        (outlet, a.local_s, b.local_s)
        for outlet, a, b in zip(outlets, begin, end, strict=True)
        if a is not None and b is not None and b.local_s > a.local_s
    )
    count, until, at = 0, 0.0, ""
    for outlet, a, b in spans:
        if outlet != at:
            at, until = outlet, float("-inf")
        count += a < until
        until = max(until, b)
    return count
