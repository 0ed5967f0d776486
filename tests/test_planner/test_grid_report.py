"""The grid check on the tiny site: deciding cases, findings, and figures by hand."""

import math
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from grid.findings import Severity, worst
from grid.model import CircuitKind, Earthing, Source
from planner.checks.grid import grid_assumptions, grid_report
from planner.checks.load_cases import Weight, existing_range_kw, first_come, shared, site_cases
from planner.checks.network import site_network
from planner.model.outcome import GridReport, Service


@pytest.fixture(scope="module")
def check(tiny_site, tiny_design, tiny_catalogue, tiny_outcome):
    def run(site=tiny_site, design=tiny_design, service=tiny_outcome.service) -> GridReport:
        return grid_report(site, design, tiny_catalogue, service, tiny_outcome.demand)

    return run


@pytest.fixture(scope="module")
def report(check) -> GridReport:
    return check()


def codes(report: GridReport, *severities: Severity) -> list[str]:
    return [f.code for f in report.findings if f.severity in severities]


def test_the_tiny_design_passes_every_check(report: GridReport) -> None:
    assert codes(report, Severity.ERROR, Severity.WARNING) == []
    passed = set(codes(report, Severity.OK))
    assert {"GRID-AGREED", "GRID-TX", "GRID-VOLTAGE", "GRID-DROP", "GRID-CIRCUIT"} <= passed
    assert {"GRID-CROSS", "GRID-PROTECTION"} <= passed


def test_cases_are_named_and_bounded(report: GridReport) -> None:
    names = [c.name for c in report.cases]
    assert names[0].startswith("Busiest time of the week, Monday")
    assert "Charging at its limit, furthest chargers first" in names
    assert names[-1] == "Lowest load, no charging"
    managed = [c for c in report.cases if c.name.startswith("Charging at its limit")]
    assert all(c.charging_kw == pytest.approx(100.0) for c in managed)
    assert all(c.converged for c in report.cases)


def test_busiest_time_adds_profile_and_charging_of_the_same_hour(report: GridReport) -> None:
    # Charging is 88 kW from 08:00 to 11:00 on the Monday; the existing load falls until 09:00
    # local and rises again, so the last quarter-hour decides (in summer an hour's shift).
    busiest = report.cases[0]
    assert busiest.charging_kw == pytest.approx(88.0)
    assert busiest.site_kw - busiest.charging_kw <= 140.0
    # Converted by hand: kW and kvar of both, losses of a few kW.
    existing = busiest.site_kw - 88.0
    kva = math.hypot(existing + 88, existing * math.tan(math.acos(0.95)) + 88 * 0.2)
    assert busiest.apparent_kva == pytest.approx(kva, rel=0.03)


def test_every_node_and_branch_has_its_state(report: GridReport, tiny_design) -> None:
    assert set(report.nodes) == {"MSB", "P1", "C1", "C2", "C3"}
    assert set(report.branches) == {"TX1", *tiny_design.circuits}
    assert report.nodes["C1"].drop_pct > report.nodes["P1"].drop_pct > 0
    assert report.nodes["MSB"].drop_pct == pytest.approx(0)
    assert report.nodes["C1"].name == "Charger C1"
    assert "pandapower 3.5.6" in report.method


def test_furthest_first_loads_a_final_circuit_fully(report: GridReport) -> None:
    # 44 kW at pf 0.99 through 44.4 kVA / (√3 · V), V near 418 V: about 61.5 A.
    assert report.branches["L1"].current_a == pytest.approx(61.5, rel=0.02)
    assert report.branches["L1"].limit_a == 80


def test_small_agreement_is_an_error_with_a_fix(check, tiny_site) -> None:
    supply = replace(tiny_site.supply, agreed_kva=150.0)
    report = check(site=replace(tiny_site, supply=supply))
    found = next(f for f in report.findings if f.code == "GRID-AGREED")
    assert found.severity is Severity.ERROR
    assert found.value > found.limit == 150.0
    assert "Lower the charging limit by" in found.fix


