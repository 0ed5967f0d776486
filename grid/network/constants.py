"""Constants and stated assumptions of the network calculations, one source each."""

from __future__ import annotations

from grid.model import Cable, Supply
from grid.wiring.cables import earth_conductor

FAULT_ALPHA_PER_K = 0.004
"""Temperature coefficient for all conductors in minimum faults (IEC 60909-0:2016, eq. 32)."""

C_MAX = 1.10
"""Voltage factor of maximum faults for LV with +10 % tolerance (IEC 60909-0:2016, table 1)."""

C_MIN = 0.95
"""Voltage factor of minimum faults for LV with −6 % tolerance (IEC 60909-0:2016, table 1)."""

CABLE_NF_PER_KM = 0.0
"""Capacitance is left out: below 0.01 % of the current at 400 V and site lengths."""


def return_ratio(cable: Cable) -> float:
    """Return the resistance of the earth path as a multiple of the phase conductor's.

    1.0 where the cable states no earth conductor, which is the common
    placeholder Z0 = Z1 + 3·Z_return = 4·Z1.
    """
    if cable.earth_mm2 <= 0:
        return 1.0
    return earth_conductor(cable)[1] / cable.r20_ohm_per_km


def source_zero_ratio(supply: Supply) -> float:
    """Z0/Z1 of the upstream network at an LV intake in the minimum case.

    From the stated external loop impedance by Zs = (2·Z1 + Z0)/3, at the angle
    of Z1; 1.0 where a transformer on site shuts the upstream zero sequence out.
    Where neither is known the return is taken like the phase (Z0 = 4·Z1).
    """
    if supply.transformer is not None:
        return 1.0
    if supply.zs_origin_ohm is None:
        return 4.0
    z1_ohm = C_MIN * supply.source.vn_kv**2 / supply.source.s_sc_min_mva
    return max(3.0 * supply.zs_origin_ohm / z1_ohm - 2.0, 0.01)
