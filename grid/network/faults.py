"""Maximum and minimum faults at every node after IEC 60909-0:2016, by pandapower.

Only bus results are used (pandapower calls its branch results beta), which
says everything in a radial network: what flows to a fault flows through every
device on the way. Maximum: c = 1.10, 20 °C, with K_T. Minimum: c = 0.95,
operating temperature, without K_T.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grid.model import Network
from grid.network.build import Built, shared
from grid.network.constants import C_MAX, C_MIN

# pandapower takes the voltage factors from the tolerance: 10 % gives 1.10, 6 % gives 0.95.
_TOLERANCE_PCT = {"max": 10, "min": 6}


@dataclass(frozen=True, slots=True)
class NodeFault:
    """Fault currents at a node in kA, loop impedance in ohm.

    `zs_ohm` = |2·Z1 + Z0|/3 in the minimum case, for disconnection checks.
    """

    ik3_max_ka: float
    ik3_min_ka: float
    ik1_max_ka: float
    ik1_min_ka: float
    zs_ohm: float


class FaultError(ValueError):
    """The network lacks data without which faults mean nothing."""


def faults(network: Network) -> Mapping[str, NodeFault]:
    """Three-phase and single-phase-to-earth faults at every fed node.

    Raises
    ------
    FaultError
        Where a fault level or transformer value makes the calculation void.
    """
    _refuse_nonsense(network)
    built = shared(network, balanced_equivalent=False)
    three_max, three_min = _run(built, "3ph", "max"), _run(built, "3ph", "min")
    one_max, one_min = _run(built, "1ph", "max"), _run(built, "1ph", "min")
    volts = network.supply.nominal_v
    found = {}
    for node, row in built.buses.items():
        ik1_min = one_min[row]
        # Zs = c·U0/Ik1, because Ik1 = √3·c·U/|2·Z1 + Z0|.
        zs = C_MIN * volts / math.sqrt(3) / (ik1_min * 1000) if ik1_min > 0 else math.inf
        found[node] = NodeFault(three_max[row], three_min[row], one_max[row], ik1_min, zs)
    return found


def method() -> str:
    """Say how faults are computed, for the report."""
    import pandapower as pp

    return (
        f"IEC 60909-0:2016 by pandapower {pp.__version__}: maximum with c = {C_MAX:.2f}, 20 °C and "
        f"K_T; minimum with c = {C_MIN:.2f} at operating temperature, without K_T"
    )


def _run(built: Built, fault: str, case: str) -> dict[int, float]:
    """Return initial symmetrical short-circuit currents in kA by bus."""
    import pandapower.shortcircuit as sc

    with warnings.catch_warnings():
        # A note of pandapower about its branch results, which are not used.
        warnings.simplefilter("ignore")
        sc.calc_sc(
            built.net, fault=fault, case=case, lv_tol_percent=_TOLERANCE_PCT[case],
            branch_results=False, ip=False, ith=False, check_connectivity=True,
        )  # fmt: skip
    table: Any = built.net.res_bus_sc
    return {int(row): float(value) for row, value in table.ikss_ka.items()}


def _refuse_nonsense(network: Network) -> None:
    """Refuse values with which pandapower would return figures without meaning."""
    source, unit = network.supply.source, network.supply.transformer
    if not 0 < source.s_sc_min_mva <= source.s_sc_max_mva:
        raise FaultError(
            f"fault level {source.s_sc_min_mva:g} to {source.s_sc_max_mva:g} MVA: the minimum must "
            "be above zero and not above the maximum"
        )
    if unit is not None and not unit.load_loss_kw / unit.rated_kva < unit.uk_pct / 100:
        raise FaultError(
            f"transformer {unit.id}: load loss {unit.load_loss_kw:g} kW is more than its "
            f"impedance of {unit.uk_pct:g} % allows"
        )
