"""Phase labels of a design: set, kept, told, and held against three-phase power flow."""

from dataclasses import replace

import pytest

from grid.codes import registry
from grid.network.unbalance import solve_unbalanced
from grid.wiring.rotation import first_phase
from planner.checks.network import site_network
from planner.checks.phases import phase_findings, single_phase_drops
from planner.layout.terminals import label_terminals, sockets
from planner.model.charger import Current


@pytest.fixture
def labelled(tiny_design, tiny_catalogue):
    chargers = label_terminals(tiny_design.chargers, tiny_design.circuits, tiny_catalogue)
    return replace(tiny_design, chargers=chargers)


def test_every_ac_outlet_has_a_label_and_dc_none(labelled, tiny_catalogue):
    for charger in labelled.chargers.values():
        model = tiny_catalogue[charger.model]
        wanted = model.outlets if model.current is Current.AC else 0
        assert len(charger.terminals) == wanted


def test_labels_are_stable_and_pinned_ones_are_kept(labelled, tiny_catalogue):
    again = label_terminals(labelled.chargers, labelled.circuits, tiny_catalogue)
    assert again == labelled.chargers
    assert all(again[k] is labelled.chargers[k] for k in again)
    key = next(k for k, c in labelled.chargers.items() if c.terminals)
    pinned = replace(labelled.chargers[key], pinned=True, terminals=("L3-L1-L2",))
    kept = label_terminals({**labelled.chargers, key: pinned}, {}, tiny_catalogue)
    assert kept[key].terminals[0] == "L3-L1-L2"


def test_own_drops_agree_with_three_phase_power_flow(labelled, tiny_site, tiny_catalogue):
    network = site_network(tiny_site, labelled).network
    found = sockets(labelled.chargers, labelled.circuits, tiny_catalogue)
    labels = {
        f"{k}/{n + 1}": t for k, c in labelled.chargers.items() for n, t in enumerate(c.terminals)
    }
    loads: dict[str, list[complex]] = {}
    for socket in found:
        at = loads.setdefault(socket.id.rsplit("/", 1)[0], [0j, 0j, 0j])
        at[first_phase(labels[socket.id])] += socket.kva
    flow = solve_unbalanced(network, {k: tuple(v) for k, v in loads.items()})
    assert flow.converged, flow.reason
    origin = flow.voltage_pu[network.origin]
    for charger, pct in single_phase_drops(network, found, labels).items():
        lost = [100 * (a - b) for a, b in zip(origin, flow.voltage_pu[charger], strict=True)]
        # Constant power draws a little more than the rated current assumed by hand.
        assert max(lost) == pytest.approx(pct, abs=0.15)


def told(design, site, catalogue, code="iec60364"):
    network = site_network(site, design).network
    return {f.code: f for f in phase_findings(network, design, catalogue, registry.get(code), 5.0)}


def test_balance_is_told(labelled, tiny_site, tiny_catalogue):
    found = told(labelled, tiny_site, tiny_catalogue)["PHASE-BALANCE"]
    assert "neutral" in found.message
    assert found.value == pytest.approx(64, rel=0.05)  # four outlets: two on one phase


def test_german_unbalance_is_an_error_where_all_begin_with_one_line(
    labelled, tiny_site, tiny_catalogue
):
    german = told(labelled, tiny_site, tiny_catalogue, "vde0100")
    assert "PHASE-UNBALANCE" not in german
    wrong = replace(
        labelled,
        chargers={
            k: replace(c, terminals=tuple("L1-L2-L3" for _ in c.terminals))
            for k, c in labelled.chargers.items()
        },
    )
    assert told(wrong, tiny_site, tiny_catalogue, "vde0100")["PHASE-UNBALANCE"].limit == 4.6


def test_designs_without_labels_are_silent(tiny_design, tiny_site, tiny_catalogue):
    assert told(tiny_design, tiny_site, tiny_catalogue) == {}
