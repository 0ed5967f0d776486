"""The shape of a radial network: what is fed, in which order, through which circuits."""

from __future__ import annotations

from grid.model import Network


def feed_order(network: Network) -> tuple[str, ...]:
    """Circuit ids from the origin outwards, each after the one that feeds it.

    Circuits that start at nothing fed, or end where another circuit already
    ends, are left out; `unfed` names them.
    """
    by_start: dict[str, list[str]] = {}
    for circuit_id, circuit in network.circuits.items():
        by_start.setdefault(circuit.demand.from_id, []).append(circuit_id)
    order: list[str] = []
    fed = {network.origin}
    queue = [network.origin]
    while queue:
        for circuit_id in by_start.get(queue.pop(0), ()):
            end = network.circuits[circuit_id].demand.to_id
            if end not in fed:
                fed.add(end)
                order.append(circuit_id)
                queue.append(end)
    return tuple(order)


def unfed(network: Network) -> tuple[str, ...]:
    """Circuit ids that are no part of the radial network from the origin."""
    fed = set(feed_order(network))
    return tuple(c for c in network.circuits if c not in fed)


def nodes(network: Network) -> tuple[str, ...]:
    """Ids of all fed nodes, the origin first, chargers and boards alike."""
    ends = (network.circuits[c].demand.to_id for c in feed_order(network))
    return (network.origin, *ends)


def path(network: Network, node: str) -> tuple[str, ...]:
    """Circuit ids from the origin to a fed node."""
    feeder = {network.circuits[c].demand.to_id: c for c in feed_order(network)}
    found: list[str] = []
    while node in feeder:
        found.append(feeder[node])
        node = network.circuits[feeder[node]].demand.from_id
    return tuple(reversed(found))
