"""Keys that a table of cells keeps for itself, so that letters do not choose tools."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence


def keeps_key(event: QEvent, *keys: QKeySequence.StandardKey) -> bool:
    """Take a key that types, or one of `keys`, before any shortcut does; tell whether so."""
    if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    plain = event.text().isprintable() and bool(event.text())
    if plain or any(event.matches(key) for key in keys):
        event.accept()
        return True
    return False
