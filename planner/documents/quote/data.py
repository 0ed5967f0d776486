"""Everything the quote says, as plain values for the template."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

from grid.findings import Finding, Severity
from planner.documents import headroom_words
from planner.documents.palette import LIGHT
from planner.documents.plan_svg import draw
from planner.documents.quote.load_curve import load_curve
from planner.documents.quote.tables import cable_rows, grid_tables, traces
from planner.documents.quote.terms import assumptions_of_price, not_included
from planner.documents.review import is_draft, open_points
from planner.documents.words import (
    count,
    figure,
    long_date,
    money,
    quantity,
    short_money,
    significant,
)
from planner.documents.year import words as year_words
from planner.documents.year.pictures import pictures
from planner.model.charger import Current
from planner.model.design import Design
from planner.model.money import Quote
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario
from planner.money.sections.civils import trench_lengths_m
from planner.money.uncertainty import Spread, spread

COVER_PX = (794.0, 500.0)
PLAN_PX = (1010.0, 610.0)
SEVERITIES = (Severity.ERROR, Severity.WARNING, Severity.INFO)

Data = dict[str, Any]


def assemble(project: Project, scenario: Scenario, outcome: Outcome) -> Data:
    """Gather and word all pages; the document number is a digest of what they say."""
    data: Data = {
        "colours": colours(),
        "cover": _cover(project, scenario, outcome),
        "draft": list(open_points(outcome)) if is_draft(outcome) else [],
        "plan": draw(project.site, outcome.design, project.catalogue, *PLAN_PX),
        "summary": _summary(project, outcome),
        "curve": load_curve(project.site, outcome),
        "curve_note": _curve_note(project),
        "grid": grid_tables(outcome),
        "headroom": _headroom(outcome),
        "year": _year(outcome),
        "price": _price(project, scenario, outcome),
        "findings": list(_findings(outcome)),
        "passed": count(outcome.passed_checks, "check passed", "checks passed"),
        "assumptions": [
            {"text": a.text, "value": a.value, "source": a.source, "open": not a.confirmed}
            for a in outcome.assumptions
        ],
        "cables": cable_rows(outcome),
        "traces": traces(outcome),
        "not_included": list(not_included(project, outcome)),
        "terms": list(assumptions_of_price(project, outcome)),
    }
    digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
    data["number"] = " ".join(digest[n : n + 4] for n in (0, 4, 8))
    return data


def colours() -> dict[str, str]:
    names = ("surface", "raised", "border", "text", "text2", "text3", "accent", "trench")
    colours = {name: getattr(LIGHT, name) for name in names}
    colours["band"] = "#C9DCEA"
    for severity in (*SEVERITIES, Severity.OK):
        colours[f"{severity}_mark"] = LIGHT.mark[severity]
        colours[f"{severity}_text"] = LIGHT.severity_text[severity]
    return colours


def _cover(project: Project, scenario: Scenario, outcome: Outcome) -> Data:
    client, quote = project.client, outcome.quote
    day = quote.terms.quote_date
    reference = f"Proposal {client.reference}" if client.reference else "Proposal"
    facts = [reference, scenario.name]
    if day:
        facts.append(long_date(day))
        facts.append(f"valid to {long_date(day + timedelta(days=quote.terms.valid_days))}")
    return {
        "firm": client.prepared_by,
        "title": project.name,
        "scenario": scenario.name,
        "facts": facts,
        "plan": draw(project.site, outcome.design, project.catalogue, *COVER_PX, with_legend=False),
        "figures": list(_key_figures(project, outcome)),
        "people": [
            [label, words]
            for label, words in (
                ("Prepared for", ", ".join(filter(None, (client.client, client.address)))),
                ("Prepared by", client.prepared_by),
            )
            if words
        ],
    }


def _key_figures(project: Project, outcome: Outcome) -> Iterator[list[str]]:
    quote, design = outcome.quote, outcome.design
    tax = quote.terms.tax_name
    yield [money(quote.net, quote.currency, 0), f"price, excl. {tax}"]
    sockets = sum(
        project.catalogue[c.model].outlets
        for c in design.chargers.values()
        if c.model in project.catalogue
    )
    yield [count(sockets, "socket"), f"on {count(len(design.chargers), 'charger')}"]
    yield [f"{outcome.service.served_pct:.1f} %", "of drivers served in full"]
    managed = outcome.service.cap_kw is not None
    yield [
        f"{figure(outcome.service.peak_kw)} kW",
        f"peak, {'managed' if managed else 'unmanaged'}",
    ]


def _summary(project: Project, outcome: Outcome) -> list[list[str]]:
    design = outcome.design
    rows = [["Chargers", f"{n} × {name}"] for name, n in _models(project, design).items()]
    rows.append(
        ["Bays with a charger", str(len({b for c in design.chargers.values() for b in c.bays}))]
    )
    rows.append(["Feeder pillars", str(len(design.boards))])
    circuits = count(len(design.circuits), "circuit")
    cable_m = sum(c.cable_m * c.sized.parallel for c in design.circuits.values())
    rows.append(["Cables", f"{circuits}, {figure(cable_m, 1)} m before waste"])
    trench = trench_lengths_m(design)
    parts = ", ".join(f"{figure(metres, 1)} m {kind.value}" for kind, metres in trench.items())
    rows.append(
        [
            "New trench",
            f"{figure(sum(trench.values(), Decimal(0)), 1)} m ({parts})" if trench else "none",
        ]
    )
    if outcome.routing.trench_cost and outcome.routing.lower_bound:
        rows.append(["Trench route", _route(outcome.routing.gap_pct)])
    rows += _service(outcome)
    return rows


def _models(project: Project, design: Design) -> dict[str, int]:
    def name(model_id: Any) -> str:
        model = project.catalogue.get(model_id)
        if model is None:
            return str(model_id)
        kind = "AC" if model.current is Current.AC else "DC"
        return model.name if kind in model.name else f"{model.name} ({kind})"

    return dict(Counter(name(c.model) for c in design.chargers.values()))


def _route(gap_pct: float) -> str:
    if gap_pct < 0.05:
        return "proved the cheapest possible"
    return f"within {gap_pct:.1f} % of the cheapest possible"


def _service(outcome: Outcome) -> Iterator[list[str]]:
    service, demand = outcome.service, outcome.demand
    yield ["Cars a day", figure(demand.cars_per_day, 1)]
    yield ["Energy a day", f"{figure(demand.energy_kwh_per_day)} kWh"]
    yield ["Drivers served in full", f"{service.served_pct:.1f} %"]
    yield ["Energy delivered", f"{service.energy_pct:.1f} % of what was asked for"]
    cap = f"capped at {figure(service.cap_kw)} kW" if service.cap_kw is not None else "no cap"
    yield ["Peak of charging", f"{figure(service.peak_kw, 1)} kW, {cap}"]
    yield ["Peak without management", f"{figure(service.unmanaged_peak_kw, 1)} kW"]


def _year(outcome: Outcome) -> Data | None:
    """Word and draw the year on the network, where it was computed."""
    year = outcome.year
    if year is None:
        return None
    return {
        "facts": year_words.facts(year),
        "pictures": [list(pair) for pair in pictures(year).items()],
        "head": list(year_words.HOURS_HEAD),
        "hours": year_words.hour_rows(year),
        "notes": year_words.notes(year),
        "broken": [f"{f.place}: {f.message}" for f in year_words.broken(year)[:4]],
        "method": year_words.method(year),
    }


def _headroom(outcome: Outcome) -> Data | None:
    """Word what one more charger of every size would find, where it was worked out."""
    made = outcome.headroom
    if made is None or not made.bays:
        return None
    return {
        "title": headroom_words.title(made), "head": list(headroom_words.SIZES_HEAD),
        "rows": headroom_words.size_rows(made), "note": made.basis,
    }  # fmt: skip


def _curve_note(project: Project) -> str:
    charging = "Charging on the busiest day of the simulated period"
    if project.site.profile is None:
        return f"{charging}. The existing load is not known and not in the figure."
    return (
        f"{charging}, on top of the highest existing load at each time of day in the whole "
        "profile, more than any single day of the two together. Loads in kW, the limit in kVA."
    )


def _price(project: Project, scenario: Scenario, outcome: Outcome) -> Data:
    quote = outcome.quote
    groups: dict[str, list[list[str]]] = defaultdict(list)
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in quote.lines:
        sums[line.bom.group] += line.amount
        groups[line.bom.group].append([
            line.bom.description, quantity(line.bom.quantity), line.bom.unit,
            figure(line.unit_price, 2), figure(line.amount, 2),
        ])  # fmt: skip
    return {
        "note": f"{scenario.name}, all figures in {quote.currency}",
        "groups": [
            {"name": name, "sum": figure(sums[name], 2), "lines": lines}
            for name, lines in groups.items()
        ],
        "unpriced": [f"{b.description}, {quantity(b.quantity)} {b.unit}" for b in quote.unpriced],
        "totals": _totals(quote),
        "firm": _firm(quote, spread(quote, scenario.seed)),
        "book": f"Price book {quote.price_book}",
        "classes": _classes(quote),
    }


def _totals(quote: Quote) -> list[Data]:
    terms = quote.terms
    tax = terms.tax_name
    rows = [{"name": "Sum of lines", "amount": quote.sum_lines, "bold": False}]
    if quote.contingency:
        name = f"Contingency {quantity(terms.contingency_pct)} %"
        rows.append({"name": name, "amount": quote.contingency, "bold": False})
    if quote.discount:
        name = f"Discount {quantity(terms.discount_pct)} %"
        rows.append({"name": name, "amount": -quote.discount, "bold": False})
    rows += [
        {"name": f"Total excl. {tax}", "amount": quote.net, "bold": True},
        {"name": f"{tax} {quantity(terms.tax_pct)} %", "amount": quote.tax, "bold": False},
        {"name": "Total to pay", "amount": quote.total, "bold": True},
    ]
    return [{**row, "amount": figure(Decimal(str(row["amount"])), 2)} for row in rows]


def _firm(quote: Quote, band: Spread) -> Data:
    """Word the band and place its marks on a strip from 0 to 1."""
    net = float(quote.net)
    low, high = short_money(band.p10, quote.currency), short_money(band.p90, quote.currency)
    words = (
        f"In eight cases out of ten the price excl. {quote.terms.tax_name} lies between {low} "
        f"and {high} (P10 to P90), if the quantities stay as drawn."
    )
    if band.drivers:
        widest = " and ".join(f"“{driver.description}”" for driver in band.drivers[:2])
        words += f" The prices of {widest} move it most."
    left, right = min(band.p10, net), max(band.p90, net)
    margin = (right - left) * 0.2 or 1.0
    left, right = left - margin, right + margin
    return {
        "words": words, "low": low, "high": high, "offer": money(quote.net, quote.currency, 0),
        "at": [(value - left) / (right - left) for value in (band.p10, band.p90, net)],
    }  # fmt: skip


def _classes(quote: Quote) -> str:
    whole = sum((line.amount for line in quote.lines), Decimal(0))
    if not whole:
        return ""
    weak = sum((line.amount for line in quote.lines if line.confidence in {"C", "M"}), Decimal(0))
    return f"{100 * weak / whole:.0f} % of the price rests on estimates or second-hand prices."


def _findings(outcome: Outcome) -> Iterator[Data]:
    for severity in SEVERITIES:
        for finding in outcome.findings:
            if finding.severity is severity:
                yield {
                    "severity": severity.value, "place": finding.place, "code": finding.code,
                    "message": finding.message, "more": _more(finding),
                    "measure": _measure(finding.value, finding.limit, finding.unit),
                }  # fmt: skip


def _more(finding: Finding) -> str:
    return ". ".join(filter(None, (finding.fix.rstrip("."), finding.clause)))


def _measure(value: float | None, limit: float | None, unit: str) -> str:
    if value is None:
        return ""
    found = f"{significant(value)} {unit}".strip()
    return f"{found}, limit {significant(limit)} {unit}".strip() if limit is not None else found
