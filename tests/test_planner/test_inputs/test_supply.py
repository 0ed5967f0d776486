"""The supply workbook: round trip, tolerance and messages by cell."""

import runpy
from pathlib import Path

import openpyxl
import pytest

from grid.model import Board, Earthing, Source, Supply, Transformer
from planner.inputs.inspect import inspect
from planner.inputs.problem import InputError
from planner.inputs.workbooks.demand import read_groups
from planner.inputs.workbooks.demand import write_template as write_demand
from planner.inputs.workbooks.supply import ITEMS, SupplySheet, read_supply
from planner.inputs.workbooks.supply_template import write_template
from planner.model.demand import DemandInput

SEEDS = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "fuzz_seeds.py"))
SUPPLY = Supply(
    Source(11.0, 250.0, 120.0),
    Transformer("T1", 500.0, 11.0, 433.0, 4.75, 5.1, 0.68, 0.3),
    agreed_kva=300.0,
)
SHEET = SupplySheet(
    SUPPLY, (Board("B1", "Main LV board", 800.0, 12, 3), Board("B2", "=Annex", 250.0, 8, 2)), "B1"
)


def filled(tmp_path: Path, **cells: object) -> Path:
    path = write_template(tmp_path / "supply.xlsx", SHEET)
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        book["Supply"][place].value = value  # type: ignore[union-attr]
    book.save(path)
    return path


def row_of(label: str) -> int:
    return 5 + [item.label for item in ITEMS].index(label)


def test_round_trip_is_unchanged(tmp_path: Path) -> None:
    assert read_supply(filled(tmp_path)) == SHEET


