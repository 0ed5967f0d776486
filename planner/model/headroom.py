"""How much more power every bay can take, what binds there and what lifting it costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grid.findings import Finding
from planner.model.ids import BayId, ChargerId

SIZES_KW: tuple[float, ...] = (22.0, 50.0, 75.0, 100.0, 150.0)
"""Charger sizes the map asks for; also the thresholds of its colours."""


@dataclass(frozen=True, slots=True)
class Lift:
    """A standard step that lifts a limit.

    `cost` is `quantity` times the book's typical price before margin and tax, None
    where the book has no price: `code` then says what is missing. `confidence`
    is the price's class, `lead_time` in words, "not known" where nobody says.
    """

    kind: str
    element: str
    text: str
    code: str = ""
    quantity: float = 0.0
    unit: str = ""
    cost: float | None = None
    cost_low: float | None = None
    cost_high: float | None = None
    currency: str = ""
    source: str = ""
    confidence: str = ""
    lead_time: str = "not known"


@dataclass(frozen=True, slots=True)
class SizeRoom:
    """What fits at a bay on the circuit that a charger of `size_kw` has or would get.

    `max_kw` is output power. `kind` names what binds ("agreed capacity",
    "transformer", "board", "circuit", "own circuit", "voltage", "drop", "no
    cable"), `element` its id and `place` its name; `value` is what it carries
    then, `limit` what it may, in `unit`, by `clause`. `when` is the local time of
    the year at which it binds. `fits` tells whether a charger of this size can run
    all year: at full power, or at full current on a circuit made for it, as AC
    chargers draw less at a lower voltage. `lift` is None where it fits.
    """

    size_kw: float
    max_kw: float
    kind: str
    element: str
    place: str
    value: float
    limit: float
    unit: str
    clause: str
    when: str
    fits: bool
    cable: str = ""
    lift: Lift | None = None


@dataclass(frozen=True, slots=True)
class BayRoom:
    """The headroom of one bay.

    `charger` is the one that serves it now, whose circuit is then used; otherwise
    a new circuit of `route_m` (of which `dig_m` are new trench) leaves `board`.
    """

    bay: BayId
    charger: ChargerId | None
    board: str
    route_m: float
    dig_m: float
    sizes: tuple[SizeRoom, ...]

    @property
    def fits_kw(self) -> float:
        """Largest size that fits, 0 where none does: the colour of the bay."""
        return max((s.size_kw for s in self.sizes if s.fits), default=0.0)

    @property
    def max_kw(self) -> float:
        """Largest output power on any of the circuits looked at."""
        return max((s.max_kw for s in self.sizes), default=0.0)

    @property
    def next_size(self) -> SizeRoom | None:
        """The smallest size that does not fit, None where all do."""
        return next((s for s in self.sizes if not s.fits), None)


@dataclass(frozen=True, slots=True)
class HeadroomMap:
    """Headroom by bay on top of the year as it runs, one bay at a time.

    `sizes_kw` are the stable thresholds for colours: `level(bay)` is 0 where no
    size fits and len(sizes_kw) where the largest does. `basis` says in words what
    the figures rest on, `moments` how many moments of the year decide.
    """

    sizes_kw: tuple[float, ...]
    bays: Mapping[BayId, BayRoom]
    basis: str
    moments: int
    findings: tuple[Finding, ...] = ()

    def level(self, bay: BayId) -> int:
        """Return the colour class of a bay, 0 to the number of sizes."""
        room = self.bays.get(bay)
        return 0 if room is None else sum(s <= room.fits_kw for s in self.sizes_kw)
