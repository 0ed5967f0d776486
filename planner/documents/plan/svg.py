"""SVG elements as text; attributes and contents are always escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

_CONTROL = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow at all."""


def number(value: float) -> str:
    """Write a coordinate with at most two decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def clean(text: str) -> str:
    """Drop characters that no XML document may hold."""
    return _CONTROL.sub("", text)


def tag(name: str, *children: str, **attributes: str | float) -> str:
    """Return an element; `stroke_width` becomes ``stroke-width``, a final ``_`` is dropped."""
    parts = [name]
    for key, value in attributes.items():
        text = clean(value) if isinstance(value, str) else number(value)
        parts.append(f"{key.rstrip('_').replace('_', '-')}={quoteattr(text)}")
    head = " ".join(parts)
    return f"<{head}>{''.join(children)}</{name}>" if children else f"<{head}/>"


def text(
    words: str, x: float, y: float, size: float, fill: str,
    *, anchor: str = "start", weight: int = 400, halo: str = "",
) -> str:  # fmt: skip
    """Return a line of text; a halo keeps it readable on lines."""
    attributes: dict[str, str | float] = {
        "x": x, "y": y, "font_size": size, "fill": fill, "text_anchor": anchor,
        "font_weight": weight,
    }  # fmt: skip
    body = escape(clean(words))
    if not halo:
        return tag("text", body, **attributes)
    # Two elements instead of paint-order, which not every renderer knows.
    ring = {
        **attributes,
        "fill": halo,
        "stroke": halo,
        "stroke_width": 3.0,
        "stroke_linejoin": "round",
    }
    return tag("text", body, **ring) + tag("text", body, **attributes)


def group(children: Iterable[str], **attributes: str | float) -> str:
    """Return a group, or nothing for no children."""
    body = "".join(children)
    return tag("g", body, **attributes) if body else ""
