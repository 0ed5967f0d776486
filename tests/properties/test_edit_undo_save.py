"""Any sequence of edits, undos, saves and crashes leaves the project as it was meant."""

import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from shapely import Point

from planner import edits, underlay_edits
from planner.model.energy_price import EnergyPrice, PriceWindow
from planner.model.ids import BayId, ChargerId
from planner.model.project import Project
from planner.model.underlay import Underlay, UnderlayKind
from planner.store import oplog
from planner.store.project_file import load, save

INDEX = st.integers(0, 20)
PLAN = Underlay("", "Plan", UnderlayKind.PDF, "plan.png", 8, 6, (1, 0, 0, 0, -1, 0))
OFFSET = st.floats(-30, 30, allow_nan=False)


class Editing(RuleBasedStateMachine):
    """A window in small: a project, its undo stack, its file and its log."""

    start: Project

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "p.ampyard"
        os.environ["AMPYARD_STATE"] = self.folder.name
        self.states = [self.start]
        self.at = 0
        self.log = oplog.OperationLog.start(self.start, None, None)

    def teardown(self) -> None:
        if hasattr(self, "log"):
            self.log.close()
            self.folder.cleanup()

    @property
    def project(self) -> Project:
        return self.states[self.at]

    def commit(self, edit: Callable[[Project], Project]) -> None:
        after = edit(self.project)
        self.log.append(self.project, after, "edit")
        self.states = [*self.states[: self.at + 1], after]
        self.at += 1

    def charger(self, index: int) -> ChargerId | None:
        design = self.project.scenario.design
        ids = list(design.chargers) if design else []
        return ids[index % len(ids)] if ids else None

    @rule(index=INDEX, x=OFFSET, y=OFFSET)
    def move(self, index: int, x: float, y: float) -> None:
        if charger := self.charger(index):
            point = Point(530_000 + x, 180_000 + y)
            self.commit(lambda p: edits.move_charger(p, charger, point))

    @rule(x=OFFSET)
    def add(self, x: float) -> None:
        model = next(iter(self.project.catalogue))
        self.commit(lambda p: edits.add_charger(p, model, Point(530_000 + x, 180_020)))

    @rule(index=INDEX)
    def remove(self, index: int) -> None:
        if charger := self.charger(index):
            self.commit(lambda p: edits.remove_charger(p, charger))

    @rule(index=INDEX)
    def remove_bay(self, index: int) -> None:
        bays: list[BayId] = list(self.project.site.bays)
        if len(bays) > 2:
            self.commit(lambda p: edits.remove_bays(p, [bays[index % len(bays)]]))

    @rule()
    def duplicate(self) -> None:
        self.commit(lambda p: edits.duplicate_scenario(p, p.active))

    @rule(index=INDEX)
    def activate(self, index: int) -> None:
        self.commit(lambda p: edits.activate_scenario(p, index % len(p.scenarios)))

    @rule(index=INDEX)
    def remove_scenario(self, index: int) -> None:
        self.commit(lambda p: edits.remove_scenario(p, index % len(p.scenarios)))

    @rule(name=st.text(max_size=20))
    def rename(self, name: str) -> None:
        self.commit(lambda p: edits.rename_project(p, name))

    @rule(content=st.binary(max_size=40))
    def lay(self, content: bytes) -> None:
        self.commit(lambda p: underlay_edits.add_underlay(p, PLAN, content))

    @rule(index=INDEX)
    def take_away(self, index: int) -> None:
        if laid := self.project.site.underlays:
            gone = laid[index % len(laid)].id
            self.commit(lambda p: underlay_edits.remove_underlay(p, gone))

    @rule(base=st.floats(0, 1), hours=st.lists(st.integers(1, 1440), max_size=3))
    def price(self, base: float, hours: list[int]) -> None:
        windows = tuple(PriceWindow(f"to {end}", base / 2, 0, end) for end in hours)
        tariff = EnergyPrice(base, windows)
        self.commit(lambda p: edits.set_settings(p, replace(p.settings, energy_tariff=tariff)))

    @precondition(lambda self: self.at > 0)
    @rule()
    def undo(self) -> None:
        self.log.append(self.project, self.states[self.at - 1], "Undo")
        self.at -= 1

    @precondition(lambda self: self.at + 1 < len(self.states))
    @rule()
    def redo(self) -> None:
        self.log.append(self.project, self.states[self.at + 1], "Redo")
        self.at += 1

    @rule()
    def save(self) -> None:
        stamp = save(self.project, self.path).stamp
        self.log = self.log.rebase(self.project, self.path, stamp)
        assert load(self.path) == self.project

    @rule()
    def crash(self) -> None:
        found = oplog.read_log(self.log.path)
        assert found
        assert oplog.recover(found).project == self.project

    @invariant()
    def nobody_serves_a_bay_that_is_gone(self) -> None:
        if not hasattr(self, "states"):
            return
        for scenario in self.project.scenarios:
            served = [b for c in (scenario.design.chargers if scenario.design else {}).values()
                      for b in c.bays]  # fmt: skip
            assert set(served) <= set(self.project.site.bays)
            assert len(served) == len(set(served))


def test_edits_undos_saves_and_crashes_agree(
    tiny_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMPYARD_STATE", "unused")
    bare = replace(tiny_project, site=replace(tiny_project.site, profile=None))
    machine = type("Machine", (Editing,), {"start": bare})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8, stateful_step_count=12, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
