"""Findings of the year: what is out of its limits, where, first and worst when, how long."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.findings import Finding, Severity
from grid.model import Network
from grid.network.ageing import CURRENT_LIMIT, HOT_SPOT_LIMIT_C, OIL_LIMIT_C, ageing
from planner.checks.grid_findings import DROP_CLAUSE, OVERLOAD_CLAUSE, VOLTAGE_CLAUSE
from planner.checks.year_hours import cause
from planner.checks.year_scan import EN_FLOOR_PU, EN_HIGH_PU, Scan
from planner.checks.year_tally import Tally, tally
from planner.model.site import Site
from planner.model.year import YearResult, moment

CAPACITY_FIX = "Lower the charging limit, use larger cables or a larger transformer."
RATING_CLAUSE = "Rated current of the assembly (IEC 61439-1:2011, 5.3.1)"
BOARD_FIX = "Lower the charging limit, or feed part of it from another board."
CABLE_FIX = "Use larger cables or a lower charging limit."
NATIONAL = {"gb": (0.94, 1.10, "ESQCR 2002, regulation 27: 230 V +10 % −6 %")}
"""Bands that a country sets for supply terminals, narrower than EN 50160."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the findings name, and what is optional.

    `energy_price` is per kWh in the site's currency; with `ageing_ambient_c` the
    transformer's ageing is followed in air of that temperature.
    """

    site: Site
    network: Network
    names: Mapping[str, str]
    energy_price: float | None = None
    ageing_ambient_c: float | None = None

    def name(self, node: str) -> str:
        """Name a node in the user's words."""
        return self.names.get(node, node)


@dataclass(frozen=True, slots=True)
class _Check:
    """One limit: what is compared, in which words, and what to do about it.

    `sign` is −1 for a lower limit, whose tally holds negated values.
    """

    code: str
    words: str
    unit: str
    clause: str
    fix: str
    digits: int = 0
    sign: int = 1


def refused(site: Site, reason: str) -> Finding:
    """Say why no year was computed."""
    return Finding(
        "GRID-YEAR", Severity.ERROR, "supply", site.name, f"The year is not computed: {reason}.",
        fix="Report this network; the single load cases above still hold.",
    )  # fmt: skip


def all_of(c: Context, found: Scan, year: YearResult) -> tuple[Finding, ...]:
    """Check a scanned year; passed checks are findings of severity OK."""
    gaps = (*_unknown(c, found, year), *_unsolved(c, found, year))
    if not found.converged.any():
        return gaps
    return (
        *gaps, *_intake(c, found, year), *_boards(c, found, year), *_circuits(c, found, year),
        *_voltages(c, found, year), *_weeks(c, found), *_national(c, found, year),
        *_losses(c, found, year), *_ageing(c, found, year),
    )  # fmt: skip


def circuit_place(network: Network, names: Mapping[str, str], circuit_id: str) -> str:
    """Name a circuit by its ends."""
    d = network.circuits[circuit_id].demand
    return f"Circuit {d.id}, {names.get(d.from_id, d.from_id)} to {names.get(d.to_id, d.to_id)}"


def at(year: YearResult, step: int) -> str:
    """Write a moment in local time, with UTC where the series has a date."""
    utc = year.when_utc(step)
    return f"{year.when(step)}" + (f" ({utc})" if utc else "")


def _unknown(c: Context, found: Scan, year: YearResult) -> Iterable[Finding]:
    lost = np.flatnonzero(~found.known)
    if len(lost):
        yield Finding(
            "GRID-YEAR-GAP", Severity.ERROR, "supply", c.site.name,
            f"The load of {_intervals(len(lost))} is not a number, first on "
            f"{at(year, int(lost[0]))}; they are not checked.",
            value=float(len(lost)), limit=0.0, unit="intervals",
            fix="Import the load profile again and choose how to fill its gaps.",
        )  # fmt: skip


def _unsolved(c: Context, found: Scan, year: YearResult) -> Iterable[Finding]:
    lost = np.flatnonzero(found.known & ~found.converged)
    if not len(lost):
        return
    load = year.existing_kw + year.charging_kw
    worst = int(lost[np.argmax(load[lost])])
    spans = ", ".join(_spans(year, lost)[:3])
    why = cause(float(year.existing_kw[worst]), float(year.charging_kw[worst]))
    yield Finding(
        "GRID-YEAR-FLOW", Severity.ERROR, "supply", c.site.name,
        f"In {_intervals(len(lost))} no voltage exists that carries the load, by either of two "
        f"methods, first on {at(year, int(lost[0]))}: {spans}. The highest of them is "
        f"{load[worst]:,.0f} kW ({why}).",
        value=float(load[worst]), unit="kW", fix=CAPACITY_FIX,
    )  # fmt: skip


def _intervals(count: int) -> str:
    return f"{count:,} interval{'s' * (count > 1)}"


