"""Lists of places in workbooks of Excel or LibreOffice, such as an operator's list of car parks."""

from __future__ import annotations

from planner.inputs.maps.feature import Feature, RawMap, Source
from planner.inputs.maps.places import columns_of, feature
from planner.inputs.problem import InputError
from planner.inputs.report import Action, Note
from planner.inputs.workbooks.cells import Sheet, read_sheets

NAME = "Excel"
EXTENSIONS = (".xlsx", ".xlsm", ".ods", ".xls")
CONTENTS = ("zip", "ole")
_HEADER_ROWS = 10


def read(source: Source) -> RawMap:
    """Read the first sheet that has columns with coordinates."""
    sheets = read_sheets(source.path)
    fitting = [(sheet, row) for sheet in sheets.values() if (row := _header_row(sheet))]
    if not fitting:
        raise InputError(
            source.name, "", "no sheet has columns with coordinates in its first ten rows",
            "name them longitude and latitude, x and y, or wkt",
        )  # fmt: skip
    sheet, row = fitting[0]
    notes = []
    if len(fitting) > 1:
        others = ", ".join(f"'{s.name}'" for s, _ in fitting[1:])
        notes.append(
            Note(Action.ASK, "MAP-SHEET", f"sheet {sheet.name}",
                 f"taken, although {others} could be meant", "keep only one of them")
        )  # fmt: skip
    features, in_degrees = _rows(sheet, row, source)
    return RawMap(
        file=source.name,
        format=NAME,
        features=features,
        implied="EPSG:4326" if in_degrees else "",
        notes=tuple(notes),
    )


def _header_row(sheet: Sheet) -> int:
    """Return the number of the first row that names coordinate columns, 0 without one."""
    for cells in sheet.rows():
        if cells[0].row > _HEADER_ROWS:
            break
        try:
            columns_of([cell.text for cell in cells], "")
        except InputError:
            continue
        return cells[0].row
    return 0


def _rows(sheet: Sheet, header_row: int, source: Source) -> tuple[tuple[Feature, ...], bool]:
    """Return the rows below the header as features, and whether they are in degrees."""
    cells_of = {cells[0].row: {c.column: c.text for c in cells} for cells in sheet.rows()}
    names = cells_of.pop(header_row)
    places = sorted(names)
    header = [names[column] for column in places]
    columns = columns_of(header, source.name)
    features = tuple(
        feature(
            f"sheet {sheet.name}, row {row}", [cells.get(c, "") for c in places], header, columns,
            source.path.stem,
        )
        for row, cells in cells_of.items()
        if row > header_row and any(c in cells for c in places)
    )  # fmt: skip
    return features, columns.in_degrees
