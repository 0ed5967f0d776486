"""The window does anew only what changed: findings, labels, pages, garbage collections."""

from __future__ import annotations

import gc
from dataclasses import replace

import numpy as np
from PySide6.QtGui import QImage

from ui.app import spare_collections
from ui.panels.check import FindingItem


def test_findings_stay_with_their_widgets_while_new_ones_are_worked_out(designed, qtbot) -> None:
    designed.work.go_to(4)
    panel, document = designed.work.check_panel, designed.session.document
    before = panel.findChildren(FindingItem)
    assert before
    charger = min(document.project.scenario.design.chargers)
    designed.session.pin(str(charger))
    assert document.outcome is None
    assert panel._state.text() == "updating"
    assert panel.rows, "they can be read meanwhile"
    qtbot.waitUntil(lambda: document.outcome is not None)
    assert panel._state.text() == ""
    kept = [item for item in panel.findChildren(FindingItem) if not item.isHidden()]
    assert len(kept) == len(panel.rows)
    assert set(kept) <= set(before), "pinning changes no finding"


def test_findings_of_another_project_do_not_stay(designed, tiny_project, qtbot) -> None:
    designed.work.go_to(4)
    assert designed.work.check_panel.rows
    bare = replace(tiny_project, scenarios=(replace(tiny_project.scenario, design=None),))
    designed.session.document.open(bare, None)
    designed.session.opened.emit()
    designed.work.go_to(4)
    assert designed.work.check_panel.rows == ()


def test_what_an_opened_project_holds_is_left_out_of_collections(
    window, tiny_project, qtbot, monkeypatch
) -> None:
    left_out: list[object] = []
    monkeypatch.setattr(gc, "freeze", lambda: left_out.append(window.session.document.project))
    spare_collections(window)
    window.session.document.open(tiny_project, None)
    window.session.opened.emit()
    qtbot.waitUntil(lambda: left_out == [None, tiny_project])


def test_labels_painted_again_in_the_same_place_look_the_same(designed) -> None:
    view = designed.work.plan.view
    view.fit()
    view.grab()
    view.label_pass._place = ()
    drawn = [pixels(view) for _ in range(3)]
    assert view.label_pass._picture is not None
    assert (drawn[1] == drawn[2]).all()
    off = np.abs(drawn[0].astype(int) - drawn[1]).max(axis=1)
    assert off.max() <= 32, "rounding at the edges of letters, no more"
    view.zoom_by(1.3)
    assert np.percentile(np.abs(pixels(view).astype(int) - drawn[1]), 90) > 2


def pixels(view) -> np.ndarray:
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGBX8888)
    return np.frombuffer(image.constBits(), np.uint8).reshape(-1, 4)[:, :3].copy()
