"""Headroom in the Check step: bays coloured, legend with counts, table by size."""

from __future__ import annotations

import pytest

from planner.model.headroom import SIZES_KW
from ui.headroom_page import HeadroomPage
from ui.plan_area import COLOURINGS
from ui.present import headroom as present
from ui.present.tokens import DARK, LIGHT, contrast


@pytest.fixture(scope="module")
def rooms(tiny_project, tiny_outcome):
    """The headroom of the tiny project."""
    from planner.checks.headroom_map import headroom_of

    return headroom_of(tiny_project, tiny_outcome.design, tiny_outcome.service)


@pytest.fixture
def coloured(designed, qtbot):
    """The Check step with its bays coloured by headroom."""
    designed.work.go_to(4)
    designed.work.plan.colour_by.box.setCurrentIndex(1)
    designed.work.plan.colour_by.box.activated.emit(1)
    qtbot.waitUntil(lambda: designed.session.studies.headroom is not None, timeout=20_000)
    return designed


def bay_brush(window, bay: str):
    return window.work.plan.scene.items_by_key["bay", bay].brush()


def test_bays_wear_the_colour_of_the_largest_charger(coloured) -> None:
    made = coloured.session.studies.headroom
    bay, room = next((b, r) for b, r in made.bays.items() if r.fits_kw)
    assert bay_brush(coloured, bay).color().name().upper() == LIGHT.kw[room.fits_kw]
    titles = [text for _symbol, text in coloured.work.plan.legend._entries]
    assert titles[0] == "Largest charger that fits"
    assert coloured.work.plan.legend.height() > 60


def test_leaving_the_step_gives_the_bays_back_their_colour(coloured) -> None:
    bay = next(iter(coloured.session.studies.headroom.bays))
    coloured.work.go_to(0)
    assert bay_brush(coloured, bay).color().name().upper() == LIGHT.plan.bay.upper()


def test_an_edit_refreshes_the_headroom(coloured, qtbot) -> None:
    before = coloured.session.studies.headroom
    coloured.session.nudge("C1", 0.1, 0.0)
    assert coloured.session.studies.headroom_is_old
    qtbot.waitUntil(lambda: coloured.session.studies.headroom is not before, timeout=20_000)
    assert not coloured.session.studies.headroom_is_old


def test_a_bay_says_what_binds_and_what_lifts_it(coloured) -> None:
    bay = next(b for b, r in coloured.session.studies.headroom.bays.items() if r.next_size)
    coloured.work.plan.view.select(("bay", str(bay)))
    labels = {w.text() for w in coloured.work.plan.inspector.findChildren(type(
        coloured.work.plan.inspector.title))}  # fmt: skip
    assert {"Largest charger that fits", "What binds"} <= labels


def test_the_table_follows_the_size(coloured) -> None:
    coloured.work.plan.drawer.open_page("Headroom")
    page = coloured.work.plan.drawer.stack.currentWidget()
    assert isinstance(page, HeadroomPage)
    page.show_size(5)
    sizes = {line.cells[2] for line in page.table.table.lines}
    assert sizes == {150.0}


@pytest.mark.parametrize("size", [present.LARGEST, *SIZES_KW])
def test_the_legend_counts_every_bay_once(rooms, size: float) -> None:
    counts = [int(text.split(", ")[1].split()[0]) for _s, text in
              present.legend(rooms, size, LIGHT)[1:]]  # fmt: skip
    assert sum(counts) == len(rooms.bays)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_numbers_stay_legible_on_every_class(rooms, tokens) -> None:
    for colour in present.bay_colours(rooms, present.LARGEST, tokens).values():
        assert contrast(colour.ink, colour.fill or tokens.plan.bay) >= 4.5


def test_every_size_can_be_chosen() -> None:
    assert {value for _text, value in COLOURINGS} == {None, present.LARGEST, *SIZES_KW}
