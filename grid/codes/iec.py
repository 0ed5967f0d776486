"""The shape shared by IEC 60364 and its national versions."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

from data import open_table
from grid.codes.protocol import Carrying, Family, Overload, Residual, Rule, clauses, rules
from grid.model import Cable, CircuitDemand, CircuitKind, Conductor, Device, Earthing, Installation
from grid.wiring.ampacity import Row52, tabulated
from grid.wiring.cables import catalogue, r20
from grid.wiring.derating import factors, neutral_current_a, product

# Own limits: what the terminals of a board, a DC charger and an AC charger take.
_PARALLEL = {"feeder": 6, "dc": 4, "ac": 1}


@dataclass(frozen=True, slots=True)
class IecCode:
    """A code whose capacities and factors are those of IEC 60364-5-52 annex B.

    `folder` holds the tables; limits missing from the code's own rules are
    those of IEC 60364. `rcd_edition` chooses the row of the RCD table.
    """

    id: str
    name: str
    edition: str
    folder: str = "iec60364"
    rcd_edition: str = "2018"
    breaker_table: str = "protection/breakers"
    cable_table: str = "cables/multicore"
    notes: tuple[str, ...] = ()

    def limit(self, rule: str) -> Rule:
        """Return a limit of this code, or of IEC 60364 where it has none of its own."""
        own = rules(self.id)
        return own[rule] if rule in own else rules("iec60364")[rule]

    def clause(self, topic: str) -> str:
        """Return the clause a check quotes, of IEC 60364 where this code has none."""
        return clauses(self.id).get(topic) or clauses("iec60364")[topic]

    def families(self, demand: CircuitDemand) -> tuple[Family, ...]:
        """Return the cables from which a circuit may choose.

        Chargers get copper: five cores up to 50 mm² and four with a separate
        earth above; three where single-phase; four (no neutral) for DC chargers.
        Feeders choose between copper and aluminium with a separate earth, unless
        the designer insists on a metal.
        """
        return tuple(f for f in self._families(demand) if f.cables)

    def _families(self, demand: CircuitDemand) -> tuple[Family, ...]:
        table = self.cable_table
        if demand.kind is CircuitKind.FEEDER:
            metals = tuple(Conductor) if demand.conductor is None else (demand.conductor,)
            return tuple(_family(table, metal, 4, "feeder", separate=True) for metal in metals)
        if demand.conductor is Conductor.AL:
            use = "dc" if demand.dc_charger else "ac"
            return (_family(table, Conductor.AL, 4, use, separate=not demand.dc_charger),)
        if demand.phases == 1:
            return (_family(table, Conductor.CU, 3, "ac"),)
        if demand.dc_charger:
            return (_family(table, Conductor.CU, 4, "dc"),)
        return (
            _family(table, Conductor.CU, 5, "ac"),
            _family(table, Conductor.CU, 4, "ac", separate=True, over_mm2=50),
        )

    def least_rating_a(self, demand: CircuitDemand) -> tuple[float, str]:
        """Return In ≥ Ib (IEC 60364-4-43 433.1), or the rating the maker asks for."""
        asked = demand.supply_protection_a
        if asked is not None and asked > demand.ib_a:
            return asked, "asked for by the maker of the charger"
        return demand.ib_a, "design current"

    def carrying(self, cable: Cable, phases: int, laid: Installation) -> Carrying:
        """Return Iz = It · Ca · Cg · Ci · Cd."""
        return _carrying(self.folder, cable, phases, laid)

    def overload(
        self, demand: CircuitDemand, device: Device, cable: Cable, carrying: Carrying, parallel: int
    ) -> tuple[Overload, ...]:
        """Return Ib ≤ In, In ≤ Iz and I2 ≤ 1.45 Iz (IEC 60364-4-43 433.1)."""
        clause, factor = self.clause("overload"), self.limit("i2_factor").value
        iz_a = parallel * carrying.iz_a
        i2 = device.i2_a if device.i2_a is not None else factor * device.in_a
        return (
            Overload("design current", "I_b ≤ I_n", demand.ib_a, device.in_a, clause),
            Overload("ampacity", "I_n ≤ I_z", device.in_a, iz_a, clause),
            Overload("overload", f"I_2 ≤ {factor:g} I_z", i2, factor * iz_a, clause),
            *self._neutral(demand, iz_a),
        )

    def _neutral(self, demand: CircuitDemand, iz_a: float) -> tuple[Overload, ...]:
        """Return I_N ≤ I_z where the third harmonic makes the neutral the fullest conductor."""
        third_pct = demand.installation.third_harmonic_pct
        neutral_a = neutral_current_a(demand.ib_a, third_pct)
        if neutral_a is None or demand.phases == 1:
            return ()
        formula = f"I_N = 3 · {third_pct / 100:g} · I_b ≤ I_z"
        clause = "IEC 60364-5-52:2009 annex E (unconfirmed)"
        return (Overload("neutral", formula, neutral_a, iz_a, clause),)

    def earth_mm2(self, cable: Cable, device: Device) -> float | None:
        """Return None: IEC 60364 sizes the earth conductor adiabatically."""
        return None

    def residual(self, demand: CircuitDemand, earthing: Earthing) -> Residual:
        """Return the RCD of a circuit by the edition in force.

        A feeder has none in TN and a time-delayed 300 mA in TT; a charger the
        one of the edition's rule, or what its maker asks for.
        """
        if demand.kind is CircuitKind.FEEDER:
            if earthing is Earthing.TT:
                return Residual("300 mA type B, selective", 300, "IEC 60364-5-53:2019 535.3", True)
            return Residual("", None, "")
        current = "dc" if demand.dc_charger else "ac"
        row = _rcd_row(self.id, self.rcd_edition, current)
        rule = row["clause"]
        if demand.charger_rcd:
            return _asked_for(demand.charger_rcd, f"{rule}; data sheet of the charger")
        return Residual(row["text"], float(row["residual_ma"]), rule, bool(row["status"]))


def _asked_for(text: str, clause: str) -> Residual:
    """Return what a maker asks for; a detector in the charger still needs an RCD ahead."""
    if "type" not in text.lower() and "mA AC" not in text:
        text = f"30 mA type A ahead; charger: {text}"
    return Residual(text, 300.0 if "300 mA" in text else 30.0, clause)


@functools.cache
def _rcd_row(code_id: str, edition: str, current: str) -> dict[str, str]:
    for row in open_table(f"codes/{code_id}/rcd"):
        if row.text("edition") == edition and row.text("current") == current:
            return dict(row.cells)
    raise KeyError(f"no RCD rule of edition {edition} for {current} chargers in {code_id}")


@functools.cache
def _family(
    table: str,
    metal: Conductor,
    cores: int,
    use: str,
    *,
    separate: bool = False,
    over_mm2: float = 0.0,
) -> Family:
    """Return catalogue cables of one make-up, with a separate copper earth if asked."""
    sizes = sorted(
        (c for c in catalogue(table).values() if c.conductor is metal and c.cores == cores),
        key=lambda c: c.size_mm2,
    )
    chosen = [_with_earth(c) if separate else c for c in sizes if c.size_mm2 > over_mm2]
    name = f"{cores}-core {metal.value}" + (" with separate earth" if separate else "")
    return Family(name, tuple(chosen), _PARALLEL[use], fewest=use != "feeder")


def _with_earth(cable: Cable) -> Cable:
    """Lay a copper earth beside a cable: half the phase, 16 mm² at least above 16.

    IEC 60364-5-54:2011 table 54.2, taken for copper whatever the phase metal
    (safe for aluminium, whose equivalent would be smaller).
    """
    s = cable.size_mm2
    least = s if s <= 16 else max(16.0, s / 2)
    standard = (2.5, 4, 6, 10, 16, 25, 35, 50, 70, 95, 120, 150, 185, 240, 300)
    earth = float(next(x for x in standard if x >= least))
    return replace(
        cable,
        earth_mm2=earth,
        earth_separate=True,
        r20_earth_ohm_per_km=r20(Conductor.CU, earth),
    )


@functools.lru_cache(maxsize=65536)
def _carrying(folder: str, cable: Cable, phases: int, laid: Installation) -> Carrying:
    row = Row52(cable.insulation, 2 if phases == 1 else 3, cable.conductor, laid.method)
    capacity = tabulated(folder, row, cable.size_mm2)
    found = factors(folder, cable.insulation, laid, cable.size_mm2)
    return Carrying(
        capacity.it_a, found, capacity.it_a * product(found), capacity.flag, capacity.source
    )
