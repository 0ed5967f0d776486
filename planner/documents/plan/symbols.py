"""Symbols of the plan; sizes in picture units, the same at every scale."""

from __future__ import annotations

import math

from planner.documents.palette import Palette
from planner.documents.plan.svg import group, tag, text

Ink = dict[str, str | float]

CHARGER_R = 5.0
INK_WIDTH = 1.4


def charger(x: float, y: float, kw: int, sockets: int, palette: Palette) -> str:
    """Draw a charger: the shape says the power class, a bar across two sockets."""
    fill = palette.class_fill(kw)
    ink: Ink = {"fill": fill, "stroke": palette.text, "stroke_width": INK_WIDTH}
    r = CHARGER_R
    if kw == 22:
        parts = [tag("circle", cx=x, cy=y, r=r, **ink)]
        if sockets > 1:
            parts.append(_line(x - r, y, x + r, y, palette.text, INK_WIDTH))
        return group(parts)
    if kw in {50, 150}:
        parts = [tag("rect", x=x - r, y=y - r, width=2 * r, height=2 * r, **ink)]
        if kw == 150:
            inner = r * 0.45
            parts.append(
                tag("rect", x=x - inner, y=y - inner, width=2 * inner, height=2 * inner,
                    fill=palette.surface, stroke=palette.text, stroke_width=0.6)
            )  # fmt: skip
        return group(parts)
    corners, turn = {75: (4, 0.0), 100: (5, 0.0), 120: (6, 30.0)}[kw]
    return tag("polygon", points=_ring(x, y, r * 1.22, corners, turn), **ink)


def _ring(x: float, y: float, r: float, corners: int, turn_deg: float) -> str:
    angles = (math.radians(turn_deg + 360 * n / corners) for n in range(corners))
    return " ".join(f"{x + r * math.sin(a):.2f},{y - r * math.cos(a):.2f}" for a in angles)


def _line(x1: float, y1: float, x2: float, y2: float, ink: str, width: float) -> str:
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=ink, stroke_width=width)


def pillar(x: float, y: float, palette: Palette) -> str:
    """Draw a feeder pillar: a filled upright box with a busbar."""
    body = tag("rect", x=x - 5, y=y - 6.5, width=10, height=13, rx=1, fill=palette.text)
    bars = [_line(x - 2.5, y + d, x + 2.5, y + d, palette.surface, 1.2) for d in (-2.0, 2.0)]
    return group([body, *bars])


def board(x: float, y: float, palette: Palette) -> str:
    """Draw an existing board: a box with a diagonal."""
    box = tag("rect", x=x - 6, y=y - 5, width=12, height=10, fill=palette.surface,
              stroke=palette.text, stroke_width=INK_WIDTH)  # fmt: skip
    corner = tag("polygon", points=f"{x - 6},{y + 5} {x + 6},{y + 5} {x + 6},{y - 5}",
                 fill=palette.text)  # fmt: skip
    return group([box, corner])


def transformer(x: float, y: float, palette: Palette) -> str:
    """Draw a transformer: two rings."""
    disc = tag("circle", cx=x, cy=y, r=10, fill=palette.surface, opacity=0.85)
    rings = [
        tag("circle", cx=x + d, cy=y, r=4.6, fill="none", stroke=palette.text, stroke_width=1.6)
        for d in (-3.0, 3.0)
    ]
    return group([disc, *rings])


def wheelchair(x: float, y: float, size: float, palette: Palette) -> str:
    """Draw a wheelchair, `size` high, centred."""
    pen: Ink = {"fill": "none", "stroke": palette.text2, "stroke_width": 0.9}
    return group(
        [
            tag("circle", cx=-0.9, cy=-4.2, r=0.9, fill=palette.text2),
            tag("path", d="M-.9-2.9V.3H1.7L2.8 3.2H3.8M-.9-1.6H1.1", **pen),
            tag("path", d="M-2-.9A2.7 2.7 0 1 0 1.6 2.7", **pen),
        ],
        transform=f"translate({x:.2f} {y:.2f}) scale({size / 10:.3f})",
    )


def row_ring(x: float, y: float, letter: str, palette: Palette) -> str:
    """Draw a row's letter in a ring."""
    disc = tag("circle", cx=x, cy=y, r=7, fill=palette.surface, stroke=palette.bay_line,
               stroke_width=0.8)  # fmt: skip
    return disc + text(letter[:3], x, y + 2.8, 8, palette.text, anchor="middle", weight=600)


def severity(x: float, y: float, kind: str, palette_mark: str) -> str:
    """Draw a finding's mark: octagon, triangle, square or disc."""
    ink: Ink = {"fill": palette_mark, "stroke": "#FFFFFF", "stroke_width": 1.5}
    if kind == "error":
        return tag("polygon", points=_ring(x, y, 6, 8, 22.5), **ink)
    if kind == "warning":
        return tag("polygon", points=_ring(x, y + 1, 7, 3, 0), **ink)
    if kind == "info":
        return tag("rect", x=x - 5, y=y - 5, width=10, height=10, rx=1, **ink)
    return tag("circle", cx=x, cy=y, r=5.5, **ink)
