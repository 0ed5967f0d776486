"""The checked network as a pandapower net in JSON, for whoever wants to check again.

The net holds no results. Its own options make a plain ``runpp(net)`` compute
what was computed here: conductors at operating temperature, transformer as t.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grid.model import LoadCase, Network
from grid.network.build import Built, build

FORMAT_NOTE = (
    "Balanced equivalent: a single-phase circuit (column phases) stands with six times its "
    "impedance, and carries three times the current shown."
)


def to_json(
    network: Network,
    case: LoadCase,
    names: Mapping[str, str],
    places: Mapping[str, tuple[float, float]] | None = None,
) -> str:
    """Return the net with the loads of one moment.

    Parameters
    ----------
    network
        Radial network; circuits that nothing feeds are left out.
    case
        Loads in kW and kvar by node id; its name becomes the net's.
    names
        Words for nodes and boards.
    places
        Longitude and latitude by node, where known.
    """
    import pandapower as pp

    built = build(network, balanced_equivalent=True)
    net = built.net
    net.name = f"{case.name}. {FORMAT_NOTE}"
    _name(network, built, names)
    _place(built, places or {})
    for node, row in built.loads.items():
        net.load.loc[row, "p_mw"] = case.p_kw.get(node, 0.0) / 1000
        net.load.loc[row, "q_mvar"] = case.q_kvar.get(node, 0.0) / 1000
    pp.set_user_pf_options(
        net, overwrite=True, consider_line_temperature=True, calculate_voltage_angles=True,
        init="dc", trafo_model="t", numba=False, lightsim2grid=False,
    )  # fmt: skip
    return str(pp.to_json(net))


def _name(network: Network, built: Built, names: Mapping[str, str]) -> None:
    net: Any = built.net
    for node, row in built.buses.items():
        net.bus.loc[row, "name"] = names.get(node, node)
        net.load.loc[built.loads[node], "name"] = names.get(node, node)
    net.bus["ampyard_id"] = [*built.buses, *[""] * (len(net.bus) - len(built.buses))]
    net.line["phases"] = [network.circuits[c].demand.phases for c in built.lines]
    for circuit, row in built.lines.items():
        sized = network.circuits[circuit]
        net.line.loc[row, "name"] = circuit
        net.line.loc[row, "std_type"] = sized.cable.key
    if network.supply.transformer is not None:
        net.trafo["name"] = network.supply.transformer.id
        net.bus.loc[net.trafo.hv_bus.iloc[0], "name"] = "Upstream network"


def _place(built: Built, places: Mapping[str, tuple[float, float]]) -> None:
    """Write positions as pandapower keeps them: GeoJSON points as text."""
    for node, (lon, lat) in places.items():
        if node in built.buses:
            text = f'{{"coordinates": [{lon:.7f}, {lat:.7f}], "type": "Point"}}'
            built.net.bus.loc[built.buses[node], "geo"] = text
