"""The diagram's layout counts on widths that no letter of the font exceeds."""

import pytest
from PySide6.QtGui import QFont, QFontMetricsF

from planner.documents.diagram.items import width

LETTERS = [*range(0x20, 0x7F), *range(0xA0, 0x180), *map(ord, "ΩΔφη≤≥–—…")]


@pytest.mark.parametrize("weight", [400, 600])
def test_no_letter_is_wider_than_the_layout_believes(weight, qapp, styled) -> None:
    font = QFont("Inter", weight=weight)
    font.setPixelSize(100)
    metrics = QFontMetricsF(font)
    assert metrics.horizontalAdvance("W") > metrics.horizontalAdvance("i") > 0
    believed = {c: 100 * width(c, 1, weight) for c in map(chr, LETTERS)}
    assert [c for c, most in believed.items() if metrics.horizontalAdvance(c) > most] == []
