"""Charger models as the catalogue lists them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from planner.model.ids import ModelId


class Current(StrEnum):
    """What the car receives."""

    AC = "AC"
    DC = "DC"


@dataclass(frozen=True, slots=True)
class ChargerModel:
    """One catalogue row; None means not published, never zero.

    `power_kw` is the output of the whole unit, shared by `outlets`;
    `max_input_a` the data-sheet input current per phase at nominal voltage and
    `max_input_low_a` the same at `voltage_min_v`, the lowest line-to-line supply
    voltage. `efficiency` and `power_factor` are the worst stated values.
    `heavy_duty_kw` is the maker's rating for busy public hubs. `assumed` names
    the fields that no source gives for this model. An empty `price_code` means
    that no price class fits.
    """

    id: ModelId
    name: str
    current: Current
    power_kw: float
    outlets: int
    phases: int
    max_input_a: float | None
    efficiency: float
    power_factor: float
    voltage_min_v: float
    supply_protection_a: float | None
    rcd: str
    width_mm: float | None
    depth_mm: float | None
    height_mm: float | None
    mass_kg: float | None
    lead_m: float
    price_code: str
    generic: bool
    source: str
    max_input_low_a: float | None = None
    heavy_duty_kw: float | None = None
    assumed: tuple[str, ...] = ()
    note: str = ""

    @property
    def outlet_kw(self) -> float:
        """Most a single car can draw when it is alone."""
        return self.power_kw if self.current is Current.DC else min(self.power_kw, 22.0)
