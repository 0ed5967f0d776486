"""Workbooks and tables at their edges: each message names the cell and what to do."""

import runpy
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from planner.inputs import own_tables, sessions
from planner.inputs.kinds import kind_of
from planner.inputs.new_project import _demand as demand_of
from planner.inputs.problem import InputError
from planner.inputs.quantity import QuantityError, parse_number
from planner.inputs.sessions import read_sessions, recorded_demand
from planner.inputs.survey import survey_demand
from planner.inputs.workbooks import cells, foreign
from planner.inputs.workbooks.cells import Cell
from planner.inputs.workbooks.demand import read_demand
from planner.inputs.workbooks.rota import COLUMNS, fleet_of_rows, read_rota
from planner.inputs.workbooks.supply import read_supply
from planner.inputs.workbooks.supply_typed import (
    TypedBoard,
    TypedSupply,
    check,
    kept_from,
    typed_from_workbook,
)
from planner.model.demand import DemandInput
from planner.model.project import Project

SEEDS = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "fuzz_seeds.py"))
AGREED = ("Agreed capacity", 400, "kVA")
BOARDS = (("Name", "Rating (A)", "Ways", "Spare ways"), ("Main", 630, 10, 1))
VAN = ("Van 1", "Mon-Fri", "07:00", "16:30", 47, 0.4, 76, 90, 11, 80)
ROTA = tuple(f"{c.label} ({c.unit})" if c.unit else c.label for c in COLUMNS)


def book(tmp_path: Path, **sheets: Sequence[Sequence[object]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)  # type: ignore[arg-type]
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    path = tmp_path / "book.xlsx"
    made.save(path)
    return path


def supply(tmp_path: Path, *rows: Sequence[object], boards: object = BOARDS) -> str:
    path = book(tmp_path, Supply=[("Item", "Value", "Unit"), *rows], Boards=boards)  # type: ignore[arg-type]
    with pytest.raises(InputError) as caught:
        read_supply(path)
    return str(caught.value)


# Supply -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (datetime(2024, 6, 3), "B2: agreed capacity is a date (03.06.2024), not a number"),  # noqa: DTZ001
        (time(7, 30), "B2: agreed capacity is a time; enter agreed capacity in kVA"),
        ("9e999", "too large a number"),
        (1e6, "is 1e+06 kVA; enter a value between 1 and 100,000 kVA"),
    ],
)
def test_what_is_no_capacity_is_named(tmp_path: Path, value: object, words: str) -> None:
    assert words in supply(tmp_path, ("Agreed capacity", value, "kVA"))


def test_rows_and_boards_that_are_missing(tmp_path: Path) -> None:
    assert "there is no row 'Agreed capacity'; add the row and enter" in supply(tmp_path)
    assert "sheet Boards: there is no board" in supply(tmp_path, AGREED, boards=BOARDS[:1])
    twice = (*BOARDS, BOARDS[1])
    assert "two boards are called 'Main'" in supply(tmp_path, AGREED, boards=twice)


def test_a_sheet_without_a_header_is_read_by_its_labels(tmp_path: Path) -> None:
    path = book(tmp_path, Supply=[("for the site in Hull",), AGREED[:2]], Boards=BOARDS)
    assert read_supply(path).supply.agreed_kva == 400
    assert typed_from_workbook(path).values["agreed"] == "400"


def test_whole_numbers_of_open_sheets_show_no_decimals() -> None:
    assert Cell("s", 1, 1, 400.0).text == "400"
    assert Cell("s", 1, 1, None).text == ""


def test_a_unit_of_something_else_beside_a_cell_is_kept_for_the_message(tmp_path: Path) -> None:
    path = book(tmp_path, Supply=[("Item", "Value", "Unit"), ("Agreed capacity", 400, "lux")],
                Boards=BOARDS)  # fmt: skip
    typed = typed_from_workbook(path)
    assert typed.values["agreed"] == "400 lux"
    assert "in lux, not in kVA" in check(typed).wrong["agreed"]


def test_typed_boards_of_one_name_and_one_id() -> None:
    main = {"name": "Main", "rating": "630"}
    checked = check(TypedSupply({"agreed": "400"}, (TypedBoard(main), TypedBoard(main))))
    assert checked.wrong["boards"].startswith("Two boards are called 'Main'")
    kept = check(
        TypedSupply({"agreed": "400"}, (TypedBoard(main, "B2"), TypedBoard({**main, "name": "S"})))
    )
    assert kept.sheet is not None
    assert [board.id for board in kept.sheet.boards] == ["B2", "B2b"]


def test_nothing_is_assumed_where_the_rest_makes_no_supply(tiny_project: Project) -> None:
    typed = TypedSupply({"agreed": "x", "rating": "333", "uk": ""})
    assert check(typed).sheet is None
    assert "agreed" in check(typed).wrong
    plain = check(TypedSupply({"agreed": "100"}, (TypedBoard({"name": "M", "rating": "250"}),)))
    assert plain.sheet is not None
    assert kept_from(tiny_project.site, plain.sheet).supply.transformer is None


