"""Writing the supply template, blank or with the values of a site."""

from __future__ import annotations

from pathlib import Path

from planner.inputs.workbooks.sheets import (
    add_choice,
    add_number_check,
    heading,
    save_workbook,
    table_row,
)
from planner.inputs.workbooks.supply import ITEMS, VERSION, SupplySheet
from planner.inputs.workbooks.supply_boards import COLUMNS


def write_template(path: Path, values: SupplySheet | None = None) -> Path:
    """Write the workbook that `read_supply` reads, blank or filled with `values`."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Supply"
    heading(sheet, "Supply of the site", VERSION, ("Item", "Value", "Unit", "Note"))
    entered = filled(values) if values else {}
    for row, item in enumerate(ITEMS, 5):
        mark = "Required. " if item.required else ""
        cells = (item.label, entered.get(item.key), item.unit, f"{mark}{item.note}".strip())
        table_row(sheet, row, cells, entry=2)
        if item.choices:
            add_choice(sheet, f"B{row}", item.choices)
        else:
            add_number_check(sheet, f"B{row}", item.low, item.high, f"{item.label} in {item.unit}")
    for row, extra in enumerate(values.extras if values else (), 5 + len(ITEMS)):
        table_row(sheet, row, extra, entry=2)
    boards = book.create_sheet("Boards")
    labels = tuple(f"{c.label} ({c.unit})" if c.unit else c.label for c in COLUMNS)
    heading(boards, "Boards on the site", VERSION, labels)
    for row, board in enumerate(values.boards if values else (), 5):
        origin = "yes" if values and board.id == values.origin else "no"
        cells_ = (board.name, board.rating_a, board.ways, board.spare_ways, origin)
        table_row(boards, row, cells_, entry=0)
    add_number_check(boards, "B5:B60", 16, 10_000, "Rating in A")
    add_number_check(boards, "C5:D60", 0, 1_000, "A whole number")
    add_choice(boards, "E5:E60", ("yes", "no"))
    return save_workbook(book, path)


def filled(values: SupplySheet) -> dict[str, str | float | None]:
    """Return the value of each item row; assumed ones stay blank so they stay visible."""
    supply, transformer = values.supply, values.supply.transformer
    cells: dict[str, str | float | None] = {
        "agreed": supply.agreed_kva, "nominal": supply.nominal_v,
        "frequency": supply.frequency_hz, "earthing": supply.earthing.value,
        "fault_max": supply.source.s_sc_max_mva, "fault_min": supply.source.s_sc_min_mva,
        "zs": supply.zs_origin_ohm, "export": supply.export_kw,
    }  # fmt: skip
    if transformer:
        cells |= {
            "hv": transformer.hv_kv, "rating": transformer.rated_kva,
            "lv_no_load": transformer.lv_no_load_v, "uk": transformer.uk_pct,
            "load_loss": transformer.load_loss_kw, "no_load_loss": transformer.no_load_loss_kw,
            "no_load_current": transformer.no_load_current_pct,
            "vector": f"Dyn{transformer.clock}",
        }  # fmt: skip
    assumed = {a.id.removeprefix("supply-") for a in values.assumptions if not a.confirmed}
    return {key: value for key, value in cells.items() if key not in assumed}