def _spans(year: YearResult, steps: npt.NDArray[np.int64]) -> list[str]:
    """Write runs of neighbouring intervals as "from to", times local."""
    runs = np.split(steps, np.flatnonzero(np.diff(steps) > 1) + 1)
    return [
        f"{year.when(int(r[0]))} for {len(r) * year.hours:g} h" for r in sorted(runs, key=len)[::-1]
    ]


def _intake(c: Context, found: Scan, year: YearResult) -> Iterable[Finding]:
    supply = c.network.supply
    peak = float(np.nanmax(found.intake_kva))
    over = math.ceil(peak - supply.agreed_kva)
    agreed = _Check(
        "GRID-YEAR-AGREED", "What the site draws", "kVA", "Connection agreement",
        f"Lower the charging limit by {over} kW or ask for {math.ceil(peak)} kVA.",
    )  # fmt: skip
    yield _one(c, year, agreed, found.intake_kva, supply.agreed_kva)
    if found.transformer_pct is not None and supply.transformer is not None:
        unit = _Check(
            "GRID-YEAR-TX", "The transformer's loading", "%", "Rating plate",
            "Lower the charging limit or choose a larger transformer.",
        )  # fmt: skip
        where = (supply.transformer.id, f"Transformer {supply.transformer.id}")
        yield _one(c, year, unit, found.transformer_pct, 100.0, where)


def _one(
    c: Context,
    year: YearResult,
    check: _Check,
    values: npt.NDArray[np.float64],
    limit: float,
    where: tuple[str, str] | None = None,
) -> Finding:
    """Check a single series."""
    single = tally(np.array([limit]))
    single.add(values[:, None], 0)
    subject, place = where or ("supply", c.site.name)
    return _finding(year, check, single, 0, subject, place)


def _boards(c: Context, found: Scan, year: YearResult) -> Iterable[Finding]:
    check = _Check(
        "GRID-YEAR-BOARD", "The current into this board", "A", RATING_CLAUSE, BOARD_FIX,
    )  # fmt: skip
    yield from _each(year, check, found.board_a, found.boards, c.name)


def _circuits(c: Context, found: Scan, year: YearResult) -> Iterable[Finding]:
    check = _Check(
        "GRID-YEAR-CIRCUIT", "The circuit's current", "A", OVERLOAD_CLAUSE,
        "Lower the charging limit or use a larger device and cable.",
    )  # fmt: skip
    yield from _each(
        year, check, found.circuit_a, found.circuits,
        lambda key: circuit_place(c.network, c.names, key),
    )  # fmt: skip


def _voltages(c: Context, found: Scan, year: YearResult) -> Iterable[Finding]:
    low = _Check("GRID-YEAR-VOLTAGE", "The lowest voltage", "pu", VOLTAGE_CLAUSE, CABLE_FIX, 3, -1)
    high = _Check(
        "GRID-YEAR-VOLTAGE", "The highest voltage", "pu", VOLTAGE_CLAUSE,
        "Ask for a lower transformer tap.", 3,
    )  # fmt: skip
    drop = _Check(
        "GRID-YEAR-DROP", "The drop from the main board", "%", DROP_CLAUSE,
        "Use a larger cable, or a pillar closer to this charger.", 1,
    )  # fmt: skip
    for check, t in ((low, found.low), (high, found.high), (drop, found.drop)):
        yield from _each(year, check, t, found.nodes, c.name)


def _each(
    year: YearResult, check: _Check, t: Tally, ids: Sequence[str], place: Callable[[str], str]
) -> Iterable[Finding]:
    """Report every element above its limit, or the closest one where none is."""
    if not ids:
        return
    over = [i for i in range(len(ids)) if t.over[i]]
    if not over:
        over = [int(np.argmax(t.peak / np.abs(t.limit)))]
    for i in sorted(over, key=lambda i: (-t.excess[i], ids[i])):
        yield _finding(year, check, t, i, ids[i], place(ids[i]))


def _finding(
    year: YearResult, check: _Check, t: Tally, column: int, subject: str, place: str
) -> Finding:
    peak, limit = check.sign * float(t.peak[column]), check.sign * float(t.limit[column])
    step = int(t.at[column])
    text = (
        f"{check.words} is {'at least' if check.sign < 0 else 'at most'} "
        f"{peak:,.{check.digits}f} {check.unit} in the year, on {at(year, step)}"
    )
    if not t.over[column]:
        return Finding(
            check.code, Severity.OK, subject, place, f"{text}.", check.clause, peak, limit,
            check.unit,
        )  # fmt: skip
    first = int(t.first[column])
    text += f"; the limit of {limit:,.{check.digits or 0}f} {check.unit} is "
    text += (
        f"{'undercut' if check.sign < 0 else 'exceeded'} in {t.over[column] * year.hours:,.1f} h"
    )
    if check.unit in {"A", "kVA", "%"} and check.code != "GRID-YEAR-DROP":
        text += f" by {t.excess[column] * year.hours:,.0f} {check.unit}·h"
    if first != step:
        text += f", first on {at(year, first)}"
    why = cause(float(year.existing_kw[step]), float(year.charging_kw[step]))
    return Finding(
        check.code, Severity.ERROR, subject, place, f"{text}. Cause: {why}.", check.clause, peak,
        limit, check.unit, check.fix,
    )  # fmt: skip


