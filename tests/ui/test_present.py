"""View models: numbers, days, steps, cards, findings and plots, without Qt."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from grid.findings import Finding, Severity
from planner.model.outcome import Outcome
from planner.model.project import Project
from ui.present.cards import card, charger_counts, designed_cases
from ui.present.deliver import export_text, review, totals
from ui.present.findings import finding_rows, locate
from ui.present.layers import layers
from ui.present.sheets import sheet
from ui.present.steps import step_states
from ui.present.supply import year_map
from ui.present.tables import bays_table, quote_table, trenches_table
from ui.present.text import clipped, day_text, money, number, read_day, short_money, significant


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(1234.5, 1, "1,234.5"), (-3, 0, "−3"), (-0.001, 1, "0.0"), (None, 2, "–")],
)
def test_numbers(value: float | None, decimals: int, text: str) -> None:
    assert number(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(64.0, "64"), (45.195, "45.2"), (0.12345, "0.1235"), (12345.6, "12,346"), (0.0, "0")],
)
def test_significant_digits(value: float, text: str) -> None:
    assert significant(value) == text


def test_money_has_its_sign_before_the_symbol() -> None:
    assert money(Decimal("-1234.5"), "GBP", 2) == "−£1,234.50"
    assert short_money(Decimal(221_400), "GBP") == "£221k"


@pytest.mark.parametrize("text", ["22 Nov 2026", "2026-11-22", "22/11/2026", " 22 November 2026 "])
def test_a_day_is_read_in_the_usual_ways(text: str) -> None:
    assert read_day(text) == date(2026, 11, 22)
    assert day_text(date(2026, 11, 2)) == "2 Nov 2026"


def test_a_word_is_no_day() -> None:
    assert read_day("tomorrow") is None


def test_long_text_is_cut_at_a_word() -> None:
    assert clipped("one two three", 9) == "one two …"
    assert clipped("short") == "short"


def test_steps_of_a_bare_project_are_open(tiny_project: Project) -> None:
    bare = replace(tiny_project, scenarios=(replace(tiny_project.scenario, design=None),))
    states = step_states(bare, None, ())
    assert [s.mark for s in states[3:]] == [None, None, None]
    assert states[0].line == "12 bays"


def test_an_error_blocks_delivery(tiny_project: Project, tiny_outcome: Outcome) -> None:
    error = Finding("WIRE-DROP", Severity.ERROR, "C1", "C1", "Too far")
    states = step_states(tiny_project, replace(tiny_outcome, findings=(error,)), ())
    assert states[4].mark is Severity.ERROR
    assert states[5].line == "Blocked by 1 error"


def test_findings_are_gravest_first_and_know_their_place(tiny_project, tiny_outcome) -> None:
    error = Finding("WIRE-DROP", Severity.ERROR, "C2", "C2", "Too far")
    rows = finding_rows(
        tiny_project, replace(tiny_outcome, findings=(*tiny_outcome.findings, error))
    )
    assert rows[0].finding is error
    assert rows[0].key == ("charger", "C2")
    assert rows[0].point == tiny_outcome.design.chargers["C2"].point


def test_an_unknown_subject_has_no_place(tiny_site, tiny_design) -> None:
    assert locate(tiny_site, tiny_design, "quote") == (None, None)


def test_cards_leave_out_hours_that_ignore_the_cap(tiny_project, tiny_outcome) -> None:
    cap = tiny_outcome.design.managed_cap_kw
    wild = replace(tiny_outcome.grid.cases[0], name="all at once", charging_kw=9e3, agreed_pct=900)
    grid = replace(tiny_outcome.grid, cases=(*tiny_outcome.grid.cases, wild))
    outcome = replace(tiny_outcome, grid=grid)
    assert cap is not None
    assert wild not in designed_cases(outcome)
    assert all(strip.text != "900 %" for strip in card(tiny_project, outcome).strips)


def test_counts_on_a_card_are_those_of_the_design(tiny_project, tiny_design) -> None:
    total = sum(int(text.split(" × ")[0]) for _, text in charger_counts(tiny_project, tiny_design))
    assert total == len(tiny_design.chargers)


def test_subtotals_of_the_bill_add_up_to_the_sum(tiny_outcome: Outcome) -> None:
    table = quote_table(tiny_outcome.quote)
    groups = [line.cells[4] for line in table.lines if line.group]
    assert sum(groups) == pytest.approx(float(tiny_outcome.quote.sum_lines), abs=0.005)


def test_totals_are_those_of_the_quote(tiny_outcome: Outcome) -> None:
    assert totals(tiny_outcome)[-1][1] == f"{tiny_outcome.quote.total:,.2f}"


def test_trench_badge_counts_what_is_dug(tiny_design) -> None:
    dug = sum(t.length_m for t in tiny_design.trenches.values() if not t.existing_duct)
    assert trenches_table(tiny_design).count == f"{dug:,.1f} m"


def test_layer_counts_are_those_of_the_site(tiny_site, tiny_design) -> None:
    counted = {layer.key: layer.count for layer in layers(tiny_site, tiny_design)}
    assert counted["bay"] + counted["accessible"] == len(tiny_site.bays)
    assert counted["charger"] == len(tiny_design.chargers)
    assert len(bays_table(tiny_site).lines) == len(tiny_site.bays)


@pytest.mark.parametrize(
    "key",
    [("charger", "C1"), ("circuit", "L1"), ("bay", "A2"), ("area", "B1"), ("board", "MSB"),
     ("tree", "W1")],
)  # fmt: skip
def test_every_kind_of_object_has_a_sheet(tiny_project, tiny_design, tiny_outcome, key) -> None:
    made = sheet(tiny_project, tiny_design, tiny_outcome, key)
    assert made is not None
    assert made.facts
    assert made.title


def test_review_lists_each_open_assumption_once(tiny_project, tiny_outcome) -> None:
    listed = [i.assumption.id for i in review(tiny_project, tiny_outcome) if i.assumption]
    assert sorted(listed) == sorted(a.id for a in tiny_outcome.assumptions if not a.confirmed)


def test_export_is_named_by_its_result() -> None:
    assert export_text(1, draft=False) == "Export, 1 file"
    assert export_text(4, draft=True) == "Export draft, 4 files"


def test_the_year_keeps_its_energy_and_peak(tiny_site) -> None:
    profile = tiny_site.profile
    grid = year_map(profile).kw
    assert np.nansum(grid) == pytest.approx(profile.total_kwh, rel=1e-6)
    assert np.nanmax(grid) <= profile.peak_kw


def test_every_document_can_be_exported_and_is_named_once() -> None:
    from planner.documents import FORMATS as DOCUMENTS
    from ui.present.deliver import FORMATS

    assert {name for name, _text, _kind in FORMATS} == set(DOCUMENTS)
    assert len({(text, kind) for _name, text, kind in FORMATS}) == len(FORMATS)


def test_every_traced_number_is_listed_with_its_rule(tiny_outcome: Outcome) -> None:
    from ui.present.tables import traces_table

    table = traces_table(tiny_outcome)
    traced = [t for traces in tiny_outcome.traces.values() for t in traces]
    assert [line.cells[1] for line in table.lines] == [t.quantity for t in traced]
    assert all(line.subject is not None for line in table.lines)
