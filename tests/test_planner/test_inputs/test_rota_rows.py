"""Rows of the fleet table: right ones become stays, wrong ones name their cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.inputs.workbooks.rota import EXAMPLE, read_rota, write_rota
from planner.inputs.workbooks.rota_rows import check_rows

ROW = tuple(map(str, EXAMPLE))


def changed(column: int, text: str) -> tuple[str, ...]:
    return (*ROW[:column], text, *ROW[column + 1 :])


def test_a_typed_row_gives_the_same_stays_as_the_workbook(tmp_path: Path) -> None:
    visits, problems = check_rows((ROW,))
    assert not problems
    assert read_rota(write_rota((ROW,), tmp_path / "rota.xlsx")).visits == visits
    assert visits[0].energy_kwh == pytest.approx(47 * 0.4)


@pytest.mark.parametrize(
    ("column", "text", "word"),
    [(0, "", "name"), (1, "someday", "days"), (2, "soon", "departure"), (3, "25:00", "return"),
     (4, "-3", "distance"), (5, "lots", "consumption"), (6, "", "battery"), (7, "0", "charge"),
     (4, "400", "battery holds"), (8, "0", "AC")],
)  # fmt: skip
def test_a_wrong_cell_is_named(column: int, text: str, word: str) -> None:
    row = changed(column, text)
    row = (*row[:9], "0") if column == 8 else row
    visits, problems = check_rows((ROW, row))
    assert [(p.row, p.column) for p in problems] == [(1, column)]
    assert word in problems[0].text
    assert len(visits) == 5, "the right row still counts"


def test_a_vehicle_in_two_places_is_a_problem_of_its_later_trip() -> None:
    visits, problems = check_rows((ROW, changed(2, "08:00")))
    assert not visits
    assert problems[0].column == 2


def test_a_workbook_read_can_be_edited_and_written_again(tmp_path: Path) -> None:
    rows = (ROW, (*changed(0, "Van 2")[:5], "0.35", *ROW[6:]))
    read = read_rota(write_rota(rows, tmp_path / "one.xlsx"))
    assert read.rota == rows
    again = read_rota(write_rota(read.rota, tmp_path / "two.xlsx"))
    assert again == read
