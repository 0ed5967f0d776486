"""From stamped values to one regular series: order, interval, gaps, duplicates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from planner.inputs.problem import InputError
from planner.inputs.profiles.options import DUPLICATES, FILLS, ProfileOptions
from planner.inputs.report import Action, Report

Floats = npt.NDArray[np.float64]
Seconds = npt.NDArray[np.int64]
INTERVALS_MIN = (1, 2, 3, 5, 6, 10, 12, 15, 20, 30, 60)
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Series:
    """Mean values per interval from `start_s` (UTC); NaN where nothing was measured."""

    start_s: int
    interval_min: int
    values: Floats


def usual_step_s(utc: Seconds) -> int:
    """Return the most frequent positive difference between neighbours."""
    steps = np.diff(np.unique(utc))
    if not len(steps):
        return 0
    values, counts = np.unique(steps, return_counts=True)
    return int(values[counts.argmax()])


def check_interval(step_s: int, file: str) -> int:
    """Return the interval in minutes, or say why it cannot be used."""
    if step_s and step_s % 60 == 0 and step_s // 60 in INTERVALS_MIN:
        return step_s // 60
    if step_s == DAY_S:
        raise InputError(
            file, "", "the values are daily, which gives energy but no peak",
            "export values of an hour or less, or spread them over the day with --resample",
            question=True,
        )  # fmt: skip
    text = f"{step_s / 60:g} min" if step_s else "unknown"
    if step_s > DAY_S:
        text = f"{step_s / DAY_S:g} days"
    raise InputError(
        file, "", f"the interval is {text}", "export values every 5, 10, 15, 30 or 60 minutes"
    )


def merge_duplicates(
    utc: Seconds, values: Floats, options: ProfileOptions, report: Report,
    show: Callable[[int], str],
) -> tuple[Seconds, Floats]:  # fmt: skip
    """Leave one value per time, by the user's rule; without one, ask."""
    unique, first, counts = np.unique(utc, return_index=True, return_counts=True)
    if len(unique) == len(utc):
        return utc, values
    twice = unique[counts > 1]
    rule = options.duplicates
    if rule is None:
        report.say(
            Action.ASK, "PRF-DUPLICATE",
            f"{len(twice):,} times occur more than once, the first is {show(int(twice[0]))}",
            "", f"say which value counts with --duplicates {'|'.join(DUPLICATES)}",
        )  # fmt: skip
        return unique, values[first]
    group = np.searchsorted(unique, utc)
    if rule == "first":
        merged = values[first]
    elif rule == "last":
        merged = np.empty(len(unique))
        merged[group] = values
    else:
        sums = np.bincount(group, weights=values).astype(np.float64)
        merged = sums / counts if rule == "mean" else sums
    report.say(Action.REPAIR, "PRF-DUPLICATE", f"{len(twice):,} repeated times merged by '{rule}'")
    return unique, merged


def on_grid(
    utc: Seconds, values: Floats, step_s: int, file: str, report: Report,
    show: Callable[[int], str],
) -> Series:  # fmt: skip
    """Put sorted, unique times on a regular grid; what is missing becomes NaN."""
    index, rest = np.divmod(utc - utc[0], step_s)
    if rest.any():
        odd = int(np.flatnonzero(rest)[0])
        if np.count_nonzero(rest) > 0.01 * len(utc):
            raise InputError(
                file, show(int(utc[odd])),
                f"the times do not keep to the interval of {step_s // 60} min",
                "export it with a regular interval",
            )  # fmt: skip
        report.say(
            Action.SKIP, "PRF-OFF-GRID",
            f"{np.count_nonzero(rest)} values lie between the intervals and were left out",
            show(int(utc[odd])),
        )  # fmt: skip
        keep = rest == 0
        index, values = index[keep], values[keep]
    size = int(index[-1]) + 1
    if size > max(20 * len(values), 200_000) or size > 20_000_000:
        raise InputError(
            file, "", f"the times span {size * step_s / DAY_S:,.0f} days, most of them empty",
            "check the dates of the first and last rows, or give the first time with --start "
            "if rows follow each other", question=True,
        )  # fmt: skip
    grid = np.full(size, np.nan)
    grid[index] = values
    return Series(int(utc[0]), step_s // 60, grid)


def runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return start and end (exclusive) of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], mask.astype(np.int8), [0]))))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def close_gaps(
    series: Series, options: ProfileOptions, report: Report, show: Callable[[int], str]
) -> tuple[Series, int]:
    """Fill missing values by the user's rule; without one, ask and name the gaps."""
    missing = np.isnan(series.values)
    count = int(missing.sum())
    if not count:
        return series, 0
    step_s = series.interval_min * 60
    lines = [
        (_span(series.start_s + a * step_s, series.start_s + b * step_s, show),
         f"{b - a:,} of {len(missing):,} values {'is' if b - a == 1 else 'are'} missing"
         f"{_leap_day(series, a, b)}")
        for a, b in runs(missing)
    ]  # fmt: skip
    if options.fill is None:
        report.several(
            Action.ASK, "PRF-GAP", lines, f"say how to fill them with --fill {'|'.join(FILLS)}"
        )
        return series, 0
    filled = _filled(series, missing, options.fill)
    report.several(Action.REPAIR, "PRF-GAP", [(p, f"{m}, filled") for p, m in lines])
    report.say(Action.REPAIR, "PRF-FILLED", f"{count:,} values filled by '{options.fill}'")
    return Series(series.start_s, series.interval_min, filled), count


def _span(begin: int, end: int, show: Callable[[int], str]) -> str:
    return f"{show(begin)} to {show(end)}"


def _leap_day(series: Series, begin: int, end: int) -> str:
    """Name 29 February where exactly that day is missing."""
    start = datetime.fromtimestamp(series.start_s + begin * series.interval_min * 60 + 43_200, UTC)
    day = (end - begin) * series.interval_min == 1_440
    return " (29 February)" if day and (start.month, start.day) == (2, 29) else ""


def _filled(series: Series, missing: npt.NDArray[np.bool_], rule: str) -> Floats:
    values = series.values.copy()
    if rule == "zero":
        values[missing] = 0.0
        return values
    if rule == "week":
        week = 7 * 24 * 60 // series.interval_min
        for shift in (week, -week, 2 * week, -2 * week):
            source = np.flatnonzero(np.isnan(values)) - shift
            inside = (source >= 0) & (source < len(values))
            values[source[inside] + shift] = series.values[source[inside]]
    left = np.isnan(values)
    if left.any():
        there = np.flatnonzero(~left)
        values[left] = np.interp(np.flatnonzero(left), there, values[there])
    return values


def interval_change(utc: Seconds, step_s: int) -> int | None:
    """Return the row from which another interval holds for at least four steps."""
    steps = np.diff(utc)
    other = (steps != step_s) & (steps > 0) & (steps <= DAY_S)
    for begin, end in runs(other):
        if end - begin >= 4 and len(np.unique(steps[begin:end])) == 1:
            return begin
    return None


def resample(
    utc: Seconds, energy: Floats, steps_s: Seconds, finest_s: int = 0
) -> tuple[Seconds, Floats, int]:
    """Spread energy evenly over the finest interval, or the one given; the sum stays the same."""
    finest = finest_s or int(np.gcd.reduce(steps_s))
    parts = steps_s // finest
    first = np.repeat(np.cumsum(parts) - parts, parts)
    inside = np.arange(int(parts.sum())) - first
    times = np.repeat(utc, parts) + inside * finest
    return times, np.repeat(energy / parts, parts), finest
