"""The year in the Check step: asked after an edit, shown as plots, clicks lead on."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from grid.findings import Finding, Severity
from planner import worker
from planner.edits import set_terms
from ui.plots import HeatMap
from ui.table_view import TableView
from ui.widgets.time_plot import Series, TimePlot, time_ticks
from ui.widgets.voltage_plot import VoltagePlot
from ui.year_plots import LoadPage

NEW_YEAR = datetime(2025, 1, 1)  # noqa: DTZ001 - local time of a site


@pytest.fixture
def checked(designed, qtbot):
    """The Check step once the year of the tiny project is there."""
    designed.work.go_to(4)
    qtbot.waitUntil(lambda: designed.session.studies.year is not None)
    return designed


def page(window, title: str):
    window.work.plan.drawer.open_page(title)
    return window.work.plan.drawer.stack.currentWidget()


def test_the_year_joins_the_outcome_with_its_findings(checked) -> None:
    outcome, study = checked.session.document.outcome, checked.session.studies.year
    assert outcome.year is study.result
    assert study.unmanaged_kva.max() >= study.existing_kva.max()
    assert not checked.session.studies.year_is_old


def test_an_edit_keeps_the_old_year_until_the_new_one_is_there(checked, qtbot) -> None:
    before = checked.session.studies.year
    checked.session.nudge("C1", 0.1, 0.0)
    assert checked.session.studies.year is before
    assert checked.session.studies.year_is_old
    qtbot.waitUntil(lambda: checked.session.studies.year is not before)
    checked.session.document.stack.undo()
    qtbot.waitUntil(lambda: checked.session.studies.year is before)


def test_a_change_of_price_asks_for_no_year(checked, monkeypatch, qtbot) -> None:
    monkeypatch.setattr(worker, "TASKS", {k: v for k, v in worker.TASKS.items() if k != "year"})
    document, study = checked.session.document, checked.session.studies.year
    outcome = document.outcome
    document.enrich(outcome, replace(outcome, quote=replace(outcome.quote)))
    qtbot.wait(30)
    assert checked.session.studies.year is study


@pytest.fixture
def refreshes(checked, monkeypatch):
    """Count how often plan, drawer and findings are shown anew."""
    seen = Counter()
    work = checked.work
    for view, name in (
        (work.plan.scene, "show_plan"), (work.plan.drawer, "set_pages"),
        (work.status, "show_findings"), (work.check_panel, "refresh"),
    ):  # fmt: skip
        show = getattr(view, name)

        def counted(*given, name=name, show=show, **options):
            seen[name] += 1
            show(*given, **options)

        monkeypatch.setattr(view, name, counted)
    return seen


def test_views_refresh_once_for_edit_result_and_year(checked, refreshes, qtbot) -> None:
    studies = checked.session.studies
    before = studies.year
    checked.session.nudge("C1", 0.1, 0.0)
    assert set(refreshes.values()) == {1}
    qtbot.waitUntil(lambda: studies.year is not before)
    assert set(refreshes.values()) == {3}


def test_a_margin_keeps_the_year_and_refreshes_twice(
    checked, refreshes, monkeypatch, qtbot
) -> None:
    monkeypatch.setattr(worker, "TASKS", {k: v for k, v in worker.TASKS.items() if k != "year"})
    document, study = checked.session.document, checked.session.studies.year
    design = document.outcome.design
    checked.session.edit("Margin", lambda p: set_terms(p, replace(p.terms, valid_days=7)))
    qtbot.waitUntil(lambda: document.outcome is not None)
    assert document.outcome.design is design
    assert document.outcome.year is study.result
    assert checked.session.studies.year is study
    assert not checked.session.studies.year_is_old
    assert set(refreshes.values()) == {2}  # the edit, and its result


def test_a_year_that_cannot_be_computed_says_so_once(checked, qtbot) -> None:
    why = Finding("YEAR-REFUSED", Severity.ERROR, "supply", "Intake", "No voltage exists.")
    studies, document = checked.session.studies, checked.session.document
    failed = replace(studies.year, result=None, findings=(why,))
    bare = replace(document.outcome, year=None)
    studies._year.known[:] = [(bare, failed)]
    document.enrich(document.outcome, bare)
    assert document.outcome.year is None
    assert document.outcome.findings.count(why) == 1
    studies.ask()
    assert document.outcome.findings.count(why) == 1


def test_a_click_on_the_map_goes_to_that_day(checked, qtbot) -> None:
    heat = page(checked, "Year").findChild(HeatMap)
    box = heat._box
    at = QPoint(int(box.left() + box.width() * 0.5), int(box.center().y()))
    qtbot.mouseClick(heat, Qt.MouseButton.LeftButton, pos=at)
    shown = checked.work.plan.drawer.stack.currentWidget()
    assert isinstance(shown, LoadPage)
    start, end = shown.plot.stretch
    assert end - start == pytest.approx(24)
    day, _hour = heat._cell_at(at.toPointF())
    assert start == pytest.approx(24 * day)


def test_a_worst_hour_leads_to_its_day(checked) -> None:
    table = page(checked, "Worst hours").findChild(TableView)
    table.selectRow(0)
    shown = checked.work.plan.drawer.stack.currentWidget()
    assert isinstance(shown, LoadPage)
    year = checked.session.studies.year.result
    low, high = shown.plot.stretch
    assert low <= shown._hours[year.worst_hours[0].step] <= high


def test_a_click_on_the_voltage_profile_selects_on_the_plan(checked, qtbot) -> None:
    plot = page(checked, "Voltage").findChild(VoltagePlot)
    leg = plot._legs[-1]
    at = plot.place(leg.end_m, leg.end_pu).toPoint()
    qtbot.mouseClick(plot, Qt.MouseButton.LeftButton, pos=at)
    assert checked.work.plan.view.key[1] == plot.chosen


def test_the_plot_keeps_peaks_and_gaps_when_it_is_zoomed_out(qtbot) -> None:
    hours = np.arange(35_040) / 4
    values = np.full(35_040, 10.0)
    values[21_728], values[100:120] = 90.0, np.nan  # a peak in hour 5,432
    plot = TimePlot(NEW_YEAR, hours, (Series("draw", values, "kVA"),), 60.0, "limit")
    qtbot.addWidget(plot)
    plot.resize(800, 240)
    drawn = [p for part in plot._outline(values) for p in part]
    highest = min(drawn, key=lambda p: p.y())
    assert highest.y() == pytest.approx(plot._y(90.0))
    assert plot.hour_at(highest.x()) == pytest.approx(5432)


def test_keys_move_and_zoom_the_plot(qtbot) -> None:
    hours = np.arange(0.0, 8760.0)
    plot = TimePlot(NEW_YEAR, hours, (Series("draw", hours, "kVA"),), 60.0, "limit")
    qtbot.addWidget(plot)
    plot.show_stretch(100, 200)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.stretch == pytest.approx((125, 225))
    QTest.keyClick(plot, Qt.Key.Key_Minus)
    assert plot.stretch == pytest.approx((75, 275))
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert plot.stretch == pytest.approx((0, 8759))


@pytest.mark.parametrize(("span_h", "word"), [(12, "06:00"), (96, "Thu 2 Jan"), (8760, "Mar")])
def test_ticks_stand_at_round_moments(span_h: float, word: str) -> None:
    assert word in [text for _hour, text in time_ticks(NEW_YEAR, 0, span_h, 8)]
