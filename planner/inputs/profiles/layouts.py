"""Known layouts as data: what a header cannot say about its columns.

A layout is recognised by words in its header. A new one is a new row here;
everything a header does say is found out by the general detector.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """`header` words must all occur; `value` names the column, `unit` its unit."""

    name: str
    header: tuple[str, ...]
    value: str = ""
    unit: str = ""
    stamps: str = ""
    why: str = ""


LAYOUTS = (
    Layout(
        "register and consumption side by side",
        ("ablesezeitpunkt", "zaehlerstand einheitstarif", "verbrauch einheitstarif"),
        value="verbrauch einheitstarif", unit="kWh", stamps="end",
        why="registers of this operator count kWh and are stamped when they are read",
    ),
    Layout(
        "half-hourly settlement data by column",
        ("mpan", "hh01", "hh48"), unit="kWh", stamps="start",
        why="settlement half-hours are kWh",
    ),
    Layout(
        "half-hourly readings, consumption in kWh",
        ("consumption (kwh)", "start", "end"), unit="kWh", stamps="start",
        why="the header names both",
    ),
)  # fmt: skip


def recognise(header: str) -> Layout | None:
    """Return the layout whose words all occur in the header text."""
    text = header.casefold()
    return next((layout for layout in LAYOUTS if all(w in text for w in layout.header)), None)
