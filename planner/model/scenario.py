"""What is asked for: demand, limits and objective, and the accepted design."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from planner.model.demand import DemandInput
from planner.model.design import Design
from planner.model.ids import BayId
from planner.model.storage import Battery, Solar


class Objective(StrEnum):
    """Which of the three designs is wanted."""

    COST = "cost"
    BALANCED = "balanced"
    FUTURE = "future"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on a proposal; None means no bound.

    `service_pct` is the share of drivers who get all the energy they asked for;
    `export_kw` what the site may feed back, None where nobody has said.
    """

    budget: float | None = None
    service_pct: float = 95.0
    managed: bool = True
    within_agreed_kva: bool = True
    accessible_chargers: int = 1
    dig_asphalt: bool = True
    bays_kept_free: tuple[BayId, ...] = ()
    allowed_power_kw: tuple[float, ...] = (22.0, 50.0, 75.0, 100.0, 120.0, 150.0)
    export_kw: float | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One plan for the site; `design` is None until a proposal is accepted.

    `strategy` shares the managed power among the cars, a key of
    ``planner.charging.strategies``.
    """

    name: str
    demand: tuple[DemandInput, ...] = ()
    limits: Limits = field(default_factory=Limits)
    objective: Objective = Objective.BALANCED
    design: Design | None = None
    seed: int = 1
    batteries: tuple[Battery, ...] = ()
    solar: tuple[Solar, ...] = ()
    strategy: str = "least_laxity"
