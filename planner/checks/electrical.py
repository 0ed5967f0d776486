"""Electrical checks of a design beyond the power flow: wiring, earthing, operator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from grid.codes import own, registry
from grid.codes.protocol import Code
from grid.findings import Finding, Severity
from grid.model import CircuitKind, Network
from grid.wiring import discrimination, earthing, harmonics, utility
from grid.wiring.checker import check_network
from grid.wiring.problem import NotTabulated
from grid.wiring.upstream import Upstream, downstream, origin
from planner.checks.ambient import ambient_findings
from planner.checks.network import site_network
from planner.checks.phases import phase_findings
from planner.model.charger import ChargerModel
from planner.model.design import Design
from planner.model.ids import ModelId
from planner.model.project import Settings
from planner.model.site import Assumption, Site

_OPERATOR = {"gb": "gb", "de": "de", "us": "us"}
_PME_CODE = {"gb": "bs7671"}


def electrical_findings(
    site: Site,
    design: Design,
    catalogue: Mapping[ModelId, ChargerModel],
    settings: Settings,
) -> tuple[Finding, ...]:
    """Return what an electrical engineer would ask about a design.

    The independent check of every circuit, loss of the PEN conductor,
    discrimination between levels, harmonics, the operator's thresholds and the
    unconfirmed points of the code.
    """
    network = site_network(site, design).network
    if network is None or not design.circuits:
        return ()
    code = registry.get(settings.code)
    return (
        *_circuits(network, settings.code, settings.drop_limit_pct),
        *_pen(site, code.id, settings.pme),
        *_assumed_rcds(network, code),
        *_discrimination(network),
        *_harmonics(network, design, catalogue, settings.code),
        *_operator(site, design, catalogue),
        *_single_phase(design, catalogue, code.id),
        *ambient_findings(design, catalogue, settings),
        *phase_findings(network, design, catalogue, code, settings.drop_limit_pct),
        *(_note(text, code.edition) for text in code.notes),
    )


def _circuits(network: Network, code_id: str, drop_limit_pct: float) -> tuple[Finding, ...]:
    wrong = check_network(network, code_id, drop_limit_pct)
    if wrong:
        return wrong
    return (
        Finding(
            "CHK-OK",
            Severity.OK,
            "circuits",
            "All circuits",
            f"{len(network.circuits)} circuits pass a second, independent check.",
        ),
    )


PME_ASSUMPTION = "earthing-pme"


def pme_assumption(site: Site, settings: Settings) -> Assumption | None:
    """Return the assumption that stands in for a decision on PME, if one is due and open."""
    if site.supply is None or settings.pme != "open":
        return None
    decision = earthing.decide(
        _pme_code(site, registry.get(settings.code).id), site.supply.earthing
    )
    if not decision.required:
        return None
    return Assumption(
        PME_ASSUMPTION, "Earthing",
        "Measure against loss of the PEN conductor is not decided; the price holds a "
        "provisional sum:", "open", decision.findings[0].clause,
    )  # fmt: skip


def _pme_code(site: Site, code_id: str) -> str:
    return _PME_CODE.get(site.region, code_id)


def _pen(site: Site, code_id: str, pme: str) -> tuple[Finding, ...]:
    if site.supply is None:
        return ()
    chosen = "" if pme == "open" else pme
    try:
        return earthing.decide(_pme_code(site, code_id), site.supply.earthing, chosen).findings
    except NotTabulated as error:
        return (
            Finding(
                "EARTH-PME-UNKNOWN", Severity.ERROR, "earthing", "Project settings",
                f"There is {error.reason}.", "BS 7671:2018+A1:2020 722.411.4.1",
                fix=f"{error.remedy[:1].upper()}{error.remedy[1:]}; until then a provisional sum "
                "is held.",
            ),
        )  # fmt: skip


def _assumed_rcds(network: Network, code: Code) -> tuple[Finding, ...]:
    """Say once which residual current protection rests on an assumption."""
    earthing = network.supply.earthing
    rests: dict[str, list[str]] = {}
    for circuit in network.circuits.values():
        residual = code.residual(circuit.demand, earthing)
        if residual.assumed:
            rests.setdefault(residual.text, []).append(circuit.demand.id)
    return tuple(
        Finding(
            code="WIRE-RCD-ASSUMED",
            severity=Severity.INFO,
            subject=ids[0],
            place=f"Circuit{'s' * (len(ids) > 1)} {', '.join(ids[:4])}{' ...' * (len(ids) > 4)}",
            message=f"Residual current protection is assumed: {text}.",
            clause=code.clause("rcd"),
            fix="Take it from the charger's manual.",
        )
        for text, ids in rests.items()
    )


def nodes_upstream(network: Network) -> dict[str, Upstream]:
    """Return impedances at every node that circuits feed."""
    found = {network.origin: origin(network.supply, network.origin)}
    waiting = list(network.circuits.values())
    while waiting:
        ready = [c for c in waiting if c.demand.from_id in found]
        if not ready:
            break
        for circuit in ready:
            demand = circuit.demand
            found[demand.to_id] = downstream(
                found[demand.from_id],
                demand.to_id,
                circuit.cable,
                circuit.parallel,
                demand.length_m,
            )
            waiting.remove(circuit)
    return found


def _discrimination(network: Network) -> Iterator[Finding]:
    """Compare each feeder's device with the largest device behind it; one finding per board."""
    nodes = nodes_upstream(network)
    feeders = [c for c in network.circuits.values() if c.demand.kind is CircuitKind.FEEDER]
    for feeder in feeders:
        board = feeder.demand.to_id
        behind = [c for c in network.circuits.values() if c.demand.from_id == board]
        if not behind or board not in nodes or board not in network.boards:
            continue
        largest = max(behind, key=lambda c: c.device.in_a)
        result = discrimination.breakers(feeder.device, largest.device, nodes[board].ik3_max_a)
        place = f"{network.boards[board].name}, {feeder.demand.id} to {largest.demand.id}"
        yield discrimination.finding(result, feeder.device, largest.device, board, place)


