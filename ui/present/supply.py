"""What the supply step shows: capacity now, the load by hour, headroom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

import data
from grid.findings import Severity
from grid.model import Earthing, TimedLimit
from planner.model.project import Project
from planner.model.site import LoadProfile, Site
from planner.model.storage import Battery, Solar

CODES = {
    "iec60364": "IEC 60364", "bs7671": "BS 7671", "vde0100": "DIN VDE 0100", "nec": "NEC",
}  # fmt: skip
_PME_WORDS = {
    "tt-electrode": "TT, own electrode", "open-pen-device": "Open-PEN device",
    "isolating-transformer": "Isolating transformer", "balanced": "Balanced, 70 V proof",
}  # fmt: skip
CapacityLine = tuple[str, float, float, Severity | None]


def capacity_lines(site: Site) -> tuple[CapacityLine, ...]:
    """Return title, kW, limit in kVA and mark of each bound on the site now."""
    if site.supply is None:
        return ()
    peak_kw = site.profile.peak_kw if site.profile else 0.0
    lines: list[CapacityLine] = [
        _bounded("Existing peak, agreed capacity", peak_kw, site.supply.agreed_kva)
    ]
    if site.supply.transformer is not None:
        rated = site.supply.transformer.rated_kva
        lines.append(_bounded("Existing peak, transformer", peak_kw, rated))
    return tuple(lines)


def _bounded(title: str, value: float, limit: float) -> CapacityLine:
    mark = Severity.ERROR if value > limit else None
    return (title, value, limit, mark)


def pme_decisions(project: Project) -> tuple[tuple[str, str, str], ...]:
    """Return key, words and explanation of each measure on a PME supply; none elsewhere."""
    supply = project.site.supply
    if supply is None or supply.earthing is not Earthing.TN_C_S or project.site.region != "gb":
        return ()
    undecided = ("open", "Not decided", "Until it is decided, the price holds a provisional sum.")
    rows = data.open_table("protection/open_pen")
    return (
        undecided,
        *(
            (row.text("decision"), _PME_WORDS.get(row.text("decision"), row.text("decision")),
             f"{row.text('text')}; {row.text('clause')}.")
            for row in rows
        ),
    )  # fmt: skip


def timed_words(timed: TimedLimit) -> str:
    """Say in which hours less is agreed."""
    return f"{timed.kva:,.0f} kVA from {timed.from_h:02d}:00 to {timed.to_h:02d}:00, every day"


def battery_words(battery: Battery) -> str:
    """Say how large a battery is."""
    return f"{battery.name}, {battery.discharge_kw:g} kW"


def yield_words(solar: Sequence[Solar]) -> str:
    """Say how much a year brings and how that is known."""
    kwh = sum(sum(s.monthly_kwh) for s in solar)
    by_time = all(s.measured is not None for s in solar)
    return f"{kwh / 1000:,.1f} MWh a year, {'by time' if by_time else 'of a typical year'}."


def export_words(project: Project) -> str:
    """Say what the site may feed back."""
    if project.export_kw is None:
        return "The export limit is not known; enter it with all fields of the supply."
    return f"Up to {project.export_kw:,.0f} kW may be fed back."


@dataclass(frozen=True, slots=True)
class YearMap:
    """Mean kW by day (columns) and hour (rows), NaN where nothing was read."""

    kw: npt.NDArray[np.float64]
    first_day: str
    peak_text: str
    peak_at: tuple[int, int]


def year_map(profile: LoadProfile) -> YearMap:
    """Arrange a load profile as hours by days in the profile's own time zone."""
    try:
        zone = ZoneInfo(profile.zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    start = profile.start.astimezone(zone)
    offset_h = start.hour + start.minute / 60
    hours = (offset_h + np.arange(len(profile.kw)) * profile.interval_min / 60).astype(int)
    days = int(hours[-1]) // 24 + 1
    total = np.bincount(hours, weights=profile.kw, minlength=days * 24)
    seen = np.bincount(hours, minlength=days * 24)
    mean = np.where(seen > 0, total / np.maximum(seen, 1), np.nan)
    grid = mean.reshape(days, 24).T
    top = int(np.argmax(profile.kw))
    when = (profile.start + timedelta(minutes=top * profile.interval_min)).astimezone(zone)
    text = f"{when:%a} {when.day} {when:%b}, {when:%H:%M}  {profile.peak_kw:,.0f} kW"
    return YearMap(grid, f"{start:%Y-%m-%d}", text, (int(hours[top]) // 24, int(hours[top]) % 24))


def mean_day(profile: LoadProfile) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return mean and highest kW by hour of day."""
    grid = year_map(profile).kw
    return np.nanmean(grid, axis=1), np.nanmax(grid, axis=1)


def load_duration(kw: npt.NDArray[np.float64], points: int = 400) -> npt.NDArray[np.float64]:
    """Return the load sorted from high to low, thinned for a plot."""
    ordered = np.sort(kw)[::-1]
    picked = np.linspace(0, len(ordered) - 1, min(points, len(ordered))).astype(int)
    return np.asarray(ordered[picked])
