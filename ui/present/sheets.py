"""What the inspector says about the selected object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shapely import Point

from grid.findings import Finding, Severity, worst
from grid.trace import Trace
from planner.model.design import Charger, Circuit, Design
from planner.model.ids import AreaId, BayId, BoardId, ChargerId, CircuitId, TrenchId
from planner.model.outcome import Outcome
from planner.model.project import Project
from ui.present.text import NONE, charger_power, device_text, label_of, number, power

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value; `strong` for what matters most."""

    label: str
    value: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Criterion:
    """One check: what, value against limit, and its mark."""

    text: str
    value: str
    mark: Severity


@dataclass(frozen=True, slots=True)
class Sheet:
    """Title, badge and parts; an empty part is not shown."""

    title: str
    badge: str = ""
    badge_mark: Severity | None = None
    facts: tuple[Fact, ...] = ()
    reasons: tuple[str, ...] = ()
    traces: tuple[Trace, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    findings: tuple[Finding, ...] = ()
    source: str = ""
    kind: str = ""
    subject: str = ""
    pinned: bool = False
    models: tuple[tuple[str, str], ...] = ()
    model: str = ""


def sheet(
    project: Project, design: Design | None, outcome: Outcome | None, key: Key | None
) -> Sheet | None:
    """Return the sheet of an object, None for nothing to say."""
    if key is None:
        return None
    maker = _MAKERS.get(key[0])
    return maker(project, design or Design(), outcome, key[1]) if maker else None


def tag(project: Project, design: Design | None, key: Key | None) -> str:
    """Return the one label that stands at a selected object on the plan."""
    if key is None or design is None:
        return ""
    kind, subject = key
    if kind == "charger" and subject in design.chargers:
        model = project.catalogue.get(design.chargers[ChargerId(subject)].model)
        return f"{subject}  {charger_power(model)}" if model else subject
    if kind == "trench" and subject in design.trenches:
        return f"{number(design.trenches[TrenchId(subject)].length_m, 1)} m"
    if kind == "circuit" and subject in design.circuits:
        return f"{number(design.circuits[CircuitId(subject)].route_m, 1)} m"
    return subject if kind == "pillar" else ""


def findings_about(outcome: Outcome | None, *subjects: str) -> tuple[Finding, ...]:
    """Return open findings about any of the ids."""
    if outcome is None:
        return ()
    return tuple(
        f for f in outcome.findings if f.subject in subjects and f.severity is not Severity.OK
    )


def feeding_circuit(design: Design, node: str) -> Circuit | None:
    """Return the circuit that ends at a charger or board."""
    return next((c for c in design.circuits.values() if c.sized.demand.to_id == node), None)


def _charger(project: Project, design: Design, outcome: Outcome | None, subject: str) -> Sheet:
    charger: Charger = design.chargers[ChargerId(subject)]
    model = project.catalogue.get(charger.model)
    circuit = feeding_circuit(design, subject)
    facts = [
        Fact("Bays" if len(charger.bays) > 1 else "Bay", ", ".join(charger.bays) or NONE),
    ]
    if circuit is not None:
        sized = circuit.sized
        shared = _shared_m(design, circuit)
        facts += [
            Fact("Fed from", sized.demand.from_id),
            Fact("Route", f"{number(circuit.route_m, 1)} m, shared {number(shared, 1)} m"),
            Fact("Cable", cable_text(circuit)),
            Fact("Volt drop", f"{number(sized.drop_pct, 2)} % of "
                 f"{number(project.settings.drop_limit_pct, 1)} %"),
        ]  # fmt: skip
    node = outcome.grid.nodes.get(subject) if outcome else None
    if node is not None:
        facts.append(Fact("Fault, highest", f"{number(node.ik3_max_ka, 2)} kA"))
        facts.append(Fact("Loop impedance", f"{number(node.zs_ohm, 3)} Ω"))
    title = f"{subject}, {charger_power(model)}" if model else subject
    found = findings_about(outcome, subject, circuit.id if circuit else "")
    reasons = outcome.reasons.get(charger.id, ()) if outcome else ()
    return Sheet(
        title, _badge(found), worst(found) if found else None, tuple(facts), tuple(reasons),
        findings=found, source=model.source if model else "", kind="charger", subject=subject,
        pinned=charger.pinned, models=model_choices(project), model=str(charger.model),
    )  # fmt: skip


def model_choices(project: Project) -> tuple[tuple[str, str], ...]:
    """Return id and name of every model that can be chosen, weakest first."""
    models = sorted(project.catalogue.values(), key=lambda m: (m.power_kw, m.name))
    return tuple((str(m.id), m.name) for m in models)


def _shared_m(design: Design, circuit: Circuit) -> float:
    """Return the metres of a route that lie in a trench with other circuits."""
    pieces = (design.trenches[t] for t in circuit.trenches if t in design.trenches)
    return sum(t.length_m for t in pieces if len(t.circuits) > 1)


def cable_text(circuit: Circuit) -> str:
    """Say which cable a circuit uses, parallel cables first."""
    sized = circuit.sized
    cable = sized.cable
    times = f"{sized.parallel} × " if sized.parallel > 1 else ""
    return (
        f"{times}{cable.cores} × {power(cable.size_mm2)} mm² "
        f"{cable.conductor.value} {cable.insulation.value}"
    )


def _badge(found: tuple[Finding, ...]) -> str:
    if not found:
        return ""
    worst_one = worst(found)
    return {Severity.ERROR: "Error", Severity.WARNING: "Warning"}.get(worst_one, "Note")


def _circuit(project: Project, design: Design, outcome: Outcome | None, subject: str) -> Sheet:
    circuit = design.circuits[CircuitId(subject)]
    sized, demand = circuit.sized, circuit.sized.demand
    state = outcome.grid.branches.get(subject) if outcome else None
    facts = [
        Fact("Cable", cable_text(circuit)),
        Fact("Protection", device_text(sized.device)),
        Fact("Residual current", sized.rcd or NONE),
        Fact("Length", f"{number(circuit.route_m, 1)} m, cable {number(circuit.cable_m, 1)} m"),
        Fact("Sized by", label_of(sized.binding)),
    ]
    if state is not None:
        facts.append(Fact("Worst hour", f"{number(state.current_a, 1)} A, "
                          f"{number(state.loading_pct, 1)} %"))  # fmt: skip
    limit = project.settings.drop_limit_pct
    drop_mark = Severity.OK if sized.drop_pct <= limit else Severity.ERROR
    carry_mark = Severity.OK if sized.iz_a >= sized.device.in_a >= demand.ib_a else Severity.ERROR
    criteria = (
        Criterion(
            "Ib ≤ In ≤ Iz",
            f"{number(demand.ib_a, 1)} ≤ {number(sized.device.in_a)} ≤ {number(sized.iz_a, 1)} A",
            carry_mark,
        ),
        Criterion(
            "Volt drop, total", f"{number(sized.drop_pct, 2)} of {number(limit, 2)} %", drop_mark
        ),
    )
    found = findings_about(outcome, subject)
    traces = outcome.traces.get(circuit.id, ()) if outcome else ()
    return Sheet(
        f"Circuit {demand.from_id} to {demand.to_id}", _badge(found),
        worst(found) if found else None, tuple(facts), (), tuple(traces), criteria, found,
        kind="circuit", subject=subject,
    )  # fmt: skip


def _trench(_project: Project, design: Design, outcome: Outcome | None, subject: str) -> Sheet:
    trench = design.trenches[TrenchId(subject)]
    facts = (
        Fact("Surface", "Existing duct" if trench.existing_duct else label_of(trench.surface)),
        Fact("Length", f"{number(trench.length_m, 1)} m", strong=True),
        Fact("Circuits", ", ".join(trench.circuits) or NONE),
    )
    return Sheet(f"Trench {subject}", facts=facts, findings=findings_about(outcome, subject),
                 kind="trench", subject=subject)  # fmt: skip


def _pillar(_project: Project, design: Design, outcome: Outcome | None, subject: str) -> Sheet:
    board = design.boards[BoardId(subject)]
    circuit = feeding_circuit(design, subject)
    facts = [
        Fact("Rating", f"{number(board.board.rating_a)} A"),
        Fact("Ways", f"{board.board.ways}, {board.board.spare_ways} spare"),
    ]
    if circuit is not None:
        facts += [
            Fact("Fed from", circuit.sized.demand.from_id),
            Fact("Cable", cable_text(circuit)),
        ]
    facts += _node_facts(outcome, subject)
    found = findings_about(outcome, subject, circuit.id if circuit else "")
    return Sheet(board.board.name or subject, _badge(found), worst(found) if found else None,
                 tuple(facts), findings=found, kind="pillar", subject=subject)  # fmt: skip


def _node_facts(outcome: Outcome | None, subject: str) -> list[Fact]:
    node = outcome.grid.nodes.get(subject) if outcome else None
    if node is None:
        return []
    return [
        Fact("Lowest voltage", f"{number(100 * node.voltage_pu, 2)} %"),
        Fact("Fault, highest", f"{number(node.ik3_max_ka, 2)} kA"),
        Fact("Fault, lowest", f"{number(node.ik1_min_ka, 3)} kA"),
    ]


def _board(project: Project, _design: Design, outcome: Outcome | None, subject: str) -> Sheet:
    site_board = project.site.boards[BoardId(subject)]
    board = site_board.board
    facts = [
        Fact("Rating", f"{number(board.rating_a)} A"),
        Fact("Ways", f"{board.ways}, {board.spare_ways} spare"),
        Fact("Origin of the site", "Yes" if site_board.is_origin else "No"),
        *_node_facts(outcome, subject),
    ]
    found = findings_about(outcome, subject)
    return Sheet(board.name or subject, _badge(found), worst(found) if found else None,
                 tuple(facts), findings=found, kind="board", subject=subject)  # fmt: skip


def _bay(project: Project, design: Design, outcome: Outcome | None, subject: str) -> Sheet:
    bay = project.site.bays[BayId(subject)]
    served = [c.id for c in design.chargers.values() if bay.id in c.bays]
    centre = bay.polygon.centroid
    facts = [
        Fact("Type", "Accessible" if bay.accessible else "Standard"),
        Fact("Stall width", f"{number(bay.width_m, 2)} m"),
        Fact("Stall length", f"{number(bay.depth_m, 2)} m"),
        Fact("Row", bay.row or NONE),
        Fact("Charger", ", ".join(served) or "None"),
    ]
    facts += _distances(project, centre)
    found = findings_about(outcome, subject)
    offered = () if served else model_choices(project)
    return Sheet(f"Bay {subject}", "Accessible" if bay.accessible else "", None, tuple(facts),
                 findings=found, source=bay.source, kind="bay", subject=subject,
                 models=offered)  # fmt: skip


def _distances(project: Project, point: Point) -> list[Fact]:
    facts = []
    doors = [e.point for e in project.site.entrances if e.kind == "door"]
    if doors:
        nearest = min(point.distance(door) for door in doors)
        facts.append(Fact("To entrance", f"{number(nearest)} m"))
    if project.site.substation is not None:
        facts.append(
            Fact("To substation", f"{number(point.distance(project.site.substation))} m, straight")
        )
    return facts


def _area(project: Project, _design: Design, outcome: Outcome | None, subject: str) -> Sheet:
    area = project.site.areas[AreaId(subject)]
    facts = (
        Fact("Kind", label_of(area.kind)),
        Fact("Area", f"{number(area.polygon.area)} m²"),
        Fact("Edge", f"{number(area.polygon.length, 1)} m"),
    )
    return Sheet(area.name or label_of(area.kind), facts=facts, source=area.source,
                 findings=findings_about(outcome, subject), kind="area",
                 subject=subject)  # fmt: skip


def _substation(project: Project, _design: Design, outcome: Outcome | None, _subject: str) -> Sheet:
    supply = project.site.supply
    if supply is None:
        return Sheet("Substation", facts=(Fact("Supply", "Not given yet"),))
    facts = [Fact("Agreed capacity", f"{number(supply.agreed_kva)} kVA", strong=True)]
    if supply.transformer is not None:
        t = supply.transformer
        facts += [
            Fact("Transformer", f"{t.id}, {number(t.rated_kva)} kVA"),
            Fact("Short-circuit voltage", f"{number(t.uk_pct, 2)} %"),
        ]
    facts.append(Fact("Earthing", supply.earthing.value))
    subjects = ("substation", "supply", supply.transformer.id if supply.transformer else "")
    return Sheet("Substation", facts=tuple(facts), findings=findings_about(outcome, *subjects),
                 kind="substation", subject="substation")  # fmt: skip


def _tree(project: Project, _design: Design, _outcome: Outcome | None, subject: str) -> Sheet:
    tree = next(t for t in project.site.trees if t.id == subject)
    return Sheet(f"Tree {subject}", facts=(
        Fact("Root zone", f"{number(tree.root_radius_m, 1)} m radius, no digging"),
    ), kind="tree", subject=subject)  # fmt: skip


def _duct(project: Project, _design: Design, _outcome: Outcome | None, subject: str) -> Sheet:
    duct = next(d for d in project.site.ducts if d.id == subject)
    return Sheet(f"Duct {subject}", facts=(
        Fact("Diameter", f"{number(duct.diameter_mm)} mm"),
        Fact("Length", f"{number(duct.line.length, 1)} m"),
    ), source=duct.source, kind="duct", subject=subject)  # fmt: skip


_MAKERS: dict[str, Callable[[Project, Design, Outcome | None, str], Sheet]] = {
    "charger": _charger,
    "circuit": _circuit,
    "trench": _trench,
    "pillar": _pillar,
    "board": _board,
    "bay": _bay,
    "area": _area,
    "substation": _substation,
    "tree": _tree,
    "duct": _duct,
}
