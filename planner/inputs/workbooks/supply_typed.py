"""The supply as typed: the template's fields as text, from a window or a workbook.

Contract: `check` raises nothing for what was typed; each wrong field is named with
what to do, and the supply comes with an assumption for each field left blank.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from planner.inputs.problem import InputError
from planner.inputs.quantity import QuantityError, unit_factor
from planner.inputs.workbooks.cells import Cell, check_version, read_sheets
from planner.inputs.workbooks.items import Entry, ItemSheet, read_items
from planner.inputs.workbooks.supply import (
    ITEMS,
    VERSION,
    SupplySheet,
    sheet_of,
    supply_of,
)
from planner.inputs.workbooks.supply_boards import (
    COLUMNS,
    BoardRow,
    check_boards,
    read_board,
)
from planner.inputs.workbooks.table import Record, read_records
from planner.model.ids import BoardId
from planner.model.site import Assumption, Site


@dataclass(frozen=True, slots=True)
class TypedBoard:
    """One board as text by column key; `id` is that of a board of the site, if any."""

    cells: Mapping[str, str]
    id: str = ""


@dataclass(frozen=True, slots=True)
class TypedSupply:
    """All fields as text; `places` says in which cell of a workbook each one stands."""

    values: Mapping[str, str] = field(default_factory=dict)
    boards: tuple[TypedBoard, ...] = ()
    places: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What was typed, understood; `wrong` names fields ("agreed", "board 2 rating")."""

    sheet: SupplySheet | None
    wrong: Mapping[str, str]
    assumptions: tuple[Assumption, ...] = ()


def check(typed: TypedSupply) -> Checked:
    """Understand what was typed, with every wrong field at once."""
    items = _items(typed.values)
    wrong: dict[str, str] = {}
    for item in ITEMS:
        try:
            items.choice(item) if item.choices else items.number(item)
        except InputError as error:
            wrong[item.key] = _sentence(error)
    said: list[Assumption] = []
    boards = _boards(typed.boards, wrong, said)
    if wrong:
        return Checked(None, wrong, (*_assumed_without(typed, wrong), *said))
    try:
        supply, assumed = supply_of(items)
    except InputError as error:
        return Checked(None, {_key_at(error.place): _sentence(error)})
    origin = next((row.board.id for row in boards if row.origin), "")
    notes = typed.notes
    sheet = SupplySheet(
        supply, tuple(row.board for row in boards), origin, notes, (*assumed, *said)
    )
    return Checked(sheet, {}, sheet.assumptions)


def _assumed_without(typed: TypedSupply, wrong: Mapping[str, str]) -> tuple[Assumption, ...]:
    """Return what would be assumed if the wrong fields were right."""
    values = {key: text for key, text in typed.values.items() if key not in wrong}
    values.setdefault("agreed", "1")
    try:
        _, assumed = supply_of(_items(values))
    except InputError:
        return ()
    return tuple(a for a in assumed if a.id.removeprefix("supply-") not in wrong)


def kept_from(site: Site, sheet: SupplySheet) -> SupplySheet:
    """Keep what the template has no field for: transformer's name, R/X, hours with less."""
    old, new = site.supply, sheet.supply
    if old is None:
        return sheet
    transformer = new.transformer
    if transformer is not None and old.transformer is not None:
        transformer = replace(transformer, id=old.transformer.id)
    source = replace(new.source, rx_ratio=old.source.rx_ratio)
    return replace(
        sheet, supply=replace(new, transformer=transformer, source=source, timed=old.timed)
    )


def _sentence(error: InputError) -> str:
    text = f"{error.reason}; {error.remedy}."
    return text[:1].upper() + text[1:]


def _items(values: Mapping[str, str]) -> ItemSheet:
    """Put typed text where the cells of a workbook would be; rows count the items."""
    entries = {
        item.key: Entry(Cell("Supply", row, 2, values.get(item.key, "").strip() or None), "", "")
        for row, item in enumerate(ITEMS)
    }
    return ItemSheet("Supply", entries, (), Cell("Supply", 0, 1, None))


def _key_at(place: str) -> str:
    """Return the key of the item in whose row a place lies."""
    row = "".join(c for c in place.rpartition(" ")[2] if c.isdigit())
    index = int(row) if row else 0
    return ITEMS[index].key if index < len(ITEMS) else ITEMS[0].key


