"""The pictures of a year."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from planner.checks import year_figures as figures
from planner.documents.palette import LIGHT
from planner.documents.plan.svg import number, tag, text
from planner.documents.year.axes import SMALL, Axes, legend, round_ticks, steps
from planner.model.year import YearResult

WIDE, HALF = 660.0, 324.0
LEVELS = 18
TOTAL, EXISTING = LIGHT.accent, LIGHT.text2
Reals = npt.NDArray[np.float64]


def pictures(year: YearResult) -> Mapping[str, str]:
    """Draw everything: week, days, map, duration and voltage, each with its title as key."""
    monday = figures.week(year, year.worst_step).first_day
    return {
        f"Week with the highest draw, from {monday.day} {monday:%B %Y}, kVA": week(year),
        "Highest and lowest draw of each day, kVA": days(year),
        "Draw by hour and day, kVA": hour_map(year),
        "Load duration, kVA over % of time": duration(year),
        "Voltage along the feeders, of nominal over metres": voltage(year),
    }


def _frame(year: YearResult, x1: float, width: float, height: float, top_of: Reals) -> Axes:
    known = top_of[np.isfinite(top_of)]
    high = max(float(known.max(initial=1.0)), year.agreed_kva)
    low = min(0.0, float(known.min(initial=0.0)))
    ticks = round_ticks(low, 1.03 * high)
    return Axes(width, height, 0.0, x1, ticks[0], ticks[-1], top=24.0)


def _ticks(axes: Axes) -> list[str]:
    return axes.y_grid(round_ticks(axes.y0, axes.y1))


def week(year: YearResult, width: float = WIDE, height: float = 165.0) -> str:
    """Draw the local week that holds the highest draw: existing load, draw, agreed capacity."""
    shown = figures.week(year, year.worst_step)
    whole = 24.0 * max(1, shown.days)
    axes = _frame(year, whole, width, height, np.maximum(shown.kva, shown.existing_kw))
    names = [(24 * n + 12, f"{shown.first_day + timedelta(days=n):%a %d %b}") for n in range(7)]
    days = [
        tag("line", x1=axes.x(24 * n), x2=axes.x(24 * n), y1=axes.top, y2=height - axes.bottom,
            stroke=LIGHT.border, stroke_width=1)
        for n in range(1, shown.days)
    ]  # fmt: skip
    x, existing = steps(shown.hours, shown.existing_kw, year.hours)
    _, drawn = steps(shown.hours, shown.kva, year.hours)
    at, kva = float(shown.hours[shown.peak]), float(shown.kva[shown.peak])
    dot = tag("circle", cx=axes.x(at + year.hours / 2), cy=axes.y(kva), r=3.2, fill=LIGHT.surface,
              stroke=LIGHT.keep_out, stroke_width=1.6)  # fmt: skip
    return axes.svg(
        *_ticks(axes), *days, *axes.x_ticks(n for n in names if n[0] < whole),
        axes.area(x, np.minimum(existing, drawn), drawn, LIGHT.bay_served),
        axes.line(x, existing, EXISTING, 1.2, "4 2"), axes.line(x, drawn, TOTAL, 1.6),
        axes.level(year.agreed_kva, f"agreed {year.agreed_kva:,.0f} kVA"), dot,
        legend([("Draw at the intake, kVA", TOTAL, "none"), ("Existing load, kW", EXISTING, "4 2")],
               axes.left, 12),
        label=f"Highest draw {kva:,.0f} kVA on {year.when(year.worst_step)}",
    )  # fmt: skip


def days(year: YearResult, width: float = WIDE, height: float = 138.0) -> str:
    """Draw the range of each day over the year."""
    shown = figures.day_peaks(year)
    x = np.asarray(np.arange(len(shown.highest)) + 0.5, dtype=np.float64)
    axes = _frame(year, float(len(x)), width, height, shown.highest)
    return axes.svg(
        *_ticks(axes), *axes.x_ticks(_months(shown.first_day, len(x))),
        axes.area(x, shown.lowest, shown.highest, LIGHT.bay_served),
        axes.line(x, shown.highest, TOTAL, 1.3), axes.line(x, shown.mean, EXISTING, 1.1, "4 2"),
        axes.level(year.agreed_kva, f"agreed {year.agreed_kva:,.0f} kVA"),
        legend([("Highest of the day", TOTAL, "none"), ("Mean", EXISTING, "4 2")], axes.left, 12),
        label="Highest, mean and lowest draw of each day",
    )  # fmt: skip


def _months(first: date, count: int) -> Iterator[tuple[float, str]]:
    """Name months at their middle, or single days where there are few."""
    if count < 45:
        every = max(1, count // 8)
        for n in range(0, count, every):
            yield n + 0.5, f"{first + timedelta(days=n):%d %b}"
        return
    day = first
    while (day - first).days < count:
        length = calendar.monthrange(day.year, day.month)[1] - day.day + 1
        start = (day - first).days
        if min(length, count - start) >= 10:
            yield start + min(length, count - start) / 2, f"{day:%b}"
        day += timedelta(days=length)


def hour_map(year: YearResult, width: float = WIDE, height: float = 144.0) -> str:
    """Draw the highest draw of each hour of each day as coloured cells, midnight below."""
    shown = figures.hour_by_day(year, year.intake_kva)
    axes = Axes(width, height, 0.0, shown.value.shape[1], 0.0, 24.0, top=24.0)
    low, high = float(np.nanmin(shown.value)), float(np.nanmax(shown.value))
    share = (shown.value - low) / max(high - low, 1e-9)
    level = np.where(np.isnan(share), -1, np.minimum(share * LEVELS, LEVELS - 1)).astype(int)
    cells = [_cells(axes, level == n, ramp((n + 0.5) / LEVELS)) for n in range(LEVELS)]
    hours = [
        text(words, axes.left - 5, axes.y(at) + 3, SMALL, LIGHT.text3, anchor="end")
        for at, words in ((0, "0"), (6, "6"), (12, "12"), (18, "18"), (24, "24 h"))
    ]
    peak = tag("circle", cx=axes.x(shown.peak_day + 0.5), cy=axes.y(shown.peak_hour + 0.5), r=4,
               fill="none", stroke=LIGHT.keep_out, stroke_width=1.6)  # fmt: skip
    return axes.svg(
        *hours, *axes.x_ticks(_months(shown.first_day, shown.value.shape[1])),
        tag("g", *cells, shape_rendering="crispEdges"), peak, *_scale(axes, low, high),
        label=f"Highest draw by hour and day, {low:,.0f} to {high:,.0f} kVA",
    )  # fmt: skip


def ramp(share: float) -> str:
    """Return a colour of the palette's sequence, light for low."""
    at = np.clip(share, 0, 1) * (len(LIGHT.kw) - 1)
    n = min(int(at), len(LIGHT.kw) - 2)
    one, two = (tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in LIGHT.kw[n : n + 2])
    return "#" + "".join(
        f"{round(a + (b - a) * (at - n)):02X}" for a, b in zip(one, two, strict=True)
    )


