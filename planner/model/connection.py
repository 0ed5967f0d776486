"""What to ask the network operator for: what more capacity buys, and offers side by side."""

from __future__ import annotations

from dataclasses import dataclass

from grid.findings import Finding
from grid.model import TimedLimit
from planner.model.headroom import Lift
from planner.model.storage import Battery


@dataclass(frozen=True, slots=True)
class CapacityPoint:
    """What drivers get with some agreed capacity, all chargers managed within it.

    `energy_pct` is the share of the energy wanted, `p5_energy_pct` what the driver
    gets whom only 5 % fall below. `peak_kva` is the busiest time of the week
    without losses. `invest` and `yearly_cost` are before margin and tax, None where
    no price is known; the yearly cost is that of the capacity alone. `charging_kw` is the
    highest draw of the chargers.
    """

    agreed_kva: float
    energy_pct: float
    served_pct: float
    p5_energy_pct: float
    peak_kva: float
    invest: float | None
    yearly_cost: float | None
    charging_kw: float = 0.0


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to get the power, as `point` with its steps.

    `restricted` says in words when less than `point.agreed_kva` is allowed.
    `lead_time` is the longest of the steps that anybody knows; `unknown` names
    prices and times that nobody does. `possible` is False where even the
    existing load does not fit, or the means are not there. `timed` and `battery`
    are what the offer has beside its capacity.
    """

    key: str
    name: str
    text: str
    point: CapacityPoint
    steps: tuple[Lift, ...]
    lead_time: str
    restricted: str = ""
    unknown: tuple[str, ...] = ()
    possible: bool = True
    timed: TimedLimit | None = None
    battery: Battery | None = None


@dataclass(frozen=True, slots=True)
class ConnectionOptions:
    """The curve, the offers and what they rest on.

    `ceiling_pct` of the energy wanted is what the chargers deliver where no capacity
    binds; `recommended_kva` is the least capacity that delivers `target_pct` of
    that, None where none looked at does.
    """

    now_kva: float
    target_pct: float
    ceiling_pct: float
    recommended_kva: float | None
    currency: str
    curve: tuple[CapacityPoint, ...]
    offers: tuple[Offer, ...]
    assumptions: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ReinforcementStep:
    """One standard step and the finding that asked for it."""

    lift: Lift
    code: str
    place: str
    why: str


@dataclass(frozen=True, slots=True)
class Reinforcement:
    """Steps in order until all checks pass, or as far as they lead.

    `left` are the errors that no step lifts; `cost` is the sum of the known prices
    before margin and tax, `unknown` names what has none. `rounds` counts checks.
    """

    steps: tuple[ReinforcementStep, ...]
    left: tuple[Finding, ...]
    cost: float
    cost_low: float
    cost_high: float
    currency: str
    unknown: tuple[str, ...]
    rounds: int

    @property
    def passes(self) -> bool:
        """Whether no error is left."""
        return not self.left
