"""The year as pictures and page: drawn from the numbers, whole, and safe."""

import re
from dataclasses import replace

import numpy as np
import pytest
from defusedxml.ElementTree import fromstring

from planner.documents import FORMATS, palette
from planner.documents.year import pictures as drawn
from planner.documents.year.axes import Axes, round_ticks
from planner.pipeline import check_year


@pytest.fixture(scope="module")
def checked(tiny_project, tiny_outcome):
    return check_year(tiny_project, tiny_outcome)[0]


@pytest.mark.parametrize("name", ["week", "days", "hour_map", "duration", "voltage"])
def test_every_picture_is_an_svg_of_the_palette(name, checked) -> None:
    svg = getattr(drawn, name)(checked.year)
    assert fromstring(svg).tag.endswith("svg")
    known = set(vars(palette)["LIGHT"].kw) | {drawn.ramp(n / 36) for n in range(37)}
    plain = {getattr(palette.LIGHT, n) for n in palette.LIGHT.__slots__
             if isinstance(getattr(palette.LIGHT, n), str)}  # fmt: skip
    assert set(re.findall(r"#[0-9A-F]{6}", svg)) <= known | plain


def test_the_week_marks_the_peak(checked) -> None:
    svg = drawn.week(checked.year)
    assert f"{np.nanmax(checked.year.intake_kva):,.0f} kVA" in svg
    assert checked.year.when(checked.year.worst_step) in svg


def test_the_map_has_a_cell_for_every_hour_that_exists(checked) -> None:
    svg = drawn.hour_map(checked.year)
    area = 0.0
    for low, high in re.findall(r"M[\d.]+ ([\d.]+)h[\d.]+V([\d.]+)", svg):
        area += float(low) - float(high)
    one = (144.0 - 24 - 20) / 24
    assert area / one == pytest.approx(365 * 24 - 1, rel=2e-3)


def test_a_year_with_holes_and_a_surplus_is_drawn_all_the_same(checked) -> None:
    kva, existing = checked.year.intake_kva.copy(), checked.year.existing_kw.copy()
    kva[:2_000], existing[3_000] = np.nan, -400.0
    year = replace(checked.year, intake_kva=kva, existing_kw=existing)
    for svg in drawn.pictures(year).values():
        assert "nan" not in svg.lower()
        fromstring(svg)


def test_a_single_day_is_drawn(checked) -> None:
    cut = {
        n: getattr(checked.year, n)[:48]
        for n in ("local_min", "existing_kw", "charging_kw", "intake_kva", "lowest_pu")
    }
    year = replace(checked.year, worst_step=3, **cut)
    assert len(drawn.pictures(year)) == 5


def test_the_page_says_what_was_found_and_runs_nothing(tiny_project, checked) -> None:
    page = FORMATS["year"].render(tiny_project, tiny_project.scenario, checked).decode()
    assert page.count("<svg") == 5
    assert checked.year.worst_hours[0].local in page
    assert "Tiny Court" in page
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_a_violation_is_in_page_and_quote(tiny_project, tiny_outcome) -> None:
    kw = tiny_project.site.profile.kw.copy()
    kw[2 * 5432] = 420.0
    site = replace(tiny_project.site, profile=replace(tiny_project.site.profile, kw=kw))
    project = replace(tiny_project, site=site)
    outcome = check_year(project, tiny_outcome)[0]
    page = FORMATS["year"].render(project, project.scenario, outcome).decode()
    assert "Fri 15 Aug 2025, 09:00 (2025-08-15 08:00 UTC)" in page
    pdf = FORMATS["pdf"].render(project, project.scenario, outcome)
    import pypdfium2

    text = "".join(
        page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)
    ).replace("\r\n", " ")  # fmt: skip
    assert "The year on the network" in text
    assert "Fri 15 Aug 2025, 09:00 (2025-08-15 08:00 UTC)" in text


def test_ticks_are_round_and_enclose() -> None:
    assert round_ticks(0, 412) == [0, 100, 200, 300, 400, 500]
    low, *_, high = round_ticks(1.0312, 1.0498, 4)
    assert low <= 1.0312
    assert high >= 1.0498


def test_axes_keep_marks_inside() -> None:
    axes = Axes(100, 50, 0, 10, 0, 1)
    assert axes.y(-5) == 50 - axes.bottom
    assert axes.y(9) == axes.top
