"""Phase labels of outlets: on which line a single-phase car charges at each of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from grid.wiring.rotation import Socket, rotate_terminals
from planner.model.charger import ChargerModel, Current
from planner.model.design import Charger, Circuit
from planner.model.ids import ChargerId, CircuitId, ModelId

PHASE_V = 230.0


def sockets(
    chargers: Mapping[ChargerId, Charger],
    circuits: Mapping[CircuitId, Circuit],
    catalogue: Mapping[ModelId, ChargerModel],
) -> tuple[Socket, ...]:
    """Return the outlets at which single-phase cars may stand, by circuit.

    DC chargers load all phases alike and have none. A pinned charger keeps the
    labels it has.
    """
    boards = {c.sized.demand.to_id: c.sized.demand.from_id for c in circuits.values()}
    order = {end: i for i, end in enumerate(boards)}
    found: list[Socket] = []
    for key in sorted(chargers, key=lambda k: order.get(k, len(order))):
        charger, model = chargers[key], catalogue.get(chargers[key].model)
        if model is None or model.current is not Current.AC:
            continue
        kept = charger.terminals if charger.pinned else ()
        for n in range(model.outlets):
            fixed = kept[n] if n < len(kept) else ""
            found.append(
                Socket(f"{key}/{n + 1}", boards.get(key, ""), car_kva(model), model.phases, fixed)
            )
    return tuple(found)


def car_kva(model: ChargerModel) -> float:
    """Return what a single-phase car draws at an outlet of a model [kVA]."""
    each = model.power_kw / model.outlets / (model.efficiency * model.power_factor)
    if model.max_input_a is not None:
        each = model.phases * PHASE_V * model.max_input_a / model.outlets / 1000
    return each / model.phases


def label_terminals(
    chargers: Mapping[ChargerId, Charger],
    circuits: Mapping[CircuitId, Circuit],
    catalogue: Mapping[ModelId, ChargerModel],
) -> dict[ChargerId, Charger]:
    """Return the chargers with a label for every outlet, such as "L2-L3-L1"."""
    labels = rotate_terminals(sockets(chargers, circuits, catalogue))
    by_charger: dict[str, list[str]] = {}
    for socket, label in labels.items():
        by_charger.setdefault(socket.rsplit("/", 1)[0], []).append(label)
    found = {}
    for key, charger in chargers.items():
        wanted = tuple(by_charger.get(key, ()))
        same = charger.terminals == wanted
        found[key] = charger if same else dataclasses.replace(charger, terminals=wanted)
    return found
