"""The proof page: one page, the same cars, limits kept."""

import io
from dataclasses import replace

import pypdfium2
import pytest

from planner.documents import FORMATS
from planner.documents.proof_pdf import assemble
from planner.model.energy_price import EnergyPrice, PriceWindow
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
    assert all(row[4] == "0.0" for row in managed)


PRICE = EnergyPrice(
    0.24, (PriceWindow("Red", 0.45, 960, 1140, from_month=11, to_month=2),
           PriceWindow("Night", 0.12, 1380, 360)),
)  # fmt: skip


def priced(project, price=PRICE):
    return replace(project, settings=replace(project.settings, energy_tariff=price))


def test_peaks_lines_and_coincidence_are_told(tiny_project, tiny_outcome) -> None:
    data = assemble(tiny_project, tiny_project.scenario, tiny_outcome)
    free = dict(zip(data["head"], data["rows"][0], strict=True))
    installed = float(data["facts"][1][0].removesuffix(" kW"))
    assert float(free["Coincidence, %"]) == pytest.approx(
        100 * float(free["Peak, kW"]) / installed, abs=1
    )
    # 230 V: no line carries less than a third of the peak.
    assert float(free["Worst line, A"]) >= float(free["Peak, kW"]) * 1000 / 690 - 1


def test_a_year_by_window_and_component(tiny_project, tiny_outcome) -> None:
    data = assemble(priced(tiny_project), tiny_project.scenario, tiny_outcome)
    table = data["cost"]
    rows = {r[0]: dict(zip(table["head"], r, strict=True)) for r in table["rows"]}
    bigger = rows["No management, bigger connection"]
    cheap = rows["Replanned at arrivals, lowest cost"]
    assert list(bigger)[2:5] == ["Red, MWh", "Night, MWh", "Other, MWh"]

    def pounds(cell: str) -> float:
        return float(cell.removeprefix("£").replace(",", ""))

    for row in rows.values():
        mwh = [float(row[f"{n}, MWh"]) for n in ("Red", "Night", "Other")]
        by_hand = 1000 * (0.45 * mwh[0] + 0.12 * mwh[1] + 0.24 * mwh[2])
        assert pounds(row["Energy"]) == pytest.approx(by_hand, abs=45)
        assert pounds(row["Energy"]) + pounds(row["Capacity"]) == pytest.approx(
            pounds(row["Charges a year"]), abs=1.01
        )
    assert pounds(cheap["Per kWh"]) < pounds(bigger["Per kWh"])
    assert "Mar–Oct (245 days); Nov–Feb (120 days)" in table["note"]
    assert "Red £0.450, Night £0.120, otherwise £0.240" in table["note"]


def test_without_a_price_it_must_be_entered(tiny_project, tiny_outcome) -> None:
    table = assemble(tiny_project, tiny_project.scenario, tiny_outcome)["cost"]
    assert "must be entered" in table["note"]
    assert {row[2] for row in table["rows"]} == {"–"}
    assert not any("lowest cost" in row[0] for row in table["rows"])


def test_many_windows_and_long_notes_stay_on_one_page(tiny_project, tiny_outcome) -> None:
    hours = [PriceWindow(f"Window {h}", 0.1 + h / 100, 60 * h, 60 * h + 60) for h in range(20)]
    project = priced(tiny_project, EnergyPrice(0.3, tuple(hours)))
    notes = tiny_outcome.demand.notes * 6
    outcome = replace(tiny_outcome, demand=replace(tiny_outcome.demand, notes=notes))
    pages = words(FORMATS["proof"].render(project, project.scenario, outcome))
    assert len(pages) == 1
    assert "17 more windows" in pages[0]


def test_unknown_supply_claims_nothing(tiny_project, tiny_outcome) -> None:
    site = replace(tiny_project.site, supply=None)
    data = assemble(replace(tiny_project, site=site), tiny_project.scenario, tiny_outcome)
    assert "not known" in data["claim"]
    assert data["cost"] is None
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