def _cells(axes: Axes, there: npt.NDArray[np.bool_], fill: str) -> str:
    """Fill cells of one colour in one path, neighbours in a column joined."""
    edge = np.diff(np.pad(there.astype(np.int8), ((1, 1), (0, 0))), axis=0)
    begin, end = np.argwhere(edge.T == 1), np.argwhere(edge.T == -1)
    wide = axes.x(1) - axes.x(0)
    words = [
        f"M{number(axes.x(day))} {number(axes.y(low))}h{number(wide + 0.05)}"
        f"V{number(axes.y(high))}h-{number(wide + 0.05)}z"
        for (day, low), (_, high) in zip(begin.tolist(), end.tolist(), strict=True)
    ]
    return tag("path", d="".join(words), fill=fill) if words else ""


def _scale(axes: Axes, low: float, high: float) -> Iterator[str]:
    left = axes.width - axes.right - 190
    yield text(f"{low:,.0f}", left - 4, 13, SMALL, LIGHT.text2, anchor="end")
    for n in range(LEVELS):
        yield tag("rect", x=left + n * 130 / LEVELS, y=5, width=130 / LEVELS + 0.3, height=9,
                  fill=ramp((n + 0.5) / LEVELS))  # fmt: skip
    yield text(f"{high:,.0f} kVA", left + 134, 13, SMALL, LIGHT.text2)