def _boards(
    typed: Sequence[TypedBoard], wrong: dict[str, str], said: list[Assumption]
) -> tuple[BoardRow, ...]:
    """Understand the boards; a row without any text is no board."""

    def assume(key: str, text: str, value: str, source: str) -> None:
        said.append(Assumption(f"supply-{key}", "Supply", text, value, source))

    rows: list[BoardRow] = []
    ids = {board.id for board in typed if board.id}
    for number, board in enumerate(typed, 1):
        if not any(v.strip() for k, v in board.cells.items() if k != "origin"):
            continue
        cells = {
            c.key: Cell("Boards", number, at, board.cells.get(c.key, "").strip() or None)
            for at, c in enumerate(COLUMNS, 1)
        }
        record = Record(cells, {"rating": "A"}, ())
        try:
            row = read_board(record, "Boards", number, assume)
        except InputError as error:
            wrong[f"board {number} {_column_at(error.place)}"] = _sentence(error)
            continue
        key = board.id or row.board.id
        while not board.id and key in ids:
            key += "b"
        ids.add(key)
        rows.append(replace(row, board=replace(row.board, id=key)))
    if not rows:
        return ()
    try:
        return check_boards(rows, "Boards", "", assume)
    except InputError as error:
        wrong["boards"] = _sentence(error)
        return ()


def _column_at(place: str) -> str:
    letters = "".join(c for c in place.rpartition(" ")[2] if c.isalpha())
    index = ord(letters[0]) - ord("A") if letters else 0
    return COLUMNS[index].key if index < len(COLUMNS) else COLUMNS[0].key


def typed_from(site: Site) -> TypedSupply:
    """Write the supply of a site as text; what is assumed and not confirmed stays blank."""
    boards = tuple(
        TypedBoard(
            {"name": b.board.name, "rating": f"{b.board.rating_a:g}", "ways": str(b.board.ways),
             "spare": str(b.board.spare_ways), "origin": "yes" if b.is_origin else "no"},
            str(key),
        )
        for key, b in site.boards.items()
    )  # fmt: skip
    if site.supply is None:
        return TypedSupply({}, boards)
    from planner.inputs.workbooks.supply_template import filled

    sheet = SupplySheet(site.supply, (), "", (), site.assumptions)
    values = {
        key: value if isinstance(value, str) else f"{value:.10g}"
        for key, value in filled(sheet).items()
        if value is not None
    }
    return TypedSupply(values, boards)


def typed_from_workbook(path: Path) -> TypedSupply:
    """Read the text of a supply workbook without judging it.

    Raises
    ------
    InputError
        Where it is no workbook, or has no sheet of supply or boards.
    """
    sheets = read_sheets(path)
    sheet = sheet_of(sheets, "supply", path)
    check_version(sheet, VERSION, path.name)
    items = read_items(sheet, ITEMS, path.name)
    values, places = {}, {}
    units = {item.key: item.unit for item in ITEMS}
    for key, entry in items.entries.items():
        values[key] = _with_unit(entry, units[key])
        places[key] = entry.cell.place
    boards = []
    for number, record in enumerate(
        read_records(sheet_of(sheets, "boards", path), COLUMNS, path.name), 1
    ):
        cells = {key: cell.text for key, cell in record.cells.items()}
        unit = record.units.get("rating", "")
        if unit and cells["rating"] and not cells["rating"][-1].isalpha():
            cells["rating"] = f"{cells['rating']} {unit}"
        boards.append(TypedBoard(cells))
        places |= {f"board {number} {key}": cell.place for key, cell in record.cells.items()}
    notes = tuple(f"row kept as text: {' '.join(x for x in e if x)}" for e in items.extras)
    return TypedSupply(values, tuple(boards), places, notes)


def _with_unit(entry: Entry, unit: str) -> str:
    """Return the text of a cell with the unit beside it, where that is another one."""
    text = entry.cell.text
    if not text or not entry.unit or text[-1].isalpha() or text.endswith("%"):
        return text
    try:
        same = unit_factor(entry.unit, unit) == 1.0
    except QuantityError:
        same = False
    return text if same else f"{text} {entry.unit}"


def boards_removed(site: Site, sheet: SupplySheet) -> tuple[BoardId, ...]:
    """Return the boards of the site that a sheet no longer has."""
    kept = {board.id for board in sheet.boards}
    return tuple(key for key in site.boards if key not in kept)
