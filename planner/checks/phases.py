"""What single-phase cars do to the phases of a design."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from grid.codes.protocol import Code
from grid.findings import Finding, Severity
from grid.model import CircuitKind, Network, SizedCircuit
from grid.network.radial import path
from grid.wiring.cables import OPERATING_C, resistance
from grid.wiring.phases import PHASES, neutral_a
from grid.wiring.rotation import Socket, phase_sums
from grid.wiring.voltage_drop import unbalanced_pct
from planner.layout.rates import cap_current_a
from planner.layout.terminals import sockets
from planner.model.charger import ChargerModel
from planner.model.design import Design
from planner.model.ids import ModelId

SINGLE_PHASE_KVA = 4.6
"""Most that a single-phase car may draw in Germany (VDE-AR-N 4100), 20 A at 230 V."""


def phase_findings(
    network: Network,
    design: Design,
    catalogue: Mapping[ModelId, ChargerModel],
    code: Code,
    drop_limit_pct: float,
) -> tuple[Finding, ...]:
    """Return what follows where single-phase cars stand at AC outlets.

    With a car at every outlet: fullest phase and neutral, and the drop between
    line and neutral to the farthest outlet. With cars only at the outlets of one
    phase: the unbalance and what load management has to hold per phase.
    """
    found = sockets(design.chargers, design.circuits, catalogue)
    labels = {
        f"{key}/{n + 1}": label
        for key, charger in design.chargers.items()
        for n, label in enumerate(charger.terminals)
    }
    found = tuple(s for s in found if s.id in labels)
    if not found:
        return ()
    return (
        _balance(network, found, labels),
        *_german(found, labels, code),
        *_cap(network, design, found, labels),
        *_drop(network, found, labels, min(drop_limit_pct, code.limit("drop_limit").value)),
    )


def _balance(network: Network, found: Sequence[Socket], labels: Mapping[str, str]) -> Finding:
    kva = phase_sums(found, labels)
    u0 = network.supply.nominal_v / math.sqrt(3)
    amps = [1000 * k / u0 for k in kva]
    fullest = max(range(3), key=lambda p: amps[p])
    text = ", ".join(f"{p} {a:.0f} A" for p, a in zip(PHASES, amps, strict=True))
    return Finding(
        "PHASE-BALANCE", Severity.INFO, "phases", "All AC outlets",
        f"With a single-phase car at every outlet the phases carry {text}, "
        f"the neutral {neutral_a(amps):.0f} A.",
        value=amps[fullest], unit="A",
        fix="Connect each outlet in the order of its label.",
    )  # fmt: skip


def _german(found: Sequence[Socket], labels: Mapping[str, str], code: Code) -> Iterator[Finding]:
    """Hold the unbalance of single-phase cars against 4.6 kVA, for all cars and the worst few."""
    if code.id != "vde0100":
        return
    rule = code.limit("unbalance_kva")
    capped = [Socket(s.id, s.group, min(s.kva, SINGLE_PHASE_KVA), s.phases, s.fixed) for s in found]
    kva = phase_sums(capped, labels)
    everywhere, alone = max(kva) - min(kva), max(kva)
    if everywhere > rule.value + 1e-6:
        yield Finding(
            "PHASE-UNBALANCE", Severity.ERROR, "phases", "All AC outlets",
            f"With a single-phase car of {SINGLE_PHASE_KVA:g} kVA at every outlet the phases "
            f"differ by {everywhere:.1f} kVA.",
            rule.clause, everywhere, rule.value, "kVA",
            "Turn the terminals of some outlets, or choose three-phase chargers.",
        )  # fmt: skip
    elif alone > rule.value + 1e-6:
        yield Finding(
            "PHASE-UNBALANCE-FEW", Severity.WARNING, "phases", "All AC outlets",
            f"Single-phase cars at the outlets of one phase alone would unbalance the site by "
            f"{alone:.1f} kVA.",
            rule.clause, alone, rule.value, "kVA",
            "Let load management hold the phases within the limit of each other.",
        )  # fmt: skip


def _cap(
    network: Network, design: Design, found: Sequence[Socket], labels: Mapping[str, str]
) -> Iterator[Finding]:
    """Name feeders sized for a cap that single-phase cars could pass on one phase."""
    if design.managed_cap_kw is None:
        return
    u0 = network.supply.nominal_v / math.sqrt(3)
    limit = cap_current_a(design.managed_cap_kw, network.supply.nominal_v)
    for feeder in network.circuits.values():
        if feeder.demand.kind is not CircuitKind.FEEDER:
            continue
        mine = [s for s in found if s.group == feeder.demand.to_id]
        worst = 1000 * max(phase_sums(mine, labels)) / u0
        if mine and feeder.demand.ib_a >= limit - 1e-6 and worst > feeder.device.in_a:
            yield Finding(
                "PHASE-CAP", Severity.WARNING, feeder.demand.id,
                f"Feeder {feeder.demand.id} to {feeder.demand.to_id}",
                f"Single-phase cars at the outlets of one phase could draw {worst:.0f} A.",
                "IEC 60364-7-722 722.311", worst, feeder.device.in_a, "A",
                "Let load management hold the current of each phase, not the sum of kW alone.",
            )  # fmt: skip


def _drop(
    network: Network, found: Sequence[Socket], labels: Mapping[str, str], limit: float
) -> Iterator[Finding]:
    """Compare the drop between line and neutral at the worst outlet with the limit."""
    worst, place = 0.0, ""
    for charger, pct in single_phase_drops(network, found, labels).items():
        if pct > worst:
            worst, place = pct, charger
    if worst > limit:
        yield Finding(
            "PHASE-DROP", Severity.WARNING, place, f"Charger {place}",
            f"With single-phase cars at every outlet the voltage between line and neutral "
            f"falls by {worst:.1f} %.",
            "IEC 60364-5-52:2009 table G.52.1", worst, limit, "%",
            "Choose a larger cable to this charger, or accept it: balanced charging stays within "
            "the limit.",
        )  # fmt: skip


def single_phase_drops(
    network: Network, found: Sequence[Socket], labels: Mapping[str, str]
) -> dict[str, float]:
    """Return the largest drop of line to neutral [%] by charger, a car at every outlet.

    Along each circuit the phase currents of all cars behind it flow in lines and
    neutral (Z0 = Z1 + 3·Z_N, the neutral taken like a line).
    """
    u0 = network.supply.nominal_v / math.sqrt(3)
    behind: dict[str, list[float]] = {}
    ways: dict[str, tuple[str, ...]] = {}
    for socket in found:
        charger = socket.id.rsplit("/", 1)[0]
        way = ways.setdefault(charger, path(network, charger))
        kva = phase_sums((socket,), labels)
        for circuit in way:
            sums = behind.setdefault(circuit, [0.0, 0.0, 0.0])
            for p in range(3):
                sums[p] += 1000 * kva[p] / u0
    along = {c: _circuit_drop(network.circuits[c], amps, u0) for c, amps in behind.items()}
    drops = {}
    for charger, way in ways.items():
        totals = [sum(along[c][p] for c in way) for p in range(3)]
        drops[charger] = max(totals)
    return drops


def _circuit_drop(
    circuit: SizedCircuit, amps: Sequence[float], u0_v: float
) -> tuple[float, float, float]:
    cable, km = circuit.cable, circuit.demand.length_m / 1000 / circuit.parallel
    warm = resistance(cable.r20_ohm_per_km, cable.conductor, OPERATING_C[cable.insulation])
    z1 = complex(warm, cable.x_ohm_per_km) * km
    return unbalanced_pct((amps[0], amps[1], amps[2]), 1.0, z1, 4 * z1, u0_v)
