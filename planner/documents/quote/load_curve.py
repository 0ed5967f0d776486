"""The day's load against its limit as a small vector figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from grid.findings import Severity
from planner.documents.palette import LIGHT
from planner.documents.plan.svg import number, tag, text
from planner.model.outcome import Outcome
from planner.model.site import LoadProfile, Site

WIDTH, HEIGHT = 660.0, 270.0
LEFT, RIGHT, TOP, BOTTOM = 34.0, 128.0, 10.0, 20.0
STEP_MIN = 15
Curve = npt.NDArray[np.float64]


def load_curve(site: Site, outcome: Outcome) -> str:
    """Draw the busiest day of charging on top of the highest existing load by hour."""
    charging = busiest_day_kw(outcome.service.load_kw, outcome.service.step_min)
    existing = highest_by_hour_kw(site.profile) if site.profile else None
    total = charging if existing is None else charging + existing
    lines = [DayLine("With charging", total, LIGHT.accent, 2.0)]
    if existing is not None:
        lines.append(DayLine("Existing, highest", existing, LIGHT.text2, 1.4, "5 3"))
    if site.supply:
        limit = site.supply.agreed_kva
        ink = LIGHT.mark[Severity.ERROR]
        level = np.full(len(total), limit)
        lines.append(DayLine(f"Agreed {limit:,.0f} kVA", level, ink, 1.5))
    return day_figure(lines)


@dataclass(frozen=True, slots=True, eq=False)
class DayLine:
    """One line of a day's figure: 96 quarter-hours in kW, named at its right end."""

    label: str
    kw: Curve
    ink: str
    width: float
    dash: str = "none"


def day_figure(lines: Sequence[DayLine], height: float = HEIGHT) -> str:
    """Draw the lines of one day over a common axis, the first one undermost."""
    top = _nice(max(1.0, *(float(line.kw.max()) for line in lines)))
    parts = [*_grid(top, height)]
    parts += [_line(line, top, height) for line in lines]
    ends = [(_y(float(line.kw[-1]), top, height), line.label, line.ink) for line in lines]
    parts += _labels(ends, height)
    return tag(
        "svg", *parts, xmlns="http://www.w3.org/2000/svg", width=WIDTH, height=height,
        viewBox=f"0 0 {WIDTH:g} {height:g}", font_family="Inter",
    )  # fmt: skip


def busiest_day_kw(load_kw: Curve, step_min: int) -> Curve:
    """Return the day with the highest peak in quarter-hours, midnight to midnight."""
    per_day = 24 * 60 // step_min
    days = len(load_kw) // per_day
    if not days:
        return np.zeros(24 * 60 // STEP_MIN)
    shaped = load_kw[: days * per_day].reshape(days, per_day)
    return _quarters(shaped[int(shaped.max(axis=1).argmax())], step_min)


def highest_by_hour_kw(profile: LoadProfile) -> Curve:
    """Return the highest existing load at each local time of day, over the whole profile."""
    per_day = 24 * 60 // profile.interval_min
    minutes = local_minutes(profile)
    slot = (minutes // profile.interval_min).astype(int) % per_day
    highest = np.zeros(per_day)
    np.maximum.at(highest, slot, profile.kw)
    return _quarters(highest, profile.interval_min)


def local_minutes(profile: LoadProfile) -> Curve:
    """Return minutes after local midnight at the start of each interval.

    The offset is looked up once a day, so the two nights of the clock change may be
    off by an hour for some intervals.
    """
    try:
        zone = ZoneInfo(profile.zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    start = profile.start
    minutes = np.arange(len(profile.kw)) * profile.interval_min
    days = minutes // (24 * 60)
    offset = np.array([_offset_min(start + timedelta(days=d), zone) for d in range(days[-1] + 1)])
    first = start.hour * 60 + start.minute
    return np.asarray((first + minutes + offset[days]) % (24 * 60), dtype=np.float64)


def _offset_min(moment: datetime, zone: ZoneInfo) -> float:
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return offset.total_seconds() / 60


def _quarters(day: Curve, step_min: int) -> Curve:
    """Hold or average a day's values to quarter-hours."""
    if step_min >= STEP_MIN:
        return np.repeat(day, step_min // STEP_MIN)
    return np.asarray(day.reshape(-1, STEP_MIN // step_min).mean(axis=1), dtype=np.float64)


def _nice(top: float) -> float:
    """Return a round axis end a little above the value."""
    power = 10.0 ** np.floor(np.log10(top))
    return float(
        next(s * power for s in (1, 1.5, 2, 3, 4, 5, 6, 8, 10, 12) if s * power >= 1.04 * top)
    )


def _x(hour: float) -> float:
    return LEFT + hour / 24 * (WIDTH - LEFT - RIGHT)


def _y(kw: float, top: float, height: float) -> float:
    return TOP + (1 - kw / top) * (height - TOP - BOTTOM)


def _grid(top: float, height: float) -> Sequence[str]:
    parts = []
    for n in range(5):
        y = _y(top * n / 4, top, height)
        parts.append(tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, stroke=LIGHT.border,
                         stroke_width=1))  # fmt: skip
        parts.append(text(f"{top * n / 4:,.0f}", LEFT - 6, y + 3, 9, LIGHT.text3, anchor="end"))
    for hour in range(0, 25, 4):
        words = f"{hour:02}:00"
        parts.append(text(words, _x(hour), height - 5, 9, LIGHT.text3, anchor="middle"))
    return parts


def _line(line: DayLine, top: float, height: float) -> str:
    """Draw a step line: each value holds for its quarter-hour."""
    points = []
    for n, kw in enumerate(line.kw.tolist()):
        y = number(_y(kw, top, height))
        points += [f"{number(_x(n / 4))} {y}", f"{number(_x((n + 1) / 4))} {y}"]
    return tag("path", d="M" + "L".join(points), fill="none", stroke=line.ink,
               stroke_width=line.width, stroke_dasharray=line.dash,
               stroke_linejoin="round")  # fmt: skip


def _labels(labels: list[tuple[float, str, str]], height: float) -> Sequence[str]:
    """Name each line at its right end, pushed apart where they would touch, above the hours."""
    places, lowest = [], -99.0
    for y, _, _ in sorted(labels):
        lowest = max(y + 3, lowest + 12)
        places.append(lowest)
    most = height - BOTTOM + 3
    for at, place in reversed(list(enumerate(places))):
        places[at] = min(place, most)
        most = places[at] - 12
    return [
        text(words, WIDTH - RIGHT + 8, place, 9.5, ink, weight=500)
        for place, (_, words, ink) in zip(places, sorted(labels), strict=True)
    ]
