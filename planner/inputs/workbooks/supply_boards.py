"""The sheet "Boards" of the supply workbook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grid.model import Board
from planner.inputs.problem import InputError
from planner.inputs.workbooks.cells import Cell, Sheet, quantity
from planner.inputs.workbooks.table import Column, Record, read_records

COLUMNS = (
    Column("name", "Name", required=True, aliases=("board", "board name")),
    Column("rating", "Rating", "A", required=True, aliases=("rated current", "busbar rating")),
    Column("ways", "Ways", aliases=("number of ways", "outgoing ways")),
    Column("spare", "Spare ways", aliases=("free ways", "spare", "spares")),
    Column("origin", "Origin", aliases=("at intake", "main board", "intake")),
)
_YES = {"yes", "y", "ja", "x", "true", "1"}
_NO = {"no", "n", "nein", "false", "0", "", "-"}


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A board and whether it is the one at the intake."""

    board: Board
    origin: bool


def read_boards(
    sheet: Sheet, file: str, assume: Callable[[str, str, str, str], None]
) -> tuple[BoardRow, ...]:
    """Read the boards; exactly one of them is the origin."""
    rows: list[BoardRow] = []
    for record in read_records(sheet, COLUMNS, file):
        rows.append(read_board(record, file, len(rows) + 1, assume))
    if not rows:
        raise InputError(
            file, f"sheet {sheet.name}", "there is no board", "enter at least the main board"
        )
    return check_boards(rows, file, f"sheet {sheet.name}", assume)


def check_boards(
    rows: list[BoardRow], file: str, place: str, assume: Callable[[str, str, str, str], None]
) -> tuple[BoardRow, ...]:
    """Refuse boards of one name and two origins; without one the first row is it."""
    seen: set[str] = set()
    for row in rows:
        if row.board.name.casefold() in seen:
            raise InputError(
                file, place, f"two boards are called '{row.board.name}'",
                "give each its own name",
            )  # fmt: skip
        seen.add(row.board.name.casefold())
    origins = [row for row in rows if row.origin]
    if len(origins) > 1:
        names = " and ".join(f"'{r.board.name}'" for r in origins)
        raise InputError(
            file, place, f"{names} are both marked as origin",
            "mark only the board at the intake",
        )  # fmt: skip
    if not origins:
        first = rows[0]
        assume("origin", "Board at the intake", first.board.name, "first row of Boards")
        rows[0] = BoardRow(first.board, origin=True)
    return tuple(rows)


def read_board(
    record: Record, file: str, number: int, assume: Callable[[str, str, str, str], None]
) -> BoardRow:
    """Read one board; the number of ways may be assumed, the rating may not."""
    cells = record.cells
    name = cells["name"].text
    if not name:
        raise InputError(file, cells["name"].place, "the board has no name", "enter its name")
    rating = cells["rating"]
    amps = quantity(rating, f"rating of {name}", "A", file, stated=record.units.get("rating", ""))
    if not 16 <= amps <= 10_000:
        raise InputError(
            file, rating.place, f"rating of {name} is {amps:g} A",
            "enter a value between 16 and 10,000 A",
        )  # fmt: skip
    spare = _count(cells["spare"], f"spare ways of {name}", file)
    ways = _count(cells["ways"], f"ways of {name}", file)
    if spare is None:
        spare = 0
        assume(f"board-{number}-spare", f"Spare ways of {name}", "0", "safe side")
    if ways is None:
        ways = spare
        assume(
            f"board-{number}-ways", f"Ways of {name}", str(spare),
            "only the spare ways are counted",
        )  # fmt: skip
    if spare > ways:
        raise InputError(
            file, cells["spare"].place, f"{name} has {spare} spare of {ways} ways",
            "correct one of the two numbers",
        )  # fmt: skip
    board = Board(f"B{number}", name, amps, ways, spare)
    return BoardRow(board, _flag(cells["origin"], file))


def _count(cell: Cell, name: str, file: str) -> int | None:
    """Read a whole number of ways, None for a blank cell."""
    if not cell.text:
        return None
    value = quantity(cell, name, "", file)
    if value < 0 or value != int(value) or value > 1_000:
        raise InputError(file, cell.place, f"{name} is {value:g}", "enter a whole number")
    return int(value)


def _flag(cell: Cell, file: str) -> bool:
    """Read yes or no."""
    text = cell.text.casefold()
    if text in _YES:
        return True
    if text in _NO:
        return False
    raise InputError(file, cell.place, f"origin is '{cell.text[:20]}'", "enter yes or no")
