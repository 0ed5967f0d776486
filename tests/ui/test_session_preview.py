"""The preview of charging sessions: what they resemble, answers, one undoable edit."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QPushButton

from planner.demand.estimate import estimate
from planner.inputs.session_preview import preview_sessions
from planner.inputs.sessions import SessionOptions
from planner.model.demand import RECORDED, DemandInput
from ui.dialogs.session_preview import SessionsPreview
from ui.present.session_preview import verdict, with_recorded
from ui.widgets.bar_plot import BarPlot


def write(folder: Path, name: str = "s.csv", form: str = "2026-03-{day:02d} {at}") -> Path:
    """Write four weeks of a workplace as a table that starts on Monday 2 March."""
    s = estimate((DemandInput("workplace", 12.0),), 3).sessions
    lines = ["start,end,kWh"]
    for arrive, leave, kwh in zip(s.arrive_min, s.depart_min, s.energy_kwh, strict=True):
        both = [
            form.format(day=2 + int(t) // 1440, at=f"{int(t) // 60 % 24:02d}:{int(t) % 60:02d}")
            for t in (arrive, leave)
        ]
        lines.append(f"{both[0]},{both[1]},{kwh:.2f}")
    path = folder / name
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def opened(open_tiny, qtbot):
    def show(path: Path) -> SessionsPreview:
        dialog = SessionsPreview(open_tiny.session, path, open_tiny)
        dialog.open()
        qtbot.waitUntil(lambda: dialog.seen is not None)
        return dialog

    return show


def groups(window) -> tuple[DemandInput, ...]:
    return window.session.document.require().scenario.demand


def test_overlays_hold_every_car_of_both(tmp_path: Path) -> None:
    seen = preview_sessions(write(tmp_path), SessionOptions())
    assert seen.fits[0].archetype == "workplace"
    for overlay in seen.overlays.values():
        assert overlay.record_pct.sum() == pytest.approx(100)
        assert overlay.archetype_pct["hotel"].sum() == pytest.approx(100)
    assert "alike" in verdict(seen.fits[0])
    assert "differs" in verdict(seen.fits[-1])


def test_the_nearest_archetype_is_laid_over_the_record(opened, tmp_path: Path) -> None:
    dialog = opened(write(tmp_path))
    assert dialog.fits.item(0, 0).text() == "Workplace"
    assert len(dialog.findChildren(BarPlot)) == 3
    assert "Workplace is alike" in dialog.verdict.text()
    dialog.fits.selectRow(dialog.fits.rowCount() - 1)
    assert dialog.compared == dialog.seen.fits[-1].archetype != "workplace"
    assert "differs" in dialog.verdict.text()


def test_sessions_become_a_group_and_undo_takes_it_back(opened, open_tiny, tmp_path) -> None:
    before = groups(open_tiny)
    dialog = opened(write(tmp_path))
    assert dialog.take_button.text().startswith("Use ")
    assert "sessions" in dialog.take_button.text()
    dialog.take_button.click()
    assert groups(open_tiny)[:-1] == before
    assert groups(open_tiny)[-1].archetype == RECORDED
    open_tiny.session.document.stack.undo()
    assert groups(open_tiny) == before


def test_the_archetype_can_be_taken_with_as_many_cars(opened, open_tiny, qtbot, tmp_path) -> None:
    dialog = opened(write(tmp_path))
    choice = next(b for b in dialog.findChildren(QPushButton) if b.text() == "The archetype")
    qtbot.mouseClick(choice, Qt.MouseButton.LeftButton)
    assert "cars a day" in dialog.take_button.text()
    dialog.take_button.click()
    made = groups(open_tiny)[-1]
    assert made.archetype == "workplace"
    assert made.drivers_per_day == pytest.approx(12, rel=0.3)


def test_an_open_question_is_answered_in_the_form(opened, qtbot, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("start,end,kWh\n03/04/2026 08:00,03/04/2026 10:00,10.5\n")
    dialog = opened(path)
    assert not dialog.take_button.isEnabled()
    assert dialog.state.text() == "1 question is open."
    box = dialog.controls["dayfirst"]
    box.setCurrentIndex(1)
    box.activated.emit(1)
    qtbot.waitUntil(dialog.take_button.isEnabled)
    assert dialog.take_button.text() == "Use 1 session"


def test_a_file_without_sessions_cannot_be_used(opened, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_text("Month,Sessions,kWh\n2026-01,3,40\n2026-02,4,41\n")
    dialog = opened(path)
    assert dialog.state.text() == "This file cannot be used."
    assert not dialog.seen_part.isVisible()


def test_a_record_read_again_takes_the_place_of_the_first(tiny_project, tmp_path: Path) -> None:
    seen = preview_sessions(write(tmp_path), SessionOptions())
    assert seen.group is not None
    once = with_recorded(tiny_project, seen.group)
    twice = with_recorded(once, seen.group)
    assert len(once.scenario.demand) == len(twice.scenario.demand) == 2


def test_a_dropped_session_table_opens_its_preview(open_tiny, qtbot, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(write(tmp_path)))])
    drop = QDropEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    open_tiny.dropEvent(drop)
    qtbot.waitUntil(lambda: bool(open_tiny.findChildren(SessionsPreview)))
    dialog = open_tiny.findChildren(SessionsPreview)[0]
    qtbot.waitUntil(lambda: dialog.seen is not None)
    dialog.reject()


def test_sessions_are_read_from_the_menu(open_tiny, qtbot, tmp_path: Path, monkeypatch) -> None:
    path = write(tmp_path)
    monkeypatch.setattr(
        "ui.main_window.QFileDialog.getOpenFileName", lambda *_asked: (str(path), "")
    )
    open_tiny.actions_by_id["read_sessions"].trigger()
    dialog = open_tiny.findChildren(SessionsPreview)[0]
    qtbot.waitUntil(lambda: dialog.seen is not None)
    dialog.reject()
