"""Connection options and reinforcement as JSON and as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.headroom_report import cost_text, lift_json
from planner.model.connection import CapacityPoint, ConnectionOptions, Offer, Reinforcement
from planner.model.outcome import known


def connection_json(found: ConnectionOptions) -> dict[str, Any]:
    """Return curve and offers with units in the key names."""
    return {
        "agreed_kva_now": found.now_kva,
        "target_pct": found.target_pct,
        "ceiling_pct": known(found.ceiling_pct, 2),
        "recommended_kva": found.recommended_kva,
        "currency": found.currency,
        "curve": [_point(p) for p in found.curve],
        "offers": [_offer(o) for o in found.offers],
        "assumptions": list(found.assumptions),
    }


def _point(point: CapacityPoint) -> dict[str, Any]:
    return {
        "agreed_kva": point.agreed_kva,
        "energy_pct": known(point.energy_pct, 2),
        "served_pct": known(point.served_pct, 2),
        "p5_energy_pct": known(point.p5_energy_pct, 2),
        "peak_kva": known(point.peak_kva, 1),
        "invest": known(point.invest, 2),
        "yearly_cost": known(point.yearly_cost, 2),
    }


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "key": offer.key,
        "name": offer.name,
        "text": offer.text,
        "restricted": offer.restricted,
        "possible": offer.possible,
        **_point(offer.point),
        "lead_time": offer.lead_time,
        "steps": [lift_json(s) for s in offer.steps],
        "unknown": list(offer.unknown),
    }


def connection_lines(found: ConnectionOptions) -> Iterator[str]:
    """Write the recommendation and one line per offer."""
    if found.recommended_kva is None:
        yield f"No agreed capacity looked at delivers {found.target_pct:g} % of what is possible."
    else:
        yield (
            f"{found.recommended_kva:,.0f} kVA deliver {found.target_pct:g} % of what the chargers "
            f"could without a limit; {found.now_kva:,.0f} kVA are agreed."
        )
    for offer in found.offers:
        p = offer.point
        parts = [
            f"{p.energy_pct:.1f} % of the energy",
            f"worst-served driver in twenty {p.p5_energy_pct:.0f} %",
            f"peak {p.peak_kva:,.0f} kVA",
            "investment not known" if p.invest is None
            else f"{found.currency} {p.invest:,.0f} to invest",
            "yearly cost not known" if p.yearly_cost is None
            else f"{found.currency} {p.yearly_cost:,.0f} a year",
            f"lead time {offer.lead_time}",
        ]  # fmt: skip
        text = f"{offer.text} {offer.restricted}".strip().rstrip(".")
        yield f"{offer.name} ({text}): {', '.join(parts)}."
    for text in found.assumptions:
        yield f"Assumed: {text}"


def reinforcement_json(made: Reinforcement) -> dict[str, Any]:
    """Return the steps with the findings that asked for them."""
    return {
        "passes": made.passes,
        "rounds": made.rounds,
        "cost": known(made.cost, 2),
        "cost_low": known(made.cost_low, 2),
        "cost_high": known(made.cost_high, 2),
        "currency": made.currency,
        "steps": [
            {"finding": s.code, "place": s.place, "why": s.why, **lift_json(s.lift)}
            for s in made.steps
        ],
        "left": [{"code": f.code, "place": f.place, "message": f.message} for f in made.left],
        "unknown": list(made.unknown),
    }


def reinforcement_lines(made: Reinforcement) -> Iterator[str]:
    """Write one line per step, what is left, and the sum."""
    if not made.steps and made.passes:
        yield "No reinforcement is needed: all grid checks pass."
        return
    for step in made.steps:
        yield f"{step.lift.text} ({cost_text(step.lift)}): {step.why}"
    for finding in made.left:
        yield f"Cannot be lifted by a standard size: {finding.place}: {finding.message}"
    rest = f"; {', '.join(made.unknown)}" if made.unknown else ""
    result = "all grid checks pass" if made.passes else "some checks still fail"
    yield f"Reinforcement: {made.currency} {made.cost:,.0f}{rest}; then {result}."
