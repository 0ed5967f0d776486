"""Electrical findings of the tiny design and of designs made wrong on purpose."""

from dataclasses import replace

import pytest

from grid.codes import registry
from grid.model import Earthing
from planner.checks.electrical import electrical_findings, pme_assumption
from planner.model.charger import Current
from planner.model.project import Settings
from planner.model.tables import OwnTable
from planner.own_tables import with_own_tables


def codes(site, design, catalogue, settings=None):
    found = electrical_findings(site, design, catalogue, settings or Settings())
    return {f.code for f in found}


def test_a_hand_made_design_is_checked_in_full(tiny_site, tiny_design, tiny_catalogue):
    found = codes(tiny_site, tiny_design, tiny_catalogue)
    # The hand-made circuits state figures that nobody computed: the checker sees it.
    assert "CHK-OK" not in found
    assert "CHK-IZ-STATED" in found
    assert {"HARM-RATIO", "UTIL-APPLY"} <= found
    assert found & {"DISC-OK", "DISC-PARTIAL"}


def test_pme_in_great_britain_is_an_open_decision(tiny_site, tiny_design, tiny_catalogue):
    pme = replace(tiny_site, supply=replace(tiny_site.supply, earthing=Earthing.TN_C_S))
    assert "EARTH-PME-OPEN" in codes(pme, tiny_design, tiny_catalogue)
    assert "EARTH-PME-OPEN" not in codes(tiny_site, tiny_design, tiny_catalogue)
    assert "EARTH-PME-OPEN" not in codes(replace(pme, region="de"), tiny_design, tiny_catalogue)


@pytest.mark.parametrize(
    ("pme", "code"),
    [
        ("tt-electrode", "EARTH-PME-DECIDED"),
        ("balanced", "EARTH-PME-TOUCH"),
        ("nonsense", "EARTH-PME-UNKNOWN"),
    ],
)
def test_a_decision_on_pme_is_told(pme, code, tiny_site, tiny_design, tiny_catalogue):
    site = replace(tiny_site, supply=replace(tiny_site.supply, earthing=Earthing.TN_C_S))
    found = codes(site, tiny_design, tiny_catalogue, Settings(pme=pme))
    assert code in found
    assert "EARTH-PME-OPEN" not in found


def test_an_open_decision_on_pme_is_an_assumption_until_made(tiny_site):
    site = replace(tiny_site, supply=replace(tiny_site.supply, earthing=Earthing.TN_C_S))
    assumed = pme_assumption(site, Settings())
    assert assumed is not None
    assert not assumed.confirmed
    assert pme_assumption(site, Settings(pme="open-pen-device")) is None
    assert pme_assumption(tiny_site, Settings()) is None
    assert pme_assumption(replace(site, region="de"), Settings()) is None


@pytest.mark.parametrize("code_id", registry.codes())
def test_notes_of_a_code_are_told_once(code_id, tiny_site, tiny_design, tiny_catalogue):
    found = electrical_findings(tiny_site, tiny_design, tiny_catalogue, Settings(code=code_id))
    told = [f.message for f in found if f.code == "WIRE-CODE-NOTE"]
    assert told == list(registry.get(code_id).notes)
    assert bool(told) is (code_id != "iec60364")


def test_german_single_phase_limit(tiny_site, tiny_design, tiny_catalogue):
    single = {
        key: replace(m, phases=1, power_kw=7.4) if m.current is Current.AC else m
        for key, m in tiny_catalogue.items()
    }
    german = Settings(code="vde0100")
    assert "WIRE-SINGLE-PHASE" in codes(tiny_site, tiny_design, single, german)
    assert "WIRE-SINGLE-PHASE" not in codes(tiny_site, tiny_design, tiny_catalogue, german)


@pytest.mark.parametrize("region", ["gb", "de", "us"])
def test_operator_rules_are_told_where_they_are_known(
    region, tiny_site, tiny_design, tiny_catalogue
):
    found = codes(replace(tiny_site, region=region), tiny_design, tiny_catalogue)
    assert found & {"UTIL-NOTIFY", "UTIL-APPLY"}
    assert "UTIL-NOTE" in found


def test_spectra_of_an_own_table_are_screened_by_order(
    tiny_site, tiny_design, tiny_catalogue, tiny_project
):
    cells = tuple((str(m), "5", "20", "maker") for m in tiny_catalogue)
    table = OwnTable("spectra", "s.csv", ("model", "order_number", "current_pct", "source"), cells)
    project = with_own_tables(replace(tiny_project, tables={"spectra": table}))
    found = electrical_findings(tiny_site, tiny_design, tiny_catalogue, project.settings)
    assert "HARM-RATIO" not in {f.code for f in found}
    strong = [f for f in found if f.code == "HARM-ORDER"]
    weak = replace(tiny_site.supply, source=replace(tiny_site.supply.source, s_sc_min_mva=0.5))
    site = replace(tiny_site, supply=weak)
    found = electrical_findings(site, tiny_design, tiny_catalogue, project.settings)
    assert not strong
    assert [f for f in found if f.code == "HARM-ORDER"]
    assert "FLICK-STEP" in {f.code for f in found if f.severity == "warning"}


def test_flicker_of_a_strong_supply_is_a_passed_check(tiny_site, tiny_design, tiny_catalogue):
    found = electrical_findings(tiny_site, tiny_design, tiny_catalogue, Settings())
    (step,) = (f for f in found if f.code == "FLICK-STEP")
    assert step.severity == "ok"
    assert 0 < step.value < step.limit


def test_without_supply_there_is_nothing_to_check(tiny_site, tiny_design, tiny_catalogue):
    bare = replace(tiny_site, supply=None)
    assert electrical_findings(bare, tiny_design, tiny_catalogue, Settings()) == ()
