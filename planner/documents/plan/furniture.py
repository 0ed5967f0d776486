"""North arrow, scale bar and a legend of what is on the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from grid.model import CircuitKind
from planner.documents.palette import Palette, model_class
from planner.documents.plan import symbols
from planner.documents.plan.layers import TRENCH_DASH
from planner.documents.plan.svg import group, number, tag, text
from planner.documents.plan.view import View
from planner.model.charger import ChargerModel, Current
from planner.model.design import Design
from planner.model.ids import ModelId
from planner.model.site import AreaKind, Site

Entry = tuple[Callable[[float, float], str], str]
SURFACE_WORDS: Mapping[AreaKind, str] = {
    AreaKind.GRASS: "grass",
    AreaKind.ASPHALT: "asphalt",
    AreaKind.PARKING: "car park",
    AreaKind.PAVING: "paving",
    AreaKind.CONCRETE: "concrete",
    AreaKind.ROAD: "road",
}
ROW_PX = 15.0


def north_arrow(view: View, palette: Palette) -> str:
    """Draw north at the right, above the scale bar; the grid's north is up."""
    x, y = view.width - 26, view.height - 62
    return group([
        tag("circle", cx=x, cy=y, r=15, fill=palette.surface, opacity=0.94),
        tag("polygon", points=f"{number(x)},{number(y - 11)} {number(x - 4)},{number(y + 1)} "
            f"{number(x)},{number(y - 1.5)}", fill=palette.text),
        tag("polygon", points=f"{number(x)},{number(y - 11)} {number(x + 4)},{number(y + 1)} "
            f"{number(x)},{number(y - 1.5)}", fill=palette.surface, stroke=palette.text,
            stroke_width=0.8),
        text("N", x, y + 10.5, 8, palette.text, anchor="middle", weight=600),
    ])  # fmt: skip


def nice_length_m(most_m: float) -> float:
    """Return the largest of 1, 2, 5 × 10ⁿ metres that is not more than `most_m`."""
    power = 1.0
    while power * 10 <= most_m:
        power *= 10
    while power > most_m:
        power /= 10
    return max(step * power for step in (1, 2, 5) if step * power <= most_m)


def scale_bar(view: View, palette: Palette) -> str:
    """Draw a bar of a round number of metres at the bottom right."""
    metres = nice_length_m(view.width * 0.22 / view.scale)
    long = metres * view.scale
    x, y = view.width - long - 26, view.height - 14
    ticks = [
        tag("line", x1=x + long * f, x2=x + long * f, y1=y - 4, y2=y, stroke=palette.text,
            stroke_width=1)
        for f in (0, 0.5, 1)
    ]  # fmt: skip
    labels = [
        text(words, x + long * f, y - 8, 8, palette.text, anchor="middle")
        for f, words in ((0, "0"), (0.5, f"{metres / 2:g}"), (1, f"{metres:g} m"))
    ]
    return group([
        tag("rect", x=x - 14, y=y - 20, width=long + 32, height=26, rx=3, fill=palette.surface,
            opacity=0.94),
        tag("line", x1=x, x2=x + long, y1=y, y2=y, stroke=palette.text, stroke_width=1),
        *ticks, *labels,
    ])  # fmt: skip


def legend(
    site: Site, design: Design | None, catalogue: Mapping[ModelId, ChargerModel],
    view: View, palette: Palette,
) -> str:  # fmt: skip
    """List what is on the plan, at the bottom left unless equipment stands there."""
    entries = list(_entries(site, design, catalogue, palette))
    if not entries:
        return ""
    widest = max(len(words) for _, words in entries)
    width, height = 38 + 4.4 * widest, ROW_PX * len(entries) + 10
    left, top = _free_corner(site, design, view, width, height)
    rows = [
        draw(left + 15, top + 12.5 + ROW_PX * n)
        + text(words, left + 30, top + 15.3 + ROW_PX * n, 8, palette.text)
        for n, (draw, words) in enumerate(entries)
    ]
    frame = tag("rect", x=left, y=top, width=width, height=height, rx=4, fill=palette.surface,
                opacity=0.94, stroke=palette.border, stroke_width=1)  # fmt: skip
    return group([frame, *rows])


