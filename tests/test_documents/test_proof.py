"""The proof page: one page, the same cars, limits kept."""

import io
from dataclasses import replace

import pypdfium2
import pytest

from planner.documents import FORMATS
from planner.documents.proof_pdf import assemble
from planner.model.storage import Battery


def words(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def test_one_page_with_every_regime(tiny_project, tiny_outcome) -> None:
    pages = words(FORMATS["proof"].render(tiny_project, tiny_project.scenario, tiny_outcome))
    assert len(pages) == 1
    for name in ("Without load management", "First come, first served", "Least time to spare"):
        assert name in pages[0]


def test_managed_rows_stay_within_the_cap(tiny_project, tiny_outcome) -> None:
    design = replace(tiny_outcome.design, managed_cap_kw=20.0)
    data = assemble(tiny_project, tiny_project.scenario, replace(tiny_outcome, design=design))
    free, *managed = data["rows"]
    assert float(free[1]) >= max(float(row[1]) for row in managed)
    assert all(float(row[1]) <= 20.0 for row in managed)
    assert all(row[2] == "0.0" for row in managed)


def test_unknown_supply_claims_nothing(tiny_project, tiny_outcome) -> None:
    site = replace(tiny_project.site, supply=None)
    data = assemble(replace(tiny_project, site=site), tiny_project.scenario, tiny_outcome)
    assert "not known" in data["claim"]
    assert data["figure"].startswith("<svg")


@pytest.mark.parametrize("cap", [None, 0.0])
def test_no_cap_and_no_power(tiny_project, tiny_outcome, cap) -> None:
    design = replace(tiny_outcome.design, managed_cap_kw=cap)
    outcome = replace(tiny_outcome, design=design)
    assert FORMATS["proof"].render(tiny_project, tiny_project.scenario, outcome)


def test_steps_of_the_pilot_signal_are_told(tiny_project, tiny_outcome) -> None:
    data = assemble(tiny_project, tiny_project.scenario, tiny_outcome)
    assert "whole amperes from 6 A" in data["method"]


def test_a_battery_is_counted(tiny_project, tiny_outcome) -> None:
    scenario = replace(
        tiny_project.scenario, batteries=(Battery("Store", 40.0, 10.0, 10.0, 90.0, 50.0),)
    )
    assert "after Store" in assemble(tiny_project, scenario, tiny_outcome)["method"]
