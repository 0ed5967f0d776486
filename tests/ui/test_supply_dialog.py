"""The supply typed by hand or read from a workbook: fields, cells, assumptions."""

from dataclasses import replace
from pathlib import Path

import pytest

from grid.model import Earthing
from planner import edits
from planner.inputs.merge import merged
from planner.inputs.workbooks.supply import read_supply
from planner.inputs.workbooks.supply_template import write_template
from planner.inputs.workbooks.supply_typed import (
    TypedBoard,
    TypedSupply,
    check,
    kept_from,
    typed_from,
    typed_from_workbook,
)
from planner.model.site import Site
from ui.dialogs.supply import SupplyDialog
from ui.present.supply import pme_decisions
from ui.session import with_supply

MAIN = TypedBoard({"name": "Main", "rating": "630 A", "ways": "12", "spare": "4", "origin": "yes"})


def test_one_number_and_a_board_make_a_supply_of_visible_assumptions() -> None:
    found = check(TypedSupply({"agreed": "0,3 MVA"}, (MAIN,)))
    assert found.wrong == {}
    assert found.sheet.supply.agreed_kva == pytest.approx(300)
    assert found.sheet.supply.earthing is Earthing.TN_C_S
    assumed = {a.id for a in found.assumptions}
    assert {"supply-nominal", "supply-earthing", "supply-zs", "supply-fault_max"} <= assumed
    assert all(a.source for a in found.assumptions)


def test_all_wrong_fields_are_named_at_once() -> None:
    small = TypedBoard({"name": "Sub", "rating": "6"})
    found = check(TypedSupply({"agreed": "", "uk": "x", "frequency": "16"}, (MAIN, small)))
    assert set(found.wrong) == {"agreed", "uk", "frequency", "board 2 rating"}
    assert "between 16 and 10,000 A" in found.wrong["board 2 rating"]
    assert found.sheet is None


def test_fields_that_do_not_fit_each_other_are_named() -> None:
    values = {"agreed": "300", "rating": "400", "fault_max": "10", "fault_min": "20"}
    assert "above the maximum" in check(TypedSupply(values)).wrong["fault_min"]


def test_a_site_as_text_gives_the_same_supply_again(tiny_project) -> None:
    site = tiny_project.site
    found = check(typed_from(site))
    assert kept_from(site, found.sheet).supply == site.supply
    assert [b.id for b in found.sheet.boards] == list(site.boards)


def test_a_workbook_as_text_says_what_reading_it_says(tmp_path: Path, tiny_project) -> None:
    typed = TypedSupply({"agreed": "300", "rating": "500", "uk": "4"}, (MAIN,))
    path = write_template(tmp_path / "s.xlsx", check(typed).sheet)
    assert check(typed_from_workbook(path)).sheet.supply == read_supply(path).supply


def test_errors_of_a_workbook_are_listed_by_cell(tmp_path: Path, open_tiny, qtbot) -> None:
    import openpyxl

    path = write_template(tmp_path / "s.xlsx", check(TypedSupply({"agreed": "300"}, (MAIN,))).sheet)
    book = openpyxl.load_workbook(path)
    book["Supply"]["B6"], book["Boards"]["B5"] = "many", "two"
    book.save(path)
    dialog = SupplyDialog(open_tiny.session, path, open_tiny)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.boards.rowCount() > 0)
    assert not dialog.take_button.isEnabled()
    assert set(dialog.checked.wrong) == {"nominal", "board 1 rating"}
    assert dialog.typed.places["nominal"] == "sheet Supply, B6"
    dialog.fields["nominal"].setText("400")
    dialog.boards.item(0, 1).setText("630")
    dialog.check_now()
    assert dialog.take_button.isEnabled()
    dialog.reject()


def test_typing_from_nothing_is_one_undoable_step(open_tiny, qtbot) -> None:
    document = open_tiny.session.document
    bare = replace(document.require().site, supply=None, boards={}, assumptions=())
    open_tiny.session.edit("Clear", lambda p: edits.set_site(p, bare))
    dialog = SupplyDialog(open_tiny.session, None, open_tiny)
    dialog.open()
    assert not dialog.take_button.isEnabled()
    qtbot.keyClicks(dialog.fields["agreed"], "250")
    dialog.boards.item(0, 0).setText("Main")
    dialog.boards.item(0, 1).setText("400")
    dialog.check_now()
    dialog.take_button.click()
    site = document.require().site
    assert site.supply.agreed_kva == 250
    assert [b.board.name for b in site.boards.values()] == ["Main"]
    assert next(iter(site.boards.values())).is_origin
    assert {a.id for a in site.assumptions} >= {"supply-nominal", "supply-board-1-spare"}
    document.stack.undo()
    assert document.require().site is bare


def test_a_board_taken_out_of_the_table_leaves_the_site(open_tiny) -> None:
    document = open_tiny.session.document
    dialog = SupplyDialog(open_tiny.session, None, open_tiny)
    dialog.open()
    first = dialog.boards.item(0, 0).text()
    dialog.boards.setCurrentCell(0, 0)
    dialog.remove_board()
    dialog.take_button.click()
    assert first not in {b.board.name for b in document.require().site.boards.values()}


def test_boards_entered_before_the_map_get_a_place_on_it(tiny_project) -> None:
    sheet = check(TypedSupply({"agreed": "300"}, (MAIN,))).sheet
    bare = replace(tiny_project, site=Site("New", 27700))
    entered = with_supply(bare, sheet).site
    placed = merged(entered, replace(tiny_project.site, boards={}))
    board = next(iter(placed.boards.values()))
    bays = [b.polygon for b in tiny_project.site.bays.values()]
    assert min(b.distance(board.point) for b in bays) < 100
    assert placed.supply is entered.supply


def test_the_measure_on_pme_is_offered_and_kept(open_tiny) -> None:
    session = open_tiny.session
    supply = replace(session.document.require().site.supply, earthing=Earthing.TN_C_S)
    session.edit("PME", lambda p: edits.set_supply(p, supply))
    keys = [key for key, _, _ in pme_decisions(session.document.require())]
    assert keys[0] == "open"
    assert "open-pen-device" in keys
    open_tiny.work.go_to(1)
    open_tiny.work.supply_panel._change_settings("Decide", pme="open-pen-device")
    assert session.document.require().settings.pme == "open-pen-device"
    tt = replace(supply, earthing=Earthing.TT)
    session.edit("TT", lambda p: edits.set_supply(p, tt))
    assert pme_decisions(session.document.require()) == ()