# Demand, rota -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("x", "y")], "there is no column 'Archetype', 'Drivers per day'"),
        ([], "there is no group of drivers"),
        ([(None, None), ("workplace", None)], "B3: drivers per day is blank; enter a number"),
        ([("workplace", -1)], "B2: drivers per day is -1; enter a value between 0 and 100000"),
        ([(None, 5)], "A2: archetype is blank; enter one of"),
    ],
)
def test_demand_sheets_that_cannot_be_used(
    tmp_path: Path, rows: list[tuple[object, ...]], words: str
) -> None:
    head = [] if rows and rows[0] == ("x", "y") else [("Archetype", "Drivers per day")]
    with pytest.raises(InputError) as caught:
        read_demand(book(tmp_path, Drivers=[*head, *rows]))
    assert words in str(caught.value)


def test_a_workbook_without_drivers_names_its_sheets(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no sheet 'Drivers' \(found: Cars\)"):
        read_demand(book(tmp_path, Cars=[("Archetype",)]))
    rows = [("Archetype", "Drivers per day"), ("Workplace", 7), (None, None), ("workplace", "2,5")]
    path = book(tmp_path, Drivers=rows)
    assert [d.drivers_per_day for d in demand_of(str(path))] == [7, 2.5]


def test_a_rota_as_a_sheet_holds_it(tmp_path: Path) -> None:
    # Times as fractions of a day, a vehicle that did not move, a blank day and blank defaults.
    rows = [ROTA, ("Van 1", None, 7 / 24, time(16, 30), 47, 0.4, 76, None, 11, None),
            ("Van 2", "Sat", "08:00", "09:00", 0, 0.4, 76, 90, 11, 80), (None,) * 10]  # fmt: skip
    path = book(tmp_path, Rota=rows)
    fleet = read_rota(path)
    assert {visit.vehicle for visit in fleet.visits} == {"Van 1"}
    assert len(fleet.visits) == 5
    assert kind_of(path) == "demand"
    assert demand_of(str(path)) == (fleet,)
    with pytest.raises(InputError, match="there is no trip; enter at least one vehicle"):
        read_rota(book(tmp_path, Rota=[ROTA]))
    with pytest.raises(InputError, match="C2: the time of departure is 'True'; write it as 07:30"):
        read_rota(book(tmp_path, Rota=[ROTA, (*VAN[:2], True, *VAN[3:])]))


def test_typed_rows_keep_the_growth_of_the_fleet() -> None:
    rows = (tuple(map(str, VAN)), ("",) * 10)
    known = DemandInput("rota", 1.0, 4.0)
    assert fleet_of_rows(rows, known).growth_pct_per_year == 4.0
    assert fleet_of_rows(rows).growth_pct_per_year == 0.0


# Sessions and counts ------------------------------------------------------------


def charged(tmp_path: Path, head: str, *rows: str) -> Path:
    path = tmp_path / "s.csv"
    path.write_text("\n".join([head, *rows]))
    return path


def test_recorded_sessions_make_a_group_of_drivers(tmp_path: Path) -> None:
    rows = [f"{d}-{h},2024-06-{d:02d} {h:02d}:00,2024-06-{d:02d} {h + 2:02d}:00,{h}"
            for d in range(3, 10) for h in (8, 10)]  # fmt: skip
    path = charged(tmp_path, "session_id,connection_time,disconnect_time,kwh_delivered", *rows)
    made = recorded_demand(read_sessions(path))
    assert made.drivers_per_day == 2.0
    assert len(made.visits) == 14


def test_energy_with_a_mark_that_could_be_either_is_what_a_vehicle_takes(tmp_path: Path) -> None:
    rows = [
        f"{i};2024-06-03 {8 + i:02d}:00;2024-06-03 {9 + i:02d}:00;1,{100 + i}" for i in range(4)
    ]
    path = charged(tmp_path, "session_id;connection_time;disconnect_time;kwh_delivered", *rows)
    table = read_sessions(path)
    assert table.sessions.energy_kwh[0] == 1.1
    assert "SES-DECIMAL" in {note.code for note in table.notes}
    path = charged(tmp_path, "session_id;connection_time;disconnect_time;mwh_delivered", *rows)
    with pytest.raises(InputError, match="the decimal mark can be point or comma") as caught:
        read_sessions(path)
    assert caught.value.question


def test_a_session_table_that_unpacks_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import gzip

    monkeypatch.setattr(sessions, "MAX_BYTES", 100)
    path = tmp_path / "s.csv.gz"
    path.write_bytes(gzip.compress(b"x" * 1_000))
    with pytest.raises(InputError, match="the unpacked table is larger than"):
        read_sessions(path)


def test_sessions_in_a_sheet_with_dates_and_times_apart(tmp_path: Path) -> None:
    head = ("Start Date", "Start Time", "End Date", "End Time", "Energy (kWh)")
    rows = [
        (date(2024, 6, d), time(8, 24), date(2024, 6, d), time(11, 36), 12.0) for d in (3, 4, 5)
    ]
    s = read_sessions(book(tmp_path, Sessions=[head, *rows])).sessions
    assert s.arrive_min % 1440 / 60 == pytest.approx([8.4] * 3)
    assert s.depart_min - s.arrive_min == pytest.approx([192] * 3)
    lasting = [("Start", "Total Duration (hh:mm)", "Parked hrs", "Energy (kWh)")]
    lasting += [(datetime(2024, 6, d, 8, 24), time(3, 12), 3.2, 12.0) for d in (3, 4, 5)]  # noqa: DTZ001
    s = read_sessions(book(tmp_path, Sessions=lasting)).sessions
    assert s.depart_min - s.arrive_min == pytest.approx([192] * 3)
    midnight = [
        ("Start", "Duration (h)", "kWh"),
        *((datetime(2024, 6, d), 5.5, 12.0) for d in (3, 4, 5)),  # noqa: DTZ001
    ]
    s = read_sessions(book(tmp_path, Sessions=midnight)).sessions
    assert s.depart_min - s.arrive_min == pytest.approx([330] * 3)


def test_counts_in_a_sheet(tmp_path: Path) -> None:
    rows: list[tuple[object, ...]] = [("Day", "Hour", "Cars")]
    rows += [(date(2024, 6, 3), h / 24, 5 + h) for h in range(1, 24)]
    rows += [("Tue", 8, None), ("Tue", 9, 12)]
    assert survey_demand(book(tmp_path, Count=rows), "10").drivers_per_day > 0
    wide: list[tuple[object, ...]] = [("Hour", "Weekday", "Weekend")]
    wide += [(f"{h}:00", 4, None if h < 8 else 2) for h in range(24)] + [(None, 1, 1)]
    assert survey_demand(book(tmp_path, Count=wide), "10").drivers_per_day > 0


# Tables, numbers, containers ----------------------------------------------------


def test_numbers_as_people_write_them() -> None:
    assert parse_number("1.234.567") == 1_234_567
    for text, words in (("1e400", "too large a number"), ("1.23.4", "not a number")):
        with pytest.raises(QuantityError, match=words):
            parse_number(text)


def test_own_tables_that_hold_nothing_or_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="the workbook is empty; fill in the first sheet"):
        own_tables.read_own_table(book(tmp_path, Cables=[]))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg/>", "this is an XML file, not an Excel workbook"),
        (b"[1]", "this is a JSON file, not an Excel workbook"),
        (b"", "this is an empty file, not an Excel workbook"),
        (SEEDS["zipped"]({"a": b"b"}), "this archive holds no Excel workbook"),
    ],
)
def test_what_is_no_workbook_is_called_what_it_is(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "supply.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError, match=words):
        read_supply(path)


def test_entities_in_a_workbook_are_refused_by_part(tmp_path: Path) -> None:
    import zipfile

    path = book(tmp_path, Supply=[AGREED], Boards=BOARDS)
    with zipfile.ZipFile(path) as old:
        parts = {n: old.read(n) for n in old.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + parts[name]
    path.write_bytes(SEEDS["zipped"](parts))
    with pytest.raises(InputError, match=r"part xl/worksheets/sheet1.xml: .* XML entities"):
        read_supply(path)


def test_sheets_of_endless_blanks_and_of_too_many_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = book(tmp_path, Supply=[("Item", "Value", "Unit"), AGREED], Boards=BOARDS)
    made = openpyxl.load_workbook(path)
    made["Supply"].cell(3_000, 1).value = "by mistake"
    made.save(path)
    assert read_supply(path).supply.agreed_kva == 400
    monkeypatch.setattr(cells, "MAX_ROWS", 0)
    with pytest.raises(InputError, match="sheet Supply: the sheet is too large"):
        read_supply(path)


def test_openpyxl_without_its_guard_stops_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openpyxl, "DEFUSEDXML", False)
    with pytest.raises(RuntimeError, match="without defusedxml"):
        cells.check_workbook(Path("a.xlsx"))


def test_an_open_sheet_without_contents(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    path.write_bytes(SEEDS["zipped"]({"mimetype": foreign.ODS_TYPE}))
    with pytest.raises(InputError, match=r"this archive holds no sheet \(content.xml\)"):
        foreign.read_ods(path)


def test_hidden_sheets_of_open_documents_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "supply.ods"
    path.write_bytes(SEEDS["ods_book"]({"Supply": [["Item", "Value"]], "Boards": [["Name"]]}))
    found = foreign.read_ods(path)
    hidden = [foreign.ForeignSheet(s.name, s.name != "Supply", s.rows) for s in found]
    monkeypatch.setattr(cells, "read_foreign", lambda _path: hidden)
    with pytest.raises(InputError, match="the sheet 'Supply' is hidden"):
        read_supply(path)