def _weeks(c: Context, found: Scan) -> Iterable[Finding]:
    """95 % of every week within ±10 %, and no moment below −15 % or above +10 %."""
    share, first_min, column = found.weeks.worst()
    floor, top = -float(found.low.peak.max()), float(found.high.peak.max())
    kept = share >= 95.0 and floor >= EN_FLOOR_PU and top <= EN_HIGH_PU
    yield Finding(
        "GRID-YEAR-EN50160", Severity.OK if kept else Severity.ERROR, found.nodes[column],
        c.name(found.nodes[column]),
        f"In the worst week, from {moment(first_min)[:15]}, {share:.1f} % of the intervals are "
        f"within ±10 % of nominal; over the year {floor:.3f} to {top:.3f} occur. Intervals stand "
        "for ten-minute means, and every node is checked, not only the supply terminals.",
        "EN 50160:2010, 4.2.2.2: 95 % of a week within ±10 %, all within +10 % −15 %",
        share, 95.0, "%", "" if kept else CABLE_FIX,
    )  # fmt: skip


def _national(c: Context, found: Scan, year: YearResult) -> Iterable[Finding]:
    if c.site.region not in NATIONAL:
        return
    low, high, clause = NATIONAL[c.site.region]
    own = c.network.supply.transformer is not None
    low_pu, high_pu = -float(found.low.peak[0]), float(found.high.peak[0])
    step = int(found.low.at[0] if low_pu < low else found.high.at[0])
    kept = low <= low_pu and high_pu <= high
    bad = Severity.WARNING if own else Severity.ERROR
    note = " The band holds at the supply terminals, here at high voltage." if own else ""
    yield Finding(
        "GRID-YEAR-NATIONAL", Severity.OK if kept else bad, c.network.origin,
        c.name(c.network.origin),
        f"The voltage of the main board is {low_pu:.3f} to {high_pu:.3f} of nominal in the year"
        + ("" if kept else f", out of the national band on {at(year, step)}") + f".{note}",
        clause, low_pu if low_pu < low else high_pu, low if low_pu < low else high, "pu",
        "" if kept else "Ask the network operator for another tap or a stronger connection.",
    )  # fmt: skip


def _losses(c: Context, found: Scan, year: YearResult) -> Iterable[Finding]:
    lost = float(np.nansum(found.loss_kw)) * year.hours
    drawn = float(np.nansum(found.intake_kw)) * year.hours
    days = len(found.loss_kw) * year.hours / 24
    text = (
        f"Cables and transformer lose {lost:,.0f} kWh in {days:,.0f} days, "
        f"{100 * lost / drawn if drawn > 0 else 0.0:.1f} % of the energy drawn"
    )
    if c.energy_price is not None:
        text += f", worth {lost * c.energy_price:,.0f} at {c.energy_price:g} per kWh"
    yield Finding(
        "GRID-YEAR-LOSS", Severity.OK, "supply", c.site.name, f"{text}.", value=lost, unit="kWh"
    )


def _ageing(c: Context, found: Scan, year: YearResult) -> Iterable[Finding]:
    """Hot spot and ageing under the year's cycle, where asked for (IEC 60076-7)."""
    unit, air = c.network.supply.transformer, c.ageing_ambient_c
    if unit is None or air is None or found.transformer_pct is None:
        return
    load = found.transformer_pct / 100
    aged = ageing(load, year.interval_min, air, unit.load_loss_kw / unit.no_load_loss_kw)
    step, hot = int(aged.hot_spot_c.argmax()), float(aged.hot_spot_c.max())
    fits = (
        hot <= HOT_SPOT_LIMIT_C
        and float(aged.top_oil_c.max()) <= OIL_LIMIT_C
        and float(np.nanmax(load)) <= CURRENT_LIMIT
    )
    slow = aged.mean_rate <= 1.0
    fix = "Lower the charging limit, cool the station, or choose a larger transformer."
    severity = Severity.OK if fits and slow else Severity.WARNING if fits else Severity.ERROR
    yield Finding(
        "GRID-YEAR-AGEING", severity, unit.id, f"Transformer {unit.id}",
        f"In air of {air:g} °C the hot spot reaches {hot:.0f} °C on {at(year, step)}, top oil "
        f"{aged.top_oil_c.max():.0f} °C and {100 * np.nanmax(load):.0f} % of rated current; the "
        f"insulation ages {aged.mean_rate:.3g} times as fast as at 98 °C. Rises and time "
        "constants are those of a standard ONAN distribution transformer (assumption; a type "
        "test knows better).",
        "IEC 60076-7:2005, table 4: normal cyclic loading to 120 °C hot spot, 105 °C top oil, "
        "1.5 times rated current", hot, HOT_SPOT_LIMIT_C, "°C",
        "" if severity is Severity.OK else fix,
    )  # fmt: skip
