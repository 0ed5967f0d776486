"""Results of every stage, so that windows and documents need not import them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from grid.findings import Finding
from grid.trace import Trace
from planner.model.demand import Demand
from planner.model.design import Design
from planner.model.headroom import HeadroomMap
from planner.model.ids import ChargerId, CircuitId, ModelId
from planner.model.money import Bom, Quote
from planner.model.scenario import Objective
from planner.model.site import Assumption
from planner.model.year import YearResult


@dataclass(frozen=True, slots=True)
class MixOption:
    """A set of chargers with the service and load the simulation gave it.

    `hardware_cost` holds chargers and what comes with each, without cable and trench.
    `served_ci_pct` and `energy_ci_pct` are half the 95 % interval, `peak_band_kw` the
    peaks of a middling and of the highest day simulated. `draws` tells how many draws of
    the demand were simulated, `draws_pct` and `peak_draws_kw` the lowest and highest of
    them. `charging_kva` is what charging asks of the connection: all chargers at full power
    without load management, the peak with it. The chosen option also has least and most
    over scenarios with fewer and with more cars.
    """

    counts: Mapping[ModelId, int]
    cap_kw: float | None
    served_pct: float
    served_ci_pct: float
    energy_pct: float
    peak_kw: float
    hardware_cost: float
    energy_ci_pct: float = 0.0
    peak_band_kw: tuple[float, float] = (0.0, 0.0)
    served_band_pct: tuple[float, float] | None = None
    energy_band_pct: tuple[float, float] | None = None
    peak_scenarios_kw: tuple[float, float] | None = None
    draws: int = 1
    draws_pct: tuple[float, float] = (0.0, 0.0)
    peak_draws_kw: tuple[float, float] = (0.0, 0.0)
    charging_kva: float = 0.0


@dataclass(frozen=True, slots=True)
class Mix:
    """The chosen option and its runners-up, best first, with reasons.

    `pareto` are the options of the search that no other beats in cost, service and
    `charging_kva` at once, cheapest first; they rest on the search's few days alone. `growth` is
    the factor on today's cars that the mix is sized for.
    """

    chosen: MixOption
    runners_up: tuple[MixOption, ...]
    reasons: tuple[str, ...]
    findings: tuple[Finding, ...] = ()
    pareto: tuple[MixOption, ...] = ()
    growth: float = 1.0


@dataclass(frozen=True, slots=True)
class GroupService:
    """What one group of drivers gets; shares in % of its cars."""

    cars: int
    served_pct: float
    energy_pct: float
    waited_pct: float
    turned_away_pct: float


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """What drivers get from a design under a strategy.

    `served_pct`: drivers who got ≥ 99 % of the energy they asked for;
    `load_kw` mean kW per `step_min`, shape (steps,), never above the cap;
    `p5_energy_pct` what the driver gets whom only 5 % of drivers fall below;
    `phase_peak_a` the highest amperes per line for each phase limit given;
    `groups` the same per group of drivers; `installed_kw` the input of all
    chargers at full power. With batteries, `net_kw` is the load less what they
    give and with what they take, and `stored_kwh` their charge at the end of each step.
    """

    strategy: str
    served_pct: float
    energy_pct: float
    waited_pct: float
    turned_away_pct: float
    peak_kw: float
    unmanaged_peak_kw: float
    cap_kw: float | None
    step_min: int
    load_kw: npt.NDArray[np.float64]
    findings: tuple[Finding, ...] = ()
    p5_energy_pct: float = 100.0
    phase_peak_a: tuple[tuple[float, float, float], ...] = ()
    groups: Mapping[str, GroupService] = field(default_factory=dict)
    installed_kw: float = 0.0
    net_kw: npt.NDArray[np.float64] | None = None
    stored_kwh: npt.NDArray[np.float64] | None = None

    @property
    def coincidence(self) -> float | None:
        """Unmanaged peak over installed power, None without chargers."""
        return self.unmanaged_peak_kw / self.installed_kw if self.installed_kw else None


def known(value: float | None, digits: int) -> float | None:
    """Round a figure; None where it is not known, such as after a failed power flow."""
    return None if value is None or not math.isfinite(value) else round(value, digits)


@dataclass(frozen=True, slots=True)
class NodeState:
    """Voltage and faults at a board or charger; currents in kA, Zs in ohm.

    NaN where a figure could not be computed; a finding then says why.
    """

    id: str
    name: str
    voltage_pu: float
    drop_pct: float
    ik3_max_ka: float
    ik1_min_ka: float
    zs_ohm: float


@dataclass(frozen=True, slots=True)
class BranchState:
    """Loading of a circuit or transformer in the worst case examined."""

    id: str
    current_a: float
    limit_a: float
    loading_pct: float
    loss_kw: float


@dataclass(frozen=True, slots=True)
class CaseState:
    """One power flow: when, how much, what it does to the intake; NaN if not converged."""

    name: str
    site_kw: float
    charging_kw: float
    apparent_kva: float
    transformer_pct: float | None
    agreed_pct: float
    lowest_pu: float
    converged: bool


@dataclass(frozen=True, slots=True)
class GridReport:
    """Power flow at the worst hours and faults at every node."""

    cases: tuple[CaseState, ...]
    nodes: Mapping[str, NodeState]
    branches: Mapping[str, BranchState]
    method: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Routing:
    """Trench cost and the proved lower bound on it, in currency."""

    trench_cost: float
    lower_bound: float

    @property
    def gap_pct(self) -> float:
        """(cost − bound) / cost in per cent, 0 for no trench."""
        if not self.trench_cost:
            return 0.0
        return 100 * (self.trench_cost - self.lower_bound) / self.trench_cost


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything known about one design of one scenario.

    `year` and `headroom` are there once they have been worked out.
    """

    objective: Objective
    design: Design
    demand: Demand
    mix: Mix | None
    routing: Routing
    reasons: Mapping[ChargerId, tuple[str, ...]]
    traces: Mapping[CircuitId, tuple[Trace, ...]]
    grid: GridReport
    service: Service
    bom: Bom
    quote: Quote
    findings: tuple[Finding, ...]
    passed_checks: int
    assumptions: tuple[Assumption, ...]
    year: YearResult | None = None
    headroom: HeadroomMap | None = None
