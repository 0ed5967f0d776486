"""The headroom map as JSON and as lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.model.headroom import HeadroomMap, Lift, SizeRoom
from planner.model.outcome import known


def headroom_json(found: HeadroomMap) -> dict[str, Any]:
    """Return every bay and size with units in the key names."""
    return {
        "basis": found.basis,
        "sizes_kw": list(found.sizes_kw),
        "moments": found.moments,
        "bays": [
            {
                "bay": room.bay,
                "charger": room.charger,
                "board": room.board,
                "route_m": round(room.route_m, 2),
                "dig_m": round(room.dig_m, 2),
                "fits_kw": room.fits_kw,
                "max_kw": known(room.max_kw, 2),
                "level": found.level(room.bay),
                "sizes": [_size(size) for size in room.sizes],
            }
            for room in found.bays.values()
        ],
    }


def _size(size: SizeRoom) -> dict[str, Any]:
    return {
        "size_kw": size.size_kw,
        "fits": size.fits,
        "max_kw": known(size.max_kw, 2),
        "binds": size.kind,
        "element": size.element,
        "place": size.place,
        "value": known(size.value, 3),
        "limit": size.limit,
        "unit": size.unit,
        "clause": size.clause,
        "when_local": size.when,
        "cable": size.cable,
        "lift": None if size.lift is None else lift_json(size.lift),
    }


def lift_json(lift: Lift) -> dict[str, Any]:
    """Return a step with its cost before margin and tax; null where no price is known."""
    return {
        "text": lift.text,
        "code": lift.code,
        "quantity": round(lift.quantity, 2),
        "unit": lift.unit,
        "cost": known(lift.cost, 2),
        "cost_low": known(lift.cost_low, 2),
        "cost_high": known(lift.cost_high, 2),
        "currency": lift.currency,
        "source": lift.source,
        "confidence": lift.confidence,
        "lead_time": lift.lead_time,
    }


def headroom_lines(found: HeadroomMap) -> Iterator[str]:
    """Say how many bays take which size, and what is in the way of the next one."""
    for size in found.sizes_kw:
        count = sum(any(s.fits and s.size_kw == size for s in r.sizes) for r in found.bays.values())
        yield f"{size:g} kW fits at {count} of {len(found.bays)} bays, one at a time."
    reasons: dict[str, int] = {}
    for room in found.bays.values():
        following = room.next_size
        if following is not None:
            text = f"{following.size_kw:g} kW: {following.place}"
            if following.lift is not None:
                text += f"; {following.lift.text} ({cost_text(following.lift)})"
            reasons[text] = reasons.get(text, 0) + 1
    for text, count in sorted(reasons.items(), key=lambda item: -item[1])[:8]:
        yield f"In the way of {text}: {count} {'bay' if count == 1 else 'bays'}."


def cost_text(lift: Lift) -> str:
    """Write what a step costs: "GBP 1,800, class M", or that no price is known."""
    if lift.cost is None:
        return f"no price for {lift.code}" if lift.code else "price not known"
    return f"{lift.currency} {lift.cost:,.0f}, class {lift.confidence}"
