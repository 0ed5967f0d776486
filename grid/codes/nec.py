"""NFPA 70, the National Electrical Code of the United States."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from data import open_table
from grid.codes.protocol import Carrying, Family, Overload, Residual, Rule, clauses, rules
from grid.model import Cable, CircuitDemand, CircuitKind, Conductor, Device, Earthing, Installation
from grid.wiring.cables import catalogue
from grid.wiring.derating import BURIED, Factor
from grid.wiring.problem import NotTabulated
from grid.wiring.protection import breakers

_TABLE = "cables/conduit_awg"
_INSULATION_COLUMN_C = 90
# 240.4(D): small conductors, largest overcurrent device [A] by metal and size [mm²].
_SMALL = {
    (Conductor.CU, 2.08): 15.0, (Conductor.CU, 3.31): 20.0, (Conductor.CU, 5.26): 30.0,
    (Conductor.AL, 3.31): 15.0, (Conductor.AL, 5.26): 25.0,
}  # fmt: skip
_CARRYING_PER_CIRCUIT = 3


@dataclass(frozen=True, slots=True)
class Nec:
    """NEC sizing: 125 % of a continuous load, table 310.16, EGC of 250.122.

    Buried circuits run in a conduit each, which 310.15(C)(1) does not adjust
    for neighbours; engineered duct banks are not covered.
    """

    id: str = "nec"
    name: str = "NEC"
    edition: str = "NFPA 70, 2023"
    breaker_table: str = "protection/breakers_ul"
    notes: tuple[str, ...] = (
        "Conduits side by side in a trench are not adjusted for mutual heating: table 310.16 asks "
        "for none; have a large duct bank engineered.",
        "Terminals are taken to be marked for 75 °C.",
        "Single-phase circuits are taken between line and neutral.",
    )

    def limit(self, rule: str) -> Rule:
        """Return a limit by name."""
        own = rules(self.id)
        return own[rule] if rule in own else rules("iec60364")[rule]

    def clause(self, topic: str) -> str:
        """Return the clause a check quotes."""
        return clauses(self.id)[topic]

    def families(self, demand: CircuitDemand) -> tuple[Family, ...]:
        """Return conductors in conduit, with the earth conductor for the device in view."""
        device_a = next_rating_a(self.least_rating_a(demand)[0])
        if device_a is None:
            return ()
        feeder = demand.kind is CircuitKind.FEEDER
        metals = tuple(Conductor) if feeder else (Conductor.CU,)
        if demand.conductor is not None:
            metals = (demand.conductor,)
        many = 6 if feeder else 4 if demand.dc_charger else 1
        least = self.limit("parallel_least_mm2").value
        found = []
        for metal in metals:
            sets = _sets(metal, device_a)
            found.append(Family(f"{metal.value} in conduit", sets, 1))
            if many > 1:
                large = tuple(c for c in sets if c.size_mm2 >= least)
                found.append(
                    Family(f"{metal.value} in parallel conduits", large, many, 2, fewest=not feeder)
                )
        return tuple(found)

    def least_rating_a(self, demand: CircuitDemand) -> tuple[float, str]:
        """Return 1.25 · Ib (625.41), or the rating the maker asks for."""
        least = self.limit("continuous_factor").value * demand.ib_a
        asked = demand.supply_protection_a
        if asked is not None and asked > least:
            return asked, "asked for by the maker of the charger"
        return least, "1.25 × design current, 625.41"

    def carrying(self, cable: Cable, phases: int, laid: Installation) -> Carrying:
        """Return Iz = min(I at 75 °C, I at 90 °C · corrections), 110.14(C) and 310.15."""
        temperature = laid.soil_c if laid.method in BURIED else laid.ambient_c
        terminal_c = int(self.limit("terminal_c").value)
        warm = ampacity_a(cable.conductor, cable.size_mm2, _INSULATION_COLUMN_C)
        terminal = ampacity_a(cable.conductor, cable.size_mm2, terminal_c)
        ambient = temperature_factor(_INSULATION_COLUMN_C, temperature)
        conductors = 2 if phases == 1 else _CARRYING_PER_CIRCUIT
        if laid.third_harmonic_pct > 33:
            raise NotTabulated(
                f"a third harmonic of {laid.third_harmonic_pct:g} % makes the neutral decide",
                "have the conductors sized for the neutral current",
            )
        if phases == 3 and laid.third_harmonic_pct > 15:
            # 310.15(E)(3): the neutral of nonlinear loads counts as current-carrying.
            conductors += 1
        together = conductors if laid.method in BURIED else conductors * laid.grouped
        adjust = grouping_factor(together)
        iz = min(terminal, warm * ambient.value * adjust.value)
        source = "NFPA 70 (NEC 2023) table 310.16"
        return Carrying(warm, (ambient, adjust), iz, "", source, ceiling_a=terminal)

    def overload(
        self, demand: CircuitDemand, device: Device, cable: Cable, carrying: Carrying, parallel: int
    ) -> tuple[Overload, ...]:
        """Return 210.19(A) and 240.4: conductor ≥ 1.25 Ib, device ≤ next rating above Iz."""
        factor = self.limit("continuous_factor").value
        clause = self.clause("overload")
        ceiling = carrying.ceiling_a or carrying.it_a
        iz_a = parallel * carrying.iz_a
        protected = iz_a
        if iz_a <= self.limit("next_size_up_to").value:
            protected = next_rating_a(iz_a) or iz_a
        small = _SMALL.get((cable.conductor, cable.size_mm2), protected)
        continuous = factor * demand.ib_a
        return (
            Overload("design current", "1.25 I_b ≤ I_n", continuous, device.in_a, clause),
            Overload("ampacity", "1.25 I_b ≤ I at 75 °C", continuous, parallel * ceiling, clause),
            Overload("adjusted ampacity", "I_b ≤ I_z", demand.ib_a, iz_a, clause),
            Overload(
                "overload",
                "I_n ≤ next standard rating above I_z",
                device.in_a,
                min(protected, small),
                clause,
            ),
        )

    def earth_mm2(self, cable: Cable, device: Device) -> float | None:
        """Return the least equipment grounding conductor [mm²] of table 250.122."""
        return grounding_mm2(device.in_a)

    def residual(self, demand: CircuitDemand, earthing: Earthing) -> Residual:
        """Return ground-fault protection of personnel, part of listed equipment."""
        if demand.kind is CircuitKind.FEEDER:
            return Residual("", None, "")
        if demand.charger_rcd:
            return Residual(demand.charger_rcd, 30.0, f"{self.clause('rcd')}; data sheet")
        current = "dc" if demand.dc_charger else "ac"
        row = next(r for r in open_table("codes/nec/rcd") if r.text("current") == current)
        return Residual(row.text("text"), row.number("residual_ma"), row.text("clause"), True)


@functools.cache
def _ampacities() -> Mapping[tuple[str, float, int], float]:
    return MappingProxyType(
        {
            (r.text("conductor"), r.number("size_mm2"), int(r.number("column_c"))): r.number("it_a")
            for r in open_table("codes/nec/ampacity")
        }
    )


def ampacity_a(conductor: Conductor, size_mm2: float, column_c: int) -> float:
    """Return the ampacity [A] of table 310.16 for a size [mm²] and column [°C]."""
    try:
        return _ampacities()[conductor.value, size_mm2, column_c]
    except KeyError:
        raise NotTabulated(
            f"{size_mm2:g} mm² {conductor.value} at {column_c} °C is not in table 310.16",
            "choose an AWG or kcmil size",
        ) from None


def branch_mm2(conductor: Conductor, device_a: float) -> float | None:
    """Return the least size [mm²] for a device: 75 °C column and 240.4(D), None if there is none.

    Parameters
    ----------
    conductor
        Metal.
    device_a
        Rating of the overcurrent device [A].
    """
    sizes = sorted(s for metal, s, _ in _ampacities() if metal == conductor.value)
    for size in dict.fromkeys(sizes):
        small = _SMALL.get((conductor, size), device_a)
        if min(small, ampacity_a(conductor, size, 75)) >= device_a:
            return size
    return None


@functools.cache
def temperature_factor(column_c: int, temperature_c: float) -> Factor:
    """Return the ambient correction of table 310.15(B)(1); the next warmer row holds."""
    for row in open_table("codes/nec/temperature"):
        if int(row.number("column_c")) == column_c and temperature_c <= row.number("up_to_c"):
            name = f"ambient {temperature_c:g} °C"
            return Factor("C_a", name, row.number("factor"), row.text("source"))
    raise NotTabulated(
        f"ambient {temperature_c:g} °C is above the table 310.15(B)(1) shipped",
        "choose a cooler route",
    )


@functools.cache
def grouping_factor(conductors: int) -> Factor:
    """Return the adjustment of table 310.15(C)(1) for conductors in one raceway."""
    for row in open_table("codes/nec/grouping"):
        if conductors <= row.number("up_to_conductors"):
            name = f"{conductors} current-carrying conductors"
            return Factor("C_g", name, row.number("factor"), row.text("source"))
    raise NotTabulated(f"{conductors} conductors in one raceway", "use several raceways")


@functools.cache
def next_rating_a(amps: float) -> float | None:
    """Return the next standard rating ≥ a current [A] (240.6(A)), None above the list."""
    ratings = sorted({b.device.in_a for b in breakers("protection/breakers_ul").values()})
    return next((r for r in ratings if r >= amps - 1e-9), None)


@functools.cache
def grounding_mm2(device_a: float) -> float | None:
    """Return the copper equipment grounding conductor [mm²] of table 250.122."""
    for row in open_table("codes/nec/earth"):
        if device_a <= row.number("device_up_to_a"):
            return row.number("copper_mm2")
    return None


@functools.cache
def _sets(metal: Conductor, device_a: float) -> tuple[Cable, ...]:
    """Return conductor sets in rising size, each with its earth conductor.

    Phases above the least size that carries the device have the earth enlarged
    in proportion (250.122(B)), never above the phase size.
    """
    sizes = sorted(
        (c for c in catalogue(_TABLE).values() if c.conductor is metal), key=lambda c: c.size_mm2
    )
    standard = sorted(c.size_mm2 for c in catalogue(_TABLE).values())
    base = grounding_mm2(device_a)
    if base is None:
        return ()
    enough = (c.size_mm2 for c in sizes if ampacity_a(metal, c.size_mm2, 75) >= device_a)
    least = next(enough, sizes[-1].size_mm2)
    found = []
    for cable in sizes:
        wanted = base * max(1.0, cable.size_mm2 / least)
        earth = next(s for s in standard if s >= min(wanted, max(cable.size_mm2, base)) - 1e-9)
        r20 = copper_r20(earth)
        found.append(replace(cable, earth_mm2=earth, earth_separate=True, r20_earth_ohm_per_km=r20))
    return tuple(found)


@functools.cache
def copper_r20(size_mm2: float) -> float:
    """Return R20 [ohm/km] of a copper AWG or kcmil size [mm²]."""
    return next(
        c.r20_ohm_per_km
        for c in catalogue(_TABLE).values()
        if c.conductor is Conductor.CU and c.size_mm2 == size_mm2
    )


CODE = Nec()
