"""The energy price: typed, wrong cells named, previewed, every edit undoable."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from planner.model.energy_price import EnergyPrice, PriceWindow
from ui.present import energy_price as present
from ui.price_page import PriceEditor

RED = PriceWindow("Red", 0.45, 960, 1140, (0, 1, 2, 3, 4), 11, 2)
NIGHT = PriceWindow("Night", 0.12, 1380, 360)
PRICE = EnergyPrice(0.24, (RED, NIGHT))


@pytest.fixture
def editor(open_tiny) -> PriceEditor:
    open_tiny.work.go_to(1)
    open_tiny.work.supply_panel.price_asked.emit()
    made = open_tiny.work.plan.drawer.stack.currentWidget()
    assert isinstance(made, PriceEditor)
    made.document = open_tiny.session.document
    return made


def price(editor: PriceEditor) -> EnergyPrice | None:
    return present.tariff_of(editor.document.project)


def put(editor: PriceEditor, tariff: EnergyPrice) -> None:
    editor.document.edit("Price", lambda p: present.with_tariff(p, tariff))


def type_into(editor: PriceEditor, row: int, column: int, text: str) -> None:
    """Type into a cell with the keyboard alone."""
    editor.table.setFocus()
    editor.table.setCurrentCell(row, column)
    QTest.keyClick(editor.table, Qt.Key.Key_F2)
    QApplication.processEvents()
    (field,) = (f for f in editor.table.findChildren(QLineEdit) if f.isVisible())
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    QApplication.processEvents()


def test_nothing_is_assumed_before_a_price_is_typed(editor) -> None:
    assert price(editor) is None
    assert not editor.add.isEnabled()
    assert "base price" in editor.told.text()
    assert editor.strip.isHidden()


def test_base_price_and_window_are_typed_and_undone(editor) -> None:
    editor.base.setFocus()
    QTest.keyClicks(editor.base, "0.24")
    QTest.keyClick(editor.base, Qt.Key.Key_Return)
    assert price(editor) == EnergyPrice(0.24)
    QTest.mouseClick(editor.add, Qt.MouseButton.LeftButton)
    for column, text in enumerate(("Red", "Nov-Feb", "Mon-Fri", "16", "19:00", "0.45")):
        type_into(editor, 0, column, text)
    assert price(editor) == EnergyPrice(0.24, (RED,))
    for _ in range(20):
        editor.document.stack.undo()
    assert price(editor) is None
    assert editor.table.rowCount() == 0


def test_a_wrong_cell_is_named_kept_and_corrected(editor) -> None:
    put(editor, PRICE)
    type_into(editor, 1, 3, "25:00")
    assert price(editor) == PRICE
    assert editor.table.item(1, 3).text() == "25:00"
    assert editor.problem.text().startswith("Row 2, From: the time is '25:00'; enter it like")
    type_into(editor, 0, 5, "0.5")  # another row can be changed meanwhile
    assert price(editor).windows[0].per_kwh == 0.5
    assert editor.table.item(1, 3).text() == "25:00"
    QTest.mouseClick(editor.problem, Qt.MouseButton.LeftButton)
    assert (editor.table.currentRow(), editor.table.currentColumn()) == (1, 3)
    type_into(editor, 1, 3, "22:00")
    assert price(editor).windows[1].from_min == 22 * 60
    assert not editor.wrong


def test_the_upper_window_counts_and_may_be_moved(editor) -> None:
    day = PriceWindow("Day", 0.3, 0, 1440)
    put(editor, EnergyPrice(0.24, (day, RED)))
    assert editor.told.text() == "'Red' never holds: 'Day' above covers all its hours."
    editor.table.setCurrentCell(1, 0)
    QTest.mouseClick(editor.up, Qt.MouseButton.LeftButton)
    assert price(editor).windows == (RED, day)
    assert "never" not in editor.told.text()
    QTest.mouseClick(editor.remove, Qt.MouseButton.LeftButton)
    assert price(editor).windows == (day,)


def test_letters_go_to_the_cell_and_not_to_the_tools(editor) -> None:
    put(editor, PRICE)
    editor.table.setFocus()
    editor.table.setCurrentCell(0, 0)
    QTest.keyClick(editor.table, Qt.Key.Key_H)
    assert editor.table.state() is editor.table.State.EditingState


def test_a_table_is_imported_as_one_step(editor, qtbot, monkeypatch, tmp_path: Path) -> None:
    file = tmp_path / "prices.csv"
    file.write_text("name,months,days,from,to,price\n,,,,,0.24\nNight,,,23:00,06:00,0.12\n")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a: (str(file), ""))
    put(editor, PRICE)
    editor._import()
    qtbot.waitUntil(lambda: price(editor) == EnergyPrice(0.24, (NIGHT,)))
    editor.document.stack.undo()
    assert price(editor) == PRICE


def test_strips_show_each_season_and_group_of_days() -> None:
    made = present.strips(PRICE)
    assert [s.title for s in made] == [
        "Mar–Oct, every day", "Nov–Feb, Mon–Fri", "Nov–Feb, Sat, Sun",
    ]  # fmt: skip
    winter = [(s.from_h, s.to_h, s.words) for s in made[1].stretches]
    assert winter == [
        (0, 6, "0.12"), (6, 16, "0.24"), (16, 19, "0.45"), (19, 23, "0.24"), (23, 24, "0.12"),
    ]  # fmt: skip
    assert made[1].stretches[2].fill == present.RAMP[-1][0]
    assert present.strips(EnergyPrice(0.2))[0].title == "every day"
    assert "16 to 19 h 0.45" in present.spoken(made)


def test_the_strip_says_what_it_shows_and_paints(editor) -> None:
    put(editor, PRICE)
    assert "16 to 19 h 0.45" in editor.strip.accessibleDescription()
    picture = editor.strip.grab().toImage()
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(0, picture.width(), 3)
        for y in range(0, picture.height(), 3)
    }
    assert {present.RAMP[0][0].lower(), present.RAMP[-1][0].lower()} <= colours


def test_the_panel_says_what_a_kwh_costs(tiny_project) -> None:
    assert present.summary(None, "GBP").startswith("No energy price")
    assert present.summary(PRICE, "GBP") == "Energy at 0.24 £/kWh, 2 windows at other prices"
    assert present.summary(replace(PRICE, windows=()), "GBP") == "Energy at 0.24 £/kWh at any time"
