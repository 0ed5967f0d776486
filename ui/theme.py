"""The theme on screen: tokens, palette and style sheet, following the system."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

import data
from ui.present.tokens import DARK, LIGHT, Tokens
from ui.style import style_sheet

FONT_FILES = ("fonts/Inter-Regular.otf", "fonts/Inter-Medium.otf", "fonts/Inter-SemiBold.otf")


class Choice(StrEnum):
    """What the user asked for."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """Holds the tokens on screen and says when they change."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens: Tokens = LIGHT
        self.choice = Choice.SYSTEM

    def follow(self, choice: Choice) -> None:
        """Use a theme, or the system's; rebuild palette and style sheet."""
        self.choice = choice
        self._apply()

    def watch_system(self) -> None:
        """Follow the system from now on while the choice says so."""
        hints = QApplication.styleHints()
        hints.colorSchemeChanged.connect(lambda _scheme: self._apply())

    def _apply(self) -> None:
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        scheme = QApplication.styleHints().colorScheme()
        system_dark = scheme is Qt.ColorScheme.Dark
        dark = system_dark if self.choice is Choice.SYSTEM else self.choice is Choice.DARK
        self.tokens = DARK if dark else LIGHT
        app.setPalette(palette_of(self.tokens))
        app.setStyleSheet(style_sheet(self.tokens))
        self.changed.emit()


def palette_of(tokens: Tokens) -> QPalette:
    """Fill a palette, all groups, from the tokens."""
    roles = QPalette.ColorRole
    colours = {
        roles.Window: tokens.window,
        roles.WindowText: tokens.text,
        roles.Base: tokens.surface,
        roles.AlternateBase: tokens.raised,
        roles.Text: tokens.text,
        roles.Button: tokens.surface,
        roles.ButtonText: tokens.text,
        roles.BrightText: tokens.on_accent,
        roles.Highlight: tokens.accent,
        roles.HighlightedText: tokens.on_accent,
        roles.Link: tokens.accent,
        roles.ToolTipBase: tokens.raised,
        roles.ToolTipText: tokens.text,
        roles.PlaceholderText: tokens.text3,
        roles.Light: tokens.hover,
        roles.Midlight: tokens.border,
        roles.Mid: tokens.border,
        roles.Dark: tokens.control,
        roles.Shadow: tokens.control,
    }
    palette = QPalette()
    for role, colour in colours.items():
        palette.setColor(role, QColor(colour))
    disabled = QPalette.ColorGroup.Disabled
    for role in (roles.Text, roles.ButtonText, roles.WindowText):
        palette.setColor(disabled, role, QColor(tokens.text3))
    return palette


def load_font() -> QFont:
    """Load the shipped Inter, or take the system's font; figures are tabular."""
    family = ""
    for name in FONT_FILES:
        try:
            path = data.asset_path(name)
        except FileNotFoundError:
            continue
        loaded = QFontDatabase.addApplicationFont(str(path))
        families = QFontDatabase.applicationFontFamilies(loaded) if loaded >= 0 else []
        family = family or (families[0] if families else "")
    font = QFont(family or "Inter")
    font.setPixelSize(13)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def font_of(size_px: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the application's font in a size and weight, figures tabular."""
    font = QFont(QApplication.font())
    font.setPixelSize(size_px)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


theme = Theme()
"""The one theme of the running program."""
