"""What every bay can still take stands in workbook, GeoPackage, web map and quote alike."""

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pyogrio
import pytest
from openpyxl import load_workbook

from planner.documents import FORMATS, headroom_words
from planner.documents.gpkg_styles import qml
from planner.documents.quote.data import assemble
from planner.model.headroom import BayRoom, HeadroomMap, Lift, SizeRoom
from planner.model.ids import BayId

LIFT = Lift("agreed capacity", "supply", "Ask for 350 kVA instead of 300 kVA", "AGREED-KVA", 50.0,
            "kVA", 3000.0, 500.0, 10000.0, "GBP", "estimate", "M")  # fmt: skip


def size(kw: float, fits: bool) -> SizeRoom:
    lift = None if fits else LIFT
    return SizeRoom(kw, 61.5, "agreed capacity", "supply", "Agreed capacity of the site", 299.98,
                    300.0, "kVA", "Connection agreement", "Sat 25 Jan 2025, 19:00", fits,
                    "cu-xlpe-swa-4x35", lift)  # fmt: skip


@pytest.fixture(scope="module")
def outcome(tiny_outcome, tiny_site):
    """Even bays take 50 kW, odd ones nothing."""
    bays = {}
    for bay in tiny_site.bays.values():
        even = bay.number % 2 == 0
        sizes = (size(50.0, even), size(75.0, fits=False))
        bays[bay.id] = BayRoom(bay.id, None, "P1", 12.5, 4.0, sizes)
    return replace(tiny_outcome, headroom=HeadroomMap((50.0, 75.0), bays, "On top of all.", 3))


def render(name, project, outcome) -> bytes:
    return FORMATS[name].render(project, project.scenario, outcome)


def test_the_workbook_has_a_row_for_every_bay_and_size(tiny_project, outcome) -> None:
    sheet = load_workbook(io.BytesIO(render("xlsx", tiny_project, outcome)))["Headroom"]
    head = [c.value for c in sheet[4]]
    rows = [dict(zip(head, (c.value for c in r), strict=True)) for r in sheet.iter_rows(min_row=5)]
    assert len(rows) == 24
    row = next(r for r in rows if r["Bay"] == "A1" and r["Size kW"] == 50)
    assert (row["Fits"], row["Largest that fits kW"], row["Cost"]) == ("no", 61.5, 3000)
    assert row["What binds"] == "Agreed capacity of the site"
    assert row["To lift it"] == LIFT.text
    assert "On top of all." in sheet["A2"].value


def test_the_geopackage_has_the_bays_with_figures_and_colours(
    tiny_project, outcome, tmp_path
) -> None:
    path = FORMATS["gpkg"].write(tiny_project, tiny_project.scenario, outcome, tmp_path)
    meta, _, geometry, columns = pyogrio.raw.read(path, layer="headroom")
    table = dict(zip(meta["fields"], columns, strict=True))
    assert len(geometry) == 12
    assert sorted(set(table["fits_kw"])) == [0.0, 50.0]
    assert set(table["next_kw"]) == {50.0, 75.0}
    assert set(table["lift_cost"]) == {3000.0}
    assert set(table["room_75_kw"]) == {61.5}
    style = ET.fromstring(qml("headroom"))
    shades = {c.get("value"): c.get("label") for c in style.iter("category")}
    assert (shades["0"], shades["50"]) == ("None fits", "50 kW fits")


def test_the_web_map_has_a_layer_that_is_off_until_it_is_asked_for(tiny_project, outcome) -> None:
    page = render("html", tiny_project, outcome).decode()
    name = re.search(r'"Headroom" : (geo_json_\d+)', page)[1]
    assert f"{name}.addTo(map_" not in page
    assert "Layer headroom: the largest charger that fits all year" in page
    assert "50 kW, 6 bays" in page
    assert "none, 6 bays" in page
    assert "Ask for 350 kVA instead of 300 kVA" in page


def test_the_quote_sums_the_bays_up_by_size(tiny_project, outcome) -> None:
    data = assemble(tiny_project, tiny_project.scenario, outcome)
    assert data["headroom"]["rows"] == [
        ["50", "6 of 12 bays", "Agreed capacity of the site (6 bays, 62 kW left)", LIFT.text,
         "£3,000"],
        ["75", "0 of 12 bays", "Agreed capacity of the site (12 bays, 62 kW left)", LIFT.text,
         "£3,000"],
    ]  # fmt: skip
    assert render("pdf", tiny_project, outcome).startswith(b"%PDF")


def test_nothing_is_said_where_it_was_not_worked_out(tiny_project, tiny_outcome) -> None:
    book = load_workbook(io.BytesIO(render("xlsx", tiny_project, tiny_outcome)))
    assert "Headroom" not in book.sheetnames
    assert assemble(tiny_project, tiny_project.scenario, tiny_outcome)["headroom"] is None
    page = render("html", tiny_project, tiny_outcome).decode()
    assert "Layer headroom" not in page


def test_a_price_nobody_knows_is_said(outcome) -> None:
    bare = replace(size(75.0, fits=False), lift=replace(LIFT, cost=None))
    room = BayRoom(BayId("A1"), None, "P1", 1.0, 1.0, (bare,))
    made = HeadroomMap((75.0,), {BayId("A1"): room}, "", 1)
    assert headroom_words.size_rows(made)[0][-1] == "no price"
