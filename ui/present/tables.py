"""Tables of the drawer and of the deliver step, ready to show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from planner.model.design import Design
from planner.model.money import Quote
from planner.model.outcome import GridReport, Outcome
from planner.model.project import Project
from planner.model.site import Assumption, Site
from ui.present.text import NONE, SYMBOLS, device_text, label_of, number, significant

Cell = str | float | None
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column; numbers stand right with a fixed number of decimals."""

    title: str
    decimals: int | None = None
    strong: bool = False

    def text(self, cell: Cell) -> str:
        """Return the cell as shown."""
        if cell is None:
            return NONE
        if isinstance(cell, str):
            return cell
        return number(cell, self.decimals or 0)


@dataclass(frozen=True, slots=True)
class Line:
    """A row: its cells, and the object on the plan it stands for."""

    cells: tuple[Cell, ...]
    subject: Key | None = None
    group: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and lines under a tab title."""

    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    empty: str = "Nothing to list yet."
    badge: str = ""

    @property
    def count(self) -> str:
        """What stands beside the title."""
        return self.badge or f"{sum(not line.group for line in self.lines):,}"


def bays_table(site: Site) -> Table:
    """List all bays with their sizes and where they were read."""
    surfaces = _surface_finder(site)
    lines = tuple(
        Line(
            (
                b.id, b.row or NONE, "Accessible" if b.accessible else "Standard",
                b.width_m, b.depth_m, surfaces(b.polygon.centroid.x, b.polygon.centroid.y),
                b.source or NONE,
            ),
            ("bay", b.id),
        )
        for b in site.bays.values()
    )  # fmt: skip
    columns = (
        Column("Bay", strong=True), Column("Row"), Column("Type"), Column("Width m", 2),
        Column("Length m", 2), Column("Surface"), Column("Source"),
    )  # fmt: skip
    return Table("Bays", columns, lines, "Drop map files here, or draw the first bays.")


def _surface_finder(site: Site) -> Callable[[float, float], str]:
    from shapely import STRtree, points

    from planner.model.site import SURFACES

    areas = [a for a in site.areas.values() if a.kind in SURFACES]
    tree = STRtree([a.polygon for a in areas]) if areas else None

    def surface(x: float, y: float) -> str:
        if tree is None:
            return NONE
        hits = tree.query(points(x, y), predicate="intersects")
        smallest = min(hits, key=lambda i: areas[i].polygon.area, default=None)
        return label_of(areas[smallest].kind) if smallest is not None else NONE

    return surface


def areas_table(site: Site) -> Table:
    """List buildings, surfaces and keep-out areas."""
    lines = tuple(
        Line((a.name or a.id, label_of(a.kind), a.polygon.area, a.source or NONE), ("area", a.id))
        for a in site.areas.values()
    )
    columns = (
        Column("Area", strong=True), Column("Kind"), Column("Area m²", 0), Column("Source"),
    )  # fmt: skip
    return Table("Areas", columns, lines)


def notes_table(site: Site) -> Table:
    """List what reading the maps and the load profile found, repaired or left out."""
    profile = site.profile
    about = [f"{profile.source}: {note}" for note in profile.notes] if profile else []
    lines = tuple(Line((note,)) for note in (*site.import_notes, *about))
    return Table("Import report", (Column("Note"),), lines, "Everything was read as it stood.")


def assumptions_table(assumptions: Iterable[Assumption]) -> Table:
    """List values nobody has measured."""
    lines = tuple(
        Line(
            (a.subject, a.text, a.value, a.source, "Confirmed" if a.confirmed else "Open"),
            ("assumption", a.id),
        )
        for a in assumptions
    )
    columns = (
        Column("About", strong=True), Column("Assumption"), Column("Value"), Column("Source"),
        Column("State"),
    )  # fmt: skip
    return Table("Assumptions", columns, lines, "Nothing is assumed.")


def chargers_table(project: Project, design: Design) -> Table:
    """List chargers with their model and bays."""
    lines = []
    for charger in design.chargers.values():
        model = project.catalogue.get(charger.model)
        lines.append(
            Line(
                (
                    charger.id, model.name if model else charger.model,
                    model.power_kw if model else None, model.outlets if model else None,
                    ", ".join(charger.bays) or NONE, "Pinned" if charger.pinned else "",
                ),
                ("charger", charger.id),
            )
        )  # fmt: skip
    columns = (
        Column("Charger", strong=True), Column("Model"), Column("Power kW", 1),
        Column("Sockets", 0), Column("Bays"), Column("State"),
    )  # fmt: skip
    return Table("Chargers", columns, tuple(lines), "Propose places the chargers.")


def circuits_table(design: Design, outcome: Outcome | None) -> Table:
    """List circuits with cable, protection, drop and loading."""
    branches = outcome.grid.branches if outcome else {}
    lines = []
    for circuit in design.circuits.values():
        sized, state = circuit.sized, branches.get(circuit.id)
        cable = f"{sized.parallel} × {sized.cable.key}" if sized.parallel > 1 else sized.cable.key
        lines.append(
            Line(
                (
                    circuit.id, sized.demand.from_id, sized.demand.to_id, circuit.route_m, cable,
                    device_text(sized.device), sized.demand.ib_a, sized.device.in_a, sized.iz_a,
                    sized.drop_pct, state.loading_pct if state else None,
                ),
                ("circuit", circuit.id),
            )
        )  # fmt: skip
    columns = (
        Column("Circuit", strong=True), Column("From"), Column("To"), Column("Route m", 1),
        Column("Cable"), Column("Protection"), Column("Ib A", 1), Column("In A", 0),
        Column("Iz A", 1), Column("Drop %", 2), Column("Loading %", 1),
    )  # fmt: skip
    return Table("Circuits", columns, tuple(lines), "Circuits follow from the chargers.")


def trenches_table(design: Design) -> Table:
    """List trench pieces; the badge is the sum of what must be dug."""
    lines = tuple(
        Line(
            (
                t.id, "Existing duct" if t.existing_duct else label_of(t.surface), t.length_m,
                float(len(t.circuits)),
            ),
            ("trench", t.id),
        )
        for t in design.trenches.values()
    )  # fmt: skip
    dug = sum(t.length_m for t in design.trenches.values() if not t.existing_duct)
    columns = (
        Column("Trench", strong=True), Column("Surface"), Column("Length m", 1),
        Column("Circuits", 0),
    )  # fmt: skip
    return Table("Trenches", columns, lines, "No trench yet.", f"{number(dug, 1)} m")


def nodes_table(grid: GridReport) -> Table:
    """List voltage and fault currents at boards and chargers."""
    lines = tuple(
        Line(
            (n.name or n.id, 100 * n.voltage_pu, n.drop_pct, n.ik3_max_ka, n.ik1_min_ka, n.zs_ohm),
            ("node", n.id),
        )
        for n in grid.nodes.values()
    )
    columns = (
        Column("Node", strong=True), Column("Lowest voltage %", 2), Column("Drop %", 2),
        Column("Ik3 max kA", 2), Column("Ik1 min kA", 3), Column("Zs Ω", 3),
    )  # fmt: skip
    return Table("Voltage and faults", columns, lines)


def cases_table(grid: GridReport) -> Table:
    """List the hours the power flow was solved for."""
    lines = tuple(
        Line(
            (
                c.name, c.site_kw, c.charging_kw, c.apparent_kva, c.transformer_pct,
                c.agreed_pct, 100 * c.lowest_pu, "Yes" if c.converged else "No",
            )
        )
        for c in grid.cases
    )  # fmt: skip
    columns = (
        Column("Hour", strong=True), Column("Site kW", 0), Column("Charging kW", 0),
        Column("Total kVA", 0), Column("Transformer %", 1), Column("Of agreed %", 1),
        Column("Lowest voltage %", 2), Column("Solved"),
    )  # fmt: skip
    return Table("Worst hours", columns, lines)


def traces_table(outcome: Outcome) -> Table:
    """List every traced number with its rule; a line leads to formula and inputs."""
    lines = tuple(
        Line(
            (
                str(circuit), trace.quantity,
                trace.value if isinstance(trace.value, str) else significant(trace.value),
                trace.unit or NONE, trace.substituted or trace.formula or NONE, trace.rule or NONE,
                ", ".join(g.symbol for g in trace.inputs if g.assumed) or NONE,
            ),
            ("circuit", str(circuit)),
        )
        for circuit, traces in outcome.traces.items()
        for trace in traces
    )  # fmt: skip
    columns = (
        Column("Circuit", strong=True), Column("Quantity"), Column("Value"), Column("Unit"),
        Column("With numbers"), Column("Rule"), Column("Assumed"),
    )  # fmt: skip
    return Table("Calculations", columns, lines, "Nothing has been calculated yet.")


def quote_table(quote: Quote, by: str = "group") -> Table:
    """List the priced bill of materials, grouped, with subtotals."""
    groups: dict[str, list[Line]] = {}
    sums: dict[str, float] = {}
    for line in quote.lines:
        key = line.bom.group if by == "group" else line.source
        groups.setdefault(key, []).append(
            Line(
                (
                    line.bom.description, float(line.bom.quantity), line.bom.unit,
                    float(line.unit_price), float(line.amount), line.source,
                ),
                ("line", line.bom.id),
            )
        )  # fmt: skip
        sums[key] = sums.get(key, 0.0) + float(line.amount)
    lines = []
    for key, members in groups.items():
        title = label_of(key) if by == "group" else key
        lines.append(Line((title, "", "", "", sums[key], ""), group=True))
        lines += members
    currency = SYMBOLS.get(quote.currency, quote.currency).strip()
    columns = (
        Column("Item"), Column("Quantity", 1), Column("Unit"),
        Column(f"Unit price {currency}", 2), Column(f"Amount {currency}", 2, strong=True),
        Column("Source"),
    )  # fmt: skip
    return Table("Bill of materials", columns, tuple(lines))