def test_small_transformer_is_an_error(check, tiny_site) -> None:
    unit = replace(tiny_site.supply.transformer, rated_kva=160, load_loss_kw=1.75)
    report = check(site=replace(tiny_site, supply=replace(tiny_site.supply, transformer=unit)))
    assert "GRID-TX" in codes(report, Severity.ERROR)


def test_without_management_full_power_decides(check, tiny_design) -> None:
    report = check(design=replace(tiny_design, managed_cap_kw=None))
    full = 44 + 44 + 50 / 0.95
    assert max(c.charging_kw for c in report.cases) == pytest.approx(full)
    assert "GRID-UNMANAGED" not in codes(report, Severity.INFO)


def test_thin_long_cable_breaks_the_drop_limit(check, tiny_design) -> None:
    circuit = tiny_design.circuits["L1"]
    demand = replace(circuit.sized.demand, length_m=400.0)
    longer = replace(circuit, sized=replace(circuit.sized, demand=demand))
    report = check(design=replace(tiny_design, circuits={**tiny_design.circuits, "L1": longer}))
    found = [f for f in report.findings if f.code == "GRID-DROP"]
    assert [f.subject for f in found] == ["C1"]
    assert found[0].severity is Severity.ERROR
    assert found[0].place == "Charger C1"


def test_strong_source_exceeds_the_breaking_capacity(check, tiny_design) -> None:
    weak = {
        i: replace(c, sized=replace(c.sized, device=replace(c.sized.device, breaking_ka=6.0)))
        for i, c in tiny_design.circuits.items()
    }
    report = check(design=replace(tiny_design, circuits=weak))
    assert Counter(codes(report, Severity.ERROR))["GRID-BREAKING"] == 4


def test_disconnection_rests_on_the_rcd_or_fails(check, tiny_site, tiny_design) -> None:
    slow = {
        i: replace(
            c,
            sized=replace(
                c.sized, device=replace(c.sized.device, trip_a=50_000.0),
                rcd="" if i == "L1" else c.sized.rcd,
            ),
        )
        for i, c in tiny_design.circuits.items()
    }  # fmt: skip
    design = replace(tiny_design, circuits=slow)
    found = [f for f in check(design=design).findings if f.code == "GRID-DISCONNECT"]
    assert {f.subject: f.severity for f in found} == {
        "F1": Severity.ERROR, "L1": Severity.ERROR, "L2": Severity.WARNING, "L3": Severity.WARNING,
    }  # fmt: skip
    earthed = replace(tiny_site.supply, earthing=Earthing.TT)
    by_rcd = check(site=replace(tiny_site, supply=earthed), design=design)
    assert "GRID-DISCONNECT" not in [f.code for f in by_rcd.findings]


def test_collapse_is_a_finding_with_its_reason(check, tiny_site, tiny_design) -> None:
    circuit = tiny_design.circuits["F1"]
    demand = replace(circuit.sized.demand, length_m=20_000.0)
    endless = replace(circuit, sized=replace(circuit.sized, demand=demand))
    report = check(design=replace(tiny_design, circuits={**tiny_design.circuits, "F1": endless}))
    found = next(f for f in report.findings if f.code == "GRID-FLOW")
    assert "no voltage exists" in found.message
    assert not all(c.converged for c in report.cases)


def test_unfed_charger_and_missing_supply_are_findings(check, tiny_site, tiny_design) -> None:
    fewer = {i: c for i, c in tiny_design.circuits.items() if i != "L3"}
    report = check(design=replace(tiny_design, circuits=fewer))
    assert [f.subject for f in report.findings if f.code == "GRID-UNFED"] == ["C3"]
    nothing = check(site=replace(tiny_site, supply=None))
    assert worst(nothing.findings) is Severity.ERROR
    assert nothing.nodes == {}


