"""The words of the diagram: ratings, cable, device, fault level and drop of every point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from grid.codes import registry
from grid.findings import Severity
from grid.model import CircuitKind, SizedCircuit, Supply
from planner.documents.diagram.items import shortened
from planner.documents.diagram.tree import Branch, Node
from planner.documents.words import count, figure
from planner.model.charger import ChargerModel
from planner.model.ids import ModelId
from planner.model.outcome import NodeState, Outcome
from planner.model.project import Project
from planner.model.scenario import Scenario
from planner.model.site import Site
from planner.money.sections.electrical import cable_name

NAME_MOST = 36
_SEP = " · "


@dataclass(frozen=True, slots=True)
class Words:
    """What the labels are made from."""

    site: Site
    catalogue: Mapping[ModelId, ChargerModel]
    nodes: Mapping[str, NodeState]
    wrong: frozenset[str] = frozenset()

    def faulty(self, branch: Branch) -> bool:
        """Tell whether an error was found about a circuit or what stands at its end."""
        sized = branch.sized
        return sized is not None and not self.wrong.isdisjoint(
            (sized.demand.id, sized.demand.to_id)
        )

    def device(self, branch: Branch) -> str:
        """Line above a conductor: circuit, device, RCD."""
        sized = branch.sized
        if sized is None:
            return "Existing cable, not known" if branch.board else "Not connected"
        d = sized.device
        kind = f"{d.kind} {d.curve}".strip()
        parts = [
            f"{sized.demand.id}  {kind} {d.in_a:g} A, {d.breaking_ka:g} kA",
            f"RCD {sized.rcd}" if sized.rcd else "",
            d.setting,
            "error, see findings" if self.faulty(branch) else "",
        ]
        return _SEP.join(filter(None, parts))

    def cable(self, branch: Branch) -> str:
        """Line below a conductor: cable, length, currents, drop."""
        sized = branch.sized
        if sized is None or branch.circuit is None:
            return ""
        phases = "1 ph" if sized.demand.phases == 1 else "3 ph"
        if branch.charger is not None and branch.charger.terminals:
            phases = f"{terminal_words(branch.charger.terminals)}{_SEP}".rstrip()
        return _SEP.join(
            (
                _run(sized),
                f"{branch.circuit.cable_m:.1f} m",
                f"{phases} Ib {sized.demand.ib_a:.1f} A, Iz {sized.iz_a:.0f} A",
                f"ΔU {sized.drop_pct:.2f} %",
            )
        )

    def end(self, branch: Branch) -> str:
        """First line at the end of a branch: what stands there."""
        if branch.board is not None:
            return self.board(branch.board)
        if branch.charger is None:
            end = branch.sized.demand.to_id if branch.sized else ""
            return f"to {shortened(end, NAME_MOST)}"
        charger = branch.charger
        model = self.catalogue.get(charger.model)
        name = shortened(model.name if model else str(charger.model), NAME_MOST)
        bays = ", ".join(charger.bays[:4]) + (" …" if len(charger.bays) > 4 else "")
        one = "bay" if len(charger.bays) == 1 else "bays"
        where = f"{one} {shortened(bays, 24)}" if charger.bays else ""
        return _SEP.join(filter(None, (f"{charger.id}  {name}", where)))

    def board(self, node: Node) -> str:
        """First line of a board: name, rating, ways."""
        if node.board is None:
            return f"{shortened(node.id, NAME_MOST)}: no such board"
        b = node.board
        name = shortened(b.name, NAME_MOST)
        title = name if node.id in name.split() else f"{node.id}  {name}"
        state = ", existing" if node.existing else ""
        ways = f"{count(b.ways, 'way')}, {b.spare_ways} spare"
        return _SEP.join((f"{title}{state}", f"{b.rating_a:g} A", ways))

    def point(self, node_id: str, total_pct: float | None) -> str:
        """Second line at a point: fault levels, loop impedance, drop from the origin."""
        state = self.nodes.get(node_id)
        total = f"total ΔU {figure(total_pct, 2)} %"
        if state is None:
            known = "" if total_pct is None else f"{_SEP}{total}"
            return f"Fault level not calculated{known}"
        return _SEP.join(
            (
                f"Ik3 max {figure(state.ik3_max_ka, 2)} kA",
                f"Ik1 min {figure(state.ik1_min_ka, 2)} kA",
                f"Zs {figure(state.zs_ohm, 4)} Ω",
                total,
            )
        )

    def branch_point(self, branch: Branch) -> str:
        """Second line at the end of a branch."""
        if branch.board is not None:
            end = branch.board.id
        elif branch.charger is not None:
            end = str(branch.charger.id)
        else:
            return ""
        return self.point(end, branch.sized.drop_total_pct if branch.sized else None)


def terminal_words(terminals: tuple[str, ...]) -> str:
    """Say the order of lines at each outlet shortly: "L1-2-3, L2-3-1"."""
    short = (t[:1] + t.replace("L", "") for t in terminals)
    return ", ".join(short)


def _run(sized: SizedCircuit) -> str:
    """Say the cables of a circuit: "2 off 4 × 240 mm² Cu XLPE + 120 mm² earth"."""
    cable = sized.cable
    many = f"{sized.parallel} off " if sized.parallel > 1 else ""
    beside = f" + {cable.earth_mm2:g} mm² Cu earth" if cable.earth_separate else ""
    return f"{many}{cable_name(cable)}{beside}"


def source_words(supply: Supply | None) -> tuple[str, str]:
    """Two lines about the network ahead of the intake."""
    if supply is None:
        return "Supply not known", ""
    s = supply.source
    first = f"Network {s.vn_kv:g} kV, short circuit {s.s_sc_min_mva:g} to {s.s_sc_max_mva:g} MVA"
    second = f"{supply.earthing}, {supply.frequency_hz:g} Hz, agreed {supply.agreed_kva:g} kVA"
    if supply.zs_origin_ohm is not None:
        second += f", Ze {supply.zs_origin_ohm:g} Ω"
    return first, second


def transformer_words(supply: Supply) -> tuple[str, str]:
    """Two lines about the transformer of the site."""
    t = supply.transformer
    if t is None:
        return "", ""
    return (
        f"{shortened(t.id, 16)}  {t.rated_kva:g} kVA, {t.hv_kv:g} kV / {t.lv_no_load_v:g} V",
        f"uk {t.uk_pct:g} %, Dyn{t.clock}, load loss {t.load_loss_kw:g} kW",
    )


def notes(project: Project, scenario: Scenario, outcome: Outcome) -> Iterator[str]:
    """Yield what a reader must know to trust the figures."""
    code = registry.get(project.settings.code)
    yield f"Sized to {code.edition}; drop limit {project.settings.drop_limit_pct:g} %."
    yield (
        "Ib at the lowest supply voltage; Iz with all derating; ΔU at design current along the "
        "circuit, total from the main board; Zs with conductors at operating temperature."
    )
    cap = outcome.design.managed_cap_kw
    feeders = any(
        c.sized.demand.kind is CircuitKind.FEEDER for c in outcome.design.circuits.values()
    )
    if cap is not None:
        held = " Feeders may rely on it." if feeders else ""
        yield f"Load management holds all charging to {cap:g} kW.{held}"
    if any(c.terminals for c in outcome.design.chargers.values()):
        yield (
            "L1-2-3, L2-3-1 or L3-1-2 is the order of lines at the terminals of each outlet; "
            "a single-phase car charges on the first."
        )
    yield f"Method: {outcome.grid.method}"
    yield "Main switch, metering and surge protection of the existing board are not shown."
    yield from (f.message for f in outcome.findings if f.code.startswith("EARTH-PME"))
    wrong = sum(f.severity is Severity.ERROR for f in outcome.findings)
    warned = sum(f.severity is Severity.WARNING for f in outcome.findings)
    if wrong or warned:
        yield f"Open findings: {count(wrong, 'error')}, {count(warned, 'warning')}."
    unsure = sum(not a.confirmed for a in outcome.assumptions)
    if unsure:
        yield f"{count(unsure, 'assumption')} not confirmed."
