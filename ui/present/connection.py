"""Connection options and reinforcement: curve, tables and what can be taken over."""

from __future__ import annotations

import math
from dataclasses import replace

from planner import edits
from planner.model.connection import CapacityPoint, ConnectionOptions, Offer, Reinforcement
from planner.model.headroom import Lift
from planner.model.project import Project
from planner.model.site import Assumption
from planner.studies import ConnectionStudy
from ui.present.tables import Column, Line, Table
from ui.present.text import NONE, SYMBOLS, count, number, sentence

TODAY = "today"
CAP_STEP_KW = 5.0
"""Charging limits are set in whole steps of this."""
AGREED = "supply-agreed"
"""The assumption of the supply that speaks of the agreed capacity."""


def curve_points(found: ConnectionOptions) -> tuple[list[float], list[float]]:
    """Return agreed kVA and per cent of the energy wanted, from the least capacity up."""
    points = sorted(found.curve, key=lambda p: p.agreed_kva)
    return [p.agreed_kva for p in points], [p.energy_pct for p in points]


def point_now(found: ConnectionOptions) -> CapacityPoint | None:
    """Return the point of the curve at what is agreed today."""
    return next((p for p in found.curve if p.agreed_kva == found.now_kva), None)


def summary(found: ConnectionOptions) -> str:
    """Say what is recommended, or why nothing is."""
    if not found.curve:
        return found.findings[0].message if found.findings else ""
    agreed = f"{number(found.now_kva)} kVA are agreed."
    if found.recommended_kva is None:
        return f"No capacity looked at delivers {found.target_pct:g} %. {agreed}"
    return (
        f"{number(found.recommended_kva)} kVA deliver {found.target_pct:g} % of what the "
        f"chargers could without a limit. {agreed}"
    )


def _symbol(currency: str) -> str:
    return SYMBOLS.get(currency, currency).strip()


def offers_table(found: ConnectionOptions) -> Table:
    """List the offers side by side."""
    symbol = _symbol(found.currency)
    columns = (
        Column("Offer", strong=True), Column("kVA", 0), Column("Energy %", 1),
        Column("P5 %", 1), Column("Peak kVA", 0), Column(f"{symbol}/year", 0),
        Column(f"Invest {symbol}", 0), Column("Lead time"),
    )  # fmt: skip
    lines = tuple(Line(_offer_cells(o), ("offer", o.key)) for o in found.offers)
    return Table("Offers", columns, lines, "Offers need a supply and chargers.")


def _offer_cells(offer: Offer) -> tuple[str | float | None, ...]:
    p = offer.point
    name = offer.name if offer.possible else f"{offer.name} (not possible)"
    return (
        name, p.agreed_kva, p.energy_pct, p.p5_energy_pct, p.peak_kva, p.yearly_cost,
        p.invest, sentence(offer.lead_time),
    )  # fmt: skip


def reinforcement_table(made: Reinforcement) -> Table:
    """List the steps in order, what no step lifts, and how it ends."""
    symbol = _symbol(made.currency)
    columns = (
        Column("Step", strong=True), Column("Where"), Column("Why"), Column(f"Cost {symbol}", 0),
        Column("Range"), Column("Class"), Column("Lead time"),
    )  # fmt: skip
    lines = [
        Line((s.lift.text, s.place, s.why, s.lift.cost, _range(s.lift),
              s.lift.confidence or "No price", sentence(s.lift.lead_time)))
        for s in made.steps
    ]  # fmt: skip
    lines += [
        Line(("No standard size lifts this", f.place, f.message, None, NONE, NONE, NONE))
        for f in made.left
    ]
    lines.append(_end(made))
    return Table("Reinforcement", columns, tuple(lines))


def _range(lift: Lift) -> str:
    if lift.cost_low is None or lift.cost_high is None:
        return NONE
    return f"{number(lift.cost_low)} to {number(lift.cost_high)}"


def _end(made: Reinforcement) -> Line:
    """Say whether all checks pass after the steps, and what they cost together."""
    if made.passes:
        text = "All grid checks pass" if made.steps else "No reinforcement is needed"
    else:
        text = (
            f"{count(len(made.left), 'check')} still {'fails' if len(made.left) == 1 else 'fail'}"
        )
    after = "All grid checks pass" if made.passes and not made.steps else ""
    if made.steps:
        after = f"After {count(len(made.steps), 'step')}"
    without = f"{len(made.unknown)} without a price" if made.unknown else ""
    whole = f"{number(made.cost_low)} to {number(made.cost_high)}" if made.steps else NONE
    cells = (text, after, "; ".join(made.unknown), made.cost, whole, without, "")
    return Line(cells, group=True)


