"""The supply workbook: what the site may draw, from where, and its boards.

Contract: `read_supply` gives a `SupplySheet` or raises `InputError` naming the
cell; what is missing but can be assumed becomes an `Assumption` with its
source. `supply_template` writes the same sheets, blank or filled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import data
from grid.model import Board, Earthing, Source, Supply, Transformer
from planner.inputs.problem import InputError
from planner.inputs.workbooks.cells import Sheet, check_version, find_sheet, read_sheets
from planner.inputs.workbooks.items import Item, ItemSheet, read_items
from planner.inputs.workbooks.supply_boards import BoardRow, read_boards
from planner.model.site import Assumption

VERSION = "1"

AGREED = Item(
    "agreed", "Agreed capacity", "kVA", 1, 100_000, required=True,
    note="What the network operator lets the site draw at the intake",
    aliases=("agreed supply capacity", "maximum import capacity", "available capacity",
             "authorised capacity", "asc", "mic"),
)  # fmt: skip
NOMINAL = Item(
    "nominal", "Nominal voltage", "V", 100, 1_000, note="Line to line, at the boards",
    aliases=("lv nominal voltage", "voltage", "system voltage", "lv voltage"),
)  # fmt: skip
FREQUENCY = Item("frequency", "Frequency", "Hz", 50, 60, note="50 or 60")
EARTHING = Item(
    "earthing", "Earthing", choices=tuple(e.value for e in Earthing),
    note="Arrangement at the intake", aliases=("earthing arrangement", "earthing system"),
)  # fmt: skip
HV = Item("hv", "HV voltage", "kV", 1, 60, aliases=("high voltage", "upstream voltage"))
FAULT_MAX = Item(
    "fault_max", "Upstream fault level, maximum", "MVA", 0.05, 60_000,
    note="At the HV side of the transformer, or at the intake if there is none",
    aliases=("maximum upstream fault level", "fault level max", "upstream fault level max",
             "upstream fault level"),
)  # fmt: skip
FAULT_MIN = Item(
    "fault_min", "Upstream fault level, minimum", "MVA", 0.05, 60_000,
    aliases=("minimum upstream fault level", "fault level min", "upstream fault level min"),
)  # fmt: skip
RATING = Item(
    "rating", "Transformer rating", "kVA", 10, 10_000, note="Blank: no transformer on site",
    aliases=("transformer", "rated power of transformer", "transformer rated power"),
)  # fmt: skip
LV_NO_LOAD = Item(
    "lv_no_load", "Transformer LV no-load voltage", "V", 100, 1_100,
    aliases=("lv no load voltage", "no load voltage"),
)  # fmt: skip
UK = Item(
    "uk", "Transformer impedance uk", "%", 1, 20,
    aliases=("uk", "uk %", "impedance", "transformer impedance", "short circuit voltage"),
)  # fmt: skip
LOAD_LOSS = Item("load_loss", "Transformer load loss", "kW", 0.05, 150, aliases=("load loss",))
NO_LOAD_LOSS = Item(
    "no_load_loss", "Transformer no-load loss", "kW", 0.01, 50, aliases=("no load loss",)
)
NO_LOAD_CURRENT = Item(
    "no_load_current", "Transformer no-load current", "%", 0.01, 10,
    aliases=("no load current",),
)  # fmt: skip
VECTOR = Item(
    "vector", "Vector group", choices=("Dyn11", "Dyn5", "Dyn1", "Dyn7"),
    note="Only delta-star with earthed star point is calculated",
)  # fmt: skip
ZS = Item(
    "zs", "External earth loop impedance", "ohm", 0.001, 1_000,
    note="Where there is no transformer on site",
    aliases=("external zs", "ze", "external loop impedance"),
)  # fmt: skip
EXPORT = Item(
    "export", "Export limit", "kW", 0, 100_000,
    note="What the site may feed back; blank: not known, said where there is solar power",
    aliases=("maximum export capacity", "export capacity", "agreed export capacity", "mec"),
)  # fmt: skip
ITEMS = (
    AGREED, NOMINAL, FREQUENCY, EARTHING, HV, FAULT_MAX, FAULT_MIN, RATING, LV_NO_LOAD, UK,
    LOAD_LOSS, NO_LOAD_LOSS, NO_LOAD_CURRENT, VECTOR, ZS, EXPORT,
)  # fmt: skip

# IEC 60076-5:2006, table 2: system short-circuit power where none is specified.
_SYSTEM_MVA = ((24.0, 500.0), (36.0, 1_000.0), (72.5, 3_000.0))
# Highest external loop impedances UK operators declare (ENA EREC P23/1).
_EXTERNAL_ZS_OHM = {Earthing.TN_C_S: 0.35, Earthing.TN_S: 0.8, Earthing.TT: 21.0}
_INTAKE_MAX_KA = 25.0


@dataclass(frozen=True, slots=True)
class SupplySheet:
    """What a supply workbook says; `origin` is the id of the board at the intake."""

    supply: Supply
    boards: tuple[Board, ...]
    origin: str
    notes: tuple[str, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    extras: tuple[tuple[str, str, str, str], ...] = ()


class _Assumed:
    """Collects what had to be assumed while a workbook is read."""

    def __init__(self) -> None:
        self.found: list[Assumption] = []

    def value(self, item: Item, given: float | None, default: float, source: str) -> float:
        """Return the given value, or the default and note it."""
        if given is not None:
            return given
        self.say(item.key, item.label, f"{default:g} {item.unit}", source)
        return default

    def say(self, key: str, text: str, value: str, source: str) -> None:
        """Note one assumption."""
        self.found.append(Assumption(f"supply-{key}", "Supply", text, value.strip(), source))


def read_supply(path: Path) -> SupplySheet:
    """Read a supply workbook."""
    sheets = read_sheets(path)
    sheet = sheet_of(sheets, "supply", path)
    check_version(sheet, VERSION, path.name)
    items = read_items(sheet, ITEMS, path.name)
    supply, said = supply_of(items)
    assumed = _Assumed()
    assumed.found += said
    boards_sheet = sheet_of(sheets, "boards", path)
    rows = read_boards(boards_sheet, path.name, assumed.say)
    notes = [f"{e.cell.place}: {e.note}" for e in items.entries.values() if _own_note(e.note)]
    notes += [f"row kept as text: {' '.join(x for x in extra if x)}" for extra in items.extras]
    return SupplySheet(
        supply=supply,
        boards=tuple(row.board for row in rows),
        origin=next(row.board.id for row in rows if row.origin),
        notes=tuple(notes),
        assumptions=tuple(assumed.found),
        extras=items.extras,
    )


def _own_note(note: str) -> bool:
    """Tell a user's remark from the template's own hint."""
    return bool(note) and note.removeprefix("Required. ") not in {item.note for item in ITEMS}


def sheet_of(sheets: dict[str, Sheet], name: str, path: Path) -> Sheet:
    """Find a sheet by its name, or say which ones there are."""
    sheet = find_sheet(sheets, name, path)
    if sheet is not None:
        return sheet
    there = ", ".join(sheets) or "none that is visible"
    raise InputError(
        path.name, "", f"there is no sheet '{name.capitalize()}' (found: {there})",
        "start from the template that ampyard new --templates DIR writes",
    )  # fmt: skip


def supply_of(items: ItemSheet) -> tuple[Supply, tuple[Assumption, ...]]:
    """Return the supply that item rows describe, and what had to be assumed."""
    assumed = _Assumed()
    return _supply(items, assumed), tuple(assumed.found)


def _supply(items: ItemSheet, assumed: _Assumed) -> Supply:
    """Put the item rows together, assuming what is missing and may be."""
    agreed = items.number(AGREED)
    assert agreed is not None  # required: a blank was refused
    nominal = assumed.value(NOMINAL, items.number(NOMINAL), 400.0, "IEC 60038, table 1")
    frequency = assumed.value(FREQUENCY, items.number(FREQUENCY), 50.0, "IEC 60038")
    rating = items.number(RATING)
    transformer = _transformer(items, assumed, rating, nominal) if rating is not None else None
    earthing = items.choice(EARTHING)
    if earthing is None:
        earthing = Earthing.TN_S.value if transformer else Earthing.TN_C_S.value
        why = "usual for the customer's own transformer" if transformer else "usual for LV supplies"
        assumed.say("earthing", "Earthing arrangement", earthing, f"own assumption: {why}")
    kind = Earthing(earthing)
    zs = None if transformer else _external_zs(items, assumed, kind)
    hv_kv = transformer.hv_kv if transformer else None
    return Supply(
        source=_source(items, assumed, nominal, hv_kv, zs),
        transformer=transformer,
        agreed_kva=agreed,
        nominal_v=nominal,
        earthing=kind,
        frequency_hz=frequency,
        zs_origin_ohm=zs if zs is not None else items.number(ZS),
        export_kw=items.number(EXPORT),
    )


def _external_zs(items: ItemSheet, assumed: _Assumed, earthing: Earthing) -> float:
    """Return the loop impedance outside the site, where the network's transformer feeds it."""
    source = "highest value UK operators declare (ENA EREC P23/1, unconfirmed)"
    return assumed.value(ZS, items.number(ZS), _EXTERNAL_ZS_OHM[earthing], source)


