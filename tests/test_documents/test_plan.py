"""The drawn plan: well-formed, to scale, and the legend lists what is there."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from planner.documents.palette import KW_CLASSES, LIGHT, ink_on, kw_class, relative_luminance
from planner.documents.plan.furniture import nice_length_m
from planner.documents.plan.view import fit
from planner.documents.plan_svg import draw
from planner.model.design import Design
from planner.model.underlay import Underlay, UnderlayKind


def words(svg: str) -> set[str]:
    return {e.text for e in ET.fromstring(svg).iter() if e.tag.endswith("text") and e.text}


def test_legend_lists_only_what_is_on_the_plan(tiny_site, tiny_design, tiny_catalogue) -> None:
    full = words(draw(tiny_site, tiny_design, tiny_catalogue, 1000, 700))
    assert {"50 kW DC", "Trench in asphalt", "Feeder cable", "Keep out"} <= full
    assert "Existing duct" not in full
    bare = words(draw(tiny_site, Design(), tiny_catalogue, 1000, 700))
    assert not {w for w in bare if w.startswith(("Trench", "Feeder", "50"))}


def test_a_background_is_said_to_be_left_out(tiny_site, tiny_design, tiny_catalogue) -> None:
    laid = Underlay("U1", "Aerial", UnderlayKind.PICTURE, "a.png", 8, 8, (1, 0, 0, 0, -1, 8))
    for shown in (True, False):
        site = replace(tiny_site, underlays=(replace(laid, visible=shown),))
        found = words(draw(site, tiny_design, tiny_catalogue, 1000, 700))
        assert ("Background left out" in found) is shown


def test_plan_is_to_scale(tiny_site, tiny_design) -> None:
    view = fit(tiny_site, tiny_design, 1000, 700)
    (x1, y1), (x2, y2) = (view.xy(tiny_design.chargers[c].point) for c in ("C1", "C3"))
    assert x2 - x1 == pytest.approx(17.5 * view.scale)
    assert y1 == pytest.approx(y2)


def test_all_equipment_is_in_the_picture(tiny_site, tiny_design) -> None:
    view = fit(tiny_site, tiny_design, 300, 900)
    for thing in (*tiny_design.chargers.values(), *tiny_design.boards.values()):
        x, y = view.xy(thing.point)
        assert 0 < x < 300
        assert 0 < y < 900


def test_names_are_text_not_markup(tiny_site, tiny_catalogue) -> None:
    areas = {k: replace(a, name="<b>&\x00x") for k, a in tiny_site.areas.items()}
    found = words(draw(replace(tiny_site, areas=areas), None, tiny_catalogue, 1000, 700))
    assert "<b>&x" in found


@pytest.mark.parametrize(("most", "length"), [(9.9, 5), (10, 10), (23, 20), (0.7, 0.5), (130, 100)])
def test_scale_bar_has_a_round_length(most, length) -> None:
    assert nice_length_m(most) == pytest.approx(length)


@pytest.mark.parametrize(("kw", "found"), [(7.4, 22), (22, 22), (60, 50), (149, 120), (300, 150)])
def test_power_class(kw, found) -> None:
    assert kw_class(kw) == found


def test_ink_on_every_class_can_be_read() -> None:
    for kw in KW_CLASSES:
        fill = LIGHT.class_fill(kw)
        a, b = sorted((relative_luminance(fill), relative_luminance(ink_on(fill))))
        assert (b + 0.05) / (a + 0.05) >= 4.5
