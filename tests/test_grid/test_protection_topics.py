"""PME decision, discrimination by bands, harmonics screening, device setting."""

import math

import pytest

from grid.findings import Severity
from grid.model import Earthing, Source, Supply
from grid.wiring import discrimination, earthing, harmonics
from grid.wiring.problem import NotTabulated
from grid.wiring.protection import breakers, candidates, fault_energy_a2s, set_magnetic
from grid.wiring.transformers import catalogue
from grid.wiring.upstream import origin

MCB = breakers()["mcb-c-32-10ka"].device
MCCB = breakers()["mccb-250-36ka"].device
NODE = origin(Supply(Source(11, 250, 150), catalogue()[500], 300))


def test_pme_is_an_open_decision_until_someone_decides():
    found = earthing.decide("bs7671", Earthing.TN_C_S)
    assert (found.required, found.bom_code) == (True, "OPEN-DECISION")
    assert found.findings[0].severity is Severity.WARNING


@pytest.mark.parametrize(
    ("chosen", "bom"),
    [("tt-electrode", "EARTH-TT"), ("open-pen-device", "EARTH-OPEN-PEN")],
)
def test_a_decision_brings_its_line_and_is_recorded(chosen, bom):
    found = earthing.decide("bs7671", Earthing.TN_C_S, chosen)
    assert found.bom_code == bom
    assert [f.severity for f in found.findings] == [Severity.INFO]
    assert found.traces[0].rule


@pytest.mark.parametrize(
    ("code", "arrangement"), [("iec60364", Earthing.TN_C_S), ("bs7671", Earthing.TN_S)]
)
def test_no_decision_is_due_elsewhere(code, arrangement):
    assert not earthing.decide(code, arrangement).required


def test_balanced_exception_needs_its_touch_voltage():
    volts = earthing.touch_voltage_v(10, 10)
    assert volts == pytest.approx(230 * 10 / 33)
    assert earthing.touch_voltage_v(0, 10) == 0
    fine = earthing.decide("bs7671", Earthing.TN_C_S, "balanced", touch_v=volts)
    open_ = earthing.decide("bs7671", Earthing.TN_C_S, "balanced")
    assert {f.severity for f in fine.findings} == {Severity.INFO}
    assert Severity.ERROR in {f.severity for f in open_.findings}


def test_unknown_decision_is_refused():
    with pytest.raises(NotTabulated):
        earthing.decide("bs7671", Earthing.TN_C_S, "hope")


def test_breakers_discriminate_up_to_the_lower_edge_of_the_band_ahead():
    found = discrimination.breakers(MCCB, MCB, 1500)
    assert found.total
    assert found.up_to_a == 8 * 250
    assert not discrimination.breakers(MCCB, MCB, 5000).total
    assert not discrimination.breakers(MCB, MCB, 100).overload


def test_fuse_ahead_is_compared_by_energy():
    assert discrimination.fuse_ahead(160, MCB, 6000).total
    weak = discrimination.fuse_ahead(63, MCB, 6000)
    assert weak.up_to_a < 6000
    with pytest.raises(NotTabulated):
        discrimination.fuse_ahead(33, MCB, 6000)


@pytest.mark.parametrize(("fault_a", "code"), [(1500, "DISC-OK"), (9000, "DISC-PARTIAL")])
def test_discrimination_is_told_as_a_finding(fault_a, code):
    result = discrimination.breakers(MCCB, MCB, fault_a)
    assert discrimination.finding(result, MCCB, MCB, "F1").code == code


def test_harmonic_voltage_grows_with_order_and_chargers():
    one, two = (harmonics.voltages([{5: 10.0, 7: 10.0}] * n, NODE) for n in (1, 2))
    by_order = {h.order: h.voltage_pct for h in one}
    assert by_order[7] > by_order[5] > by_order[11] == 0
    assert two[1].voltage_pct == pytest.approx(2 * one[1].voltage_pct)
    hand = 100 * 10 * math.hypot(NODE.z1_min.real, 5 * NODE.z1_min.imag) / NODE.u0_v
    assert by_order[5] == pytest.approx(hand)


def test_without_spectra_only_the_ratio_is_told():
    (found,) = harmonics.screen(None, 300, NODE)
    assert (found.code, found.severity) == ("HARM-RATIO", Severity.INFO)
    assert harmonics.screen([{5: 500.0}], 300, NODE)[0].code == "HARM-ORDER"
    assert harmonics.screen([{5: 1.0}], 300, NODE) == ()


def test_magnetic_release_is_lowered_only_as_far_as_needed_and_allowed():
    breaker = breakers()["mccb-250-36ka"]
    assert set_magnetic(breaker, 5000).trip_a == 3000
    assert set_magnetic(breaker, 2000).trip_a <= 2000
    assert set_magnetic(breaker, 100).trip_a == 6 * 250
    assert set_magnetic(breaker, 2000).setting


def test_breaking_capacity_raises_the_class_of_the_device():
    assert candidates(32, 8)[0].device.key == "mcb-c-32-10ka"
    assert candidates(32, 20)[0].device.key == "mcb-c-32-25ka"
    assert candidates(32, 40)[0].device.key == "mccb-32-50ka"
    assert candidates(32, 90) == ()


def test_current_limiting_caps_the_energy():
    assert fault_energy_a2s(MCB, 100) == pytest.approx(100)
    assert fault_energy_a2s(MCB, 9000) == MCB.let_through_a2s