def _source(
    items: ItemSheet, assumed: _Assumed, nominal_v: float, hv_kv: float | None, zs: float | None
) -> Source:
    """Return the network above; its fault levels are assumed where not given."""
    highest, lowest = items.number(FAULT_MAX), items.number(FAULT_MIN)
    if hv_kv is not None:
        default = next((mva for kv, mva in _SYSTEM_MVA if hv_kv <= kv), 3_000.0)
        s_max = assumed.value(
            FAULT_MAX, highest, default, "IEC 60076-5:2006, table 2 (from memory, unconfirmed)"
        )
        s_min = assumed.value(
            FAULT_MIN, lowest, s_max / 2, "own assumption: half the maximum; ask the operator"
        )
    else:
        default = sqrt(3) * nominal_v * _INTAKE_MAX_KA / 1e3
        s_max = assumed.value(
            FAULT_MAX, highest, round(default, 2),
            f"own assumption: {_INTAKE_MAX_KA:g} kA at the intake; ask the operator",
        )  # fmt: skip
        phase_v = nominal_v / sqrt(3)
        loop = zs or 1.0
        s_min = assumed.value(
            FAULT_MIN, lowest, min(s_max, round(3 * phase_v**2 / loop / 1e6, 4)),
            "own assumption: the external earth loop impedance in the line conductor",
        )  # fmt: skip
    if s_min > s_max:
        raise InputError(
            items.file, items.place(FAULT_MIN),
            f"the minimum fault level {s_min:g} MVA is above the maximum {s_max:g} MVA",
            "exchange or correct the two values",
        )  # fmt: skip
    return Source(hv_kv if hv_kv is not None else nominal_v / 1e3, s_max, s_min)


