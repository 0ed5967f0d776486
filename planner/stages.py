"""Stages that depend on little, remembered so that an edit does not run them again."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from planner.charging import simulate
from planner.charging.headroom import headroom_kw
from planner.checks.grid import grid_report
from planner.demand.estimate import HORIZON_DAYS, estimate
from planner.layout import cabling, checker, routing
from planner.layout.corridors import build_corridors
from planner.layout.graph import Corridors
from planner.model.demand import Demand, DemandInput
from planner.model.money import PriceBook
from planner.model.scenario import Limits
from planner.model.site import SURFACES, AreaKind, Site
from planner.model.storage import Solar
from planner.stage_cache import cached_by_content, cached_by_identity

STEP_MIN = 15
REDRAWS = 4
"""Draws of the demand besides the one shown, on which a mix is verified."""
FEW_CARS, MOST_HORIZONS = 400, 4
TRENCH_PRICE = "TRENCH-{}"


# What follows from a design is found again by content: it comes through a pipe as a copy.
route = cached_by_content(routing.route)
design_circuits = cached_by_content(cabling.design_circuits)
serve = cached_by_content(simulate.simulate)
peak_unmanaged_kw = cached_by_content(simulate.peak_unmanaged_kw)
check_grid = cached_by_content(grid_report)
check_layout = cached_by_content(checker.check)


@cached_by_identity
def demand(inputs: tuple[DemandInput, ...], seed: int) -> Demand:
    """Draw the sessions of all groups of drivers."""
    return estimate(inputs, seed)


@cached_by_identity
def redraws(inputs: tuple[DemandInput, ...], seed: int) -> tuple[Demand, ...]:
    """Draw the same groups of drivers again, with other seeds; few drivers for more weeks."""
    few = FEW_CARS / max(len(demand(inputs, seed).sessions), 1)
    days = HORIZON_DAYS * int(min(max(math.ceil(few), 1), MOST_HORIZONS))
    return tuple(estimate(inputs, seed + n, horizon_days=days) for n in range(1, REDRAWS + 1))


@cached_by_identity
def corridors(site: Site, limits: Limits, book: PriceBook) -> Corridors:
    """Build the graph on which trenches may run."""
    return build_corridors(site, limits, trench_prices(book))


@cached_by_identity
def headroom(site: Site, solar: tuple[Solar, ...] = ()) -> npt.NDArray[np.float64]:
    """Return kW left for charging beside the existing load over the horizon."""
    return headroom_kw(site, HORIZON_DAYS, STEP_MIN, solar=solar)


def trench_prices(book: PriceBook) -> dict[AreaKind, float]:
    """Return the price of a metre of trench by surface."""
    return {
        kind: float(book.prices[TRENCH_PRICE.format(kind)].typical)
        for kind in SURFACES
        if TRENCH_PRICE.format(kind) in book.prices
    }
