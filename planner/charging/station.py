"""What a simulation needs to know of a charger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from planner.model.charger import ChargerModel, Current
from planner.model.design import Charger
from planner.model.ids import ModelId

LINE_OF = {"L1": "A", "L2": "B", "L3": "C"}
TURNS = ("ABC", "BCA", "CAB")


@dataclass(frozen=True, slots=True)
class Station:
    """A charger or cabinet: `power_kw` output shared by `outlets`.

    `outlet_kw` is the most one car gets; `efficiency` is output over input.
    `phases` are the lines of its first outlet, the one for single-phase cars
    first: "ABC", "BCA", "CAB", a pair such as "AB" or a single line such as "A".
    `outlet_lines` names the line of a single-phase car by outlet where that is known.
    `pilots_a` are the currents above 0 it can tell a car, ascending (none: any).
    """

    id: str
    current: Current
    power_kw: float
    outlets: int
    outlet_kw: float
    efficiency: float = 1.0
    phases: str = "ABC"
    pilots_a: tuple[float, ...] = ()
    neutral_v: float = 230.0
    outlet_lines: tuple[str, ...] = ()

    @property
    def shares(self) -> bool:
        """Whether full outlets would exceed the cabinet."""
        return self.outlets * self.outlet_kw > self.power_kw + 1e-9


def station(name: str, model: ChargerModel, outlets: int | None = None) -> Station:
    """Make a station of a catalogue model, with fewer outlets if fewer have a bay."""
    used = model.outlets if outlets is None else min(outlets, model.outlets)
    return Station(name, model.current, model.power_kw, used, model.outlet_kw, model.efficiency)


def stations_of_counts(
    counts: Mapping[ModelId, int], catalogue: Mapping[ModelId, ChargerModel]
) -> tuple[Station, ...]:
    """Make stations for a number of chargers of each model, their phases in turn."""
    names = [(key, n) for key, count in counts.items() for n in range(count)]
    return tuple(
        replace(station(f"{key} {n + 1}", catalogue[key]), phases=TURNS[place % 3])
        for place, (key, n) in enumerate(names)
    )


def stations_of_chargers(
    chargers: Iterable[Charger], catalogue: Mapping[ModelId, ChargerModel]
) -> tuple[Station, ...]:
    """Make the stations of a design; an outlet without a bay serves nobody."""
    return tuple(
        replace(
            station(c.id, catalogue[c.model], len(c.bays) or None),
            outlet_lines=tuple(LINE_OF[label[:2]] for label in c.terminals if label[:2] in LINE_OF),
        )
        for c in chargers
        if c.model in catalogue
    )


def installed_kw(stations: Iterable[Station]) -> float:
    """Return the input power of all stations at full load in kW."""
    return sum(min(s.power_kw, s.outlets * s.outlet_kw) / s.efficiency for s in stations)
