"""Turn a `Network` into a pandapower net; nothing of it leaves this package.

Traps of pandapower 3.5.6 that are handled here: only Dyn is used, with the
clock in `shift_degree` (a clock number in the vector group fails in earth
faults); no tap is set (it is ignored without a changer type); lines carry
zero-sequence data and an end temperature, without which faults raise.
"""

from __future__ import annotations

import copy
import functools
from dataclasses import dataclass
from typing import Any

import numpy as np

from grid.model import Network, SizedCircuit, Supply, Transformer
from grid.network.constants import (
    CABLE_NF_PER_KM,
    return_ratio,
    source_zero_ratio,
)
from grid.network.radial import feed_order, nodes
from grid.wiring.cables import ALPHA, OPERATING_C


@dataclass(frozen=True, slots=True)
class Built:
    """A pandapower net with the rows of our nodes and circuits."""

    net: Any
    buses: dict[str, int]
    lines: dict[str, int]
    loads: dict[str, int]


_KEPT = 4
_SHARED: list[tuple[Network, bool, Built]] = []


def load_engine() -> None:
    """Load pandapower now, so that the first power flow need not wait for it."""
    import pandapower  # noqa: F401


def build(network: Network, *, balanced_equivalent: bool) -> Built:
    """Build the net of a radial network.

    Parameters
    ----------
    balanced_equivalent
        True for balanced power flow: a single-phase circuit becomes the
        three-phase one with the same power, drop in per cent and loss. Its
        current is a third of the true one, so its impedance is taken six times
        (drop 2·I·Z of U0 against I/3·Z_eq of U0). False for faults.
    """
    net = copy.deepcopy(_empty(network.supply.frequency_hz))
    return add_to(net, network, balanced_equivalent=balanced_equivalent)


def shared(network: Network, *, balanced_equivalent: bool) -> Built:
    """Return the net of an equal network built before, without load, or build it.

    For callers that set loads, solve and read the results at once: the next
    caller with an equal network gets the very same net. Parameters as for `build`.
    """
    single = any(c.demand.phases == 1 for c in network.circuits.values())
    form = balanced_equivalent and single  # without single-phase circuits both are alike
    for at, (known, of_form, built) in enumerate(_SHARED):
        if of_form == form and known == network and list(known.circuits) == list(network.circuits):
            _SHARED.append(_SHARED.pop(at))
            built.net.load[["p_mw", "q_mvar"]] = 0.0
            return built
    built = build(network, balanced_equivalent=balanced_equivalent)
    _SHARED.append((network, form, built))
    del _SHARED[:-_KEPT]
    return built


def add_to(net: Any, network: Network, *, balanced_equivalent: bool) -> Built:
    """Add a network to a net that may hold others, not connected to it."""
    import pandapower as pp

    kv = network.supply.nominal_v / 1000
    names = nodes(network)
    buses = dict(zip(names, map(int, pp.create_buses(net, len(names), vn_kv=kv)), strict=True))
    _add_supply(net, network.supply, buses[network.origin])
    order = feed_order(network)
    lines = _add_lines(net, network, buses, order, balanced_equivalent)
    loads = pp.create_loads(net, list(buses.values()), p_mw=0.0, q_mvar=0.0)
    return Built(net, buses, lines, dict(zip(names, map(int, loads), strict=True)))


@functools.cache
def _empty(frequency_hz: float) -> Any:
    """Return an empty net to copy: making one takes longer than solving a small site."""
    import pandapower as pp

    return pp.create_empty_network(f_hz=frequency_hz, sn_mva=1.0)


def _add_supply(net: Any, supply: Supply, origin: int) -> None:
    """Add the upstream network and the transformer, if there is one."""
    import pandapower as pp

    source, ratio = supply.source, source_zero_ratio(supply)
    bus = origin if supply.transformer is None else pp.create_bus(net, vn_kv=source.vn_kv)
    row = pp.create_ext_grid(
        net, bus, vm_pu=1.0, s_sc_max_mva=source.s_sc_max_mva, s_sc_min_mva=source.s_sc_min_mva,
        rx_max=source.rx_ratio, rx_min=source.rx_ratio, x0x_max=ratio, r0x0_max=source.rx_ratio,
    )  # fmt: skip
    net.ext_grid.loc[row, ["x0x_min", "r0x0_min"]] = ratio, source.rx_ratio
    if supply.transformer is not None:
        _add_transformer(net, supply.transformer, bus, origin)


def _add_transformer(net: Any, unit: Transformer, high: int, low: int) -> None:
    """Add a Dyn transformer; its zero sequence is assumed like its short circuit."""
    import pandapower as pp

    vkr = 100 * unit.load_loss_kw / unit.rated_kva
    pp.create_transformer_from_parameters(
        net, high, low, sn_mva=unit.rated_kva / 1000, vn_hv_kv=unit.hv_kv,
        vn_lv_kv=unit.lv_no_load_v / 1000, vk_percent=unit.uk_pct, vkr_percent=vkr,
        pfe_kw=unit.no_load_loss_kw, i0_percent=unit.no_load_current_pct,
        shift_degree=30.0 * unit.clock, vector_group="Dyn", vk0_percent=unit.uk_pct,
        vkr0_percent=vkr, mag0_percent=100, mag0_rx=0.0, si0_hv_partial=0.9,
    )  # fmt: skip


def _add_lines(
    net: Any, network: Network, buses: dict[str, int], order: tuple[str, ...], balanced: bool
) -> dict[str, int]:
    """Add all circuits in one call; adding them singly takes most of a small study."""
    import pandapower as pp

    if not order:
        return {}
    circuits = [network.circuits[c] for c in order]
    scale = np.array([6.0 if balanced and c.demand.phases == 1 else 1.0 for c in circuits])
    r = scale * [c.cable.r20_ohm_per_km for c in circuits]
    x = scale * [c.cable.x_ohm_per_km for c in circuits]
    back = np.array([return_ratio(c.cable) for c in circuits])
    temperature = [OPERATING_C[c.cable.insulation] for c in circuits]
    rows = pp.create_lines_from_parameters(
        net, [buses[c.demand.from_id] for c in circuits], [buses[c.demand.to_id] for c in circuits],
        length_km=[length_km(c) for c in circuits], r_ohm_per_km=r, x_ohm_per_km=x,
        c_nf_per_km=CABLE_NF_PER_KM, c0_nf_per_km=CABLE_NF_PER_KM,
        r0_ohm_per_km=r * (1 + 3 * back), x0_ohm_per_km=4 * x,
        max_i_ka=[c.iz_a / 1000 / c.parallel for c in circuits],
        parallel=[c.parallel for c in circuits],
        alpha=[ALPHA[c.cable.conductor] for c in circuits],
        temperature_degree_celsius=temperature,
    )  # fmt: skip
    net.line.loc[rows, "endtemp_degree"] = temperature
    return dict(zip(order, map(int, rows), strict=True))


def length_km(circuit: SizedCircuit) -> float:
    """Length in km, at least 1 cm so that no impedance is zero."""
    return max(circuit.demand.length_m, 0.01) / 1000
