"""Hours of the day in which less is agreed: charging, battery, year and headroom keep them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from grid.findings import Severity
from grid.model import Source, Supply, TimedLimit
from planner.charging.headroom import agreed_kva, headroom_kw, within
from planner.checks.headroom_map import headroom_of
from planner.checks.year import year_report
from planner.checks.year_devices import hold_kw
from planner.model.ids import BayId
from planner.store.project_file import load, save

EVENING = TimedLimit(200.0, 16, 20)


def timed(project, limit: TimedLimit | None, agreed: float = 300.0):
    supply = replace(project.site.supply, agreed_kva=agreed, timed=limit)
    return replace(project, site=replace(project.site, supply=supply))


def test_the_hours_of_a_limit() -> None:
    clock = np.arange(24) * 60 + 7 * 1440
    assert np.flatnonzero(within(EVENING, clock)).tolist() == [16, 17, 18, 19]
    assert np.flatnonzero(within(TimedLimit(1.0, 22, 2), clock)).tolist() == [0, 1, 22, 23]
    supply = Supply(Source(0.4, 20.0, 10.0), None, 300.0, timed=EVENING)
    assert agreed_kva(supply, clock).sum() == 20 * 300 + 4 * 200
    assert hold_kw(supply, np.zeros(24), clock)[[15, 16]] == pytest.approx([294.0, 196.0])


def test_charging_has_less_room_in_these_hours(tiny_project) -> None:
    free, held = (headroom_kw(timed(tiny_project, t).site, 1, 60) for t in (None, EVENING))
    less = free - held
    assert np.flatnonzero(less).tolist() == [16, 17, 18, 19]
    assert less[16] == pytest.approx(100 * 0.98 * 0.98)


def test_the_year_names_what_is_drawn_in_them(tiny_project, tiny_outcome) -> None:
    o = tiny_outcome

    def found(limit):
        project = timed(tiny_project, limit)
        report = year_report(project.site, o.design, project.catalogue, o.service)
        return [f for f in report.findings if f.code == "GRID-YEAR-TIMED"]

    (kept,) = found(EVENING)
    assert (kept.severity, kept.limit) == (Severity.OK, 200.0)
    (over,) = found(TimedLimit(100.0, 8, 11))
    assert over.severity is Severity.ERROR
    assert over.value > 100.0
    assert "From 08:00 to 11:00" in over.message
    assert found(None) == []


def test_headroom_counts_the_hours_with_less(tiny_project, tiny_outcome) -> None:
    """In the evening 100 kVA less are there, so about that much less fits at an empty bay."""
    o = tiny_outcome
    free, held = (
        headroom_of(timed(tiny_project, t), o.design, o.service).bays[BayId("A12")].sizes[-1]
        for t in (None, TimedLimit(180.0, 16, 20))
    )
    assert held.max_kw < free.max_kw
    assert (held.kind, held.limit) == ("agreed capacity", 180.0)
    assert 16 <= int(held.when[-5:-3]) < 20
    assert held.lift.text.endswith("from 16:00 to 20:00")
    assert held.lift.cost is None


def test_the_file_keeps_the_hours(tiny_project, tmp_path) -> None:
    project = timed(tiny_project, EVENING)
    save(project, tmp_path / "p.ampyard")
    assert load(tmp_path / "p.ampyard").site.supply == project.site.supply