def _harmonics(
    network: Network, design: Design, catalogue: Mapping[ModelId, ChargerModel], code_id: str
) -> tuple[Finding, ...]:
    """Screen harmonics by the spectra of an own table, else by the power ratio; and flicker."""
    node = origin(network.supply, network.origin)
    models = [catalogue[c.model] for c in design.chargers.values() if c.model in catalogue]
    stated: dict[str, dict[int, float]] = {}
    for row in own.table(code_id, "spectra"):
        order = int(row.number("order_number"))
        stated.setdefault(row.text("model"), {})[order] = row.number("current_pct")
    ahead = {c.demand.to_id: c.demand.ib_a for c in network.circuits.values()}
    spectra = [
        {h: pct / 100 * ahead.get(str(key), 0.0) for h, pct in stated[str(c.model)].items()}
        for key, c in design.chargers.items()
        if str(c.model) in stated
    ]
    largest = max((_input_kva(m) for m in models), default=0.0)
    return (
        *harmonics.screen(
            spectra, _charging_kva(design, catalogue), node, len(design.chargers) - len(spectra)
        ),
        *harmonics.voltage_step(largest, node),
    )


def _input_kva(model: ChargerModel) -> float:
    return model.power_kw / (model.efficiency * model.power_factor)


def _charging_kva(design: Design, catalogue: Mapping[ModelId, ChargerModel]) -> float:
    """Sum of the chargers' input, or the managed cap where that is less."""
    models = [catalogue[c.model] for c in design.chargers.values() if c.model in catalogue]
    total = sum(_input_kva(m) for m in models)
    cap = design.managed_cap_kw
    worst = min((m.power_factor for m in models), default=1.0)
    return total if cap is None else min(total, cap / worst)


def _operator(
    site: Site, design: Design, catalogue: Mapping[ModelId, ChargerModel]
) -> tuple[Finding, ...]:
    """Tell what the network operator must hear, where the region's rules are known."""
    country = _OPERATOR.get(site.region)
    if country is None or site.supply is None:
        return ()
    kva = _charging_kva(design, catalogue)
    existing = site.profile.peak_kw if site.profile is not None else 0.0
    amps = 1000 * (kva + existing) / (3**0.5 * site.supply.nominal_v)
    try:
        connection = utility.Connection(country, kva, amps)
        points = (catalogue[c.model] for c in design.chargers.values() if c.model in catalogue)
        largest = max((m.outlet_kw for m in points), default=0.0)
        return (utility.finding(connection), *utility.notes(connection, largest))
    except NotTabulated:
        return ()


def _single_phase(
    design: Design, catalogue: Mapping[ModelId, ChargerModel], code_id: str
) -> Iterator[Finding]:
    """Hold single-phase chargers against the German limit of 4.6 kVA."""
    if code_id != "vde0100":
        return
    rule = registry.get(code_id).limit("single_phase_kva")
    for charger in design.chargers.values():
        model = catalogue.get(charger.model)
        if model is None or model.phases != 1:
            continue
        kva = _input_kva(model)
        if kva > rule.value:
            yield Finding(
                code="WIRE-SINGLE-PHASE",
                severity=Severity.ERROR,
                subject=charger.id,
                place=f"Charger {charger.id}",
                message=f"A single-phase charger may draw {rule.value:g} kVA at most.",
                clause=rule.clause,
                value=kva,
                limit=rule.value,
                unit="kVA",
                fix="Choose a three-phase charger.",
            )


def _note(text: str, edition: str) -> Finding:
    return Finding(
        "WIRE-CODE-NOTE", Severity.INFO, "code", edition, text, fix="Confirm before you sign."
    )
