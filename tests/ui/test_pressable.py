"""Rows, tiles and steps are buttons by mouse and by keyboard."""

import pytest
from PySide6.QtCore import Qt

from ui.rail import StepButton
from ui.widgets.basic import Clickable


@pytest.mark.parametrize("make", [lambda: Clickable("Row"), lambda: StepButton(1)])
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_keyboard_presses_like_the_mouse(qtbot, make, key) -> None:
    widget = make()
    qtbot.addWidget(widget)
    with qtbot.waitSignal(widget.clicked, timeout=500):
        qtbot.keyClick(widget, key)
    with qtbot.waitSignal(widget.clicked, timeout=500):
        qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_other_keys_do_nothing(qtbot) -> None:
    widget = Clickable("Row")
    qtbot.addWidget(widget)
    with qtbot.assertNotEmitted(widget.clicked):
        qtbot.keyClick(widget, Qt.Key.Key_A)