def _free_corner(
    site: Site, design: Design | None, view: View, width: float, height: float
) -> tuple[float, float]:
    """Return the corner where a box hides least equipment, bottom left first."""
    things = [board.point for board in site.boards.values()]
    if design:
        things += [board.point for board in design.boards.values()]
        things += [charger.point for charger in design.chargers.values()]
    places = [view.xy(point) for point in things]

    def hidden(corner: tuple[float, float]) -> int:
        left, top = corner
        return sum(
            left - 8 < x < left + width + 8 and top - 8 < y < top + height + 8 for x, y in places
        )

    low, right = view.height - height - 8, view.width - width - 8
    return min(((8.0, low), (8.0, 8.0), (right, 8.0)), key=hidden)


def _entries(
    site: Site, design: Design | None, catalogue: Mapping[ModelId, ChargerModel],
    palette: Palette,
) -> Iterator[Entry]:  # fmt: skip
    if design:
        yield from _charger_entries(design, catalogue, palette)
        if design.boards:
            yield (lambda x, y: symbols.pillar(x, y, palette)), "Feeder pillar"
    if site.substation:
        yield (lambda x, y: symbols.transformer(x, y, palette)), "Transformer"
    if site.boards:
        yield (lambda x, y: symbols.board(x, y, palette)), "Existing board"
    if design:
        yield from _line_entries(design, palette)
    if site.ducts:
        yield _stroke(palette.duct, 1.5, "2 3"), "Existing duct"
    if any(a.kind is AreaKind.KEEP_OUT for a in site.areas.values()):
        yield _stroke(palette.keep_out, 1.0, "4 3"), "Keep out"
    if any(underlay.visible for underlay in site.underlays):
        yield _stroke(palette.text3, 0.8, "1 3"), "Background left out"


def _charger_entries(
    design: Design, catalogue: Mapping[ModelId, ChargerModel], palette: Palette
) -> Iterator[Entry]:
    seen = {}
    for charger in design.chargers.values():
        model = catalogue.get(charger.model)
        sockets = model.outlets if model else 1
        kw = model_class(model)
        dc = model is not None and model.current is Current.DC
        shape = (kw, min(sockets, 2) if not dc else 1)
        words = (
            f"{kw} kW DC" if dc else f"{kw} kW AC, {'two sockets' if sockets > 1 else 'one socket'}"
        )
        seen[shape] = words
    for (kw, sockets), words in sorted(seen.items()):
        yield _charger(kw, sockets, palette), words


def _charger(kw: int, sockets: int, palette: Palette) -> Callable[[float, float], str]:
    return lambda x, y: symbols.charger(x, y, kw, sockets, palette)


def _line_entries(design: Design, palette: Palette) -> Iterator[Entry]:
    kinds = {c.sized.demand.kind for c in design.circuits.values()}
    if CircuitKind.FEEDER in kinds:
        yield _stroke(palette.feeder, 2.2), "Feeder cable"
    if CircuitKind.FINAL in kinds:
        yield _stroke(palette.cable, 1.5), "Circuit cable"
    for surface in dict.fromkeys(
        t.surface for t in design.trenches.values() if not t.existing_duct
    ):
        yield _band(palette, TRENCH_DASH.get(surface, "")), f"Trench in {SURFACE_WORDS[surface]}"


def _stroke(ink: str, width: float, dash: str = "none") -> Callable[[float, float], str]:
    return lambda x, y: tag("line", x1=x - 9, x2=x + 9, y1=y, y2=y, stroke=ink,
                            stroke_width=width, stroke_dasharray=dash)  # fmt: skip


def _band(palette: Palette, dash: str) -> Callable[[float, float], str]:
    return lambda x, y: tag(
        "rect", x=x - 9, y=y - 3, width=18, height=6, fill=palette.trench, fill_opacity=0.28,
        stroke=palette.trench, stroke_width=1, stroke_dasharray=dash or "none",
    )  # fmt: skip