def _transformer(
    items: ItemSheet, assumed: _Assumed, rating: float, nominal_v: float
) -> Transformer:
    """Return the transformer; what its rating plate would say may come from the table."""
    typical = _typical(rating)
    values: dict[str, float] = {}
    for item, column in (
        (UK, "uk_pct"), (LOAD_LOSS, "load_loss_kw"), (NO_LOAD_LOSS, "no_load_loss_kw"),
        (NO_LOAD_CURRENT, "no_load_current_pct"),
    ):  # fmt: skip
        given = items.number(item)
        if given is None and typical is None:
            raise InputError(
                items.file, items.place(item),
                f"{item.name} is blank and no typical value is known for {rating:g} kVA",
                f"enter it in {item.unit} from the rating plate",
            )  # fmt: skip
        value, source = typical(column) if typical else (0.0, "")
        values[column] = assumed.value(item, given, value, source)
    vector = items.choice(VECTOR)
    if vector is None:
        vector = "Dyn11"
        assumed.say("vector", "Transformer vector group", vector, "own assumption: usual choice")
    no_load = assumed.value(
        LV_NO_LOAD, items.number(LV_NO_LOAD), round(1.05 * nominal_v),
        "own assumption: 5 % above the nominal voltage",
    )  # fmt: skip
    if no_load < nominal_v * 0.9 or no_load > nominal_v * 1.2:
        raise InputError(
            items.file, items.place(LV_NO_LOAD),
            f"the no-load voltage {no_load:g} V does not fit the nominal {nominal_v:g} V",
            "enter the line-to-line voltage of the LV side in V",
        )  # fmt: skip
    if values["load_loss_kw"] >= rating * values["uk_pct"] / 100:
        raise InputError(
            items.file, items.place(LOAD_LOSS),
            f"load loss {values['load_loss_kw']:g} kW is more than uk {values['uk_pct']:g} % "
            f"of {rating:g} kVA allows", "enter the load loss at rated current in kW",
        )  # fmt: skip
    return Transformer(
        id="T1", rated_kva=rating,
        hv_kv=assumed.value(HV, items.number(HV), 11.0, "own assumption: usual in the UK"),
        lv_no_load_v=no_load, clock=int(vector[3:]), **values,
    )  # fmt: skip


def _typical(rating_kva: float) -> Callable[[str], tuple[float, str]] | None:
    """Return a reader of the shipped transformer row of this rating, None without one."""
    for name in data.table_names("transformers"):
        for row in data.open_table(name):
            if row.optional_number("rated_kva") == rating_kva:
                return lambda column, row=row: (row.number(column), row.text("source"))  # type: ignore[misc]
    return None


__all__ = ["ITEMS", "VERSION", "BoardRow", "SupplySheet", "read_supply"]
