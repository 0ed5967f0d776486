"""Electrical work: pillars, cables, devices, load management and earthing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal

from grid.model import Cable, CircuitKind
from planner.model.charger import ChargerModel, Current
from planner.model.design import Circuit, Design
from planner.model.ids import BoardId, ModelId
from planner.model.site import Site
from planner.money.sections.earthing import earthing
from planner.money.sections.taken import Taken, each

GROUP = "Electrical"
PILLAR_CLASSES_A = (125, 250, 400, 630, 800, 1250, 1600)
END_CLASSES_MM2 = (16, 50, 120, 240, 630)
CABLE_WASTE_PCT = Decimal(5)
"""Planning assumption: 5 to 10 % is usual for cable, unconfirmed."""
RCD_LIMIT_A = 125.0
"""Largest RCCB of the book; above it a relay with its own transformer is priced."""


def electrical(
    site: Site, design: Design, catalogue: Mapping[ModelId, ChargerModel], pme: str = "open"
) -> Iterator[Taken]:
    """Take off everything that carries or switches current."""
    yield from _boards(site, design)
    yield from _cables(design)
    yield from _ends(design)
    yield from _devices(design)
    yield from _rcds(design, catalogue)
    yield from _load_management(site, design)
    yield from earthing(site, design, catalogue, pme)


def cable_code(cable: Cable) -> str:
    """Price code of a cable: metal, cores and size, such as ``CABLE-Cu-4x25``."""
    return f"CABLE-{cable.conductor}-{cable.cores}x{cable.size_mm2:g}"


def cable_name(cable: Cable) -> str:
    """Say a cable in words: "4 × 25 mm² Cu XLPE"."""
    return f"{cable.cores} × {cable.size_mm2:g} mm² {cable.conductor} {cable.insulation}"


def _class_for(value: float, classes: Iterable[int]) -> int:
    """Return the smallest class that holds the value, or the value itself above all."""
    return next((c for c in classes if value <= c), round(value))


def _boards(site: Site, design: Design) -> Iterator[Taken]:
    for board in design.boards.values():
        size = _class_for(board.board.rating_a, PILLAR_CLASSES_A)
        name = f"{board.board.name}, up to {size} A"
        yield Taken(
            GROUP, f"PILLAR-{size}", Decimal(1), "pcs", (board.id,),
            "one per new pillar, next class above its rating", name, variant=board.id,
        )  # fmt: skip
    if design.boards:
        ways = sum(board.board.ways for board in design.boards.values())
        yield Taken(
            GROUP, "PILLAR-WAY", Decimal(ways), "pcs", tuple(design.boards),
            "all ways of the new pillars, spare ones too",
        )  # fmt: skip
        yield each(GROUP, "SPD", design.boards, "one per new pillar")
    existing = [c.id for c in design.circuits.values() if _from(c) in site.boards]
    yield each(GROUP, "BOARD-WAY", existing, "one per circuit that leaves an existing board")


def _from(circuit: Circuit) -> BoardId:
    return BoardId(circuit.sized.demand.from_id)


def _groups(
    circuits: Iterable[Circuit], key: Callable[[Circuit], str]
) -> Mapping[str, list[Circuit]]:
    """Group circuits in the order in which their keys first appear."""
    groups: dict[str, list[Circuit]] = defaultdict(list)
    for circuit in circuits:
        groups[key(circuit)].append(circuit)
    return groups


def _cables(design: Design) -> Iterator[Taken]:
    def kind_and_key(circuit: Circuit) -> str:
        return f"{circuit.sized.demand.kind}/{circuit.sized.cable.key}"

    # Feeders first, thick before thin, as a reader of the schedule expects them.
    ordered = sorted(
        design.circuits.values(),
        key=lambda c: (c.sized.demand.kind is not CircuitKind.FEEDER, -c.sized.cable.size_mm2),
    )
    for variant, circuits in _groups(ordered, kind_and_key).items():
        cable = circuits[0].sized.cable
        feeder = circuits[0].sized.demand.kind is CircuitKind.FEEDER
        metres = sum((_decimal(c.cable_m) * c.sized.parallel for c in circuits), Decimal(0))
        yield Taken(
            GROUP, cable_code(cable), metres, "m", tuple(c.id for c in circuits),
            f"cable length × parallel runs, + {CABLE_WASTE_PCT} % waste",
            f"{'Feeder' if feeder else 'Circuit'} cable {cable_name(cable)}",
            CABLE_WASTE_PCT, Decimal(1), variant,
        )  # fmt: skip


def _decimal(metres: float) -> Decimal:
    """Return a length in whole millimetres."""
    return Decimal(format(metres, ".3f"))


def _ends(design: Design) -> Iterator[Taken]:
    def end_class(circuit: Circuit) -> str:
        return f"TERM-{_class_for(circuit.sized.cable.size_mm2, END_CLASSES_MM2)}"

    for code, circuits in _groups(design.circuits.values(), end_class).items():
        ends = sum(2 * c.sized.parallel for c in circuits)
        basis = tuple(c.id for c in circuits)
        yield Taken(GROUP, code, Decimal(ends), "pcs", basis, "two per cable run")


def _devices(design: Design) -> Iterator[Taken]:
    def device(circuit: Circuit) -> str:
        d = circuit.sized.device
        return f"DEV-{d.kind.upper()}-{d.in_a:g}"

    for code, circuits in _groups(design.circuits.values(), device).items():
        yield each(GROUP, code, (c.id for c in circuits), "one per circuit")


def rcd_code(rcd: str, in_a: float) -> str:
    """Price code of a residual current device named by key or in words.

    Understands "rcd-30-a" and "30 mA type A with 6 mA RDC-DD" alike. Where type B
    or type A with d.c. detection may be fitted, the latter is taken: it costs less
    and needs nothing of the charger. Above 125 A a relay with a separate
    transformer takes the place of either.
    """
    if not rcd:
        return ""
    if in_a > RCD_LIMIT_A:
        return "RCD-RELAY"
    words = re.sub(r"type b,? or ", "", rcd, flags=re.IGNORECASE)
    named = re.search(r"type\s+([abf])\b|rcd-\d+-([abf])\b", words, re.IGNORECASE)
    # 6 mA is the d.c. detector inside the charger, not the RCD.
    currents = [int(m) for m in re.findall(r"\d+", rcd) if int(m) >= 10]
    if not named or not currents:
        return f"RCD-{rcd}"
    kind = (named.group(1) or named.group(2)).upper()
    return f"RCD-{kind}-{currents[0]}"


def _rcds(design: Design, catalogue: Mapping[ModelId, ChargerModel]) -> Iterator[Taken]:
    def rcd(circuit: Circuit) -> str:
        return rcd_code(circuit.sized.rcd, circuit.sized.device.in_a)

    for code, circuits in _groups(design.circuits.values(), rcd).items():
        if not code:
            continue
        count = sum(_points(design, catalogue, c) for c in circuits)
        basis = tuple(c.id for c in circuits)
        rule = "one per charging point on AC, one per circuit on DC"
        yield Taken(GROUP, code, Decimal(count), "pcs", basis, rule)
    with_detector = [c for c in design.circuits.values() if _needs_detector(c)]
    yield Taken(
        GROUP, "RDC-DD", Decimal(sum(_points(design, catalogue, c) for c in with_detector)), "pcs",
        tuple(c.id for c in with_detector), "one beside each RCD of type A or F",
    )  # fmt: skip


def _needs_detector(circuit: Circuit) -> bool:
    """Tell whether the RCD chosen here relies on 6 mA d.c. detection (IEC 62955)."""
    sized = circuit.sized
    code = rcd_code(sized.rcd, sized.device.in_a)
    return "RDC-DD" in sized.rcd.upper() and code.startswith(("RCD-A", "RCD-F"))


def _points(design: Design, catalogue: Mapping[ModelId, ChargerModel], circuit: Circuit) -> int:
    """Count the AC outlets behind a circuit (one RCD each, IEC 60364-7-722), 1 for DC."""
    charger = next(
        (c for c in design.chargers.values() if c.id == circuit.sized.demand.to_id), None
    )
    model = catalogue.get(charger.model) if charger else None
    return max(1, model.outlets) if model and model.current is Current.AC else 1


def _load_management(site: Site, design: Design) -> Iterator[Taken]:
    if design.managed_cap_kw is None or not design.chargers:
        return
    origin = [b.id for b in site.boards.values() if b.is_origin] or list(site.boards)
    yield Taken(
        GROUP, "LOAD-MANAGER", Decimal(1), "pcs", (*origin[:1], *design.chargers),
        f"one for the managed cap of {design.managed_cap_kw:g} kW",
    )  # fmt: skip
    metres = sum((_decimal(c.cable_m) for c in design.circuits.values()), Decimal(0))
    yield Taken(
        GROUP, "DATA-CABLE", metres, "m", tuple(design.circuits),
        f"along every power circuit for load management, + {CABLE_WASTE_PCT} % waste",
        waste_pct=CABLE_WASTE_PCT, pack=Decimal(1),
    )  # fmt: skip
