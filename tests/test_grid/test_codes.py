"""What every code of practice must do; a new code is covered by being registered."""

from dataclasses import replace

import pytest

from data import open_table
from grid.codes import registry
from grid.codes.nec import ampacity_a, grounding_mm2, next_rating_a
from grid.codes.protocol import clauses, rules
from grid.model import (
    CircuitDemand,
    CircuitKind,
    Conductor,
    Earthing,
    Installation,
    Source,
    Supply,
    Transformer,
)
from grid.wiring.sizing import size_circuit
from grid.wiring.upstream import origin

CODES = tuple(registry.codes())
SUPPLY = Supply(
    Source(11, 250, 150), Transformer("TX1", 500, 11, 420, 4.5, 5.1, 0.68, 0.5), agreed_kva=300
)
WEAK = replace(SUPPLY, transformer=replace(SUPPLY.transformer, rated_kva=225, load_loss_kw=2.5))
AC = CircuitDemand(
    "F1", CircuitKind.FINAL, "MSB", "C1", 40, 32, 3, 22, 0.98, Installation(grouped=3)
)
DC = replace(AC, ib_a=180.0, dc_charger=True)
FEEDER = replace(AC, kind=CircuitKind.FEEDER, ib_a=300.0)
SINGLE = replace(AC, phases=1)


@pytest.mark.parametrize("code_id", CODES)
@pytest.mark.parametrize("demand", [AC, DC, FEEDER, SINGLE], ids=["ac", "dc", "feeder", "single"])
def test_every_code_sizes_every_kind_of_circuit(code_id, demand):
    result = size_circuit(demand, origin(SUPPLY), code_id)
    assert result.sized is not None, result.findings
    assert result.sized.device.in_a >= demand.ib_a
    assert all(t.rule for t in result.traces)
    assert bool(result.sized.rcd) is (demand.kind is CircuitKind.FINAL)


@pytest.mark.parametrize("code_id", CODES)
def test_every_code_states_edition_clauses_and_sources(code_id):
    code = registry.get(code_id)
    assert code.id == code_id
    assert code.edition
    assert all(rule.source and rule.clause for rule in rules(code_id).values())
    for topic in ("overload", "drop", "breaking", "withstand", "earth", "disconnection", "rcd"):
        assert code.clause(topic)
    assert clauses(code_id)


@pytest.mark.parametrize("code_id", CODES)
def test_limits_are_positive_and_known(code_id):
    code = registry.get(code_id)
    assert 0 < code.limit("drop_limit").value <= 8
    assert code.limit("c_min").value == 0.95


@pytest.mark.parametrize("code_id", ["bs7671", "vde0100", "nec"])
def test_traces_cite_the_code_in_force(code_id):
    code = registry.get(code_id)
    traces = {t.quantity: t for t in size_circuit(AC, origin(SUPPLY), code_id).traces}
    for quantity, topic in (("I_n", "overload"), ("ΔU", "drop"), ("Z_s", "disconnection")):
        assert traces[quantity].rule == code.clause(topic)


def test_national_drop_limits():
    limits = {c: registry.get(c).limit("drop_limit") for c in CODES}
    assert (limits["bs7671"].value, limits["vde0100"].value) == (5, 4)
    assert limits["vde0100"].status == "unconfirmed"


def test_rcd_rule_depends_on_the_edition():
    code = registry.get("iec60364")
    newer = code.residual(AC, Earthing.TN_S)
    older = replace(code, rcd_edition="2016").residual(AC, Earthing.TN_S)
    assert newer.text.startswith("30 mA type B")
    assert older.text == "30 mA type A with RDC-DD 6 mA"
    assert "2018" in newer.clause
    assert "2016" in older.clause


def test_rcd_follows_the_maker_of_the_charger():
    demand = replace(DC, charger_rcd="300 mA type B or B+")
    assert size_circuit(demand, origin(SUPPLY)).sized.rcd == "300 mA type B or B+"


def test_a_detector_inside_the_charger_still_needs_an_rcd():
    sized = size_circuit(replace(AC, charger_rcd="6 mA RDC-DD inside"), origin(SUPPLY)).sized
    assert sized.rcd == "30 mA type A ahead; charger: 6 mA RDC-DD inside"


def test_a_code_given_twice_is_an_error(monkeypatch):
    monkeypatch.setattr(registry, "_MODULES", ("iec60364", "bs7671", "bs7671"))
    with pytest.raises(ValueError, match="registered twice"):
        registry.codes.__wrapped__()


def test_unknown_code_is_named_with_the_known_ones():
    with pytest.raises(KeyError, match="iec60364"):
        registry.get("xyz")
    assert size_circuit(AC, origin(SUPPLY), "xyz").findings[0].code == "WIRE-INPUT"


@pytest.mark.parametrize(
    ("load_a", "breaker", "awg", "earth"),
    [(48, 60, "6 AWG", "10 AWG"), (40, 50, "8 AWG", "10 AWG"), (80, 100, "3 AWG", "8 AWG")],
)
def test_nec_branch_circuits(load_a, breaker, awg, earth):
    demand = replace(AC, ib_a=float(load_a), length_m=10.0, installation=Installation())
    sized = size_circuit(demand, origin(WEAK), "nec").sized
    sizes = {r.number("size_mm2"): r.text("size") for r in open_table("cables/conduit_awg")}
    assert sized.device.in_a == breaker
    assert (sizes[sized.cable.size_mm2], sizes[sized.cable.earth_mm2]) == (awg, earth)


def test_nec_conductors_upsized_for_drop_enlarge_the_earth():
    near = replace(AC, ib_a=80.0, length_m=10.0)
    far = replace(near, length_m=250.0)
    a, b = (size_circuit(d, origin(WEAK), "nec").sized for d in (near, far))
    assert b.cable.size_mm2 > a.cable.size_mm2
    assert b.cable.earth_mm2 > a.cable.earth_mm2 == grounding_mm2(100)


def test_nec_tables():
    assert ampacity_a(Conductor.CU, 13.3, 75) == 65
    assert ampacity_a(Conductor.AL, 107.22, 75) == 180
    assert [next_rating_a(1.25 * a) for a in (16, 24, 32, 40, 48, 80)] == [20, 30, 40, 50, 60, 100]
