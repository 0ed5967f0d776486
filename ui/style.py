"""The style sheet: one template, filled from the tokens."""

from __future__ import annotations

from string import Template

from grid.findings import Severity
from ui.present.tokens import Tokens

_ROLES = (
    "window", "surface", "raised", "hover", "selected", "border", "control", "text", "text2",
    "text3", "accent", "on_accent", "accent_hover",
)  # fmt: skip

_TEMPLATE = Template(
    """
QMainWindow, QWidget#workspace { background: $window; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 4px 6px; }

QFrame#header, QFrame#panel, QFrame#inspector, QFrame#drawer, QFrame#cards {
  background: $surface; border: 0; }
QFrame#header { border-bottom: 1px solid $border; }
QFrame#cards { background: $window; border-bottom: 1px solid $border; }
QFrame#rail { background: $raised; border: 0; border-right: 1px solid $border; }
QFrame#statusBar { background: $raised; border: 0; border-top: 1px solid $border; }
QFrame#rule { background: $border; border: 0; max-height: 1px; min-height: 1px; }
QFrame#bar { background: $border; border: 0; max-width: 1px; min-width: 1px; }
QFrame#floating { background: $surface; border: 1px solid $border; border-radius: 6px; }
QFrame[card="true"] { background: $surface; border: 1px solid $border; border-radius: 6px; }
QFrame[card="true"][shown="true"] { border: 2px solid $accent; }
QFrame[note="info"] { background: $info_fill; border: 0; border-radius: 4px; }
QFrame[note="warning"] { background: $warning_fill; border: 0; border-radius: 4px; }
QFrame[note="error"] { background: $error_fill; border: 0; border-radius: 4px; }
QFrame[note="ok"] { background: $ok_fill; border: 0; border-radius: 4px; }
QFrame[row="true"] { background: transparent; border: 0; border-radius: 0; }
QFrame[row="true"]:hover { background: $hover; }
QFrame[row="true"][selected="true"] { background: $selected; }

QLabel { background: transparent; color: $text; }
QLabel[role="title"] { font-size: 15px; font-weight: 600; }
QLabel[role="page"] { font-size: 24px; font-weight: 600; }
QLabel[role="price"] { font-size: 26px; font-weight: 600; }
QLabel[role="section"] { font-size: 18px; font-weight: 600; }
QLabel[role="group"] { font-size: 12px; font-weight: 600; color: $text2; }
QLabel[role="label"] { color: $text2; }
QLabel[role="small"] { font-size: 12px; color: $text2; }
QLabel[role="hint"] { font-size: 12px; color: $text3; }
QLabel[role="tiny"] { font-size: 11px; color: $text3; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="name"] { font-weight: 500; }
QLabel[role="number"] { font-weight: 500; }
QLabel[role="badge"] { font-size: 11px; font-weight: 600; color: $text2; background: $hover;
  border-radius: 3px; padding: 2px 6px; }
QLabel[badge="error"] { color: $error_text; background: $error_fill; }
QLabel[badge="warning"] { color: $warning_text; background: $warning_fill; }
QLabel[badge="info"] { color: $info_text; background: $info_fill; }
QLabel[badge="ok"] { color: $ok_text; background: $ok_fill; }

QPushButton { background: $surface; color: $text; border: 1px solid $control; border-radius: 4px;
  padding: 0 10px; min-height: 24px; font-weight: 500; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $selected; }
QPushButton:focus { border: 2px solid $accent; padding: 0 9px; min-height: 22px; }
QPushButton:disabled { color: $text3; border-color: $border; background: $raised; }
QPushButton:checked { background: $selected; border-color: $accent; }
QPushButton[primary="true"] { background: $accent; color: $on_accent; border: 1px solid $accent;
  min-height: 32px; font-weight: 600; }
QPushButton[primary="true"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[primary="true"]:focus { border: 2px solid $text; padding: 0 9px; min-height: 30px; }
QPushButton[primary="true"]:disabled { background: $hover; color: $text3; border-color: $border; }
QPushButton[link="true"] { border: 0; background: transparent; color: $accent; padding: 0 2px;
  font-weight: 500; min-height: 18px; text-align: left; }
QPushButton[link="true"]:hover { text-decoration: underline; }
QPushButton[link="true"]:focus { border: 1px solid $accent; border-radius: 3px; padding: 0 1px; }
QPushButton[link="true"]:disabled { color: $text3; }
QPushButton[segment="true"] { border-radius: 0; margin: 0; padding: 0 4px; min-height: 24px; }
QPushButton[segment="true"]:checked { background: $accent; color: $on_accent;
  border-color: $accent; font-weight: 600; }
QPushButton[tile="true"] { min-height: 56px; border-color: $border; border-radius: 6px; }
QPushButton[tile="true"]:checked { background: $selected; border: 2px solid $accent; }

QToolButton { background: transparent; border: 0; border-radius: 4px; padding: 4px; color: $text; }
QToolButton:hover { background: $hover; }
QToolButton:checked { background: $selected; }
QToolButton:focus { border: 2px solid $accent; padding: 2px; }
QToolButton::menu-indicator { image: none; width: 0; }

QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QPlainTextEdit { background: $surface;
  color: $text; border: 1px solid $control; border-radius: 4px; padding: 0 6px; min-height: 26px;
  selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
 QComboBox:focus { border: 2px solid $accent;
  padding: 0 5px; min-height: 24px; }
QLineEdit[dense="true"] { padding: 0 3px; }
QLineEdit[dense="true"]:focus { padding: 0 2px; }
QLineEdit:disabled, QSpinBox:disabled,
QDoubleSpinBox:disabled { background: $raised;
  color: $text3; border-color: $border; }
QLineEdit[flag="ask"], QComboBox[flag="ask"] { border: 1px solid $warning_mark;
  background: $warning_fill; }
QLineEdit[flag="error"] { border: 1px solid $error_mark; background: $error_fill; }
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button,
QDoubleSpinBox::down-button { width: 0; border: 0; }
QComboBox[dense="true"] { border-color: transparent; min-height: 22px; }
QComboBox[dense="true"]:hover, QComboBox[dense="true"]:focus { border: 1px solid $control;
  padding: 0 6px; min-height: 22px; }
QComboBox::drop-down { border: 0; width: 22px; }
QComboBox::down-arrow { image: url("$chevron"); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: $surface; color: $text; border: 1px solid $border;
  selection-background-color: $selected; selection-color: $text; outline: 0; }

QCheckBox { color: $text; spacing: 8px; background: transparent; }
QCheckBox:disabled { color: $text3; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid $control; border-radius: 3px;
  background: $surface; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$tick"); }
QCheckBox::indicator:focus { border: 2px solid $accent; }

QSlider::groove:horizontal { height: 4px; background: $border; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { background: $surface; border: 2px solid $accent; width: 10px;
  height: 10px; margin: -5px 0; border-radius: 7px; }
QProgressBar { background: $border; border: 0; border-radius: 2px; max-height: 4px;
  min-height: 4px; text-align: right; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }

QTabBar { background: transparent; border: 0; }
QTabBar::tab { background: transparent; color: $text2; border: 0;
  border-bottom: 2px solid transparent; padding: 0 11px; height: $tab_px; font-size: 13px; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; font-weight: 600; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $accent; }
QTabBar::close-button { image: none; }

QFrame#drawer QTabBar::tab { height: 32px; }

QTableView, QTreeView, QListView { background: $surface; color: $text; border: 0;
  gridline-color: $border; outline: 0; font-size: 12px; selection-background-color: $selected;
  selection-color: $text; }
QTableView::item { padding: 0 8px; border: 0; border-bottom: 1px solid $border; }
QTableView::item:selected { background: $selected; color: $text; }
QHeaderView { background: $raised; border: 0; }
QHeaderView::section { background: $raised; color: $text2; border: 0;
  border-bottom: 1px solid $border; padding: 0 11px; font-size: 12px; font-weight: 600;
  height: 28px; }
QListView::item { padding: 4px 8px; }
QListView::item:selected { background: $selected; color: $text; }

QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QScrollArea { background: transparent; border: 0; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $border; border-radius: 3px; min-height: 24px; min-width: 24px;
  margin: 2px; }
QScrollBar::handle:hover { background: $control; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
  background: transparent; border: 0; width: 0; height: 0; }
QAbstractScrollArea::corner { background: transparent; }

QMenu { background: $surface; color: $text; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 10px; border-radius: 3px; }
QMenu::item:selected { background: $selected; }
QMenu::item:disabled { color: $text3; }
QMenu::separator { height: 1px; background: $border; margin: 4px 6px; }
QDialog, QMessageBox { background: $surface; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
"""
)


def style_sheet(tokens: Tokens) -> str:
    """Fill the template for one theme."""
    import data

    values = {name: getattr(tokens, name) for name in _ROLES}
    for severity in Severity:
        signal = tokens.severity[severity]
        values |= {f"{severity}_text": signal.text, f"{severity}_fill": signal.fill}
        values[f"{severity}_mark"] = signal.mark
    suffix = "dark" if tokens.name == "dark" else "light"
    icons = data.asset_path("icons")
    values["chevron"] = (icons / f"control-chevron-{suffix}.svg").as_posix()
    values["tick"] = (icons / f"control-tick-{suffix}.svg").as_posix()
    return _TEMPLATE.substitute(values, tab_px="42px")
