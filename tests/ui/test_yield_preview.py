"""A solar yield read in the window: looked at first, one undoable step, refused with a reason."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton

from planner.inputs.beside import solar_from_file
from planner.inputs.profiles import ProfileOptions
from ui.dialogs.yield_preview import YieldPreview

DAY_KW = np.maximum(0, 40 * np.sin((np.arange(96) / 96 - 0.25) * 2 * np.pi))


@pytest.fixture
def inverter(tmp_path: Path) -> Path:
    """Write four days of quarter-hours that reach 40 kW at noon; -0.1 kW by night."""
    rows = ["Time;Yield kW"]
    for i in range(4 * 96):
        kw = DAY_KW[i % 96] or -0.1
        rows.append(f"{1 + i // 96:02d}.06.2024 {i % 96 // 4:02d}:{i % 4 * 15:02d};{kw:.2f}")
    path = tmp_path / "inverter.csv"
    path.write_text("\n".join(rows).replace(".06.2024", "#").replace(".", ",").replace(
        "#", ".06.2024"))  # fmt: skip
    return path


@pytest.fixture
def dialog(open_tiny, inverter, qtbot, monkeypatch) -> YieldPreview:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(inverter), ""))
    open_tiny.work.go_to(1)
    links = open_tiny.work.supply_panel.findChildren(QPushButton)
    next(b for b in links if b.text() == "Read a solar yield").click()
    made = open_tiny.findChild(YieldPreview)
    qtbot.waitUntil(lambda: made.seen is not None)
    return made


def test_it_is_read_as_the_command_line_reads_it_and_undone(dialog, inverter) -> None:
    document = dialog.session.document
    site, window = document.project.site, dialog.parent()
    expected = solar_from_file(
        inverter, ProfileOptions(region=site.region, negative="zero"), "", site
    )
    assert dialog.take_button.text() == "Use this yield"
    dialog.take_button.click()
    (made,) = document.project.scenario.solar
    assert (made.measured.kw == expected.measured.kw).all()
    assert made.monthly_kwh == expected.monthly_kwh
    assert (made.peak_kw, made.inverter_kw) == (40.0, 40.0)
    words = [w.text() for w in window.work.supply_panel.findChildren(QLabel)]
    assert any("MWh a year, by time" in w for w in words)
    document.stack.undo()
    assert document.project.scenario.solar == ()


def test_a_yield_far_above_the_modules_is_refused_with_a_reason(dialog) -> None:
    for kw, is_fine in (("20", False), ("50", True)):
        dialog.modules.setFocus()
        dialog.modules.selectAll()
        QTest.keyClicks(dialog.modules, kw)
        dialog.modules.editingFinished.emit()
        assert dialog.take_button.isEnabled() is is_fine
        assert ("far above 20.0 kW" in dialog.state.text()) is not is_fine
    dialog.take_button.click()
    (made,) = dialog.session.document.project.scenario.solar
    assert (made.peak_kw, made.inverter_kw) == (50.0, 50.0)
    assert made.name == "Solar 50 kW, inverter.csv"