def findings_table(found: ConnectionOptions) -> Table:
    """List what was found on the way."""
    columns = (
        Column("Severity", strong=True), Column("Where"), Column("Finding"), Column("Remedy"),
    )  # fmt: skip
    lines = tuple(
        Line((sentence(f.severity.value), f.place, f.message, f.fix or NONE))
        for f in found.findings
    )
    return Table("Findings", columns, lines, "Nothing was found.")


def assumptions_table(found: ConnectionOptions) -> Table:
    """List what all options rest on."""
    lines = tuple(Line((text,)) for text in found.assumptions)
    return Table("Assumptions of the options", (Column("Assumed", strong=True),), lines)


def part_tables(study: ConnectionStudy) -> dict[str, Table]:
    """Return the tables of the page by the words on their button."""
    options = study.options
    return {
        "Offers": offers_table(options),
        "Reinforcement": reinforcement_table(study.reinforcement),
        f"Findings {len(options.findings)}": findings_table(options),
        "Assumptions": assumptions_table(options),
    }


def offer_of(found: ConnectionOptions, key: str) -> Offer | None:
    """Return the offer chosen; without a choice the first that can be taken over."""
    chosen = next((o for o in found.offers if o.key == key), None)
    able = (o for o in found.offers if not cannot_use(o))
    return chosen or next(able, None)


def offer_words(offer: Offer) -> str:
    """Say what an offer is, what is not known about it, and what taking it over sets."""
    what = " ".join(filter(None, (offer.text, offer.restricted and f"{offer.restricted}.")))
    unknown = f" Not known: {'; '.join(offer.unknown)}." if offer.unknown else ""
    return f"{offer.name}: {what}{unknown} {cannot_use(offer) or use_words(offer)}"


def cannot_use(offer: Offer) -> str:
    """Say why an offer cannot be taken over, empty if it can."""
    if offer.key == TODAY:
        return "This is what is agreed now."
    if not offer.possible:
        return "The existing load alone draws more than this offer gives."
    if any(step.kind == "transformer" for step in offer.steps):
        return "This offer needs a larger transformer too. Change both in step 2, Supply."
    return ""


def use_words(offer: Offer) -> str:
    """Say what taking an offer over sets."""
    beside = f", {offer.battery.name[:1].lower()}{offer.battery.name[1:]}" if offer.battery else ""
    return f"Sets {agreed_words(offer)}{beside} and charging up to {number(cap_kw(offer))} kW."


def agreed_words(offer: Offer) -> str:
    """Write the capacity of an offer, with the hours in which it is less."""
    text = f"{number(offer.point.agreed_kva)} kVA"
    if offer.timed is None:
        return text
    t = offer.timed
    return f"{text}, {number(t.kva)} kVA from {t.from_h:02d}:00 to {t.to_h:02d}:00"


def cap_kw(offer: Offer) -> float:
    """Return the charging limit that lets the chargers draw what they do in an offer."""
    return CAP_STEP_KW * math.ceil(offer.point.charging_kw / CAP_STEP_KW - 1e-9)


def use_offer(project: Project, offer: Offer) -> Project:
    """Plan with an offer: capacity, hours with less, battery and charging limit.

    The capacity stays an assumption until the operator confirms it. Offers stand for each
    other, so that a battery of another one goes.
    """
    supply = project.site.supply
    if supply is None:
        return project
    told = Assumption(
        AGREED, "Supply", "Agreed capacity", agreed_words(offer),
        "own assumption: connection option compared, not yet agreed with the network operator",
    )  # fmt: skip
    kept = [a for a in project.site.assumptions if a.id.startswith("supply-") and a.id != AGREED]
    supply = replace(supply, agreed_kva=offer.point.agreed_kva, timed=offer.timed)
    project = edits.set_supply(project, supply, (*kept, told))
    batteries = () if offer.battery is None else (offer.battery,)
    if batteries != project.scenario.batteries:
        project = edits.set_batteries(project, batteries)
    if project.scenario.design is not None and offer.point.charging_kw > 0:
        project = edits.set_managed_cap(project, cap_kw(offer))
    return project
