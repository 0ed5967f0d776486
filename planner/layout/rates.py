"""Weights of cables and pillars while a layout is searched for.

They steer the search only. Quantities come from the finished drawing and prices
from the price book; the weights fit the shipped books within a third or so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from planner.model.charger import ChargerModel

CABLE_BASE_PER_M = 6.0
"""Cost of a metre of cable: a fixed part for pulling and duct ..."""

CABLE_PER_A_M = 0.22
"""... and a part that grows with the current the cable must carry."""

PILLAR_BASE, PILLAR_PER_A, PILLAR_PER_WAY = 1000.0, 9.0, 95.0
"""Cost of a feeder pillar by rating and ways."""

GROUPING_POWER = -0.33
"""n circuits carry n^-0.33 each: within 12 % of IEC 60364-5-52 table B.52.19, touching."""


MIN_VOLTAGE_V = 360.0
"""Lowest supply voltage, 400 V − 10 %: the cap's current is found at it."""

MANAGED_POWER_FACTOR = 0.98
"""Power factor of managed charging as a whole (worst of the catalogue, assumption)."""

DUCT_FILL = 0.4
"""Share of an existing duct's section that cables may fill (NEC chapter 9, table 1)."""


def duct_overfull(circuits_a: Iterable[float], diameter_mm: float) -> bool:
    """Guess whether circuits of some design currents [A] are too many for a duct.

    The squared diameters of a circuit's cables sum to about 300 + 10·I + 0.08·I²
    mm²: one of 36 mm for 64 A, two of 64 mm for 258 A (fits sized designs; large
    circuits lie in crowded trenches). The exact fill is reported after sizing.
    """
    return sum(300 + 10 * a + 0.08 * a * a for a in circuits_a) > DUCT_FILL * diameter_mm**2


def current_a(model: ChargerModel) -> float:
    """Design current per phase [A], for ranking; the exact one is found in cabling."""
    if model.max_input_low_a is not None or model.max_input_a is not None:
        return max(model.max_input_low_a or 0.0, model.max_input_a or 0.0)
    volts = model.voltage_min_v * (math.sqrt(3) if model.phases == 3 else 1 / math.sqrt(3))
    return model.power_kw * 1000 / (volts * model.efficiency * model.power_factor)


def cable_per_m(amps: float, crowd: int = 1) -> float:
    """Cost of a metre of cable for a design current among `crowd` loaded circuits."""
    return CABLE_BASE_PER_M + CABLE_PER_A_M * amps / float(max(crowd, 1) ** GROUPING_POWER)


CATALOGUE_V = 400.0
"""Supply voltage of which the charger catalogue speaks (IEC 60038)."""

TOLERANCE = 0.10
"""Range of the supply voltage about its nominal value (IEC 60038)."""


def voltage_ratio(nominal_v: float) -> float:
    """Nominal voltage of a site over the catalogue's, 1 where its ± 10 % covers it."""
    ratio = nominal_v / CATALOGUE_V
    return 1.0 if abs(ratio - 1) <= TOLERANCE else ratio


def cap_current_a(cap_kw: float, nominal_v: float = CATALOGUE_V) -> float:
    """Largest current a managed cap lets through [A].

    I = P / (√3 · U_min · cos φ), three-phase balanced, U_min = 360 V at 400 V.
    """
    volts = MIN_VOLTAGE_V * voltage_ratio(nominal_v)
    return cap_kw * 1000 / (math.sqrt(3) * volts * MANAGED_POWER_FACTOR)
