"""A plotting area with ticks, and marks in it, as SVG."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.documents.palette import LIGHT
from planner.documents.plan.svg import number, tag, text

Reals = npt.NDArray[np.float64]
INK = LIGHT.text3
SMALL = 9.0


@dataclass(frozen=True, slots=True)
class Axes:
    """Maps values to points of a picture of `width` × `height`."""

    width: float
    height: float
    x0: float
    x1: float
    y0: float
    y1: float
    left: float = 38.0
    right: float = 8.0
    top: float = 10.0
    bottom: float = 20.0

    def x(self, value: float) -> float:
        """Return the horizontal place of a value."""
        wide = self.width - self.left - self.right
        return self.left + (value - self.x0) / (self.x1 - self.x0) * wide

    def y(self, value: float) -> float:
        """Return the vertical place of a value, kept within the area."""
        high = self.height - self.top - self.bottom
        share = (value - self.y0) / (self.y1 - self.y0)
        return self.top + (1 - min(1.0, max(0.0, share))) * high

    def svg(self, *parts: str, label: str) -> str:
        """Wrap marks into a picture; `label` says it in words."""
        return tag(
            "svg", *parts, xmlns="http://www.w3.org/2000/svg", width=self.width,
            height=self.height, viewBox=f"0 0 {self.width:g} {self.height:g}",
            font_family="Inter", role="img", aria_label=label,
        )  # fmt: skip

    def y_grid(self, ticks: Iterable[float], digits: int = 0) -> list[str]:
        """Draw level lines with their values."""
        parts = []
        for tick in ticks:
            y = self.y(tick)
            parts.append(tag("line", x1=self.left, x2=self.width - self.right, y1=y, y2=y,
                             stroke=LIGHT.border, stroke_width=1))  # fmt: skip
            words = f"{tick:,.{digits}f}"
            parts.append(text(words, self.left - 5, y + 3, SMALL, INK, anchor="end"))
        return parts

    def x_ticks(self, ticks: Iterable[tuple[float, str]]) -> list[str]:
        """Write words below the area."""
        return [
            text(words, self.x(at), self.height - 6, SMALL, INK, anchor="middle")
            for at, words in ticks
        ]

    def line(self, x: Reals, y: Reals, ink: str, width: float = 1.4, dash: str = "none") -> str:
        """Join points; a value that is not a number leaves a gap."""
        words, gap = [], True
        for a, b in zip(x.tolist(), y.tolist(), strict=True):
            if math.isnan(b):
                gap = True
                continue
            words.append(f"{'M' if gap else 'L'}{number(self.x(a))} {number(self.y(b))}")
            gap = False
        return tag("path", d="".join(words) or "M0 0", fill="none", stroke=ink,
                   stroke_width=width, stroke_dasharray=dash, stroke_linejoin="round")  # fmt: skip

    def area(self, x: Reals, low: Reals, high: Reals, fill: str, opacity: float = 1.0) -> str:
        """Fill between two lines where both are known."""
        known = np.isfinite(low) & np.isfinite(high)
        there = zip(x[known].tolist(), high[known].tolist(), strict=True)
        back = zip(x[known][::-1].tolist(), low[known][::-1].tolist(), strict=True)
        points = [f"{number(self.x(a))} {number(self.y(b))}" for a, b in (*there, *back)]
        if not points:
            return ""
        return tag("path", d="M" + "L".join(points) + "Z", fill=fill, fill_opacity=opacity)

    def level(self, value: float, words: str) -> str:
        """Draw a limit across the area and name it at its right end."""
        y, ink = self.y(value), LIGHT.keep_out
        line = tag("line", x1=self.left, x2=self.width - self.right, y1=y, y2=y, stroke=ink,
                   stroke_width=1.4, stroke_dasharray="6 3")  # fmt: skip
        return line + text(
            words, self.width - self.right - 2, y - 4 if y > self.top + 12 else y + 11, SMALL, ink,
            anchor="end", weight=500, halo=LIGHT.surface,
        )  # fmt: skip


def steps(hours: Reals, values: Reals, length_h: float) -> tuple[Reals, Reals]:
    """Return the corners of a line whose values hold for their interval."""
    corners = np.column_stack([hours, hours + length_h]).ravel()
    return np.asarray(corners, dtype=np.float64), np.repeat(values, 2)


def round_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round values from at or below `low` to at or above `high`."""
    span = max(high - low, 1e-9)
    power = 10.0 ** np.floor(np.log10(span / most))
    step = next(s * power for s in (1, 2, 2.5, 5, 10, 20) if span / (s * power) <= most)
    first, last = int(np.floor(low / step + 1e-9)), int(np.ceil(high / step - 1e-9))
    return [float(n * step) for n in range(first, last + 1)]


def legend(items: Sequence[tuple[str, str, str]], x: float, y: float) -> str:
    """Name marks in a row: words, ink and dash."""
    parts = []
    for words, ink, dash in items:
        parts.append(tag("line", x1=x, x2=x + 16, y1=y - 3, y2=y - 3, stroke=ink, stroke_width=2,
                         stroke_dasharray=dash))  # fmt: skip
        parts.append(text(words, x + 21, y, SMALL, LIGHT.text2))
        x += 34 + 5.1 * len(words)
    return "".join(parts)