def test_void_fault_level_is_a_finding_and_the_rest_is_computed(check, tiny_site) -> None:
    supply = replace(tiny_site.supply, source=Source(11.0, 100.0, 200.0))
    report = check(site=replace(tiny_site, supply=supply))
    assert "GRID-FAULT-DATA" in codes(report, Severity.ERROR)
    assert report.cases[0].converged
    assert math.isnan(report.nodes["C1"].ik3_max_ka)


def test_no_profile_is_a_warning(check, tiny_site) -> None:
    report = check(site=replace(tiny_site, profile=None))
    assert codes(report, Severity.WARNING) == ["GRID-PROFILE"]


def test_sharing_never_exceeds_rating_or_total() -> None:
    full = {"A": 22.0, "B": 50.0, "C": 150.0}
    assert sum(shared(full, 100.0).values()) == pytest.approx(100.0)
    assert shared(full, 500.0) == full
    assert first_come(["C", "A", "B"], full, 180.0) == {"C": 150.0, "A": 22.0, "B": 8.0}


def test_charging_across_weeks_folds_into_one(tiny_site, tiny_design, tiny_catalogue) -> None:
    load = np.zeros(2 * 7 * 96)
    load[96 * 7 + 96 * 3 + 40] = 60.0  # Thursday 10:00 of the second week
    service = Service("least_laxity", 100, 100, 0, 0, 60, 60, 100.0, 15, load)
    network = site_network(tiny_site, tiny_design).network
    empty = replace(tiny_site, profile=None)
    first = site_cases(empty, tiny_design, network, {}, service)[0]
    assert first.name == "Busiest time of the week, Thursday 10:00"
    assert first.weight is Weight.DESIGN
    assert existing_range_kw(tiny_site) == (pytest.approx(90.0, abs=1), pytest.approx(140, abs=1))


def test_what_is_taken_for_granted_is_listed(tiny_site, tiny_design) -> None:
    ids = {a.id for a in grid_assumptions(tiny_site, tiny_design)}
    assert {"grid-power-factor", "grid-zero-sequence", "grid-source-voltage"} <= ids
    assert "grid-single-phase" not in ids
    bare = replace(tiny_site, profile=None, supply=replace(tiny_site.supply, transformer=None))
    assert {"grid-power-factor", "grid-zero-sequence"}.isdisjoint(
        a.id for a in grid_assumptions(bare, tiny_design)
    )


def test_a_proposal_carries_the_assumptions_of_the_grid(proposal) -> None:
    assert "grid-power-factor" in {a.id for a in proposal.assumptions}


@pytest.mark.parametrize(
    ("dc", "held", "severity"),
    [(False, True, Severity.OK), (False, False, Severity.ERROR), (True, True, Severity.ERROR)],
    ids=["AC held by its outlets", "AC with a smaller device", "DC at a low voltage"],
)
def test_outlets_hold_the_current_of_an_ac_circuit(
    check, tiny_design, report: GridReport, dc: bool, held: bool, severity: Severity
) -> None:
    """A constant power draws a little more than Ib where the voltage is low; a car does not."""
    key, circuit = next(
        (k, c) for k, c in tiny_design.circuits.items()
        if c.sized.demand.kind is CircuitKind.FINAL and not c.sized.demand.dc_charger
    )  # fmt: skip
    rated_a = 0.99 * report.branches[key].current_a
    demand = replace(circuit.sized.demand, dc_charger=dc)
    sized = replace(
        circuit.sized, device=replace(circuit.sized.device, in_a=rated_a),
        demand=replace(demand, ib_a=rated_a) if held else demand,
    )  # fmt: skip
    circuits = {**tiny_design.circuits, key: replace(circuit, sized=sized)}
    found = check(design=replace(tiny_design, circuits=circuits))
    assert {f.severity for f in found.findings if f.code == "GRID-CIRCUIT"} == {severity}
