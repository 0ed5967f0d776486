"""QGIS styles of the layers, in the colours of the plan."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from planner.documents.palette import LIGHT
from planner.model.headroom import SIZES_KW
from planner.model.site import AreaKind

_FILL, _LINE, _MARKER = "SimpleFill", "SimpleLine", "SimpleMarker"


def qml(layer: str) -> str:
    """Return the style of a layer as QGIS stores it; empty where none is needed."""
    if layer == "areas":
        return _areas()
    if layer == "headroom":
        return _headroom()
    symbol = _SYMBOLS.get(layer)
    if symbol is None:
        return ""
    kind, properties = symbol
    drawn = _symbol(0, kind, properties)
    return _document(f'<renderer-v2 type="singleSymbol"><symbols>{drawn}</symbols></renderer-v2>')


_SYMBOLS: dict[str, tuple[str, dict[str, str]]] = {
    "bays": (_FILL, {"color": LIGHT.bay, "outline_color": LIGHT.bay_line, "outline_width": "0.2"}),
    "trenches": (_LINE, {"line_color": LIGHT.trench, "line_width": "0.8", "line_style": "dash"}),
    "circuits": (_LINE, {"line_color": LIGHT.cable, "line_width": "0.4"}),
    "ducts": (_LINE, {"line_color": LIGHT.duct, "line_width": "0.4", "line_style": "dot"}),
    "chargers": (_MARKER, {"name": "circle", "color": LIGHT.kw[3], "outline_color": LIGHT.text,
                           "size": "3"}),
    "boards": (_MARKER, {"name": "square", "color": LIGHT.text, "size": "3"}),
    "supply": (_MARKER, {"name": "circle", "color": LIGHT.surface, "outline_color": LIGHT.text,
                         "size": "4"}),
    "trees": (_MARKER, {"name": "circle", "color": LIGHT.tree, "size": "4"}),
}  # fmt: skip


def _areas() -> str:
    """Colour areas by their kind."""
    kinds = [*LIGHT.area.items(), (AreaKind.KEEP_OUT, "#FCEBE5")]
    return _by_category(
        "kind", [(k.value, k.value, {"color": c, "outline_style": "no"}) for k, c in kinds]
    )


def _headroom() -> str:
    """Colour bays by the largest charger that fits, as the window does; hatched where none does."""
    line = {"outline_color": LIGHT.bay_line, "outline_width": "0.2"}
    none = {"color": LIGHT.text3, "style": "b_diagonal", **line}
    fits = [
        (f"{kw:g}", f"{kw:g} kW fits", {"color": LIGHT.class_fill(kw), **line}) for kw in SIZES_KW
    ]
    return _by_category("fits_kw", [("0", "None fits", none), *fits])


def _by_category(attribute: str, kinds: Sequence[tuple[str, str, dict[str, str]]]) -> str:
    """Give every value of an attribute its label and fill."""
    categories = "".join(
        f'<category value={quoteattr(value)} symbol="{n}" label={quoteattr(label)} render="true"/>'
        for n, (value, label, _) in enumerate(kinds)
    )
    symbols = "".join(_symbol(n, _FILL, fill) for n, (_, _, fill) in enumerate(kinds))
    return _document(
        f'<renderer-v2 type="categorizedSymbol" attr={quoteattr(attribute)}>'
        f"<categories>{categories}</categories><symbols>{symbols}</symbols></renderer-v2>"
    )


def _symbol(number: int, kind: str, properties: dict[str, str]) -> str:
    geometry = {_FILL: "fill", _LINE: "line", _MARKER: "marker"}[kind]
    options = "".join(
        f"<prop k={quoteattr(key)} v={quoteattr(_colour(value))}/>"
        for key, value in properties.items()
    )
    return (
        f'<symbol type="{geometry}" name="{number}"><layer class="{kind}" enabled="1">'
        f"{options}</layer></symbol>"
    )


def _colour(value: str) -> str:
    """Write ``#RRGGBB`` as "r,g,b,255"; other values stay."""
    if not value.startswith("#"):
        return value
    return ",".join(str(int(value[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"


def _document(body: str) -> str:
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'><qgis>{body}</qgis>"
