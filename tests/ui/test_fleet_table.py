"""The fleet table: typed, pasted, wrong cells named, every edit undoable."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from planner.inputs.workbooks.rota import EXAMPLE
from planner.model.demand import ROTA
from ui.fleet_table import FleetEditor
from ui.present.fleet import fleet_group, pasted

VAN = "\t".join(map(str, EXAMPLE))
BUS = VAN.replace("Van 1", "Bus 7").replace("07:00", "soon")


@pytest.fixture
def editor(open_tiny, qtbot) -> FleetEditor:
    open_tiny.work.go_to(2)
    open_tiny.work.demand_panel.fleet_asked.emit()
    made = open_tiny.work.plan.drawer.stack.currentWidget()
    assert isinstance(made, FleetEditor)
    made.document = open_tiny.session.document
    return made


def key(editor: FleetEditor, code: Qt.Key) -> None:
    QTest.keyClick(editor.view, code, Qt.KeyboardModifier.ControlModifier)


def test_pasting_makes_a_fleet_and_undo_takes_it_back(editor) -> None:
    QGuiApplication.clipboard().setText(f"{VAN}\n{BUS}")
    editor.view.setCurrentIndex(editor.model.index(0, 0))
    key(editor, Qt.Key.Key_V)
    fleet = fleet_group(editor.document.project)
    assert fleet is not None
    assert len(fleet.visits) == 5, "the bus is not counted until its time is right"
    assert (1, 2) in editor.model.problems
    editor.document.stack.undo()
    assert fleet_group(editor.document.project) is None


def test_a_cell_is_corrected_by_typing(editor) -> None:
    editor.view.setCurrentIndex(editor.model.index(0, 0))
    editor.view.paste(BUS)
    editor._to_problem()
    assert editor.view.currentIndex().column() == 2
    editor.model.setData(editor.view.currentIndex(), "06:15")
    assert not editor.model.problems
    assert fleet_group(editor.document.project).visits[0].vehicle == "Bus 7"


def test_letters_go_to_the_cell_and_not_to_the_tools(editor, qtbot) -> None:
    editor.view.setFocus()
    editor.view.setCurrentIndex(editor.model.index(0, 0))
    QTest.keyClick(editor.view, Qt.Key.Key_H)
    assert editor.view.state() is editor.view.State.EditingState


def test_rows_are_removed(editor) -> None:
    editor.view.setCurrentIndex(editor.model.index(0, 0))
    editor.view.paste(f"{VAN}\n{VAN.replace('Van 1', 'Van 2')}")
    editor.view.selectRow(0)
    editor._remove()
    assert [row[0] for row in editor.model.rows] == ["Van 2"]
    editor.view.selectRow(0)
    editor._remove()
    assert all(g.archetype != ROTA for g in editor.document.project.scenario.demand)


def test_export_and_import_give_the_same_rows(editor, qtbot, tmp_path, monkeypatch) -> None:
    path = str(tmp_path / "rota.xlsx")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (path, ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (path, ""))
    editor.view.setCurrentIndex(editor.model.index(0, 0))
    editor.view.paste(VAN)
    rows = editor.model.rows
    editor._export()
    editor.document.stack.undo()
    qtbot.waitUntil((tmp_path / "rota.xlsx").exists)
    editor._import()
    qtbot.waitUntil(lambda: editor.model.rows == rows)


def test_a_header_row_is_not_a_vehicle() -> None:
    head = "Vehicle\tDays\tLeaves\tReturns"
    assert pasted(f"{head}\n{VAN}\n") == pasted(VAN)


def test_tab_goes_on_to_the_next_cell_of_a_new_row(editor, qtbot) -> None:
    editor._add()
    for text in ("Van 1", "Mon-Fri", "07:00"):
        QTest.keyClicks(editor.view.findChild(QLineEdit), text)
        QTest.keyClick(editor.view.findChild(QLineEdit), Qt.Key.Key_Tab)
        qtbot.wait(1)
    assert editor.model.rows == (("Van 1", "Mon-Fri", "07:00", *[""] * 7),)
    assert editor.view.currentIndex().column() == 3


def test_the_link_goes_from_one_wrong_cell_to_the_next_and_round(editor) -> None:
    editor.view.setCurrentIndex(editor.model.index(0, 0))
    editor.view.paste(f"{VAN}\n{BUS}\n{BUS.replace('Bus 7', 'Bus 8')}")
    assert "(1 of 2)" in editor._problem.text()
    visited = []
    for _ in range(3):
        editor._problem.click()
        visited.append(editor.view.currentIndex().row())
    assert visited == [1, 2, 1]


def test_numbers_and_their_titles_stand_at_the_right(editor) -> None:
    role, across = Qt.ItemDataRole.TextAlignmentRole, Qt.Orientation.Horizontal
    for column in range(editor.model.columnCount()):
        cell = editor.model.index(0, column).data(role)
        assert editor.model.headerData(column, across, role) == cell


def test_a_thousand_rows_come_in_turns_and_as_one_step(editor, qtbot) -> None:
    rows = "\n".join(VAN.replace("Van 1", f"Van {i}") for i in range(1000))
    editor.view.setCurrentIndex(editor.model.index(0, 0))
    editor.view.paste(rows)
    assert not editor.model.rows, "the window goes on while they are read"
    qtbot.waitUntil(lambda: len(editor.model.rows) == 1000)
    assert editor.document.stack.count() == 1
    assert fleet_group(editor.document.project).drivers_per_day == 1000