def duration(year: YearResult, width: float = HALF, height: float = 165.0) -> str:
    """Draw how long each draw is reached or passed."""
    drawn, existing = figures.duration(year.intake_kva), figures.duration(year.existing_kw)
    axes = _frame(year, 100.0, width, height, drawn.value)
    return axes.svg(
        *_ticks(axes), *axes.x_ticks((n, f"{n} %") for n in (0, 25, 50, 75)),
        axes.line(existing.share_pct, existing.value, EXISTING, 1.2, "4 2"),
        axes.line(drawn.share_pct, drawn.value, TOTAL, 1.8),
        axes.level(year.agreed_kva, f"agreed {year.agreed_kva:,.0f} kVA"),
        legend([("Draw, kVA", TOTAL, "none"), ("Existing, kW", EXISTING, "4 2")], axes.left, 12),
        label="Load duration over the year",
    )  # fmt: skip


def voltage(year: YearResult, width: float = HALF, height: float = 165.0) -> str:
    """Draw voltage over distance: the busiest interval in full, the year's lowest dashed."""
    legs = figures.voltage_profile(year)
    lowest = figures.voltage_profile(year, lowest=True)
    known = [p for leg in (*legs, *lowest) for p in (leg.start_pu, leg.end_pu)] or [1.0]
    ticks = round_ticks(min(known) - 0.002, max(known) + 0.002, 4)
    far = max((leg.end_m for leg in legs), default=1.0)
    metres = round_ticks(0.0, far, 4)
    axes = Axes(width, height, 0.0, metres[-1], ticks[0], ticks[-1], top=24.0, left=42.0)
    parts = [_leg(axes, leg, LIGHT.cable, "3 2", 0.9) for leg in lowest]
    parts += [_leg(axes, leg, LIGHT.feeder, "none", 1.5) for leg in legs]
    parts += [
        tag("circle", cx=axes.x(leg.end_m), cy=axes.y(leg.end_pu), r=1.9, fill=LIGHT.feeder)
        for leg in legs
    ]
    names = [(m, f"{m:g} m") for m in metres[:-1]]
    return axes.svg(
        *axes.y_grid(ticks, 3), *axes.x_ticks(names), *parts, *_far_end(axes, lowest),
        legend([("At the peak", LIGHT.feeder, "none"), ("Lowest of the year", LIGHT.cable, "3 2")],
               axes.left, 12),
        label="Voltage along the feeders",
    )  # fmt: skip


def _leg(axes: Axes, leg: figures.ProfileLeg, ink: str, dash: str, width: float) -> str:
    x, y = np.array([leg.start_m, leg.end_m]), np.array([leg.start_pu, leg.end_pu])
    return axes.line(x, y, ink, width, dash)


def _far_end(axes: Axes, legs: tuple[figures.ProfileLeg, ...]) -> Iterator[str]:
    """Name the place with the lowest voltage."""
    if legs:
        worst = min(legs, key=lambda leg: (leg.end_pu, leg.to_id))
        yield text(worst.name, min(axes.x(worst.end_m), axes.width - 4), axes.y(worst.end_pu) + 11,
                   SMALL, LIGHT.text2, anchor="end", weight=500, halo=LIGHT.surface)  # fmt: skip
