"""The headroom of the bays: colours of the plan, legend, table and the sheet of a bay."""

from __future__ import annotations

from dataclasses import dataclass, replace

from planner.model.headroom import BayRoom, HeadroomMap, SizeRoom
from planner.model.ids import BayId
from ui.present.sheets import Fact, Sheet
from ui.present.tables import Column, Line, Table
from ui.present.text import NONE, SYMBOLS, money, number, power
from ui.present.tokens import Tokens, contrast

LARGEST = 0.0
"""The size that stands for "the largest charger that fits"."""


@dataclass(frozen=True, slots=True)
class BayColour:
    """Fill and ink of a bay; an empty fill is the hatch of "none"."""

    fill: str
    ink: str


def size_room(room: BayRoom, size_kw: float) -> SizeRoom | None:
    """Return what a bay says about a size; for the largest, about the next that does not fit."""
    if size_kw == LARGEST:
        return room.next_size
    return next((s for s in room.sizes if s.size_kw == size_kw), None)


def shown_kw(room: BayRoom, size_kw: float) -> float:
    """Return the class in which a bay is coloured, 0 for none."""
    if size_kw == LARGEST:
        return room.fits_kw
    wanted = size_room(room, size_kw)
    return size_kw if wanted is not None and wanted.fits else 0.0


def bay_colours(made: HeadroomMap, size_kw: float, tokens: Tokens) -> dict[str, BayColour]:
    """Return the colour of every bay."""
    colours = {}
    for bay, room in made.bays.items():
        kw = shown_kw(room, size_kw)
        fill = tokens.kw[kw] if kw else ""
        colours[str(bay)] = BayColour(fill, _ink(fill, tokens))
    return colours


def _ink(fill: str, tokens: Tokens) -> str:
    """Return the text colour with the higher contrast on a fill."""
    if not fill:
        return tokens.text2
    return max(("#12161A", "#FFFFFF"), key=lambda ink: contrast(ink, fill))


def legend(made: HeadroomMap, size_kw: float, tokens: Tokens) -> tuple[tuple[str, str], ...]:
    """Return the legend: largest class first, with the number of bays."""
    tally: dict[float, int] = {}
    for room in made.bays.values():
        kw = shown_kw(room, size_kw)
        tally[kw] = tally.get(kw, 0) + 1
    if size_kw == LARGEST:
        entries = [("title", "Largest charger that fits")]
        rows = [(kw, f"{power(kw)} kW") for kw in reversed(made.sizes_kw)]
        none = "None"
    else:
        entries = [("title", f"Room for {power(size_kw)} kW")]
        rows, none = [(size_kw, "Fits")], "Does not fit"
    entries += [(f"fill-{tokens.kw[kw]}", f"{text}, {tally.get(kw, 0)} bays") for kw, text in rows]
    entries.append(("hatch", f"{none}, {tally.get(0.0, 0)} bays"))
    return tuple(entries)


def headroom_table(made: HeadroomMap, size_kw: float, currency: str) -> Table:
    """List every bay with what binds and what lifting it costs."""
    lines = []
    for bay, room in made.bays.items():
        at = size_room(room, size_kw)
        lift = at.lift if at else None
        lines.append(
            Line(
                (
                    str(bay), room.fits_kw or None, at.size_kw if at else None,
                    at.max_kw if at else room.max_kw, at.place if at else "Nothing",
                    f"{number(at.value)} of {number(at.limit)} {at.unit}" if at else NONE,
                    at.when if at else NONE,
                    lift.text if lift else "Fits" if at is None or at.fits else NONE,
                    lift.cost if lift else None, _lead(at),
                ),
                ("bay", str(bay)),
            )
        )  # fmt: skip
    symbol = SYMBOLS.get(currency, currency).strip()
    size = "Next size kW" if size_kw == LARGEST else "Size kW"
    columns = (
        Column("Bay", strong=True), Column("Fits kW", 0), Column(size, 0), Column("Room kW", 1),
        Column("What binds"), Column("Carries"), Column("When"), Column("To lift it"),
        Column(f"Cost {symbol}", 0), Column("Lead time"),
    )  # fmt: skip
    return Table("Headroom", columns, tuple(lines), "Headroom needs bays, a supply and a board.")


def _lead(at: SizeRoom | None) -> str:
    return at.lift.lead_time if at is not None and at.lift is not None else NONE


def with_room(sheet: Sheet, made: HeadroomMap, currency: str) -> Sheet:
    """Add to the sheet of a bay what it can take and what stands in the way of more."""
    room = made.bays.get(BayId(sheet.subject))
    if room is None:
        return sheet
    fits = f"{power(room.fits_kw)} kW" if room.fits_kw else "None"
    facts = [Fact("Largest charger that fits", fits, strong=True)]
    at = room.next_size
    if at is not None:
        facts += [
            Fact(f"For {power(at.size_kw)} kW", f"{number(at.max_kw, 1)} kW are left"),
            Fact("What binds", at.place),
        ]
        if at.limit:
            facts.append(Fact("At most", f"{number(at.limit)} {at.unit}, {at.when}"))
        if at.lift is not None:
            unknown = "No price in the book"
            cost = unknown if at.lift.cost is None else money(at.lift.cost, currency)
            facts += [Fact("To lift it", at.lift.text), Fact("Cost", cost)]
    return replace(sheet, facts=(*sheet.facts, *facts))
