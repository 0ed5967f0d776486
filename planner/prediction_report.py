"""A prediction from a table of sessions: which days are learnt, and what to know about them."""

from __future__ import annotations

import math
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from planner.charging.delivered import delivered_pct, predict_delivered_pct
from planner.demand.prediction import daily_peaks_kw, learn, predict
from planner.inputs.problem import InputError
from planner.inputs.sessions import SessionTable
from planner.model.demand import pick

FEWEST_DAYS = 5
"""Days with sessions below which nothing is predicted (assumption)."""
FEW_DAYS = 15
"""Days with sessions below which a prediction comes with a warning (assumption)."""


CAP_SHARE = 0.4
"""Cap taken where none is given: 40 % of the predicted peak, which workplaces bear well
(99.5 % of the energy; ACN records, reference of the archetypes)."""


def predicted(
    table: SessionTable, learn_text: str | None, predict_text: str | None, closed_text: str,
    cap_kw: float | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return a prediction, what was recorded on the same days, and notes.

    With load management to `cap_kw` (least time to spare first, an outlet for everyone)
    the share of energy delivered is predicted, too.

    Raises
    ------
    InputError
        Where the periods are no periods or the record says too little in them.
    """
    if not (learn_text and predict_text):
        raise InputError(
            table.file, "", "a prediction needs two periods",
            "give both --learn 2019-05 and --predict 2019-06",
        )  # fmt: skip
    if cap_kw is not None and not 0 < cap_kw < math.inf:
        raise InputError("--cap", "", f"{cap_kw:g} kW is no cap", "give a number above 0")
    s = table.sessions
    day = (s.arrive_min // 1440).astype(np.int64)
    record = range(int(day.min()), int(day.max()) + 1)
    target = period(predict_text, table.monday, "--predict")
    wanted = period(learn_text, table.monday, "--learn")
    learnt = range(max(wanted.start, record.start), min(wanted.stop, record.stop))
    busy = np.unique(day[(day >= learnt.start) & (day < learnt.stop)])
    _check_days(table, learn_text, busy, record)
    closed = _closed(closed_text, table.monday, target)
    model = learn(s, learnt)
    found = predict(model, target, closed=closed)
    cap_kw = round(CAP_SHARE * found.peak_p95_kw, 1) if cap_kw is None else cap_kw
    delivered, band = predict_delivered_pct(model, target, cap_kw)
    result: dict[str, Any] = {
        **asdict(found),
        "cap_kw": cap_kw,
        "delivered_pct": delivered,
        "delivered_band_pct": band,
        "closed_days_left_out": [str(table.monday + timedelta(d)) for d in model.level.closed],
        "level_changed_on": None
        if model.level.changed is None
        else str(table.monday + timedelta(model.level.changed)),
        "notes": _notes(table, wanted, learnt, target, len(busy)),
    }
    seen = range(max(target.start, record.start), min(target.stop, record.stop))
    if seen:
        here = (day >= seen.start) & (day < seen.stop)
        for key, spread in (("peak", False), ("spread", True)):
            peaks = daily_peaks_kw(s, seen.stop, spread=spread)[seen.start :]
            result[f"recorded_{key}_p95_kw"] = round(float(np.quantile(peaks, 0.95)), 1)
        result["recorded_cars_per_day"] = round(float(here.sum()) / len(seen), 1)
        result["recorded_delivered_pct"] = round(
            delivered_pct(pick(s, np.flatnonzero(here)), cap_kw), 2
        )
        kwh = float(s.energy_kwh[here].sum()) / len(seen)
        result["recorded_energy_kwh_per_day"] = round(kwh, 1)
        if len(seen) < len(target):
            result["notes"].append(f"Recorded are {len(seen)} of the {len(target)} days.")
    return result


def period(text: str, monday: date, option: str) -> range:
    """Return the days of a month (2019-05) or of A..B, both included, counted from Monday."""
    begin, _, end = text.partition("..")
    first, last = _ends(begin, option)[0], _ends(end or begin, option)[1]
    if last < first or (last - monday).days < 0:
        raise InputError(
            option, "", f"'{text}' ends before it begins or lies before the record",
            f"choose days from {monday} on",
        )  # fmt: skip
    return range(max((first - monday).days, 0), (last - monday).days + 1)


def _ends(text: str, option: str) -> tuple[date, date]:
    """Return the first and the last day of a month, or a day twice."""
    text = text.strip()
    try:
        if len(text) == 7:
            first = date.fromisoformat(f"{text}-01")
            return first, (first + timedelta(32)).replace(day=1) - timedelta(1)
        day = date.fromisoformat(text)
    except ValueError:
        raise InputError(
            option, "", f"'{text}' is no period", "write 2019-05, or 2019-05-01..2019-05-20"
        ) from None
    return day, day


def _check_days(table: SessionTable, text: str, busy: npt.NDArray[np.int64], record: range) -> None:
    """Refuse to predict from too few days."""
    first, last = (table.monday + timedelta(d) for d in (record.start, record.stop - 1))
    where = f"choose days between {first} and {last}, a month or more"
    if len(record) < 28:
        where = f"the record goes from {first} to {last} only: record for a month or more"
    if len(busy) < FEWEST_DAYS:
        raise InputError(
            table.file, "", f"sessions lie on {len(busy)} of the days of {text}, "
            "too few to learn from", where,
        )  # fmt: skip


def _closed(text: str, monday: date, target: range) -> list[int]:
    """Return the closed days among those to predict."""
    found = []
    for part in filter(None, text.split(",")):
        day = (_ends(part, "--closed")[0] - monday).days
        if day not in target:
            raise InputError(
                "--closed", "", f"{part.strip()} is not among the days to predict",
                "name days of --predict, or leave it out",
            )  # fmt: skip
        found.append(day)
    return found


def _notes(
    table: SessionTable, wanted: range, learnt: range, target: range, busy: int
) -> list[str]:
    notes = []
    if learnt != wanted:
        first, last = (table.monday + timedelta(d) for d in (learnt.start, learnt.stop - 1))
        notes.append(f"Learnt from {first} to {last}, as far as the record goes.")
    if busy < FEW_DAYS:
        notes.append(f"Only {busy} days with sessions are learnt from; the band is too narrow.")
    if set(target) & set(learnt):
        notes.append("Days to predict are among those learnt, so agreement proves nothing.")
    return notes


def prediction_lines(p: dict[str, Any]) -> list[str]:
    """Word a prediction for a reader."""
    rows = (
        ("Daily peak, P95, kW", "peak_p95_kw", "peak_band_kw"),
        ("The same, spread, kW", "spread_p95_kw", "spread_band_kw"),
        ("Cars per day", "cars_per_day", "cars_band"),
        ("Energy, kWh per day", "energy_kwh_per_day", "energy_band_kwh"),
        (f"Delivered at {p['cap_kw']:g} kW, %", "delivered_pct", "delivered_band_pct"),
    )
    lines = [f"{'Predicted':26}{'value':>9}{'nine months in ten':>22}{'recorded':>11}"]
    for label, key, band in rows:
        recorded = p.get(f"recorded_{key}")
        told = "" if recorded is None else f"{recorded:11.1f}"
        low, high = p[band]
        lines.append(f"{label:26}{p[key]:9.1f}{f'{low:.1f} to {high:.1f}':>22}{told}")
    lines.append(
        "Peaks without load management, and with every car spread over its stay. Delivered is the "
        "share of the energy under that cap, with an outlet for everyone."
    )
    if p["closed_days_left_out"]:
        lines.append(f"Left out as closed: {', '.join(p['closed_days_left_out'])}.")
    if p["level_changed_on"]:
        lines.append(f"The level changed on {p['level_changed_on']}; only what follows counts.")
    return [*lines, *p["notes"]]
