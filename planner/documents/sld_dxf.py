"""The single-line diagram as DXF: the same sheet as the SVG, in millimetres, on named layers."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from planner.documents.diagram.drawing import Piece, Ring, Stroke, pieces
from planner.documents.diagram.items import Label
from planner.documents.diagram.sheet import Sheet, sheet
from planner.documents.palette import LIGHT, Palette
from planner.documents.plan.svg import clean
from planner.model.outcome import Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario

if TYPE_CHECKING:
    from ezdxf.document import Drawing
    from ezdxf.layouts import Modelspace

MM_PER_UNIT = 0.4
"""Texts of 9 units become capitals of 2.6 mm, readable on a print at 1:1."""
CAPITALS = 0.72
"""Height of capitals in ems, which is what a DXF text height means."""
LAYERS = {
    "AMP-TEXT": 7, "AMP-TEXT-SMALL": 8, "AMP-ERROR": 1, "AMP-BUSBAR": 7, "AMP-FEEDER": 5,
    "AMP-CABLE": 3, "AMP-SYMBOL": 7, "AMP-FRAME": 9,
}  # fmt: skip
"""Layers by name with their colour of the AutoCAD index."""


def render(project: Project, scenario: Scenario, outcome: Outcome) -> bytes:
    """Draw the outcome's design as a DXF file of version R2010."""
    page = sheet(project, scenario, outcome, LIGHT)
    stream = io.StringIO(newline="\r\n")
    with _without_clock():
        drawing(page, LIGHT).write(stream)
    return stream.getvalue().encode("utf-8")


def drawing(page: Sheet, palette: Palette) -> Drawing:
    """Return the DXF document of a sheet."""
    import ezdxf

    document = ezdxf.new("R2010", setup=["linetypes"])
    document.header["$INSUNITS"] = 4
    document.header["$LUNITS"] = 2
    for name, colour in LAYERS.items():
        document.layers.add(name, color=colour)
    document.styles.add("AMP", font="arial.ttf")
    document.styles.add("AMP-BOLD", font="arialbd.ttf")
    space = document.modelspace()
    for piece in pieces(page.items, palette.surface):
        _add(space, piece, page.height, palette)
    right, top = page.width * MM_PER_UNIT, page.height * MM_PER_UNIT
    document.set_modelspace_vport(height=top * 1.05, center=(right / 2, top / 2))
    return document


def _add(space: Modelspace, piece: Piece, height: float, palette: Palette) -> None:
    """Add one piece; the picture counts downwards, a drawing upwards."""

    def at(x: float, y: float) -> tuple[float, float]:
        return x * MM_PER_UNIT, (height - y) * MM_PER_UNIT

    if isinstance(piece, Label):
        _text(space, piece, at(piece.x, piece.y), palette)
        return
    attributes = {"layer": _layer(piece, palette)}
    if isinstance(piece, Ring):
        rx, ry = piece.rx * MM_PER_UNIT, piece.ry * MM_PER_UNIT
        if rx == ry:
            space.add_circle(at(piece.x, piece.y), rx, dxfattribs=attributes)
        else:
            axis, ratio = ((0, ry), rx / ry) if ry > rx else ((rx, 0), ry / rx)
            space.add_ellipse(
                at(piece.x, piece.y), major_axis=axis, ratio=ratio, dxfattribs=attributes
            )
        return
    points = [at(x, y) for x, y in piece.points]
    if piece.filled:
        hatch = space.add_hatch(color=256, dxfattribs=attributes)
        hatch.paths.add_polyline_path(points, is_closed=True)
        return
    if piece.dashed:
        attributes["linetype"] = "DASHED"
    line = space.add_lwpolyline(points, close=piece.closed, dxfattribs=attributes)
    line.dxf.ltscale = 0.2
    line.dxf.const_width = round(piece.thick * MM_PER_UNIT * 0.5, 3)


def _text(space: Modelspace, label: Label, place: tuple[float, float], palette: Palette) -> None:
    bold = label.weight > 500
    known = {palette.text: "AMP-TEXT", palette.text2: "AMP-TEXT-SMALL"}
    layer = known.get(label.ink, "AMP-ERROR")
    space.add_text(
        _plain(label.words), height=label.size * CAPITALS * MM_PER_UNIT,
        dxfattribs={"layer": layer, "style": "AMP-BOLD" if bold else "AMP", "insert": place},
    )  # fmt: skip


def _plain(words: str) -> str:
    """Keep what DXF would read as a control code from acting as one."""
    line = " ".join(clean(words).split())
    while "%%" in line:
        line = line.replace("%%", "% %")
    return line.replace("^", "^ ")


def _layer(piece: Stroke | Ring, palette: Palette) -> str:
    if isinstance(piece, Stroke):
        if piece.filled:
            return "AMP-BUSBAR"
        if piece.ink in (palette.text3, palette.border):
            return "AMP-FRAME"
        if not piece.closed and piece.ink == palette.feeder:
            return "AMP-FEEDER"
        if not piece.closed and piece.ink == palette.cable:
            return "AMP-CABLE"
    return "AMP-SYMBOL"


@contextmanager
def _without_clock() -> Iterator[None]:
    """Keep times and random numbers out, so that the same design gives the same file again."""
    import ezdxf

    before = ezdxf.options.write_fixed_meta_data_for_testing
    ezdxf.options.write_fixed_meta_data_for_testing = True
    try:
        yield
    finally:
        ezdxf.options.write_fixed_meta_data_for_testing = before
