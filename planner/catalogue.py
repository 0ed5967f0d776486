"""The charger catalogue: one table, read into `ChargerModel` rows.

Blank cells stay None where the model allows it. Where a number is needed for
any calculation at all, the planning assumption below takes its place and the
field is named in `ChargerModel.assumed`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping

from data import Row, open_table
from planner.model.charger import ChargerModel, Current
from planner.model.ids import ModelId

TABLE = "chargers/models"
REQUIRED = ("power_kw", "outlets", "phases")
"""Without these a model cannot be placed at all."""

ASSUMED: Mapping[Current, Mapping[str, float]] = {
    # An AC unit passes current through and limits it to its rating.
    Current.AC: {"efficiency": 1.0, "power_factor": 0.98, "voltage_min_v": 360.0, "lead_m": 5.0},
    # 0.95 and 0.98: worked example of DES-07, 4 × 150 kW = 644.5 kVA; 360 V = 0.9 · 400 V.
    Current.DC: {"efficiency": 0.95, "power_factor": 0.98, "voltage_min_v": 360.0, "lead_m": 5.0},
}
"""Planning assumptions for what no data sheet gives, by kind of current."""


@functools.cache
def _rows() -> tuple[Row, ...]:
    return open_table(TABLE)


def load_catalogue() -> dict[ModelId, ChargerModel]:
    """Read all models that are complete enough to be placed, in table order."""
    models = (_model(row) for row in _rows() if not missing_fields(row))
    return {model.id: model for model in models}


def incomplete_models() -> dict[ModelId, tuple[str, ...]]:
    """Name the rows that cannot be placed and the fields they lack."""
    found = {ModelId(row.text("id")): missing_fields(row) for row in _rows()}
    return {key: fields for key, fields in found.items() if fields}


def missing_fields(row: Row) -> tuple[str, ...]:
    """Name the required columns that are blank in a row."""
    return tuple(column for column in REQUIRED if not row.text(column))


def proposable(
    catalogue: Iterable[ChargerModel], allowed_power_kw: Iterable[float] = ()
) -> tuple[ChargerModel, ...]:
    """Return the generic classes a proposal may use, weakest outlet first.

    `allowed_power_kw` lists nominal outlet sizes (22 for AC posts, the unit's
    power for DC); empty means every size.
    """
    sizes = tuple(allowed_power_kw)
    chosen = (m for m in catalogue if m.generic and (not sizes or m.outlet_kw in sizes))
    return tuple(sorted(chosen, key=lambda m: (m.outlet_kw, m.outlets)))


def _model(row: Row) -> ChargerModel:
    current = Current(row.text("current"))
    assumed = row.text("assumed").split()
    filled: dict[str, float] = {}
    for name, value in ASSUMED[current].items():
        stated = row.optional_number(name)
        filled[name] = value if stated is None else stated
        if stated is None:
            assumed.append(name)
    return ChargerModel(
        id=ModelId(row.text("id")),
        name=row.text("name"),
        current=current,
        power_kw=row.number("power_kw"),
        outlets=int(row.number("outlets")),
        phases=int(row.number("phases")),
        max_input_a=row.optional_number("max_input_a"),
        supply_protection_a=row.optional_number("supply_protection_a"),
        rcd=row.text("rcd"),
        width_mm=row.optional_number("width_mm"),
        depth_mm=row.optional_number("depth_mm"),
        height_mm=row.optional_number("height_mm"),
        mass_kg=row.optional_number("mass_kg"),
        price_code=row.text("price_code"),
        generic=row.flag("generic"),
        source=row.text("source"),
        max_input_low_a=row.optional_number("max_input_low_a"),
        heavy_duty_kw=row.optional_number("heavy_duty_kw"),
        assumed=tuple(assumed),
        note=row.text("note"),
        **filled,
    )