def test_user_text_never_becomes_a_formula(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(filled(tmp_path))
    assert book["Boards"]["A6"].data_type == "s"


@pytest.mark.parametrize("written", ["300 kVA", "300,0", "0.3 MVA", 300, " 300 "])
def test_agreed_capacity_as_people_write_it(tmp_path: Path, written: object) -> None:
    assert read_supply(filled(tmp_path, B5=written)).supply.agreed_kva == pytest.approx(300)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (None, "supply.xlsx, sheet Supply, B5: agreed capacity is blank; enter it in kVA."),
        ("300 kW", "sheet Supply, B5: agreed capacity is in kW, not in kVA"),
        ("plenty", "sheet Supply, B5: agreed capacity is 'plenty', not a number"),
        (True, "sheet Supply, B5: agreed capacity is True, not a number"),
        ("1,200", "which could mean 1200 or 1.2"),
        (-3, "between 1 and 100,000 kVA"),
    ],
)
def test_bad_agreed_capacity_is_named_by_cell(
    tmp_path: Path, written: object, message: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_supply(filled(tmp_path, B5=written))
    assert message in str(caught.value)


def test_rows_and_columns_may_move(tmp_path: Path) -> None:
    path = filled(tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book["Supply"]
    sheet.insert_cols(1, 2)
    sheet.insert_rows(1, 7)
    sheet.cell(40, 3).value, sheet.cell(40, 4).value = "Contract no", "4711"
    book.save(path)
    read = read_supply(path)
    assert read.supply == SUPPLY
    assert read.extras == (("Contract no", "4711", "", ""),)
    write_template(path, read)
    assert read_supply(path).extras == read.extras


def test_missing_fault_level_is_a_visible_assumption(tmp_path: Path) -> None:
    place = f"B{row_of('Upstream fault level, maximum')}"
    read = read_supply(filled(tmp_path, **{place: None}))
    assert read.supply.source.s_sc_max_mva == 500.0
    (note,) = read.assumptions
    assert (note.value, note.source) == (
        "500 MVA",
        "IEC 60076-5:2006, table 2 (from memory, unconfirmed)",
    )


def test_supply_without_transformer_assumes_the_declared_loop(tmp_path: Path) -> None:
    blank = {f"B{row_of(label)}": None for label in (
        "Transformer rating", "Upstream fault level, maximum", "Upstream fault level, minimum",
        "Earthing",
    )}  # fmt: skip
    supply = read_supply(filled(tmp_path, **blank)).supply
    assert supply.transformer is None
    assert supply.earthing is Earthing.TN_C_S
    assert supply.zs_origin_ohm == 0.35
    # 3 · (400/√3)² / 0.35 ohm = 0.457 MVA
    assert supply.source.s_sc_min_mva == pytest.approx(0.4571, abs=1e-4)


def test_formula_without_result_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="formula"):
        read_supply(filled(tmp_path, B5="=3*100"))


def test_more_spare_ways_than_ways(tmp_path: Path) -> None:
    path = filled(tmp_path)
    book = openpyxl.load_workbook(path)
    book["Boards"]["D5"].value = 99
    book.save(path)
    with pytest.raises(InputError, match="sheet Boards, D5: Main LV board has 99 spare of 12"):
        read_supply(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>log in</html>", "a web page"),
        (b"", "an empty file"),
        (b"PK\x03\x04broken", "cut off or damaged"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password protected"),
    ],
)
def test_what_is_no_workbook_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "supply.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_supply(path)


@pytest.mark.parametrize(
    ("cell", "value", "message"),
    [
        ("A5", None, "sheet Boards, A5: the board has no name; enter its name."),
        ("B5", 5, "B5: rating of Main LV board is 5 A; enter a value between"),
        ("C5", "twelve", "C5: ways of Main LV board is 'twelve', not a number"),
        ("D5", 2.5, "D5: spare ways of Main LV board is 2.5; enter a whole number."),
        ("E5", "perhaps", "E5: origin is 'perhaps'; enter yes or no."),
        ("E6", "yes", "'Main LV board' and '=Annex' are both marked as origin"),
        ("A6", "Main LV board", "two boards are called 'Main LV board'"),
        ("A4", "Colour", "there is no column 'Name'"),
    ],
)
def test_board_cells_are_named(tmp_path: Path, cell: str, value: object, message: str) -> None:
    path = filled(tmp_path)
    book = openpyxl.load_workbook(path)
    book["Boards"][cell].value = value  # type: ignore[union-attr]
    book.save(path)
    with pytest.raises(InputError) as caught:
        read_supply(path)
    assert message in str(caught.value)


def test_blank_ways_and_origin_are_assumed_visibly(tmp_path: Path) -> None:
    path = filled(tmp_path)
    book = openpyxl.load_workbook(path)
    for cell in ("C5", "D5", "E5"):
        book["Boards"][cell].value = None  # type: ignore[union-attr]
    book.save(path)
    read = read_supply(path)
    assert {a.id for a in read.assumptions} == {
        "supply-board-1-spare", "supply-board-1-ways", "supply-origin",
    }  # fmt: skip
    assert (read.boards[0].ways, read.origin) == (0, "B1")


@pytest.mark.parametrize(
    ("label", "value", "message"),
    [
        ("Earthing", "IT", "earthing is 'IT'; enter one of TN-S, TN-C-S, TT"),
        ("Vector group", "Yzn5", "enter one of Dyn11"),
        ("Upstream fault level, minimum", 900, "above the maximum 250 MVA"),
        ("Transformer load loss", 90, "is more than uk 4.75 % of 500 kVA allows"),
        ("Transformer LV no-load voltage", 240, "does not fit the nominal 400 V"),
        ("Transformer impedance uk", 45, "enter a value between 1 and 20 %"),
    ],
)
def test_values_that_cannot_be_are_refused_by_cell(
    tmp_path: Path, label: str, value: object, message: str
) -> None:
    place = f"B{row_of(label)}"
    with pytest.raises(InputError) as caught:
        read_supply(filled(tmp_path, **{place: value}))
    assert message in str(caught.value)
    assert place in str(caught.value)


def test_rating_plate_values_come_from_the_table_as_assumptions(tmp_path: Path) -> None:
    read = read_supply(filled(tmp_path, **{f"B{row_of('Transformer load loss')}": None}))
    assert read.supply.transformer
    assert read.supply.transformer.load_loss_kw == 3.9  # 500 kVA, tier 2 ceiling
    (note,) = read.assumptions
    assert "548/2014" in note.source


def test_a_rating_that_no_table_has_needs_its_plate(tmp_path: Path) -> None:
    blank = {f"B{row_of('Transformer load loss')}": None, f"B{row_of('Transformer rating')}": 555}
    with pytest.raises(InputError, match="no typical value is known for 555 kVA"):
        read_supply(filled(tmp_path, **blank))


def test_an_item_given_twice_and_a_missing_sheet(tmp_path: Path) -> None:
    path = filled(tmp_path)
    book = openpyxl.load_workbook(path)
    book["Supply"]["A30"], book["Supply"]["B30"] = "Agreed capacity (kVA)", 5
    book.save(path)
    with pytest.raises(InputError, match="A30: agreed capacity is given twice"):
        read_supply(path)
    book["Supply"].title = "Data"
    book.save(path)
    with pytest.raises(InputError, match="there is no sheet 'Supply' \\(found: Data, Boards\\)"):
        read_supply(path)


def test_a_template_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="B2: the template is of version 7"):
        read_supply(filled(tmp_path, B2="7"))


def as_ods(path: Path) -> Path:
    made = path.with_suffix(".ods")
    made.write_bytes(SEEDS["as_ods"](path.read_bytes()))
    return made


def test_templates_saved_by_libreoffice_are_read(tmp_path: Path) -> None:
    path = as_ods(filled(tmp_path))
    assert read_supply(path) == SHEET
    assert inspect(path)["kind"] == "supply"
    groups = (DemandInput("workplace", 12.5, 3.0),)
    demand = as_ods(write_demand(tmp_path / "demand.xlsx", groups))
    assert read_groups(demand) == groups
    assert inspect(demand)["summary"] == {"groups": 1, "drivers_per_day": 12.5}


def test_cells_of_an_open_sheet_are_named_in_messages(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"supply.ods, sheet Supply, B5: .* is 'plenty'"):
        read_supply(as_ods(filled(tmp_path, B5="plenty")))


def test_a_hidden_sheet_is_named_and_not_read(tmp_path: Path) -> None:
    path = filled(tmp_path)
    book = openpyxl.load_workbook(path)
    book.create_sheet("About")
    book["Supply"].sheet_state = "hidden"
    book.save(path)
    with pytest.raises(InputError, match=r"the sheet 'Supply' is hidden; show it"):
        read_supply(path)
